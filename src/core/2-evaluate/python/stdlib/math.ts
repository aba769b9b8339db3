// The math, cmath, statistics and numbers modules.
import { nativeModule } from "../../native";
import { Unknown } from "../../signals";
import { bool, float, int, isNone, isOpaque, type NativeFunction, NONE, tuple, type Value } from "../../values";
import type { Vm } from "../../vm";
import { abstractClass } from "../abstract";
import { collect } from "../iterate";
import { bigResult, intResult } from "../numbers";
import { sortValues } from "../sorting";
import { derived, fn, indexOf, numeric, pure } from "../support";
import { operatorMethod } from "../text";
import { payload, typeNameOf } from "../types";
import type { StandardModules } from "./modules";

/** A real number. Throws Unknown. */
function real(vm: Vm, value: Value): number {
  const number = numeric(value);
  if (number !== undefined) return number;
  const inner = payload(value);
  if (isOpaque(inner)) throw new Unknown(derived(inner));
  if (inner.kind === "host") throw vm.giveUp(`the number ${inner.typeName} holds is not known`);
  if (inner.kind === "instance") {
    for (const name of ["__float__", "__index__"]) {
      const method = operatorMethod(inner, name);
      if (method) return real(vm, vm.call(method, [inner]));
    }
    if (inner.type.unknownBase) throw new Unknown(derived(inner.type.unknownBase));
  }
  throw vm.error("TypeError", `must be real number, not ${typeNameOf(value)}`);
}

/** A float result with C's rules for errors: NaN from numbers is a domain error, infinity from finite ones a range error. */
function checked(vm: Vm, result: number, ...inputs: number[]): Value {
  if (Number.isNaN(result) && !inputs.some(Number.isNaN)) throw vm.error("ValueError", "math domain error");
  if (!Number.isFinite(result) && inputs.every(Number.isFinite)) throw vm.error("OverflowError", "math range error");
  return float(result);
}

function unary(name: string, compute: (x: number) => number): NativeFunction {
  return pure(name, "x", (vm, value) => {
    const x = real(vm, value);
    return checked(vm, compute(x), x);
  });
}

/** floor, ceil, trunc: whole numbers, by the class's own method where it has one. */
function whole(name: "floor" | "ceil" | "trunc", compute: (x: number) => number): NativeFunction {
  return pure(name, "x", (vm, value) => {
    if (value.kind === "instance") {
      const method = operatorMethod(value, `__${name}__`);
      if (method) return vm.call(method, [value]);
    }
    const x = real(vm, value);
    if (Number.isNaN(x)) throw vm.error("ValueError", "cannot convert float NaN to integer");
    if (!Number.isFinite(x)) throw vm.error("OverflowError", "cannot convert float infinity to integer");
    return intResult(vm, compute(x));
  });
}

/** `log` and kin: no logarithm of zero or less. */
function logarithm(name: string, compute: (x: number) => number): NativeFunction {
  return pure(name, "x", (vm, value) => {
    const x = real(vm, value);
    if (x <= 0) throw vm.error("ValueError", "math domain error");
    return float(compute(x));
  });
}

function naturalLog(vm: Vm, value: Value, base: Value): Value {
  const x = real(vm, value);
  if (x <= 0) throw vm.error("ValueError", "math domain error");
  if (base.kind === "undefined") return float(Math.log(x));
  const b = real(vm, base);
  if (b <= 0) throw vm.error("ValueError", "math domain error");
  const divisor = Math.log(b);
  if (divisor === 0) throw vm.error("ZeroDivisionError", "float division by zero");
  return float(Math.log(x) / divisor);
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function factorial(vm: Vm, n: number): Value {
  if (n < 0) throw vm.error("ValueError", "factorial() not defined for negative values");
  let result = 1;
  for (let factor = 2; factor <= n && Number.isSafeInteger(result); factor++) result *= factor;
  return intResult(vm, result);
}

function combinations(vm: Vm, n: number, k: number): Value {
  if (n < 0 || k < 0) throw vm.error("ValueError", `${n < 0 ? "n" : "k"} must be a non-negative integer`);
  if (k > n) return int(0);
  let result = 1n;
  for (let step = 1; step <= Math.min(k, n - k) && step < 2000; step++)
    result = (result * BigInt(n - step + 1)) / BigInt(step);
  return bigResult(vm, result);
}

function permutations(vm: Vm, n: number, k: number): Value {
  if (n < 0 || k < 0) throw vm.error("ValueError", `${n < 0 ? "n" : "k"} must be a non-negative integer`);
  let result = 1;
  for (let step = 0; step < k && Number.isSafeInteger(result); step++) result *= n - step;
  return intResult(vm, k > n ? 0 : result);
}

function integerRoot(vm: Vm, n: number): Value {
  if (n < 0) throw vm.error("ValueError", "isqrt() argument must be nonnegative");
  let root = Math.floor(Math.sqrt(n));
  while (root * root > n) root--;
  while ((root + 1) * (root + 1) <= n) root++;
  return int(root);
}

function floatPower(vm: Vm, x: number, y: number): Value {
  if (x === 1 || y === 0) return float(1);
  if (x === 0 && y < 0) throw vm.error("ValueError", "math domain error");
  return checked(vm, x ** y, x, y);
}

/** Sum without rounding errors piling up: exact partial sums, as CPython's fsum keeps them. */
function exactSum(values: readonly number[]): number {
  const partials: number[] = [];
  for (let x of values) {
    let used = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[used++] = low;
      x = high;
    }
    partials.length = used;
    partials.push(x);
  }
  return partials.reduceRight((sum, part) => sum + part, 0);
}

