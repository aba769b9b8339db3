// Operations of two or more operands, element by element under broadcasting: arithmetic, comparison, logic, selection.
// Plain numbers of the program may stand beside tensors. Values are computed when all operands are small known constants.
import type { Vm } from "../../2-evaluate/vm";
import { isKnown } from "../shape";
import { type DType, Tensor } from "../tensor";
import {
  broadcastReader,
  broadcastTensors,
  forEachIndex,
  isFloating,
  produce,
  promote,
  promoteAll,
  reasonOf,
  type Scalar,
} from "./common";

type Compute = (...values: number[]) => number;

const truth = (value: boolean): number => (value ? 1 : 0);
const floorMod: Compute = (a = 0, b = 0) => a - Math.floor(a / b) * b;

/** Functions by name: how the value is computed, and what becomes of the dtype. */
const FUNCTIONS: Readonly<Record<string, { compute: Compute; type?: "bool" | "float" }>> = {
  add: { compute: (a = 0, b = 0) => a + b },
  sub: { compute: (a = 0, b = 0) => a - b },
  mul: { compute: (a = 0, b = 0) => a * b },
  div: { compute: (a = 0, b = 0) => a / b, type: "float" },
  floordiv: { compute: (a = 0, b = 0) => Math.floor(a / b) },
  mod: { compute: floorMod },
  pow: { compute: (a = 0, b = 0) => a ** b },
  maximum: { compute: (a = 0, b = 0) => Math.max(a, b) },
  minimum: { compute: (a = 0, b = 0) => Math.min(a, b) },
  atan2: { compute: (a = 0, b = 0) => Math.atan2(a, b), type: "float" },
  squared_difference: { compute: (a = 0, b = 0) => (a - b) ** 2 },
  eq: { compute: (a = 0, b = 0) => truth(a === b), type: "bool" },
  ne: { compute: (a = 0, b = 0) => truth(a !== b), type: "bool" },
  lt: { compute: (a = 0, b = 0) => truth(a < b), type: "bool" },
  le: { compute: (a = 0, b = 0) => truth(a <= b), type: "bool" },
  gt: { compute: (a = 0, b = 0) => truth(a > b), type: "bool" },
  ge: { compute: (a = 0, b = 0) => truth(a >= b), type: "bool" },
  logical_and: { compute: (a = 0, b = 0) => truth(a !== 0 && b !== 0), type: "bool" },
  logical_or: { compute: (a = 0, b = 0) => truth(a !== 0 || b !== 0), type: "bool" },
  logical_xor: { compute: (a = 0, b = 0) => truth((a !== 0) !== (b !== 0)), type: "bool" },
  bitwise_and: { compute: (a = 0, b = 0) => a & b },
  bitwise_or: { compute: (a = 0, b = 0) => a | b },
  bitwise_xor: { compute: (a = 0, b = 0) => a ^ b },
  shift_left: { compute: (a = 0, b = 0) => a * 2 ** b },
  shift_right: { compute: (a = 0, b = 0) => Math.floor(a / 2 ** b) },
};

export type Operand = Tensor | Scalar;

/** What stands at each place: "tensor" for the next tensor, the number, or null for a number that is not known. */
function placesOf(operands: readonly Operand[]): { places?: (string | number | null)[] } {
  if (operands.every((operand) => operand instanceof Tensor)) return {};
  return { places: operands.map((operand) => (operand instanceof Tensor ? "tensor" : operand.value)) };
}

export interface ElementwiseOptions {
  dtype?: DType;
}

/**
 * An element-wise function over tensors and plain numbers; at least one operand is a tensor. A name without an entry in the table
 * keeps the promoted dtype and computes no values.
 */
export function elementwise(
  vm: Vm,
  name: string,
  operands: readonly Operand[],
  options: ElementwiseOptions = {},
): Tensor {
  const tensors = operands.filter((operand): operand is Tensor => operand instanceof Tensor);
  const entry = FUNCTIONS[name];
  const shape = broadcastTensors(vm, tensors);
  let dtype = options.dtype ?? promoteAll(operands);
  if (options.dtype === undefined && entry?.type === "bool") dtype = "bool";
  if (options.dtype === undefined && entry?.type === "float" && !isFloating(dtype)) dtype = "float32";
  const constantOperand =
    tensors.length < operands.length ||
    tensors.some((tensor) => tensor.role !== "activation" && tensor.role !== "input");
  return produce(vm, { kind: "elementwise", function: name, constantOperand }, tensors, {
    shape,
    dtype,
    reason: shape === null ? reasonOf(vm, ...tensors) : null,
    settings: placesOf(operands),
    data: entry && shape !== null && isKnown(shape) ? () => compute(entry.compute, operands, shape) : undefined,
  });
}

/** `condition ? a : b`, element by element. */
export function where(vm: Vm, condition: Tensor, a: Operand, b: Operand): Tensor {
  const operands = [condition, a, b];
  const tensors = operands.filter((operand): operand is Tensor => operand instanceof Tensor);
  const shape = broadcastTensors(vm, tensors);
  const dtype = a instanceof Tensor && b instanceof Tensor ? promote(a.dtype, b.dtype) : promoteAll([a, b]);
  return produce(vm, { kind: "elementwise", function: "where", constantOperand: tensors.length < 3 }, tensors, {
    shape,
    dtype,
    reason: shape === null ? reasonOf(vm, ...tensors) : null,
    settings: placesOf(operands),
    data:
      shape !== null && isKnown(shape)
        ? () => compute((c = 0, x = 0, y = 0) => (c !== 0 ? x : y), operands, shape)
        : undefined,
  });
}

/** The values of a function of small constants, row-major; null when one is not known. */
function compute(fn: Compute, operands: readonly Operand[], shape: readonly number[]): readonly number[] | null {
  const readers: ((index: readonly number[]) => number)[] = [];
  for (const operand of operands) {
    if (!(operand instanceof Tensor)) {
      const { value } = operand;
      if (value === null) return null;
      readers.push(() => value);
      continue;
    }
    const { data, shape: own } = operand;
    if (data === null || own === null || !isKnown(own)) return null;
    readers.push(broadcastReader(data, own, shape.length));
  }
  const values: number[] = [];
  forEachIndex(shape, (index) => values.push(fn(...readers.map((read) => read(index)))));
  return values;
}
