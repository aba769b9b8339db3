// JavaScript's conversions: to number, text, primitive and property key. They throw Unknown for what is not known, so that
// natives can use them freely; the dialect turns that into an opaque value.
import { LIMITS } from "../limits";
import { Unknown } from "../signals";
import { isOpaque, type OpaqueValue, str, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { isSymbolText, SYMBOL_MARK } from "./kinds";
import { known, orUnknown, taintOf } from "./support";

/** Nesting of arrays when printing; deeper ones are cyclic or absurd. */
const MAX_DEPTH = 50;

export function isPrimitive(value: Value): boolean {
  switch (value.kind) {
    case "string":
    case "number":
    case "boolean":
    case "none":
    case "undefined":
      return true;
    default:
      return false;
  }
}

/** What `String(value)` gives. */
export function toText(vm: Vm, value: Value, depth = 0): string {
  const taint = taintOf(value);
  if (taint) throw new Unknown(taint);
  switch (value.kind) {
    case "opaque":
      throw new Unknown(value);
    case "string":
      return isSymbolText(value.value) ? `Symbol(${symbolName(value.value)})` : value.value;
    case "number":
      return String(value.value);
    case "boolean":
      return String(value.value);
    case "none":
      return "null";
    case "undefined":
      return "undefined";
    case "list":
    case "tuple":
      return joinTexts(vm, value.items, ",", depth + 1);
    case "instance": {
      if (value.payload !== null) return toText(vm, value.payload, depth);
      const exotic = vm.findAttribute(value, "@@toPrimitive");
      if (exotic) return toText(vm, vm.call(exotic, [str("string")]), depth + 1);
      const custom = vm.findAttribute(value, "toString");
      if (custom === undefined || depth > MAX_DEPTH) return "[object Object]";
      const text = known(vm.call(custom));
      return text.kind === "instance" ? "[object Object]" : toText(vm, text, depth + 1);
    }
    case "dict":
      return value.typeName === "Map" ? "[object Map]" : "[object Object]";
    case "set":
      return "[object Set]";
    case "module":
      return "[object Module]";
    case "host": {
      const text = value.text(vm);
      if (text === undefined) throw vm.giveUp(`the text of ${value.typeName} is not known`);
      return text;
    }
    default:
      throw vm.giveUp("the text of a function is not known");
  }
}

/** What a symbol was described as. */
export function symbolName(symbol: string): string {
  return symbol.slice(SYMBOL_MARK.length).split("\u0000")[0] ?? "";
}

/** `items.join(separator)`: null and undefined print as nothing. */
export function joinTexts(vm: Vm, items: readonly Value[], separator: string, depth = 0): string {
  if (depth > MAX_DEPTH) return "";
  let text = "";
  items.forEach((item, index) => {
    if (index > 0) text += separator;
    if (item.kind !== "none" && item.kind !== "undefined") text += toText(vm, item, depth);
  });
  return limited(vm, text);
}

/** The text, unless it is longer than strings may be. */
export function limited(vm: Vm, text: string): string {
  if (text.length > LIMITS.stringLength) throw vm.giveUp(`a string is longer than ${LIMITS.stringLength} characters`);
  return text;
}

/** A primitive value for operators. Objects are asked for `Symbol.toPrimitive`, `valueOf`, then their text. */
export function toPrimitive(vm: Vm, value: Value, hint: "number" | "default" = "default"): Value {
  if (isPrimitive(value)) return value;
  if (isOpaque(value)) throw new Unknown(value);
  if (value.kind === "instance") {
    if (value.payload !== null) return toPrimitive(vm, value.payload, hint);
    const exotic = vm.findAttribute(value, "@@toPrimitive");
    if (exotic) return known(vm.call(exotic, [str(hint)]));
    const valueOf = vm.findAttribute(value, "valueOf");
    const plain = valueOf ? known(vm.call(valueOf)) : UNDEFINED;
    if (valueOf && isPrimitive(plain)) return plain;
  }
  return str(toText(vm, value));
}

/** What `Number(value)` gives. */
export function toNumber(vm: Vm, value: Value | undefined): number {
  switch (value?.kind) {
    case "number":
      return value.value;
    case "boolean":
      return value.value ? 1 : 0;
    case "string":
      return Number(value.value);
    case "none":
      return 0;
    case "undefined":
    case undefined:
      return Number.NaN;
    case "function":
    case "native":
    case "method":
    case "class":
      return Number.NaN;
    default:
      return toNumber(vm, toPrimitive(vm, value as Value, "number"));
  }
}

/** A whole number: NaN counts as 0, fractions are cut off. */
export function toInteger(vm: Vm, value: Value | undefined): number {
  const number = toNumber(vm, value);
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}

/** A whole number, or `fallback` when the argument is missing. */
export function integerOr(vm: Vm, value: Value | undefined, fallback: number): number {
  return value === undefined || value.kind === "undefined" ? fallback : toInteger(vm, value);
}

/** A position counted from either end, brought into 0…length. */
export function position(vm: Vm, value: Value | undefined, length: number, fallback: number): number {
  const index = integerOr(vm, value, fallback);
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}

/** A property key. Symbols keep their mark. */
export function toKey(vm: Vm, value: Value): string {
  return value.kind === "string" ? value.value : toText(vm, value);
}

/** Index of an array written as a property key; undefined when it is not one. */
export function asIndex(key: string): number | undefined {
  return /^(0|[1-9]\d{0,9})$/.test(key) ? Number(key) : undefined;
}

/** Text of a value, or why it is not known. The interpreter makes property keys with it too, so symbols keep their mark. */
export function textOrOpaque(vm: Vm, value: Value): string | OpaqueValue {
  return orUnknown(() => toKey(vm, value));
}
