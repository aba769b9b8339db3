// Writing Python natives briefly: functions and method tables with short signatures, hand-through of unknown arguments,
// and readers of numbers and iterables that raise what CPython raises.
import { type Raised, Unknown } from "../signals";
import {
  type Arguments,
  type ClassValue,
  NativeFunction,
  NONE,
  OpaqueValue,
  StaticMethod,
  UNDEFINED,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { payload, typeNameOf } from "./types";

/** Missing optional arguments are given as UNDEFINED. */
export type Body = (vm: Vm, ...args: Value[]) => Value;

/** An unknown made from another: the reason stays, the name of a dimension does not, for the value is no longer that dimension. */
export function derived(value: OpaqueValue): OpaqueValue {
  return value.dimension === null ? value : new OpaqueValue(value.reason, value.place);
}

export function isMissing(value: Value): boolean {
  return value.kind === "undefined";
}

interface Signature {
  names: string[];
  required: number;
  variadic: boolean;
  /** How many may be given by place. */
  byPlace: number;
}

function readSignature(text: string): Signature {
  const names = text.split(" ").filter((name) => name !== "");
  const variadic = (names.at(-1)?.startsWith("*") ?? false) && names.at(-1) !== "*";
  const bare = names.indexOf("*");
  if (bare >= 0) names.splice(bare, 1);
  else if (variadic) names.pop();
  const required = names.filter((name) => !name.endsWith("?")).length;
  return {
    names: names.map((name) => name.replace("?", "")),
    required,
    variadic,
    byPlace: bare < 0 ? names.length : bare,
  };
}

function countError(vm: Vm, name: string, signature: Signature, given: number, hidden: number): Raised {
  const least = signature.required - hidden;
  const most = signature.byPlace - hidden;
  if (most === 0 && signature.names.length > hidden) {
    return vm.error("TypeError", `${name.slice(name.lastIndexOf(".") + 1)}() takes no positional arguments`);
  }
  const got = given - hidden;
  if (least === most && !signature.variadic) {
    const wanted = least === 0 ? "no arguments" : least === 1 ? "exactly one argument" : `exactly ${least} arguments`;
    return vm.error("TypeError", `${name}() takes ${wanted} (${got} given)`);
  }
  const bound = got < least ? `at least ${least}` : `at most ${most}`;
  const number = got < least ? least : most;
  return vm.error("TypeError", `${name} expected ${bound} argument${number === 1 ? "" : "s"}, got ${got}`);
}

function placeKeywords(vm: Vm, name: string, signature: Signature, args: Arguments): Value[] {
  const placed = args.positional.slice();
  for (const [key, value] of args.keywords) {
    const index = signature.names.indexOf(key);
    if (index < 0) throw vm.error("TypeError", `${name}() got an unexpected keyword argument '${key}'`);
    if (index < args.positional.length) {
      throw vm.error("TypeError", `argument for ${name}() given by name ('${key}') and position (${index + 1})`);
    }
    while (placed.length < index) placed.push(UNDEFINED);
    placed[index] = value;
  }
  return placed;
}

interface Options {
  /** An unknown argument makes the result unknown, without asking the body. */
  pure?: boolean;
  /** Leading parameters that messages do not count (`self`). */
  hidden?: number;
  /** For methods: checks `self` and gives what the body works on. */
  unwrap?: (vm: Vm, self: Value) => Value;
}

/**
 * A native from a short signature: names separated by blanks, `name?` for an optional one, `*rest` at the end for more, `*`
 * before those that must be named.
 * Every parameter may be given by name, which is laxer than CPython where it says positional-only.
 */
export function fn(name: string, signatureText: string, body: Body, options: Options = {}): NativeFunction {
  const signature = readSignature(signatureText);
  const { pure = false, hidden = 0, unwrap } = options;
  const most = signature.names.length;
  return new NativeFunction(name, (vm, args) => {
    if (args.unknown) return args.unknown;
    const p = args.keywords.size > 0 ? placeKeywords(vm, name, signature, args) : args.positional;
    const given = p.length;
    const surplus = given > most || args.positional.length > signature.byPlace;
    if (given < signature.required || (surplus && !signature.variadic)) {
      throw countError(vm, name, signature, given, hidden);
    }
    if (pure) {
      for (const value of p) if (value.kind === "opaque") return derived(value);
    }
    if (most === 0 && given === 0) return body(vm);
    const first = p[0] ?? UNDEFINED;
    const self = unwrap ? unwrap(vm, first) : first;
    if (self.kind === "opaque" && unwrap) return derived(self);
    if (!signature.variadic) {
      if (most === 1) return body(vm, self);
      if (most === 2) return body(vm, self, p[1] ?? UNDEFINED);
      if (most === 3) return body(vm, self, p[1] ?? UNDEFINED, p[2] ?? UNDEFINED);
    }
    const rest = given > 1 ? p.slice(1) : [];
    while (rest.length < most - 1) rest.push(UNDEFINED);
    return body(vm, self, ...rest);
  });
}

/** A native that gives unknown for any unknown argument. */
export function pure(name: string, signature: string, body: Body): NativeFunction {
  return fn(name, signature, body, { pure: true });
}

export type MethodTable<T extends Value> = Record<
  string,
  readonly [signature: string, body: (vm: Vm, self: T, ...args: Value[]) => Value]
>;

/**
 * Puts methods into a class. `accepts` tells whether a value (the one inside an instance of a subclass) is of the kind the
 * bodies work on. With `pure`, unknown arguments make the result unknown.
 */
export function addMethods<T extends Value>(
  type: ClassValue,
  accepts: (self: Value) => self is T,
  table: MethodTable<T>,
  options: { pure?: boolean } = {},
): void {
  for (const [name, [signature, body]] of Object.entries(table)) {
    const unwrap = (vm: Vm, self: Value): Value => {
      const inner = payload(self);
      if (accepts(inner) || inner.kind === "opaque") return inner;
      const got = typeNameOf(self);
      throw vm.error("TypeError", `descriptor '${name}' for '${type.name}' objects doesn't apply to a '${got}' object`);
    };
    const made = fn(`${type.name}.${name}`, `self ${signature}`, body as unknown as Body, {
      pure: options.pure ?? false,
      hidden: 1,
      unwrap,
    });
    type.members.set(name, made);
  }
}

/** A function that is not bound when found on an instance or class. */
export function staticFn(name: string, signature: string, body: Body): StaticMethod {
  return new StaticMethod(fn(name, signature, body));
}

/** A native with keyword arguments of any name. */
export function rawFn(name: string, body: (vm: Vm, args: Arguments) => Value): NativeFunction {
  return new NativeFunction(name, (vm, args) => args.unknown ?? body(vm, args));
}

/** First unknown among arguments, positional or by name. */
export function firstUnknown(args: Arguments): OpaqueValue | null {
  if (args.unknown) return args.unknown;
  for (const value of args.positional) if (value.kind === "opaque") return derived(value);
  for (const value of args.keywords.values()) if (value.kind === "opaque") return derived(value);
  return null;
}

/** Does nothing and gives None: printing, logging, seeding. */
export function noop(name: string): NativeFunction {
  return new NativeFunction(name, () => NONE);
}

/** Gives unknown with a fixed reason. */
export function unknownFn(name: string, reason: string): NativeFunction {
  return new NativeFunction(name, (vm) => vm.unknown(reason));
}

/** A whole number where CPython asks for `__index__`. Throws Unknown when it is not known. */
export function indexOf(vm: Vm, value: Value): number {
  const inner = payload(value);
  if (inner.kind === "number" && !inner.isFloat) return inner.value;
  if (inner.kind === "boolean") return inner.value ? 1 : 0;
  if (inner.kind === "opaque") throw new Unknown(derived(inner));
  if (inner.kind === "instance") {
    const method = inner.type.find("__index__");
    if (method) return indexOf(vm, vm.call(method, [inner]));
  }
  if (inner.kind === "host") {
    const converted = vm.findAttribute(inner, "__index__");
    if (converted) return indexOf(vm, vm.call(converted));
    throw vm.giveUp(`the value of ${inner.typeName} as a whole number is not known`);
  }
  throw vm.error("TypeError", `'${typeNameOf(value)}' object cannot be interpreted as an integer`);
}

/** An optional whole number: `fallback` when missing or None. */
export function indexOr(vm: Vm, value: Value, fallback: number): number {
  return value.kind === "undefined" || value.kind === "none" ? fallback : indexOf(vm, value);
}

/** Plain number of an int, float or bool; undefined for anything else. */
export function numeric(value: Value): number | undefined {
  if (value.kind === "number") return value.value;
  if (value.kind === "boolean") return value.value ? 1 : 0;
  if (value.kind === "instance" && value.payload !== null) return numeric(value.payload);
  return undefined;
}

/** Calls a function and hands an unknown that ended it early on as a value. */
export function orUnknown(body: () => Value): Value {
  try {
    return body();
  } catch (signal) {
    if (signal instanceof Unknown) return signal.value;
    throw signal;
  }
}
