// Python's arithmetic and bit operators: numbers, text, sequences, sets and dicts, operator methods of instances (reflected
// and in-place too), and host objects on either side.
import type { BinaryOp } from "../../1-syntax/tree";
import { COSTS, LIMITS } from "../limits";
import { Unknown } from "../signals";
import {
  bool,
  DictValue,
  float,
  int,
  isOpaque,
  list,
  NumberValue,
  type OpaqueValue,
  SetValue,
  StringValue,
  str,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { combineSets, dictUpdate, taint } from "./dicts";
import { formatPercent } from "./format";
import { collect } from "./iterate";
import { intResult, numberBinary } from "./numbers";
import { derived, indexOf, orUnknown } from "./support";
import { operatorMethod } from "./text";
import { NOT_IMPLEMENTED, payload, typeNameOf } from "./types";
import { unionOf } from "./unions";

export const operatorNames: Readonly<Record<BinaryOp, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "truediv",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "@": "matmul",
  "<<": "lshift",
  ">>": "rshift",
  ">>>": "rshift",
  "&": "and",
  "|": "or",
  "^": "xor",
};

/** `left op right`. */
export function binary(vm: Vm, op: BinaryOp, left: Value, right: Value): Value {
  if (left.kind === "number" && right.kind === "number") {
    const result = numberBinary(vm, op, left, right);
    if (result) return result;
  }
  if (left.kind === "opaque" || right.kind === "opaque") return withUnknown(op, left, right);
  if (isObject(left) || isObject(right)) {
    const answer = askObjects(vm, op, left, right);
    if (answer) return answer;
  }
  const result = orUnknown(() => plainBinary(vm, op, payload(left), payload(right)) ?? NOT_IMPLEMENTED);
  if (result !== NOT_IMPLEMENTED) return result;
  return refuse(vm, op, left, right);
}

function isObject(value: Value): boolean {
  return value.kind === "instance" || value.kind === "host" || (value.kind === "tuple" && value.type !== null);
}

/** Unknown with anything is unknown; a named dimension stays itself under `+ 0`, `* 1` and the like. */
function withUnknown(op: BinaryOp, left: Value, right: Value): Value {
  if (left.kind === "opaque" && left.dimension !== null && right.kind === "number" && !right.isFloat) {
    const neutral = op === "*" || op === "//" || op === "**" ? 1 : op === "+" || op === "-" ? 0 : undefined;
    if (right.value === neutral) return left;
  }
  if (right.kind === "opaque" && right.dimension !== null && left.kind === "number" && !left.isFloat) {
    const neutral = op === "*" ? 1 : op === "+" ? 0 : undefined;
    if (left.value === neutral) return right;
  }
  return derived(left.kind === "opaque" ? left : (right as OpaqueValue));
}

function refuse(vm: Vm, op: BinaryOp, left: Value, right: Value): Value {
  const [a, b] = [payload(left), payload(right)];
  const names = `'${typeNameOf(left)}' and '${typeNameOf(right)}'`;
  if (a.kind === "host" || b.kind === "host") return vm.unknown(`${op} of ${names} is not known`);
  for (const side of [left, right]) {
    if (side.kind === "instance" && side.type.unknownBase) return derived(side.type.unknownBase);
  }
  if (op === "+" && (a.kind === "list" || a.kind === "tuple" || a.kind === "string")) {
    const own = typeNameOf(a);
    if (own === "bytes") throw vm.error("TypeError", `can't concat ${typeNameOf(right)} to bytes`);
    throw vm.error("TypeError", `can only concatenate ${own} (not "${typeNameOf(right)}") to ${own}`);
  }
  if (op === "*" && (isSequence(a) || isSequence(b))) {
    const other = isSequence(a) ? right : left;
    throw vm.error("TypeError", `can't multiply sequence by non-int of type '${typeNameOf(other)}'`);
  }
  const shown = op === "**" ? "** or pow()" : op;
  throw vm.error("TypeError", `unsupported operand type(s) for ${shown}: ${names}`);
}

function isSequence(value: Value): boolean {
  return value.kind === "list" || value.kind === "tuple" || value.kind === "string";
}

/** Asks a method such as `__add__`; undefined when there is none or it declines. */
function askMethod(vm: Vm, name: string, self: Value, other: Value): Value | undefined {
  const method =
    self.kind === "instance" ? operatorMethod(self, name) : self.kind === "tuple" ? self.type?.find(name) : undefined;
  if (!method || (self.kind === "tuple" && method.kind !== "function")) return undefined;
  const answer = vm.call(method, [self, other]);
  return answer === NOT_IMPLEMENTED ? undefined : answer;
}

function askObjects(vm: Vm, op: BinaryOp, left: Value, right: Value): Value | undefined {
  const name = operatorNames[op];
  const reflected = `__r${name}__`;
  const rightFirst =
    right.kind === "instance" &&
    left.kind === "instance" &&
    right.type !== left.type &&
    right.type.isSubclassOf(left.type);
  if (rightFirst) {
    const answer = askMethod(vm, reflected, right, left);
    if (answer) return answer;
  }
  const first = left.kind === "host" ? left.binary(vm, op, right, false) : askMethod(vm, `__${name}__`, left, right);
  if (first) return first;
  if (right.kind === "host") return right.binary(vm, op, left, true);
  return rightFirst ? undefined : askMethod(vm, reflected, right, left);
}

