// Functions of numpy that work element by element under broadcasting. Numbers written in the program are weak: they change the
// dtype of an array only when their kind (boolean, whole, floating) is higher.
import type { Bound } from "../../../2-evaluate/native";
import { setNativeField } from "../../../2-evaluate/python/attributes";
import { floorDivide, floorMod } from "../../../2-evaluate/python/numbers";
import { bool, isNone, isOpaque, type NativeFunction, type Value } from "../../../2-evaluate/values";
import { Unknown } from "../../../2-evaluate/signals";
import type { Vm } from "../../../2-evaluate/vm";
import { roundHalfEven } from "../../../3-graph/operations/activation";
import { broadcastReader, broadcastTensors, forEachIndex, isFloating } from "../../../3-graph/operations/common";
import { isKnown } from "../../../3-graph/shape";
import type { DType, Tensor } from "../../../3-graph/tensor";
import { array, give, knownInt, plainReason, toArray, whyUnknown } from "../array";
import { dtypeArgument, floatTypeOf, promoteTypes } from "../dtypes";
import { makeFunction, type NumpyTable } from "./table";

export interface Operand {
  tensor: Tensor;
  /** A plain number of the program. */
  weak: boolean;
}

type Compute = (...values: number[]) => number;

/** What becomes of the dtype: kept, made floating, always float64 for whole numbers (division), boolean, whole. */
type Rule = "same" | "float" | "divide" | "bool" | "int";

export function operandOf(vm: Vm, value: Value | undefined): Operand {
  return { tensor: toArray(vm, value), weak: value?.kind === "number" || value?.kind === "boolean" };
}

function category(dtype: DType): number {
  return dtype === "bool" ? 0 : isFloating(dtype) ? 2 : 1;
}

/** The common dtype of arrays and weak numbers. */
function commonType(operands: readonly Operand[]): DType {
  const join = (of: readonly Operand[]): DType | null =>
    of.reduce<DType | null>((type, { tensor }) => (type ? promoteTypes(type, tensor.dtype) : tensor.dtype), null);
  const strong = join(operands.filter(({ weak }) => !weak));
  const weak = join(operands.filter((operand) => operand.weak));
  if (strong === null || weak === null) return strong ?? weak ?? "float64";
  return category(weak) > category(strong) && strong !== "string" ? weak : strong;
}

function resultType(rule: Rule, operands: readonly Operand[]): DType {
  const common = commonType(operands);
  switch (rule) {
    case "bool":
      return "bool";
    case "int":
      return "int64";
    case "float":
      return operands.every(({ weak }) => weak) && !isFloating(common) ? "float64" : floatTypeOf(common);
    case "divide":
      return isFloating(common) ? common : "float64";
    default:
      return common;
  }
}

/** Values of a function of arrays, row-major; null when one is not known. */
function computeData(compute: Compute, tensors: readonly Tensor[], shape: readonly number[]): number[] | null {
  const readers: ((index: readonly number[]) => number)[] = [];
  for (const { data, shape: own } of tensors) {
    if (data === null || own === null || !isKnown(own)) return null;
    if (data.length === 1) {
      readers.push(() => data[0] as number);
      continue;
    }
    readers.push(broadcastReader(data, own, shape.length));
  }
  const values: number[] = [];
  forEachIndex(shape, (index) => values.push(compute(...readers.map((read) => read(index)))));
  return values;
}

/** An element-wise function of arrays and numbers; a number where the result has no dimensions. */
export function elementwise(
  vm: Vm,
  operands: readonly Operand[],
  compute: Compute | null,
  rule: Rule = "same",
  wanted?: DType,
): Value {
  const tensors = operands.map(({ tensor }) => tensor);
  const shape = broadcastTensors(vm, tensors);
  const reason = whyUnknown(...tensors);
  const dtype = wanted ?? resultType(rule, operands);
  const size = shape && isKnown(shape) ? shape.reduce((product, dim) => product * dim, 1) : null;
  const data =
    compute && shape && size !== null && size <= 4096 ? computeData(compute, tensors, shape as number[]) : null;
  return give(vm, array(shape, dtype, data, reason), "the result of a numpy function");
}

const truth = (value: boolean): number => (value ? 1 : 0);

function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b);
}

