// Attribute look-up: instances, classes, modules, super, host objects; built-in values are the dialect's.
import { mayCall } from "./callbacks";
import type { Machine } from "./machine";
import { ensureRun, submodule } from "./modules";
import { Raised, Unknown } from "./signals";
import {
  BoundMethod,
  type ClassValue,
  DictValue,
  type InstanceValue,
  isOpaque,
  type ModuleValue,
  NativeFunction,
  NONE,
  OpaqueValue,
  str,
  type SuperValue,
  tuple,
  UNDEFINED,
  type Value,
} from "./values";

/** The attribute, or what the language does when there is none: AttributeError, undefined, or opaque for libraries. */
export function getAttribute(vm: Machine, object: Value, name: string): Value {
  if (object.kind === "opaque" && vm.language === "python") return object;
  const found = findAttribute(vm, object, name);
  if (found !== undefined) return found;
  switch (object.kind) {
    case "module":
      return new OpaqueValue(`${object.name}.${name} is not known to Model Budget`, vm.here());
    case "host":
      return new OpaqueValue(`${object.typeName}.${name} is not known to Model Budget`, vm.here());
    case "none":
    case "undefined":
      throw vm.error(
        vm.language === "python" ? "AttributeError" : "TypeError",
        vm.language === "python"
          ? `'NoneType' object has no attribute '${name}'`
          : `Cannot read properties of ${object.kind === "none" ? "null" : "undefined"} (reading '${name}')`,
      );
    default:
  }
  if (vm.language === "javascript") return UNDEFINED;
  const owner = object.kind === "class" ? `type object '${object.name}'` : `'${vm.typeName(object)}' object`;
  throw vm.error("AttributeError", `${owner} has no attribute '${name}'`);
}

/** The attribute, undefined when there is none. Opaque when it may or may not exist. */
export function findAttribute(vm: Machine, object: Value, name: string): Value | undefined {
  switch (object.kind) {
    case "opaque":
      // What waits for a promise runs, even though what it gives is not known.
      return vm.language === "python" ? object : (vm.dialect.attribute(vm, object, name) ?? object);
    case "instance":
      return instanceAttribute(vm, object, name);
    case "class":
      return classAttribute(vm, object, name);
    case "module":
      return moduleAttribute(vm, object, name);
    case "super":
      return superAttribute(vm, object, name);
    case "host":
      try {
        return object.getAttribute(vm, name) ?? undefined;
      } catch (error) {
        if (error instanceof Unknown) return error.value;
        throw error;
      }
    case "function": {
      const field = object.fields.get(name);
      if (field !== undefined) return field;
      return vm.dialect.attribute(vm, object, name);
    }
    default:
      return vm.dialect.attribute(vm, object, name);
  }
}

function instanceAttribute(vm: Machine, object: InstanceValue, name: string): Value | undefined {
  if (name === "constructor" && object.type.language === "javascript") {
    return object.fields.get(name) ?? constructorOf(object.type);
  }
  const member = object.type.find(name);
  if (member?.kind === "property") return readProperty(vm, member.getter, object);
  if (member?.kind === "instance" && member.type.find("__get__")) {
    return vm.call(getAttribute(vm, member, "__get__"), [object, object.type]);
  }
  const field = object.fields.get(name);
  if (field !== undefined) return field.kind === "property" ? readProperty(vm, field.getter, object) : field;
  if (member !== undefined) return bindMember(vm, member, object, object.type);
  if (name === "__class__" || name === "constructor") return object.type;
  if (name === "__getattr__" || name === "__getattribute__") {
    return new NativeFunction(name, (_vm, args) => {
      const wanted = args.positional[0];
      return wanted?.kind === "string" ? getAttribute(vm, object, wanted.value) : (wanted ?? NONE);
    });
  }
  if (name === "__dict__") {
    const dict = new DictValue();
    for (const [key, value] of object.fields) dict.put(key, value);
    dict.owner = object;
    return dict;
  }
  const dynamic = object.type.find("__getattr__");
  if (dynamic && !name.startsWith("__")) {
    try {
      return vm.call(bindMember(vm, dynamic, object, object.type), [str(name)]);
    } catch (error) {
      if (error instanceof Raised && error.type === "AttributeError") return undefined;
      throw error;
    }
  }
  const builtin = vm.dialect.attribute(vm, object, name);
  if (builtin !== undefined) return builtin;
  const unknownBase = object.type.mro.find((cls) => cls.unknownBase)?.unknownBase;
  return unknownBase ?? object.taint ?? undefined;
}

