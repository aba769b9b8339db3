// Arithmetic of Python's int and float on JavaScript numbers. Whole numbers are exact up to 2^53; a result beyond that is
// unknown with a reason, never rounded.
import { bool, float, int, NumberValue, type Value } from "../values";
import type { Vm } from "../vm";

const TOO_LARGE = "the whole number is larger than 2^53";

/** A whole number, or unknown when it left the exact range. Turns -0 into 0. */
export function intResult(vm: Vm, value: number): Value {
  return Number.isSafeInteger(value) ? int(value + 0) : vm.unknown(TOO_LARGE);
}

export function bigResult(vm: Vm, value: bigint): Value {
  return intResult(vm, Number(value));
}

/** Floor remainder with the sign of the divisor; exact, as JavaScript's `%` is. */
export function floorMod(a: number, b: number): number {
  const m = a % b;
  return m !== 0 && m < 0 !== b < 0 ? m + b : m;
}

/** Floor quotient of whole numbers; exact where `Math.floor(a / b)` would round. */
export function floorDivide(a: number, b: number): number {
  const m = a % b;
  const q = (a - m) / b;
  return m !== 0 && m < 0 !== b < 0 ? q - 1 : q;
}

/** CPython's float_divmod. */
function floatDivmod(a: number, b: number): [number, number] {
  let mod = a % b;
  let div = (a - mod) / b;
  if (mod !== 0) {
    if (b < 0 !== mod < 0) {
      mod += b;
      div -= 1;
    }
  } else {
    mod = b < 0 ? -0 : 0;
  }
  if (div === 0) return [a / b < 0 ? -0 : 0, mod];
  let floored = Math.floor(div);
  if (div - floored > 0.5) floored += 1;
  return [floored, mod];
}

/** Whole-number power by repeated squaring, exact while it fits. */
function intPower(vm: Vm, base: number, exponent: number): Value {
  if (base === 0 || base === 1) return exponent === 0 ? int(1) : int(base);
  if (base === -1) return int(exponent % 2 === 0 ? 1 : -1);
  if (exponent > 53) return vm.unknown(TOO_LARGE);
  return bigResult(vm, BigInt(base) ** BigInt(exponent));
}

function floatPower(vm: Vm, base: number, exponent: number): Value {
  if (base === 0 && exponent < 0) {
    throw vm.error("ZeroDivisionError", "0.0 cannot be raised to a negative power");
  }
  // Unlike C's pow, JavaScript gives NaN for 1 ** inf, 1 ** nan and -1 ** inf.
  if (base === 1 || (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent))) return float(1);
  if (base < 0 && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isInteger(exponent)) {
    return vm.unknown("complex numbers are not modelled");
  }
  const result = base ** exponent;
  if (!Number.isFinite(result) && Number.isFinite(base) && Number.isFinite(exponent)) {
    throw vm.error("OverflowError", "(34, 'Numerical result out of range')");
  }
  return float(result);
}

function bits(vm: Vm, op: string, a: number, b: number): Value {
  if ((a | 0) === a && (b | 0) === b) return int(op === "&" ? a & b : op === "|" ? a | b : a ^ b);
  const [x, y] = [BigInt(a), BigInt(b)];
  return bigResult(vm, op === "&" ? x & y : op === "|" ? x | y : x ^ y);
}

function shift(vm: Vm, op: string, a: number, b: number): Value {
  if (b < 0) throw vm.error("ValueError", "negative shift count");
  if (op === "<<") return a === 0 ? int(0) : b > 53 ? vm.unknown(TOO_LARGE) : intResult(vm, a * 2 ** b);
  return intResult(vm, Math.floor(a / 2 ** b));
}

/** Binary operator on two numbers; undefined when Python has none for them. */
export function numberBinary(vm: Vm, op: string, left: NumberValue, right: NumberValue): Value | undefined {
  const a = left.value;
  const b = right.value;
  const isFloat = left.isFloat || right.isFloat;
  switch (op) {
    case "+":
      return isFloat ? new NumberValue(a + b, true) : intResult(vm, a + b);
    case "-":
      return isFloat ? new NumberValue(a - b, true) : intResult(vm, a - b);
    case "*":
      return isFloat ? new NumberValue(a * b, true) : intResult(vm, a * b);
    case "/":
      if (b === 0) throw vm.error("ZeroDivisionError", isFloat ? "float division by zero" : "division by zero");
      return new NumberValue(a / b, true);
    case "//":
      if (b === 0) {
        const message = isFloat ? "float floor division by zero" : "integer division or modulo by zero";
        throw vm.error("ZeroDivisionError", message);
      }
      return isFloat ? float(floatDivmod(a, b)[0]) : intResult(vm, floorDivide(a, b));
    case "%":
      if (b === 0) throw vm.error("ZeroDivisionError", isFloat ? "float modulo" : "integer modulo by zero");
      return isFloat ? float(floatDivmod(a, b)[1]) : intResult(vm, floorMod(a, b));
    case "**":
      if (isFloat || b < 0) return floatPower(vm, a, b);
      return intPower(vm, a, b);
  }
  if (isFloat) return undefined;
  switch (op) {
    case "&":
    case "|":
    case "^":
      return bits(vm, op, a, b);
    case "<<":
    case ">>":
      return shift(vm, op, a, b);
  }
  return undefined;
}

