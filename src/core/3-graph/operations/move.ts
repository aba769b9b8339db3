// Data movement with arithmetic on shapes only: padding, gathering, repeating, rolling, resizing, casting, folding space into
// channels and back, sliding windows.
import type { Vm } from "../../2-evaluate/vm";
import type { Attributes, Layout, Settings } from "../operation";
import { type Dim, elements, mapDims, type Shape, showShape } from "../shape";
import type { DType, Tensor } from "../tensor";
import { broadcastShapes, isFloating, positiveAxis, produce, raise, reasonOf } from "./common";
import { placesOf } from "./conv";

type MoveFunction = Extract<Attributes, { kind: "move" }>["function"];

/** A move with a shape that the caller worked out; null for unknown rank. */
export function move(
  vm: Vm,
  name: MoveFunction,
  operands: readonly Tensor[],
  shape: Shape | null,
  dtype?: DType,
  settings?: Settings,
): Tensor {
  const reason = shape === null ? reasonOf(vm, ...operands) : null;
  return produce(
    vm,
    { kind: "move", function: name, view: false },
    operands,
    dtype === undefined ? { shape, reason, settings } : { shape, reason, dtype, settings },
  );
}

/** Adds (or, negative, removes) elements before and after; `pads` gives one pair per dimension of the input, in order. */
export function pad(vm: Vm, input: Tensor, pads: readonly (readonly [Dim, Dim])[]): Tensor {
  if (input.shape === null) return move(vm, "pad", [input], null);
  if (pads.length !== input.shape.length)
    throw raise(vm, input, `padding for ${pads.length} dimensions does not fit input ${showShape(input.shape)}`);
  const shape = input.shape.map((dim, axis) =>
    mapDims(
      (size, before, after) => {
        if (size + before + after < 0)
          throw raise(
            vm,
            input,
            `The input size ${size}, plus negative padding ${before} and ${after}, resulted in a negative output size`,
          );
        return size + before + after;
      },
      dim,
      (pads[axis] as readonly [Dim, Dim])[0],
      (pads[axis] as readonly [Dim, Dim])[1],
    ),
  );
  const known = pads.map((pair) => pair.map((size) => (typeof size === "number" ? size : null)));
  return move(vm, "pad", [input], shape, undefined, { pads: known });
}

/** Changes the dtype. */
export function cast(vm: Vm, input: Tensor, dtype: DType): Tensor {
  if (dtype === input.dtype) return input;
  const { data } = input;
  const convert =
    dtype === "bool"
      ? (value: number) => (value !== 0 ? 1 : 0)
      : isFloating(dtype)
        ? (value: number) => value
        : Math.trunc;
  return produce(vm, { kind: "move", function: "cast", view: false }, [input], {
    shape: input.shape,
    dtype,
    reason: input.reason,
    data: data ? () => data.map(convert) : undefined,
  });
}

/** Rows of an axis by a tensor of indices: the axis is replaced by the shape of `indices` (take, index_select, tf.gather). */
export function take(vm: Vm, input: Tensor, indices: Tensor, axis: number, batchDims = 0): Tensor {
  if (input.shape === null || indices.shape === null)
    return produce(vm, { kind: "move", function: "gather", view: false }, [input, indices], {
      shape: null,
      dtype: input.dtype,
      reason: reasonOf(vm, input, indices),
    });
  const at = positiveAxis(vm, input, axis);
  const shape = [...input.shape.slice(0, at), ...indices.shape.slice(batchDims), ...input.shape.slice(at + 1)];
  return produce(vm, { kind: "move", function: "gather", view: false, axis: at }, [input, indices], {
    shape,
    dtype: input.dtype,
    settings: { mode: "take", batchDims },
  });
}

/** Elements along an axis picked by an index tensor of equal rank (torch.gather, take_along_axis): the shape of `indices`. */
export function gatherAlong(vm: Vm, input: Tensor, indices: Tensor, axis: number): Tensor {
  const at = input.shape !== null ? positiveAxis(vm, input, axis) : axis;
  return produce(vm, { kind: "move", function: "gather", view: false }, [input, indices], {
    shape: indices.shape,
    dtype: input.dtype,
    reason: indices.reason,
    settings: { mode: "along", axis: at },
  });
}