/** What made the instances of a JavaScript class: the class, or the function whose `prototype` the class stands for. */
function constructorOf(cls: ClassValue): Value {
  for (const one of cls.mro) {
    // A nameless class without a definition was made for a prototype.
    if (one.definition || one.name !== "") return one;
    const made = one.members.get("constructor");
    if (made) return made;
  }
  return cls;
}

function readProperty(vm: Machine, getter: Value | null, self: Value): Value {
  return getter ? vm.call(new BoundMethod(self, getter)) : UNDEFINED;
}

/** What a class member gives when read through an instance. */
export function bindMember(_vm: Machine, member: Value, self: Value, cls: ClassValue): Value {
  switch (member.kind) {
    case "function":
    case "native":
      return new BoundMethod(self, member);
    case "staticmethod":
      return member.callable;
    case "classmethod":
      return new BoundMethod(cls, member.callable);
    default:
      return member;
  }
}

function classAttribute(vm: Machine, cls: ClassValue, name: string): Value | undefined {
  if (cls.language === "javascript") {
    for (const one of cls.mro) {
      const found = one.statics.get(name);
      if (found !== undefined) {
        if (found.kind === "property") return readProperty(vm, found.getter, cls);
        return found.kind === "function" ? new BoundMethod(cls, found) : found;
      }
    }
    if (name === "name") return str(cls.name);
  } else {
    const member = cls.find(name);
    if (member !== undefined) {
      if (member.kind === "staticmethod") return member.callable;
      if (member.kind === "classmethod") return new BoundMethod(cls, member.callable);
      return member;
    }
    const inherited = cls.metaclass ? metaclassMember(vm, cls, cls.metaclass, name) : undefined;
    if (inherited !== undefined) return inherited;
    if (name === "__name__") return str(cls.name);
    if (name === "__qualname__") return str(qualifiedName(cls));
    if (name === "__mro__") return tuple(cls.mro);
    if (name === "__bases__") return tuple(cls.bases);
    if (name === "__module__") return str(cls.module?.name ?? "builtins");
    if (name === "__doc__") return NONE;
    if (name === "__annotations__") {
      const dict = new DictValue();
      for (const key of cls.annotations.keys()) dict.put(key, NONE);
      return dict;
    }
    if (name === "__dict__") {
      const dict = new DictValue();
      for (const [key, value] of cls.members) dict.put(key, value);
      return dict;
    }
  }
  const builtin = vm.dialect.attribute(vm, cls, name);
  if (builtin !== undefined) return builtin;
  return cls.mro.find((one) => one.unknownBase)?.unknownBase ?? undefined;
}

function qualifiedName(cls: ClassValue): string {
  return cls.outer ? `${qualifiedName(cls.outer)}.${cls.name}` : cls.name;
}

/** A member of the class of a class, as read through the class: methods are bound to it. */
function metaclassMember(vm: Machine, cls: ClassValue, metaclass: ClassValue, name: string): Value | undefined {
  const member = metaclass.find(name);
  if (member === undefined || member.kind === "native") return undefined;
  return member.kind === "property" ? readProperty(vm, member.getter, cls) : bindMember(vm, member, cls, metaclass);
}

function moduleAttribute(vm: Machine, module: ModuleValue, name: string): Value | undefined {
  ensureRun(module);
  const member = module.members.get(name) ?? module.scope?.own(name);
  if (member !== undefined) return member;
  if (module.lazy) {
    const made = module.lazy(vm, name);
    if (made !== undefined) {
      module.members.set(name, made);
      return made;
    }
  }
  if (name === "__name__") return str(module.name);
  if (name === "__file__") return module.file ? str(module.file) : undefined;
  if (name === "__dict__") {
    const dict = new DictValue();
    module.scope?.settle();
    for (const [key, value] of [...(module.scope?.variables ?? []), ...module.members]) dict.put(key, value);
    return dict;
  }
  return submodule(vm, module, name) ?? module.unread ?? undefined;
}

/** Whose order of classes `super()` follows for a class: its own, or in a metaclass's method that of the metaclass. */
function classBehind(self: ClassValue, after: ClassValue): ClassValue {
  return self.metaclass && !self.mro.includes(after) ? self.metaclass : self;
}