function asNumber(value: Value): NumberValue | undefined {
  if (value.kind === "number") return value;
  return value.kind === "boolean" ? (int(value.value ? 1 : 0) as NumberValue) : undefined;
}

/** Operators of built-in values; undefined when Python has none for the two. Throws Unknown. */
export function plainBinary(vm: Vm, op: BinaryOp, left: Value, right: Value): Value | undefined {
  if (left.kind === "opaque") return derived(left);
  if (right.kind === "opaque") return derived(right);
  if (left.kind === "boolean" && right.kind === "boolean") {
    if (op === "&") return bool(left.value && right.value);
    if (op === "|") return bool(left.value || right.value);
    if (op === "^") return bool(left.value !== right.value);
  }
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a && b) return numberBinary(vm, op, a, b);
  switch (op) {
    case "+":
      if (isCounter(left) && isCounter(right)) return combineCounters(vm, op, left, right);
      return concatenate(vm, left, right);
    case "*":
      if (isSequence(left) && b && !b.isFloat) return repeat(vm, left, b.value);
      if (isSequence(right) && a && !a.isFloat) return repeat(vm, right, a.value);
      if (isSequence(left) && right.kind === "host") return repeat(vm, left, indexOf(vm, right));
      return undefined;
    case "%":
      return left.kind === "string" ? new StringValue(formatPercent(vm, left.value, right), left.bytes) : undefined;
    case "|":
      if (isCounter(left) && isCounter(right)) return combineCounters(vm, op, left, right);
      if (left.kind === "dict" && right.kind === "dict") return mergeDicts(vm, left, right);
      if (left.kind === "class" || right.kind === "class") return unionOf(left, right);
      return setOperation(op, left, right);
    case "&":
    case "-":
    case "^":
      if (isCounter(left) && isCounter(right)) return combineCounters(vm, op, left, right);
      return setOperation(op, left, right);
    default:
      return undefined;
  }
}

function concatenate(vm: Vm, left: Value, right: Value): Value | undefined {
  if (left.kind === "string" && right.kind === "string" && left.bytes === right.bytes) {
    return limitText(vm, left.value + right.value, left.bytes);
  }
  if (left.kind === "list" && right.kind === "list") {
    return (
      left.taint ??
      right.taint ??
      limitList(vm, left.items.length + right.items.length) ??
      list([...left.items, ...right.items])
    );
  }
  if (left.kind === "tuple" && right.kind === "tuple") {
    return limitList(vm, left.items.length + right.items.length) ?? tuple([...left.items, ...right.items]);
  }
  return undefined;
}

function limitText(vm: Vm, text: string, bytes: boolean): Value {
  if (text.length > LIMITS.stringLength) return vm.unknown(`a text of more than ${LIMITS.stringLength} characters`);
  return bytes ? new StringValue(text, true) : str(text);
}

function limitList(vm: Vm, length: number): OpaqueValue | undefined {
  vm.step(Math.ceil(Math.min(length, LIMITS.listLength) / COSTS.itemsPerStep));
  return length > LIMITS.listLength ? vm.unknown(`a list of more than ${LIMITS.listLength} items`) : undefined;
}

function repeat(vm: Vm, value: Value, count: number): Value | undefined {
  const times = Math.max(0, count);
  if (value.kind === "string") {
    if (value.value.length * times > LIMITS.stringLength) {
      return vm.unknown(`a text of more than ${LIMITS.stringLength} characters`);
    }
    vm.step(Math.ceil((value.value.length * times) / COSTS.itemsPerStep));
    return new StringValue(value.value.repeat(times), value.bytes);
  }
  if (value.kind !== "list" && value.kind !== "tuple") return undefined;
  if (value.kind === "list" && value.taint) return value.taint;
  const tooLong = limitList(vm, value.items.length * times);
  if (tooLong) return tooLong;
  const items: Value[] = [];
  for (let index = 0; index < times; index++) for (const item of value.items) items.push(item);
  return value.kind === "list" ? list(items) : tuple(items);
}

function isCounter(value: Value): value is DictValue {
  return value.kind === "dict" && value.typeName === "Counter";
}

/** Counter arithmetic: counts added, subtracted, or the larger (`|`) or smaller (`&`) taken; only positive ones stay. */
function combineCounters(vm: Vm, op: string, left: DictValue, right: DictValue): Value {
  if (left.taint) return left.taint;
  if (right.taint) return right.taint;
  const result = new DictValue(new Map(), "Counter");
  for (const [hash, { key }] of new Map([...left.entries, ...right.entries])) {
    const [a, b] = [left, right].map((side) => side.entries.get(hash)?.value ?? int(0)) as [Value, Value];
    const takesLeft = op === "|" || op === "&" ? vm.truth(vm.compare(op === "|" ? ">=" : "<=", a, b)) : false;
    if (isOpaque(takesLeft)) return takesLeft;
    const count = op === "+" || op === "-" ? binary(vm, op, a, b) : takesLeft ? a : b;
    const positive = vm.truth(vm.compare(">", count, int(0)));
    if (isOpaque(positive)) return positive;
    if (positive) result.entries.set(hash, { key, value: count });
  }
  return result;
}

