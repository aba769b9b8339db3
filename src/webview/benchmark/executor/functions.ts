// Functions of one element, and of two: what the names of the graph mean in TensorFlow.js.
import * as tf from "@tensorflow/tfjs-core";
import type { Setting } from "../../../core/3-graph/operation";

type Settings = Readonly<Record<string, Setting | undefined>>;
type Unary = (x: tf.Tensor, settings: Settings) => tf.Tensor;

const numberOf = (value: Setting | undefined, fallback: number): number =>
  typeof value === "number" ? value : fallback;

const gelu: Unary = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
const hardSigmoid: Unary = (x) => tf.div(tf.relu6(tf.add(x, 3)), 6);
const silu: Unary = (x) => tf.mul(x, tf.sigmoid(x));
const hardSwish: Unary = (x) => tf.mul(x, hardSigmoid(x, {}));
const softShrink: Unary = (x, s) => {
  const limit = numberOf(s["alpha"], 0.5);
  return tf.sub(tf.relu(tf.sub(x, limit)), tf.relu(tf.sub(tf.neg(x), limit)));
};
const hardShrink: Unary = (x, s) => tf.mul(x, tf.cast(tf.greater(tf.abs(x), numberOf(s["alpha"], 0.5)), "float32"));
const elu: Unary = (x, s) => {
  const alpha = numberOf(s["alpha"], 1);
  return alpha === 1 ? tf.elu(x) : tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(x), alpha));
};
const testNonzero: Unary = (x) => tf.cast(x, "bool");

/** By name, in the order of the frameworks' own lists. */
export const UNARY: Readonly<Record<string, Unary>> = {
  relu: (x, s) => {
    const alpha = numberOf(s["alpha"], 0);
    const threshold = numberOf(s["threshold"], 0);
    const high = s["high"];
    let y = alpha === 0 ? tf.relu(x) : tf.leakyRelu(x, alpha);
    if (threshold !== 0) y = tf.where(tf.greaterEqual(x, threshold), x, tf.mul(tf.sub(x, threshold), alpha));
    return typeof high === "number" ? tf.minimum(y, high) : y;
  },
  relu6: (x) => tf.relu6(x),
  clamp: (x, s) => {
    const low = s["low"];
    const high = s["high"];
    if (typeof low === "number" && typeof high === "number") return tf.clipByValue(x, low, high);
    if (typeof low === "number") return tf.maximum(x, low);
    return tf.minimum(x, numberOf(high, 1));
  },
  threshold: (x, s) => {
    const limit = numberOf(s["threshold"] ?? s["alpha"], 1);
    return tf.mul(x, tf.cast(tf.greater(x, limit), "float32"));
  },
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  softplus: (x) => tf.softplus(x),
  softsign: (x) => tf.div(x, tf.add(tf.abs(x), 1)),
  selu: (x) => tf.selu(x),
  elu,
  celu: (x, s) => {
    const alpha = numberOf(s["alpha"], 1);
    return tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(tf.div(x, alpha)), alpha));
  },
  silu,
  swish: silu,
  gelu,
  hard_sigmoid: hardSigmoid,
  hardsigmoid: hardSigmoid,
  hard_sigmoid_2: (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1),
  hard_swish: hardSwish,
  hardswish: hardSwish,
  hard_tanh: (x) => tf.clipByValue(x, -1, 1),
  hardtanh: (x) => tf.clipByValue(x, -1, 1),
  hard_shrink: hardShrink,
  hardshrink: hardShrink,
  soft_shrink: softShrink,
  softshrink: softShrink,
  leaky_relu: (x, s) => tf.leakyRelu(x, numberOf(s["alpha"], 0.2)),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  log_sigmoid: (x) => tf.logSigmoid(x),
  sparse_plus: (x) =>
    tf.where(tf.greater(x, 1), x, tf.where(tf.less(x, -1), tf.zerosLike(x), tf.mul(tf.square(tf.add(x, 1)), 0.25))),
  sparse_sigmoid: (x) => tf.clipByValue(tf.mul(tf.add(x, 1), 0.5), 0, 1),
  squareplus: (x) => tf.mul(tf.add(x, tf.sqrt(tf.add(tf.square(x), 4))), 0.5),
  tanh_shrink: (x) => tf.sub(x, tf.tanh(x)),
  tanhshrink: (x) => tf.sub(x, tf.tanh(x)),
  neg: (x) => tf.neg(x),
  abs: (x) => tf.abs(x),
  sign: (x) => tf.sign(x),
  floor: (x) => tf.floor(x),
  ceil: (x) => tf.ceil(x),
  round: (x) => tf.round(x),
  "round-decimals": (x) => tf.div(tf.round(tf.mul(x, 100)), 100),
  trunc: (x) => tf.mul(tf.sign(x), tf.floor(tf.abs(x))),
  frac: (x) => tf.sub(x, tf.mul(tf.sign(x), tf.floor(tf.abs(x)))),
  square: (x) => tf.square(x),
  positive: (x) => tf.clone(x),
  exp: (x) => tf.exp(x),
  exp2: (x) => tf.pow(2, x),
  expm1: (x) => tf.expm1(x),
  log: (x) => tf.log(x),
  log2: (x) => tf.mul(tf.log(x), Math.LOG2E),
  log10: (x) => tf.mul(tf.log(x), Math.LOG10E),
  log1p: (x) => tf.log1p(x),
  logit: (x) => tf.log(tf.div(x, tf.sub(1, x))),
  sqrt: (x) => tf.sqrt(x),
  rsqrt: (x) => tf.rsqrt(x),
  reciprocal: (x) => tf.reciprocal(x),
  sin: (x) => tf.sin(x),
  cos: (x) => tf.cos(x),
  tan: (x) => tf.tan(x),
  asin: (x) => tf.asin(x),
  acos: (x) => tf.acos(x),
  atan: (x) => tf.atan(x),
  sinh: (x) => tf.sinh(x),
  cosh: (x) => tf.cosh(x),
  asinh: (x) => tf.asinh(x),
  acosh: (x) => tf.acosh(x),
  atanh: (x) => tf.atanh(x),
  sinc: (x) => {
    const angle = tf.mul(x, Math.PI);
    return tf.where(tf.equal(x, 0), tf.onesLike(x), tf.div(tf.sin(angle), angle));
  },
  erf: (x) => tf.erf(x),
  erfc: (x) => tf.sub(1, tf.erf(x)),
  rescale: (x, s) => tf.add(tf.mul(x, numberOf(s["scale"], 1)), numberOf(s["offset"], 0)),
  normalize: (x) => tf.div(tf.sub(x, 0), 1),
  mul: (x) => tf.mul(x, Math.PI / 180),
  triu: (x) => tf.mul(x, tf.onesLike(x)),
  tril: (x) => tf.mul(x, tf.onesLike(x)),
  mask: (x) => tf.mul(x, tf.onesLike(x)),
  nan_to_num: (x) => tf.where(tf.isNaN(x), tf.zerosLike(x), x),
  bitwise_not: (x) => tf.sub(tf.neg(x), 1),
  isnan: (x) => tf.isNaN(x),
  isinf: (x) => tf.isInf(x),
  isfinite: (x) => tf.isFinite(x),
  logical_not: (x) => tf.logicalNot(tf.cast(x, "bool")),
  signbit: (x) => tf.less(x, 0),
  activation: testNonzero,
};

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const asBool = (x: tf.Tensor): tf.Tensor => (x.dtype === "bool" ? x : tf.cast(x, "bool"));