const UNARY: Readonly<Record<string, readonly [compute: Compute, rule: Rule]>> = {
  negative: [(x = 0) => -x, "same"],
  positive: [(x = 0) => x, "same"],
  absolute: [(x = 0) => Math.abs(x), "same"],
  fabs: [(x = 0) => Math.abs(x), "float"],
  sign: [(x = 0) => Math.sign(x), "same"],
  floor: [(x = 0) => Math.floor(x), "same"],
  ceil: [(x = 0) => Math.ceil(x), "same"],
  trunc: [(x = 0) => Math.trunc(x), "same"],
  fix: [(x = 0) => Math.trunc(x), "same"],
  rint: [(x = 0) => roundHalfEven(x), "float"],
  square: [(x = 0) => x * x, "same"],
  sqrt: [(x = 0) => Math.sqrt(x), "float"],
  cbrt: [(x = 0) => Math.cbrt(x), "float"],
  exp: [(x = 0) => Math.exp(x), "float"],
  exp2: [(x = 0) => 2 ** x, "float"],
  expm1: [(x = 0) => Math.expm1(x), "float"],
  log: [(x = 0) => Math.log(x), "float"],
  log2: [(x = 0) => Math.log2(x), "float"],
  log10: [(x = 0) => Math.log10(x), "float"],
  log1p: [(x = 0) => Math.log1p(x), "float"],
  sin: [(x = 0) => Math.sin(x), "float"],
  cos: [(x = 0) => Math.cos(x), "float"],
  tan: [(x = 0) => Math.tan(x), "float"],
  arcsin: [(x = 0) => Math.asin(x), "float"],
  arccos: [(x = 0) => Math.acos(x), "float"],
  arctan: [(x = 0) => Math.atan(x), "float"],
  sinh: [(x = 0) => Math.sinh(x), "float"],
  cosh: [(x = 0) => Math.cosh(x), "float"],
  tanh: [(x = 0) => Math.tanh(x), "float"],
  arcsinh: [(x = 0) => Math.asinh(x), "float"],
  arccosh: [(x = 0) => Math.acosh(x), "float"],
  arctanh: [(x = 0) => Math.atanh(x), "float"],
  deg2rad: [(x = 0) => x * (Math.PI / 180), "float"],
  rad2deg: [(x = 0) => x * (180 / Math.PI), "float"],
  sinc: [(x = 0) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)), "float"],
  reciprocal: [(x = 0) => 1 / x, "same"],
  isnan: [(x = 0) => truth(Number.isNaN(x)), "bool"],
  isinf: [(x = 0) => truth(x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY), "bool"],
  isfinite: [(x = 0) => truth(Number.isFinite(x)), "bool"],
  signbit: [(x = 0) => truth(x < 0 || Object.is(x, -0)), "bool"],
  logical_not: [(x = 0) => truth(x === 0), "bool"],
  conjugate: [(x = 0) => x, "same"],
  real: [(x = 0) => x, "same"],
  imag: [() => 0, "same"],
};

const BINARY: Readonly<Record<string, readonly [compute: Compute, rule: Rule]>> = {
  add: [(a = 0, b = 0) => a + b, "same"],
  subtract: [(a = 0, b = 0) => a - b, "same"],
  multiply: [(a = 0, b = 0) => a * b, "same"],
  divide: [(a = 0, b = 0) => a / b, "divide"],
  floor_divide: [(a = 0, b = 0) => floorDivide(a, b), "same"],
  mod: [(a = 0, b = 0) => floorMod(a, b), "same"],
  fmod: [(a = 0, b = 0) => a % b, "same"],
  power: [(a = 0, b = 0) => a ** b, "same"],
  float_power: [(a = 0, b = 0) => a ** b, "divide"],
  maximum: [(a = 0, b = 0) => Math.max(a, b), "same"],
  minimum: [(a = 0, b = 0) => Math.min(a, b), "same"],
  fmax: [(a = 0, b = 0) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b)), "same"],
  fmin: [(a = 0, b = 0) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b)), "same"],
  equal: [(a = 0, b = 0) => truth(a === b), "bool"],
  not_equal: [(a = 0, b = 0) => truth(a !== b), "bool"],
  less: [(a = 0, b = 0) => truth(a < b), "bool"],
  less_equal: [(a = 0, b = 0) => truth(a <= b), "bool"],
  greater: [(a = 0, b = 0) => truth(a > b), "bool"],
  greater_equal: [(a = 0, b = 0) => truth(a >= b), "bool"],
  logical_and: [(a = 0, b = 0) => truth(a !== 0 && b !== 0), "bool"],
  logical_or: [(a = 0, b = 0) => truth(a !== 0 || b !== 0), "bool"],
  logical_xor: [(a = 0, b = 0) => truth((a !== 0) !== (b !== 0)), "bool"],
  bitwise_and: [(a = 0, b = 0) => Number(BigInt(a) & BigInt(b)), "same"],
  bitwise_or: [(a = 0, b = 0) => Number(BigInt(a) | BigInt(b)), "same"],
  bitwise_xor: [(a = 0, b = 0) => Number(BigInt(a) ^ BigInt(b)), "same"],
  left_shift: [(a = 0, b = 0) => a * 2 ** b, "same"],
  right_shift: [(a = 0, b = 0) => Math.floor(a / 2 ** b), "same"],
  arctan2: [(a = 0, b = 0) => Math.atan2(a, b), "float"],
  hypot: [(a = 0, b = 0) => Math.hypot(a, b), "float"],
  logaddexp: [(a = 0, b = 0) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))), "float"],
  copysign: [(a = 0, b = 0) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)), "float"],
  heaviside: [(a = 0, b = 0) => (a === 0 ? b : truth(a > 0)), "float"],
  gcd: [(a = 0, b = 0) => gcd(a, b), "same"],
  lcm: [(a = 0, b = 0) => (a === 0 || b === 0 ? 0 : Math.abs(a * b) / gcd(a, b)), "same"],
};

