// Map, Set and their weak forms; iterators, whether of an array, a Map or a generator.
import {
  bool,
  DictValue,
  hashKey,
  int,
  isOpaque,
  IteratorValue,
  list,
  SetValue,
  UNDEFINED,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { constructible } from "./construct";
import { arrayClass, ITERATOR_KEY, iteratorClass, makeObject, mapClass, NativeMethod, setClass } from "./kinds";
import { addGetters, addMethods, addStatics, callback, known, type MethodBody, mutator, read } from "./support";

/** Key in a Map or Set. Unlike Python, `true` and 1 are different keys. Throws Unknown for an unknown key. */
export function keyOf(value: Value): string {
  const key = known(value);
  return key.kind === "boolean" ? `b:${key.value}` : hashKey(key);
}

function mapOf(vm: Vm, self: Value): DictValue {
  const value = known(self);
  if (value.kind === "dict") return value;
  throw vm.error("TypeError", "Method Map.prototype called on an incompatible receiver");
}
function setOf(vm: Vm, self: Value): SetValue {
  const value = known(self);
  if (value.kind === "set") return value;
  throw vm.error("TypeError", "Method Set.prototype called on an incompatible receiver");
}

/** A live iterator: what is added while it runs is seen, as in JavaScript. */
function live<T>(source: Iterable<T>, give: (item: T) => Value): IteratorValue {
  const items = source[Symbol.iterator]();
  return new IteratorValue(() => {
    const next = items.next();
    return next.done ? undefined : give(next.value);
  });
}

function isGiven(value: Value | undefined): value is Value {
  return value !== undefined && value.kind !== "none" && value.kind !== "undefined";
}

// --- Map ------------------------------------------------------------------------------------------------------------

constructible(mapClass, (vm, [entries]) => {
  const made = new DictValue(new Map(), "Map");
  if (!isGiven(entries)) return made;
  for (const entry of vm.items(known(entries))) {
    const [key, value] = vm.items(known(entry));
    made.entries.set(keyOf(key ?? UNDEFINED), { key: key ?? UNDEFINED, value: value ?? UNDEFINED });
  }
  return made;
});

addMethods(mapClass, {
  get: (vm, self, [key]) => mapOf(vm, self).entries.get(keyOf(key ?? UNDEFINED))?.value ?? UNDEFINED,
  has: (vm, self, [key]) => bool(mapOf(vm, self).entries.has(keyOf(key ?? UNDEFINED))),
  forEach: (vm, self, [fn, thisArg]) => {
    const call = callback(vm, fn, thisArg);
    for (const { key, value } of mapOf(vm, self).entries.values()) call(value, key, self);
    return UNDEFINED;
  },
  keys: (vm, self) => live(mapOf(vm, self).entries.values(), ({ key }) => key),
  values: (vm, self) => live(mapOf(vm, self).entries.values(), ({ value }) => value),
});
const mapEntries: MethodBody = (vm, self) =>
  live(mapOf(vm, self).entries.values(), ({ key, value }) => list([key, value]));
addMethods(mapClass, { entries: mapEntries, [ITERATOR_KEY]: mapEntries });

addMethods(
  mapClass,
  {
    set: (vm, self, [key, value]) => {
      const map = mapOf(vm, self);
      const hash = keyOf(key ?? UNDEFINED);
      vm.touch(map);
      map.entries.set(hash, { key: key ?? UNDEFINED, value: value ?? UNDEFINED });
      return self;
    },
    delete: (vm, self, [key]) => {
      const map = mapOf(vm, self);
      const hash = keyOf(key ?? UNDEFINED);
      vm.touch(map);
      return bool(map.entries.delete(hash));
    },
    clear: (vm, self) => {
      const map = mapOf(vm, self);
      vm.touch(map);
      map.entries.clear();
      return UNDEFINED;
    },
  },
  mutator,
);
addGetters(mapClass, { size: (vm, self) => int(mapOf(vm, self).entries.size) });
addStatics(mapClass, {
  groupBy: (vm, [items, fn]) => {
    const groups = new DictValue(new Map(), "Map");
    const pick = callback(vm, fn);
    vm.items(known(items)).forEach((item, index) => {
      const key = pick(item, int(index));
      const group = groups.entries.get(keyOf(key))?.value;
      if (group?.kind === "list") group.items.push(item);
      else groups.entries.set(keyOf(key), { key, value: list([item]) });
    });
    return groups;
  },
});

// --- Set ------------------------------------------------------------------------------------------------------------

function makeSet(items: Iterable<Value>): SetValue {
  const made = new SetValue();
  for (const item of items) if (!made.entries.has(keyOf(item))) made.entries.set(keyOf(item), item);
  return made;
}

constructible(setClass, (vm, [items]) => makeSet(isGiven(items) ? vm.items(known(items)).map(read) : []));

/** Combines two sets: which of the items of both, in order, are kept. */
function combining(keep: (inThis: boolean, inOther: boolean) => boolean): MethodBody {
  return (vm, self, [other]) => {
    const a = setOf(vm, self).entries;
    const b = makeSet(vm.items(known(other))).entries;
    return makeSet([...new Map([...a, ...b])].filter(([key]) => keep(a.has(key), b.has(key))).map(([, item]) => item));
  };
}

addMethods(setClass, {
  has: (vm, self, [item]) => bool(setOf(vm, self).entries.has(keyOf(item ?? UNDEFINED))),
  forEach: (vm, self, [fn, thisArg]) => {
    const call = callback(vm, fn, thisArg);
    for (const item of setOf(vm, self).entries.values()) call(item, item, self);
    return UNDEFINED;
  },
  entries: (vm, self) => live(setOf(vm, self).entries.values(), (item) => list([item, item])),
  union: combining((a, b) => a || b),
  intersection: combining((a, b) => a && b),
  difference: combining((a, b) => a && !b),
  symmetricDifference: combining((a, b) => a !== b),
  isSubsetOf: (vm, self, [other]) => {
    const b = makeSet(vm.items(known(other))).entries;
    return bool([...setOf(vm, self).entries.keys()].every((key) => b.has(key)));
  },
  isSupersetOf: (vm, self, [other]) => {
    const a = setOf(vm, self).entries;
    return bool(vm.items(known(other)).every((item) => a.has(keyOf(item))));
  },
});
const setValues: MethodBody = (vm, self) => live(setOf(vm, self).entries.values(), (item) => item);
addMethods(setClass, { values: setValues, keys: setValues, [ITERATOR_KEY]: setValues });

addMethods(
  setClass,
  {
    add: (vm, self, [item]) => {
      const set = setOf(vm, self);
      const key = keyOf(item ?? UNDEFINED);
      if (!set.entries.has(key)) {
        vm.touch(set);
        set.entries.set(key, item ?? UNDEFINED);
      }
      return self;
    },
    delete: (vm, self, [item]) => {
      const set = setOf(vm, self);
      const key = keyOf(item ?? UNDEFINED);
      vm.touch(set);
      return bool(set.entries.delete(key));
    },
    clear: (vm, self) => {
      const set = setOf(vm, self);
      vm.touch(set);
      set.entries.clear();
      return UNDEFINED;
    },
  },
  mutator,
);
addGetters(setClass, { size: (vm, self) => int(setOf(vm, self).entries.size) });

// --- iterators ------------------------------------------------------------------------------------------------------

/** Methods of arrays that iterators have too; they use the iterator up. */
const ITERATOR_HELPERS = ["map", "filter", "flatMap", "reduce", "forEach", "some", "every", "find"];

/** Generators that were sent values. */
const sentInto = new WeakSet<IteratorValue>();

function streamOf(vm: Vm, self: Value): IteratorValue {
  const value = known(self);
  if (value.kind === "iterator") return value;
  throw vm.error("TypeError", "Method Iterator.prototype called on an incompatible receiver");
}

addMethods(iteratorClass, {
  next: (vm, self, [sent]) => {
    const stream = streamOf(vm, self);
    if (sent !== undefined && sent.kind !== "undefined") sentInto.add(stream);
    // A generator's body has run already when its first value is asked for.
    if (sentInto.has(stream)) throw vm.giveUp("what is sent into a generator is not followed");
    const value = stream.next();
    const last = value === undefined ? stream.result : null;
    if (last) stream.result = null;
    return makeObject([
      ["value", value ?? last ?? UNDEFINED],
      ["done", bool(value === undefined)],
    ]);
  },
  return: (_vm, _self, [value]) =>
    makeObject([
      ["value", value ?? UNDEFINED],
      ["done", bool(true)],
    ]),
  toArray: (vm, self) => list(vm.items(self)),
  take: (vm, self, [count]) => {
    const stream = streamOf(vm, self);
    const limit = known(count);
    let left = limit.kind === "number" ? limit.value : 0;
    return new IteratorValue(() => (left-- > 0 ? stream.next() : undefined));
  },
  drop: (vm, self, [count]) => {
    const stream = streamOf(vm, self);
    const limit = known(count);
    for (let left = limit.kind === "number" ? limit.value : 0; left > 0; left--) stream.next();
    return stream;
  },
  [ITERATOR_KEY]: (_vm, self) => self,
});
for (const name of ITERATOR_HELPERS) {
  const helper = arrayClass.members.get(name);
  if (helper?.kind !== "native") continue;
  iteratorClass.members.set(
    name,
    new NativeMethod(name, (vm, args) => {
      const [self, ...rest] = args.positional;
      const result = helper.call(vm, { ...args, positional: [list(vm.items(known(self))), ...rest] });
      if (result.kind !== "list" || isOpaque(result)) return result;
      return live(result.items, (item) => item);
    }),
  );
}
