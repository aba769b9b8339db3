// Methods of int and float, and the operator methods (`__add__`, `__len__`, `__getitem__` …) of every built-in class, made
// from the operators themselves; `super().__getitem__(k)` in a subclass of dict ends here.
import type { BinaryOp, CompareOp } from "../../1-syntax/tree";
import {
  bool,
  ClassMethod,
  type ClassValue,
  float,
  int,
  isOpaque,
  NONE,
  type NumberValue,
  StringValue,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { compare, contains } from "./compare";
import { iteratorOf } from "./iterate";
import { bigResult, intResult, numberBinary, roundHalfEven } from "./numbers";
import { inPlace, operatorNames, plainBinary, unary } from "./operators";
import { deleteIndex, getIndex, setIndex } from "./sequence";
import { addMethods, fn, indexOf, isMissing, type MethodTable, numeric } from "./support";
import { lengthOf } from "./truth";
import {
  boolType,
  bytesType,
  dictType,
  floatType,
  frozensetType,
  intType,
  listType,
  NOT_IMPLEMENTED,
  payload,
  rangeType,
  setType,
  strType,
  tupleType,
} from "./types";

const asInt = (value: Value): value is NumberValue =>
  (value.kind === "number" && !value.isFloat) || value.kind === "boolean";
const asFloat = (value: Value): value is NumberValue => value.kind === "number" && value.isFloat;

function bitLength(value: number): number {
  return Math.abs(value) === 0 ? 0 : Math.abs(value).toString(2).length;
}

function toBytes(vm: Vm, value: number, length: number, order: string): Value {
  if (value < 0) throw vm.giveUp("bytes of a negative number are not modelled");
  let rest = BigInt(value);
  let out = "";
  for (let index = 0; index < length; index++) {
    out += String.fromCharCode(Number(rest & 255n));
    rest >>= 8n;
  }
  if (rest > 0n) throw vm.error("OverflowError", "int too big to convert");
  return new StringValue(order === "little" ? out : [...out].reverse().join(""), true);
}

/** Numerator and denominator of a float: denominators are powers of two. */
function ratio(vm: Vm, value: number): Value {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : "Infinity";
    throw vm.error(Number.isNaN(value) ? "ValueError" : "OverflowError", `cannot convert ${name} to integer ratio`);
  }
  let denominator = 1;
  let numerator = value;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator *= 2;
  }
  return tuple([intResult(vm, numerator), intResult(vm, denominator)]);
}

const shared: MethodTable<NumberValue> = {
  conjugate: ["", (_vm, self) => self],
  __int__: ["", (vm, self) => truncated(vm, Number(self.value))],
  __trunc__: ["", (vm, self) => truncated(vm, Number(self.value))],
  __float__: ["", (_vm, self) => float(Number(self.value))],
  __bool__: ["", (_vm, self) => bool(Number(self.value) !== 0)],
  __abs__: ["", (vm, self) => absolute(vm, self)],
  __floor__: ["", (vm, self) => intResult(vm, Math.floor(Number(self.value)))],
  __ceil__: ["", (vm, self) => intResult(vm, Math.ceil(Number(self.value)))],
};

/** `int(number)`. */
export function truncated(vm: Vm, value: number): Value {
  if (Number.isNaN(value)) throw vm.error("ValueError", "cannot convert float NaN to integer");
  if (!Number.isFinite(value)) throw vm.error("OverflowError", "cannot convert float infinity to integer");
  return intResult(vm, Math.trunc(value));
}

/** `abs(number)`. */
export function absolute(vm: Vm, value: Value): Value {
  const inner = payload(value);
  if (inner.kind === "number" && inner.isFloat) return float(Math.abs(inner.value));
  const number = numeric(inner);
  if (number !== undefined) return int(Math.abs(number));
  throw vm.error("TypeError", `bad operand type for abs(): '${vm.typeName(value)}'`);
}

addMethods(
  intType,
  asInt,
  {
    ...shared,
    __index__: ["", (_vm, self) => int(Number(self.value))],
    __round__: ["ndigits?", (_vm, self) => int(Number(self.value))],
    bit_length: ["", (_vm, self) => int(bitLength(Number(self.value)))],
    bit_count: ["", (_vm, self) => int(Math.abs(Number(self.value)).toString(2).replaceAll("0", "").length)],
    as_integer_ratio: ["", (_vm, self) => tuple([int(Number(self.value)), int(1)])],
    to_bytes: [
      "length? byteorder?",
      (vm, self, length, order) => {
        const size = isMissing(length) ? 1 : indexOf(vm, length);
        return toBytes(vm, Number(self.value), size, order.kind === "string" ? order.value : "big");
      },
    ],
  },
  { pure: true },
);
addMethods(
  floatType,
  asFloat,
  {
    ...shared,
    is_integer: ["", (_vm, self) => bool(Number.isInteger(self.value))],
    as_integer_ratio: ["", (vm, self) => ratio(vm, self.value)],
    hex: ["", (vm) => vm.unknown("float.hex is not modelled")],
    __round__: ["ndigits?", (vm, self) => intResult(vm, roundHalfEven(self.value))],
  },
  { pure: true },
);

// --- operator methods of all built-in classes ------------------------------------------------------------------------

function addOperators(type: ClassValue, ops: readonly BinaryOp[], reflected = true): void {
  for (const op of ops) {
    const name = operatorNames[op];
    type.members.set(
      `__${name}__`,
      fn(`${type.name}.__${name}__`, "self other", (vm, self, other) => plainOr(vm, op, self, other)),
    );
    if (!reflected) continue;
    type.members.set(
      `__r${name}__`,
      fn(`${type.name}.__r${name}__`, "self other", (vm, self, other) => plainOr(vm, op, other, self)),
    );
  }
}

