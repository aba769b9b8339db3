// Writing natives: functions and classes in TypeScript with Python-like signatures, and readers that turn argument values
// into plain TypeScript data or end the call as unknown.
import { Unknown } from "./signals";
import {
  type Arguments,
  bool,
  ClassValue,
  DictValue,
  FALSE,
  float,
  int,
  isOpaque,
  ListValue,
  ModuleValue,
  NativeFunction,
  NONE,
  PropertyValue,
  str,
  TRUE,
  tuple,
  UNDEFINED,
  type Value,
} from "./values";
import type { Vm } from "./vm";

/** Bound arguments by parameter name. `*rest` is a ListValue, `**rest` a DictValue. Absent ones hold their default. */
export type Bound = Record<string, Value>;

interface SignatureParameter {
  name: string;
  fallback: Value | null;
  kind: "normal" | "keyword-only" | "rest" | "keyword-rest";
}

function parseDefault(text: string): Value {
  if (text === "None") return NONE;
  if (text === "undefined") return UNDEFINED;
  if (text === "True" || text === "true") return TRUE;
  if (text === "False" || text === "false") return FALSE;
  if (/^['"].*['"]$/.test(text)) return str(text.slice(1, -1));
  if (text === "()") return tuple([]);
  const number = Number(text);
  if (Number.isNaN(number)) throw new Error(`native signature: cannot read the default ${text}`);
  return /[.e]/.test(text) ? float(number) : int(number);
}

const signatures = new Map<string, SignatureParameter[]>();

/** Reads a signature such as "x, kernel_size, stride=1, *, bias=True, **kwargs". Made once per text. */
function parseSignature(text: string): SignatureParameter[] {
  const known = signatures.get(text);
  if (known) return known;
  const parameters: SignatureParameter[] = [];
  let keywordOnly = false;
  for (const part of text.split(",").map((piece) => piece.trim())) {
    if (part === "" || part === "/") continue;
    if (part === "*") {
      keywordOnly = true;
    } else if (part.startsWith("**")) {
      parameters.push({ name: part.slice(2), fallback: null, kind: "keyword-rest" });
    } else if (part.startsWith("*")) {
      parameters.push({ name: part.slice(1), fallback: null, kind: "rest" });
      keywordOnly = true;
    } else {
      const equals = part.indexOf("=");
      const name = (equals < 0 ? part : part.slice(0, equals)).trim();
      const fallback = equals < 0 ? null : parseDefault(part.slice(equals + 1).trim());
      parameters.push({ name, fallback, kind: keywordOnly ? "keyword-only" : "normal" });
    }
  }
  signatures.set(text, parameters);
  return parameters;
}

/** Binds arguments as Python would; raises TypeError for missing, surplus or unexpected ones, Unknown for an unknown spread. */
export function bindNative(vm: Vm, name: string, signature: string, args: Arguments): Bound {
  if (args.unknown) throw new Unknown(args.unknown);
  const bound: Bound = {};
  let position = 0;
  let used = 0;
  for (const parameter of parseSignature(signature)) {
    if (parameter.kind === "rest") {
      const rest = args.positional.slice(position);
      position = args.positional.length;
      // Libraries in C take such a parameter by name too: `torch.zeros(size=(2, 3))`.
      const named = args.keywords.get(parameter.name);
      if (named !== undefined) {
        if (rest.length > 0)
          throw vm.error("TypeError", `${name}() got multiple values for argument '${parameter.name}'`);
        rest.push(named);
        used++;
      }
      bound[parameter.name] = new ListValue(rest);
    } else if (parameter.kind === "keyword-rest") {
      const rest = new DictValue();
      for (const [key, value] of args.keywords) if (!(key in bound)) rest.put(key, value);
      used = args.keywords.size;
      bound[parameter.name] = rest;
    } else if (parameter.kind === "normal" && position < args.positional.length) {
      bound[parameter.name] = args.positional[position++] as Value;
      if (args.keywords.has(parameter.name)) {
        throw vm.error("TypeError", `${name}() got multiple values for argument '${parameter.name}'`);
      }
    } else if (args.keywords.has(parameter.name)) {
      bound[parameter.name] = args.keywords.get(parameter.name) as Value;
      used++;
    } else if (parameter.fallback) {
      bound[parameter.name] = parameter.fallback;
    } else {
      throw vm.error("TypeError", `${name}() missing required argument: '${parameter.name}'`);
    }
  }
  if (position < args.positional.length) {
    throw vm.error(
      "TypeError",
      `${name}() takes ${position} positional arguments but ${args.positional.length} were given`,
    );
  }
  if (used < args.keywords.size) {
    const extra = [...args.keywords.keys()].find((key) => !(key in bound));
    if (extra !== undefined) throw vm.error("TypeError", `${name}() got an unexpected keyword argument '${extra}'`);
  }
  return bound;
}

/** A native function with a signature: `native("conv2d", "input, weight, bias=None, stride=1", (vm, a) => …)`. */
export function native(name: string, signature: string, body: (vm: Vm, args: Bound) => Value): NativeFunction {
  return new NativeFunction(name, (vm, args) => body(vm, bindNative(vm, name, signature, args)));
}

/** A native class. Members that are NativeFunctions become methods (their first parameter is `self`). */
export function nativeClass(name: string, bases: readonly ClassValue[], members: Record<string, Value>): ClassValue {
  const cls = new ClassValue(name, bases);
  for (const [key, value] of Object.entries(members)) cls.members.set(key, value);
  return cls;
}

/** A read-only property for nativeClass. */
export function property(read: (vm: Vm, self: Value) => Value): PropertyValue {
  return new PropertyValue(
    native("get", "self", (vm, a) => read(vm, a["self"] as Value)),
    null,
  );
}

/**
 * A library module of ours. A name it does not have is opaque with the reason "torch.foo is not known to Model Budget",
 * never an error: libraries have more in them than we model.
 */
export function nativeModule(name: string, members: Record<string, Value>): ModuleValue {
  const module = new ModuleValue(name, null, "python");
  for (const [key, value] of Object.entries(members)) module.members.set(key, value);
  return module;
}

// --- readers: argument values to plain data -------------------------------------------------------------------------

/** A known whole number. Raises TypeError for a float, as frameworks do for a channel count; Unknown when it is not known. */
export function toInt(vm: Vm, value: Value | undefined, what: string): number {
  if (value?.kind === "number") {
    if (value.isFloat || !Number.isInteger(value.value)) {
      throw vm.error("TypeError", `${what} must be an integer, not float ${value.value}`);
    }
    return value.value;
  }
  if (value?.kind === "boolean") return value.value ? 1 : 0;
  if (isOpaque(value)) throw new Unknown(value);
  throw vm.error("TypeError", `${what} must be an integer, not ${value ? vm.typeName(value) : "missing"}`);
}

/** A known number, whole or not. */
export function toNumber(vm: Vm, value: Value | undefined, what: string): number {
  if (value?.kind === "number") return value.value;
  if (value?.kind === "boolean") return value.value ? 1 : 0;
  if (isOpaque(value)) throw new Unknown(value);
  throw vm.error("TypeError", `${what} must be a number, not ${value ? vm.typeName(value) : "missing"}`);
}

export function toText(vm: Vm, value: Value | undefined, what: string): string {
  if (value?.kind === "string") return value.value;
  if (isOpaque(value)) throw new Unknown(value);
  throw vm.error("TypeError", `${what} must be a string, not ${value ? vm.typeName(value) : "missing"}`);
}

/** Truth of an argument; Unknown when it is not known. */
export function toBoolean(vm: Vm, value: Value | undefined): boolean {
  if (value === undefined) return false;
  const truth = vm.truth(value);
  if (isOpaque(truth)) throw new Unknown(truth);
  return truth;
}

/** A JavaScript value from plain data, for results: numbers are ints when whole, arrays tuples. */
export function fromPlain(
  value: number | string | boolean | null | readonly (number | string | boolean | null)[],
): Value {
  if (value === null) return NONE;
  if (typeof value === "boolean") return bool(value);
  if (typeof value === "number") return Number.isInteger(value) ? int(value) : float(value);
  if (typeof value === "string") return str(value);
  return tuple(value.map(fromPlain));
}