export const BINARY: Readonly<Record<string, Binary>> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: (a, b) => tf.div(a.dtype === "bool" ? tf.cast(a, "float32") : a, b),
  floordiv: tf.floorDiv,
  mod: tf.mod,
  pow: tf.pow,
  maximum: tf.maximum,
  minimum: tf.minimum,
  atan2: tf.atan2,
  squared_difference: tf.squaredDifference,
  eq: tf.equal,
  ne: tf.notEqual,
  lt: tf.less,
  le: tf.lessEqual,
  gt: tf.greater,
  ge: tf.greaterEqual,
  logical_and: (a, b) => tf.logicalAnd(asBool(a), asBool(b)),
  logical_or: (a, b) => tf.logicalOr(asBool(a), asBool(b)),
  // Whole numbers have no bitwise kernels on wasm: comparisons of the same size stand for them.
  bitwise_and: (a, b) => (a.dtype === "bool" && b.dtype === "bool" ? tf.logicalAnd(a, b) : tf.minimum(a, b)),
  bitwise_or: (a, b) => (a.dtype === "bool" && b.dtype === "bool" ? tf.logicalOr(a, b) : tf.maximum(a, b)),
  bitwise_xor: (a, b) => (a.dtype === "bool" && b.dtype === "bool" ? tf.logicalXor(a, b) : tf.sub(a, b)),
  shift_left: (a, b) => tf.mul(a, b),
  shift_right: (a, b) => tf.floorDiv(a, tf.add(tf.abs(b), 1)),
  logical_xor: (a, b) => tf.logicalXor(asBool(a), asBool(b)),
};