function plainOr(vm: Vm, op: BinaryOp, left: Value, right: Value): Value {
  const [a, b] = [payload(left), payload(right)];
  if (a.kind === "number" && b.kind === "number") return numberBinary(vm, op, a, b) ?? NOT_IMPLEMENTED;
  return plainBinary(vm, op, a, b) ?? NOT_IMPLEMENTED;
}

const comparisons: readonly [string, CompareOp][] = [
  ["__eq__", "=="],
  ["__ne__", "!="],
  ["__lt__", "<"],
  ["__le__", "<="],
  ["__gt__", ">"],
  ["__ge__", ">="],
];

function addComparisons(type: ClassValue, ordered: boolean): void {
  for (const [name, op] of comparisons.slice(0, ordered ? 6 : 2)) {
    type.members.set(
      name,
      fn(`${type.name}.${name}`, "self other", (vm, self, other) => {
        const [a, b] = [payload(self), payload(other)];
        if (isOpaque(b)) return b;
        const comparable = a.kind === b.kind || (numeric(a) !== undefined && numeric(b) !== undefined);
        return comparable ? compare(vm, op, a, b) : NOT_IMPLEMENTED;
      }),
    );
  }
}

function truthValue(truth: boolean | Value): Value {
  return typeof truth === "boolean" ? bool(truth) : truth;
}

function addContainer(type: ClassValue, kinds: { indexed: boolean; changing: boolean }): void {
  const put = (name: string, signature: string, body: Parameters<typeof fn>[2]): void => {
    type.members.set(name, fn(`${type.name}.${name}`, signature, body));
  };
  put("__len__", "self", (vm, self) => {
    const length = lengthOf(vm, payload(self));
    return typeof length === "number" ? int(length) : length;
  });
  put("__contains__", "self item", (vm, self, item) => truthValue(contains(vm, payload(self), item)));
  put("__iter__", "self", (vm, self) => iteratorOf(vm, payload(self)));
  if (kinds.indexed) put("__getitem__", "self index", (vm, self, index) => getIndex(vm, payload(self), index));
  if (!kinds.changing) return;
  put("__setitem__", "self index value", (vm, self, index, value) => {
    setIndex(vm, payload(self), index, value);
    return NONE;
  });
  put("__delitem__", "self index", (vm, self, index) => {
    deleteIndex(vm, payload(self), index);
    return NONE;
  });
}

const arithmetic: readonly BinaryOp[] = ["+", "-", "*", "/", "//", "%", "**"];
const bitwise: readonly BinaryOp[] = ["&", "|", "^", "<<", ">>"];

addOperators(intType, [...arithmetic, ...bitwise]);
addOperators(floatType, arithmetic);
for (const type of [intType, floatType]) {
  for (const [name, op] of [
    ["__neg__", "-"],
    ["__pos__", "+"],
  ] as const) {
    type.members.set(
      name,
      fn(`${type.name}.${name}`, "self", (vm, self) => unary(vm, op, payload(self))),
    );
  }
}
intType.members.set(
  "__invert__",
  fn("int.__invert__", "self", (vm, self) => unary(vm, "~", payload(self))),
);
for (const type of [strType, bytesType, listType, tupleType]) {
  addOperators(type, type === strType || type === bytesType ? ["+", "*", "%"] : ["+", "*"], false);
  addContainer(type, { indexed: true, changing: type === listType });
}
addContainer(rangeType, { indexed: true, changing: false });
addContainer(dictType, { indexed: true, changing: true });
addOperators(dictType, ["|"]);
for (const type of [setType, frozensetType]) {
  addContainer(type, { indexed: false, changing: false });
  addOperators(type, ["&", "|", "-", "^"]);
}
for (const type of [intType, floatType, strType, bytesType, listType, tupleType, setType, frozensetType]) {
  addComparisons(type, true);
}
for (const type of [dictType, rangeType]) addComparisons(type, false);
for (const [type, op] of [
  [listType, "+"],
  [listType, "*"],
  [dictType, "|"],
  [setType, "|"],
  [setType, "&"],
] as const) {
  const name = `__i${operatorNames[op]}__`;
  type.members.set(
    name,
    fn(`${type.name}.${name}`, "self other", (vm, self, other) => {
      inPlace(vm, op, payload(self), other);
      return self;
    }),
  );
}
intType.members.set(
  "from_bytes",
  new ClassMethod(
    fn("int.from_bytes", "cls bytes byteorder? * signed?", (vm, _cls, bytes, order, signed) => {
      const held = payload(bytes);
      if (held.kind !== "string" || !isMissing(signed)) return vm.unknown("int.from_bytes of this is not modelled");
      const codes = [...held.value].map((char) => BigInt(char.charCodeAt(0)));
      if (order.kind === "string" && order.value === "little") codes.reverse();
      return bigResult(
        vm,
        codes.reduce((sum, code) => sum * 256n + code, 0n),
      );
    }),
  ),
);
floatType.members.set(
  "fromhex",
  new ClassMethod(fn("fromhex", "cls text", (vm) => vm.unknown("float.fromhex is not modelled"))),
);
for (const type of [listType, dictType, setType]) type.members.set("__hash__", NONE);
boolType.members.set(
  "__bool__",
  fn("bool.__bool__", "self", (_vm, self) => self),
);
