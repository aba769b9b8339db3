// Methods of dict (OrderedDict, defaultdict and Counter too), set and frozenset.
import { Unknown } from "../signals";
import {
  bool,
  DictValue,
  int,
  isNone,
  isOpaque,
  IteratorValue,
  list,
  NativeFunction,
  NONE,
  SetValue,
  str,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { compare } from "./compare";
import { combineSets, dictDelete, dictGet, dictSet, dictUpdate, entriesOf, keyError, setAdd, taint } from "./dicts";
import { raisedWith } from "./exceptions";
import { collect } from "./iterate";
import { findKey, keyFor } from "./keys";
import { backwards } from "./methods-list";
import { orderedItems } from "./set-order";
import { sortValues } from "./sorting";
import { addMethods, derived, fn, indexOf, isMissing, type MethodTable } from "./support";
import { counterType, defaultDictType, dictType, frozensetType, orderedDictType, payload, setType } from "./types";
import { DictView } from "./views";

const isDict = (value: Value): value is DictValue => value.kind === "dict";

function copyDict(self: DictValue): DictValue {
  const copy = new DictValue(new Map(self.entries), self.typeName);
  copy.taint = self.taint;
  copy.defaultFactory = self.defaultFactory;
  return copy;
}

function popItem(vm: Vm, self: DictValue, fromStart: boolean): Value {
  if (self.taint) return self.taint;
  const keys = [...self.entries.values()];
  const entry = fromStart ? keys[0] : keys.at(-1);
  if (!entry) throw raisedWith(vm, "KeyError", [str("popitem(): dictionary is empty")]);
  dictDelete(vm, self, entry.key);
  return tuple([entry.key, entry.value]);
}

const dictMethods: MethodTable<DictValue> = {
  get: ["key default?", (vm, self, key, fallback) => dictGet(vm, self, key) ?? (isMissing(fallback) ? NONE : fallback)],
  keys: ["", (_vm, self) => new DictView(self, "keys")],
  values: ["", (_vm, self) => new DictView(self, "values")],
  items: ["", (_vm, self) => new DictView(self, "items")],
  copy: ["", (_vm, self) => copyDict(self)],
  clear: [
    "",
    (vm, self) => {
      vm.touch(self);
      self.taint = null;
      for (const { key } of [...self.entries.values()]) dictDelete(vm, self, key);
      return NONE;
    },
  ],
  pop: [
    "key default?",
    (vm, self, key, fallback) => {
      const gone = dictDelete(vm, self, key);
      if (gone) return gone;
      if (isMissing(fallback)) throw keyError(vm, key);
      return fallback;
    },
  ],
  popitem: ["last?", (vm, self, last) => popItem(vm, self, !isMissing(last) && vm.truth(last) === false)],
  setdefault: [
    "key default?",
    (vm, self, key, fallback) => {
      const found = dictGet(vm, self, key);
      if (found) return found;
      const value = isMissing(fallback) ? NONE : fallback;
      dictSet(vm, self, key, value);
      return value;
    },
  ],
  __reversed__: ["", (_vm, self) => self.taint ?? backwards([...self.entries.values()].map(({ key }) => key))],
};

addMethods(dictType, isDict, dictMethods);
dictType.members.set(
  "update",
  new NativeFunction("dict.update", (vm, args) => {
    const self = payload(args.positional[0] as Value);
    if (isOpaque(self)) return derived(self);
    if (self.kind !== "dict") throw vm.error("TypeError", "descriptor 'update' requires a 'dict' object");
    if (args.unknown) taint(vm, self, args.unknown);
    else if (self.typeName === "Counter") countInto(vm, self, args.positional[1], 1);
    else dictUpdate(vm, self, args.positional[1], args.keywords);
    return NONE;
  }),
);

addMethods(orderedDictType, isDict, {
  move_to_end: [
    "key last?",
    (vm, self, key, last) => {
      if (self.taint) return NONE;
      const hash = findKey(vm, self.entries, key);
      const entry = hash === undefined ? undefined : self.entries.get(hash);
      if (hash === undefined || !entry) throw keyError(vm, key);
      vm.touch(self);
      self.entries.delete(hash);
      if (isMissing(last) || vm.truth(last) === true) self.entries.set(hash, entry);
      else self.entries = new Map([[hash, entry], ...self.entries]);
      return NONE;
    },
  ],
});

addMethods(defaultDictType, isDict, {
  __missing__: [
    "key",
    (vm, self, key) => {
      if (!self.defaultFactory) throw keyError(vm, key);
      const made = vm.call(self.defaultFactory);
      dictSet(vm, self, key, made);
      return made;
    },
  ],
});

/** Adds counts of an iterable, or of a mapping of counts, to a Counter; `sign` -1 subtracts. */
export function countInto(vm: Vm, self: DictValue, source: Value | undefined, sign: number): void {
  if (!source || isNone(source)) return;
  try {
    const inner = payload(source);
    if (inner.kind === "dict") {
      if (inner.taint) throw new Unknown(inner.taint);
      for (const { key, value } of inner.entries.values()) {
        dictSet(vm, self, key, vm.binary(sign > 0 ? "+" : "-", dictGet(vm, self, key) ?? int(0), value));
      }
      return;
    }
    for (const item of collect(vm, source)) {
      dictSet(vm, self, item, vm.binary("+", dictGet(vm, self, item) ?? int(0), int(sign)));
    }
  } catch (signal) {
    if (!(signal instanceof Unknown)) throw signal;
    taint(vm, self, signal.value);
  }
}

function mostCommon(vm: Vm, self: DictValue, count: Value): Value {
  if (self.taint) return self.taint;
  const pairs = [...self.entries.values()].map(({ key, value }) => tuple([key, value]));
  const by = fn("itemgetter", "pair", (inner, pair) => inner.getIndex(pair, int(1)));
  const sorted = sortValues(vm, pairs, by, bool(true));
  return list(isNone(count) ? sorted : sorted.slice(0, indexOf(vm, count)));
}

function elements(vm: Vm, self: DictValue): Value {
  if (self.taint) return self.taint;
  const items: Value[] = [];
  for (const { key, value } of self.entries.values()) {
    const times = indexOf(vm, value);
    for (let index = 0; index < times; index++) items.push(key);
  }
  let at = 0;
  return new IteratorValue(() => items[at++]);
}

addMethods(counterType, isDict, {
  most_common: ["n?", mostCommon],
  elements: ["", elements],
  subtract: [
    "iterable?",
    (vm, self, source) => {
      countInto(vm, self, source, -1);
      return NONE;
    },
  ],
  total: [
    "",
    (vm, self) =>
      self.taint ?? [...self.entries.values()].reduce<Value>((sum, { value }) => vm.binary("+", sum, value), int(0)),
  ],
});

const isSet = (value: Value): value is SetValue => value.kind === "set";

function known(self: SetValue): Map<string, Value> {
  if (self.taint) throw new Unknown(self.taint);
  return self.entries;
}

const combine =
  (op: string) =>
  (vm: Vm, self: SetValue, ...others: Value[]): Value => {
    let entries = known(self);
    for (const other of others) entries = combineSets(op, entries, entriesOf(vm, other));
    return new SetValue(new Map(entries), self.frozen);
  };

const combineInPlace =
  (op: string) =>
  (vm: Vm, self: SetValue, ...others: Value[]): Value => {
    if (self.taint) return NONE;
    try {
      let entries = self.entries;
      for (const other of others) entries = combineSets(op, entries, entriesOf(vm, other));
      vm.touch(self);
      self.entries = entries;
    } catch (signal) {
      if (!(signal instanceof Unknown)) throw signal;
      taint(vm, self, signal.value);
    }
    return NONE;
  };

const against =
  (op: "<=" | ">=") =>
  (vm: Vm, self: SetValue, other: Value): Value =>
    compare(vm, op, self, new SetValue(entriesOf(vm, other)));

const readOnly: MethodTable<SetValue> = {
  union: ["*others", combine("|")],
  intersection: ["*others", combine("&")],
  difference: ["*others", combine("-")],
  symmetric_difference: ["other", combine("^")],
  issubset: ["other", against("<=")],
  issuperset: ["other", against(">=")],
  isdisjoint: [
    "other",
    (vm, self, other) => {
      const entries = entriesOf(vm, other);
      return bool(![...known(self).keys()].some((key) => entries.has(key)));
    },
  ],
  copy: ["", (_vm, self) => new SetValue(new Map(known(self)), self.frozen)],
};

function removeItem(vm: Vm, self: SetValue, item: Value): boolean {
  if (self.taint) throw new Unknown(self.taint);
  if (isOpaque(item)) {
    taint(vm, self, item);
    return true;
  }
  const hash = findKey(vm, self.entries, item);
  if (hash === undefined) return false;
  vm.touch(self);
  self.entries.delete(hash);
  return true;
}

addMethods(frozensetType, isSet, readOnly);
addMethods(setType, isSet, {
  ...readOnly,
  add: [
    "elem",
    (vm, self, item) => {
      setAdd(vm, self, item);
      return NONE;
    },
  ],
  remove: [
    "elem",
    (vm, self, item) => {
      if (!removeItem(vm, self, item)) throw keyError(vm, item);
      return NONE;
    },
  ],
  discard: [
    "elem",
    (vm, self, item) => {
      removeItem(vm, self, item);
      return NONE;
    },
  ],
  // Which item goes is up to hashing; with more than one it is not known.
  pop: [
    "",
    (vm, self) => {
      const items = orderedItems(known(self));
      const [only] = items;
      if (!only) throw raisedWith(vm, "KeyError", [str("pop from an empty set")]);
      if (items.length > 1 && items.some((item) => item.kind !== "number" && item.kind !== "boolean")) {
        const unknown = vm.unknown("which item set.pop() takes depends on hashing");
        taint(vm, self, unknown);
        return unknown;
      }
      vm.touch(self);
      self.entries.delete(keyFor(vm, self.entries, only));
      return only;
    },
  ],
  clear: [
    "",
    (vm, self) => {
      vm.touch(self);
      self.taint = null;
      self.entries = new Map();
      return NONE;
    },
  ],
  update: ["*others", combineInPlace("|")],
  intersection_update: ["*others", combineInPlace("&")],
  difference_update: ["*others", combineInPlace("-")],
  symmetric_difference_update: ["other", combineInPlace("^")],
});
