// Shapes as Keras code sees them: tuples whose first item is None where the batch is free, and how such tuples, lists, numbers
// and constant tensors in the arguments of user code are read back into shapes.
import { native, nativeClass, property, toInt } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import { tupleType } from "../../2-evaluate/python/types";
import {
  bool,
  DictValue,
  int,
  isNone,
  isOpaque,
  ListValue,
  NONE,
  type OpaqueValue,
  TupleValue,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { type Dim, dimValue, elements, type Shape } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";

function itemsOf(value: Value): readonly Value[] {
  return value.kind === "tuple" ? value.items : [];
}

/** The class of shapes: a tuple that also answers to what tf.TensorShape does. */
export const tensorShapeType = nativeClass("TensorShape", [tupleType], {
  as_list: native("as_list", "self", (_vm, a) => new ListValue([...itemsOf(a["self"] as Value)])),
  num_elements: native("num_elements", "self", (_vm, a) => {
    const size = sizeOf(itemsOf(a["self"] as Value));
    return size === null ? NONE : dimValue(size);
  }),
  is_fully_defined: native("is_fully_defined", "self", (vm, a) => {
    const opaque = itemsOf(a["self"] as Value).find(isOpaque);
    if (opaque) throw new Unknown(opaque);
    return itemsOf(a["self"] as Value).some(isNone) ? vm.unary("not", int(1)) : vm.unary("not", int(0));
  }),
  is_compatible_with: native("is_compatible_with", "self, other", (vm, a) => {
    const own = itemsOf(a["self"] as Value);
    if (isNone(a["other"])) return bool(true);
    const others = vm.items(a["other"] as Value);
    if (own.length !== others.length) return bool(false);
    const pairs = own.map((item, i) => [item, others[i] as Value] as const);
    const opaque = pairs.flat().find(isOpaque);
    if (opaque) throw new Unknown(opaque);
    return bool(pairs.every(([x, y]) => isNone(x) || isNone(y) || vm.equals(x, y) === true));
  }),
  assert_is_compatible_with: native("assert_is_compatible_with", "self, other", () => NONE),
  concatenate: native("concatenate", "self, other", (vm, a) =>
    shapeTuple([...itemsOf(a["self"] as Value), ...vm.items(a["other"] as Value)]),
  ),
  rank: property((_vm, self) => int(itemsOf(self).length)),
  ndims: property((_vm, self) => int(itemsOf(self).length)),
  dims: property((_vm, self) => new ListValue([...itemsOf(self)])),
});

tensorShapeType.construct = (vm, _cls, args) => {
  const dims = args.positional[0] ?? args.keywords.get("dims");
  if (dims === undefined || isNone(dims)) return vm.unknown("a shape of unknown rank");
  return shapeTuple(vm.items(dims));
};

function sizeOf(items: readonly Value[]): Dim | null {
  const dims: Dim[] = [];
  for (const item of items) {
    if (item.kind === "number") dims.push(item.value);
    else if (isOpaque(item)) dims.push(item);
    else return null;
  }
  return elements(dims);
}

/** A shape tuple with these items. */
export function shapeTuple(items: readonly Value[]): TupleValue {
  const shape = new TupleValue(items);
  shape.type = tensorShapeType;
  return shape;
}

/** `tensor.shape`: None for the free batch, opaque where a dimension is not known; opaque when the rank is not known. */
export function shapeOf(vm: Vm, tensor: Tensor): Value {
  if (tensor.shape === null) return tensor.reason ?? vm.unknown("the rank of a tensor is not known");
  return shapeTuple(tensor.shape.map((dim, axis) => (axis === 0 && isBatch(tensor) ? NONE : dimValue(dim))));
}

/** True when the first dimension is the free batch. */
export function isBatch(tensor: Tensor): boolean {
  return tensor.freeBatch && tensor.shape !== null && tensor.shape[0] === 1;
}

/** The same structure (list, tuple, dict) with shapes in place of tensors. */
export function shapesOf(vm: Vm, value: Value): Value {
  if (value instanceof Tensor) return shapeOf(vm, value);
  if (value.kind === "list") return new ListValue(value.items.map((item) => shapesOf(vm, item)));
  if (value.kind === "tuple") return new TupleValue(value.items.map((item) => shapesOf(vm, item)));
  if (value.kind === "dict") {
    const copy = new DictValue(new Map(), value.typeName);
    for (const [key, entry] of value.entries)
      copy.entries.set(key, { key: entry.key, value: shapesOf(vm, entry.value) });
    return copy;
  }
  return NONE;
}

/** What a dimension of an input is called in messages, by its place among the dimensions without the batch. */
export function dimensionName(axis: number, rank: number): string {
  if (rank === 3) return ["height", "width", "number of channels"][axis] ?? `dimension ${axis + 1}`;
  if (rank === 2) return ["length", "number of features"][axis] ?? `dimension ${axis + 1}`;
  if (rank === 1) return "length";
  return `dimension ${axis + 1}`;
}

/** The items of a shape argument: a list, tuple, number or constant tensor. Throws Unknown when they are not known. */
export function shapeItems(vm: Vm, value: Value): Value[] {
  if (value.kind === "number") return [value];
  if (value instanceof Tensor && value.data !== null) return [...value.data].map(int);
  return vm.items(value);
}

/** One item of a shape argument. None gives null; a 0-d constant tensor its value. */
export function toDimOrNull(vm: Vm, value: Value, what: string): Dim | null {
  if (isNone(value)) return null;
  if (isOpaque(value)) return value;
  if (value instanceof Tensor) {
    if (value.data?.length === 1) return value.data[0] as number;
    return value.reason ?? vm.unknown(`${what} is a tensor whose value is not known`);
  }
  return toInt(vm, value, what);
}

/** A shape written without its batch (`Input(shape=…)`): None gives an unknown dimension that says which. */
export function readInputShape(vm: Vm, value: Value, owner: string): Shape {
  const items = shapeItems(vm, value);
  return items.map((item, axis) => {
    const dim = toDimOrNull(vm, item, `the ${dimensionName(axis, items.length)} of ${owner}`);
    return dim ?? freeDimension(vm, axis, items.length);
  });
}

/** The unknown that stands for a dimension declared as None. */
export function freeDimension(vm: Vm, axis: number, rank: number): OpaqueValue {
  const name = dimensionName(axis, rank);
  return vm.unknown(`the input's ${name} is None`, name);
}

/** A shape written with its batch (`build((None, 28, 28, 1))`). The batch counts 1. */
export function readBatchedShape(vm: Vm, value: Value, owner: string): { shape: Shape; freeBatch: boolean } {
  const items = shapeItems(vm, value);
  const batch = items[0] === undefined ? null : toDimOrNull(vm, items[0], `the batch of ${owner}`);
  const rest = readInputShape(vm, new ListValue(items.slice(1)), owner);
  return { shape: [batch ?? 1, ...rest], freeBatch: batch === null };
}
