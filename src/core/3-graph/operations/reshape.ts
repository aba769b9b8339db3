// Views: the same elements in another shape (reshape, flatten, squeeze, unsqueeze), another order (transpose), or repeated
// without copying (expand). Known values of constants follow.
import type { OpaqueValue } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { type Dim, elements, isKnown, mapDims, type Shape, showShape } from "../shape";
import type { Tensor } from "../tensor";
import { constant, forEachIndex, positiveAxis, produce, raise, reasonOf, rowMajor } from "./common";

const VIEW = { kind: "move", function: "reshape", view: true } as const;

/** A view with a shape that is known to fit. */
export function viewAs(vm: Vm, input: Tensor, shape: Shape | null, reason: OpaqueValue | null = null): Tensor {
  return produce(vm, VIEW, [input], { shape, reason, data: () => input.data });
}

/**
 * Gives a tensor a new shape; one entry may be -1 for "what remains". Raises when the numbers of elements differ and are known.
 * With unknown dimensions the -1 stays unknown, the others are taken at their word.
 */
export function reshape(vm: Vm, input: Tensor, target: readonly Dim[]): Tensor {
  const [own, wanted] = withoutShared(input.shape ?? [reasonOf(vm, input)], target);
  const total = elements(own);
  const open = target.indexOf(-1);
  const invalid = () =>
    raise(
      vm,
      input,
      `shape '${showShape(target)}' is invalid for input of size ${typeof total === "number" ? total : "?"} (shape ${showShape(input.shape)})`,
    );
  if (target.indexOf(-1, open + 1) > open && open >= 0) throw raise(vm, input, "only one dimension can be inferred");
  if (target.some((dim) => typeof dim === "number" && dim < -1))
    throw raise(vm, input, `invalid shape dimension in ${showShape(target)}`);
  const rest = elements(wanted.filter((dim) => dim !== -1));
  if (open < 0) {
    if (typeof total === "number" && typeof rest === "number" && total !== rest) throw invalid();
    if (typeof total === "number" && typeof rest !== "number") return viewAs(vm, input, fillOne(target, total));
    return viewAs(vm, input, target);
  }
  const inferred: Dim = mapDims(
    (all, known) => {
      if (known === 0 || all % known !== 0) throw invalid();
      return all / known;
    },
    total,
    rest,
  );
  return viewAs(
    vm,
    input,
    target.map((dim, axis) => (axis === open ? inferred : dim)),
  );
}

/** Both shapes without the unknown dimensions they share: an unknown dimension with a name is equal to itself. */
function withoutShared(a: Shape, b: Shape): [Shape, Shape] {
  const left = [...a];
  const right = [...b];
  for (const dim of a) {
    if (typeof dim === "number" || dim.dimension === null) continue;
    const other = right.indexOf(dim);
    if (other < 0) continue;
    right.splice(other, 1);
    left.splice(left.indexOf(dim), 1);
  }
  return [left, right];
}

/** One unknown dimension of a shape whose total is known follows from the others. */
function fillOne(target: readonly Dim[], total: number): Shape {
  const unknown = target.filter((dim) => typeof dim !== "number");
  if (unknown.length !== 1) return target;
  const known = target.reduce<number>((product, dim) => (typeof dim === "number" ? product * dim : product), 1);
  return known > 0 && total % known === 0
    ? target.map((dim) => (typeof dim === "number" ? dim : total / known))
    : target;
}

/** Joins the dimensions start…end into one. A scalar becomes one element. */
export function flatten(vm: Vm, input: Tensor, start = 0, end = -1): Tensor {
  const from = input.shape;
  if (from === null) {
    return start === 0 && end === -1
      ? viewAs(vm, input, [reasonOf(vm, input)])
      : viewAs(vm, input, null, reasonOf(vm, input));
  }
  if (from.length === 0) return viewAs(vm, input, [1]);
  const first = positiveAxis(vm, input, start);
  const last = positiveAxis(vm, input, end);
  if (first > last) throw raise(vm, input, "flatten() has invalid args: start_dim cannot come after end_dim");
  const joined = elements(from.slice(first, last + 1));
  return viewAs(vm, input, [...from.slice(0, first), joined, ...from.slice(last + 1)]);
}

