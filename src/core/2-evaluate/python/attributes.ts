// Attributes of built-in values: methods from the tables of their classes, and the few that are data. What the interpreter
// finds itself (fields of instances, members of classes and modules) does not come here.
import {
  BoundMethod,
  type ClassValue,
  DictValue,
  type FunctionValue,
  HostObject,
  type InstanceValue,
  int,
  isOpaque,
  list,
  NativeFunction,
  NONE,
  PropertyValue,
  str,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { fn, numeric } from "./support";
import { typeOf } from "./types";

/** Attributes set on native functions (`cache_clear` of a cached one, `register` of a dispatching one). */
export const nativeFields = new WeakMap<NativeFunction, Map<string, Value>>();

export function setNativeField(native: NativeFunction, name: string, value: Value): void {
  let fields = nativeFields.get(native);
  if (!fields) {
    fields = new Map();
    nativeFields.set(native, fields);
  }
  fields.set(name, value);
}

/** Attribute of a built-in value, methods bound; undefined when there is none. */
export function attribute(vm: Vm, object: Value, name: string): Value | undefined {
  const own = ownAttribute(vm, object, name);
  if (own !== undefined) return own;
  if (object.kind === "class") return classAttribute(object, name);
  if (object.kind === "super") return bound(object.self, objectAccess.get(name));
  if (object.kind === "instance")
    return bound(object, objectAccess.get(name)) ?? (name === "__module__" ? moduleName(object.type) : undefined);
  const type = typeOf(object);
  if (!type) return undefined;
  const member = type.find(name);
  if (member === undefined) return name === "__class__" ? type : name === "__doc__" ? NONE : undefined;
  return bind(vm, member, object, type);
}

function bound(self: Value, member: Value | undefined): Value | undefined {
  return member && new BoundMethod(self, member);
}

/** What a member of a built-in value's class gives when read through the value. */
function bind(vm: Vm, member: Value, self: Value, type: ClassValue): Value {
  switch (member.kind) {
    case "native":
    case "function":
      return new BoundMethod(self, member);
    case "property":
      return member.getter ? vm.call(member.getter, [self]) : NONE;
    case "staticmethod":
      return member.callable;
    case "classmethod":
      return new BoundMethod(type, member.callable);
    default:
      return member;
  }
}

function ownAttribute(vm: Vm, object: Value, name: string): Value | undefined {
  switch (object.kind) {
    case "number":
    case "boolean":
      return numberAttribute(object, name);
    case "tuple": {
      if (!object.names) return undefined;
      const index = object.names.indexOf(name);
      return index < 0 ? undefined : object.items[index];
    }
    case "range":
    case "slice":
      return boundsAttribute(object, name);
    case "function":
      return functionAttribute(object, name);
    case "native":
      if (name === "__name__" || name === "__qualname__")
        return str(object.name.slice(object.name.lastIndexOf(".") + 1));
      if (name === "__call__") return object;
      return nativeFields.get(object)?.get(name);
    case "method":
      if (name === "__self__") return object.self;
      if (name === "__func__") return object.callable;
      return name === "__call__" ? object : vm.findAttribute(object.callable, name);
    case "staticmethod":
    case "classmethod":
      return name === "__func__" || name === "__wrapped__" ? object.callable : vm.findAttribute(object.callable, name);
    case "property":
      return propertyAttribute(object, name);
    case "dict":
      return name === "default_factory" ? (object.defaultFactory ?? NONE) : undefined;
    default:
      return undefined;
  }
}

function numberAttribute(object: Value, name: string): Value | undefined {
  switch (name) {
    case "real":
      return object.kind === "boolean" ? int(object.value ? 1 : 0) : object;
    case "imag":
      return int(0);
    case "numerator":
      return object.kind === "number" && object.isFloat ? undefined : int(numeric(object) ?? 0);
    case "denominator":
      return object.kind === "number" && object.isFloat ? undefined : int(1);
    default:
      return undefined;
  }
}

function boundsAttribute(object: Value, name: string): Value | undefined {
  if (name !== "start" && name !== "stop" && name !== "step") return undefined;
  if (object.kind === "range") return int(object[name]);
  if (object.kind !== "slice") return undefined;
  return name === "start" ? object.lower : name === "stop" ? object.upper : object.step;
}

/** `f.__code__`, for the few that ask it for argument names. */
class CodeObject extends HostObject {
  readonly typeName = "code";
  constructor(private readonly of: FunctionValue) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    const parameters = this.of.definition.parameters.filter(
      ({ kind }) => kind === "normal" || kind === "positional-only",
    );
    if (name === "co_argcount") return int(parameters.length);
    if (name === "co_name") return str(this.of.name);
    return undefined;
  }
}

