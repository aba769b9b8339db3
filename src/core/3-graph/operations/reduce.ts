// Reductions over axes (sum, mean, max, variance, norms, arg max …), cumulative sums, sorting and selection of the largest.
import type { Vm } from "../../2-evaluate/vm";
import { emit } from "../graph";
import type { Attributes } from "../operation";
import { type Dim, isKnown, type Shape, showShape } from "../shape";
import type { DType, Tensor } from "../tensor";
import {
  constant,
  forEachIndex,
  isConstant,
  isFloating,
  positiveAxes,
  positiveAxis,
  produce,
  raise,
  reasonOf,
  rowMajor,
} from "./common";

export type Reduction = Extract<Attributes, { kind: "reduce" }>["function"];

export interface ReduceSpec {
  /** Axes to reduce, negative from the end; null or none for all. */
  axes: readonly number[] | null;
  keepDims?: boolean;
  dtype?: DType;
}

const COMPUTE: Partial<Record<Reduction, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((total, value) => total + value, 0),
  mean: (values) => values.reduce((total, value) => total + value, 0) / values.length,
  prod: (values) => values.reduce((total, value) => total * value, 1),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  any: (values) => (values.some((value) => value !== 0) ? 1 : 0),
  all: (values) => (values.every((value) => value !== 0) ? 1 : 0),
  argmax: (values) => values.indexOf(Math.max(...values)),
  argmin: (values) => values.indexOf(Math.min(...values)),
};

/** The dtype a reduction gives unless one is asked for. */
function resultType(fn: Reduction, dtype: DType): DType {
  if (fn === "any" || fn === "all") return "bool";
  if (fn === "argmax" || fn === "argmin") return "int64";
  if ((fn === "mean" || fn === "var" || fn === "std" || fn === "norm" || fn === "logsumexp") && !isFloating(dtype))
    return "float32";
  if ((fn === "sum" || fn === "prod") && !isFloating(dtype)) return "int64";
  return dtype;
}

/** Shape after reducing axes. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** Reduces axes of a tensor. */
export function reduce(vm: Vm, input: Tensor, fn: Reduction, spec: ReduceSpec): Tensor {
  const keepDims = spec.keepDims ?? false;
  const dtype = spec.dtype ?? resultType(fn, input.dtype);
  if (input.shape === null) {
    const axes = spec.axes ?? [];
    const all = spec.axes === null && !keepDims;
    return produce(vm, { kind: "reduce", function: fn, axes, keepDims }, [input], {
      shape: all ? [] : null,
      dtype,
      reason: all ? null : reasonOf(vm, input),
    });
  }
  const from = input.shape;
  const axes = positiveAxes(vm, input, spec.axes, from.length);
  const shape = reducedShape(from, axes, keepDims);
  const compute = COMPUTE[fn];
  const { data } = input;
  const result = produce(vm, { kind: "reduce", function: fn, axes, keepDims }, [input], {
    shape,
    dtype,
    data: compute && data && isKnown(from) ? () => reduceData(data, from, axes, compute) : undefined,
  });
  if (axes.includes(0) && !keepDims) result.freeBatch = false;
  return result;
}

function reduceData(
  data: readonly number[],
  shape: readonly number[],
  axes: readonly number[],
  compute: (values: readonly number[]) => number,
): number[] {
  const keptShape = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const strides = rowMajor(keptShape);
  const groups: number[][] = Array.from({ length: keptShape.reduce((product, dim) => product * dim, 1) }, () => []);
  let position = 0;
  forEachIndex(shape, (index) => {
    const at = index.reduce((sum, i, axis) => sum + (axes.includes(axis) ? 0 : i * (strides[axis] as number)), 0);
    groups[at]?.push(data[position++] as number);
  });
  return groups.map(compute);
}

/** Running sum, product, maximum along an axis; the shape stays. */
export function cumulative(
  vm: Vm,
  input: Tensor,
  axis: number,
  step: (a: number, b: number) => number = (a, b) => a + b,
): Tensor {
  const at = input.shape === null ? axis : positiveAxis(vm, input, axis);
  const { data, shape } = input;
  const dtype = isFloating(input.dtype) ? input.dtype : "int64";
  return produce(vm, { kind: "reduce", function: "cumulative", axes: [at], keepDims: true }, [input], {
    shape,
    dtype,
    reason: input.reason,
    settings: { starts: step(0, 1) === 1 && step(2, 3) === 5 ? "sum" : "other" },
    data:
      data && shape?.length === 1
        ? () =>
            data.reduce<number[]>(
              (sums, value) => [...sums, sums.length === 0 ? value : step(sums.at(-1) as number, value)],
              [],
            )
        : undefined,
  });
}

/** A reduction that gives values and their positions (max along a dimension, as PyTorch's `max(dim=…)`). */
export function reduceWithIndices(
  vm: Vm,
  input: Tensor,
  fn: Reduction,
  axis: number,
  keepDims = false,
): [Tensor, Tensor] {
  const values = reduce(vm, input, fn, { axes: [axis], keepDims });
  return [values, companion(values, input)];
}

/** Positions that come with values: int64, same shape, no operation of their own. */
function companion(values: Tensor, input: Tensor): Tensor {
  const indices = constant(input.library, values.shape, "int64", null, values.reason);
  if (!isConstant(input)) indices.role = "activation";
  indices.producer = values.producer;
  return indices;
}

/** Sorting along an axis, or the `count` largest: values and indices. */
export function sort(vm: Vm, input: Tensor, axis: number, count: Dim | null = null): [Tensor, Tensor] {
  if (input.shape === null) {
    const values = produce(vm, { kind: "move", function: "sort", view: false }, [input], {
      shape: null,
      reason: reasonOf(vm, input),
    });
    return [values, companion(values, input)];
  }
  const at = positiveAxis(vm, input, axis);
  const size = input.shape[at];
  if (typeof count === "number" && typeof size === "number" && count > size) {
    throw raise(vm, input, `selected index k out of range: ${count} of dimension ${at} of ${showShape(input.shape)}`);
  }
  const shape = input.shape.map((dim, i) => (i === at && count !== null ? count : dim));
  const [values, indices] = emit(
    vm,
    { kind: "move", function: "sort", view: false },
    [input],
    [],
    [
      { shape, dtype: input.dtype },
      { shape, dtype: "int64" },
    ],
  );
  return [values as Tensor, indices as Tensor];
}
