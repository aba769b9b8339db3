// What the operations share: one exit that adds an operation to the graph (or folds it, when all operands are constants),
// errors in the style of the tensor's framework, axes, broadcasting and dtype promotion.
import type { Raised } from "../../2-evaluate/signals";
import type { OpaqueValue } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { emit } from "../graph";
import type { Attributes, Settings } from "../operation";
import { type Dim, elements, type Shape, showShape } from "../shape";
import { type DType, Tensor, type TensorLibrary } from "../tensor";

/** Values of a constant are kept up to this many elements: enough for shape arithmetic, drop-path schedules and index tables. */
export const DATA_LIMIT = 4096;

/** A shape error as the tensor's framework would raise it: `throw raise(vm, x, "…")`. */
export function raise(vm: Vm, tensor: Tensor | undefined, message: string): Raised {
  const error = vm.error(tensor?.library.errorType ?? "ValueError", message);
  error.fromFramework = true;
  return error;
}

/** The reason why a shape built from these tensors is not known. */
export function reasonOf(vm: Vm, ...tensors: readonly Tensor[]): OpaqueValue {
  for (const tensor of tensors) if (tensor.shape === null && tensor.reason) return tensor.reason;
  return vm.unknown("the shape of a tensor is not known");
}

/** An axis counted from the end made positive. Raises when it is out of range. */
export function positiveAxis(vm: Vm, tensor: Tensor, axis: number, rank = tensor.shape?.length ?? 0): number {
  const low = rank === 0 ? -1 : -rank;
  const high = rank === 0 ? 0 : rank - 1;
  if (axis < low || axis > high) {
    throw vm.error(
      "IndexError",
      `Dimension out of range (expected to be in range of [${low}, ${high}], but got ${axis})`,
    );
  }
  return axis < 0 ? axis + Math.max(rank, 1) : axis;
}

/** Axes made positive, without repeats, in ascending order; null means all. */
export function positiveAxes(vm: Vm, tensor: Tensor, axes: readonly number[] | null, rank: number): number[] {
  if (axes === null) return Array.from({ length: rank }, (_, axis) => axis);
  if (rank === 0) return [];
  return [...new Set(axes.map((axis) => positiveAxis(vm, tensor, axis, rank)))].sort((a, b) => a - b);
}

/** True for what is stored with the model or made while running, and so is not an activation. */
export function isConstant(tensor: Tensor): boolean {
  return tensor.role === "constant";
}

/** A constant tensor; `data` row-major. */
export function constant(
  library: TensorLibrary,
  shape: Shape | null,
  dtype: DType,
  data: readonly number[] | null = null,
  reason: OpaqueValue | null = null,
): Tensor {
  const tensor = new Tensor(shape, dtype, library, reason);
  tensor.role = "constant";
  tensor.data = data !== null && data.length <= DATA_LIMIT ? data : null;
  return tensor;
}

/** What `produce` makes. `data` computes the values when all operands are constants with known values. */
export interface Product {
  shape: Shape | null;
  dtype?: DType;
  reason?: OpaqueValue | null;
  data?: (() => readonly number[] | null) | undefined;
  library?: TensorLibrary;
  /** What the operation only reads (kernel, bias, table), whatever its role; operands are then all inputs. */
  weights?: readonly Tensor[];
  settings?: Settings | undefined;
}

/** Kinds that cost multiply-accumulates and are never folded away, even on constants. */
const CONTRACTIONS: ReadonlySet<Attributes["kind"]> = new Set(["conv", "dense", "matmul", "contraction", "recurrent"]);

/**
 * The exit of every operation with one result. Operands that are parameters, buffers or constants become the operation's `weights`,
 * the others its `inputs`. When all operands are constants nothing is added to the graph and the result is a constant,
 * except for contractions, which cost wherever they run.
 */
export function produce(vm: Vm, attributes: Attributes, operands: readonly Tensor[], product: Product): Tensor {
  const first = operands[0];
  const dtype = product.dtype ?? first?.dtype ?? "float32";
  if (operands.length > 0 && operands.every(isConstant) && !CONTRACTIONS.has(attributes.kind)) {
    const small = operands.every((operand) => operand.data !== null);
    const size = product.shape === null ? null : elements(product.shape);
    const exact = small && typeof size === "number" && size <= DATA_LIMIT ? (product.data?.() ?? null) : null;
    // Values of single precision are rounded as the framework rounds them: schedules that end in a floor depend on it.
    const data = exact !== null && dtype === "float32" ? exact.map(Math.fround) : exact;
    const library = product.library ?? (first as Tensor).library;
    if (attributes.kind === "unknown") return makeWith(vm, attributes, operands, product, dtype);
    return constant(library, product.shape, dtype, data, product.reason ?? null);
  }
  return makeWith(vm, attributes, operands, product, dtype);
}

function makeWith(vm: Vm, attributes: Attributes, operands: readonly Tensor[], product: Product, dtype: DType): Tensor {
  const inputs: Tensor[] = product.weights ? [...operands] : [];
  const weights: Tensor[] = product.weights ? [...product.weights] : [];
  for (const operand of product.weights ? [] : operands) {
    const stored = operand.role === "weight" || operand.role === "buffer" || operand.role === "constant";
    (stored ? weights : inputs).push(operand);
  }
  const output = { shape: product.shape, dtype, reason: product.reason ?? null };
  const library = product.library ?? operands[0]?.library;
  const how = { ...(product.weights ? {} : { operands }), settings: product.settings };
  return emit(vm, attributes, inputs, weights, [output], library, how)[0] as Tensor;
}

