// Reductions of arrays over axes, running sums, and norms. Without axes the result is a plain number: `np.prod(shape)` is a
// layer's argument as it stands. Sums are added in numpy's order, so that they agree to the last bit.
import type { Bound } from "../../../2-evaluate/native";
import { bool, isNone, tuple, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { forEachIndex, isFloating, positiveAxes, positiveAxis, rowMajor } from "../../../3-graph/operations/common";
import { reducedShape } from "../../../3-graph/operations/reduce";
import { isKnown, type Shape } from "../../../3-graph/shape";
import type { DType, Tensor } from "../../../3-graph/tensor";
import { array, axesArgument, factsOf, give, knownInt, ranked, scalarOf, toArray, whyUnknown } from "../array";
import { dtypeArgument } from "../dtypes";
import { alsoNamed, arrayOf, type NumpyTable, pickData } from "./table";

/** Computes one result from the values that fall together. `isInner` tells that they lie side by side in memory. */
type Compute = (values: readonly number[], isInner: boolean) => number | null;

/** Sums below this length are added one by one, longer ones in eight lanes. */
const LANES = 8;
const BLOCK = 128;

function pairwise(values: readonly number[], from: number, count: number): number {
  if (count < LANES) {
    let sum = count === 0 ? 0 : (values[from] as number);
    for (let i = 1; i < count; i++) sum += values[from + i] as number;
    return sum;
  }
  if (count <= BLOCK) {
    const lanes = values.slice(from, from + LANES);
    let i = LANES;
    for (; i < count - (count % LANES); i += LANES) {
      for (let lane = 0; lane < LANES; lane++)
        lanes[lane] = (lanes[lane] as number) + (values[from + i + lane] as number);
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
    let sum = a + b + (c + d) + (e + f + (g + h));
    for (; i < count; i++) sum += values[from + i] as number;
    return sum;
  }
  const half = Math.floor(count / 2);
  const first = half - (half % LANES);
  return pairwise(values, from, first) + pairwise(values, from + first, count - first);
}

export const sumOf: Compute = (values, isInner) =>
  isInner ? pairwise(values, 0, values.length) : values.reduce((sum, value) => sum + value, 0);

const meanOf: Compute = (values, isInner) => (sumOf(values, isInner) as number) / values.length;

/** NaN wins, as in numpy. */
const extreme =
  (pick: (a: number, b: number) => number): Compute =>
  (values) =>
    values.reduce((a, b) => pick(a, b));

const placeOf =
  (pick: (a: number, b: number) => number): Compute =>
  (values) => {
    const nan = values.findIndex(Number.isNaN);
    return nan >= 0 ? nan : values.indexOf(values.reduce((a, b) => pick(a, b)));
  };

function variance(values: readonly number[], isInner: boolean, ddof: number): number {
  const mean = meanOf(values, isInner) as number;
  const squares = values.map((value) => (value - mean) * (value - mean));
  return (sumOf(squares, isInner) as number) / (values.length - ddof);
}

const medianOf: Compute = (values) => {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

const wholeOr = (dtype: DType, other: DType): DType => (isFloating(dtype) ? dtype : other);
const asSum = (dtype: DType): DType => wholeOr(dtype, "int64");
const asMean = (dtype: DType): DType => wholeOr(dtype, "float64");
const asIs = (dtype: DType): DType => dtype;

interface Reduction {
  compute: Compute;
  type: (dtype: DType) => DType;
  /** Raised for no elements; functions without it have a value for them. */
  noIdentity?: string;
}

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  sum: { compute: sumOf, type: asSum },
  prod: { compute: (values) => values.reduce((product, value) => product * value, 1), type: asSum },
  mean: { compute: meanOf, type: asMean },
  max: {
    compute: extreme(Math.max),
    type: asIs,
    noIdentity: "zero-size array to reduction operation maximum which has no identity",
  },
  min: {
    compute: extreme(Math.min),
    type: asIs,
    noIdentity: "zero-size array to reduction operation minimum which has no identity",
  },
  argmax: { compute: placeOf(Math.max), type: () => "int64", noIdentity: "attempt to get argmax of an empty sequence" },
  argmin: { compute: placeOf(Math.min), type: () => "int64", noIdentity: "attempt to get argmin of an empty sequence" },
  any: { compute: (values) => (values.some((value) => value !== 0) ? 1 : 0), type: () => "bool" },
  all: { compute: (values) => (values.every((value) => value !== 0) ? 1 : 0), type: () => "bool" },
  median: { compute: medianOf, type: asMean },
  ptp: {
    compute: (values) => Math.max(...values) - Math.min(...values),
    type: asIs,
    noIdentity: "zero-size array to reduction operation maximum which has no identity",
  },
  count_nonzero: { compute: (values) => values.filter((value) => value !== 0).length, type: () => "int64" },
};

export interface ReduceOptions {
  axes: readonly number[] | null;
  keepDims?: boolean;
  dtype?: DType;
  /** Dimensions in front of the result (quantiles). */
  front?: Shape;
}

/** Reduces an array; a number where nothing is left of its dimensions. */
export function reduceArray(vm: Vm, input: Tensor, reduction: Reduction | null, options: ReduceOptions): Value {
  const { keepDims = false, front = [] } = options;
  const dtype = options.dtype ?? reduction?.type(input.dtype) ?? "float64";
  if (input.shape === null) {
    if (options.axes === null && !keepDims && front.length === 0)
      return give(vm, array([], dtype, null, input.reason), "the result of a numpy function");
    return array(null, dtype, null, input.reason ?? vm.unknown("the shape of an array is not known"));
  }
  const from = input.shape;
  const axes = positiveAxes(vm, input, options.axes, from.length);
  const shape = [...front, ...reducedShape(from, axes, keepDims)];
  if (reduction?.noIdentity !== undefined && axes.some((axis) => from[axis] === 0)) {
    throw vm.error("ValueError", reduction.noIdentity);
  }
  const data = reduction && front.length === 0 ? reduceData(input, axes, reduction.compute) : null;
  const exact = dtype !== "float32" || reduction === REDUCTIONS["max"] || reduction === REDUCTIONS["min"];
  // Sums of float32 numbers depend on how they are rounded on the way.
  const kept = exact || input.data?.every(Number.isInteger) ? data : null;
  return give(vm, array(shape, dtype, kept, input.reason), "the result of a numpy function");
}

function reduceData(input: Tensor, axes: readonly number[], compute: Compute): number[] | null {
  const { data, shape } = input;
  if (data === null || shape === null || !isKnown(shape)) return null;
  const keptShape = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const strides = rowMajor(keptShape);
  const count = keptShape.reduce((product, dim) => product * dim, 1);
  const groups: number[][] = Array.from({ length: count }, () => []);
  let position = 0;
  forEachIndex(shape, (index) => {
    const at = index.reduce((sum, i, axis) => sum + (axes.includes(axis) ? 0 : i * (strides[axis] as number)), 0);
    groups[at]?.push(data[position++] as number);
  });
  const isInner = axes.every((axis, i) => axis === shape.length - axes.length + i);
  const values = groups.map((group) => compute(group, isInner));
  return values.includes(null) ? null : (values as number[]);
}

function keeps(vm: Vm, a: Bound): boolean {
  return a["keepdims"] !== undefined && !isNone(a["keepdims"]) && vm.truth(a["keepdims"]) === true;
}

function optionsOf(vm: Vm, a: Bound): ReduceOptions {
  const options: ReduceOptions = { axes: axesArgument(vm, a["axis"]), keepDims: keeps(vm, a) };
  if (!isNone(a["dtype"])) options.dtype = dtypeArgument(vm, a["dtype"], "float64");
  return options;
}

export const REDUCE: NumpyTable = {};

for (const [name, reduction] of Object.entries(REDUCTIONS)) {
  const first = ["max", "min", "argmax", "argmin", "any", "all", "median", "ptp", "count_nonzero"].includes(name)
    ? "a, axis=None, out=None, keepdims=False, initial=None, where=None, overwrite_input=False"
    : "a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=None";
  REDUCE[name] = [
    first,
    (vm, a) => {
      const isPartial = !isNone(a["where"]) || !isNone(a["initial"]);
      const input = arrayOf(vm, a);
      const known = factsOf(input);
      if ((name === "max" || name === "min") && known && !isPartial && isNone(a["axis"]) && !keeps(vm, a)) {
        return scalarOf(vm, array([], input.dtype, [known[name]]));
      }
      return reduceArray(
        vm,
        input,
        isPartial ? { compute: () => null, type: reduction.type } : reduction,
        optionsOf(vm, a),
      );
    },
  ];
}

/** var and std take `ddof`. */
for (const name of ["var", "std"]) {
  REDUCE[name] = [
    "a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=None, mean=None, correction=None",
    (vm, a) => {
      const ddof = a["ddof"]?.kind === "number" ? a["ddof"].value : null;
      const compute: Compute = (values, isInner) => {
        if (ddof === null) return null;
        const value = variance(values, isInner, ddof);
        return name === "std" ? Math.sqrt(value) : value;
      };
      return reduceArray(vm, arrayOf(vm, a), { compute, type: asMean }, optionsOf(vm, a));
    },
  ];
}

/** Functions that leave NaN out: equal to the plain ones where there is none, else not known. */
for (const name of ["sum", "prod", "mean", "max", "min", "argmax", "argmin", "median", "var", "std"]) {
  const [signature, body] = REDUCE[name] as NumpyTable[string];
  REDUCE[`nan${name}`] = [
    signature,
    (vm, a) => {
      const input = arrayOf(vm, a);
      const clean = input.data?.some(Number.isNaN) ? array(input.shape, input.dtype) : input;
      return body(vm, { ...a, a: clean });
    },
  ];
}

REDUCE["average"] = [
  "a, axis=None, weights=None, returned=False, *, keepdims=False",
  (vm, a) => {
    const reduction = isNone(a["weights"]) ? (REDUCTIONS["mean"] as Reduction) : null;
    return reduceArray(vm, arrayOf(vm, a), reduction, { ...optionsOf(vm, a), dtype: "float64" });
  },
];

/** Quantiles: one per position asked for, in front of the dimensions that remain. */
for (const name of ["percentile", "quantile", "nanpercentile", "nanquantile"]) {
  REDUCE[name] = [
    "a, q, axis=None, out=None, overwrite_input=False, method=None, keepdims=False, **kwargs",
    (vm, a) => {
      const front = ranked(vm, toArray(vm, a["q"]));
      return reduceArray(vm, arrayOf(vm, a), null, {
        axes: axesArgument(vm, a["axis"]),
        keepDims: keeps(vm, a),
        front,
      });
    },
  ];
}

/** Running sums and products. */
function cumulative(name: string, step: (a: number, b: number) => number): void {
  REDUCE[name] = [
    "a, axis=None, dtype=None, out=None",
    (vm, a) => {
      const given = arrayOf(vm, a);
      const dtype = dtypeArgument(vm, a["dtype"], asSum(given.dtype));
      const whole = given.shape && isKnown(given.shape) ? given.shape.reduce((product, dim) => product * dim, 1) : null;
      const flat = isNone(a["axis"]);
      const shape = flat
        ? [whole ?? given.reason ?? vm.unknown("the size of an array is not known")]
        : ranked(vm, given);
      const axis = flat ? 0 : positiveAxis(vm, given, knownInt(vm, a["axis"], "axis"));
      const input = array(shape, given.dtype, given.data, given.reason);
      const exact = dtype !== "float32" || input.data?.every(Number.isInteger);
      return array(shape, dtype, exact ? running(input, axis, step) : null, input.reason);
    },
  ];
}

function running(input: Tensor, axis: number, step: (a: number, b: number) => number): number[] | null {
  const { data, shape } = input;
  if (!data || !shape || !isKnown(shape)) return null;
  const stride = rowMajor(shape)[axis] as number;
  const values = [...data];
  let position = 0;
  forEachIndex(shape, (index) => {
    const at = position++;
    if ((index[axis] as number) > 0) values[at] = step(values[at - stride] as number, values[at] as number);
  });
  return values;
}

cumulative("cumsum", (a, b) => a + b);
cumulative("cumprod", (a, b) => a * b);

REDUCE["diff"] = [
  "a, n=1, axis=-1, prepend=None, append=None",
  (vm, a) => {
    const input = arrayOf(vm, a);
    const times = knownInt(vm, a["n"], "n");
    const axis = positiveAxis(vm, input, knownInt(vm, a["axis"], "axis"));
    if (!isNone(a["prepend"]) || !isNone(a["append"]))
      throw vm.giveUp("np.diff with prepend or append is not modelled");
    let current = input;
    for (let i = 0; i < times; i++) {
      const size = ranked(vm, current)[axis];
      const shape = ranked(vm, current).map((dim, at) =>
        at === axis && typeof size === "number" ? Math.max(0, size - 1) : dim,
      );
      const moved = (by: number) =>
        pickData(current, shape, (index) => index.map((place, at) => (at === axis ? place + by : place)));
      const [low, high] = [moved(0), moved(1)];
      current = array(
        shape,
        input.dtype,
        low && high ? high.map((value, at) => value - (low[at] as number)) : null,
        input.reason,
      );
    }
    return current;
  },
];

REDUCE["trace"] = [
  "a, offset=0, axis1=0, axis2=1, dtype=None",
  (vm, a) => {
    const input = arrayOf(vm, a);
    return reduceArray(vm, input, null, { axes: [0, 1], dtype: asSum(input.dtype) });
  },
];

/** np.linalg.norm: over everything, one axis or two. */
export const NORM: NumpyTable[string] = [
  "x, ord=None, axis=None, keepdims=False",
  (vm, a) => {
    const input = arrayOf(vm, a, "x");
    const compute: Compute = (values) =>
      isNone(a["ord"]) ? Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) : null;
    return reduceArray(
      vm,
      input,
      { compute, type: asMean },
      { axes: axesArgument(vm, a["axis"]), keepDims: keeps(vm, a) },
    );
  },
];

/** Comparisons of whole arrays. */
function compareAll(test: ((a: number, b: number) => boolean) | null): NumpyTable[string] {
  return [
    "a, b, rtol=1e-05, atol=1e-08, equal_nan=False",
    (vm, a) => {
      const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "b")];
      if (!left.data || !right.data || !test) {
        return whyUnknown(left, right) ?? vm.unknown("the values of an array are not known");
      }
      const sameShape =
        left.shape?.length === right.shape?.length && left.shape?.every((dim, axis) => dim === right.shape?.[axis]);
      return bool(Boolean(sameShape) && left.data.every((value, i) => test(value, right.data?.[i] as number)));
    },
  ];
}
REDUCE["array_equal"] = compareAll((a, b) => a === b);
REDUCE["array_equiv"] = compareAll(null);
REDUCE["allclose"] = [
  "a, b, rtol=1e-05, atol=1e-08, equal_nan=False",
  (vm) => vm.unknown("whether values are close is not modelled"),
];

