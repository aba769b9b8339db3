// The abstract classes of collections.abc and numbers: what counts as one without deriving from it, and the mix-in
// methods a user class gets by deriving.
import {
  bool,
  ClassValue,
  DictValue,
  type HostObject,
  int,
  isOpaque,
  IteratorValue,
  list,
  NONE,
  str,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { equals } from "./compare";
import { dictSet, keyError, pairsOf } from "./dicts";
import { collect, iterationOf } from "./iterate";
import { backwards, placeOf } from "./methods-list";
import { fn, isMissing, rawFn } from "./support";
import { operatorMethod } from "./text";
import { NOT_IMPLEMENTED, objectType, payload, typeOf } from "./types";
import { lengthOf } from "./truth";

type Kind = Value["kind"];

interface Abstract {
  name: string;
  bases?: string;
  kinds?: readonly Kind[];
  /** Operator methods that make an instance count as one. */
  methods?: readonly string[];
}

const containers: readonly Kind[] = ["list", "tuple", "string", "dict", "set", "range"];
const callables: readonly Kind[] = ["function", "native", "method", "class"];

const table: readonly Abstract[] = [
  { name: "Container", kinds: containers, methods: ["__contains__"] },
  { name: "Hashable", methods: ["__hash__"] },
  { name: "Sized", kinds: containers, methods: ["__len__"] },
  { name: "Callable", kinds: callables, methods: ["__call__"] },
  { name: "Iterable", kinds: [...containers, "iterator"], methods: ["__iter__"] },
  { name: "Iterator", bases: "Iterable", kinds: ["iterator"], methods: ["__iter__", "__next__"] },
  { name: "Generator", bases: "Iterator", kinds: ["iterator"], methods: ["send", "throw", "close"] },
  {
    name: "Reversible",
    bases: "Iterable",
    kinds: ["list", "tuple", "string", "dict", "range"],
    methods: ["__reversed__"],
  },
  {
    name: "Collection",
    bases: "Sized Iterable Container",
    kinds: containers,
    methods: ["__len__", "__iter__", "__contains__"],
  },
  { name: "Sequence", bases: "Reversible Collection", kinds: ["list", "tuple", "string", "range"] },
  { name: "MutableSequence", bases: "Sequence", kinds: ["list"] },
  { name: "ByteString", bases: "Sequence" },
  { name: "Set", bases: "Collection", kinds: ["set"] },
  { name: "MutableSet", bases: "Set", kinds: ["set"] },
  { name: "Mapping", bases: "Collection", kinds: ["dict"] },
  { name: "MutableMapping", bases: "Mapping", kinds: ["dict"] },
  { name: "MappingView", bases: "Sized" },
  { name: "KeysView", bases: "MappingView Set" },
  { name: "ItemsView", bases: "MappingView Set" },
  { name: "ValuesView", bases: "MappingView Collection" },
  { name: "Awaitable", methods: ["__await__"] },
  { name: "Coroutine", bases: "Awaitable" },
  { name: "AsyncIterable", methods: ["__aiter__"] },
  { name: "AsyncIterator", bases: "AsyncIterable", methods: ["__aiter__", "__anext__"] },
  { name: "AsyncGenerator", bases: "AsyncIterator" },
  { name: "Number" },
  { name: "Complex", bases: "Number" },
  { name: "Real", bases: "Complex" },
  { name: "Rational", bases: "Real" },
  { name: "Integral", bases: "Rational" },
  { name: "PathLike", methods: ["__fspath__"] },
  { name: "SupportsInt", methods: ["__int__"] },
  { name: "SupportsFloat", methods: ["__float__"] },
  { name: "SupportsIndex", methods: ["__index__"] },
];

/** Abstract classes by name. */
export const abstractClasses = new Map<string, ClassValue>();
const descriptions = new Map<ClassValue, Abstract>();

for (const entry of table) {
  const bases = (entry.bases ?? "").split(" ").flatMap((name) => abstractClasses.get(name) ?? []);
  const cls = new ClassValue(entry.name, bases.length > 0 ? bases : [objectType]);
  const inherited = new Set<ClassValue>(bases.flatMap((base) => base.mro));
  inherited.delete(objectType);
  cls.mro = [cls, ...inherited, objectType];
  abstractClasses.set(entry.name, cls);
  descriptions.set(cls, entry);
}

export function abstractClass(name: string): ClassValue {
  const cls = abstractClasses.get(name);
  if (!cls) throw new Error(`no abstract class ${name}`);
  return cls;
}

const numberKinds: Readonly<Record<string, "any" | "int">> = {
  Number: "any",
  Complex: "any",
  Real: "any",
  Rational: "int",
  Integral: "int",
  SupportsIndex: "int",
  SupportsInt: "any",
  SupportsFloat: "any",
};

/** Whether a value counts as an instance of an abstract class; undefined when `cls` is none. */
export function abstractInstance(vm: Vm, value: Value, cls: ClassValue): boolean | undefined {
  const entry = descriptions.get(cls);
  if (!entry) return undefined;
  const inner = payload(value);
  if (inner.kind === "number" || inner.kind === "boolean") {
    const wanted = numberKinds[entry.name];
    if (wanted) return wanted === "any" || inner.kind === "boolean" || !inner.isFloat;
  }
  if (entry.name === "Hashable") return isHashable(vm, value);
  if (entry.name === "ByteString") return inner.kind === "string" && inner.bytes;
  if (inner.kind === "set" && inner.frozen && entry.name === "MutableSet") return false;
  if (entry.kinds?.includes(inner.kind)) return true;
  if (inner.kind === "class" && inner.enumMembers)
    return ["Iterable", "Sized", "Container", "Collection", "Reversible"].includes(entry.name);
  if (inner.kind === "instance")
    return entry.methods?.every((name) => operatorMethod(inner, name) !== undefined) ?? false;
  if (inner.kind === "host") return entry.methods?.every((name) => hostHas(vm, inner, name)) ?? false;
  return false;
}

function hostHas(vm: Vm, value: HostObject, name: string): boolean {
  if (name === "__len__") return value.length(vm) !== undefined;
  if (name === "__iter__") return value.iterate(vm) !== undefined;
  const found = value.getAttribute(vm, name);
  return found !== undefined && !isOpaque(found);
}

function isHashable(vm: Vm, value: Value): boolean {
  const inner = payload(value);
  if (inner.kind === "list" || inner.kind === "dict" || inner.kind === "slice") return false;
  if (inner.kind === "set") return inner.frozen;
  void vm;
  return !(inner.kind === "instance" && inner.type.find("__hash__")?.kind === "none");
}

/** The kind of value a built-in class makes. */
const kindOfClass: Readonly<Record<string, Kind>> = {
  list: "list",
  tuple: "tuple",
  str: "string",
  bytes: "string",
  dict: "dict",
  set: "set",
  frozenset: "set",
  range: "range",
  generator: "iterator",
};

/** Whether a class counts as a subclass of an abstract one without deriving from it; undefined when `abstract` is none. */
export function abstractSubclass(cls: ClassValue, abstract: ClassValue): boolean | undefined {
  const entry = descriptions.get(abstract);
  if (!entry) return undefined;
  const names = cls.mro.map((one) => one.name);
  const wanted = numberKinds[entry.name];
  if (wanted) return names.includes("int") || (wanted === "any" && names.includes("float"));
  if (entry.name === "Hashable") return cls.find("__hash__")?.kind !== "none";
  const kind = names.map((name) => kindOfClass[name]).find((one) => one !== undefined);
  if (kind)
    return (entry.kinds?.includes(kind) ?? false) && !(entry.name === "MutableSet" && names.includes("frozenset"));
  return entry.methods?.every((name) => cls.find(name) !== undefined) ?? false;
}

// --- mix-in methods ---------------------------------------------------------------------------------------------------

function mixIn(
  name: string,
  methods: Record<string, readonly [signature: string, body: Parameters<typeof fn>[2]]>,
): void {
  const cls = abstractClass(name);
  for (const [key, [signature, body]] of Object.entries(methods)) {
    cls.members.set(key, fn(`${name}.${key}`, `self ${signature}`, body));
  }
}

function has(vm: Vm, self: Value, key: Value): boolean {
  return getOr(vm, self, key) !== undefined;
}

/** An item, or undefined where `self[key]` raises KeyError. */
function getOr(vm: Vm, self: Value, key: Value): Value | undefined {
  try {
    return vm.getIndex(self, key);
  } catch (signal) {
    if ((signal as { type?: string }).type === "KeyError") return undefined;
    throw signal;
  }
}

mixIn("Mapping", {
  get: ["key default?", (vm, self, key, fallback) => getOr(vm, self, key) ?? (isMissing(fallback) ? NONE : fallback)],
  keys: ["", (vm, self) => list(collect(vm, self))],
  values: ["", (vm, self) => list(collect(vm, self).map((key) => vm.getIndex(self, key)))],
  items: ["", (vm, self) => list(collect(vm, self).map((key) => tuple([key, vm.getIndex(self, key)])))],
  __contains__: ["key", (vm, self, key) => bool(has(vm, self, key))],
  __eq__: [
    "other",
    (vm, self, other) => {
      const isMapping = isOpaque(other) || typeOf(other)?.isSubclassOf(abstractClass("Mapping")) === true;
      if (!isMapping && !abstractInstance(vm, other, abstractClass("Mapping"))) return NOT_IMPLEMENTED;
      const [own, others] = [self, other].map((side) => {
        const dict = new DictValue();
        for (const [key, value] of pairsOf(vm, side)) dictSet(vm, dict, key, value);
        return dict;
      });
      const same = equals(vm, own as Value, others as Value);
      return isOpaque(same) ? same : bool(same);
    },
  ],
});

function deleteItem(vm: Vm, self: Value, key: Value): void {
  vm.call(vm.getAttribute(self, "__delitem__"), [key]);
}

mixIn("MutableMapping", {
  pop: [
    "key default?",
    (vm, self, key, fallback) => {
      const found = getOr(vm, self, key);
      if (found) deleteItem(vm, self, key);
      else if (isMissing(fallback)) throw keyError(vm, key);
      return found ?? fallback;
    },
  ],
  setdefault: [
    "key default?",
    (vm, self, key, fallback) => {
      const found = getOr(vm, self, key);
      if (found) return found;
      const value = isMissing(fallback) ? NONE : fallback;
      vm.setIndex(self, key, value);
      return value;
    },
  ],
  clear: [
    "",
    (vm, self) => {
      for (const key of collect(vm, self)) deleteItem(vm, self, key);
      return NONE;
    },
  ],
});
abstractClass("MutableMapping").members.set(
  "update",
  rawFn("MutableMapping.update", (vm, args) => {
    const [self, source] = args.positional;
    if (self && source) for (const [key, value] of pairsOf(vm, source)) vm.setIndex(self, key, value);
    if (self) for (const [key, value] of args.keywords) vm.setIndex(self, str(key), value);
    return NONE;
  }),
);

function sequenceItems(vm: Vm, self: Value): Value[] {
  const length = lengthOf(vm, self);
  if (isOpaque(length)) throw vm.giveUp(length.reason);
  return Array.from({ length }, (_, index) => vm.getIndex(self, int(index)));
}

mixIn("Sequence", {
  __iter__: [
    "",
    (vm, self) => {
      let index = 0;
      return new IteratorValue(() => {
        const length = lengthOf(vm, self);
        return typeof length === "number" && index < length ? vm.getIndex(self, int(index++)) : undefined;
      });
    },
  ],
  __contains__: ["value", (vm, self, value) => bool(placeOf(vm, sequenceItems(vm, self), value) >= 0)],
  __reversed__: ["", (vm, self) => backwards(sequenceItems(vm, self))],
  index: [
    "value",
    (vm, self, value) => {
      const at = placeOf(vm, sequenceItems(vm, self), value);
      if (at < 0) throw vm.error("ValueError", "value not in sequence");
      return int(at);
    },
  ],
  count: [
    "value",
    (vm, self, value) => int(sequenceItems(vm, self).filter((item) => equals(vm, item, value) === true).length),
  ],
});
mixIn("MutableSequence", {
  append: [
    "value",
    (vm, self, value) => {
      vm.call(vm.getAttribute(self, "insert"), [vm.call(vm.getAttribute(self, "__len__")), value]);
      return NONE;
    },
  ],
  extend: [
    "values",
    (vm, self, values) => {
      const items = iterationOf(vm, values);
      for (let item = items.next(); !item.done; item = items.next())
        vm.call(vm.getAttribute(self, "append"), [item.value]);
      return NONE;
    },
  ],
});
mixIn("Iterator", { __iter__: ["", (_vm, self) => self] });