/** An operation we do not model: its cost and its shape are unknown with this reason. */
export function unknownOperation(
  vm: Vm,
  name: string,
  reason: string,
  operands: readonly Tensor[],
  shape?: Shape,
): Tensor {
  const why = vm.unknown(reason);
  return produce(vm, { kind: "unknown", name, reason }, operands, { shape: shape ?? null, reason: shape ? null : why });
}

/** A tensor whose shape is not known, of an operation that costs no contraction. */
export function unknownShape(
  vm: Vm,
  attributes: Attributes,
  operands: readonly Tensor[],
  why?: OpaqueValue | null,
): Tensor {
  return produce(vm, attributes, operands, { shape: null, reason: why ?? reasonOf(vm, ...operands) });
}

/** Two dimensions under broadcasting; undefined when they do not fit. An unknown one takes the size of a known one above 1. */
function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return a === b ? a : a === 1 ? b : b === 1 ? a : undefined;
  if (typeof a === "number") return a === 1 ? b : a;
  if (typeof b === "number") return b === 1 ? a : b;
  return a;
}

/** The broadcast of several shapes (numpy rules); undefined when they do not fit. */
export function broadcastShapes(shapes: readonly Shape[]): Shape | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: Dim[] = new Array<Dim>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const dim = broadcastDim(result[offset + axis] as Dim, shape[axis] as Dim);
      if (dim === undefined) return undefined;
      result[offset + axis] = dim;
    }
  }
  return result;
}

/** The broadcast shape of tensors, null when a rank is not known. Raises when they do not fit. */
export function broadcastTensors(vm: Vm, tensors: readonly Tensor[]): Shape | null {
  const shapes: Shape[] = [];
  for (const tensor of tensors) {
    if (tensor.shape === null) return null;
    shapes.push(tensor.shape);
  }
  const shape = broadcastShapes(shapes);
  if (shape === undefined) {
    const names = shapes.map(showShape).join(" and ");
    throw raise(vm, tensors[0], `shapes ${names} cannot be broadcast together: their sizes differ and neither is 1`);
  }
  return shape;
}

/** Strides of a known shape in row-major order. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

/** Calls `visit` with every index of a known shape in row-major order. The array is reused. */
export function forEachIndex(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const total = shape.reduce((product, dim) => product * dim, 1);
  const index = new Array<number>(shape.length).fill(0);
  for (let count = 0; count < total; count++) {
    visit(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
}

const RANKS: readonly DType[] = [
  "bool",
  "uint8",
  "int8",
  "int16",
  "int32",
  "int64",
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "complex64",
];

export function isFloating(dtype: DType): boolean {
  return dtype.startsWith("float") || dtype === "bfloat16" || dtype === "complex64";
}

function category(dtype: DType): number {
  return dtype === "bool" ? 0 : dtype === "complex64" ? 3 : isFloating(dtype) ? 2 : 1;
}

/** The common dtype of two tensors of equal standing. */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  if ((a === "uint8" && b === "int8") || (a === "int8" && b === "uint8")) return "int16";
  if ((a === "float16" && b === "bfloat16") || (a === "bfloat16" && b === "float16")) return "float32";
  return RANKS.indexOf(a) >= RANKS.indexOf(b) ? a : b;
}

/** A number written in the program, as an operand beside tensors. `value` is null when it is not known. */
export interface Scalar {
  value: number | null;
  isFloat: boolean;
  isBoolean?: boolean;
}

/**
 * The dtype of an operation on tensors and plain numbers: tensors with dimensions decide, then 0-d tensors, then numbers; a lower
 * standing counts only when its category (boolean, whole, floating) is higher.
 */
export function promoteAll(operands: readonly (Tensor | Scalar)[]): DType {
  const standings: (DType | null)[] = [null, null, null];
  for (const operand of operands) {
    const isTensor = operand instanceof Tensor;
    const standing = !isTensor ? 2 : operand.shape !== null && operand.shape.length === 0 ? 1 : 0;
    const dtype = isTensor ? operand.dtype : operand.isBoolean ? "bool" : operand.isFloat ? "float32" : "int64";
    const known = standings[standing] ?? null;
    standings[standing] = known === null ? dtype : promote(known, dtype);
  }
  let result: DType | null = null;
  for (const dtype of standings) {
    if (dtype === null) continue;
    if (result === null || category(dtype) > category(result)) result = dtype;
  }
  return result ?? "float32";
}

/** Reads the element of an array that broadcasting puts at an index of the whole; `shape` is the array's own, `rank` the whole's. */
export function broadcastReader(
  data: readonly number[],
  shape: readonly number[],
  rank: number,
): (index: readonly number[]) => number {
  const strides = rowMajor(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  const offset = rank - shape.length;
  return (index) => {
    let at = 0;
    for (let axis = 0; axis < strides.length; axis++)
      at += (index[offset + axis] as number) * (strides[axis] as number);
    return data[at] as number;
  };
}