/** Histograms: counts and edges of the bins. */
REDUCE["histogram"] = [
  "a, bins=10, range=None, density=None, weights=None",
  (vm, a) => {
    if (a["bins"]?.kind !== "number")
      throw vm.giveUp("np.histogram with bins given by a sequence or a name is not modelled");
    return tuple([array([a["bins"].value], "int64"), array([a["bins"].value + 1], "float64")]);
  },
];
REDUCE["bincount"] = [
  "x, weights=None, minlength=0",
  (vm, a) => {
    const input = arrayOf(vm, a, "x");
    const { data } = input;
    const least = knownInt(vm, a["minlength"], "minlength");
    const known = factsOf(input);
    if (known && isNone(a["weights"])) return array([Math.max(least, known.max + 1)], "int64");
    if (!data || !isNone(a["weights"]))
      return array([vm.unknown("the largest value of an array is not known")], "int64");
    const counts = new Array<number>(Math.max(least, ...data.map((value) => value + 1), 0)).fill(0);
    for (const value of data) counts[value] = (counts[value] ?? 0) + 1;
    return array([counts.length], "int64", counts);
  },
];

alsoNamed(REDUCE, {
  amax: "max",
  amin: "min",
  product: "prod",
  alltrue: "all",
  sometrue: "any",
  cumulative_sum: "cumsum",
  cumulative_prod: "cumprod",
  nancumsum: "cumsum",
  nancumprod: "cumprod",
});