/** Splits one dimension into several; one of them may be -1. */
export function unflatten(vm: Vm, input: Tensor, axis: number, sizes: readonly Dim[]): Tensor {
  if (input.shape === null) return viewAs(vm, input, null, reasonOf(vm, input));
  const at = positiveAxis(vm, input, axis);
  const whole = input.shape[at] as Dim;
  const open = sizes.indexOf(-1);
  const rest = elements(sizes.filter((_, i) => i !== open));
  const wrong = () =>
    raise(
      vm,
      input,
      `unflatten: Provided sizes ${showShape(sizes)} don't multiply up to the size of dim ${at} (${String(whole)}) in the input tensor`,
    );
  const filled = sizes.map((size, i) =>
    i !== open
      ? size
      : mapDims(
          (all, known) => {
            if (known === 0 || all % known !== 0) throw wrong();
            return all / known;
          },
          whole,
          rest,
        ),
  );
  if (open < 0 && typeof whole === "number" && typeof rest === "number" && whole !== rest) throw wrong();
  return viewAs(vm, input, [...input.shape.slice(0, at), ...filled, ...input.shape.slice(at + 1)]);
}

/** Removes dimensions of size 1: the given ones (those of another size stay, as PyTorch does), or all. */
export function squeeze(vm: Vm, input: Tensor, axes: readonly number[] | null, strict = false): Tensor {
  const from = input.shape;
  if (from === null) return viewAs(vm, input, null, reasonOf(vm, input));
  const chosen = axes === null ? null : axes.map((axis) => positiveAxis(vm, input, axis));
  for (let axis = 0; axis < from.length; axis++) {
    const dim = from[axis];
    if (chosen !== null && !chosen.includes(axis)) continue;
    if (strict && chosen !== null && typeof dim === "number" && dim !== 1) {
      throw raise(vm, input, `cannot squeeze dimension ${axis} of ${showShape(from)}: its size is not 1`);
    }
    // Whether an unknown dimension goes away decides the rank, so the rank is not known; strict squeezing promises it is 1.
    if (typeof dim === "object" && !strict) return viewAs(vm, input, null, dim);
  }
  const shape = from.filter(
    (dim, axis) => !((chosen === null || chosen.includes(axis)) && (dim === 1 || (strict && typeof dim === "object"))),
  );
  const result = viewAs(vm, input, shape);
  if (from.length > shape.length && from[0] === 1 && (chosen === null || chosen.includes(0))) result.freeBatch = false;
  return result;
}

/** Adds a dimension of size 1 at an axis of the result. */
export function unsqueeze(vm: Vm, input: Tensor, axis: number): Tensor {
  if (input.shape === null) return viewAs(vm, input, null, reasonOf(vm, input));
  const at = positiveAxis(vm, input, axis, input.shape.length + 1);
  const result = viewAs(vm, input, [...input.shape.slice(0, at), 1, ...input.shape.slice(at)]);
  if (at === 0) result.freeBatch = false;
  return result;
}

/** Reorders dimensions: dimension i of the result is dimension order[i] of the input. */
export function transpose(vm: Vm, input: Tensor, order: readonly number[]): Tensor {
  const from = input.shape;
  if (from === null)
    return produce(vm, { kind: "move", function: "transpose", view: false }, [input], {
      shape: null,
      reason: reasonOf(vm, input),
    });
  const axes = order.map((axis) => positiveAxis(vm, input, axis));
  if (axes.length !== from.length || new Set(axes).size !== axes.length) {
    throw raise(
      vm,
      input,
      `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions: ${showShape(from)} and [${order.join(", ")}]`,
    );
  }
  const shape = axes.map((axis) => from[axis] as Dim);
  if (axes.every((axis, i) => axis === i)) return viewAs(vm, input, from);
  const { data } = input;
  const result = produce(vm, { kind: "move", function: "transpose", view: false, order: axes }, [input], {
    shape,
    data: data && isKnown(from) && isKnown(shape) ? () => transposeData(data, from, shape, axes) : undefined,
  });
  if (axes[0] !== 0) result.freeBatch = false;
  return result;
}

