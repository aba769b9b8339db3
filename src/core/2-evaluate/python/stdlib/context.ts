// contextlib and abc.
import { GeneratorValue } from "../../generators";
import { nativeModule } from "../../native";
import { Raised } from "../../signals";
import {
  bool,
  ClassMethod,
  ClassValue,
  type IteratorValue,
  isOpaque,
  list,
  NativeFunction,
  NONE,
  PropertyValue,
  StaticMethod,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { newInstance } from "../construct";
import { raisedFrom } from "../exceptions";
import { fn, noop, rawFn } from "../support";
import { objectType, typeType } from "../types";
import type { StandardModules } from "./modules";

const managerType = new ClassValue("_GeneratorContextManager", [objectType]);

function generatorOf(self: Value): IteratorValue | undefined {
  const held = self.kind === "instance" ? self.fields.get("gen") : undefined;
  return held?.kind === "iterator" ? held : undefined;
}

managerType.members.set(
  "__enter__",
  fn("__enter__", "self", (vm, self) => {
    const generator = generatorOf(self);
    if (!generator) return vm.unknown("what this context manager gives is not known");
    const value = generator.next();
    if (value === undefined) throw vm.error("RuntimeError", "generator didn't yield");
    return value;
  }),
);
/** The second half of the generator runs; an exception of the body is raised at its `yield`, and swallowed if it ends calmly. */
function leave(vm: Vm, self: Value, type: Value, exception: Value): Value {
  const generator = generatorOf(self);
  if (!generator || type.kind === "none" || type.kind === "undefined") {
    generator?.next();
    return bool(false);
  }
  const raised = raisedFrom(vm, isOpaque(exception) ? type : exception);
  if (!(generator instanceof GeneratorValue)) throw raised;
  try {
    generator.raise(raised);
    return bool(true);
  } catch (signal) {
    if (signal instanceof Raised && signal.value === raised.value) return bool(false);
    throw signal;
  }
}

managerType.members.set("__exit__", fn("__exit__", "self type? value? traceback?", leave));
/** A generator-based manager is a decorator too. */
managerType.members.set(
  "__call__",
  fn("__call__", "self func", (_vm, self, func) =>
    rawFn("inner", (vm, args) => {
      vm.call(vm.getAttribute(self, "__enter__"));
      const result = vm.callWith(func, args);
      vm.call(vm.getAttribute(self, "__exit__"), [NONE, NONE, NONE]);
      return result;
    }),
  ),
);

const contextmanager = fn("contextmanager", "func", (_vm, func) => {
  if (isOpaque(func)) return func;
  return new NativeFunction("contextmanager", (vm, args) => {
    const generator = vm.callWith(func, args);
    if (isOpaque(generator)) return generator;
    const made = newInstance(vm, managerType, null);
    made.fields.set("gen", generator);
    return made;
  });
});

/** A class whose instances keep what they were given and enter to it. */
function simple(name: string, exit: (vm: Vm, self: Value, type: Value, value: Value) => Value): ClassValue {
  const cls = new ClassValue(name, [objectType]);
  cls.members.set(
    "__init__",
    rawFn("__init__", (_vm, args) => {
      const [self, ...rest] = args.positional;
      if (self?.kind === "instance") self.fields.set("given", list([...rest, ...args.keywords.values()]));
      return NONE;
    }),
  );
  cls.members.set(
    "__enter__",
    fn("__enter__", "self", (_vm, self) => givenTo(self)[0] ?? NONE),
  );
  cls.members.set("__exit__", fn("__exit__", "self type? value? traceback?", exit));
  return cls;
}

function givenTo(self: Value): readonly Value[] {
  const given = self.kind === "instance" ? self.fields.get("given") : undefined;
  return given?.kind === "list" ? given.items : [];
}

const suppressType = simple("suppress", (_vm, self, type) =>
  bool(type.kind === "class" && givenTo(self).some((cls) => cls.kind === "class" && type.isSubclassOf(cls))),
);
const nullType = simple("nullcontext", () => bool(false));
const closingType = simple("closing", (vm, self) => {
  const close = vm.findAttribute(givenTo(self)[0] ?? NONE, "close");
  if (close) vm.call(close);
  return bool(false);
});

const stackType = new ClassValue("ExitStack", [objectType]);
function callbacks(vm: Vm, self: Value): Value[] {
  if (self.kind !== "instance") return [];
  let held = self.fields.get("callbacks");
  if (held?.kind !== "list") {
    held = list([]);
    vm.touch(self);
    self.fields.set("callbacks", held);
  }
  vm.touch(held as Value & { kind: "list" });
  return (held as Value & { kind: "list" }).items;
}
stackType.members.set(
  "__enter__",
  fn("__enter__", "self", (_vm, self) => self),
);
stackType.members.set(
  "__exit__",
  fn("__exit__", "self type? value? traceback?", (vm, self) => {
    const waiting = callbacks(vm, self);
    while (waiting.length > 0) vm.call(waiting.pop() as Value);
    return bool(false);
  }),
);
stackType.members.set(
  "close",
  fn("close", "self", (vm, self) => vm.call(vm.getAttribute(self, "__exit__"))),
);
stackType.members.set(
  "enter_context",
  fn("enter_context", "self cm", (vm, self, manager) => {
    if (isOpaque(manager)) return manager;
    const entered = vm.call(vm.getAttribute(manager, "__enter__"));
    callbacks(vm, self).push(
      fn("exit", "", (inner) => inner.call(inner.getAttribute(manager, "__exit__"), [NONE, NONE, NONE])),
    );
    return entered;
  }),
);
stackType.members.set(
  "callback",
  rawFn("callback", (vm, args) => {
    const [self, func, ...rest] = args.positional;
    if (self && func) callbacks(vm, self).push(fn("callback", "", (inner) => inner.call(func, rest, args.keywords)));
    return func ?? NONE;
  }),
);

/** ContextDecorator: an instance used as a decorator runs the function inside itself. */
const decoratorType = new ClassValue("ContextDecorator", [objectType]);
decoratorType.members.set("__call__", managerType.members.get("__call__") as Value);

const abstractManager = new ClassValue("AbstractContextManager", [objectType]);
abstractManager.members.set(
  "__enter__",
  fn("__enter__", "self", (_vm, self) => self),
);
abstractManager.members.set("__exit__", noop("__exit__"));

// --- abc --------------------------------------------------------------------------------------------------------------

/** Marks a function as abstract; classes collect the marks when they are made. */
const abstractMethod = fn("abstractmethod", "funcobj", (_vm, func) => {
  const inner = func.kind === "staticmethod" || func.kind === "classmethod" ? func.callable : func;
  if (inner.kind === "function") inner.fields.set("__isabstractmethod__", bool(true));
  return func;
});

function isAbstract(member: Value | undefined): boolean {
  if (!member) return false;
  if (member.kind === "function") return member.fields.has("__isabstractmethod__");
  if (member.kind === "staticmethod" || member.kind === "classmethod") return isAbstract(member.callable);
  return member.kind === "property" && isAbstract(member.getter ?? undefined);
}

/** Names a class leaves abstract, by what its members are now. */
export function abstractMembers(cls: ClassValue): string[] {
  const names = new Set(
    cls.mro.flatMap((one) => [...one.members].filter(([, member]) => isAbstract(member)).map(([name]) => name)),
  );
  return [...names].filter((name) => isAbstract(cls.find(name))).sort();
}

const abcMetaType = new ClassValue("ABCMeta", [typeType]);
abcMetaType.onSubclass = (_vm, cls) => {
  cls.abstract = abstractMembers(cls);
  return undefined;
};
const abcType = new ClassValue("ABC", [objectType]);
abcType.metaclass = abcMetaType;
abcType.members.set("register", new ClassMethod(fn("register", "cls subclass", (_vm, _cls, subclass) => subclass)));

export const contextModules: StandardModules = {
  contextlib: () =>
    nativeModule("contextlib", {
      contextmanager,
      asynccontextmanager: contextmanager,
      suppress: suppressType,
      nullcontext: nullType,
      closing: closingType,
      redirect_stdout: simple("redirect_stdout", () => bool(false)),
      redirect_stderr: simple("redirect_stderr", () => bool(false)),
      ExitStack: stackType,
      ContextDecorator: decoratorType,
      AbstractContextManager: abstractManager,
    }),
  abc: () =>
    nativeModule("abc", {
      ABC: abcType,
      ABCMeta: abcMetaType,
      abstractmethod: abstractMethod,
      abstractproperty: fn("abstractproperty", "func", (_vm, func) => new PropertyValue(func, null)),
      abstractclassmethod: fn("abstractclassmethod", "func", (_vm, func) => new ClassMethod(func)),
      abstractstaticmethod: fn("abstractstaticmethod", "func", (_vm, func) => new StaticMethod(func)),
    }),
};
