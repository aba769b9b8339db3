// Making functions and classes: defaults, decorators, base classes, method resolution order, JavaScript members.
import type { ClassDefinition, Expr, FunctionDefinition, Span } from "../1-syntax/tree";
import { callWith } from "./calls";
import { evaluate } from "./expressions";
import type { Machine } from "./machine";
import { Scope } from "./scope";
import { executeBody } from "./statements";
import {
  BoundMethod,
  ClassValue,
  DictValue,
  FunctionValue,
  isNone,
  isOpaque,
  PropertyValue,
  SuperValue,
  str,
  tuple,
  UNDEFINED,
  type Value,
} from "./values";

/** The class whose body is being executed in this scope. */
const classOfScope = new WeakMap<Scope, ClassValue>();

/** A function value; Python evaluates defaults now, and decorators are applied by `defineFunction`. */
export function makeFunction(vm: Machine, definition: FunctionDefinition, scope: Scope): FunctionValue {
  const defaults = new Map<number, Value>();
  if (vm.language === "python") {
    definition.parameters.forEach((parameter, index) => {
      if (parameter.fallback) defaults.set(index, evaluate(vm, parameter.fallback, scope));
    });
  }
  const home = classOfScope.get(scope) ?? (scope.type === "class" ? null : (vm.activation.callee?.home ?? null));
  const fn = new FunctionValue(
    definition,
    scope,
    vm.activation.module,
    defaults,
    vm.language === "python" ? home : null,
  );
  return fn;
}

/** A function statement's value: the function, decorated. */
export function defineFunction(vm: Machine, definition: FunctionDefinition, scope: Scope): Value {
  const decorators = evaluateDecorators(vm, definition.decorators, scope);
  let value: Value = makeFunction(vm, definition, scope);
  const isMethod = scope.type === "class";
  if (isMethod && (definition.name === "__init_subclass__" || definition.name === "__class_getitem__")) {
    const classmethod = vm.builtins("python").find("classmethod");
    if (classmethod) value = vm.call(classmethod, [value]);
  }
  return decorate(vm, decorators, value);
}

/** Evaluated in order before the definition, applied from the last to the first. */
interface Decorator {
  wrap: Value;
  span: Span;
}

function evaluateDecorators(vm: Machine, decorators: readonly Expr[], scope: Scope): Decorator[] {
  return decorators.map((decorator) => ({ wrap: evaluate(vm, decorator, scope), span: decorator.span }));
}

/** A decorator that is not known, or gives nothing known, is taken to give its argument itself, as nearly all do. */
function decorate(vm: Machine, decorators: readonly Decorator[], value: Value): Value {
  let result = value;
  for (const { wrap, span } of decorators.slice().reverse()) {
    vm.at(span);
    if (isOpaque(wrap)) continue;
    const wrapped = callWith(vm, wrap, { positional: [result], keywords: new Map(), unknown: null });
    if (!isOpaque(wrapped) && !isNone(wrapped)) result = wrapped;
  }
  return result;
}

/** `super()` here: the first argument of the running method, looked up after the class that holds the method. */
export function superOf(vm: Machine, scope: Scope): Value | undefined {
  const callee = vm.activation.callee;
  if (vm.language === "javascript") {
    const self = scope.find("this");
    const home = callee?.home ?? homeOfArrow(scope);
    return self && home ? new SuperValue(self, home) : undefined;
  }
  const home = callee?.home;
  if (!home) return undefined;
  const first = callee.definition.parameters[0]?.name;
  const self = first === undefined ? undefined : scope.find(first);
  return self ? new SuperValue(self, home) : undefined;
}

function homeOfArrow(scope: Scope): ClassValue | null {
  const self = scope.find("this");
  return self?.kind === "instance" ? self.type : null;
}

export function defineClass(vm: Machine, definition: ClassDefinition, scope: Scope): Value {
  const decorators = evaluateDecorators(vm, definition.decorators, scope);
  const bases: ClassValue[] = [];
  let unknownBase = null;
  const keywords = new Map<string, Value>();
  for (const base of definition.bases) {
    const value = evaluate(vm, base.value, scope);
    if (base.name !== undefined) {
      keywords.set(base.name, value);
    } else if (value.kind === "class") {
      bases.push(value);
    } else if (isOpaque(value)) {
      unknownBase = value;
    } else if (value.kind === "function" && vm.language === "javascript") {
      unknownBase = vm.unknown(`the base of class ${definition.name} is a constructor function`);
    } else if (value.kind !== "host" && !isNone(value)) {
      unknownBase = vm.unknown(`a base of class ${definition.name} is not a class`);
    }
  }
  const written = bases.slice();
  const object = vm.builtins("python").find("object");
  if (bases.length === 0 && vm.language === "python" && object?.kind === "class") bases.push(object);
  const cls = new ClassValue(definition.name, bases, vm.language);
  const order = linearize(cls, bases);
  if (order) cls.mro = order;
  else throw vm.error("TypeError", `cannot create a consistent method resolution order for class ${definition.name}`);
  cls.unknownBase = unknownBase;
  cls.module = vm.activation.module;
  cls.outer = classOfScope.get(scope) ?? null;
  if (vm.language === "javascript") defineMembers(vm, cls, definition, scope);
  else definePythonBody(vm, cls, definition, scope);

  let result: Value = cls;
  const metaclass = keywords.get("metaclass");
  cls.metaclass = metaclass?.kind === "class" ? metaclass : (bases.find((base) => base.metaclass)?.metaclass ?? null);
  // What is left of the keywords are arguments of the hooks.
  const others = new Map([...keywords].filter(([name]) => name !== "metaclass"));
  if (cls.metaclass) result = applyMetaclass(vm, cls, cls.metaclass, written, others);
  for (const base of cls.mro.slice(1)) {
    if (base.onSubclass) result = base.onSubclass(vm, cls, keywords) ?? result;
  }
  for (const base of cls.mro.slice(1)) {
    const hook = base.members.get("__init_subclass__");
    if (!hook || (hook.kind === "classmethod" && hook.callable.kind === "native")) continue;
    const callable = hook.kind === "classmethod" ? hook.callable : hook;
    vm.callWith(new BoundMethod(cls, callable), { positional: [], keywords: others, unknown: null });
    break;
  }
  return decorate(vm, decorators, result);
}

