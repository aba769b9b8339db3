// JSON of values that are known, and structuredClone.
import { bool, InstanceValue, int, list, ListValue, NONE, str, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { asJs, callback, fn, isCallable, known } from "./support";
import { isPrimitive, toText } from "./convert";
import { makeObject } from "./kinds";
import { Namespace } from "./namespace";
import { ownKeys, ownProperty } from "./objects";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };

const MAX_DEPTH = 100;

function parsed(value: Json): Value {
  if (value === null) return NONE;
  if (typeof value === "boolean") return bool(value);
  if (typeof value === "number") return int(value);
  if (typeof value === "string") return str(value);
  if (Array.isArray(value)) return list(value.map(parsed));
  return makeObject(Object.entries(value).map(([key, item]) => [key, parsed(item as Json)]));
}

/** A reviver sees every value after those inside it. */
function revived(key: string, value: Value, revive: (...args: Value[]) => Value): Value {
  if (value.kind === "list") {
    value.items = value.items.map((item, index) => revived(String(index), item, revive));
  } else if (value.kind === "instance") {
    for (const [name, item] of [...value.fields]) {
      const result = revived(name, item, revive);
      if (result.kind === "undefined") value.fields.delete(name);
      else value.fields.set(name, result);
    }
  }
  return revive(str(key), value);
}

/** Plain data of a value; undefined for what JSON leaves out. */
function plain(vm: Vm, value: Value, only: ReadonlySet<string> | null, depth: number): Json | undefined {
  if (depth > MAX_DEPTH) throw vm.error("TypeError", "Converting circular structure to JSON");
  const inner = known(value);
  switch (inner.kind) {
    case "none":
      return null;
    case "boolean":
    case "number":
    case "string":
      return inner.value;
    case "undefined":
    case "function":
    case "native":
    case "method":
    case "class":
      return undefined;
    case "list":
    case "tuple":
      return vm.items(inner).map((item) => plain(vm, item, only, depth + 1) ?? null);
    case "dict":
    case "set":
    case "iterator":
      return {};
    default: {
      const custom = vm.findAttribute(inner, "toJSON");
      if (custom && isCallable(custom)) return plain(vm, vm.call(custom), only, depth + 1);
      if (inner.kind !== "instance") throw vm.giveUp(`the JSON of ${vm.typeName(inner)} is not known`);
      if (inner.payload !== null) return plain(vm, inner.payload, only, depth);
      // Without a prototype a key such as `__proto__` is one like any other.
      const object = Object.create(null) as { [key: string]: Json | undefined };
      for (const key of ownKeys(vm, inner)) {
        if (!only || only.has(key)) object[key] = plain(vm, ownProperty(vm, inner, key), only, depth + 1);
      }
      return object;
    }
  }
}

function stringify(vm: Vm, [value, replacer, indent]: readonly Value[]): Value {
  const choice = known(replacer);
  if (isCallable(choice)) throw vm.giveUp("JSON.stringify with a replacer function is not followed");
  const only = choice.kind === "list" ? new Set(vm.items(choice).map((key) => toText(vm, key))) : null;
  const data = plain(vm, value ?? UNDEFINED, only, 0);
  const space = known(indent);
  const text = JSON.stringify(data, null, space.kind === "number" || space.kind === "string" ? space.value : undefined);
  return text === undefined ? UNDEFINED : str(text);
}

function clone(vm: Vm, value: Value, depth = 0): Value {
  const inner = known(value);
  if (isPrimitive(inner)) return inner;
  if (depth > MAX_DEPTH) throw vm.giveUp("this object is nested too deeply to be copied");
  if (inner.kind === "list") return new ListValue(vm.items(inner).map((item) => clone(vm, item, depth + 1)));
  if (inner instanceof InstanceValue) {
    return makeObject(ownKeys(vm, inner).map((key) => [key, clone(vm, ownProperty(vm, inner, key), depth + 1)]));
  }
  throw vm.giveUp("a copy of this kind of object is not followed");
}

export const structuredClone = fn("structuredClone", (vm, [value]) => clone(vm, value ?? UNDEFINED));

/** `JSON`. */
export const jsonNamespace = new Namespace("JSON", {
  parse: fn("parse", (vm, [text, reviver]) => {
    const source = toText(vm, text ?? UNDEFINED);
    const value = parsed(asJs(vm, () => JSON.parse(source) as Json));
    if (reviver === undefined || reviver.kind === "undefined") return value;
    return revived("", value, callback(vm, reviver));
  }),
  stringify: fn("stringify", stringify),
});