/** Whole numbers only: there the bit operators are exact. */
const BITS = new Set(["bitwise_and", "bitwise_or", "bitwise_xor"]);

const OTHER_NAMES: Readonly<Record<string, string>> = {
  abs: "absolute",
  conj: "conjugate",
  radians: "deg2rad",
  degrees: "rad2deg",
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  asinh: "arcsinh",
  acosh: "arccosh",
  atanh: "arctanh",
  true_divide: "divide",
  remainder: "mod",
  pow: "power",
  atan2: "arctan2",
  bitwise_left_shift: "left_shift",
  bitwise_right_shift: "right_shift",
};

/** A function of two operands by its numpy name: the operators of arrays use it too. */
export function binaryFunction(vm: Vm, name: string, left: Operand, right: Operand, wanted?: DType): Value {
  const [compute, rule] = BINARY[name] as readonly [Compute, Rule];
  const operands = [left, right];
  const floats = operands.some(({ tensor }) => isFloating(tensor.dtype));
  if (BITS.has(name) && floats) {
    throw vm.error("TypeError", `ufunc '${name}' not supported for the input types`);
  }
  return elementwise(vm, operands, compute, rule, wanted);
}

/** A function of one operand by its numpy name. */
export function unaryFunction(vm: Vm, name: string, operand: Operand, wanted?: DType): Value {
  const [compute, rule] = UNARY[name] as readonly [Compute, Rule];
  return elementwise(vm, [operand], compute, rule, wanted);
}

const OPTIONS = "out=None, *, where=True, dtype=None, casting=None, order=None, subok=True";

/** `where=` leaves some elements as they were: then no value is known. */
function masked(a: Bound): boolean {
  const where = a["where"];
  return where !== undefined && !(where.kind === "boolean" && where.value);
}

/** dtype= of a call; undefined where none is given. */
function wantedType(vm: Vm, a: Bound): DType | undefined {
  return isNone(a["dtype"]) ? undefined : dtypeArgument(vm, a["dtype"], "float64");
}

export const ELEMENTWISE: NumpyTable = {};

for (const [name, [compute, rule]] of Object.entries(UNARY)) {
  ELEMENTWISE[name] = [
    `a, ${OPTIONS}`,
    (vm, a) => elementwise(vm, [operandOf(vm, a["a"])], masked(a) ? null : compute, rule, wantedType(vm, a)),
  ];
}
for (const [name, [, rule]] of Object.entries(BINARY)) {
  ELEMENTWISE[name] = [
    `a, b, ${OPTIONS}`,
    (vm, a) => {
      const [left, right] = [operandOf(vm, a["a"]), operandOf(vm, a["b"])];
      if (masked(a)) return elementwise(vm, [left, right], null, rule, wantedType(vm, a));
      return binaryFunction(vm, name, left, right, wantedType(vm, a));
    },
  ];
}
ELEMENTWISE["invert"] = [
  `a, ${OPTIONS}`,
  (vm, a) => {
    const operand = operandOf(vm, a["a"]);
    if (isFloating(operand.tensor.dtype))
      throw vm.error("TypeError", "ufunc 'invert' not supported for the input types");
    const { dtype } = operand.tensor;
    // The bits of unsigned numbers depend on their width.
    const compute =
      dtype === "bool" ? (x = 0) => truth(x === 0) : dtype === "uint8" ? (x = 0) => 255 - x : (x = 0) => -x - 1;
    return elementwise(vm, [operand], compute);
  },
];
for (const [name, of] of Object.entries({ ...OTHER_NAMES, bitwise_not: "invert", bitwise_invert: "invert" })) {
  ELEMENTWISE[name] = ELEMENTWISE[of] as NumpyTable[string];
}

/** numpy's rounding: scale, round half to even, scale back. */
export function roundTo(value: number, decimals: number): number {
  if (decimals === 0) return roundHalfEven(value);
  const scale = 10 ** Math.abs(decimals);
  return decimals > 0 ? roundHalfEven(value * scale) / scale : roundHalfEven(value / scale) * scale;
}