/** `pow(base, exponent, modulus)`. */
export function powerModulo(vm: Vm, base: number, exponent: number, modulus: number): Value {
  if (modulus === 0) throw vm.error("ValueError", "pow() 3rd argument cannot be 0");
  const m = BigInt(Math.abs(modulus));
  let b = BigInt(base);
  let e = BigInt(exponent);
  if (e < 0n) {
    const inverse = modularInverse(b, m);
    if (inverse === undefined) throw vm.error("ValueError", "base is not invertible for the given modulus");
    b = inverse;
    e = -e;
  }
  let result = 1n % m;
  b = ((b % m) + m) % m;
  for (; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % m;
    b = (b * b) % m;
  }
  return bigResult(vm, modulus < 0 && result > 0n ? result - m : result);
}

function modularInverse(value: bigint, modulus: bigint): bigint | undefined {
  let [r0, r1] = [modulus, ((value % modulus) + modulus) % modulus];
  let [t0, t1] = [0n, 1n];
  while (r1 > 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [t0, t1] = [t1, t0 - q * t1];
  }
  return r0 === 1n ? ((t0 % modulus) + modulus) % modulus : undefined;
}

/** Comparison of two numbers by a Python operator. */
export function numberCompare(op: string, a: number, b: number): Value | undefined {
  switch (op) {
    case "==":
      return bool(a === b);
    case "!=":
      return bool(a !== b);
    case "<":
      return bool(a < b);
    case "<=":
      return bool(a <= b);
    case ">":
      return bool(a > b);
    case ">=":
      return bool(a >= b);
  }
  return undefined;
}

/** Rounds a plain decimal text ("12.345") to `places` decimals, halves to even, as CPython does from the exact value. */
export function roundDecimal(text: string, places: number): string {
  const dot = text.indexOf(".");
  const whole = dot < 0 ? text : text.slice(0, dot);
  const fraction = dot < 0 ? "" : text.slice(dot + 1);
  if (fraction.length <= places) return places === 0 ? whole : `${whole}.${fraction.padEnd(places, "0")}`;
  const kept = whole + fraction.slice(0, places);
  const rest = fraction.slice(places);
  const first = rest.charCodeAt(0) - 48;
  const half = first === 5 && /^50*$/.test(rest);
  const lastOdd = (kept.charCodeAt(kept.length - 1) - 48) % 2 === 1;
  const up = half ? lastOdd : first >= 5;
  const digits = up ? (BigInt(kept) + 1n).toString().padStart(kept.length, "0") : kept;
  if (places === 0) return digits;
  return `${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
}

/** Digits that are surely enough to see on which side of a half a double lies. */
const GUARD_DIGITS = 25;

/** A finite non-negative number with `places` decimals. */
export function fixed(value: number, places: number): string {
  if (value >= 1e21) {
    const whole = BigInt(value).toString();
    return places === 0 ? whole : `${whole}.${"0".repeat(places)}`;
  }
  if (places > 75) return value.toFixed(Math.min(100, places)).padEnd(places + 2, "0");
  return roundDecimal(value.toFixed(places + GUARD_DIGITS), places);
}

/** A finite non-negative number as digits "d.ddd" with `places` decimals, and its exponent of ten. */
export function scientific(value: number, places: number): { digits: string; exponent: number } {
  const [mantissa = "0", exponentText = "0"] = value.toExponential(Math.min(100, places + GUARD_DIGITS)).split("e");
  let exponent = Number(exponentText);
  let digits = roundDecimal(mantissa, places);
  if (digits.startsWith("10")) {
    digits = places === 0 ? "1" : `1.0${digits.slice(3, -1)}`;
    exponent += 1;
  }
  return { digits, exponent };
}

/** `round(value, places)` of a float. */
export function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value) || places > 22) return value;
  if (places >= 0)
    return Math.sign(value) * Number(fixed(Math.abs(value), places)) || (Object.is(value, -0) || value < 0 ? -0 : 0);
  const scale = 10 ** -places;
  return roundHalfEven(value / scale) * scale;
}

/** Nearest whole number, halves to even. */
export function roundHalfEven(value: number): number {
  const floored = Math.floor(value);
  const rest = value - floored;
  if (rest < 0.5) return floored;
  if (rest > 0.5) return floored + 1;
  return floored % 2 === 0 ? floored : floored + 1;
}
