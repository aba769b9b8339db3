// Promises are passed through: an async call gives its value, `await x` is x, and `then` calls back at once. What settles
// later (timers, loading, events) is not known. A rejection is an exception.
import { isUncertain } from "../callbacks";
import type { Machine } from "../machine";
import { Raised, Unknown } from "../signals";
import { isOpaque, list, type NativeFunction, str, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { constructible } from "./construct";
import { toText } from "./convert";
import { makeObject, promiseClass } from "./kinds";
import { addMethods, addStatics, callback, fn, isCallable, known, orUnknown, type MethodBody } from "./support";

/** The exception that a thrown value makes. */
export function thrown(vm: Vm, value: Value): Raised {
  if (value.kind === "instance") {
    const message = value.fields.get("message");
    return new Raised(value.type.name, message?.kind === "string" ? message.value : "", null, value, vm.stack());
  }
  const text = orUnknown(() => toText(vm, value));
  return new Raised("Error", isOpaque(text) ? text.reason : text, null, value, vm.stack());
}

/** Methods that any value has, because any value may have come as a promise. */
export const promiseMethods: Record<string, MethodBody> = {
  // An unknown value is handed to the callback too: what it makes of it may be known.
  then: (vm, self, [fn]) => (fn && isCallable(fn) ? callback(vm, fn)(self) : self),
  // Whether a promise fails is not followed: a failure that is known was raised where it happened.
  catch: (_vm, self) => self,
  finally: (vm, self, [fn]) => {
    if (fn && isCallable(fn)) callback(vm, fn)();
    return self;
  },
};
addMethods(promiseClass, promiseMethods);

constructible(promiseClass, (vm, [executor]) => {
  let settled: { value: Value } | { error: Raised } | undefined;
  const settle = (name: string, make: (value: Value) => typeof settled): NativeFunction =>
    fn(name, (_vm, [value]) => {
      settled ??= make(value ?? UNDEFINED);
      return UNDEFINED;
    });
  callback(vm, executor)(
    settle("resolve", (value) => ({ value })),
    // A failure that may come is not one that came.
    settle("reject", (value) => (isUncertain(vm as Machine) ? undefined : { error: thrown(vm, value) })),
  );
  if (!settled) return vm.unknown("a promise is settled later");
  if ("error" in settled) throw settled.error;
  return settled.value;
});

const first = (vm: Vm, [values]: readonly Value[]): Value => vm.items(known(values))[0] ?? UNDEFINED;

addStatics(promiseClass, {
  resolve: (_vm, [value]) => value ?? UNDEFINED,
  reject: (vm, [value]) => {
    throw thrown(vm, value ?? UNDEFINED);
  },
  all: (vm, [values]) => list(vm.items(known(values)).slice()),
  allSettled: (vm, [values]) =>
    list(
      vm.items(known(values)).map((value) =>
        makeObject([
          ["status", str("fulfilled")],
          ["value", value],
        ]),
      ),
    ), // prettier-ignore
  any: first,
  // Which one is first depends on time, unless there is only one.
  race: (vm, args) => {
    const values = vm.items(known(args[0]));
    if (values.length > 1) throw new Unknown(vm.unknown("which promise is settled first is not known"));
    return values[0] ?? UNDEFINED;
  },
});
