// torch operations element by element: arithmetic, comparison, logic, one-argument mathematics, activations, softmax, casts.
import { isNone, isOpaque, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { activation, clamp, gatedUnit, identity, softmax, unaryTest } from "../../../3-graph/operations/activation";
import { elementwise, type Operand, where } from "../../../3-graph/operations/elementwise";
import { cast, move } from "../../../3-graph/operations/move";
import { Tensor } from "../../../3-graph/tensor";
import { toAxis, toOperand, toTensor, tuple } from "../arguments";
import { readDType } from "../dtypes";
import { numberOr, type OpTable, tensorOf } from "./table";

/** `fn(input, other)`; at least one side becomes a tensor. */
export function binary(vm: Vm, fn: string, left: Value | undefined, right: Value | undefined): Tensor {
  const a = toOperand(vm, left, "input");
  const b = toOperand(vm, right);
  return elementwise(vm, fn, a instanceof Tensor || b instanceof Tensor ? [a, b] : [toTensor(vm, left), b]);
}

/** Two-argument functions: torch name to the name of the operation. */
const BINARY: Readonly<Record<string, string>> = {
  mul: "mul",
  multiply: "mul",
  floor_divide: "floordiv",
  remainder: "mod",
  fmod: "mod",
  pow: "pow",
  float_power: "pow",
  maximum: "maximum",
  fmax: "maximum",
  minimum: "minimum",
  fmin: "minimum",
  atan2: "atan2",
  arctan2: "atan2",
  hypot: "hypot",
  eq: "eq",
  ne: "ne",
  not_equal: "ne",
  lt: "lt",
  less: "lt",
  le: "le",
  less_equal: "le",
  gt: "gt",
  greater: "gt",
  ge: "ge",
  greater_equal: "ge",
  logical_and: "logical_and",
  logical_or: "logical_or",
  logical_xor: "logical_xor",
  bitwise_and: "bitwise_and",
  bitwise_or: "bitwise_or",
  bitwise_xor: "bitwise_xor",
  bitwise_left_shift: "shift_left",
  bitwise_right_shift: "shift_right",
  copysign: "copysign",
  xlogy: "xlogy",
  logaddexp: "logaddexp",
};

/** One-argument functions whose operation has the same name, or the name given. */
const UNARY: Readonly<Record<string, string>> = {
  neg: "neg",
  negative: "neg",
  positive: "positive",
  abs: "abs",
  absolute: "abs",
  sign: "sign",
  sgn: "sign",
  floor: "floor",
  ceil: "ceil",
  trunc: "trunc",
  fix: "trunc",
  frac: "frac",
  square: "square",
  exp: "exp",
  exp2: "exp2",
  expm1: "expm1",
  log: "log",
  log2: "log2",
  log10: "log10",
  log1p: "log1p",
  sqrt: "sqrt",
  rsqrt: "rsqrt",
  reciprocal: "reciprocal",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  asin: "asin",
  arcsin: "asin",
  acos: "acos",
  arccos: "acos",
  atan: "atan",
  arctan: "atan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  asinh: "asinh",
  acosh: "acosh",
  atanh: "atanh",
  sigmoid: "sigmoid",
  logit: "logit",
  erf: "erf",
  erfc: "erfc",
  erfinv: "erfinv",
  lgamma: "lgamma",
  digamma: "digamma",
  sinc: "sinc",
  bitwise_not: "bitwise_not",
  deg2rad: "mul",
  rad2deg: "mul",
  nan_to_num: "nan_to_num",
  relu: "relu",
  relu6: "relu6",
  selu: "selu",
  hardswish: "hardswish",
  hardsigmoid: "hardsigmoid",
  silu: "silu",
  mish: "mish",
  logsigmoid: "log_sigmoid",
  softsign: "softsign",
  tanhshrink: "tanhshrink",
};

/** Activations with further options that change no shape. */
const WITH_OPTIONS: Readonly<Record<string, readonly [signature: string, name: string]>> = {
  gelu: ["input, approximate='none'", "gelu"],
  elu: ["input, alpha=1.0, inplace=False", "elu"],
  celu: ["input, alpha=1.0, inplace=False", "celu"],
  leaky_relu: ["input, negative_slope=0.01, inplace=False", "leaky_relu"],
  softplus: ["input, beta=1, threshold=20", "softplus"],
  hardshrink: ["input, lambd=0.5", "hardshrink"],
  softshrink: ["input, lambd=0.5", "softshrink"],
  threshold: ["input, threshold, value, inplace=False", "threshold"],
  rrelu: ["input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False", "leaky_relu"],
  prelu: ["input, weight", "prelu"],
};

const truths: Readonly<Record<string, (value: number) => boolean>> = {
  isnan: Number.isNaN,
  isinf: (value) => Math.abs(value) === Number.POSITIVE_INFINITY,
  isfinite: Number.isFinite,
  logical_not: (value) => value === 0,
  signbit: (value) => value < 0,
};

/** Arguments that limit a range: a number, None, or a tensor (then the bound is an operand). */
function limit(vm: Vm, input: Tensor, low: Value | undefined, high: Value | undefined): Tensor {
  let result = input;
  const tensorLow = low instanceof Tensor;
  const tensorHigh = high instanceof Tensor;
  if (tensorLow) result = elementwise(vm, "maximum", [result, low]);
  if (tensorHigh) result = elementwise(vm, "minimum", [result, high]);
  if (tensorLow && tensorHigh) return result;
  const from = tensorLow || isNone(low) ? null : numberOr(vm, low, null);
  const to = tensorHigh || isNone(high) ? null : numberOr(vm, high, null);
  if (isOpaque(low) || isOpaque(high)) return activation(vm, result, "clamp");
  if ((tensorLow || tensorHigh) && from === null && to === null) return result;
  return clamp(vm, result, from, to);
}

function addScaled(
  vm: Vm,
  fn: "add" | "sub",
  left: Value | undefined,
  right: Value | undefined,
  alpha: Value | undefined,
): Tensor {
  const scale = numberOr(vm, alpha, 1);
  const other: Value | undefined = scale === 1 ? right : binary(vm, "mul", toTensor(vm, right), alpha);
  return binary(vm, fn, left, other);
}

function divide(vm: Vm, left: Value | undefined, right: Value | undefined, mode: Value | undefined): Tensor {
  const rounding = mode?.kind === "string" ? mode.value : null;
  if (rounding === "floor") return binary(vm, "floordiv", left, right);
  const quotient = binary(vm, "div", left, right);
  if (rounding !== "trunc") return quotient;
  return cast(vm, activation(vm, quotient, "trunc"), toTensor(vm, left).dtype);
}

function softmaxAlong(vm: Vm, input: Tensor, dim: Value | undefined, log: boolean): Tensor {
  // Without `dim` torch takes 0 for 0, 1 and 3 dimensions and 1 otherwise.
  const rank = input.shape?.length ?? 2;
  const axis = isNone(dim) ? (rank === 0 || rank === 1 || rank === 3 ? 0 : 1) : toAxis(vm, dim);
  return softmax(vm, input, axis, log);
}

function operand(vm: Vm, value: Value | undefined): Operand {
  return toOperand(vm, value);
}

/** Positions of the elements that are not zero: [count, rank], or one tensor for each dimension. */
export function nonzero(vm: Vm, input: Tensor, asTuple: boolean): Value {
  const count = input.data
    ? input.data.filter((value) => value !== 0).length
    : vm.unknown("how many elements are not zero depends on values");
  const rank = input.shape?.length ?? 1;
  if (asTuple) return tuple(Array.from({ length: rank }, () => move(vm, "gather", [input], [count], "int64")));
  return move(vm, "gather", [input], [count, rank], "int64");
}

export const ELEMENTWISE: OpTable = {
  ...Object.fromEntries(
    Object.entries(BINARY).map(
      ([name, fn]) => [name, ["input, other, *, out=None", (vm, a) => binary(vm, fn, a["input"], a["other"])]] as const,
    ),
  ),
  ...Object.fromEntries(
    Object.entries(UNARY).map(
      ([name, fn]) => [name, ["input, *args, **kwargs", (vm, a) => activation(vm, tensorOf(vm, a), fn)]] as const,
    ),
  ),
  ...Object.fromEntries(
    Object.entries(WITH_OPTIONS).map(
      ([name, [signature, fn]]) =>
        [
          name,
          [
            signature,
            (vm, a) => {
              const { weight } = a;
              const slope = a["negative_slope"] ?? a["alpha"] ?? a["lambd"] ?? a["threshold"];
              return activation(vm, tensorOf(vm, a), fn, {
                ...(weight instanceof Tensor ? { operands: [weight] } : {}),
                settings: slope?.kind === "number" ? { alpha: slope.value, threshold: slope.value } : undefined,
              });
            },
          ],
        ] as const,
    ),
  ),
  ...Object.fromEntries(
    Object.entries(truths).map(
      ([name, test]) => [name, ["input, *, out=None", (vm, a) => unaryTest(vm, tensorOf(vm, a), name, test)]] as const,
    ),
  ),
  pow: ["input, exponent, *, out=None", (vm, a) => binary(vm, "pow", a["input"], a["exponent"])],
  round: [
    "input, *, decimals=0, out=None",
    (vm, a) =>
      numberOr(vm, a["decimals"], 0) === 0
        ? activation(vm, tensorOf(vm, a), "round")
        : activation(vm, tensorOf(vm, a), "round-decimals"),
  ],
  add: ["input, other, alpha=1, *, out=None", (vm, a) => addScaled(vm, "add", a["input"], a["other"], a["alpha"])],
  sub: ["input, other, alpha=1, *, out=None", (vm, a) => addScaled(vm, "sub", a["input"], a["other"], a["alpha"])],
  subtract: ["input, other, alpha=1, *, out=None", (vm, a) => addScaled(vm, "sub", a["input"], a["other"], a["alpha"])],
  rsub: ["input, other, alpha=1", (vm, a) => binary(vm, "sub", a["other"], a["input"])],
  div: [
    "input, other, *, rounding_mode=None, out=None",
    (vm, a) => divide(vm, a["input"], a["other"], a["rounding_mode"]),
  ],
  divide: [
    "input, other, *, rounding_mode=None, out=None",
    (vm, a) => divide(vm, a["input"], a["other"], a["rounding_mode"]),
  ],
  true_divide: ["input, other, *, out=None", (vm, a) => divide(vm, a["input"], a["other"], undefined)],
  addcmul: [
    "input, tensor1, tensor2, *, value=1, out=None",
    (vm, a) => elementwise(vm, "add", [tensorOf(vm, a), binary(vm, "mul", a["tensor1"], a["tensor2"])]),
  ],
  addcdiv: [
    "input, tensor1, tensor2, *, value=1, out=None",
    (vm, a) => elementwise(vm, "add", [tensorOf(vm, a), binary(vm, "div", a["tensor1"], a["tensor2"])]),
  ],
  lerp: [
    "input, end, weight, *, out=None",
    (vm, a) => elementwise(vm, "lerp", [tensorOf(vm, a), operand(vm, a["end"]), operand(vm, a["weight"])]),
  ],
  clamp: ["input, min=None, max=None, *, out=None", (vm, a) => limit(vm, tensorOf(vm, a), a["min"], a["max"])],
  clip: ["input, min=None, max=None, *, out=None", (vm, a) => limit(vm, tensorOf(vm, a), a["min"], a["max"])],
  clamp_min: ["input, min", (vm, a) => limit(vm, tensorOf(vm, a), a["min"], undefined)],
  clamp_max: ["input, max", (vm, a) => limit(vm, tensorOf(vm, a), undefined, a["max"])],
  hardtanh: [
    "input, min_val=-1.0, max_val=1.0, inplace=False",
    (vm, a) => limit(vm, tensorOf(vm, a), a["min_val"], a["max_val"]),
  ],
  masked_fill: [
    "input, mask, value",
    (vm, a) =>
      where(
        vm,
        tensorOf(vm, a, "mask"),
        isOpaque(a["value"]) ? { value: null, isFloat: true } : operand(vm, a["value"]),
        tensorOf(vm, a),
      ),
  ],
  where: [
    "condition, input=None, other=None",
    (vm, a) => {
      const condition = tensorOf(vm, a, "condition");
      if (isNone(a["input"])) return nonzero(vm, condition, true);
      return where(vm, condition, operand(vm, a["input"]), operand(vm, a["other"]));
    },
  ],
  isclose: [
    "input, other, rtol=1e-05, atol=1e-08, equal_nan=False",
    (vm, a) => elementwise(vm, "isclose", [tensorOf(vm, a), operand(vm, a["other"])], { dtype: "bool" }),
  ],
  softmax: [
    "input, dim=None, _stacklevel=3, dtype=None",
    (vm, a) => softmaxAlong(vm, tensorOf(vm, a), a["dim"], false),
  ],
  log_softmax: [
    "input, dim=None, _stacklevel=3, dtype=None",
    (vm, a) => softmaxAlong(vm, tensorOf(vm, a), a["dim"], true),
  ],
  softmin: [
    "input, dim=None, _stacklevel=3, dtype=None",
    (vm, a) => softmaxAlong(vm, activation(vm, tensorOf(vm, a), "neg"), a["dim"], false),
  ],
  glu: ["input, dim=-1", (vm, a) => gatedUnit(vm, tensorOf(vm, a), toAxis(vm, a["dim"]))],
  dropout: ["input, p=0.5, training=False, inplace=False", (vm, a) => identity(vm, tensorOf(vm, a), "dropout")],
  type_as: ["input, other", (vm, a) => cast(vm, tensorOf(vm, a), tensorOf(vm, a, "other").dtype)],
};

/** `x.to(...)` and `x.type(...)`: the dtype among the arguments, if any. */
export function convert(vm: Vm, input: Tensor, args: readonly Value[]): Tensor {
  for (const value of args) {
    const dtype = value instanceof Tensor ? value.dtype : readDType(value);
    if (dtype !== undefined) return cast(vm, input, dtype);
  }
  return input;
}
