// Error and its subclasses, as classes that user code may throw, catch, test and extend.
import { ClassValue, int, list, str, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { isOpaque } from "../values";
import { toText } from "./convert";
import { errorClass, hiddenFields, NativeMethod } from "./kinds";
import { addMethods, addStatics, noop } from "./support";

const SUBCLASSES = [
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
  "EvalError",
  "URIError",
  "AggregateError",
];

/** Sets what `new Error(message, { cause })` sets; the fields are not listed by `Object.keys`. */
function initialise(vm: Vm, self: Value, [message, options]: readonly Value[]): Value {
  if (self.kind !== "instance") return self;
  vm.touch(self);
  const hidden = new Set(["message", "stack", "cause"]);
  if (message !== undefined && message.kind !== "undefined") {
    self.fields.set("message", isOpaque(message) ? message : str(toText(vm, message)));
  }
  self.fields.set("stack", vm.unknown("the stack of an exception is not followed"));
  const cause = options === undefined ? undefined : vm.findAttribute(options, "cause");
  if (cause) self.fields.set("cause", cause);
  hiddenFields.set(self, hidden);
  return self;
}

function define(cls: ClassValue): void {
  cls.members.set("name", str(cls.name));
  cls.members.set("message", str(""));
}

define(errorClass);
errorClass.members.set(
  "constructor",
  new NativeMethod("Error", (vm, args) => initialise(vm, args.positional[0] ?? UNDEFINED, args.positional.slice(1))),
);
addMethods(errorClass, {
  toString: (vm: Vm, self: Value) => {
    const [name, message] = ["name", "message"].map((key) => toText(vm, vm.getAttribute(self, key)));
    return str(message ? (name ? `${name}: ${message}` : message) : (name ?? ""));
  },
});
addStatics(errorClass, { captureStackTrace: noop("captureStackTrace"), stackTraceLimit: int(10) });

/** The error classes by name. */
export const errorGlobals: Record<string, Value> = { Error: errorClass };
for (const name of SUBCLASSES) {
  const cls = new ClassValue(name, [errorClass], "javascript");
  define(cls);
  errorGlobals[name] = cls;
}
const aggregate = errorGlobals["AggregateError"] as ClassValue;
aggregate.members.set(
  "constructor",
  new NativeMethod("AggregateError", (vm, args) => {
    const [self, errors, ...rest] = args.positional;
    const made = initialise(vm, self ?? UNDEFINED, rest);
    if (made.kind === "instance") made.fields.set("errors", errors ? list(vm.items(errors)) : list([]));
    return made;
  }),
);
