// The exception classes of Python with their real hierarchy, as classes user code can raise, catch and derive from.
import { ClassValue, type InstanceValue, isOpaque, NONE, NativeFunction, str, tuple, type Value } from "../values";
import { Raised } from "../signals";
import type { Vm } from "../vm";
import { constructInstance, newInstance } from "./construct";
import { fn } from "./support";
import { repr, text } from "./text";
import { objectType } from "./types";

/** Each line: a base and the classes directly under it. */
const hierarchy = `
object: BaseException
BaseException: Exception KeyboardInterrupt SystemExit GeneratorExit
Exception: ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError NameError OSError ReferenceError RuntimeError StopIteration StopAsyncIteration SyntaxError SystemError TypeError ValueError Warning ExceptionGroup
ArithmeticError: FloatingPointError OverflowError ZeroDivisionError
ImportError: ModuleNotFoundError
LookupError: IndexError KeyError
NameError: UnboundLocalError
OSError: BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError InterruptedError IsADirectoryError NotADirectoryError PermissionError ProcessLookupError TimeoutError
ConnectionError: BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError
RuntimeError: NotImplementedError RecursionError
SyntaxError: IndentationError
IndentationError: TabError
ValueError: UnicodeError
UnicodeError: UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError
Warning: BytesWarning DeprecationWarning FutureWarning ImportWarning PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning UserWarning EncodingWarning
`;

/** Exception classes by name. */
export const exceptions = new Map<string, ClassValue>();

for (const line of hierarchy.trim().split("\n")) {
  const [base = "", names = ""] = line.split(": ");
  const parent = base === "object" ? objectType : exceptions.get(base);
  for (const name of names.split(" ")) exceptions.set(name, new ClassValue(name, parent ? [parent] : []));
}

export function exceptionType(name: string): ClassValue {
  return exceptions.get(name) ?? (exceptions.get("Exception") as ClassValue);
}

const root = exceptionType("BaseException");
exceptions.set("EnvironmentError", exceptionType("OSError"));
exceptions.set("IOError", exceptionType("OSError"));

function argumentsOf(self: Value): readonly Value[] {
  const args = self.kind === "instance" ? self.fields.get("args") : undefined;
  return args?.kind === "tuple" ? args.items : [];
}

root.construct = (vm, cls, args) => {
  if (args.unknown) return args.unknown;
  // `args` is set before __init__ runs, whatever a subclass does there.
  const made = constructInstance(vm, cls, args, null);
  if (made.kind === "instance" && !made.fields.has("args")) {
    vm.touch(made);
    made.fields.set("args", tuple(args.positional));
  }
  return made;
};
root.members.set(
  "__init__",
  new NativeFunction("__init__", (vm, args) => {
    const [self, ...rest] = args.positional;
    if (self?.kind === "instance") {
      vm.touch(self);
      self.fields.set("args", tuple(rest));
    }
    return NONE;
  }),
);
root.members.set(
  "__str__",
  fn("__str__", "self", (vm, self) => {
    const args = argumentsOf(self);
    if (args.length === 0) return str("");
    const shown = args.length === 1 ? text(vm, args[0] as Value) : repr(vm, tuple(args));
    return isOpaque(shown) ? shown : str(shown);
  }),
);
root.members.set(
  "__repr__",
  fn("__repr__", "self", (vm, self) => {
    const args = argumentsOf(self);
    const name = self.kind === "instance" ? self.type.name : "Exception";
    const inner = repr(vm, args.length === 1 ? (args[0] as Value) : tuple(args));
    if (isOpaque(inner)) return inner;
    return str(args.length === 1 ? `${name}(${inner})` : `${name}${inner}`);
  }),
);
root.members.set(
  "with_traceback",
  fn("with_traceback", "self tb", (_vm, self) => self),
);
root.members.set(
  "add_note",
  fn("add_note", "self note", () => NONE),
);
for (const name of ["__traceback__", "__cause__", "__context__"]) root.members.set(name, NONE);
exceptionType("KeyError").members.set(
  "__str__",
  fn("__str__", "self", (vm, self) => {
    const args = argumentsOf(self);
    const shown = args.length === 1 ? repr(vm, args[0] as Value) : repr(vm, tuple(args));
    return isOpaque(shown) ? shown : str(args.length === 0 ? "" : shown);
  }),
);
exceptionType("OSError").members.set(
  "__str__",
  fn("__str__", "self", (vm, self) => {
    const args = argumentsOf(self);
    if (args.length === 2) {
      const [number, message] = [text(vm, args[0] as Value), text(vm, args[1] as Value)];
      if (isOpaque(number)) return number;
      return isOpaque(message) ? message : str(`[Errno ${number}] ${message}`);
    }
    const shown = args.length === 0 ? "" : text(vm, args[0] as Value);
    return isOpaque(shown) ? shown : str(shown);
  }),
);
const stopInit = root.members.get("__init__") as NativeFunction;
exceptionType("StopIteration").members.set(
  "__init__",
  new NativeFunction("__init__", (vm, args) => {
    const [self, value] = args.positional;
    if (self?.kind === "instance") self.fields.set("value", value ?? NONE);
    return stopInit.call(vm, args);
  }),
);
exceptionType("SystemExit").members.set(
  "__init__",
  new NativeFunction("__init__", (vm, args) => {
    const [self, code] = args.positional;
    if (self?.kind === "instance") self.fields.set("code", code ?? NONE);
    return stopInit.call(vm, args);
  }),
);

/** A Raised with an exception object made of these arguments, for exceptions whose `args` are more than a message. */
export function raisedWith(vm: Vm, name: string, args: readonly Value[], type = exceptionType(name)): Raised {
  const made: InstanceValue = newInstance(vm, type, null);
  const init = type.find("__init__");
  if (init) vm.call(init, [made, ...args]);
  const message = text(vm, made);
  const plain = vm.error(name, isOpaque(message) ? "" : message);
  return new Raised(plain.type, plain.message, plain.place, made, plain.stack, plain.fromFramework);
}

/** A Raised for an exception object, or for a class of exceptions called without arguments. */
export function raisedFrom(vm: Vm, exception: Value): Raised {
  const made = exception.kind === "class" ? vm.call(exception) : exception;
  if (made.kind !== "instance") return vm.error("TypeError", "exceptions must derive from BaseException");
  const message = text(vm, made);
  const plain = vm.error(made.type.name, isOpaque(message) ? "" : message);
  return new Raised(plain.type, plain.message, plain.place, made, plain.stack, plain.fromFramework);
}
