// Functions of one element and of two tensors element by element, under the names of TensorFlow, keras.ops and keras.backend.
import type { NativeFunction, Value } from "../../../2-evaluate/values";
import { activation, clamp } from "../../../3-graph/operations/activation";
import { elementwise, where } from "../../../3-graph/operations/elementwise";
import { norm } from "../../../3-graph/operations/norm";
import { activationNamed } from "../activations";
import { toOperand, toTensor } from "../convert";
import { fn, tensorOf } from "../define";
import { isNone } from "../../../2-evaluate/values";
import { Tensor } from "../../../3-graph/tensor";

/** Names of functions of one element that the libraries share, with the name in the graph. */
const UNARY: Readonly<Record<string, string>> = {
  abs: "abs",
  absolute: "abs",
  exp: "exp",
  expm1: "expm1",
  log: "log",
  log1p: "log1p",
  log2: "log2",
  log10: "log10",
  sqrt: "sqrt",
  rsqrt: "rsqrt",
  square: "square",
  sign: "sign",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  asin: "asin",
  acos: "acos",
  atan: "atan",
  arcsin: "asin",
  arccos: "acos",
  arctan: "atan",
  sinh: "sinh",
  cosh: "cosh",
  asinh: "asinh",
  acosh: "acosh",
  atanh: "atanh",
  floor: "floor",
  ceil: "ceil",
  round: "round",
  rint: "round",
  trunc: "trunc",
  negative: "neg",
  neg: "neg",
  reciprocal: "reciprocal",
  reciprocal_no_nan: "reciprocal",
  erf: "erf",
  erfc: "erfc",
  erfinv: "erfinv",
  lgamma: "lgamma",
  digamma: "digamma",
  log_sigmoid: "log_sigmoid",
  sigmoid: "sigmoid",
  tanh: "tanh",
  softplus: "softplus",
  softsign: "softsign",
  nan_to_num: "nan_to_num",
  real: "real",
  imag: "imag",
  conj: "conj",
  angle: "angle",
  deg2rad: "mul",
  rad2deg: "mul",
};

/** Tests of one element: the result is boolean. */
const TESTS = ["isnan", "isinf", "isfinite", "is_nan", "is_inf", "is_finite", "logical_not", "isneginf", "isposinf"];

/** Functions of two operands. */
const BINARY: Readonly<Record<string, string>> = {
  add: "add",
  subtract: "sub",
  sub: "sub",
  multiply: "mul",
  mul: "mul",
  divide: "div",
  div: "div",
  truediv: "div",
  true_divide: "div",
  divide_no_nan: "div",
  multiply_no_nan: "mul",
  floordiv: "floordiv",
  floor_divide: "floordiv",
  floor_div: "floordiv",
  mod: "mod",
  floormod: "mod",
  remainder: "mod",
  pow: "pow",
  power: "pow",
  maximum: "maximum",
  minimum: "minimum",
  squared_difference: "squared_difference",
  atan2: "atan2",
  arctan2: "atan2",
  hypot: "hypot",
  logaddexp: "logaddexp",
  equal: "eq",
  not_equal: "ne",
  less: "lt",
  less_equal: "le",
  greater: "gt",
  greater_equal: "ge",
  logical_and: "logical_and",
  logical_or: "logical_or",
  logical_xor: "logical_xor",
  bitwise_and: "bitwise_and",
  bitwise_or: "bitwise_or",
  bitwise_xor: "bitwise_xor",
  left_shift: "shift_left",
  right_shift: "shift_right",
  xlogy: "mul",
  xdivy: "div",
  copysign: "mul",
};

const table = new Map<string, NativeFunction>();

for (const [name, graphName] of Object.entries(UNARY)) {
  table.set(
    name,
    fn(name, "x|input|a|features|tensor", (vm, a) => activation(vm, tensorOf(vm, a), graphName)),
  );
}
for (const name of TESTS) {
  table.set(
    name,
    fn(name, "x|input", (vm, a) => activation(vm, tensorOf(vm, a), name, { dtype: "bool" })),
  );
}
for (const [name, graphName] of Object.entries(BINARY)) {
  table.set(
    name,
    fn(name, "x|x1|a|input, y|x2|b|other", (vm, a) => {
      const operands = [toOperand(vm, a["x"]), toOperand(vm, a["y"])];
      if (!operands.some((operand) => operand instanceof Tensor)) operands[0] = toTensor(vm, a["x"]);
      return elementwise(vm, graphName, operands);
    }),
  );
}

const number = (value: Value | undefined): number | null => (value?.kind === "number" ? value.value : null);

/** The sum of a list of tensors. */
const sumOf = (name: string): NativeFunction =>
  fn(name, "inputs", (vm, a) => {
    const [first, ...rest] = vm.items(a["inputs"] as Value).map((item) => toTensor(vm, item));
    if (!first) throw vm.error("ValueError", "Inputs must be a list of at least one tensor");
    return rest.reduce((sum, item) => elementwise(vm, "add", [sum, item]), first);
  });

const others: Readonly<Record<string, NativeFunction>> = {
  clip_by_value: fn("clip_by_value", "x|t, low|clip_value_min, high|clip_value_max", (vm, a) =>
    clamp(vm, tensorOf(vm, a), number(a["low"]), number(a["high"])),
  ),
  clip: fn("clip", "x, low|x_min|min_value, high|x_max|max_value", (vm, a) =>
    clamp(vm, tensorOf(vm, a), number(a["low"]), number(a["high"])),
  ),
  add_n: sumOf("add_n"),
  bias_add: fn("bias_add", "x|value, bias, data_format=None", (vm, a) => {
    const x = tensorOf(vm, a);
    // A bias of channels first lines up with dimension 1; the shape of the input stays either way.
    return activation(vm, x, "bias_add", { operands: [tensorOf(vm, a, "bias")] });
  }),
  where: fn("where", "condition, x|x1=None, y|x2=None", (vm, a) => {
    if (isNone(a["x"])) throw vm.giveUp("the number of positions `where` finds is not known");
    return where(vm, toTensor(vm, a["condition"]), toOperand(vm, a["x"]), toOperand(vm, a["y"]));
  }),
  l2_normalize: fn("l2_normalize", "x, axis=None", (vm, a) => norm(vm, tensorOf(vm, a), "unit", { weights: [] })),
  normalize: fn("normalize", "x|tensor, ord|order=None, axis=None", (vm, a) =>
    norm(vm, tensorOf(vm, a), "unit", { weights: [] }),
  ),
  batch_normalization: fn("batch_normalization", "x, mean, variance, offset|beta=None, scale|gamma=None", (vm, a) => {
    const weights = [a["mean"], a["variance"], a["offset"], a["scale"]].filter((value) => value instanceof Tensor);
    return norm(vm, tensorOf(vm, a), "batch", { weights: weights.filter((tensor) => tensor.role === "weight") });
  }),
  local_response_normalization: fn("local_response_normalization", "x|input", (vm, a) =>
    norm(vm, tensorOf(vm, a), "local-response", { weights: [] }),
  ),
  accumulate_n: sumOf("accumulate_n"),
};
for (const [name, value] of Object.entries(others)) table.set(name, value);
table.set("lrn", others["local_response_normalization"] as NativeFunction);

/** An element-wise function or activation by any of its names. */
export function elementFunction(name: string): NativeFunction | undefined {
  return table.get(name) ?? activationNamed(name);
}
