// Python's comparisons: `==` deep and by `__eq__`, ordering, `in`, `is`. An unknown part makes the answer unknown unless the
// known parts already decide it.
import {
  bool,
  type DictValue,
  FALSE,
  type InstanceValue,
  isOpaque,
  type OpaqueValue,
  type SetValue,
  type StringValue,
  type Value,
} from "../values";
import type { CompareOp } from "../../1-syntax/tree";
import { Unknown } from "../signals";
import type { Vm } from "../vm";
import { iterate } from "./iterate";
import { findKey } from "./keys";
import { numberCompare } from "./numbers";
import { derived, numeric } from "./support";
import { operatorMethod } from "./text";
import { NOT_IMPLEMENTED, payload, typeNameOf } from "./types";

type Truth = boolean | OpaqueValue;

const methodOf: Readonly<Record<string, string>> = {
  "==": "__eq__",
  "!=": "__ne__",
  "<": "__lt__",
  "<=": "__le__",
  ">": "__gt__",
  ">=": "__ge__",
};
const mirrored: Readonly<Record<string, string>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function asTruth(vm: Vm, value: Value): Truth {
  return value.kind === "boolean" ? value.value : vm.truth(value);
}

/** Asks the operator method of an instance; undefined when there is none or it declines. */
function askInstance(vm: Vm, op: string, self: InstanceValue, other: Value): Value | undefined {
  const method = operatorMethod(self, methodOf[op] as string);
  if (method) {
    const answer = vm.call(method, [self, other]);
    return answer === NOT_IMPLEMENTED ? undefined : answer;
  }
  if (op === "!=") {
    const equal = askInstance(vm, "==", self, other);
    if (!equal) return undefined;
    const truth = asTruth(vm, equal);
    return isOpaque(truth) ? truth : bool(!truth);
  }
  if (self.type.unknownBase && !self.payload) return derived(self.type.unknownBase);
  return undefined;
}

function askObjects(vm: Vm, op: string, left: Value, right: Value): Value | undefined {
  const reflected = mirrored[op] as string;
  const rightFirst =
    right.kind === "instance" &&
    left.kind === "instance" &&
    right.type !== left.type &&
    right.type.isSubclassOf(left.type);
  if (rightFirst) {
    const answer = askInstance(vm, reflected, right, left);
    if (answer) return answer;
  }
  if (left.kind === "instance") {
    const answer = askInstance(vm, op, left, right);
    if (answer) return answer;
  } else if (left.kind === "host") {
    const answer = left.compare(vm, op, right, false);
    if (answer) return answer;
  }
  if (right.kind === "instance" && !rightFirst) return askInstance(vm, reflected, right, left);
  if (right.kind === "host") return right.compare(vm, op, left, true);
  return undefined;
}

/** `left == right` as a truth. */
export function equals(vm: Vm, left: Value, right: Value): Truth {
  if (left.kind === "number" && right.kind === "number") return left.value === right.value;
  if (left.kind === "string" && right.kind === "string")
    return left.value === right.value && left.bytes === right.bytes;
  if (left.kind === "opaque" || right.kind === "opaque") {
    if (left === right && left.kind === "opaque" && left.dimension !== null) return true;
    return derived(left.kind === "opaque" ? left : (right as OpaqueValue));
  }
  if (left.kind === "instance" || right.kind === "instance" || left.kind === "host" || right.kind === "host") {
    const answer = askObjects(vm, "==", left, right);
    if (answer) return asTruth(vm, answer);
  }
  return left === right || equalPlain(vm, payload(left), payload(right));
}

function equalPlain(vm: Vm, left: Value, right: Value): Truth {
  if (left === right) return true;
  const [a, b] = [numeric(left), numeric(right)];
  if (a !== undefined && b !== undefined) return a === b;
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case "none":
    case "undefined":
    case "ellipsis":
      return true;
    case "string":
      return right.kind === "string" && left.value === right.value && left.bytes === right.bytes;
    case "list":
      if (right.kind !== "list") return false;
      return left.taint ?? right.taint ?? equalItems(vm, left.items, right.items);
    case "tuple":
      return right.kind === "tuple" && equalItems(vm, left.items, right.items);
    case "range":
      return right.kind === "range" && equalRanges(left, right);
    case "set":
      return right.kind === "set" && (left.taint ?? right.taint ?? equalSets(vm, left, right));
    case "dict":
      return right.kind === "dict" && (left.taint ?? right.taint ?? equalDicts(vm, left, right));
    case "slice":
      return (
        right.kind === "slice" &&
        equalItems(vm, [left.lower, left.upper, left.step], [right.lower, right.upper, right.step])
      );
    case "method":
      return right.kind === "method" && left.self === right.self && left.callable === right.callable;
    default:
      return false;
  }
}

