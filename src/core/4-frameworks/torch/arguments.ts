// Reading arguments of torch functions: tensors, plain numbers beside tensors, sizes, axes, per-dimension options.
// A value that is not known stands for a tensor of unknown shape where a tensor is wanted; the graph then has a gap.
import { Unknown } from "../../2-evaluate/signals";
import {
  bool,
  float,
  int,
  isNone,
  isOpaque,
  ListValue,
  type OpaqueValue,
  TupleValue,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { currentGraph } from "../../3-graph/graph";
import { constant, isFloating, type Scalar } from "../../3-graph/operations/common";
import { type Dim, dimValue, isKnown, type Shape } from "../../3-graph/shape";
import { type DType, Tensor, type TensorLibrary } from "../../3-graph/tensor";
import { sizeClass } from "./size";

/** Set by tensor-library.ts; here to keep the files from importing each other in a circle. */
let library: TensorLibrary | null = null;
export function setTorchLibrary(value: TensorLibrary): void {
  library = value;
}
export function torchLibrary(): TensorLibrary {
  if (!library) throw new Error("the torch library is not loaded");
  return library;
}

/** Notes that the graph is not complete because of this value. */
export function noteGap(vm: Vm, why: OpaqueValue): void {
  const graph = currentGraph(vm);
  if (graph.gaps.includes(why)) return;
  vm.touch(graph);
  graph.gaps.push(why);
}

/** A tensor that stands for something not known. */
export function unknownTensor(vm: Vm, why: OpaqueValue): Tensor {
  noteGap(vm, why);
  return new Tensor(null, "float32", torchLibrary(), why);
}

/** A number as a 0-d constant. */
export function scalarTensor(value: number | null, dtype: DType): Tensor {
  return constant(torchLibrary(), [], dtype, value === null ? null : [value]);
}

/** A tensor argument. Numbers become 0-d constants, lists constants; what is not known a tensor of unknown shape. */
export function toTensor(vm: Vm, value: Value | undefined, what = "input"): Tensor {
  if (value instanceof Tensor) return value.library === torchLibrary() ? value : adopt(value);
  if (isOpaque(value)) return unknownTensor(vm, value);
  if (value?.kind === "number") return scalarTensor(value.value, value.isFloat ? "float32" : "int64");
  if (value?.kind === "boolean") return scalarTensor(value.value ? 1 : 0, "bool");
  throw vm.error("TypeError", `argument '${what}' must be Tensor, not ${value ? vm.typeName(value) : "missing"}`);
}

/** A tensor of another library (a numpy array) as one of torch. */
export function adopt(value: Tensor): Tensor {
  const tensor = new Tensor(value.shape, value.dtype, torchLibrary(), value.reason);
  tensor.role = "constant";
  tensor.data = value.data;
  return tensor;
}

export function optionalTensor(vm: Vm, value: Value | undefined, what = "input"): Tensor | null {
  return isNone(value) ? null : toTensor(vm, value, what);
}

/** An operand of arithmetic: a tensor or a plain number. */
export function toOperand(vm: Vm, value: Value | undefined, what = "other"): Tensor | Scalar {
  if (value?.kind === "number") return { value: value.value, isFloat: value.isFloat };
  if (value?.kind === "boolean") return { value: value.value ? 1 : 0, isFloat: false, isBoolean: true };
  // A dimension that is not known is a number all the same.
  if (isOpaque(value) && value.dimension !== null) return { value: null, isFloat: false };
  return toTensor(vm, value, what);
}

/** A size: a whole number, a 0-d tensor with a known value, or unknown. Raises for a float, as torch does. */
export function toSize(vm: Vm, value: Value | undefined, what: string): Dim {
  if (isOpaque(value)) return value;
  if (value instanceof Tensor) {
    const known = value.data?.length === 1 ? value.data[0] : undefined;
    return known ?? vm.unknown(`${what} depends on the values of a tensor`);
  }
  if (value?.kind === "number") {
    if (value.isFloat || !Number.isInteger(value.value))
      throw vm.error("TypeError", `${what} must be a whole number, but got float ${value.value}`);
    return value.value;
  }
  if (value?.kind === "boolean") return value.value ? 1 : 0;
  throw vm.error("TypeError", `${what} must be a whole number, not ${value ? vm.typeName(value) : "missing"}`);
}

/** Sizes given as numbers one by one or as one sequence: `view(2, 3)`, `view((2, 3))`, `view(x.shape)`. */
export function toSizes(vm: Vm, rest: Value, what: string): Dim[] {
  const items = vm.items(rest);
  const [only] = items;
  if (items.length === 1 && only && isSequence(only)) return vm.items(only).map((item) => toSize(vm, item, what));
  return items.map((item) => toSize(vm, item, what));
}

export function isSequence(value: Value): boolean {
  return (
    value.kind === "list" ||
    value.kind === "tuple" ||
    value.kind === "range" ||
    value.kind === "iterator" ||
    (value instanceof Tensor && value.shape?.length === 1)
  );
}

/** A known whole number for an axis. */
export function toAxis(vm: Vm, value: Value | undefined, what = "dim"): number {
  const size = toSize(vm, value, what);
  if (typeof size !== "number") throw new Unknown(size);
  return size;
}

/** Axes given as a number, a sequence, or None for all. */
export function toAxes(vm: Vm, value: Value | undefined): number[] | null {
  if (isNone(value) || value === undefined) return null;
  if (isSequence(value)) return vm.items(value).map((item) => toAxis(vm, item));
  return [toAxis(vm, value)];
}

/** A per-dimension option as torch takes it: one number for all, or one per dimension. */
export function toTuple(vm: Vm, value: Value | undefined, count: number, what: string): Dim[] {
  if (value !== undefined && isSequence(value)) {
    const items = vm.items(value).map((item) => toSize(vm, item, what));
    if (items.length === 1) return new Array<Dim>(count).fill(items[0] as Dim);
    if (items.length !== count)
      throw vm.error("RuntimeError", `${what} must be one number or ${count} numbers, but got ${items.length}`);
    return items;
  }
  return new Array<Dim>(count).fill(toSize(vm, value, what));
}

/** The same, for options that must be known. */
export function toKnownTuple(vm: Vm, value: Value | undefined, count: number, what: string): number[] {
  return toTuple(vm, value, count, what).map((dim) => {
    if (typeof dim !== "number") throw new Unknown(dim);
    return dim;
  });
}

/** Tensors of a list or tuple argument. */
export function toTensors(vm: Vm, value: Value | undefined, what = "tensors"): Tensor[] {
  if (value === undefined) return [];
  if (value instanceof Tensor) {
    const items = value.iterate(vm);
    if (!Array.isArray(items)) throw new Unknown(items ?? vm.unknown("a tensor cannot be taken apart"));
    return items.map((item) => toTensor(vm, item, what));
  }
  return vm.items(value).map((item) => toTensor(vm, item, what));
}

/** All tensors in nested lists, tuples and dicts, in order. */
export function tensorsIn(value: Value | undefined, found: Tensor[] = []): Tensor[] {
  if (value === undefined) return found;
  if (value instanceof Tensor) found.push(value);
  else if (value.kind === "list" || value.kind === "tuple") for (const item of value.items) tensorsIn(item, found);
  else if (value.kind === "dict") for (const entry of value.entries.values()) tensorsIn(entry.value, found);
  else if (value.kind === "instance")
    for (const field of value.fields.values()) if (field instanceof Tensor) found.push(field);
  return found;
}

/** A shape as torch.Size, a tuple that also answers numel(). */
export function sizeValue(shape: Shape): TupleValue {
  const value = new TupleValue(shape.map(dimValue));
  value.type = sizeClass;
  return value;
}

/** Tensors as a tuple. */
export function tuple(items: readonly Value[]): TupleValue {
  return new TupleValue(items);
}

/** A nested plain value of a constant tensor: numbers, or lists of lists; undefined where values are not known. */
export function plainValue(tensor: Tensor): Value | undefined {
  const { data, shape, dtype } = tensor;
  if (!data || !shape || !isKnown(shape)) return undefined;
  const one = (value: number): Value =>
    dtype === "bool" ? bool(value !== 0) : isFloating(dtype) ? float(value) : int(value);
  const build = (axis: number, offset: number, size: number): Value => {
    if (axis === shape.length) return one(data[offset] as number);
    const count = shape[axis] as number;
    const step = count === 0 ? 0 : size / count;
    return new ListValue(Array.from({ length: count }, (_, i) => build(axis + 1, offset + i * step, step)));
  };
  return build(0, 0, data.length);
}