function superAttribute(vm: Machine, object: SuperValue, name: string): Value | undefined {
  const self = object.self;
  const type =
    self.kind === "instance" ? self.type : self.kind === "class" ? classBehind(self, object.after) : object.after;
  const start = type.mro.indexOf(object.after) + 1;
  const isStatic = self.kind === "class" && self.language === "javascript";
  for (const cls of type.mro.slice(start)) {
    const member = isStatic ? cls.statics.get(name) : cls.members.get(name);
    if (member !== undefined) {
      if (member.kind === "property") return readProperty(vm, member.getter, self);
      return bindMember(vm, member, self, type);
    }
  }
  const unknownBase = type.mro.slice(Math.max(0, start - 1)).find((cls) => cls.unknownBase)?.unknownBase;
  if (unknownBase) return unknownBase;
  const root = vm.builtins("python").find("object");
  const member = root?.kind === "class" ? root.find(name) : undefined;
  return member ? bindMember(vm, member, self, type) : vm.dialect.attribute(vm, object, name);
}

/**
 * `self.__dict__ = names`: the fields become these. In a subclass of dict the usual idiom is `self.__dict__ = self`, after
 * which items and attributes are the same things.
 */
function replaceFields(vm: Machine, object: InstanceValue, value: Value): void {
  const dict = value.kind === "instance" ? value.payload : value;
  vm.touch(object);
  if (dict?.kind !== "dict") return;
  object.fields = new Map();
  for (const { key, value: item } of dict.entries.values())
    if (key.kind === "string") object.fields.set(key.value, item);
  vm.touch(dict);
  dict.owner = object;
}

/** Python's `del object.name`: property deleters, `__delattr__`, fields. */
export function deleteAttribute(vm: Machine, object: Value, name: string): void {
  if (object.kind === "class") {
    vm.touch(object);
    object.members.delete(name);
    return;
  }
  if (object.kind !== "instance") return;
  const member = object.type.find(name);
  if (member?.kind === "property") {
    if (!member.deleter)
      throw vm.error("AttributeError", `property '${name}' of '${object.type.name}' object has no deleter`);
    vm.call(new BoundMethod(object, member.deleter), []);
    return;
  }
  const custom = object.type.find("__delattr__");
  if (custom) {
    vm.call(bindMember(vm, custom, object, object.type), [str(name)]);
    return;
  }
  if (!object.fields.has(name) && !object.type.unknownBase && findAttribute(vm, object, name) === undefined) {
    throw vm.error("AttributeError", `'${object.type.name}' object has no attribute '${name}'`);
  }
  vm.touch(object);
  object.fields.delete(name);
}

/** Sets an attribute: property setters, `__setattr__`, fields. Attributes of unknown things are dropped. */
export function setAttribute(vm: Machine, object: Value, name: string, value: Value): void {
  switch (object.kind) {
    case "opaque":
      // An event handler of something that is not known.
      if (vm.language === "javascript") mayCall(vm, value, object);
      return;
    case "instance": {
      const member = object.type.find(name);
      if (member?.kind === "property") {
        if (member.setter) vm.call(new BoundMethod(object, member.setter), [value]);
        else if (vm.language === "python") throw vm.error("AttributeError", `property '${name}' has no setter`);
        return;
      }
      if (member?.kind === "instance" && member.type.find("__set__")) {
        vm.call(getAttribute(vm, member, "__set__"), [object, value]);
        return;
      }
      const own = object.fields.get(name);
      if (own?.kind === "property") {
        if (own.setter) vm.call(new BoundMethod(object, own.setter), [value]);
        return;
      }
      const custom = object.type.find("__setattr__");
      if (custom) {
        vm.call(bindMember(vm, custom, object, object.type), [str(name), value]);
        return;
      }
      if (name === "__dict__" && vm.language === "python") return replaceFields(vm, object, value);
      vm.touch(object);
      object.fields.set(name, value);
      if (object.payload?.kind === "dict" && object.payload.owner === object) {
        vm.touch(object.payload);
        object.payload.put(name, value);
      }
      return;
    }
    case "class": {
      vm.touch(object);
      if (object.language === "javascript") object.statics.set(name, value);
      else object.members.set(name, value);
      return;
    }
    case "module":
      if (object.scope) {
        vm.touch(object.scope);
        object.scope.variables.set(name, value);
      } else {
        vm.touch(object);
        object.members.set(name, value);
      }
      return;
    case "function":
      object.fields.set(name, value);
      return;
    case "super":
      setAttribute(vm, object.self, name, value);
      return;
    case "host":
      object.setAttribute(vm, name, value);
      return;
    default:
      if (vm.dialect.setAttribute(vm, object, name, value) || isOpaque(value)) return;
      if (vm.language === "python") {
        throw vm.error("AttributeError", `'${vm.typeName(object)}' object has no attribute '${name}'`);
      }
  }
}
