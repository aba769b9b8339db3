// Indexing as numpy, PyTorch and TensorFlow do it: whole numbers, slices with steps, None, ellipsis, boolean masks, lists and
// tensors of indices. `readIndex` turns an index value of the program into plain items, `index` takes them.
import { isOpaque, type OpaqueValue, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { type Dim, isKnown, type Shape, showShape } from "../shape";
import { Tensor, type TensorLibrary } from "../tensor";
import { broadcastShapes, constant, forEachIndex, produce, reasonOf, rowMajor } from "./common";

export type IndexItem =
  | { kind: "new-axis" }
  | { kind: "ellipsis" }
  /** One position; it may be unknown, the dimension goes away all the same. */
  | { kind: "position"; at: Dim }
  | { kind: "slice"; lower: Dim | null; upper: Dim | null; step: Dim }
  /** Whole numbers or booleans. */
  | { kind: "tensor"; tensor: Tensor };

function bound(vm: Vm, value: Value, what: string): Dim | null {
  if (value.kind === "none" || value.kind === "undefined") return null;
  if (isOpaque(value)) return value;
  if (value.kind === "number" && Number.isInteger(value.value)) return value.value;
  if (value.kind === "boolean") return value.value ? 1 : 0;
  if (value instanceof Tensor) return scalarOf(vm, value);
  throw vm.error("TypeError", `${what} must be integers or None or have an __index__ method`);
}

function scalarOf(vm: Vm, tensor: Tensor): Dim {
  const known = tensor.data?.length === 1 ? tensor.data[0] : undefined;
  return known ?? vm.unknown("an index depends on the values of a tensor");
}

/** The items of an index value; lists become constant tensors of `library`. */
export function readIndex(vm: Vm, value: Value, library: TensorLibrary): IndexItem[] {
  if (value.kind === "tuple") return value.items.map((item) => readItem(vm, item, library));
  return [readItem(vm, value, library)];
}

function readItem(vm: Vm, value: Value, library: TensorLibrary): IndexItem {
  switch (value.kind) {
    case "none":
      return { kind: "new-axis" };
    case "ellipsis":
      return { kind: "ellipsis" };
    case "opaque":
      return { kind: "position", at: value };
    case "number":
      if (value.isFloat || !Number.isInteger(value.value)) break;
      return { kind: "position", at: value.value };
    case "boolean":
      return { kind: "tensor", tensor: constant(library, [], "bool", [value.value ? 1 : 0]) };
    case "slice":
      return {
        kind: "slice",
        lower: bound(vm, value.lower, "slice indices"),
        upper: bound(vm, value.upper, "slice indices"),
        step: bound(vm, value.step, "slice indices") ?? 1,
      };
    case "list":
    case "range":
    case "tuple":
      return { kind: "tensor", tensor: listTensor(vm, value, library) };
    case "host":
      if (value instanceof Tensor)
        return value.shape?.length === 0 && value.dtype !== "bool"
          ? { kind: "position", at: scalarOf(vm, value) }
          : { kind: "tensor", tensor: value };
      break;
    default:
  }
  throw vm.error(
    "IndexError",
    `only integers, slices (:), ellipsis (...), None and tensors of integers or booleans are valid indices (got ${vm.typeName(value)})`,
  );
}

/** A nested list of numbers as a constant; unknown entries leave the values out. */
function listTensor(vm: Vm, value: Value, library: TensorLibrary): Tensor {
  const items = vm.items(value);
  if (items.some((item) => item.kind === "list" || item.kind === "tuple")) {
    const parts = items.map((item) => listTensor(vm, item, library));
    const inner = parts[0]?.shape ?? [];
    const data = parts.every((part) => part.data !== null)
      ? parts.flatMap((part) => [...(part.data as readonly number[])])
      : null;
    return constant(library, [parts.length, ...inner], parts[0]?.dtype ?? "int64", data);
  }
  const numbers = items.map((item) =>
    item.kind === "number"
      ? item.value
      : item.kind === "boolean"
        ? item.value
          ? 1
          : 0
        : item instanceof Tensor && item.data?.length === 1
          ? (item.data[0] as number)
          : null,
  );
  const isMask = items.length > 0 && items.every((item) => item.kind === "boolean");
  return constant(
    library,
    [items.length],
    isMask ? "bool" : "int64",
    numbers.includes(null) ? null : (numbers as number[]),
  );
}

/** Number of elements a slice takes of a dimension, and where it starts. Unknown bounds give an unknown size. */
export function sliceSize(
  vm: Vm,
  size: Dim,
  lower: Dim | null,
  upper: Dim | null,
  step: Dim,
): { count: Dim; start: number | null } {
  if (typeof step !== "number") return { count: step, start: null };
  if (step === 0) throw vm.error("ValueError", "slice step cannot be zero");
  if (typeof lower === "object" && lower !== null) return { count: lower, start: null };
  if (typeof upper === "object" && upper !== null) return { count: upper, start: null };
  if (typeof size !== "number") {
    // Without the size only a full slice and one counted from the end (x[-3:]) have a known result; the latter may still be cut short.
    return { count: lower === null && upper === null && Math.abs(step) === 1 ? size : restOf(vm, size), start: null };
  }
  const clip = (at: number, low: number, high: number) => Math.min(high, Math.max(low, at < 0 ? at + size : at));
  if (step > 0) {
    const start = lower === null ? 0 : clip(lower, 0, size);
    const stop = upper === null ? size : clip(upper, 0, size);
    return { count: Math.max(0, Math.ceil((stop - start) / step)), start };
  }
  const start = lower === null ? size - 1 : clip(lower, -1, size - 1);
  const stop = upper === null ? -1 : clip(upper, -1, size - 1);
  return { count: Math.max(0, Math.ceil((start - stop) / -step)), start };
}

function restOf(vm: Vm, size: OpaqueValue): OpaqueValue {
  return vm.unknown(`a slice of a dimension that is not known (${size.reason})`);
}

interface Plan {
  shape: Shape;
  /** The input element for an index of the result; null where values do not matter. */
  simple: { axis: number; start: number; step: number }[] | null;
  keepsBatch: boolean;
  gathers: Tensor[];
}

/** How many dimensions of the input an item takes. */
function taken(item: IndexItem): number {
  if (item.kind === "new-axis" || item.kind === "ellipsis") return 0;
  return item.kind === "tensor" && item.tensor.dtype === "bool" ? (item.tensor.shape?.length ?? 1) : 1;
}

/** The result of indexing a shape. */
function planIndex(vm: Vm, from: Shape, given: readonly IndexItem[]): Plan | OpaqueValue {
  const used = given.reduce((sum, item) => sum + taken(item), 0);
  if (used > from.length) throw vm.error("IndexError", `too many indices for tensor of dimension ${from.length}`);
  const fill: IndexItem[] = new Array<IndexItem>(from.length - used).fill({
    kind: "slice",
    lower: null,
    upper: null,
    step: 1,
  });
  const dots = given.findIndex((item) => item.kind === "ellipsis");
  const items = dots < 0 ? [...given, ...fill] : [...given.slice(0, dots), ...fill, ...given.slice(dots + 1)];
  const shape: Dim[] = [];
  const simple: NonNullable<Plan["simple"]> = [];
  const gathers: Tensor[] = [];
  const gatherShapes: Shape[] = [];
  // Where the dimensions of index tensors go: in place of the first when they stand side by side, else in front.
  let gatherPlace = -1;
  let lastGather = -1;
  let separated = false;
  let axis = 0;
  let isSimple = true;
  let keepsBatch = false;
  const hasTensor = items.some((item) => item.kind === "tensor");
  items.forEach((item, place) => {
    const size = from[axis] as Dim;
    if (item.kind === "new-axis") {
      shape.push(1);
      return;
    }
    if (item.kind === "ellipsis") return;
    if (item.kind === "slice") {
      const { count, start } = sliceSize(vm, size, item.lower, item.upper, item.step);
      if (start === null || typeof item.step !== "number") isSimple = false;
      simple.push({ axis, start: start ?? 0, step: typeof item.step === "number" ? item.step : 1 });
      if (axis === 0 && shape.length === 0 && item.lower === null && item.upper === null && item.step === 1)
        keepsBatch = true;
      shape.push(count);
      axis++;
      return;
    }
    if (item.kind === "position" && !hasTensor) {
      if (typeof item.at === "number" && typeof size === "number" && (item.at >= size || item.at < -size)) {
        throw vm.error("IndexError", `index ${item.at} is out of bounds for dimension ${axis} with size ${size}`);
      }
      if (typeof item.at !== "number" || typeof size !== "number") isSimple = false;
      else simple.push({ axis, start: item.at < 0 ? item.at + size : item.at, step: Number.NaN });
      axis++;
      return;
    }
    isSimple = false;
    if (gatherPlace < 0) gatherPlace = shape.length;
    else if (lastGather !== place - 1) separated = true;
    lastGather = place;
    if (item.kind === "position") {
      gatherShapes.push([]);
      axis++;
      return;
    }
    const { tensor } = item;
    gathers.push(tensor);
    if (tensor.dtype === "bool") {
      const count = tensor.data
        ? tensor.data.filter((value) => value !== 0).length
        : vm.unknown("the number of elements a mask selects is not known");
      gatherShapes.push([count]);
      axis += tensor.shape?.length ?? 1;
    } else {
      gatherShapes.push(tensor.shape ?? [reasonOf(vm, tensor)]);
      axis++;
    }
  });
  if (gathers.some((tensor) => tensor.shape === null)) return reasonOf(vm, ...gathers);
  if (gatherShapes.length > 0) {
    const joint = broadcastShapes(gatherShapes);
    if (joint === undefined)
      throw vm.error(
        "IndexError",
        `shape mismatch: indexing tensors could not be broadcast together with shapes ${gatherShapes.map(showShape).join(" and ")}`,
      );
    shape.splice(separated ? 0 : gatherPlace, 0, ...joint);
  }
  return { shape, simple: isSimple ? simple : null, keepsBatch, gathers };
}

/** The shape of `input[items]`, for assignments; null when not known. */
export function indexedShape(vm: Vm, input: Tensor, items: readonly IndexItem[]): Shape | null {
  if (input.shape === null) return null;
  const plan = planIndex(vm, input.shape, items);
  return isOpaque(plan) ? null : plan.shape;
}

/** `input[items]`. Slices and positions are cheap moves; index tensors gather. */
export function index(vm: Vm, input: Tensor, items: readonly IndexItem[]): Tensor {
  const gathers = items.some((item) => item.kind === "tensor");
  const attributes = { kind: "move", function: gathers ? "gather" : "slice", view: false } as const;
  if (input.shape === null) return produce(vm, attributes, [input], { shape: null, reason: reasonOf(vm, input) });
  const plan = planIndex(vm, input.shape, items);
  if (isOpaque(plan)) return produce(vm, attributes, [input], { shape: null, reason: plan });
  const from = input.shape;
  const onlyViews = items.every(
    (item) =>
      item.kind === "new-axis" ||
      item.kind === "ellipsis" ||
      (item.kind === "slice" && item.lower === null && item.upper === null && item.step === 1),
  );
  const { data } = input;
  const { simple, shape } = plan;
  const result = produce(
    vm,
    onlyViews ? { kind: "move", function: "reshape", view: true } : attributes,
    [input, ...plan.gathers],
    {
      shape,
      dtype: input.dtype,
      settings: simple ? { starts: simple.map(({ start, step }) => [start, Number.isNaN(step) ? null : step]) } : {},
      data:
        data && isKnown(from) && isKnown(shape)
          ? () => (simple ? pick(data, from, shape, simple, items) : pickOne(input, items))
          : undefined,
    },
  );
  if (!plan.keepsBatch) result.freeBatch = false;
  return result;
}

function pick(
  data: readonly number[],
  from: readonly number[],
  shape: readonly number[],
  simple: NonNullable<Plan["simple"]>,
  items: readonly IndexItem[],
): number[] {
  const strides = rowMajor(from);
  // Axes of the result that come from slices, in order; new axes take one place and no stride.
  const places: (number | null)[] = [];
  let slice = 0;
  const sliced = simple.filter((entry) => !Number.isNaN(entry.step));
  const dots = items.findIndex((item) => item.kind === "ellipsis");
  const used = items.reduce((sum, item) => sum + taken(item), 0);
  const expanded =
    dots < 0
      ? items
      : [
          ...items.slice(0, dots),
          ...new Array<IndexItem>(from.length - used).fill({ kind: "slice", lower: null, upper: null, step: 1 }),
          ...items.slice(dots + 1),
        ];
  for (const item of expanded) {
    if (item.kind === "new-axis") places.push(null);
    else if (item.kind === "slice") places.push(slice++);
  }
  while (places.length < shape.length) places.push(slice++);
  const base = simple.reduce((sum, entry) => sum + entry.start * (strides[entry.axis] as number), 0);
  const steps = places.map((place) => {
    const entry = place === null ? undefined : sliced[place];
    return entry === undefined ? 0 : entry.step * (strides[entry.axis] as number);
  });
  const values: number[] = [];
  forEachIndex(shape, (index) =>
    values.push(data[base + index.reduce((sum, i, axis) => sum + i * (steps[axis] as number), 0)] as number),
  );
  return values;
}

/** Values of `table[indices]` with one index tensor in front, the common case. */
function pickOne(input: Tensor, items: readonly IndexItem[]): number[] | null {
  const [item] = items;
  if (
    items.length !== 1 ||
    item?.kind !== "tensor" ||
    !item.tensor.data ||
    !input.data ||
    !input.shape ||
    !isKnown(input.shape)
  )
    return null;
  if (item.tensor.dtype === "bool" && item.tensor.shape?.length !== 1) return null;
  const rows = input.shape[0] as number;
  const width = input.shape.slice(1).reduce((product, dim) => product * dim, 1);
  const positions =
    item.tensor.dtype === "bool" ? item.tensor.data.flatMap((value, i) => (value !== 0 ? [i] : [])) : item.tensor.data;
  const source = input.data;
  return positions.flatMap((at) =>
    source.slice((at < 0 ? at + rows : at) * width, ((at < 0 ? at + rows : at) + 1) * width),
  );
}