/** Runs what a metaclass does when a class of it is made: `__new__` and `__init__` of user code, or a library's hook. */
function applyMetaclass(
  vm: Machine,
  cls: ClassValue,
  metaclass: ClassValue,
  bases: readonly ClassValue[],
  keywords: ReadonlyMap<string, Value>,
): Value {
  for (const one of metaclass.mro) one.onSubclass?.(vm, cls, new Map());
  let result: Value = cls;
  for (const name of ["__new__", "__init__"]) {
    const found = metaclass.find(name);
    const own = found?.kind === "staticmethod" ? found.callable : found;
    if (own?.kind !== "function") continue;
    const namespace = new DictValue();
    for (const [key, value] of cls.members) namespace.put(key, value);
    // `type.__new__`, which user code calls in the end, takes the class that is being made from here.
    const outer = vm.state.get(CLASS_IN_THE_MAKING);
    vm.state.set(CLASS_IN_THE_MAKING, cls);
    const first = name === "__new__" ? metaclass : cls;
    const made = vm.call(own, [first, str(cls.name), tuple(bases), namespace], keywords);
    vm.state.set(CLASS_IN_THE_MAKING, outer);
    if (name === "__new__" && !isNone(made)) result = made;
  }
  return result;
}

/** Key of `vm.state` under which the class stands whose metaclass is running. */
export const CLASS_IN_THE_MAKING = "class in the making";

function definePythonBody(vm: Machine, cls: ClassValue, definition: ClassDefinition, scope: Scope): void {
  const body = new Scope(scope, "class");
  classOfScope.set(body, cls);
  for (const statement of definition.body) {
    if (statement.kind === "annotation" && statement.target.kind === "name") {
      cls.annotations.set(statement.target.id, statement.annotation);
    }
    if (statement.kind === "assignment" && statement.annotation && statement.targets[0]?.kind === "name") {
      cls.annotations.set(statement.targets[0].id, statement.annotation);
    }
  }
  executeBody(vm, definition.body, body);
  for (const [name, value] of body.variables) {
    cls.members.set(name, value);
    if (value.kind === "instance" && value.type.find("__set_name__")) {
      vm.call(vm.getAttribute(value, "__set_name__"), [cls, str(name)]);
    }
  }
}

function defineMembers(vm: Machine, cls: ClassValue, definition: ClassDefinition, scope: Scope): void {
  const body = new Scope(scope, "block");
  body.variables.set(definition.name, cls);
  cls.definition = definition;
  cls.scope = body;
  for (const member of definition.members) {
    const key = vm.text(evaluate(vm, member.key, body));
    if (isOpaque(key)) continue;
    const holder = member.isStatic ? cls.statics : cls.members;
    if (member.method && member.kind !== "static-block") {
      const fn = makeFunction(vm, member.method, body);
      fn.home = cls;
      if (member.kind === "method") {
        holder.set(key, fn);
      } else {
        const old = holder.get(key);
        const getter = member.kind === "get" ? fn : old?.kind === "property" ? old.getter : null;
        const setter = member.kind === "set" ? fn : old?.kind === "property" ? old.setter : null;
        holder.set(key, new PropertyValue(getter, setter));
      }
    }
  }
  // Static fields and blocks run after the methods exist, with `this` the class.
  const statics = new Scope(body, "function");
  statics.variables.set("this", cls);
  for (const member of definition.members) {
    if (member.kind === "field" && member.isStatic) {
      const key = vm.text(evaluate(vm, member.key, statics));
      if (!isOpaque(key)) cls.statics.set(key, member.value ? evaluate(vm, member.value, statics) : UNDEFINED);
    } else if (member.kind === "static-block" && member.method) {
      executeBody(vm, member.method.body, new Scope(statics, "function"));
    }
  }
}

/** C3 linearisation; undefined when the bases contradict each other. */
export function linearize(cls: ClassValue, bases: readonly ClassValue[]): ClassValue[] | undefined {
  const sequences = [...bases.map((base) => base.mro.slice()), bases.slice()].filter((sequence) => sequence.length > 0);
  const order: ClassValue[] = [cls];
  while (sequences.some((sequence) => sequence.length > 0)) {
    const next = sequences
      .filter((sequence) => sequence.length > 0)
      .map((sequence) => sequence[0] as ClassValue)
      .find((candidate) => !sequences.some((sequence) => sequence.indexOf(candidate) > 0));
    if (!next) return undefined;
    order.push(next);
    for (const sequence of sequences) if (sequence[0] === next) sequence.shift();
  }
  return order;
}