function functionAttribute(object: FunctionValue, name: string): Value | undefined {
  const { definition } = object;
  switch (name) {
    case "__name__":
      return str(object.name || "<lambda>");
    case "__qualname__":
      return str(`${object.home ? `${object.home.name}.` : ""}${object.name || "<lambda>"}`);
    case "__doc__":
      return definition.docstring === undefined ? NONE : str(definition.docstring);
    case "__module__":
      return str(object.module.name);
    case "__call__":
      return object;
    case "__code__":
      return new CodeObject(object);
    case "__defaults__": {
      const values = [...object.defaults].filter(([index]) => definition.parameters[index]?.kind === "normal");
      return values.length === 0 ? NONE : tuple(values.map(([, value]) => value));
    }
    case "__kwdefaults__": {
      const dict = new DictValue();
      for (const [index, value] of object.defaults) {
        const parameter = definition.parameters[index];
        if (parameter?.kind === "keyword-only") dict.put(parameter.name, value);
      }
      return dict.entries.size === 0 ? NONE : dict;
    }
    case "__dict__": {
      const dict = new DictValue();
      for (const [key, value] of object.fields) dict.put(key, value);
      return dict;
    }
    case "__get__":
      return fn("__get__", "instance owner?", (_vm, instance) =>
        instance.kind === "none" ? object : new BoundMethod(instance, object),
      );
    default:
      return undefined;
  }
}

function propertyAttribute(object: PropertyValue, name: string): Value | undefined {
  switch (name) {
    case "setter":
      return fn("setter", "fset", (_vm, setter) => new PropertyValue(object.getter, setter, object.deleter));
    case "getter":
      return fn("getter", "fget", (_vm, getter) => new PropertyValue(getter, object.setter, object.deleter));
    case "deleter":
      return fn("deleter", "fdel", (_vm, deleter) => new PropertyValue(object.getter, object.setter, deleter));
    case "fget":
      return object.getter ?? NONE;
    case "fset":
      return object.setter ?? NONE;
    default:
      return undefined;
  }
}

function moduleName(cls: ClassValue): Value {
  return str(cls.module?.name ?? "builtins");
}

function classAttribute(cls: ClassValue, name: string): Value | undefined {
  switch (name) {
    case "__members__": {
      if (!cls.enumMembers) return undefined;
      const dict = new DictValue();
      for (const [key, value] of cls.enumMembers) dict.put(key, value);
      return dict;
    }
    case "mro":
      return fn("mro", "", () => list([...cls.mro]));
    case "__class__":
      return typeOf(cls);
    case "__base__":
      return cls.bases[0] ?? NONE;
    case "__call__":
      return cls;
    default:
      return objectAccess.get(name);
  }
}

/** Sets an attribute where Python allows it on a value that is no instance; false where it does not. */
export function setAttribute(vm: Vm, object: Value, name: string, value: Value): boolean {
  if (object.kind === "native") {
    setNativeField(object, name, value);
    return true;
  }
  if (object.kind === "method") return false;
  if (object.kind === "dict" && name === "default_factory") {
    vm.touch(object);
    object.defaultFactory = value.kind === "none" ? null : value;
    return true;
  }
  return false;
}

// --- object.__setattr__ and friends -----------------------------------------------------------------------------------

/** Sets a field past a user's own `__setattr__`, properties still heard. */
function plainSet(vm: Vm, self: Value, name: string, value: Value): void {
  if (self.kind !== "instance") return vm.setAttribute(self, name, value);
  const member = self.type.find(name);
  if (member?.kind === "property") {
    if (!member.setter) throw vm.error("AttributeError", `property '${name}' has no setter`);
    vm.call(member.setter, [self, value]);
    return;
  }
  vm.touch(self);
  self.fields.set(name, value);
}

function plainGet(vm: Vm, self: InstanceValue, name: string): Value {
  const member = self.type.find(name);
  if (member?.kind === "property" && member.getter) return vm.call(member.getter, [self]);
  const field = self.fields.get(name);
  if (field) return field;
  if (member) return bind(vm, member, self, self.type);
  if (name === "__dict__" || name === "__class__") return vm.getAttribute(self, name);
  throw vm.error("AttributeError", `'${self.type.name}' object has no attribute '${name}'`);
}

/** Kept out of `object`'s members, so that setting an attribute of any instance need not go through a native. */
const objectAccess = new Map<string, NativeFunction>(
  [
    fn("__setattr__", "self name value", (vm, self, name, value) => {
      if (name.kind === "string") plainSet(vm, self, name.value, value);
      return NONE;
    }),
    fn("__getattribute__", "self name", (vm, self, name) => {
      if (isOpaque(self)) return self;
      if (name.kind !== "string") throw vm.giveUp("the name of the attribute is not known");
      return self.kind === "instance" ? plainGet(vm, self, name.value) : vm.getAttribute(self, name.value);
    }),
    fn("__delattr__", "self name", (vm, self, name) => {
      if (self.kind === "instance" && name.kind === "string") {
        vm.touch(self);
        self.fields.delete(name.value);
      }
      return NONE;
    }),
  ].map((native) => [native.name, native]),
);
