// Number, Boolean, BigInt (whose values are not followed), Symbol, Math and the global functions on numbers and text.
import { bool, identityOf, int, type NativeFunction, str, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { constructible } from "./construct";
import { toInteger, toNumber, toText } from "./convert";
import {
  ASYNC_ITERATOR_KEY,
  bigintClass,
  booleanClass,
  ITERATOR_KEY,
  numberClass,
  SYMBOL_MARK,
  symbolClass,
} from "./kinds";
import { Namespace } from "./namespace";
import { truth } from "./operators";
import { addMethods, addStatics, asJs, fn, known, type MethodBody, unknownFn } from "./support";

/** Methods whose only argument is a whole number. */
function viaNumber(name: "toFixed" | "toPrecision" | "toExponential" | "toString"): MethodBody {
  return (vm, self, [argument]) => {
    const number = toNumber(vm, self);
    const value = known(argument);
    const digits = value.kind === "undefined" ? undefined : toInteger(vm, value);
    return str(asJs(vm, () => number[name](digits)));
  };
}

addMethods(numberClass, {
  toFixed: viaNumber("toFixed"),
  toPrecision: viaNumber("toPrecision"),
  toExponential: viaNumber("toExponential"),
  toString: viaNumber("toString"),
  toLocaleString: (vm: Vm) => vm.unknown("how numbers are written depends on the reader's language"),
  valueOf: (_vm: Vm, self: Value) => self,
});
addMethods(booleanClass, {
  toString: (vm: Vm, self: Value) => str(toText(vm, self)),
  valueOf: (_vm: Vm, self: Value) => self,
});

/** A test that is false for everything but numbers. */
function numberTest(test: (value: number) => boolean) {
  return (_vm: Vm, [value]: readonly Value[]) => {
    const inner = known(value);
    return bool(inner.kind === "number" && test(inner.value));
  };
}

const parse = {
  parseInt: (vm: Vm, [text, radix]: readonly Value[]) =>
    int(Number.parseInt(toText(vm, text ?? UNDEFINED), radix === undefined ? undefined : toInteger(vm, radix))),
  parseFloat: (vm: Vm, [text]: readonly Value[]) => int(Number.parseFloat(toText(vm, text ?? UNDEFINED))),
};

addStatics(numberClass, {
  ...parse,
  isInteger: numberTest(Number.isInteger),
  isSafeInteger: numberTest(Number.isSafeInteger),
  isFinite: numberTest(Number.isFinite),
  isNaN: numberTest(Number.isNaN),
  MAX_SAFE_INTEGER: int(Number.MAX_SAFE_INTEGER),
  MIN_SAFE_INTEGER: int(Number.MIN_SAFE_INTEGER),
  MAX_VALUE: int(Number.MAX_VALUE),
  MIN_VALUE: int(Number.MIN_VALUE),
  EPSILON: int(Number.EPSILON),
  POSITIVE_INFINITY: int(Number.POSITIVE_INFINITY),
  NEGATIVE_INFINITY: int(Number.NEGATIVE_INFINITY),
  NaN: int(Number.NaN),
});
constructible(numberClass, (vm, args) => int(args.length === 0 ? 0 : toNumber(vm, args[0])));
// A BigInt divides and overflows otherwise than a number, and does not mix with one.
constructible(bigintClass, (vm) => vm.unknown("BigInt values are not followed"));
constructible(booleanClass, (_vm, [value]) => {
  const result = truth(known(value));
  return typeof result === "boolean" ? bool(result) : result;
});

// --- symbols --------------------------------------------------------------------------------------------------------

addStatics(symbolClass, {
  iterator: str(ITERATOR_KEY),
  asyncIterator: str(ASYNC_ITERATOR_KEY),
  toPrimitive: str(`${SYMBOL_MARK}toPrimitive`),
  toStringTag: str(`${SYMBOL_MARK}toStringTag`),
  hasInstance: str(`${SYMBOL_MARK}hasInstance`),
  species: str(`${SYMBOL_MARK}species`),
  for: (vm, [key]) => str(`${SYMBOL_MARK}${toText(vm, key ?? UNDEFINED)}`),
});
/** Every symbol is another one: a number that nobody sees keeps equal descriptions apart. */
constructible(symbolClass, (vm, [description]) => {
  const text = description === undefined || description.kind === "undefined" ? "" : toText(vm, description);
  return str(`${SYMBOL_MARK}${text}\u0000${identityOf({})}`);
});

// --- Math -----------------------------------------------------------------------------------------------------------

const MATH_FUNCTIONS = [
  "abs",
  "acos",
  "acosh",
  "asin",
  "asinh",
  "atan",
  "atan2",
  "atanh",
  "cbrt",
  "ceil",
  "clz32",
  "cos",
  "cosh",
  "exp",
  "expm1",
  "floor",
  "fround",
  "hypot",
  "imul",
  "log",
  "log10",
  "log1p",
  "log2",
  "max",
  "min",
  "pow",
  "round",
  "sign",
  "sin",
  "sinh",
  "sqrt",
  "tan",
  "tanh",
  "trunc",
] as const; // prettier-ignore
const MATH_CONSTANTS = ["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"] as const;

const mathMembers: Record<string, Value> = {
  random: unknownFn("random", "Math.random() gives another number each time"),
};
for (const name of MATH_FUNCTIONS) {
  const calculate = Math[name] as (...values: number[]) => number;
  mathMembers[name] = fn(name, (vm, args) => int(calculate(...args.map((arg) => toNumber(vm, arg)))));
}
for (const name of MATH_CONSTANTS) mathMembers[name] = int(Math[name]);

// --- global functions -----------------------------------------------------------------------------------------------

function viaText(name: string, convert: (text: string) => string): NativeFunction {
  return fn(name, (vm, [value]) => str(asJs(vm, () => convert(toText(vm, value ?? UNDEFINED)))));
}

export const numberGlobals: Record<string, Value> = {
  NaN: int(Number.NaN),
  Infinity: int(Number.POSITIVE_INFINITY),
  undefined: UNDEFINED,
  parseInt: fn("parseInt", parse.parseInt),
  parseFloat: fn("parseFloat", parse.parseFloat),
  isNaN: fn("isNaN", (vm, [value]) => bool(Number.isNaN(toNumber(vm, known(value))))),
  isFinite: fn("isFinite", (vm, [value]) => bool(Number.isFinite(toNumber(vm, known(value))))),
  encodeURIComponent: viaText("encodeURIComponent", encodeURIComponent),
  decodeURIComponent: viaText("decodeURIComponent", decodeURIComponent),
  encodeURI: viaText("encodeURI", encodeURI),
  decodeURI: viaText("decodeURI", decodeURI),
  Math: new Namespace("Math", mathMembers),
  Number: numberClass,
  Boolean: booleanClass,
  BigInt: bigintClass,
  Symbol: symbolClass,
};
