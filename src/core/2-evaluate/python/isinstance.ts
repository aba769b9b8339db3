// isinstance() and issubclass(), with abstract classes, unions and host objects.
import { type ClassValue, isOpaque, type OpaqueValue, type Value } from "../values";
import type { Vm } from "../vm";
import { abstractInstance, abstractSubclass } from "./abstract";
import { derived } from "./support";
import { objectType, payload, typeOf } from "./types";
import { TypeForm } from "./unions";

type Truth = boolean | OpaqueValue;

/** True if any is, unknown if any may be. */
function any(options: readonly Value[], test: (option: Value) => Truth): Truth {
  let unknown: OpaqueValue | null = null;
  for (const option of options) {
    const answer = test(option);
    if (answer === true) return true;
    if (isOpaque(answer)) unknown ??= answer;
  }
  return unknown ?? false;
}

export function isInstance(vm: Vm, value: Value, cls: Value): Truth {
  if (cls.kind === "tuple") return any(cls.items, (option) => isInstance(vm, value, option));
  if (cls instanceof TypeForm) {
    if (cls.options) return any(cls.options, (option) => isInstance(vm, value, option));
    if (cls.name === "Any") return true;
    return vm.unknown(`isinstance with typing.${cls.name} is not modelled`);
  }
  if (cls.kind === "none") return value.kind === "none";
  if (isOpaque(cls)) return derived(cls);
  if (isOpaque(value)) return cls === objectType ? true : derived(value);
  if (cls.kind !== "class") {
    if (cls.kind === "host") return vm.unknown(`isinstance with ${cls.typeName} is not known`);
    throw vm.error("TypeError", "isinstance() arg 2 must be a type, a tuple of types, or a union");
  }
  return isInstanceOfClass(vm, value, cls);
}

function isInstanceOfClass(vm: Vm, value: Value, cls: ClassValue): Truth {
  if (value.kind === "host") {
    return cls === objectType || value.isInstanceOf(vm, cls) || (abstractInstance(vm, value, cls) ?? false);
  }
  const type = typeOf(value);
  if (type?.isSubclassOf(cls)) return true;
  if (cls === objectType) return true;
  const abstract = abstractInstance(vm, value, cls);
  if (abstract !== undefined) return abstract || mayDerive(type);
  const check = cls.find("__instancecheck__");
  if (check?.kind === "function") return vm.truth(vm.call(check, [cls, value]));
  return payload(value) === value || value.kind === "instance" ? mayDerive(type) : false;
}

/** False, or unknown when a base of the class is not known. */
function mayDerive(type: ClassValue | undefined): Truth {
  const unknown = type?.mro.find((one) => one.unknownBase)?.unknownBase;
  return unknown ? derived(unknown) : false;
}

export function isSubclass(vm: Vm, cls: Value, other: Value): Truth {
  if (isOpaque(cls)) return derived(cls);
  if (isOpaque(other)) return derived(other);
  if (other.kind === "tuple") return any(other.items, (option) => isSubclass(vm, cls, option));
  if (other instanceof TypeForm && other.options) return any(other.options, (option) => isSubclass(vm, cls, option));
  if (cls.kind === "host" || other.kind === "host")
    return vm.unknown("which classes derive from each other is not known here");
  if (cls.kind !== "class") throw vm.error("TypeError", "issubclass() arg 1 must be a class");
  if (other.kind !== "class")
    throw vm.error("TypeError", "issubclass() arg 2 must be a class, a tuple of classes, or a union");
  if (cls.isSubclassOf(other) || other === objectType || abstractSubclass(cls, other)) return true;
  return mayDerive(cls);
}