const rounding: NumpyTable[string] = [
  "a, decimals=0, out=None",
  (vm, a) => {
    const decimals = knownInt(vm, a["decimals"], "decimals");
    return elementwise(vm, [operandOf(vm, a["a"])], (x = 0) => roundTo(x, decimals));
  },
];
ELEMENTWISE["round"] = rounding;
ELEMENTWISE["around"] = rounding;
ELEMENTWISE["round_"] = rounding;

/** A bound of clip: None leaves the side open. */
function limit(vm: Vm, value: Value | undefined, open: number): Operand {
  return isNone(value) ? { tensor: array([], "float64", [open]), weak: true } : operandOf(vm, value);
}

ELEMENTWISE["clip"] = [
  "a, a_min=None, a_max=None, out=None, *, min=None, max=None, dtype=None",
  (vm, a) => {
    const operand = operandOf(vm, a["a"]);
    const low = isNone(a["min"]) ? a["a_min"] : a["min"];
    const high = isNone(a["max"]) ? a["a_max"] : a["max"];
    const given = [operand, ...[low, high].flatMap((value) => (isNone(value) ? [] : [operandOf(vm, value)]))];
    const operands = [operand, limit(vm, low, Number.NEGATIVE_INFINITY), limit(vm, high, Number.POSITIVE_INFINITY)];
    const compute = (x = 0, least = 0, most = 0) => Math.min(most, Math.max(least, x));
    return elementwise(vm, operands, compute, "same", commonType(given));
  },
];
ELEMENTWISE["nan_to_num"] = [
  "a, copy=True, nan=0.0, posinf=None, neginf=None",
  (vm, a) => elementwise(vm, [operandOf(vm, a["a"])], (x = 0) => (Number.isFinite(x) ? x : Number.NaN)),
];
ELEMENTWISE["isclose"] = [
  "a, b, rtol=1e-05, atol=1e-08, equal_nan=False",
  (vm, a) => elementwise(vm, [operandOf(vm, a["a"]), operandOf(vm, a["b"])], null, "bool"),
];
for (const name of ["angle", "spacing", "frexp", "i0", "unwrap"]) {
  ELEMENTWISE[name] = ["a, **kwargs", (vm, a) => elementwise(vm, [operandOf(vm, a["a"])], null, "float")];
}

// --- methods of the functions themselves: np.add.reduce, np.multiply.outer -------------------------------------------

const REDUCTIONS: Readonly<Record<string, readonly [whole: string, running: string | null]>> = {
  add: ["sum", "cumsum"],
  multiply: ["prod", "cumprod"],
  maximum: ["max", null],
  minimum: ["min", null],
  logical_and: ["all", null],
  logical_or: ["any", null],
};

/** Gives the functions their methods; `reductions` are the natives of np.sum and so on. */
export function addReductions(
  functions: Readonly<Record<string, NativeFunction>>,
  reductions: Readonly<Record<string, NativeFunction>>,
): void {
  for (const [name, [whole, running]] of Object.entries(REDUCTIONS)) {
    const owner = functions[name] as NativeFunction;
    setNativeField(owner, "reduce", overFirstAxis(reductions[whole] as NativeFunction));
    if (running) setNativeField(owner, "accumulate", overFirstAxis(reductions[running] as NativeFunction));
  }
  for (const name of Object.keys(BINARY)) {
    const outer = makeFunction(`${name}.outer`, [
      "a, b",
      (vm, a) => {
        const [left, right] = [operandOf(vm, a["a"]), operandOf(vm, a["b"])];
        if (left.tensor.shape === null || right.tensor.shape === null)
          throw vm.giveUp("the rank of an array is not known");
        const ones = new Array<number>(right.tensor.shape.length).fill(1);
        const { tensor } = left;
        const wide = array([...left.tensor.shape, ...ones], tensor.dtype, tensor.data, tensor.reason);
        return binaryFunction(vm, name, { ...left, tensor: wide }, right);
      },
    ]);
    setNativeField(functions[name] as NativeFunction, "outer", outer);
  }
}

/** `reduce` works on the first axis unless told otherwise, unlike np.sum. */
function overFirstAxis(reduction: NativeFunction): NativeFunction {
  return makeFunction("reduce", [
    "a, axis=0, dtype=None, out=None, keepdims=False, **kwargs",
    (vm, a) => {
      const keywords = new Map<string, Value>([["axis", a["axis"] as Value]]);
      if (!isNone(a["keepdims"]) && vm.truth(a["keepdims"] as Value) === true) keywords.set("keepdims", bool(true));
      const first = a["a"] as Value;
      if (isOpaque(first)) throw new Unknown(plainReason(first));
      return reduction.call(vm, { positional: [first], keywords, unknown: null });
    },
  ]);
}
