// Reading and writing dicts and sets: one path for all, so that undo, unknown keys and `__dict__` are handled in one place.
import { type Raised, Unknown } from "../signals";
import {
  type DictValue,
  int,
  isOpaque,
  type ListValue,
  type OpaqueValue,
  type SetValue,
  str,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { raisedWith } from "./exceptions";
import { collect, iterate } from "./iterate";
import { findKey, keyFor } from "./keys";
import { derived } from "./support";
import { operatorMethod } from "./text";
import { payload } from "./types";

/** Marks a container as not known from here on. */
export function taint(vm: Vm, container: ListValue | DictValue | SetValue, why: OpaqueValue): void {
  vm.touch(container);
  container.taint ??= derived(why);
}

/** Value of a key, undefined when absent; throws Unknown when the dict or the key is not known. */
export function dictGet(vm: Vm, dict: DictValue, key: Value): Value | undefined {
  if (dict.taint) throw new Unknown(dict.taint);
  if (key.kind === "string" && !key.bytes) return dict.entries.get(`s:${key.value}`)?.value;
  const hash = findKey(vm, dict.entries, key);
  return hash === undefined ? undefined : dict.entries.get(hash)?.value;
}

export function dictSet(vm: Vm, dict: DictValue, key: Value, value: Value): void {
  if (dict.taint) return;
  if (isOpaque(key)) return taint(vm, dict, key);
  const hash = keyFor(vm, dict.entries, key);
  vm.touch(dict);
  const entry = dict.entries.get(hash);
  dict.entries.set(hash, { key: entry?.key ?? key, value });
  if (dict.owner && key.kind === "string") {
    vm.touch(dict.owner);
    dict.owner.fields.set(key.value, value);
  }
}

/** Removes a key; undefined when it was not there. Throws Unknown when that is not known. */
export function dictDelete(vm: Vm, dict: DictValue, key: Value): Value | undefined {
  if (dict.taint) throw new Unknown(dict.taint);
  if (isOpaque(key)) {
    taint(vm, dict, key);
    throw new Unknown(derived(key));
  }
  const hash = findKey(vm, dict.entries, key);
  const entry = hash === undefined ? undefined : dict.entries.get(hash);
  if (hash === undefined || !entry) return undefined;
  vm.touch(dict);
  dict.entries.delete(hash);
  if (dict.owner && key.kind === "string") {
    vm.touch(dict.owner);
    dict.owner.fields.delete(key.value);
  }
  return entry.value;
}

/** `dict[key]` with defaultdict, Counter and `__missing__`; raises KeyError. */
export function dictIndex(vm: Vm, dict: DictValue, key: Value, holder: Value = dict): Value {
  const found = dictGet(vm, dict, key);
  if (found) return found;
  if (holder.kind === "instance") {
    const missing = operatorMethod(holder, "__missing__");
    if (missing) return vm.call(missing, [holder, key]);
  }
  if (dict.defaultFactory) {
    const made = vm.call(dict.defaultFactory);
    dictSet(vm, dict, key, made);
    return made;
  }
  if (dict.typeName === "Counter") return int(0);
  throw keyError(vm, key);
}

export function keyError(vm: Vm, key: Value): Raised {
  return raisedWith(vm, "KeyError", [key]);
}

/** Entries of a mapping or of an iterable of pairs, as `dict()` and `dict.update` take them. Throws Unknown. */
export function pairsOf(vm: Vm, source: Value): [Value, Value][] {
  const inner = payload(source);
  if (inner.kind === "dict" && !(source.kind === "instance" && operatorMethod(source, "keys")?.kind === "function")) {
    if (inner.taint) throw new Unknown(inner.taint);
    return [...inner.entries.values()].map(({ key, value }) => [key, value]);
  }
  const isPlain = inner.kind === "list" || inner.kind === "tuple" || inner.kind === "iterator";
  const keys = isPlain ? undefined : vm.findAttribute(source, "keys");
  if (isOpaque(keys)) throw new Unknown(keys);
  if (keys) return collect(vm, vm.call(keys)).map((key) => [key, vm.getIndex(source, key)]);
  return collect(vm, source).map((pair, index) => {
    if (pair.kind === "number" || pair.kind === "none" || pair.kind === "boolean") {
      throw vm.error("TypeError", `cannot convert dictionary update sequence element #${index} to a sequence`);
    }
    const items = collect(vm, pair);
    if (items.length !== 2) {
      const message = `dictionary update sequence element #${index} has length ${items.length}; 2 is required`;
      throw vm.error("ValueError", message);
    }
    return [items[0] as Value, items[1] as Value];
  });
}

/** `dict.update(source, **keywords)`; an unknown source makes the dict unknown. */
export function dictUpdate(
  vm: Vm,
  dict: DictValue,
  source: Value | undefined,
  keywords?: ReadonlyMap<string, Value>,
): void {
  if (source) {
    try {
      for (const [key, value] of pairsOf(vm, source)) dictSet(vm, dict, key, value);
    } catch (signal) {
      if (!(signal instanceof Unknown)) throw signal;
      taint(vm, dict, signal.value);
    }
  }
  if (keywords) for (const [key, value] of keywords) dictSet(vm, dict, str(key), value);
}

export function setAdd(vm: Vm, set: SetValue, item: Value): void {
  if (set.taint) return;
  if (isOpaque(item)) return taint(vm, set, item);
  const hash = keyFor(vm, set.entries, item);
  if (set.entries.has(hash)) return;
  vm.touch(set);
  set.entries.set(hash, item);
}

/** Entries of an iterable as a set has them. Throws Unknown. */
export function entriesOf(vm: Vm, source: Value): Map<string, Value> {
  const inner = payload(source);
  if (inner.kind === "set") {
    if (inner.taint) throw new Unknown(inner.taint);
    return inner.entries;
  }
  const entries = new Map<string, Value>();
  const items = iterate(vm, source);
  if (isOpaque(items)) throw new Unknown(items);
  for (let item = items.next(); !item.done; item = items.next()) {
    const hash = keyFor(vm, entries, item.value);
    if (!entries.has(hash)) entries.set(hash, item.value);
  }
  return entries;
}

/** Union, intersection, difference or symmetric difference. */
export function combineSets(
  op: string,
  left: ReadonlyMap<string, Value>,
  right: ReadonlyMap<string, Value>,
): Map<string, Value> {
  const result = new Map<string, Value>();
  if (op === "&") {
    for (const [key, value] of left) if (right.has(key)) result.set(key, value);
    return result;
  }
  for (const [key, value] of left) if (op === "|" || !right.has(key)) result.set(key, value);
  if (op === "-") return result;
  for (const [key, value] of right) if (!left.has(key)) result.set(key, value);
  return result;
}