function product(vm: Vm, items: Value, start: Value): Value {
  let result: Value = start.kind === "undefined" ? int(1) : start;
  for (const item of collect(vm, items)) result = vm.binary("*", result, item);
  return result;
}

function isClose(vm: Vm, a: number, b: number, relative: Value, absolute: Value): Value {
  if (a === b) return bool(true);
  if (!Number.isFinite(a) || !Number.isFinite(b)) return bool(false);
  const rel = relative.kind === "undefined" ? 1e-9 : real(vm, relative);
  const abs = absolute.kind === "undefined" ? 0 : real(vm, absolute);
  const difference = Math.abs(a - b);
  return bool(difference <= Math.abs(rel * b) || difference <= Math.abs(rel * a) || difference <= abs);
}

function split(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let mantissa = x * 2 ** -exponent;
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent--;
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent++;
  }
  return [mantissa, exponent];
}

const members: Record<string, Value> = {
  pi: float(Math.PI),
  e: float(Math.E),
  tau: float(2 * Math.PI),
  inf: float(Number.POSITIVE_INFINITY),
  nan: float(Number.NaN),
  floor: whole("floor", Math.floor),
  ceil: whole("ceil", Math.ceil),
  trunc: whole("trunc", Math.trunc),
  sqrt: unary("sqrt", Math.sqrt),
  cbrt: unary("cbrt", Math.cbrt),
  exp: unary("exp", Math.exp),
  exp2: unary("exp2", (x) => 2 ** x),
  expm1: unary("expm1", Math.expm1),
  sin: unary("sin", Math.sin),
  cos: unary("cos", Math.cos),
  tan: unary("tan", Math.tan),
  asin: unary("asin", Math.asin),
  acos: unary("acos", Math.acos),
  atan: unary("atan", Math.atan),
  sinh: unary("sinh", Math.sinh),
  cosh: unary("cosh", Math.cosh),
  tanh: unary("tanh", Math.tanh),
  asinh: unary("asinh", Math.asinh),
  acosh: unary("acosh", Math.acosh),
  atanh: unary("atanh", Math.atanh),
  fabs: unary("fabs", Math.abs),
  degrees: unary("degrees", (x) => x * (180 / Math.PI)),
  radians: unary("radians", (x) => x * (Math.PI / 180)),
  log2: logarithm("log2", Math.log2),
  log10: logarithm("log10", Math.log10),
  log1p: unary("log1p", Math.log1p),
  log: pure("log", "x base?", naturalLog),
  pow: pure("pow", "x y", (vm, x, y) => floatPower(vm, real(vm, x), real(vm, y))),
  atan2: pure("atan2", "y x", (vm, y, x) => float(Math.atan2(real(vm, y), real(vm, x)))),
  fmod: pure("fmod", "x y", (vm, x, y) => checked(vm, real(vm, x) % real(vm, y), real(vm, x), real(vm, y))),
  remainder: pure("remainder", "x y", (vm, x, y) => {
    const [a, b] = [real(vm, x), real(vm, y)];
    const quotient = a / b;
    const near = Math.round(quotient);
    const even = Math.abs(quotient % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
    return checked(vm, a - even * b, a, b);
  }),
  copysign: pure("copysign", "x y", (vm, x, y) => {
    const [a, b] = [Math.abs(real(vm, x)), real(vm, y)];
    return float(b < 0 || Object.is(b, -0) ? -a : a);
  }),
  hypot: pure("hypot", "*coordinates", (vm, ...values) => float(Math.hypot(...values.map((value) => real(vm, value))))),
  dist: pure("dist", "p q", (vm, p, q) => {
    const other = collect(vm, q);
    return float(
      Math.hypot(...collect(vm, p).map((value, index) => real(vm, value) - real(vm, other[index] ?? int(0)))),
    );
  }),
  gcd: pure("gcd", "*integers", (vm, ...values) => int(values.map((value) => indexOf(vm, value)).reduce(gcd, 0))),
  lcm: pure("lcm", "*integers", (vm, ...values) =>
    intResult(
      vm,
      values
        .map((value) => indexOf(vm, value))
        .reduce((a, b) => (a === 0 || b === 0 ? 0 : Math.abs(a / gcd(a, b)) * Math.abs(b)), 1),
    ),
  ),
  factorial: pure("factorial", "x", (vm, x) => factorial(vm, indexOf(vm, x))),
  comb: pure("comb", "n k", (vm, n, k) => combinations(vm, indexOf(vm, n), indexOf(vm, k))),
  perm: pure("perm", "n k?", (vm, n, k) =>
    isNone(k) ? factorial(vm, indexOf(vm, n)) : permutations(vm, indexOf(vm, n), indexOf(vm, k)),
  ),
  isqrt: pure("isqrt", "n", (vm, n) => integerRoot(vm, indexOf(vm, n))),
  prod: fn("prod", "iterable start?", product),
  fsum: fn("fsum", "iterable", (vm, items) => float(exactSum(collect(vm, items).map((item) => real(vm, item))))),
  isclose: pure("isclose", "a b rel_tol? abs_tol?", (vm, a, b, rel, abs) =>
    isClose(vm, real(vm, a), real(vm, b), rel, abs),
  ),
  isnan: pure("isnan", "x", (vm, x) => bool(Number.isNaN(real(vm, x)))),
  isinf: pure("isinf", "x", (vm, x) => bool(Math.abs(real(vm, x)) === Number.POSITIVE_INFINITY)),
  isfinite: pure("isfinite", "x", (vm, x) => bool(Number.isFinite(real(vm, x)))),
  modf: pure("modf", "x", (vm, x) => {
    const value = real(vm, x);
    return tuple([float(value - Math.trunc(value)), float(Math.trunc(value))]);
  }),
  frexp: pure("frexp", "x", (vm, x) => {
    const [mantissa, exponent] = split(real(vm, x));
    return tuple([float(mantissa), int(exponent)]);
  }),
  ldexp: pure("ldexp", "x i", (vm, x, i) => float(real(vm, x) * 2 ** indexOf(vm, i))),
};

function numbersOf(vm: Vm, data: Value): { values: number[]; isFloat: boolean } {
  const items = collect(vm, data);
  if (items.length === 0) throw vm.error("StatisticsError", "mean requires at least one data point");
  return {
    values: items.map((item) => real(vm, item)),
    isFloat: items.some((item) => item.kind === "number" && item.isFloat),
  };
}

function middle(vm: Vm, data: Value): Value {
  const sorted = sortValues(vm, collect(vm, data), NONE, bool(false));
  const half = Math.floor(sorted.length / 2);
  if (sorted.length === 0) throw vm.error("StatisticsError", "no median for empty data");
  if (sorted.length % 2 === 1) return sorted[half] as Value;
  return vm.binary("/", vm.binary("+", sorted[half - 1] as Value, sorted[half] as Value), int(2));
}

const statistics: Record<string, Value> = {
  mean: fn("mean", "data", (vm, data) => {
    const { values, isFloat } = numbersOf(vm, data);
    const mean = exactSum(values) / values.length;
    return !isFloat && Number.isInteger(mean) ? int(mean) : float(mean);
  }),
  fmean: fn("fmean", "data", (vm, data) => {
    const { values } = numbersOf(vm, data);
    return float(exactSum(values) / values.length);
  }),
  median: fn("median", "data", middle),
};

export const mathModules: StandardModules = {
  math: () => nativeModule("math", members),
  cmath: () => nativeModule("cmath", { pi: float(Math.PI), e: float(Math.E), inf: float(Number.POSITIVE_INFINITY) }),
  statistics: () => nativeModule("statistics", statistics),
  numbers: () =>
    nativeModule(
      "numbers",
      Object.fromEntries(
        ["Number", "Complex", "Real", "Rational", "Integral"].map((name) => [name, abstractClass(name)]),
      ),
    ),
};
