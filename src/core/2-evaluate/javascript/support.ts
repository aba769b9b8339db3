// Writing JavaScript natives briefly. JavaScript tolerates missing and surplus arguments, so bodies get a plain array and look
// at what they need; an unknown argument that a body needs ends the call as unknown.
import { Unknown } from "../signals";
import {
  BoundMethod,
  bool,
  type ClassValue,
  int,
  isOpaque,
  IteratorValue,
  list,
  NativeFunction,
  NONE,
  type OpaqueValue,
  PropertyValue,
  str,
  UNDEFINED,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { HOLE, NativeMethod } from "./kinds";

export type FunctionBody = (vm: Vm, args: readonly Value[]) => Value;
export type MethodBody = (vm: Vm, self: Value, args: readonly Value[]) => Value;

/** A function that takes no `this`. */
export function fn(name: string, body: FunctionBody): NativeFunction {
  return new NativeFunction(name, (vm, args) => args.unknown ?? body(vm, args.positional));
}

/** A method: `this` is the first positional argument. */
export function method(name: string, body: MethodBody): NativeMethod {
  return new NativeMethod(name, (vm, args) => {
    const given = args.positional[0] ?? UNDEFINED;
    const self = unwrap(given);
    const result = taintOf(self) ?? args.unknown ?? body(vm, self, args.positional.slice(1));
    return result === self ? given : result;
  });
}

/** A method that changes its list, map or set. When what it does is not known, neither are the contents afterwards. */
export function mutator(name: string, body: MethodBody): NativeMethod {
  return new NativeMethod(name, (vm, args) => {
    const given = args.positional[0] ?? UNDEFINED;
    const self = unwrap(given);
    const taint = taintOf(self);
    if (taint) return taint;
    try {
      if (args.unknown) throw new Unknown(args.unknown);
      const result = body(vm, self, args.positional.slice(1));
      return result === self ? given : result;
    } catch (signal) {
      if (!(signal instanceof Unknown)) throw signal;
      spoil(vm, self, signal.value);
      return signal.value;
    }
  });
}

/** Marks the contents of a container as not known. */
export function spoil(vm: Vm, container: Value, why: OpaqueValue): void {
  if (container.kind === "list" || container.kind === "dict" || container.kind === "set") {
    vm.touch(container);
    container.taint = why;
  } else if (container.kind === "instance") {
    vm.touch(container);
    container.taint = why;
    for (const key of container.fields.keys()) container.fields.set(key, why);
  }
}

/** Why the contents of a container are not known; null when they are. */
export function taintOf(value: Value): OpaqueValue | null {
  switch (value.kind) {
    case "list":
    case "dict":
    case "set":
      return value.taint;
    default:
      return null;
  }
}

/** The built-in value inside an instance of a subclass of a built-in class; any other value as it is. */
export function unwrap(value: Value): Value {
  return value.kind === "instance" && value.payload !== null ? value.payload : value;
}

/** Bodies named like a method of every object (`toString`) need their parameter types written out: TypeScript takes them for that. */
export function addMethods(cls: ClassValue, table: Record<string, MethodBody>, make = method): void {
  for (const [name, body] of Object.entries(table)) cls.members.set(name, make(name, body));
}

export function addStatics(cls: ClassValue, table: Record<string, FunctionBody | Value>): void {
  for (const [name, member] of Object.entries(table)) {
    cls.statics.set(name, typeof member === "function" ? fn(name, member) : member);
  }
}

export function addGetters(cls: ClassValue, table: Record<string, (vm: Vm, self: Value) => Value>): void {
  for (const [name, read] of Object.entries(table)) {
    cls.members.set(name, new PropertyValue(method(name, read), null));
  }
}

/** Does nothing and gives undefined. */
export function noop(name: string): NativeFunction {
  return new NativeFunction(name, () => UNDEFINED);
}

/** Gives unknown with a fixed reason. */
export function unknownFn(name: string, reason: string): NativeFunction {
  return new NativeFunction(name, (vm) => vm.unknown(reason));
}

/** The value, or an end of the call as unknown when it is opaque. */
export function known(value: Value | undefined): Exclude<Value, OpaqueValue> {
  if (value === undefined) return UNDEFINED;
  if (isOpaque(value)) throw new Unknown(value);
  return value;
}

/** Result of `body`; an Unknown that ended it is handed on as its value. */
export function orUnknown<T>(body: () => T): T | OpaqueValue {
  try {
    return body();
  } catch (signal) {
    if (signal instanceof Unknown) return signal.value;
    throw signal;
  }
}

export function isCallable(value: Value): boolean {
  switch (value.kind) {
    case "function":
    case "native":
    case "method":
    case "class":
    case "staticmethod":
    case "classmethod":
    case "host":
      return true;
    default:
      return false;
  }
}

/** A callback argument as a TypeScript function; TypeError when it cannot be called. */
export function callback(vm: Vm, value: Value | undefined, thisArg?: Value): (...args: Value[]) => Value {
  const callee = known(value);
  if (!isCallable(callee)) throw vm.error("TypeError", `${vm.typeName(callee)} is not a function`);
  const bound = thisArg !== undefined && thisArg.kind !== "undefined" ? withThis(callee, thisArg) : callee;
  return (...args) => {
    vm.step();
    return vm.call(bound, args);
  };
}

/** A callable with another `this`. Arrow functions and functions that take no `this` stay as they are. */
export function withThis(callee: Value, self: Value): Value {
  const inner = callee.kind === "method" ? callee.callable : callee;
  if (inner.kind === "native") return inner instanceof NativeMethod ? new BoundMethod(self, inner) : inner;
  if (inner.kind === "function") return inner.definition.isArrow ? inner : new BoundMethod(self, inner);
  return inner;
}

/** Truth of a value; the call ends as unknown when it is not known. */
export function truthOf(vm: Vm, value: Value): boolean {
  const truth = vm.truth(value);
  if (isOpaque(truth)) throw new Unknown(truth);
  return truth;
}

/** An item as reading it gives it. */
export function read(item: Value | undefined): Value {
  return item === undefined || item === HOLE ? UNDEFINED : item;
}

type Plain = number | string | boolean | null | undefined | readonly Plain[];

/** A value from plain JavaScript data. */
export function fromJs(value: Plain): Value {
  switch (typeof value) {
    case "number":
      return int(value);
    case "string":
      return str(value);
    case "boolean":
      return bool(value);
    case "undefined":
      return UNDEFINED;
    default:
      return value === null ? NONE : list(value.map(fromJs));
  }
}

/** Runs real JavaScript built-in code; what it throws becomes an exception of the user's program. */
export function asJs<T>(vm: Vm, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error) throw vm.error(error.name, error.message);
    throw error;
  }
}

/** An iterator over values that are known now. */
export function iterator(values: readonly Value[]): IteratorValue {
  let index = 0;
  return new IteratorValue(() => values[index++]);
}