interface RangeLike {
  start: number;
  step: number;
  length: number;
}

function equalRanges(left: RangeLike, right: RangeLike): boolean {
  if (left.length !== right.length) return false;
  return left.length === 0 || (left.start === right.start && (left.length === 1 || left.step === right.step));
}

/** All equal, or one surely different; unknown when it hangs on an unknown item. */
function equalItems(vm: Vm, left: readonly Value[], right: readonly Value[]): Truth {
  if (left.length !== right.length) return false;
  let unknown: OpaqueValue | null = null;
  for (const [index, item] of left.entries()) {
    const other = right[index] as Value;
    const same = item === other && item.kind !== "opaque" ? true : equals(vm, item, other);
    if (same === false) return false;
    if (isOpaque(same)) unknown ??= same;
  }
  return unknown ?? true;
}

function equalSets(vm: Vm, left: SetValue, right: SetValue): Truth {
  if (left.entries.size !== right.entries.size) return false;
  for (const item of left.entries.values()) if (findKey(vm, right.entries, item) === undefined) return false;
  return true;
}

function equalDicts(vm: Vm, left: DictValue, right: DictValue): Truth {
  if (left.entries.size !== right.entries.size) return false;
  const values: Value[] = [];
  const others: Value[] = [];
  const ordered = left.typeName === "OrderedDict" && right.typeName === "OrderedDict";
  const rightKeys = ordered ? [...right.entries.keys()] : [];
  for (const [index, { key, value }] of [...left.entries.values()].entries()) {
    const hash = findKey(vm, right.entries, key);
    if (hash === undefined || (ordered && rightKeys[index] !== hash)) return false;
    values.push(value);
    others.push(right.entries.get(hash)?.value as Value);
  }
  return equalItems(vm, values, others);
}

/** `<`, `<=`, `>`, `>=` of two values that are no instances with methods; undefined when Python has no order for them. */
function order(vm: Vm, op: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [numeric(left), numeric(right)];
  if (a !== undefined && b !== undefined) return numberCompare(op, a, b);
  if (left.kind === "string" && right.kind === "string" && left.bytes === right.bytes) {
    return bool(
      op === "<"
        ? left.value < right.value
        : op === "<="
          ? left.value <= right.value
          : op === ">"
            ? left.value > right.value
            : left.value >= right.value,
    );
  }
  if ((left.kind === "list" && right.kind === "list") || (left.kind === "tuple" && right.kind === "tuple")) {
    const taint = left.kind === "list" ? (left.taint ?? (right.kind === "list" ? right.taint : null)) : null;
    return taint ?? orderItems(vm, op, left.items, right.items);
  }
  if (left.kind === "set" && right.kind === "set") {
    const taint = left.taint ?? right.taint;
    if (taint) return taint;
    const [small, large] = op === "<" || op === "<=" ? [left, right] : [right, left];
    const inside = [...small.entries.keys()].every((key) => large.entries.has(key));
    return bool(inside && (op === "<=" || op === ">=" || small.entries.size < large.entries.size));
  }
  return undefined;
}

function orderItems(vm: Vm, op: string, left: readonly Value[], right: readonly Value[]): Value {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const [a, b] = [left[index] as Value, right[index] as Value];
    const same = equals(vm, a, b);
    if (isOpaque(same)) return same;
    if (!same) return compare(vm, op as CompareOp, a, b);
  }
  return numberCompare(op, left.length, right.length) ?? FALSE;
}

/** A comparison operator of Python. */
export function compare(vm: Vm, op: CompareOp, left: Value, right: Value): Value {
  if (left.kind === "number" && right.kind === "number") {
    const answer = numberCompare(op, left.value, right.value);
    if (answer) return answer;
  }
  switch (op) {
    case "is":
    case "is not":
      return identity(left, right, op === "is not");
    case "in":
    case "not in": {
      const found = contains(vm, right, left);
      return isOpaque(found) ? found : bool(found === (op === "in"));
    }
    case "==":
    case "===":
    case "!=":
    case "!==":
      return equality(vm, op.startsWith("!"), left, right);
    case "instanceof":
      return FALSE;
  }
  if (left.kind === "opaque") return derived(left);
  if (right.kind === "opaque") return derived(right);
  const answer = askObjects(vm, op, left, right) ?? order(vm, op, payload(left), payload(right));
  if (answer) return answer;
  const names = `'${typeNameOf(left)}' and '${typeNameOf(right)}'`;
  if (left.kind === "host" || right.kind === "host") return vm.unknown(`${op} of ${names} is not known`);
  throw vm.error("TypeError", `'${op}' not supported between instances of ${names}`);
}

