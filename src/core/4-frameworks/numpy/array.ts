// numpy arrays: constants with shape, dtype and, while small, their values. Arrays never become operations of a model graph.
// A result with no dimensions is a plain number of the language, so that `np.prod(shape)` can be a layer's argument.
// Views share memory in numpy and are copies here; so writing to an array makes the values of its relatives unknown.
import { Unknown } from "../../2-evaluate/signals";
import { bool, float, int, isOpaque, ListValue, OpaqueValue, TupleValue, type Value } from "../../2-evaluate/values";
import type { Journaled, Vm } from "../../2-evaluate/vm";
import { constant, DATA_LIMIT, isFloating } from "../../3-graph/operations/common";
import { type Dim, elements, isKnown, type Shape, toDim } from "../../3-graph/shape";
import { type DType, Tensor, type TensorLibrary } from "../../3-graph/tensor";
import { promoteTypes, settled } from "./dtypes";

/** How arrays answer; library.ts fills in the behaviour, which needs the functions that need this object. */
export const numpyLibrary: TensorLibrary = {
  typeName: "ndarray",
  errorType: "ValueError",
  attribute: () => undefined,
  binary: () => undefined,
  unary: () => undefined,
  compare: () => undefined,
  getIndex: () => undefined,
  isInstanceOf: () => false,
};

/** An array. Values that do not fit the shape or the dtype are left out: then they are not known. */
export function array(
  shape: Shape | null,
  dtype: DType,
  data: readonly number[] | null = null,
  reason: OpaqueValue | null = null,
): Tensor {
  const size = shape === null ? null : elements(shape);
  const fits = data !== null && typeof size === "number" && data.length === size && size <= DATA_LIMIT;
  return constant(numpyLibrary, shape, dtype, fits ? settled(dtype, data) : null, reason);
}

/** Why the values of these arrays are not known, when one says so. */
export function whyUnknown(...tensors: readonly Tensor[]): OpaqueValue | null {
  return (
    tensors.find((tensor) => tensor.reason !== null && (tensor.data === null || tensor.shape === null))?.reason ?? null
  );
}

/** The reason without the name of a dimension: a result is not that dimension any more. */
export function plainReason(reason: OpaqueValue): OpaqueValue {
  return reason.dimension === null ? reason : new OpaqueValue(reason.reason, reason.place);
}

/**
 * A value that carries a float16 or float32 into the program. Further arithmetic rounds differently in numpy 1 and 2, so only values
 * with a short binary fraction are given.
 */
export function floatScalar(vm: Vm, value: number, dtype: DType): Value {
  const wide = dtype === "float64" || !Number.isFinite(value) || Number.isInteger(value * 1024);
  return wide ? float(value) : vm.unknown(`arithmetic with a ${dtype} number is rounded in ways that are not modelled`);
}

/** The only value of an array as a number of the language, or unknown. */
export function scalarOf(vm: Vm, tensor: Tensor, what = "a value of an array"): Value {
  const value = tensor.data?.[0];
  if (value === undefined) {
    return tensor.reason ? plainReason(tensor.reason) : vm.unknown(`${what} is not known`);
  }
  if (tensor.dtype === "bool") return bool(value !== 0);
  return isFloating(tensor.dtype) ? floatScalar(vm, value, tensor.dtype) : int(value + 0);
}

/** A result: arrays with dimensions as they are, those without as numbers. */
export function give(vm: Vm, tensor: Tensor, what?: string): Value {
  return tensor.shape?.length === 0 ? scalarOf(vm, tensor, what) : tensor;
}

/** Nested lists of the values; undefined where they are not known. */
export function toList(vm: Vm, tensor: Tensor): Value | undefined {
  const { data, shape } = tensor;
  if (!data || !shape || !isKnown(shape)) return undefined;
  const build = (axis: number, offset: number, size: number): Value => {
    if (axis === shape.length) return scalarOf(vm, array([], tensor.dtype, [data[offset] as number]));
    const count = shape[axis] as number;
    const step = count === 0 ? 0 : size / count;
    return new ListValue(Array.from({ length: count }, (_, i) => build(axis + 1, offset + i * step, step)));
  };
  return build(0, 0, data.length);
}

// --- values of the program as arrays --------------------------------------------------------------------------------

function isWholeOrBoolean(value: Value): boolean {
  return value.kind === "number" || value.kind === "boolean";
}

function fromNumbers(items: readonly Value[]): Tensor {
  const data: number[] = [];
  let dtype: DType = "bool";
  for (const item of items) {
    if (item.kind === "number") {
      data.push(item.value);
      if (item.isFloat) dtype = "float64";
      else if (dtype === "bool") dtype = "int64";
    } else if (item.kind === "boolean") data.push(item.value ? 1 : 0);
  }
  return array([items.length], dtype, data);
}

