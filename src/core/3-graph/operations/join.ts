// Putting tensors together and taking them apart: concat, stack, split, unstack.
import type { Vm } from "../../2-evaluate/vm";
import { emit } from "../graph";
import { type Dim, isKnown, mapDims, type Shape, showShape } from "../shape";
import type { Tensor } from "../tensor";
import {
  constant,
  forEachIndex,
  isConstant,
  positiveAxis,
  produce,
  promote,
  raise,
  reasonOf,
  rowMajor,
} from "./common";
import { unsqueeze } from "./reshape";

/** Joins tensors along an axis; the other dimensions must agree. Empty 1-D tensors are left out, as PyTorch does. */
export function concat(vm: Vm, given: readonly Tensor[], axis: number): Tensor {
  return joined(vm, given, axis, {});
}

function joined(vm: Vm, given: readonly Tensor[], axis: number, more: { stacks?: true }): Tensor {
  if (given.length === 0) throw vm.error("RuntimeError", "expected a non-empty list of Tensors");
  const attributes = { kind: "move", function: "concat", view: false, ...more } as const;
  const tensors =
    given.length > 1 ? given.filter((tensor) => !(tensor.shape?.length === 1 && tensor.shape[0] === 0)) : given;
  const first = tensors[0] ?? (given[0] as Tensor);
  if (tensors.length === 0) return first;
  const dtype = tensors.reduce((type, tensor) => promote(type, tensor.dtype), first.dtype);
  const unranked = tensors.find((tensor) => tensor.shape === null);
  if (unranked || first.shape === null) {
    return produce(vm, attributes, tensors, { shape: null, dtype, reason: reasonOf(vm, ...tensors) });
  }
  if (first.shape.length === 0)
    throw raise(vm, first, "zero-dimensional tensor (at position 0) cannot be concatenated");
  const at = positiveAxis(vm, first, axis);
  const shape: Dim[] = [...first.shape];
  let sum: Dim = 0;
  for (const tensor of tensors) {
    const own = tensor.shape as Shape;
    if (own.length !== shape.length) {
      throw raise(
        vm,
        first,
        `Tensors must have same number of dimensions: got ${shape.length} and ${own.length} (${tensors.map((t) => showShape(t.shape)).join(", ")})`,
      );
    }
    sum = mapDims((a, b) => a + b, sum, own[at] as Dim);
    own.forEach((dim, i) => {
      if (i === at) return;
      const known = shape[i] as Dim;
      if (typeof known === "number" && typeof dim === "number" && known !== dim) {
        throw raise(
          vm,
          first,
          `Sizes of tensors must match except in dimension ${at}. Expected size ${known} but got size ${dim} (${tensors.map((t) => showShape(t.shape)).join(", ")})`,
        );
      }
      if (typeof known !== "number") shape[i] = dim;
    });
  }
  shape[at] = sum;
  return produce(vm, { ...attributes, axis: at }, tensors, {
    shape,
    dtype,
    data: isKnown(shape) ? () => concatData(tensors, shape, at) : undefined,
  });
}

function concatData(tensors: readonly Tensor[], shape: readonly number[], axis: number): number[] | null {
  if (!tensors.every((tensor) => tensor.data !== null && tensor.shape !== null && isKnown(tensor.shape))) return null;
  const values: number[] = [];
  forEachIndex(shape, (index) => {
    let place = index[axis] as number;
    for (const tensor of tensors) {
      const own = tensor.shape as readonly number[];
      const size = own[axis] as number;
      if (place >= size) {
        place -= size;
        continue;
      }
      const strides = rowMajor(own);
      values.push(
        (tensor.data as readonly number[])[
          index.reduce((at, i, a) => at + (a === axis ? place : i) * (strides[a] as number), 0)
        ] as number,
      );
      break;
    }
  });
  return values;
}

/** Joins tensors along a new axis. Raises when shapes differ. */
export function stack(vm: Vm, tensors: readonly Tensor[], axis: number): Tensor {
  const first = tensors[0];
  if (first === undefined) throw vm.error("RuntimeError", "stack expects a non-empty TensorList");
  for (const tensor of tensors) {
    const differ =
      tensor.shape?.length !== first.shape?.length ||
      tensor.shape?.some(
        (dim, i) => typeof dim === "number" && typeof first.shape?.[i] === "number" && dim !== first.shape[i],
      );
    if (tensor.shape && first.shape && differ) {
      throw raise(
        vm,
        first,
        `stack expects each tensor to be equal size, but got ${showShape(first.shape)} at entry 0 and ${showShape(tensor.shape)}`,
      );
    }
  }
  if (tensors.some((tensor) => tensor.shape === null)) {
    return produce(vm, { kind: "move", function: "concat", view: false }, tensors, {
      shape: null,
      reason: reasonOf(vm, ...tensors),
    });
  }
  const rank = first.shape?.length ?? 0;
  const at = positiveAxis(vm, first, axis, rank + 1);
  return joined(
    vm,
    tensors.map((tensor) => unsqueeze(vm, tensor, at)),
    at,
    { stacks: true },
  );
}

