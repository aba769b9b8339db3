// `type(x)` and `type(name, bases, namespace)`.
import { type Arguments, ClassValue, isOpaque, type Value } from "../values";
import { linearize } from "../classes";
import type { Vm } from "../vm";
import { derived, firstUnknown } from "./support";
import { objectType, payload, typeOf } from "./types";

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
