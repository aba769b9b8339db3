// torch reductions: sum, mean, variance, extremes with their positions, cumulative sums, sorting, norms.
import { bool, isNone, type Value } from "../../../2-evaluate/values";
import { toBoolean } from "../../../2-evaluate/native";
import type { Vm } from "../../../2-evaluate/vm";
import { positiveAxis, produce, reasonOf, unknownShape } from "../../../3-graph/operations/common";
import { elementwise } from "../../../3-graph/operations/elementwise";
import { cumulative, reduce, type Reduction, reduceWithIndices, sort } from "../../../3-graph/operations/reduce";
import { mapDims } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import { toAxes, toAxis, toSize, tuple } from "../arguments";
import { readDType } from "../dtypes";
import { binary } from "./elementwise";
import { named, type OpTable, tensorOf } from "./table";

const PAIR = ["values", "indices"];

function reduction(fn: Reduction): OpTable[string] {
  return [
    "input, dim=None, keepdim=False, *, dtype=None, out=None, axis=None, keepdims=None",
    (vm, a) => {
      const axes = toAxes(vm, isNone(a["dim"]) ? a["axis"] : a["dim"]);
      const dtype = readDType(a["dtype"]);
      const keepDims = toBoolean(vm, isNone(a["keepdims"]) ? a["keepdim"] : a["keepdims"]);
      return reduce(vm, tensorOf(vm, a), fn, {
        axes: axes?.length === 0 ? null : axes,
        keepDims,
        ...(dtype ? { dtype } : {}),
      });
    },
  ];
}

/** Variance and deviation: the second argument is an axis, or the switch for the unbiased form. */
function spread(vm: Vm, fn: "var" | "std", input: Tensor, dim: Value | undefined, keepdim: Value | undefined): Tensor {
  const axes = dim?.kind === "boolean" ? null : toAxes(vm, dim);
  return reduce(vm, input, fn, { axes, keepDims: toBoolean(vm, keepdim) });
}

/** max and min: all elements, along an axis with positions, or of two tensors. */
function extreme(fn: "max" | "min"): OpTable[string] {
  return [
    "input, dim=None, keepdim=False, *, other=None, out=None, axis=None, keepdims=None",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const dim = isNone(a["dim"]) ? a["axis"] : a["dim"];
      const other =
        dim instanceof Tensor && (dim.shape === null || dim.shape.length > 0 || dim.data === null) ? dim : a["other"];
      if (other instanceof Tensor) return binary(vm, fn === "max" ? "maximum" : "minimum", input, other);
      if (isNone(dim)) return reduce(vm, input, fn, { axes: null });
      return named(
        PAIR,
        reduceWithIndices(
          vm,
          input,
          fn,
          toAxis(vm, dim),
          toBoolean(vm, isNone(a["keepdims"]) ? a["keepdim"] : a["keepdims"]),
        ),
      );
    },
  ];
}

function position(fn: "argmax" | "argmin"): OpTable[string] {
  return [
    "input, dim=None, keepdim=False, *, axis=None, keepdims=None",
    (vm, a) => {
      const dim = isNone(a["dim"]) ? a["axis"] : a["dim"];
      return reduce(vm, tensorOf(vm, a), fn, {
        axes: isNone(dim) ? null : [toAxis(vm, dim)],
        keepDims: toBoolean(vm, isNone(a["keepdims"]) ? a["keepdim"] : a["keepdims"]),
      });
    },
  ];
}

function running(step: (a: number, b: number) => number): OpTable[string] {
  return [
    "input, dim, *, dtype=None, out=None",
    (vm, a) => cumulative(vm, tensorOf(vm, a), toAxis(vm, a["dim"]), step),
  ];
}

function vectorNorm(vm: Vm, input: Tensor, dim: Value | undefined, keepdim: Value | undefined): Tensor {
  return reduce(vm, input, "norm", { axes: toAxes(vm, dim), keepDims: toBoolean(vm, keepdim) });
}

