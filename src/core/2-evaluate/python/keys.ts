// Keys of dicts and sets: hashing as Python does it, with user classes that define `__eq__` compared by it.
import { Unknown } from "../signals";
import { hashKey, isOpaque, type Value } from "../values";
import type { Vm } from "../vm";
import { equals } from "./compare";
import { derived } from "./support";
import { operatorMethod } from "./text";
import { typeNameOf } from "./types";

/** Raises TypeError for what Python cannot hash; throws Unknown for an unknown key. */
export function checkHashable(vm: Vm, value: Value): void {
  switch (value.kind) {
    case "opaque":
      throw new Unknown(derived(value));
    case "list":
    case "dict":
    case "slice":
      throw vm.error("TypeError", `unhashable type: '${typeNameOf(value)}'`);
    case "set":
      if (!value.frozen) throw vm.error("TypeError", "unhashable type: 'set'");
      return;
    case "tuple":
      for (const item of value.items) checkHashable(vm, item);
      return;
    case "instance": {
      const own = value.type.find("__hash__");
      if (own?.kind === "none") throw vm.error("TypeError", `unhashable type: '${value.type.name}'`);
      if (value.payload && !own) checkHashable(vm, value.payload);
    }
  }
}

/** True when equality of this key is not plain: it holds an instance with its own `__eq__`. */
function hasOwnEquality(value: Value): boolean {
  if (value.kind === "instance") return operatorMethod(value, "__eq__")?.kind === "function" || isData(value);
  return value.kind === "tuple" && value.items.some(hasOwnEquality);
}

function isData(value: Value): boolean {
  return value.kind === "instance" && value.type.dataclassFields !== null;
}

/** The stored hash of an equal key, or undefined when there is none. */
export function findKey(vm: Vm, entries: ReadonlyMap<string, unknown>, key: Value): string | undefined {
  if (key.kind !== "string" && key.kind !== "number") checkHashable(vm, key);
  const hash = hashKey(key);
  if (entries.has(hash)) return hash;
  if (!hasOwnEquality(key)) return undefined;
  for (const [stored, entry] of entries) {
    const other = (entry as { key?: Value }).key ?? (entry as Value);
    const same = equals(vm, other, key);
    if (isOpaque(same)) throw new Unknown(same);
    if (same) return stored;
  }
  return undefined;
}

/** The hash under which to store a key: that of an equal one already there, else its own. */
export function keyFor(vm: Vm, entries: ReadonlyMap<string, unknown>, key: Value): string {
  if (key.kind === "string" && !key.bytes) return `s:${key.value}`;
  return findKey(vm, entries, key) ?? hashKey(key);
}
