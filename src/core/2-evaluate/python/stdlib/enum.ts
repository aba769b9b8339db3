// The enum module: a class derived from Enum turns its plain class attributes into members.
import { nativeModule } from "../../native";
import {
  type Arguments,
  bool,
  ClassValue,
  HostObject,
  type InstanceValue,
  int,
  isOpaque,
  list,
  NONE,
  str,
  tuple,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { makeClass } from "../class-making";
import { newInstance } from "../construct";
import { hashOf } from "../hashing";
import { collect } from "../iterate";
import { derived, fn, numeric } from "../support";
import { repr, text } from "../text";
import { bytesType, floatType, intType, NOT_IMPLEMENTED, objectType, payload, strType, tupleType } from "../types";
import type { StandardModules } from "./modules";

class AutoValue extends HostObject {
  readonly typeName = "auto";
}

export const enumType = new ClassValue("Enum", [objectType]);
const derive = (name: string, bases: ClassValue[]): ClassValue => {
  const cls = new ClassValue(name, bases);
  cls.mro = [cls, ...bases.flatMap((base) => base.mro.filter((one) => one !== objectType)), objectType];
  return cls;
};
const intEnumType = derive("IntEnum", [intType, enumType]);
const strEnumType = derive("StrEnum", [strType, enumType]);
const flagType = derive("Flag", [enumType]);
const intFlagType = derive("IntFlag", [intType, flagType]);

const valueTypes = [intType, strType, floatType, bytesType, tupleType];
const notMembers = new Set(["function", "native", "property", "staticmethod", "classmethod"]);

/** The built-in type whose values the members are (`class Mode(str, Enum)`). */
function mixedIn(cls: ClassValue): ClassValue | undefined {
  return valueTypes.find((type) => cls.isSubclassOf(type));
}

function isMemberName(name: string): boolean {
  return !(name.startsWith("_") && name.endsWith("_")) && !name.startsWith("__");
}

/** Value of `auto()`, by the class's own `_generate_next_value_` where it has one. */
function nextValue(vm: Vm, cls: ClassValue, name: string, values: readonly Value[]): Value {
  const own = cls.find("_generate_next_value_");
  if (own) {
    const call = own.kind === "staticmethod" || own.kind === "classmethod" ? own.callable : own;
    return vm.call(call, [str(name), int(1), int(values.length), list([...values])]);
  }
  if (cls.isSubclassOf(strEnumType)) return str(name.toLowerCase());
  const numbers = values.map((value) => numeric(value)).filter((value) => value !== undefined);
  const last = numbers.at(-1);
  if (cls.isSubclassOf(flagType))
    return int(numbers.length === 0 ? 1 : 2 ** (Math.floor(Math.log2(Math.max(...numbers))) + 1));
  return int(last === undefined ? 1 : Math.max(...numbers) + 1);
}

function makeMember(vm: Vm, cls: ClassValue, name: string, given: Value): InstanceValue {
  const args = given.kind === "tuple" ? [...given.items] : [given];
  const maker = cls.find("__new__");
  const own = maker?.kind === "staticmethod" ? maker.callable : maker;
  let member: InstanceValue;
  if (own?.kind === "function") {
    const made = vm.call(own, [cls, ...args]);
    if (made.kind !== "instance") throw vm.giveUp(`the member ${cls.name}.${name} is not known`);
    member = made;
  } else {
    const type = mixedIn(cls);
    member = newInstance(vm, cls, type ? (type === tupleType ? given : vm.call(type, args)) : null);
  }
  const value = member.fields.get("_value_") ?? member.payload ?? given;
  setFields(member, name, value);
  const initializer = cls.find("__init__");
  if (initializer?.kind === "function") vm.call(initializer, [member, ...args]);
  const settled = member.fields.get("_value_") ?? value;
  setFields(member, name, settled);
  return member;
}

function setFields(member: InstanceValue, name: string, value: Value): void {
  for (const key of ["name", "_name_"]) member.fields.set(key, str(name));
  for (const key of ["value", "_value_"]) member.fields.set(key, value);
}

function valueOf(member: Value): Value {
  return member.kind === "instance" ? (member.fields.get("_value_") ?? NONE) : NONE;
}

enumType.onSubclass = (vm, cls) => {
  const members = new Map<string, Value>();
  const values: Value[] = [];
  const ignored = cls.members.get("_ignore_");
  const skip = new Set(ignored?.kind === "string" ? ignored.value.split(/[\s,]+/) : []);
  for (const [name, given] of [...cls.members]) {
    if (!isMemberName(name) || skip.has(name) || notMembers.has(given.kind)) continue;
    let value = given instanceof AutoValue ? nextValue(vm, cls, name, values) : given;
    if (value.kind === "tuple" && value.items.some((item) => item instanceof AutoValue)) {
      value = tuple(value.items.map((item) => (item instanceof AutoValue ? nextValue(vm, cls, name, values) : item)));
    }
    values.push(value);
    const twin = [...members.values()].find((other) => vm.equals(valueOf(other), value) === true);
    const member = twin ?? makeMember(vm, cls, name, value);
    members.set(name, member);
    cls.members.set(name, member);
  }
  if (members.size > 0) cls.enumMembers = members;
  cls.construct = lookUp;
  return undefined;
};

/** `Color(2)`: the member of that value. `Color("Name", "A B")` makes a new enum where the class has no members. */
function lookUp(vm: Vm, cls: ClassValue, args: Arguments): Value {
  const [value, names] = args.positional;
  if (args.unknown) return args.unknown;
  if (!value) throw vm.error("TypeError", `${cls.name}.__call__() missing 1 required positional argument: 'value'`);
  if (isOpaque(value)) return derived(value);
  if (!cls.enumMembers) return names ? functional(vm, cls, value, names) : vm.unknown(`${cls.name} has no members`);
  for (const member of cls.enumMembers.values()) {
    if (member === value || vm.equals(valueOf(member), value) === true) return member;
  }
  const missing = cls.find("_missing_");
  if (missing?.kind === "classmethod") {
    const found = vm.call(missing.callable, [cls, value]);
    if (found.kind !== "none") return found;
  }
  if (cls.isSubclassOf(flagType) && numeric(value) !== undefined) return combined(vm, cls, numeric(value) as number);
  const shown = repr(vm, value);
  if (isOpaque(shown)) return shown;
  throw vm.error("ValueError", `${shown} is not a valid ${cls.name}`);
}

function functional(vm: Vm, base: ClassValue, name: Value, names: Value): Value {
  const entries: [string, Value][] = [];
  const given =
    names.kind === "string"
      ? names.value
          .split(/[\s,]+/)
          .filter(Boolean)
          .map(str)
      : collect(vm, names);
  for (const [index, item] of given.entries()) {
    if (names.kind === "dict" && item.kind === "string") entries.push([item.value, vm.getIndex(names, item)]);
    else if (item.kind === "string")
      entries.push([item.value, base.isSubclassOf(flagType) ? int(2 ** index) : int(index + 1)]);
    else {
      const [key, value] = collect(vm, item);
      if (key?.kind === "string" && value) entries.push([key.value, value]);
    }
  }
  return makeClass(vm, name.kind === "string" ? name.value : "Enum", [base], (cls) => {
    for (const [key, value] of entries) cls.members.set(key, value);
  });
}
enumType.construct = lookUp;
for (const cls of [intEnumType, strEnumType, flagType, intFlagType]) cls.construct = lookUp;

// --- printing ---------------------------------------------------------------------------------------------------------

function shownName(self: Value): string {
  const name = self.kind === "instance" ? self.fields.get("_name_") : undefined;
  return name?.kind === "string" ? name.value : "";
}

function plainText(self: Value): Value {
  return str(self.kind === "instance" ? `${self.type.name}.${shownName(self)}` : "");
}

function valueText(vm: Vm, self: Value): Value {
  const shown = text(vm, payload(self));
  return isOpaque(shown) ? shown : str(shown);
}

enumType.members.set(
  "__str__",
  fn("__str__", "self", (_vm, self) => plainText(self)),
);
enumType.members.set(
  "__format__",
  fn("__format__", "self spec", (vm, self, spec) => {
    const shown = vm.text(self);
    if (isOpaque(shown)) return shown;
    return vm.call(vm.getAttribute(str(`{:${spec.kind === "string" ? spec.value : ""}}`), "format"), [str(shown)]);
  }),
);
enumType.members.set(
  "__repr__",
  fn("__repr__", "self", (vm, self) => {
    const shown = repr(vm, valueOf(self));
    if (isOpaque(shown)) return shown;
    return str(self.kind === "instance" ? `<${self.type.name}.${shownName(self)}: ${shown}>` : shown);
  }),
);
enumType.members.set(
  "__hash__",
  fn("__hash__", "self", (vm, self) => hashOf(vm, valueOf(self))),
);
for (const cls of [intEnumType, strEnumType, intFlagType]) {
  cls.members.set("__str__", fn("__str__", "self", valueText));
  cls.members.set(
    "__format__",
    fn("__format__", "self spec", (vm, self, spec) => {
      const template = str(`{:${spec.kind === "string" ? spec.value : ""}}`);
      return vm.call(vm.getAttribute(template, "format"), [payload(self)]);
    }),
  );
}

// --- flags ------------------------------------------------------------------------------------------------------------

/** The flag of a combined value: a member, or a value between members made now. */
function combined(vm: Vm, cls: ClassValue, value: number): Value {
  const members = [...(cls.enumMembers?.values() ?? [])];
  const known = members.find((member) => numeric(valueOf(member)) === value);
  if (known) return known;
  const parts = members.filter((member) => {
    const bits = numeric(valueOf(member)) ?? 0;
    return bits !== 0 && (bits & (bits - 1)) === 0 && (bits & value) === bits;
  });
  const made = newInstance(vm, cls, cls.isSubclassOf(intType) ? int(value) : null);
  setFields(made, parts.map(shownName).join("|"), int(value));
  return made;
}

const flagOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  __or__: (a, b) => a | b,
  __and__: (a, b) => a & b,
  __xor__: (a, b) => a ^ b,
};
for (const [name, compute] of Object.entries(flagOperators)) {
  const method = fn(name, "self other", (vm, self, other) => {
    const [a, b] = [self, other].map((side) => numeric(side.kind === "instance" ? valueOf(side) : side));
    if (self.kind !== "instance" || a === undefined || b === undefined) return NOT_IMPLEMENTED;
    return combined(vm, self.type, compute(a, b));
  });
  for (const cls of [flagType, intFlagType]) {
    cls.members.set(name, method);
    cls.members.set(name.replace("__", "__r"), method);
  }
}
const bits = (self: Value): number => numeric(valueOf(self)) ?? 0;
flagType.members.set(
  "__bool__",
  fn("__bool__", "self", (_vm, self) => bool(bits(self) !== 0)),
);
flagType.members.set(
  "__contains__",
  fn("__contains__", "self other", (_vm, self, other) => bool((bits(self) & bits(other)) === bits(other))),
);
flagType.members.set(
  "__eq__",
  fn("__eq__", "self other", (_vm, self, other) => {
    if (self.kind !== "instance" || other.kind !== "instance" || self.type !== other.type) return NOT_IMPLEMENTED;
    return bool(bits(self) === bits(other));
  }),
);
flagType.members.set(
  "__invert__",
  fn("__invert__", "self", (vm, self) => {
    if (self.kind !== "instance") return NOT_IMPLEMENTED;
    const all = [...(self.type.enumMembers?.values() ?? [])].reduce((sum, member) => sum | bits(member), 0);
    return combined(vm, self.type, all & ~bits(self));
  }),
);

const identity = fn("decorator", "value", (_vm, value) => value);

export const enumModules: StandardModules = {
  enum: () =>
    nativeModule("enum", {
      Enum: enumType,
      IntEnum: intEnumType,
      StrEnum: strEnumType,
      ReprEnum: enumType,
      Flag: flagType,
      IntFlag: intFlagType,
      EnumMeta: new ClassValue("EnumType", [objectType]),
      EnumType: new ClassValue("EnumType", [objectType]),
      auto: fn("auto", "value?", () => new AutoValue()),
      unique: identity,
      verify: fn("verify", "*checks", () => identity),
      member: identity,
      nonmember: identity,
    }),
};