/** Repeats the whole tensor; more counts than dimensions add dimensions in front. */
export function tile(vm: Vm, input: Tensor, counts: readonly Dim[]): Tensor {
  if (input.shape === null) return move(vm, "tile", [input], null);
  if (counts.length < input.shape.length) {
    throw raise(
      vm,
      input,
      `Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: ${counts.length} for ${showShape(input.shape)}`,
    );
  }
  const offset = counts.length - input.shape.length;
  const from = input.shape;
  const shape = counts.map((count, i) =>
    i < offset ? count : mapDims((a, b) => a * b, count, from[i - offset] as Dim),
  );
  const { data } = input;
  return produce(vm, { kind: "move", function: "tile", view: false }, [input], {
    shape,
    data:
      data && from.length === 1 && counts.length === 1 && typeof counts[0] === "number"
        ? () => Array.from({ length: counts[0] as number }, () => data).flat()
        : undefined,
  });
}

/** Repeats each element along an axis (null flattens first). */
export function repeatEach(vm: Vm, input: Tensor, count: Dim, axis: number | null): Tensor {
  if (input.shape === null) return move(vm, "tile", [input], null);
  if (axis === null) return move(vm, "tile", [input], [mapDims((a, b) => a * b, elements(input.shape), count)]);
  const at = positiveAxis(vm, input, axis);
  return move(
    vm,
    "tile",
    [input],
    input.shape.map((dim, i) => (i === at ? mapDims((a, b) => a * b, dim, count) : dim)),
    undefined,
    { each: at },
  );
}

/** Same shape, other order: roll, flip, sort of a copy. */
export function reorder(vm: Vm, input: Tensor, name: "roll" | "flip" | "copy", settings?: Settings): Tensor {
  const { data } = input;
  const reversed =
    name === "flip" && input.shape?.length === 1 && data
      ? () => [...data].reverse()
      : name === "copy"
        ? () => data
        : undefined;
  return produce(vm, { kind: "move", function: name, view: false }, [input], {
    shape: input.shape,
    reason: input.reason,
    settings,
    data: reversed,
  });
}

/** Copies `values` into a part of `target`; the shape of `target` stays. */
export function scatter(vm: Vm, target: Tensor, others: readonly Tensor[]): Tensor {
  return produce(vm, { kind: "move", function: "scatter", view: false }, [target, ...others], {
    shape: target.shape,
    reason: target.reason,
    dtype: target.dtype,
  });
}

export type ResizeMode = "nearest" | "bilinear" | "bicubic" | "trilinear" | "linear" | "area" | "lanczos";

/** Resizes the spatial dimensions to the given sizes. */
export function resize(vm: Vm, input: Tensor, sizes: readonly Dim[], mode: ResizeMode, layout: Layout): Tensor {
  const attributes: Attributes =
    mode === "nearest" ? { kind: "move", function: "resize-nearest", view: false } : { kind: "resize", mode };
  if (input.shape === null) return produce(vm, attributes, [input], { shape: null, reason: reasonOf(vm, input) });
  if (input.shape.length < sizes.length + 1)
    throw raise(vm, input, `resizing ${sizes.length} dimensions does not fit input ${showShape(input.shape)}`);
  const { first } = placesOf(input.shape.length, sizes.length, layout);
  const shape = input.shape.map((dim, axis) =>
    axis >= first && axis < first + sizes.length ? (sizes[axis - first] as Dim) : dim,
  );
  return produce(vm, attributes, [input], { shape, settings: { layout } });
}

/** Moves channels into space: [.., C*r*r, H, W] to [.., C, H*r, W*r], in either layout. */
export function depthToSpace(vm: Vm, input: Tensor, factor: number, layout: Layout): Tensor {
  return blocks(vm, input, factor, layout, true);
}

/** Moves space into channels: [.., C, H, W] to [.., C*r*r, H/r, W/r], in either layout. */
export function spaceToDepth(vm: Vm, input: Tensor, factor: number, layout: Layout): Tensor {
  return blocks(vm, input, factor, layout, false);
}