function transposeData(
  data: readonly number[],
  from: readonly number[],
  to: readonly number[],
  axes: readonly number[],
): number[] {
  const strides = rowMajor(from);
  const values: number[] = [];
  forEachIndex(to, (index) =>
    values.push(data[index.reduce((at, i, axis) => at + i * (strides[axes[axis] as number] as number), 0)] as number),
  );
  return values;
}

/** Exchanges two dimensions. */
export function swapAxes(vm: Vm, input: Tensor, a: number, b: number): Tensor {
  if (input.shape === null) return transpose(vm, input, []);
  if (input.shape.length === 0) return input;
  const order = input.shape.map((_, axis) => axis);
  const first = positiveAxis(vm, input, a);
  const second = positiveAxis(vm, input, b);
  order[first] = second;
  order[second] = first;
  return transpose(vm, input, order);
}

/** Moves dimensions to new places, the others keep their order. */
export function moveAxes(vm: Vm, input: Tensor, from: readonly number[], to: readonly number[]): Tensor {
  if (input.shape === null) return transpose(vm, input, []);
  const sources = from.map((axis) => positiveAxis(vm, input, axis));
  const targets = to.map((axis) => positiveAxis(vm, input, axis));
  const rest = input.shape.map((_, axis) => axis).filter((axis) => !sources.includes(axis));
  const order = input.shape.map((_, place) => {
    const moved = targets.indexOf(place);
    return moved >= 0 ? (sources[moved] as number) : (rest.shift() as number);
  });
  return transpose(vm, input, order);
}

/** Broadcasts to a shape; -1 keeps a dimension. Raises where a dimension other than 1 would change. */
export function expand(vm: Vm, input: Tensor, target: readonly Dim[]): Tensor {
  const from = input.shape;
  const attributes = { kind: "move", function: "tile", view: true } as const;
  if (from === null) {
    const known = !target.includes(-1);
    return produce(vm, attributes, [input], {
      shape: known ? target : null,
      reason: known ? null : reasonOf(vm, input),
    });
  }
  const offset = target.length - from.length;
  const bad = () =>
    raise(
      vm,
      input,
      `The expanded size of the tensor ${showShape(target)} must match the existing size ${showShape(from)} at non-singleton dimensions`,
    );
  if (offset < 0) throw bad();
  const shape = target.map((dim, i): Dim => {
    const own = i < offset ? 1 : (from[i - offset] as Dim);
    if (dim === -1) {
      if (i < offset) throw bad();
      return own;
    }
    if (typeof own === "number" && typeof dim === "number" && own !== 1 && own !== dim) throw bad();
    return typeof own === "number" && own !== 1 ? own : dim;
  });
  const { data } = input;
  return produce(vm, attributes, [input], {
    shape,
    data: data && isKnown(from) && isKnown(shape) ? () => expandData(data, from, shape) : undefined,
  });
}

function expandData(data: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  const strides = rowMajor(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  const offset = to.length - from.length;
  const values: number[] = [];
  forEachIndex(to, (index) =>
    values.push(
      data[strides.reduce((at, stride, axis) => at + stride * (index[offset + axis] as number), 0)] as number,
    ),
  );
  return values;
}

/** A constant copy of a shape as a 1-D int tensor (tf.shape). */
export function shapeTensor(vm: Vm, input: Tensor): Tensor {
  if (input.shape === null) return constant(input.library, [reasonOf(vm, input)], "int32");
  return constant(input.library, [input.shape.length], "int32", isKnown(input.shape) ? input.shape : null);
}