export const REDUCE: OpTable = {
  sum: reduction("sum"),
  nansum: reduction("sum"),
  mean: reduction("mean"),
  nanmean: reduction("mean"),
  prod: reduction("prod"),
  amax: reduction("max"),
  amin: reduction("min"),
  any: reduction("any"),
  all: reduction("all"),
  logsumexp: reduction("logsumexp"),
  count_nonzero: [
    "input, dim=None",
    (vm, a) => reduce(vm, tensorOf(vm, a), "sum", { axes: toAxes(vm, a["dim"]), dtype: "int64" }),
  ],
  var: [
    "input, dim=None, unbiased=True, keepdim=False, *, correction=1, out=None",
    (vm, a) => spread(vm, "var", tensorOf(vm, a), a["dim"], a["keepdim"]),
  ],
  std: [
    "input, dim=None, unbiased=True, keepdim=False, *, correction=1, out=None",
    (vm, a) => spread(vm, "std", tensorOf(vm, a), a["dim"], a["keepdim"]),
  ],
  var_mean: [
    "input, dim=None, unbiased=True, keepdim=False, *, correction=1",
    (vm, a) => {
      const mean = reduce(vm, tensorOf(vm, a), "mean", {
        axes: a["dim"]?.kind === "boolean" ? null : toAxes(vm, a["dim"]),
        keepDims: toBoolean(vm, a["keepdim"]),
      });
      return tuple([spread(vm, "var", tensorOf(vm, a), a["dim"], a["keepdim"]), mean]);
    },
  ],
  std_mean: [
    "input, dim=None, unbiased=True, keepdim=False, *, correction=1",
    (vm, a) => {
      const mean = reduce(vm, tensorOf(vm, a), "mean", {
        axes: a["dim"]?.kind === "boolean" ? null : toAxes(vm, a["dim"]),
        keepDims: toBoolean(vm, a["keepdim"]),
      });
      return tuple([spread(vm, "std", tensorOf(vm, a), a["dim"], a["keepdim"]), mean]);
    },
  ],
  max: extreme("max"),
  min: extreme("min"),
  aminmax: [
    "input, *, dim=None, keepdim=False",
    (vm, a) => {
      const spec = { axes: toAxes(vm, a["dim"]), keepDims: toBoolean(vm, a["keepdim"]) };
      return named(
        ["min", "max"],
        [reduce(vm, tensorOf(vm, a), "min", spec), reduce(vm, tensorOf(vm, a), "max", spec)],
      );
    },
  ],
  argmax: position("argmax"),
  argmin: position("argmin"),
  median: ["input, dim=None, keepdim=False", (vm, a) => middle(vm, a["input"], a["dim"], a["keepdim"])],
  mode: ["input, dim=-1, keepdim=False", (vm, a) => middle(vm, a["input"], a["dim"], a["keepdim"])],
  kthvalue: ["input, k, dim=-1, keepdim=False", (vm, a) => middle(vm, a["input"], a["dim"], a["keepdim"])],
  quantile: [
    "input, q, dim=None, keepdim=False",
    (vm, a) =>
      a["q"] instanceof Tensor
        ? unknownShape(
            vm,
            { kind: "move", function: "sort", view: false },
            [tensorOf(vm, a)],
            vm.unknown("quantiles of a tensor"),
          )
        : reduce(vm, tensorOf(vm, a), "max", { axes: toAxes(vm, a["dim"]), keepDims: toBoolean(vm, a["keepdim"]) }),
  ],
  cumsum: running((x, y) => x + y),
  cumprod: running((x, y) => x * y),
  logcumsumexp: running(() => Number.NaN),
  cummax: [
    "input, dim",
    (vm, a) =>
      named(PAIR, [
        cumulative(vm, tensorOf(vm, a), toAxis(vm, a["dim"]), Math.max),
        cumulative(vm, tensorOf(vm, a), toAxis(vm, a["dim"]), Math.max),
      ]),
  ],
  cummin: [
    "input, dim",
    (vm, a) =>
      named(PAIR, [
        cumulative(vm, tensorOf(vm, a), toAxis(vm, a["dim"]), Math.min),
        cumulative(vm, tensorOf(vm, a), toAxis(vm, a["dim"]), Math.min),
      ]),
  ],
  diff: ["input, n=1, dim=-1", (vm, a) => differences(vm, tensorOf(vm, a), toAxis(vm, a["n"]), toAxis(vm, a["dim"]))],
  sort: [
    "input, dim=-1, descending=False, stable=False",
    (vm, a) => named(PAIR, sort(vm, tensorOf(vm, a), toAxis(vm, a["dim"]))),
  ],
  argsort: [
    "input, dim=-1, descending=False, stable=False",
    (vm, a) => sort(vm, tensorOf(vm, a), toAxis(vm, a["dim"]))[1],
  ],
  topk: [
    "input, k, dim=-1, largest=True, sorted=True",
    (vm, a) =>
      named(PAIR, sort(vm, tensorOf(vm, a), isNone(a["dim"]) ? -1 : toAxis(vm, a["dim"]), toSize(vm, a["k"], "k"))),
  ],
  norm: [
    "input, p='fro', dim=None, keepdim=False, out=None, dtype=None",
    (vm, a) => vectorNorm(vm, tensorOf(vm, a), a["dim"], a["keepdim"]),
  ],
  dist: [
    "input, other, p=2",
    (vm, a) => reduce(vm, elementwise(vm, "sub", [tensorOf(vm, a), tensorOf(vm, a, "other")]), "norm", { axes: null }),
  ],
  equal: ["input, other", (vm) => vm.unknown("whether two tensors are equal depends on their values")],
  allclose: [
    "input, other, rtol=1e-05, atol=1e-08, equal_nan=False",
    (vm) => vm.unknown("whether two tensors are close depends on their values"),
  ],
  is_nonzero: [
    "input",
    (vm, a) => {
      const { data } = tensorOf(vm, a);
      return data?.length === 1 ? bool(data[0] !== 0) : vm.unknown("whether a tensor is zero depends on its values");
    },
  ],
};

