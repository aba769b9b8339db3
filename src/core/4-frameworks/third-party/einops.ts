// einops: rearrange, reduce, repeat, einsum, pack and unpack on tensors of any library, as the reshapes, transposes and
// reductions they stand for. Layers of einops are recipes that call these.
import { bindNative, type Bound, nativeClass, nativeModule, toText } from "../../2-evaluate/native";
import { exceptionType } from "../../2-evaluate/python/exceptions";
import { Unknown } from "../../2-evaluate/signals";
import {
  type Arguments,
  DictValue,
  isOpaque,
  list,
  type ModuleValue,
  NativeFunction,
  str,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { unknownOperation } from "../../3-graph/operations/common";
import { einsum } from "../../3-graph/operations/einsum";
import { concat, split, stack } from "../../3-graph/operations/join";
import { type Reduction, reduce } from "../../3-graph/operations/reduce";
import { expand, reshape, transpose, unsqueeze } from "../../3-graph/operations/reshape";
import { type Dim, dimValue, elements, type Shape, toDim } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { applyFunction } from "../keras/symbolic";
import { give, numpyLibrary } from "../numpy/array";
import { einopsError, type Plan, readPattern, readSide, solve } from "./einops-pattern";
import layersKeras from "./recipes/einops_keras.py?raw";
import layersTorch from "./recipes/einops_torch.py?raw";

/** A tensor argument; a list of tensors is stacked along a new first axis. */
function tensorOf(vm: Vm, value: Value | undefined): Tensor {
  if (value instanceof Tensor) return value;
  if (isOpaque(value)) throw new Unknown(value);
  if (value?.kind === "list" || value?.kind === "tuple") {
    const parts = vm.items(value).map((item) => tensorOf(vm, item));
    return stack(vm, parts, 0);
  }
  throw vm.error("TypeError", `Tensor type unknown to einops ${value ? vm.typeName(value) : "nothing"}`);
}

function shapeOf(vm: Vm, tensor: Tensor): Shape {
  if (tensor.shape === null) throw new Unknown(tensor.reason ?? vm.unknown("the rank of a tensor is not known"));
  return tensor.shape;
}

/** Sizes given by name. */
function sizesOf(vm: Vm, a: Bound): Map<string, Dim> {
  const sizes = new Map<string, Dim>();
  const given = a["axes"] as DictValue;
  if (given.taint) throw new Unknown(given.taint);
  for (const { key, value } of given.entries.values()) {
    if (key.kind === "string") sizes.set(key.value, toDim(vm, value, `the size of axis ${key.value}`));
  }
  return sizes;
}

const sizesIn = (plan: Plan, axes: readonly string[]): Dim[] => axes.map((axis) => plan.sizes.get(axis) as Dim);

/** Reshapes only when that changes something. */
function reshaped(vm: Vm, tensor: Tensor, groups: readonly (readonly string[])[], shape: Dim[]): Tensor {
  return groups.every((group) => group.length === 1) ? tensor : reshape(vm, tensor, shape);
}

/** The common way of all three: split the dimensions, reduce, reorder, add, join. */
function run(
  vm: Vm,
  input: Tensor,
  pattern: string,
  given: Map<string, Dim>,
  reduction: Reduction | null,
  adds: boolean,
): Tensor {
  const plan = solve(vm, pattern, shapeOf(vm, input), given);
  const before = plan.left.flat();
  const after = plan.right.flat();
  const gone = before.filter((axis) => !after.includes(axis));
  const added = after.filter((axis) => !before.includes(axis));
  if (gone.length > 0 && reduction === null) {
    throw einopsError(vm, `Identifiers only on one side of expression (should be on both): {${gone.join(", ")}}`);
  }
  if (added.length > 0 && !adds) {
    throw einopsError(vm, `Identifiers only on one side of expression (should be on both): {${added.join(", ")}}`);
  }
  const missing = added.find((axis) => !plan.sizes.has(axis));
  if (missing !== undefined) throw einopsError(vm, `Specify sizes for new axes in repeat: {'${missing}'}`);
  let tensor = reshaped(vm, input, plan.left, sizesIn(plan, before));
  if (gone.length > 0 && reduction) {
    tensor = reduce(vm, tensor, reduction, { axes: gone.map((axis) => before.indexOf(axis)) });
  }
  const kept = before.filter((axis) => !gone.includes(axis));
  const order = after.filter((axis) => kept.includes(axis));
  if (order.some((axis, i) => kept[i] !== axis))
    tensor = transpose(
      vm,
      tensor,
      order.map((axis) => kept.indexOf(axis)),
    );
  if (added.length > 0) {
    after.forEach((axis, i) => {
      if (added.includes(axis)) tensor = unsqueeze(vm, tensor, i);
    });
    tensor = expand(vm, tensor, sizesIn(plan, after));
  }
  const result = reshaped(
    vm,
    tensor,
    plan.right,
    plan.right.map((group) => elements(sizesIn(plan, group))),
  );
  const [first] = plan.left;
  const keepsBatch = first?.length === 1 && plan.right[0]?.length === 1 && plan.right[0][0] === first[0];
  if (!keepsBatch && result !== input) result.freeBatch = false;
  return result;
}

type Body = (vm: Vm, args: Bound) => Value;

/** A function of einops: recorded on symbolic tensors, an operation of unknown cost where an argument is not known. */
function einopsFunction(name: string, signature: string, body: Body): NativeFunction {
  const evaluate = (vm: Vm, args: Arguments): Value => {
    try {
      const result = body(vm, bindNative(vm, name, signature, args));
      return result instanceof Tensor && result.library === numpyLibrary ? give(vm, result) : result;
    } catch (signal) {
      if (!(signal instanceof Unknown)) throw signal;
      const tensors = args.positional.filter((value) => value instanceof Tensor);
      if (tensors.length === 0) return signal.value;
      return unknownOperation(vm, `einops.${name}`, signal.value.reason, tensors);
    }
  };
  return new NativeFunction(name, (vm, args) => applyFunction(vm, name, args, evaluate));
}

const REDUCTIONS: ReadonlySet<string> = new Set(["min", "max", "sum", "mean", "prod", "any", "all"]);

function reductionOf(vm: Vm, value: Value | undefined): Reduction {
  const name = toText(vm, value, "reduction");
  if (!REDUCTIONS.has(name))
    throw einopsError(
      vm,
      `Unknown reduction ${name}. Expect one of {'min', 'max', 'sum', 'mean', 'prod', 'any', 'all'}.`,
    );
  return name as Reduction;
}

/** einops.einsum: names of several letters, mapped to single ones. */
function namedEinsum(vm: Vm, a: Bound): Value {
  const items = vm.items(a["args"] as Value);
  const pattern = toText(vm, items.at(-1), "pattern");
  const tensors = items.slice(0, -1).map((item) => tensorOf(vm, item));
  const letters = new Map<string, string>();
  const letterOf = (axis: string): string => {
    let letter = letters.get(axis);
    if (letter === undefined) {
      letter = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[letters.size] as string;
      letters.set(axis, letter);
    }
    return letter;
  };
  const side = (text: string): string =>
    readSide(vm, text)
      .map((group) => {
        if (group.length !== 1) throw einopsError(vm, "Shape rearrangement is not yet supported in einsum.");
        const [axis] = group as [string];
        return axis === "…" ? "..." : letterOf(axis);
      })
      .join("");
  const [left, right] = pattern.split("->");
  if (left === undefined || right === undefined) throw einopsError(vm, "Einsum pattern must contain '->'.");
  return einsum(vm, `${left.split(",").map(side).join(",")}->${side(right)}`, tensors);
}

/** The dimensions in front of and behind the star of a packing pattern. */
function packing(vm: Vm, pattern: string): { before: number; after: number } {
  const axes = pattern.trim().split(/\s+/);
  const star = axes.indexOf("*");
  if (star < 0 || axes.indexOf("*", star + 1) >= 0) throw einopsError(vm, `No *-axis in pack pattern: ${pattern}`);
  return { before: star, after: axes.length - star - 1 };
}

function pack(vm: Vm, a: Bound): Value {
  const { before, after } = packing(vm, toText(vm, a["pattern"], "pattern"));
  const shapes: Value[] = [];
  const parts = vm.items(a["tensors"] as Value).map((item) => {
    const tensor = tensorOf(vm, item);
    const shape = shapeOf(vm, tensor);
    const inner = shape.slice(before, shape.length - after);
    shapes.push(tuple(inner.map(dimValue)));
    if (shape.length < before + after)
      throw einopsError(vm, `packed tensor has ${shape.length} dims, but at least ${before + after} are needed`);
    return reshape(vm, tensor, [...shape.slice(0, before), elements(inner), ...shape.slice(shape.length - after)]);
  });
  return tuple([concat(vm, parts, before), list(shapes)]);
}

function unpack(vm: Vm, a: Bound): Value {
  const { before } = packing(vm, toText(vm, a["pattern"], "pattern"));
  const tensor = tensorOf(vm, a["tensor"]);
  const shape = shapeOf(vm, tensor);
  const shapes = vm
    .items(a["packed_shapes"] as Value)
    .map((one) => vm.items(one).map((size) => toDim(vm, size, "a packed size")));
  const open = shapes.findIndex((sizes) => sizes.includes(-1));
  const whole = shape[before] as Dim;
  const sizes = shapes.map((one) => elements(one));
  if (open >= 0) {
    const rest = sizes.filter((_, i) => i !== open);
    const known = rest.every((size) => typeof size === "number") && typeof whole === "number";
    if (!known || (shapes[open] as Dim[]).length !== 1) throw vm.giveUp("the sizes of unpacked tensors are not known");
    sizes[open] = (whole as number) - (rest as number[]).reduce((sum, size) => sum + size, 0);
    shapes[open] = [sizes[open]];
  }
  const parts = split(vm, tensor, sizes, before);
  return list(
    parts.map((part, i) =>
      reshape(vm, part, [...shape.slice(0, before), ...(shapes[i] as Dim[]), ...shape.slice(before + 1)]),
    ),
  );
}

const EINOPS: Readonly<Record<string, NativeFunction>> = {
  rearrange: einopsFunction("rearrange", "tensor, pattern, **axes", (vm, a) =>
    run(vm, tensorOf(vm, a["tensor"]), toText(vm, a["pattern"], "pattern"), sizesOf(vm, a), null, false),
  ),
  reduce: einopsFunction("reduce", "tensor, pattern, reduction, **axes", (vm, a) =>
    run(
      vm,
      tensorOf(vm, a["tensor"]),
      toText(vm, a["pattern"], "pattern"),
      sizesOf(vm, a),
      reductionOf(vm, a["reduction"]),
      false,
    ),
  ),
  repeat: einopsFunction("repeat", "tensor, pattern, **axes", (vm, a) =>
    run(vm, tensorOf(vm, a["tensor"]), toText(vm, a["pattern"], "pattern"), sizesOf(vm, a), null, true),
  ),
  einsum: einopsFunction("einsum", "*args", (vm, a) => namedEinsum(vm, a)),
  pack: einopsFunction("pack", "tensors, pattern", (vm, a) => pack(vm, a)),
  unpack: einopsFunction("unpack", "tensor, packed_shapes, pattern", (vm, a) => unpack(vm, a)),
  parse_shape: einopsFunction("parse_shape", "x, pattern", (vm, a) => {
    const shape = shapeOf(vm, tensorOf(vm, a["x"]));
    const groups = readSide(vm, toText(vm, a["pattern"], "pattern"));
    if (groups.length !== shape.length)
      throw einopsError(vm, `Can't parse shape with different number of dimensions: ${groups.length} ${shape.length}`);
    const found = new DictValue();
    groups.forEach(([name], axis) => {
      if (name !== undefined && name !== "_") found.put(name, dimValue(shape[axis] as Dim));
    });
    return found;
  }),
  asnumpy: einopsFunction("asnumpy", "tensor", (vm, a) => tensorOf(vm, a["tensor"])),
};

const einopsErrorClass = nativeClass("EinopsError", [exceptionType("RuntimeError")], {});

/** Axis names of both sides of an EinMix pattern, with its weight, as one einsum: what the recipe of that layer needs. */
const mixing = new NativeFunction("_mixing", (vm, args) => {
  const [pattern, weight] = args.positional.map((value) => toText(vm, value, "pattern"));
  const [left, right] = readPattern(vm, pattern as string);
  const flat = (groups: readonly (readonly string[])[]) => groups.flat().join(" ");
  const equation = `${flat(left)}, ${weight} -> ${flat(right)}`.replaceAll("…", "...");
  const sides = (pattern as string).split("->");
  const parts = [`${sides[0]} -> ${flat(left)}`, equation, `${flat(right)} -> ${sides[1]}`];
  return tuple(parts.map((text) => str(text.replaceAll("…", "..."))));
});

/** The library modules of einops. */
export const einopsModules: Readonly<Record<string, (vm: Vm) => ModuleValue>> = {
  einops: () => nativeModule("einops", { ...EINOPS, EinopsError: einopsErrorClass, _mixing: mixing }),
  "einops.einops": () => nativeModule("einops.einops", { ...EINOPS, EinopsError: einopsErrorClass }),
  "einops.layers": () => nativeModule("einops.layers", {}),
  "einops.layers.torch": (vm) => vm.loadRecipe("einops/torch", layersTorch, "python"),
  "einops.layers.keras": (vm) => vm.loadRecipe("einops/keras", layersKeras, "python"),
  "einops.layers.tensorflow": (vm) => vm.loadRecipe("einops/keras", layersKeras, "python"),
};