/** Cuts along an axis into pieces of the given sizes; they must add up to the whole. */
export function split(vm: Vm, input: Tensor, sizes: readonly Dim[], axis: number): Tensor[] {
  const from = input.shape;
  if (from === null) {
    const reason = reasonOf(vm, input);
    return pieces(
      vm,
      input,
      sizes.map(() => null),
      0,
    ).map((piece) => piece ?? constant(input.library, null, input.dtype, null, reason));
  }
  const at = positiveAxis(vm, input, axis);
  const whole = from[at] as Dim;
  const total = mapDims((...all) => all.reduce((sum, size) => sum + size, 0), ...sizes);
  if (typeof whole === "number" && typeof total === "number" && whole !== total) {
    throw raise(
      vm,
      input,
      `split_with_sizes expects split_sizes to sum exactly to ${whole} (input tensor's size at dimension ${at}), but got split_sizes=${showShape(sizes)}`,
    );
  }
  return pieces(
    vm,
    input,
    sizes.map((size) => from.map((dim, i) => (i === at ? size : dim))),
    at,
  );
}

function pieces(vm: Vm, input: Tensor, shapes: readonly (Shape | null)[], axis: number): Tensor[] {
  const reason = input.shape === null ? reasonOf(vm, input) : null;
  if (isConstant(input)) {
    let start = 0;
    return shapes.map((shape) => {
      const data = sliceData(input, shape, axis, start);
      start += typeof shape?.[axis] === "number" ? shape[axis] : 0;
      return constant(input.library, shape, input.dtype, data, reason);
    });
  }
  const stored = input.role === "weight" || input.role === "buffer";
  return emit(
    vm,
    { kind: "move", function: "split", view: false, axis },
    stored ? [] : [input],
    stored ? [input] : [],
    shapes.map((shape) => ({ shape, dtype: input.dtype, reason })),
    input.library,
  );
}

function sliceData(input: Tensor, shape: Shape | null, axis: number, start: number): number[] | null {
  const { data, shape: from } = input;
  if (!data || !from || !shape || !isKnown(from) || !isKnown(shape)) return null;
  const strides = rowMajor(from);
  const values: number[] = [];
  forEachIndex(shape, (index) =>
    values.push(
      data[index.reduce((at, i, a) => at + (a === axis ? i + start : i) * (strides[a] as number), 0)] as number,
    ),
  );
  return values;
}

/** Cuts along an axis into pieces of `size`, the last one smaller. Unknown when the dimension is not known. */
export function splitEvery(vm: Vm, input: Tensor, size: number, axis: number): Tensor[] {
  if (input.shape === null) throw vm.giveUp("a tensor of unknown rank is split");
  const whole = input.shape[positiveAxis(vm, input, axis)];
  if (typeof whole !== "number") throw vm.giveUp("a dimension that is not known is split into pieces");
  if (size < 1) throw raise(vm, input, "split_size can only be 0 if dimension size is 0");
  const sizes: number[] = [];
  for (let start = 0; start < whole; start += size) sizes.push(Math.min(size, whole - start));
  return split(vm, input, sizes.length > 0 ? sizes : [0], axis);
}

/** Cuts into at most `count` pieces of equal size (rounded up), as PyTorch's chunk. */
export function chunk(vm: Vm, input: Tensor, count: number, axis: number): Tensor[] {
  if (input.shape === null) return split(vm, input, new Array<number>(count).fill(1), axis);
  const at = positiveAxis(vm, input, axis);
  const whole = input.shape[at];
  if (typeof whole !== "number") {
    const share = whole ?? 1;
    return pieces(vm, input, new Array<Shape>(count).fill(input.shape.map((dim, i) => (i === at ? share : dim))), at);
  }
  return splitEvery(vm, input, Math.max(1, Math.ceil(whole / count)), at);
}

/** Cuts into exactly `count` equal pieces (numpy, TensorFlow); raises when it does not divide. */
export function splitEqually(vm: Vm, input: Tensor, count: number, axis: number): Tensor[] {
  if (input.shape === null) return split(vm, input, new Array<number>(count).fill(1), axis);
  const at = positiveAxis(vm, input, axis);
  const share = mapDims((size) => {
    if (size % count !== 0)
      throw raise(vm, input, `dimension ${at} of ${showShape(input.shape)} does not split into ${count} equal parts`);
    return size / count;
  }, input.shape[at] as Dim);
  return pieces(vm, input, new Array<Shape>(count).fill(input.shape.map((dim, i) => (i === at ? share : dim))), at);
}