/** A list or tuple: what its items agree on. An unknown item beside known ones is taken to be like them, as numpy demands. */
function fromItems(vm: Vm, items: readonly Value[]): Tensor {
  if (items.length === 0) return array([0], "float64", []);
  if (items.every(isWholeOrBoolean)) return fromNumbers(items);
  const unknown = items.find(isOpaque) ?? null;
  const parts = items.flatMap((item) => (isOpaque(item) ? [] : [toArray(vm, item)]));
  const [first] = parts;
  if (!first) throw new Unknown(plainReason(unknown as OpaqueValue));
  const rank = first.shape?.length;
  if (parts.some((part) => part.shape === null)) return array(null, first.dtype, null, whyUnknown(...parts));
  if (parts.some((part) => part.shape?.length !== rank)) throw vm.giveUp("an array of sequences of different lengths");
  const shape = (first.shape as Shape).map((dim, axis): Dim => {
    const sizes = new Set(parts.map((part) => part.shape?.[axis] as Dim));
    const known = [...sizes].filter((size) => typeof size === "number");
    if (known.length > 1) throw vm.giveUp("an array of sequences of different lengths");
    return known[0] ?? dim;
  });
  const dtype = parts.reduce((type, part) => promoteTypes(type, part.dtype), first.dtype);
  const data =
    unknown || parts.some((part) => part.data === null) ? null : parts.flatMap((part) => part.data as number[]);
  const reason = unknown ? plainReason(unknown) : whyUnknown(...parts);
  return array([items.length, ...shape], dtype, data, reason);
}

/** A value as an array. Throws Unknown for what is not known, for objects, and for tensors of a model. */
export function toArray(vm: Vm, value: Value | undefined): Tensor {
  switch (value?.kind) {
    case "opaque":
      throw new Unknown(plainReason(value));
    case "number":
      return array([], value.isFloat ? "float64" : "int64", [value.value]);
    case "boolean":
      return array([], "bool", [value.value ? 1 : 0]);
    case "string":
      return array([], "string");
    case "list":
    case "tuple":
      return fromItems(vm, vm.items(value));
    case "range":
      return array(
        [value.length],
        "int64",
        value.length > DATA_LIMIT ? null : Array.from({ length: value.length }, (_, i) => value.start + i * value.step),
      );
    case "host":
      if (value instanceof Tensor) return adopt(vm, value);
      break;
    case "instance":
      if (value.payload) return toArray(vm, value.payload);
      break;
    default:
  }
  throw vm.giveUp(`an array of ${value ? vm.typeName(value) : "nothing"} is not modelled`);
}

/** An array as it is; a stored or constant tensor of a framework as an array. */
function adopt(vm: Vm, tensor: Tensor): Tensor {
  if (tensor.library === numpyLibrary) return tensor;
  if (tensor.role === "activation" || tensor.role === "input") {
    throw vm.giveUp("a numpy function is applied to a tensor of the model");
  }
  const reason = tensor.reason ?? (tensor.data ? null : vm.unknown("the values of a tensor are not known"));
  return array(tensor.shape, tensor.dtype, tensor.data, reason);
}

/** Arrays of a list, tuple or array argument. */
export function toArrays(vm: Vm, value: Value | undefined): Tensor[] {
  if (value === undefined) return [];
  return vm.items(value).map((item) => toArray(vm, item));
}

/** A copy that shares no memory. */
export function copyOf(tensor: Tensor): Tensor {
  return sameFacts(tensor, array(tensor.shape, tensor.dtype, tensor.data, tensor.reason));
}

/** What is known of values that are not known one by one: labels of a data set have limits and a number of classes. */
export interface ValueFacts {
  min: number;
  max: number;
  /** How many different values there are. */
  distinct: number;
}

const facts = new WeakMap<Tensor, ValueFacts>();

/** Notes what is known of the values of an array. */
export function describeValues(tensor: Tensor, known: ValueFacts): void {
  facts.set(tensor, known);
}

export function factsOf(tensor: Tensor): ValueFacts | undefined {
  return facts.get(tensor);
}

/** The same elements in another array have the same facts; gives that array. */
export function sameFacts(from: Tensor, to: Tensor): Tensor {
  const known = facts.get(from);
  if (known && from.shape && to.shape && elements(from.shape) === elements(to.shape)) facts.set(to, known);
  return to;
}

// --- arguments ------------------------------------------------------------------------------------------------------

