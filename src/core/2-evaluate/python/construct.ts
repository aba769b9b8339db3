// Making instances of built-in classes and of user classes derived from them: the built-in value inside such an instance
// is its payload.
import { type Arguments, type ClassValue, InstanceValue, NativeFunction, NONE, type Value } from "../values";
import type { Vm } from "../vm";
import { payload } from "./types";

type Make = (vm: Vm, args: Arguments) => Value;

/** Calls `__new__` and `__init__` of a class as `type.__call__` does; `make` gives the payload where no user `__new__` does. */
export function constructInstance(vm: Vm, cls: ClassValue, args: Arguments, make: Make | null): Value {
  const maker = cls.find("__new__");
  const own = maker?.kind === "staticmethod" ? maker.callable : maker;
  let made: Value;
  if (own && own.kind !== "native") {
    made = vm.callWith(own, { ...args, positional: [cls, ...args.positional] });
    if (made.kind !== "instance" || !made.type.isSubclassOf(cls)) return made;
  } else {
    made = newInstance(vm, cls, make ? make(vm, args) : null);
  }
  const initializer = cls.find("__init__");
  if (initializer) vm.callWith(initializer, { ...args, positional: [made, ...args.positional] });
  return made;
}

export function newInstance(vm: Vm, cls: ClassValue, inner: Value | null): InstanceValue {
  const instance = new InstanceValue(cls);
  instance.madeAt = vm.stack();
  instance.payload = inner;
  return instance;
}

/** Arguments after the class: `super().__new__(cls, …)` gives the class twice, once bound and once by hand. */
function afterClass(args: Arguments): { cls: Value | undefined; rest: Arguments } {
  const [first, second] = args.positional;
  const skip = first === second && first?.kind === "class" ? 2 : 1;
  return { cls: first, rest: { ...args, positional: args.positional.slice(skip) } };
}

const nothing: Arguments = { positional: [], keywords: new Map(), unknown: null };

/**
 * Makes a built-in class callable. Immutable ones get their value from `make`; of mutable ones (`fill` given) an empty one
 * is made first and filled by `__init__`, which a subclass may call later or not at all.
 */
export function makeCallable(
  type: ClassValue,
  make: Make,
  fill: ((vm: Vm, self: Value, args: Arguments) => void) | null = null,
): void {
  type.construct = (vm, cls, args) => {
    if (cls === type) {
      if (!fill) return make(vm, args);
      const made = make(vm, nothing);
      fill(vm, made, args);
      return made;
    }
    return constructInstance(vm, cls, args, fill ? () => make(vm, nothing) : make);
  };
  type.members.set(
    "__new__",
    new NativeFunction("__new__", (vm, args) => {
      const { cls, rest } = afterClass(args);
      if (cls?.kind !== "class") throw vm.error("TypeError", `${type.name}.__new__(X): X is not a type object`);
      const inner = make(vm, fill ? nothing : rest);
      return cls === type ? inner : newInstance(vm, cls, inner);
    }),
  );
  type.members.set(
    "__init__",
    new NativeFunction("__init__", (vm, args) => {
      const [self, ...positional] = args.positional;
      if (fill && self) fill(vm, payload(self), { ...args, positional });
      return NONE;
    }),
  );
}