function mergeDicts(vm: Vm, left: DictValue, right: DictValue): Value {
  if (left.taint) return left.taint;
  if (right.taint) return right.taint;
  const merged = new DictValue(new Map(left.entries), left.typeName);
  merged.defaultFactory = left.defaultFactory;
  dictUpdate(vm, merged, right);
  return merged;
}

function setOperation(op: string, left: Value, right: Value): Value | undefined {
  if (left.kind !== "set" || right.kind !== "set") return undefined;
  return left.taint ?? right.taint ?? new SetValue(combineSets(op, left.entries, right.entries), left.frozen);
}

/** `left op= right`. */
export function inPlace(vm: Vm, op: BinaryOp, left: Value, right: Value): Value {
  if (left.kind === "number") return binary(vm, op, left, right);
  if (left.kind === "host") return left.inPlace(vm, op, right) ?? binary(vm, op, left, right);
  if (left.kind === "instance") {
    const answer = askMethod(vm, `__i${operatorNames[op]}__`, left, right);
    if (answer) return answer;
    if (left.payload && !operatorMethod(left, `__${operatorNames[op]}__`)) {
      const changed = changeInPlace(vm, op, left.payload, right);
      return changed ? left : binary(vm, op, left, right);
    }
  }
  return changeInPlace(vm, op, left, right) ? left : binary(vm, op, left, right);
}

/** Changes a list, set or dict; false when the operator makes a new value. */
function changeInPlace(vm: Vm, op: BinaryOp, left: Value, right: Value): boolean {
  if (left.kind === "list" && op === "+") {
    extendList(vm, left, right);
    return true;
  }
  if (left.kind === "list" && op === "*" && !left.taint) {
    if (isOpaque(right)) {
      taint(vm, left, right);
      return true;
    }
    const repeated = binary(vm, op, left, right);
    if (repeated.kind === "list") {
      vm.touch(left);
      left.items = repeated.items;
      return true;
    }
    if (isOpaque(repeated)) taint(vm, left, repeated);
    return isOpaque(repeated);
  }
  if (left.kind === "dict" && op === "|") {
    if (left.typeName === "Counter") return false;
    dictUpdate(vm, left, right);
    return true;
  }
  if (left.kind === "set" && !left.frozen && "|&-^".includes(op)) {
    if (left.taint) return true;
    if (isOpaque(right)) {
      taint(vm, left, right);
      return true;
    }
    const other = payload(right);
    if (other.kind !== "set") return false;
    if (other.taint) {
      taint(vm, left, other.taint);
      return true;
    }
    vm.touch(left);
    left.entries = combineSets(op, left.entries, other.entries);
    return true;
  }
  return false;
}

/** `list.extend(items)`: unknown items make the list unknown. */
export function extendList(vm: Vm, target: Value & { kind: "list" }, items: Value): void {
  if (target.taint) return;
  try {
    const added = collect(vm, items);
    vm.touch(target);
    for (const item of added) target.items.push(item);
  } catch (signal) {
    if (!(signal instanceof Unknown)) throw signal;
    taint(vm, target, signal.value);
  }
}

const unaryNames = { "-": "__neg__", "+": "__pos__", "~": "__invert__" } as const;

/** `-x`, `+x`, `~x` (and `not x`, by truth). */
export function unary(vm: Vm, op: "-" | "+" | "~" | "not" | "typeof", operand: Value): Value {
  if (op === "not") {
    const truth = vm.truth(operand);
    return isOpaque(truth) ? truth : bool(!truth);
  }
  if (operand.kind === "opaque") return op === "+" ? operand : derived(operand);
  if (op === "typeof") return str(typeNameOf(operand));
  if (operand.kind === "instance") {
    const method = operatorMethod(operand, unaryNames[op]);
    if (method) return vm.call(method, [operand]);
    if (operand.type.unknownBase && !operand.payload) return derived(operand.type.unknownBase);
  }
  if (operand.kind === "host") {
    return operand.unary(vm, op) ?? vm.unknown(`${op} of ${operand.typeName} is not known`);
  }
  const number = asNumber(payload(operand));
  if (number) {
    if (number.isFloat && op !== "~") return op === "-" ? float(-number.value) : number;
    if (!number.isFloat) return op === "+" ? number : intResult(vm, op === "-" ? -number.value : -number.value - 1);
  }
  const inner = payload(operand);
  if (inner.kind === "dict" && inner.typeName === "Counter" && op !== "~") return vm.unknown(`${op} of a Counter`);
  throw vm.error("TypeError", `bad operand type for unary ${op}: '${typeNameOf(operand)}'`);
}
