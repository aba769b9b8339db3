// The collections and collections.abc modules. deque and ChainMap are classes whose instances hold a list or dicts.
import { nativeModule, property } from "../../native";
import { Unknown } from "../../signals";
import {
  bool,
  ClassValue,
  DictValue,
  int,
  isNone,
  isOpaque,
  list,
  ListValue,
  NONE,
  str,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { abstractClass, abstractClasses } from "../abstract";
import { contains } from "../compare";
import { makeCallable, newInstance } from "../construct";
import { dictUpdate, keyError, taint } from "../dicts";
import { collect, iteratorOf } from "../iterate";
import { backwards, placeOf } from "../methods-list";
import { addMethods, fn, indexOf, isMissing } from "../support";
import { repr } from "../text";
import {
  counterType,
  defaultDictType,
  dictType,
  listType,
  objectType,
  orderedDictType,
  payload,
  strType,
} from "../types";
import { namedtuple } from "./named-tuples";
import type { StandardModules } from "./modules";

export const dequeType = new ClassValue("deque", [objectType]);

/** Greatest length of a deque, kept among its fields. */
const limits = new WeakMap<ListValue, number>();

/** Drops items beyond `maxlen` from the end away from where one was added. */
function trim(self: ListValue, fromStart: boolean): void {
  const limit = limits.get(self);
  if (limit === undefined || self.items.length <= limit) return;
  self.items = fromStart ? self.items.slice(self.items.length - limit) : self.items.slice(0, limit);
}

function change(vm: Vm, self: ListValue, body: () => Value): Value {
  if (self.taint) return self.taint;
  vm.touch(self);
  try {
    return body();
  } catch (signal) {
    if (!(signal instanceof Unknown)) throw signal;
    taint(vm, self, signal.value);
    return signal.value;
  }
}

function extend(vm: Vm, self: ListValue, items: Value, left: boolean): Value {
  change(vm, self, () => {
    for (const item of collect(vm, items)) {
      if (left) self.items.unshift(item);
      else self.items.push(item);
      trim(self, !left);
    }
    return NONE;
  });
  return NONE;
}

makeCallable(
  dequeType,
  () => list([]),
  (vm, self, args) => {
    if (self.kind !== "list") return;
    if (args.unknown) return taint(vm, self, args.unknown);
    const [items, positionalLimit] = args.positional;
    const limit = positionalLimit ?? args.keywords.get("maxlen");
    if (limit && !isNone(limit)) limits.set(self, indexOf(vm, limit));
    const source = items ?? args.keywords.get("iterable");
    if (source) extend(vm, self, source, false);
  },
);
const makeDeque = dequeType.construct;
dequeType.construct = (vm, cls, args) => {
  if (cls !== dequeType || !makeDeque) return makeDeque ? makeDeque(vm, cls, args) : NONE;
  const inner = makeDeque(vm, cls, args);
  const made = newInstance(vm, cls, inner);
  return made;
};

const isList = (value: Value): value is ListValue => value.kind === "list";

function takeEnd(vm: Vm, self: ListValue, first: boolean): Value {
  return change(vm, self, () => {
    const item = first ? self.items.shift() : self.items.pop();
    if (!item) throw vm.error("IndexError", "pop from an empty deque");
    return item;
  });
}

addMethods(dequeType, isList, {
  append: [
    "x",
    (vm, self, item) => {
      change(vm, self, () => {
        self.items.push(item);
        trim(self, true);
        return NONE;
      });
      return NONE;
    },
  ],
  appendleft: [
    "x",
    (vm, self, item) => {
      change(vm, self, () => {
        self.items.unshift(item);
        trim(self, false);
        return NONE;
      });
      return NONE;
    },
  ],
  pop: ["", (vm, self) => takeEnd(vm, self, false)],
  popleft: ["", (vm, self) => takeEnd(vm, self, true)],
  extend: ["iterable", (vm, self, items) => extend(vm, self, items, false)],
  extendleft: ["iterable", (vm, self, items) => extend(vm, self, items, true)],
  clear: [
    "",
    (vm, self) => {
      vm.touch(self);
      self.taint = null;
      self.items = [];
      return NONE;
    },
  ],
  rotate: [
    "n?",
    (vm, self, n) => {
      change(vm, self, () => {
        const size = self.items.length;
        const by = isMissing(n) ? 1 : indexOf(vm, n);
        if (size > 0) {
          const cut = (((size - by) % size) + size) % size;
          self.items = [...self.items.slice(cut), ...self.items.slice(0, cut)];
        }
        return NONE;
      });
      return NONE;
    },
  ],
  reverse: [
    "",
    (vm, self) =>
      change(vm, self, () => {
        self.items.reverse();
        return NONE;
      }),
  ],
  insert: [
    "index value",
    (vm, self, index, value) =>
      change(vm, self, () => {
        self.items.splice(indexOf(vm, index), 0, value);
        return NONE;
      }),
  ],
  remove: [
    "value",
    (vm, self, value) =>
      change(vm, self, () => {
        const at = placeOf(vm, self.items, value);
        if (at < 0) throw vm.error("ValueError", "deque.remove(x): x not in deque");
        self.items.splice(at, 1);
        return NONE;
      }),
  ],
  index: [
    "value",
    (vm, self, value) => {
      const at = placeOf(vm, collect(vm, self), value);
      if (at >= 0) return int(at);
      const shown = repr(vm, value);
      throw vm.error("ValueError", `${isOpaque(shown) ? "value" : shown} is not in deque`);
    },
  ],
  count: ["value", (vm, self, value) => vm.call(vm.getAttribute(self, "count"), [value])],
  copy: ["", (vm, self) => vm.call(dequeType, [list(collect(vm, self))])],
  __reversed__: ["", (vm, self) => backwards(collect(vm, self))],
  __repr__: [
    "",
    (vm, self) => {
      const shown = repr(vm, self);
      const limit = limits.get(self);
      return isOpaque(shown) ? shown : str(`deque(${shown}${limit === undefined ? "" : `, maxlen=${limit}`})`);
    },
  ],
});
dequeType.members.set(
  "maxlen",
  property((_vm, self) => {
    const inner = payload(self);
    const limit = inner.kind === "list" ? limits.get(inner) : undefined;
    return limit === undefined ? NONE : int(limit);
  }),
);
for (const name of ["__len__", "__contains__", "__iter__", "__getitem__", "__setitem__", "__delitem__", "__eq__"]) {
  const method = listType.members.get(name);
  if (method) dequeType.members.set(name, method);
}

// --- ChainMap and the User… classes -----------------------------------------------------------------------------------

const chainMapType = new ClassValue("ChainMap", [objectType]);

function mapsOf(self: Value): readonly Value[] {
  const maps = self.kind === "instance" ? self.fields.get("maps") : undefined;
  return maps?.kind === "list" ? maps.items : [];
}

/** All maps as one dict, the first ones winning. */
function merged(vm: Vm, self: Value): DictValue {
  const dict = new DictValue();
  for (const map of [...mapsOf(self)].reverse()) dictUpdate(vm, dict, map);
  return dict;
}

function chainMembers(): Record<string, Value> {
  const first = (self: Value): Value => mapsOf(self)[0] ?? new DictValue();
  return {
    __init__: fn("__init__", "self *maps", (vm, self, ...maps) => {
      if (self.kind === "instance") {
        vm.touch(self);
        self.fields.set("maps", list(maps.length > 0 ? maps : [new DictValue()]));
      }
      return NONE;
    }),
    __getitem__: fn("__getitem__", "self key", (vm, self, key) => {
      for (const map of mapsOf(self)) {
        const found = contains(vm, map, key);
        if (isOpaque(found)) return found;
        if (found) return vm.getIndex(map, key);
      }
      throw keyError(vm, key);
    }),
    get: fn("get", "self key default?", (vm, self, key, fallback) => {
      for (const map of mapsOf(self)) {
        const found = contains(vm, map, key);
        if (isOpaque(found)) return found;
        if (found) return vm.getIndex(map, key);
      }
      return isMissing(fallback) ? NONE : fallback;
    }),
    __setitem__: fn("__setitem__", "self key value", (vm, self, key, value) => {
      vm.setIndex(first(self), key, value);
      return NONE;
    }),
    __contains__: fn("__contains__", "self key", (vm, self, key) => {
      const found = contains(vm, merged(vm, self), key);
      return isOpaque(found) ? found : bool(found);
    }),
    __iter__: fn("__iter__", "self", (vm, self) => iteratorOf(vm, merged(vm, self))),
    __len__: fn("__len__", "self", (vm, self) => int(merged(vm, self).entries.size)),
    new_child: fn("new_child", "self m?", (vm, self, map) =>
      vm.call(chainMapType, [isNone(map) ? new DictValue() : map, ...mapsOf(self)]),
    ),
    ...Object.fromEntries(
      ["keys", "values", "items"].map((name) => [
        name,
        fn(name, "self", (vm, self) => vm.call(vm.getAttribute(merged(vm, self), name))),
      ]),
    ),
  };
}
for (const [name, member] of Object.entries(chainMembers())) chainMapType.members.set(name, member);

/** UserDict, UserList, UserString: subclasses of the built-in types here, with the built-in value as `data`. */
function userType(name: string, base: ClassValue): ClassValue {
  const cls = new ClassValue(name, [base]);
  cls.members.set(
    "data",
    property((_vm, self) => payload(self)),
  );
  return cls;
}

const abc = (): Record<string, Value> => {
  const hidden = new Set([
    "Number",
    "Complex",
    "Real",
    "Rational",
    "Integral",
    "PathLike",
    "SupportsInt",
    "SupportsFloat",
    "SupportsIndex",
  ]);
  return Object.fromEntries([...abstractClasses].filter(([name]) => !hidden.has(name)));
};

export const collectionsModules: StandardModules = {
  collections: () =>
    nativeModule("collections", {
      OrderedDict: orderedDictType,
      defaultdict: defaultDictType,
      Counter: counterType,
      deque: dequeType,
      namedtuple,
      ChainMap: chainMapType,
      UserDict: userType("UserDict", dictType),
      UserList: userType("UserList", listType),
      UserString: userType("UserString", strType),
      abc: nativeModule("collections.abc", abc()),
      // Names that moved to collections.abc in Python 3.10 and that older code still takes from here.
      ...Object.fromEntries(["Iterable", "Sequence", "Mapping", "Callable"].map((name) => [name, abstractClass(name)])),
    }),
  "collections.abc": () => nativeModule("collections.abc", abc()),
};
