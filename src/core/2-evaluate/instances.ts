// Making instances: Python classes (`__new__`, `__init__`), JavaScript constructors and fields, constructor functions.
import { bindMember, getAttribute } from "./attributes";
import { callFunction, callWith, plural } from "./calls";
import { evaluate } from "./expressions";
import type { Machine } from "./machine";
import { Scope } from "./scope";
import { Unknown } from "./signals";
import {
  type Arguments,
  type ClassValue,
  type FunctionValue,
  InstanceValue,
  isOpaque,
  type SuperValue,
  UNDEFINED,
  type Value,
} from "./values";

export function instantiate(vm: Machine, cls: ClassValue, args: Arguments): Value {
  const call = cls.metaclass?.find("__call__");
  if (call?.kind === "function") return callFunction(vm, call, { ...args, positional: [cls, ...args.positional] });
  return construct(vm, cls, args);
}

/** Makes an instance as `type.__call__` does, whatever the metaclass of the class says. */
export function construct(vm: Machine, cls: ClassValue, args: Arguments): Value {
  if (cls.abstract.length > 0) {
    const names = cls.abstract.join(", ");
    const methods = `abstract method${plural(cls.abstract.length)} ${names}`;
    throw vm.error("TypeError", `Can't instantiate abstract class ${cls.name} with ${methods}`);
  }
  const maker = cls.mro.find((one) => one.construct !== null);
  if (maker?.construct) {
    try {
      return maker.construct(vm, cls, args);
    } catch (error) {
      if (error instanceof Unknown) return error.value;
      throw error;
    }
  }
  return makeInstance(vm, cls, args);
}

/** Makes a plain instance and runs its initialiser. Natives with a `construct` of their own may call it too. */
export function makeInstance(vm: Machine, cls: ClassValue, args: Arguments): Value {
  if (cls.language === "javascript") {
    const instance = new InstanceValue(cls);
    instance.madeAt = vm.stack();
    const result = initializeJavascript(vm, cls, instance, args);
    vm.observer?.constructed?.(cls, args, result, vm.frame);
    return result;
  }
  const maker = cls.find("__new__");
  if (maker && maker.kind !== "native") {
    const made = callWith(vm, maker.kind === "staticmethod" ? maker.callable : maker, {
      ...args,
      positional: [cls, ...args.positional],
    });
    if (made.kind !== "instance" || !made.type.isSubclassOf(cls)) return made;
    return initialize(vm, cls, made, args);
  }
  const instance = new InstanceValue(cls);
  return initialize(vm, cls, instance, args);
}

function initialize(vm: Machine, cls: ClassValue, instance: InstanceValue, args: Arguments): Value {
  instance.madeAt ??= vm.stack();
  const init = cls.find("__init__");
  if (init) {
    callWith(vm, bindMember(vm, init, instance, cls), args);
  } else if (args.positional.length > 0 && !cls.unknownBase && cls.bases.length === 0) {
    throw vm.error("TypeError", `${cls.name}() takes no arguments`);
  }
  vm.observer?.constructed?.(cls, args, instance, vm.frame);
  return instance;
}

/** Runs the JavaScript construction of `cls` on `instance`: base first, then fields, then the rest of the constructor. */
function initializeJavascript(vm: Machine, cls: ClassValue, instance: InstanceValue, args: Arguments): Value {
  const own = cls.members.get("constructor");
  const base = cls.bases[0];
  if (cls.definition === null) {
    // A native class, or a Python class of a recipe.
    const init = cls.find("constructor") ?? cls.find("__init__");
    if (init) callWith(vm, bindMember(vm, init, instance, cls), { ...args, isNew: false });
    return instance;
  }
  if (own?.kind === "function") {
    if (!base) initializeFields(vm, cls, instance);
    const result = callFunction(vm, own, { ...args, isNew: false }, instance);
    return result.kind === "instance" && result !== instance ? result : instance;
  }
  if (base) initializeJavascript(vm, base, instance, args);
  initializeFields(vm, cls, instance);
  return instance;
}

/** `super(…)` in a JavaScript constructor. */
export function constructBase(vm: Machine, callee: SuperValue, args: Arguments): Value {
  if (callee.self.kind !== "instance") return UNDEFINED;
  const base = callee.after.bases[0];
  if (base) initializeJavascript(vm, base, callee.self, args);
  if (callee.after.definition) initializeFields(vm, callee.after, callee.self);
  return callee.self;
}

function initializeFields(vm: Machine, cls: ClassValue, instance: InstanceValue): void {
  if (!cls.definition || !cls.scope) return;
  const scope = new Scope(cls.scope, "function");
  scope.variables.set("this", instance);
  for (const member of cls.definition.members) {
    if (member.kind !== "field" || member.isStatic) continue;
    const name = vm.text(evaluate(vm, member.key, scope));
    if (isOpaque(name)) continue;
    vm.touch(instance);
    instance.fields.set(name, member.value ? evaluate(vm, member.value, scope) : UNDEFINED);
  }
}

/** `new f(…)` of an ordinary JavaScript function: the old way to make objects. */
export function constructFromFunction(vm: Machine, fn: FunctionValue, args: Arguments): Value {
  const type = vm.builtins("javascript").find("Object");
  const create = type?.kind === "class" ? type.statics.get("create") : undefined;
  if (!create) return vm.unknown("constructor functions need the JavaScript built-ins");
  const instance = vm.call(create, [getAttribute(vm, fn, "prototype")]);
  if (instance.kind !== "instance") return instance;
  instance.madeAt = vm.stack();
  const result = callFunction(vm, fn, { ...args, isNew: false }, instance);
  return result.kind === "instance" ? result : instance;
}
