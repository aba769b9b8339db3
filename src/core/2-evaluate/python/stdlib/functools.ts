// The functools module.
import { nativeModule } from "../../native";
import { Unknown } from "../../signals";
import {
  type Arguments,
  bool,
  ClassValue,
  DictValue,
  hashKey,
  type InstanceValue,
  int,
  isOpaque,
  NativeFunction,
  NONE,
  PropertyValue,
  tuple,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { setNativeField } from "../attributes";
import { newInstance } from "../construct";
import { iterationOf } from "../iterate";
import { checkHashable } from "../keys";
import { fn, isMissing, rawFn } from "../support";
import { NOT_IMPLEMENTED, objectType, typeOf } from "../types";
import type { StandardModules } from "./modules";

/** Calls `func` with the arguments a partial keeps, then those given now. */
function callPartial(vm: Vm, self: InstanceValue, before: readonly Value[], args: Arguments): Value {
  const kept = self.fields.get("args");
  const keywords = self.fields.get("keywords");
  const merged = new Map<string, Value>();
  if (keywords?.kind === "dict") {
    if (keywords.taint) return keywords.taint;
    for (const { key, value } of keywords.entries.values()) if (key.kind === "string") merged.set(key.value, value);
  }
  for (const [name, value] of args.keywords) merged.set(name, value);
  const positional = [...before, ...(kept?.kind === "tuple" ? kept.items : []), ...args.positional];
  return vm.callWith(self.fields.get("func") ?? NONE, { positional, keywords: merged, unknown: args.unknown });
}

function makePartial(vm: Vm, cls: ClassValue, args: Arguments): Value {
  if (args.unknown) return args.unknown;
  let [func, ...rest] = args.positional;
  if (!func) throw vm.error("TypeError", "partial() missing 1 required positional argument: 'func'");
  if (isOpaque(func)) return func;
  let keywords = new Map(args.keywords);
  // A partial of a partial is one partial, as in CPython.
  if (func.kind === "instance" && func.type === partialType && cls === partialType) {
    const [inner, innerArgs, innerKeywords] = ["func", "args", "keywords"].map((name) =>
      (func as InstanceValue).fields.get(name),
    );
    if (innerArgs?.kind === "tuple") rest = [...innerArgs.items, ...rest];
    if (innerKeywords?.kind === "dict") {
      const kept = [...innerKeywords.entries.values()].flatMap(({ key, value }): [string, Value][] =>
        key.kind === "string" ? [[key.value, value]] : [],
      );
      keywords = new Map([...kept, ...keywords]);
    }
    func = inner ?? func;
  }
  const made = newInstance(vm, cls, null);
  made.fields.set("func", func);
  made.fields.set("args", tuple(rest));
  const dict = new DictValue();
  for (const [name, value] of keywords) dict.put(name, value);
  made.fields.set("keywords", dict);
  return made;
}

export const partialType = new ClassValue("partial", [objectType]);
partialType.construct = makePartial;
partialType.members.set(
  "__call__",
  new NativeFunction("partial.__call__", (vm, args) => {
    const [self, ...positional] = args.positional;
    if (self?.kind !== "instance") return args.unknown ?? NONE;
    return callPartial(vm, self, [], { ...args, positional });
  }),
);

/** partialmethod: bound to the instance when read, so it is kept as a native that takes `self` first. */
function partialMethod(vm: Vm, args: Arguments): Value {
  const made = makePartial(vm, partialType, args);
  if (made.kind !== "instance") return made;
  return new NativeFunction("partialmethod", (inner, given) => {
    const [self, ...positional] = given.positional;
    return callPartial(inner, made, self ? [self] : [], { ...given, positional });
  });
}

function reduce(vm: Vm, call: Value, items: Value, initial: Value): Value {
  const iterator = iterationOf(vm, items);
  let total: Value | undefined = isMissing(initial) ? undefined : initial;
  for (let item = iterator.next(); !item.done; item = iterator.next()) {
    vm.step();
    total = total === undefined ? item.value : vm.call(call, [total, item.value]);
  }
  if (total === undefined) throw vm.error("TypeError", "reduce() of empty iterable with no initial value");
  return total;
}

const copiedNames = ["__module__", "__name__", "__qualname__", "__doc__"];

/** Makes `wrapper` look like `wrapped`. */
function updateWrapper(vm: Vm, wrapper: Value, wrapped: Value): Value {
  if (wrapper.kind !== "function" && wrapper.kind !== "instance" && wrapper.kind !== "native") return wrapper;
  for (const name of copiedNames) {
    const value = isOpaque(wrapped) ? undefined : vm.findAttribute(wrapped, name);
    if (value) vm.setAttribute(wrapper, name, value);
  }
  if (wrapped.kind === "function") for (const [name, value] of wrapped.fields) vm.setAttribute(wrapper, name, value);
  vm.setAttribute(wrapper, "__wrapped__", wrapped);
  return wrapper;
}

/** A function that remembers results: the same arguments give the same object, as sharing of layers depends on it. */
function cached(vm: Vm, func: Value): Value {
  if (isOpaque(func)) return func;
  const results = new Map<string, Value>();
  let hits = 0;
  const wrapper = new NativeFunction("cached", (inner, args) => {
    const keys: string[] = [];
    try {
      if (args.unknown) throw new Unknown(args.unknown);
      for (const value of args.positional) {
        checkHashable(inner, value);
        keys.push(hashKey(value));
      }
      for (const [name, value] of args.keywords) {
        checkHashable(inner, value);
        keys.push(`${name}=${hashKey(value)}`);
      }
    } catch (signal) {
      if (signal instanceof Unknown) return inner.callWith(func, args);
      throw signal;
    }
    const key = JSON.stringify(keys);
    const known = results.get(key);
    if (known) {
      hits++;
      return known;
    }
    const made = inner.callWith(func, args);
    results.set(key, made);
    return made;
  });
  const info = new ClassValue("CacheInfo", [objectType]);
  setNativeField(
    wrapper,
    "cache_info",
    fn("cache_info", "", (inner) => {
      const made = newInstance(inner, info, null);
      made.fields.set("hits", int(hits));
      made.fields.set("misses", int(results.size));
      made.fields.set("currsize", int(results.size));
      return made;
    }),
  );
  setNativeField(
    wrapper,
    "cache_clear",
    fn("cache_clear", "", () => {
      results.clear();
      hits = 0;
      return NONE;
    }),
  );
  return updateWrapper(vm, wrapper, func);
}

/** A property computed once per instance and kept among its fields. */
function cachedProperty(func: Value): Value {
  const name = func.kind === "function" ? func.name : "cached_property";
  const getter = fn(name, "self", (vm, self) => {
    if (self.kind !== "instance") return vm.call(func, [self]);
    const known = self.fields.get(name);
    if (known) return known;
    const value = vm.call(func, [self]);
    vm.touch(self);
    self.fields.set(name, value);
    return value;
  });
  const setter = fn(name, "self value", (vm, self, value) => {
    if (self.kind === "instance") {
      vm.touch(self);
      self.fields.set(name, value);
    }
    return NONE;
  });
  return new PropertyValue(getter, setter);
}

/** Dispatch on the class of the first argument (of the second for a method). */
function dispatching(vm: Vm, func: Value, at: number): Value {
  const table = new Map<ClassValue, Value>();
  const wrapper = new NativeFunction("singledispatch", (inner, args) => {
    if (args.unknown) return args.unknown;
    const subject = args.positional[at];
    if (!subject || isOpaque(subject)) return subject ?? NONE;
    for (const cls of typeOf(subject)?.mro ?? []) {
      const found = table.get(cls);
      if (found) return inner.callWith(found, args);
    }
    for (const [cls, found] of table) if (inner.isInstance(subject, cls) === true) return inner.callWith(found, args);
    return inner.callWith(func, args);
  });
  setNativeField(
    wrapper,
    "register",
    fn("register", "cls func?", (_inner, cls, implementation) => {
      if (cls.kind === "class" && isMissing(implementation)) {
        return fn("register", "func", (_vm, later) => {
          table.set(cls, later);
          return later;
        });
      }
      if (cls.kind === "class") table.set(cls, implementation);
      const annotation = cls.kind === "function" ? cls.definition.parameters[at]?.annotation : null;
      if (cls.kind === "function" && annotation?.kind === "name") {
        const found = cls.scope.find(annotation.id);
        if (found?.kind === "class") table.set(found, cls);
      }
      return isMissing(implementation) ? cls : implementation;
    }),
  );
  return updateWrapper(vm, wrapper, func);
}

const orderings = ["__lt__", "__le__", "__gt__", "__ge__"] as const;

/** Fills in the comparison methods a class lacks from the one it has and `__eq__`. */
function totalOrdering(vm: Vm, cls: Value): Value {
  if (cls.kind !== "class") return cls;
  const root = orderings.find((name) => cls.find(name));
  if (!root) throw vm.error("ValueError", "must define at least one ordering operation: < > <= >=");
  const ask = (inner: Vm, self: Value, other: Value): boolean | Value => {
    const answer = inner.call(cls.find(root) as Value, [self, other]);
    if (answer === NOT_IMPLEMENTED) return answer;
    const truth = inner.truth(answer);
    return truth;
  };
  vm.touch(cls);
  for (const name of orderings) {
    if (cls.find(name)) continue;
    cls.members.set(
      name,
      fn(name, "self other", (inner, self, other) => {
        const answer = ask(inner, self, other);
        if (typeof answer !== "boolean") return answer;
        const same = inner.equals(self, other);
        if (isOpaque(same)) return same;
        // From a strict root "less" is answer-and-not-equal; from a lax one the answer already holds for equal values.
        const rootIsLess = root === "__lt__" || root === "__le__";
        const isLess = rootIsLess ? answer && !same : !answer && !same;
        const wanted = { __lt__: isLess, __le__: isLess || same, __gt__: !isLess && !same, __ge__: !isLess }[name];
        return bool(wanted);
      }),
    );
  }
  return cls;
}

const cacheDecorator = fn("lru_cache", "maxsize? typed?", (vm, first) => {
  if (first.kind === "function" || first.kind === "method" || first.kind === "native") return cached(vm, first);
  return fn("lru_cache", "func", cached);
});

const members: Record<string, Value> = {
  partial: partialType,
  partialmethod: rawFn("partialmethod", partialMethod),
  reduce: fn("reduce", "function iterable initial?", reduce),
  wraps: fn("wraps", "wrapped assigned? updated?", (_vm, wrapped) =>
    fn("wraps", "wrapper", (vm, wrapper) => updateWrapper(vm, wrapper, wrapped)),
  ),
  update_wrapper: fn("update_wrapper", "wrapper wrapped assigned? updated?", updateWrapper),
  lru_cache: cacheDecorator,
  cache: fn("cache", "func", cached),
  cached_property: fn("cached_property", "func", (_vm, func) => (isOpaque(func) ? func : cachedProperty(func))),
  singledispatch: fn("singledispatch", "func", (vm, func) => (isOpaque(func) ? func : dispatching(vm, func, 0))),
  singledispatchmethod: fn("singledispatchmethod", "func", (vm, func) =>
    isOpaque(func) ? func : dispatching(vm, func, 1),
  ),
  total_ordering: fn("total_ordering", "cls", totalOrdering),
  cmp_to_key: fn("cmp_to_key", "mycmp", (_vm, compare) => {
    const key = new ClassValue("K", [objectType]);
    key.members.set(
      "__lt__",
      fn("__lt__", "self other", (vm, self, other) => {
        const [a, b] = [self, other].map(
          (one) => (one.kind === "instance" ? one.fields.get("obj") : undefined) ?? NONE,
        );
        return vm.compare("<", vm.call(compare, [a as Value, b as Value]), int(0));
      }),
    );
    return fn("K", "obj", (vm, value) => {
      const made = newInstance(vm, key, null);
      made.fields.set("obj", value);
      return made;
    });
  }),
};

export const functoolsModules: StandardModules = { functools: () => nativeModule("functools", members) };