function middle(vm: Vm, value: Value | undefined, dim: Value | undefined, keepdim: Value | undefined): Value {
  const input = tensorOf(vm, { input: value as Value });
  if (isNone(dim)) return reduce(vm, input, "max", { axes: null });
  return named(PAIR, reduceWithIndices(vm, input, "max", toAxis(vm, dim), toBoolean(vm, keepdim)));
}

/** Differences of neighbours along an axis, taken `count` times. */
function differences(vm: Vm, input: Tensor, count: number, dim: number): Tensor {
  let result = input;
  for (let turn = 0; turn < count; turn++) {
    const { shape, data } = result;
    const axis = shape === null ? dim : positiveAxis(vm, result, dim);
    const next =
      shape === null ? null : shape.map((size, i) => (i === axis ? mapDims((n) => Math.max(0, n - 1), size) : size));
    const reason = next === null ? reasonOf(vm, result) : null;
    const known = data !== null && shape?.length === 1 ? data : null;
    result = produce(vm, { kind: "elementwise", function: "sub", constantOperand: false }, [result], {
      shape: next,
      reason,
      data: known ? () => known.slice(1).map((value, i) => value - (known[i] as number)) : undefined,
    });
  }
  return result;
}

/** torch.linalg.norm and vector_norm. */
export const LINALG: OpTable = {
  norm: [
    "input, ord=None, dim=None, keepdim=False, *, out=None, dtype=None",
    (vm, a) => vectorNorm(vm, tensorOf(vm, a), a["dim"], a["keepdim"]),
  ],
  vector_norm: [
    "input, ord=2, dim=None, keepdim=False, *, dtype=None, out=None",
    (vm, a) => vectorNorm(vm, tensorOf(vm, a), a["dim"], a["keepdim"]),
  ],
};
