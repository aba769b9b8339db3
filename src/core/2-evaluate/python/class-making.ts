// `type(x)` and `type(name, bases, namespace)`.
import { type Arguments, ClassValue, isOpaque, NativeFunction, NONE, type Value } from "../values";
import { construct as makeOf } from "../instances";
import { CLASS_IN_THE_MAKING, linearize } from "../classes";
import type { Machine } from "../machine";
import type { Vm } from "../vm";
import { derived, firstUnknown } from "./support";
import { objectType, payload, typeOf, typeType } from "./types";

/** What calling `type`, or a class derived from it, gives. */
export function construct(vm: Vm, _meta: ClassValue, args: Arguments): Value {
  const unknown = args.positional.length === 1 ? null : firstUnknown(args);
  if (unknown) return unknown;
  const [first, bases, namespace] = args.positional;
  if (first && !bases) return typeOfValue(vm, first);
  const names = namespace && payload(namespace);
  if (first?.kind !== "string" || bases?.kind !== "tuple" || names?.kind !== "dict") {
    throw vm.error("TypeError", "type() takes 1 or 3 arguments");
  }
  return makeClass(vm, first.value, bases.items, (cls) => {
    for (const { key, value } of names.entries.values()) if (key.kind === "string") cls.members.set(key.value, value);
  });
}

typeType.members.set(
  "__new__",
  new NativeFunction("type.__new__", (vm, args) => {
    // Called through super() the metaclass comes twice: once bound, once by hand.
    const [name, bases, namespace] = args.positional.filter((value, index) => index > 1 || value.kind !== "class");
    const making = vm.state.get(CLASS_IN_THE_MAKING);
    if (!(making instanceof ClassValue)) {
      const positional = [name, bases, namespace].filter((value) => value !== undefined);
      return construct(vm, typeType, { ...args, positional });
    }
    const names = namespace && payload(namespace);
    if (names?.kind === "dict" && !names.taint) {
      making.members = new Map();
      for (const { key, value } of names.entries.values())
        if (key.kind === "string") making.members.set(key.value, value);
    }
    return making;
  }),
);
typeType.members.set("__init__", new NativeFunction("type.__init__", () => NONE));
typeType.members.set(
  "__call__",
  new NativeFunction("type.__call__", (vm, args) => {
    const [cls, ...positional] = args.positional;
    if (cls?.kind !== "class") return args.unknown ?? vm.unknown("what is called is not a class");
    return makeOf(vm as Machine, cls, { ...args, positional });
  }),
);

/** Makes a class outside a class statement; hooks of the bases (enum, named tuples) are called as there. */
export function makeClass(vm: Vm, name: string, bases: readonly Value[], fill: (cls: ClassValue) => void): Value {
  const parents = bases.filter((base): base is ClassValue => base.kind === "class");
  if (parents.length === 0) parents.push(objectType);
  const cls = new ClassValue(name, parents);
  const order = linearize(cls, parents);
  if (!order) throw vm.error("TypeError", "Cannot create a consistent method resolution order (MRO)");
  cls.mro = order;
  cls.unknownBase = bases.find(isOpaque) ?? null;
  fill(cls);
  const hook = cls.mro.slice(1).find((base) => base.onSubclass)?.onSubclass;
  return hook?.(vm, cls, new Map()) ?? cls;
}

function typeOfValue(vm: Vm, value: Value): Value {
  if (isOpaque(value)) return derived(value);
  const type = typeOf(value);
  if (type) return type;
  return vm.findAttribute(value, "__class__") ?? vm.unknown(`the class of ${vm.typeName(value)} is not known`);
}