/** `==` and `!=` keep what a method answers (a tensor of booleans, for one), which need not be a truth. */
function equality(vm: Vm, negated: boolean, left: Value, right: Value): Value {
  const isObject =
    left.kind === "instance" || right.kind === "instance" || left.kind === "host" || right.kind === "host";
  if (isObject && left.kind !== "opaque" && right.kind !== "opaque") {
    const answer = askObjects(vm, negated ? "!=" : "==", left, right);
    if (answer) return answer;
  }
  const same = equals(vm, left, right);
  return isOpaque(same) ? same : bool(same !== negated);
}

function identity(left: Value, right: Value, negated: boolean): Value {
  if (left === right) return left.kind === "opaque" && left.dimension === null ? left : bool(!negated);
  if (left.kind === "opaque") return derived(left);
  if (right.kind === "opaque") return derived(right);
  return bool(sameObject(left, right) !== negated);
}

/** Identity of values that Python keeps one of (None, booleans, small numbers, interned text). */
function sameObject(left: Value, right: Value): boolean {
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case "none":
    case "ellipsis":
      return true;
    case "boolean":
      return left.value === (right as typeof left).value;
    case "number":
      return left.value === (right as typeof left).value && left.isFloat === (right as typeof left).isFloat;
    case "string":
      return left.value === (right as typeof left).value;
    case "tuple":
      return left.items.length === 0 && (right as typeof left).items.length === 0;
    default:
      return false;
  }
}

/** `item in container`. */
export function contains(vm: Vm, container: Value, item: Value): Truth {
  if (container.kind === "opaque") return derived(container);
  if (container.kind === "instance") {
    const method = operatorMethod(container, "__contains__");
    if (method) return asTruth(vm, vm.call(method, [container, item]));
    if (container.payload) return contains(vm, container.payload, item);
  }
  if (container.kind === "host") {
    const answer = container.compare(vm, "in", item, true);
    if (answer) return asTruth(vm, answer);
  }
  if (container.kind === "class" && container.enumMembers) {
    const members = [...container.enumMembers.values()];
    return isOpaque(item) ? derived(item) : members.includes(item);
  }
  switch (container.kind) {
    case "string":
      if (isOpaque(item)) return derived(item);
      return stringContains(vm, container, payload(item));
    case "dict":
    case "set":
      if (container.taint) return container.taint;
      if (isOpaque(item)) return container.entries.size === 0 ? false : derived(item);
      return findKey(vm, container.entries, item) !== undefined;
    case "range": {
      if (isOpaque(item)) return derived(item);
      const number = numeric(item);
      if (number === undefined) return false;
      const steps = (number - container.start) / container.step;
      return Number.isInteger(steps) && steps >= 0 && steps < container.length;
    }
    case "list":
      if (container.taint) return container.taint;
      return containsItem(vm, container.items, item);
    case "tuple":
      return containsItem(vm, container.items, item);
    case "none":
    case "boolean":
    case "number":
    case "function":
      throw vm.error("TypeError", `argument of type '${typeNameOf(container)}' is not iterable`);
    default: {
      const items = iterate(vm, container);
      if (isOpaque(items)) return items;
      return containsItem(vm, { [Symbol.iterator]: () => items }, item);
    }
  }
}

function stringContains(vm: Vm, text: StringValue, item: Value): boolean {
  if (item.kind === "string" && item.bytes === text.bytes) return text.value.includes(item.value);
  if (item.kind === "number" && text.bytes) return text.value.includes(String.fromCharCode(item.value));
  if (text.bytes) throw vm.error("TypeError", `a bytes-like object is required, not '${typeNameOf(item)}'`);
  throw vm.error("TypeError", `'in <string>' requires string as left operand, not ${typeNameOf(item)}`);
}

function containsItem(vm: Vm, items: Iterable<Value>, item: Value): Truth {
  let unknown: OpaqueValue | null = null;
  for (const other of items) {
    if (other === item && item.kind !== "opaque") return true;
    const same = equals(vm, other, item);
    if (same === true) return true;
    if (isOpaque(same)) unknown ??= same;
  }
  return unknown ?? false;
}

/** `left < right` as a plain truth, for sorting; throws Unknown when it is not known. */
export function isLess(vm: Vm, left: Value, right: Value): boolean {
  if (left.kind === "number" && right.kind === "number") return left.value < right.value;
  const truth = asTruth(vm, compare(vm, "<", left, right));
  if (isOpaque(truth)) throw new Unknown(truth);
  return truth;
}
