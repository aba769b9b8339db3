// How built-in classes make their values: the same for `new Map()`, for `Number("3")` without `new`, and for `super()` in a
// user class that extends one (its instances hold the built-in value as payload).
import { makeInstance } from "../instances";
import type { Machine } from "../machine";
import type { ClassValue, Value } from "../values";
import type { Vm } from "../vm";
import { NativeMethod } from "./kinds";

export type Maker = (vm: Vm, args: readonly Value[], isNew: boolean) => Value;

/** Lets a built-in class be called and extended. */
export function constructible(cls: ClassValue, make: Maker): void {
  cls.construct = (vm, wanted, args) => {
    // A class of user code that extends this one comes back through the constructor below.
    if (wanted !== cls) return makeInstance(vm as Machine, wanted, args);
    return args.unknown ?? make(vm, args.positional, args.isNew ?? false);
  };
  cls.members.set(
    "constructor",
    new NativeMethod(cls.name, (vm, args) => {
      const [self, ...rest] = args.positional;
      const made = args.unknown ?? make(vm, rest, true);
      if (self?.kind === "instance" && made.kind !== "instance") {
        vm.touch(self);
        self.payload = made;
      }
      return self ?? made;
    }),
  );
}