function blocks(vm: Vm, input: Tensor, factor: number, layout: Layout, toSpace: boolean): Tensor {
  const name = toSpace ? "depth-to-space" : "space-to-depth";
  if (input.shape === null) return move(vm, name, [input], null);
  if (input.shape.length < 3)
    throw raise(vm, input, `${name} expects an input with at least 3 dimensions, but got ${showShape(input.shape)}`);
  const { channels, first } = placesOf(input.shape.length, 2, layout);
  const shape = [...input.shape];
  const divide = (size: number, by: number): number => {
    if (size % by !== 0)
      throw raise(vm, input, `${name}: a dimension of ${showShape(input.shape)} is not divisible by ${by}`);
    return size / by;
  };
  const depth = factor * factor;
  shape[channels] = mapDims((size) => (toSpace ? divide(size, depth) : size * depth), shape[channels] as Dim);
  for (const axis of [first, first + 1])
    shape[axis] = mapDims((size) => (toSpace ? size * factor : divide(size, factor)), shape[axis] as Dim);
  return move(vm, name, [input], shape, undefined, { factor, layout });
}

export interface WindowSpec {
  kernel: readonly number[];
  strides: readonly number[];
  padding: readonly number[];
  dilations: readonly number[];
}

/** Number of window positions along one dimension. */
export function windows(vm: Vm, input: Tensor, size: Dim, spec: WindowSpec, axis: number): Dim {
  const kernel = spec.kernel[axis] ?? 1;
  const reach = (spec.dilations[axis] ?? 1) * (kernel - 1) + 1;
  return mapDims((n) => {
    const count = Math.floor((n + 2 * (spec.padding[axis] ?? 0) - reach) / (spec.strides[axis] ?? 1)) + 1;
    if (count < 1)
      throw raise(vm, input, `windows of ${spec.kernel.join("x")} do not fit input ${showShape(input.shape)}`);
    return count;
  }, size);
}

/** Sliding windows as columns (im2col): [N, C, H, W] to [N, C*kh*kw, positions]. */
export function unfold(vm: Vm, input: Tensor, spec: WindowSpec): Tensor {
  if (input.shape === null) return move(vm, "unfold", [input], null);
  const rank = spec.kernel.length;
  if (input.shape.length !== rank + 2 && input.shape.length !== rank + 1)
    throw raise(vm, input, `unfold expects an input with ${rank + 2} dimensions, but got ${showShape(input.shape)}`);
  const first = input.shape.length - rank;
  const area = spec.kernel.reduce((product, size) => product * size, 1);
  const positions = elements(spec.kernel.map((_, i) => windows(vm, input, input.shape?.[first + i] as Dim, spec, i)));
  return move(
    vm,
    "unfold",
    [input],
    [...input.shape.slice(0, first - 1), mapDims((c) => c * area, input.shape[first - 1] as Dim), positions],
    undefined,
    { ...spec },
  );
}

/** Windows along one axis as a new last dimension (Tensor.unfold): size n becomes (n - size)/step + 1, and `size` is appended. */
export function slidingWindows(vm: Vm, input: Tensor, axis: number, size: number, step: number): Tensor {
  if (input.shape === null) return move(vm, "unfold", [input], null);
  const at = positiveAxis(vm, input, axis);
  const spec = { kernel: [size], strides: [step], padding: [0], dilations: [1] };
  const count = windows(vm, input, input.shape[at] as Dim, spec, 0);
  const shape = [...input.shape.map((dim, i) => (i === at ? count : dim)), size];
  return move(vm, "unfold", [input], shape, undefined, { axis: at, size, step });
}

/** Tensors broadcast against each other, each expanded to the joint shape. */
export function jointShape(vm: Vm, shapes: readonly Shape[], tensor: Tensor | undefined): Shape {
  const shape = broadcastShapes(shapes);
  if (shape === undefined)
    throw raise(vm, tensor, `shapes ${shapes.map(showShape).join(" and ")} cannot be broadcast together`);
  return shape;
}