/** One dimension. Raises TypeError for a float, as numpy does. */
export function sizeOf(vm: Vm, value: Value | undefined, what = "a dimension"): Dim {
  if (value instanceof Tensor && value.shape?.length === 0) {
    return value.data?.[0] ?? value.reason ?? vm.unknown(`${what} is not known`);
  }
  return toDim(vm, value, what);
}

/** A shape: one number, or a sequence of them. Throws Unknown when the number of dimensions is not known. */
export function shapeArgument(vm: Vm, value: Value | undefined): Dim[] {
  if (value?.kind === "number" || (value instanceof Tensor && value.shape?.length === 0)) return [sizeOf(vm, value)];
  if (isOpaque(value)) {
    if (value.dimension !== null) return [value];
    throw new Unknown(value);
  }
  if (value === undefined) throw vm.error("TypeError", "a shape is missing");
  return vm.items(value).map((item) => sizeOf(vm, item));
}

/** A known whole number. */
export function knownInt(vm: Vm, value: Value | undefined, what: string): number {
  const size = sizeOf(vm, value, what);
  if (typeof size !== "number") throw new Unknown(size);
  return size;
}

/** Axes given as one number, several, or None for all. */
export function axesArgument(vm: Vm, value: Value | undefined): number[] | null {
  if (value === undefined || value.kind === "none") return null;
  if (value.kind === "tuple" || value.kind === "list") return value.items.map((item) => knownInt(vm, item, "an axis"));
  return [knownInt(vm, value, "an axis")];
}

/** A tuple of the dimensions. */
export function shapeValue(vm: Vm, tensor: Tensor): Value {
  if (tensor.shape === null) return tensor.reason ?? vm.unknown("the shape of an array is not known");
  return new TupleValue(tensor.shape.map((dim) => (typeof dim === "number" ? int(dim) : dim)));
}

/** A shape that must have a known rank. Throws Unknown. */
export function ranked(vm: Vm, tensor: Tensor): Shape {
  if (tensor.shape === null) throw new Unknown(tensor.reason ?? vm.unknown("the shape of an array is not known"));
  return tensor.shape;
}

// --- writing --------------------------------------------------------------------------------------------------------

/** The changing part of an array, for branches on unknown conditions. */
class ArrayState implements Journaled {
  readonly kind = "journaled";
  constructor(private readonly tensor: Tensor) {}
  save(): unknown {
    return { data: this.tensor.data, shape: this.tensor.shape };
  }
  restore(state: unknown): void {
    const saved = state as { data: readonly number[] | null; shape: Shape | null };
    this.tensor.data = saved.data;
    (this.tensor as { shape: Shape | null }).shape = saved.shape;
  }
  join(left: unknown, right: unknown, why: OpaqueValue): void {
    const a = left as { data: readonly number[] | null; shape: Shape | null };
    const b = right as { data: readonly number[] | null; shape: Shape | null };
    const same = a.data !== null && b.data !== null && a.data.every((value, i) => Object.is(value, b.data?.[i]));
    this.tensor.data = same && a.data?.length === b.data?.length ? a.data : null;
    const sameRank = a.shape?.length === b.shape?.length;
    (this.tensor as { shape: Shape | null }).shape =
      sameRank && a.shape ? a.shape.map((dim, axis) => (dim === b.shape?.[axis] ? dim : why)) : null;
  }
}

const states = new WeakMap<Tensor, ArrayState>();
const families = new WeakMap<Tensor, Set<Tensor>>();

function touch(vm: Vm, tensor: Tensor): void {
  let state = states.get(tensor);
  if (!state) {
    state = new ArrayState(tensor);
    states.set(tensor, state);
  }
  vm.touch(state);
}

/** Notes that `view` shares memory with `base`; gives the view. */
export function share(base: Tensor, view: Tensor): Tensor {
  sameFacts(base, view);
  if (base === view || (base.data === null && view.data === null && !facts.has(view))) return view;
  const family = families.get(base) ?? new Set([base]);
  family.add(view);
  families.set(base, family);
  families.set(view, family);
  return view;
}

/** Gives an array new values (null: not known), and those that share its memory unknown ones. */
export function write(vm: Vm, tensor: Tensor, data: readonly number[] | null): void {
  facts.delete(tensor);
  for (const relative of families.get(tensor) ?? []) {
    facts.delete(relative);
    if (relative === tensor || relative.data === null) continue;
    touch(vm, relative);
    relative.data = null;
  }
  if (tensor.data === null && data === null) return;
  touch(vm, tensor);
  tensor.data = data === null ? null : settled(tensor.dtype, data);
}

/** Changes the shape of an array in place (`x.shape = …`, `resize`). */
export function reshapeInPlace(vm: Vm, tensor: Tensor, shape: Shape): void {
  touch(vm, tensor);
  (tensor as { shape: Shape | null }).shape = shape;
}
