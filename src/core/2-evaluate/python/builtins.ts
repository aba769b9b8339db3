// The built-in functions and names of Python.
import { Unknown } from "../signals";
import {
  bool,
  ELLIPSIS,
  float,
  HostObject,
  identityOf,
  int,
  isNone,
  isOpaque,
  IteratorValue,
  list,
  NONE,
  type OpaqueValue,
  str,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import "./constructors";
import "./methods-text";
import { setAttribute as setBuiltinAttribute } from "./attributes";
import { exceptions, raisedWith } from "./exceptions";
import { convert, format } from "./format";
import { hashOf } from "./hashing";
import { isInstance, isSubclass } from "./isinstance";
import { collect, iterationOf, iteratorOf } from "./iterate";
import { absolute } from "./methods-number";
import { intResult, powerModulo, roundFloat, roundHalfEven } from "./numbers";
import { extreme, sortValues } from "./sorting";
import { derived, fn, indexOf, isMissing, noop, numeric, pure, rawFn, unknownFn } from "./support";
import { operatorMethod, repr } from "./text";
import { lengthOf, truthOf } from "./truth";
import * as types from "./types";
import { NOT_IMPLEMENTED, payload, typeNameOf, typeOf } from "./types";

function textValue(shown: string | Value): Value {
  return typeof shown === "string" ? str(shown) : shown;
}

function truthValue(truth: boolean | Value): Value {
  return typeof truth === "boolean" ? bool(truth) : truth;
}

/** The name given to getattr and its kin. Throws Unknown. */
function nameOf(vm: Vm, name: Value): string {
  const inner = payload(name);
  if (inner.kind === "string") return inner.value;
  if (isOpaque(inner)) throw new Unknown(derived(inner));
  throw vm.error("TypeError", "attribute name must be string");
}

function getAttr(vm: Vm, object: Value, name: Value, fallback: Value): Value {
  if (isOpaque(object)) return derived(object);
  const wanted = nameOf(vm, name);
  if (isMissing(fallback)) return vm.getAttribute(object, wanted);
  const found = vm.findAttribute(object, wanted);
  if (found) return found;
  return mayHaveMore(object) ? vm.getAttribute(object, wanted) : fallback;
}

/** Libraries of ours and host objects have more attributes than we model, so a missing one proves nothing. */
function mayHaveMore(object: Value): boolean {
  return object.kind === "host" || (object.kind === "module" && object.file === null && !object.isRecipe);
}

function hasAttr(vm: Vm, object: Value, name: Value): Value {
  if (isOpaque(object)) return derived(object);
  const wanted = nameOf(vm, name);
  try {
    const found = vm.findAttribute(object, wanted);
    if (found === undefined) {
      return mayHaveMore(object) ? vm.unknown(`whether ${typeNameOf(object)} has ${wanted} is not known`) : bool(false);
    }
    return isOpaque(found) && object.kind !== "instance" ? derived(found) : bool(true);
  } catch (signal) {
    if ((signal as { type?: string }).type === "AttributeError") return bool(false);
    throw signal;
  }
}

function setAttr(vm: Vm, object: Value, name: Value, value: Value): Value {
  const wanted = nameOf(vm, name);
  if (object.kind === "native") setBuiltinAttribute(vm, object, wanted, value);
  else vm.setAttribute(object, wanted, value);
  return NONE;
}

function deleteAttr(vm: Vm, object: Value, name: Value): Value {
  const wanted = nameOf(vm, name);
  if (object.kind === "instance") {
    const own = operatorMethod(object, "__delattr__");
    if (own) return vm.call(own, [object, name]);
    if (!object.fields.has(wanted))
      throw vm.error("AttributeError", `'${object.type.name}' object has no attribute '${wanted}'`);
    vm.touch(object);
    object.fields.delete(wanted);
  } else if (object.kind === "class") {
    vm.touch(object);
    object.members.delete(wanted);
  }
  return NONE;
}

function nextOf(vm: Vm, iterator: Value, fallback: Value): Value {
  if (isOpaque(iterator)) return derived(iterator);
  if (iterator.kind === "iterator") {
    const value = iterator.next();
    if (value) return value;
    if (isMissing(fallback))
      throw raisedWith(vm, "StopIteration", isNone(iterator.result ?? NONE) ? [] : [iterator.result as Value]);
    return fallback;
  }
  const method =
    iterator.kind === "instance" ? operatorMethod(iterator, "__next__") : vm.findAttribute(iterator, "__next__");
  if (!method) {
    if (iterator.kind === "host") return vm.unknown(`the next item of ${iterator.typeName} is not known`);
    throw vm.error("TypeError", `'${typeNameOf(iterator)}' object is not an iterator`);
  }
  if (isMissing(fallback)) return iterator.kind === "instance" ? vm.call(method, [iterator]) : vm.call(method);
  try {
    return iterator.kind === "instance" ? vm.call(method, [iterator]) : vm.call(method);
  } catch (signal) {
    if ((signal as { type?: string }).type === "StopIteration") return fallback;
    throw signal;
  }
}

/** `iter(callable, sentinel)`. */
function callIterator(vm: Vm, call: Value, sentinel: Value): Value {
  return new IteratorValue(() => {
    vm.step();
    const value = vm.call(call);
    const same = vm.equals(value, sentinel);
    if (isOpaque(same)) throw new Unknown(same);
    return same ? undefined : value;
  });
}

function sum(vm: Vm, items: Value, start: Value): Value {
  let total: Value = isMissing(start) ? int(0) : start;
  if (total.kind === "string") throw vm.error("TypeError", "sum() can't sum strings [use ''.join(seq) instead]");
  const iterator = iterationOf(vm, items);
  for (let item = iterator.next(); !item.done; item = iterator.next()) {
    total = vm.binary("+", total, item.value);
  }
  return total;
}

function leastOrGreatest(name: "min" | "max") {
  return rawFn(name, (vm, args) => {
    const key = args.keywords.get("key") ?? NONE;
    const fallback = args.keywords.get("default");
    const [only] = args.positional;
    if (!only) throw vm.error("TypeError", `${name} expected at least 1 argument, got 0`);
    const items = args.positional.length === 1 ? collect(vm, only) : args.positional;
    const best = extreme(vm, items, key, name === "max");
    if (best) return best;
    if (fallback) return fallback;
    throw vm.error("ValueError", `${name}() arg is an empty sequence`);
  });
}

function anyOrAll(vm: Vm, items: Value, wanted: boolean): Value {
  const iterator = iterationOf(vm, items);
  let unknown: Value | null = null;
  for (let item = iterator.next(); !item.done; item = iterator.next()) {
    const truth = truthOf(vm, item.value);
    if (truth === wanted) return bool(wanted);
    if (isOpaque(truth)) unknown ??= truth;
  }
  return unknown ?? bool(!wanted);
}

function round(vm: Vm, value: Value, places: Value): Value {
  const inner = payload(value);
  const digits = isNone(places) ? null : indexOf(vm, places);
  if (inner.kind === "number" && inner.isFloat) {
    if (digits !== null) return float(roundFloat(inner.value, digits));
    if (Number.isNaN(inner.value)) throw vm.error("ValueError", "cannot convert float NaN to integer");
    if (!Number.isFinite(inner.value)) throw vm.error("OverflowError", "cannot convert float infinity to integer");
    return intResult(vm, roundHalfEven(inner.value));
  }
  const number = numeric(inner);
  if (number !== undefined) {
    if (digits === null || digits >= 0) return int(number);
    const scale = 10 ** -digits;
    return intResult(vm, roundHalfEven(number / scale) * scale);
  }
  if (inner.kind === "instance") {
    const method = operatorMethod(inner, "__round__");
    if (method) return digits === null ? vm.call(method, [inner]) : vm.call(method, [inner, int(digits)]);
    if (inner.type.unknownBase) return derived(inner.type.unknownBase);
  }
  if (inner.kind === "host") return vm.unknown(`${inner.typeName} rounded is not known`);
  throw vm.error("TypeError", `type ${typeNameOf(value)} doesn't define __round__ method`);
}

function abs(vm: Vm, value: Value): Value {
  if (value.kind === "instance") {
    const method = operatorMethod(value, "__abs__");
    if (method) return vm.call(method, [value]);
  }
  if (value.kind === "host") {
    const method = vm.findAttribute(value, "__abs__") ?? vm.findAttribute(value, "abs");
    return method ? vm.call(method) : vm.unknown(`abs of ${value.typeName} is not known`);
  }
  return absolute(vm, value);
}

function divmod(vm: Vm, left: Value, right: Value): Value {
  const [a, b] = [payload(left), payload(right)];
  if (a.kind === "number" && b.kind === "number" && b.value === 0) {
    throw vm.error(
      "ZeroDivisionError",
      a.isFloat || b.isFloat ? "float divmod()" : "integer division or modulo by zero",
    );
  }
  return tuple([vm.binary("//", left, right), vm.binary("%", left, right)]);
}

function power(vm: Vm, base: Value, exponent: Value, modulus: Value): Value {
  if (isNone(modulus)) return vm.binary("**", base, exponent);
  const [a, b, m] = [base, exponent, modulus].map((value) => indexOf(vm, value));
  return powerModulo(vm, a as number, b as number, m as number);
}

function ord(vm: Vm, char: Value): Value {
  const inner = payload(char);
  if (inner.kind !== "string")
    throw vm.error("TypeError", `ord() expected string of length 1, but ${typeNameOf(char)} found`);
  const codes = [...inner.value];
  if (codes.length !== 1) {
    throw vm.error("TypeError", `ord() expected a character, but string of length ${codes.length} found`);
  }
  return int(inner.value.codePointAt(0) ?? 0);
}

function chr(vm: Vm, code: Value): Value {
  const number = indexOf(vm, code);
  if (number < 0 || number > 0x10ffff) throw vm.error("ValueError", "chr() arg not in range(0x110000)");
  return str(String.fromCodePoint(number));
}

function inBase(vm: Vm, value: Value, base: number, prefix: string): Value {
  const number = indexOf(vm, value);
  return str(`${number < 0 ? "-" : ""}${prefix}${Math.abs(number).toString(base)}`);
}

/** What `dir` lists of a library of ours: that a name is there can be told, that it is not cannot. */
class LibraryNames extends HostObject {
  readonly typeName = "list";
  constructor(private readonly library: Value & { kind: "module" }) {
    super();
  }
  override compare(vm: Vm, op: string, other: Value): Value | undefined {
    if (op !== "in") return undefined;
    const found = other.kind === "string" ? vm.findAttribute(this.library, other.value) : undefined;
    if (found !== undefined && !isOpaque(found)) return bool(true);
    return vm.unknown(`which names '${this.library.name}' has is not known`);
  }
  override iterate(vm: Vm): OpaqueValue {
    return vm.unknown("the names dir() lists are not known");
  }
  override length(vm: Vm): OpaqueValue {
    return this.iterate(vm);
  }
  override truth(): boolean {
    return true;
  }
}

function dir(vm: Vm, object: Value): Value {
  const names = new Set<string>();
  if (object.kind === "module") {
    object.scope?.settle();
    for (const name of [...object.members.keys(), ...(object.scope?.variables.keys() ?? [])]) names.add(name);
  }
  const isOurs = object.kind === "module" && object.file === null && !object.isRecipe;
  if (object.kind === "module" && isOurs) return new LibraryNames(object);
  if (isMissing(object) || isOpaque(object) || object.kind === "host")
    return vm.unknown("the names dir() lists are not known");
  if (object.kind === "instance") for (const name of object.fields.keys()) names.add(name);
  if (object.kind === "tuple") for (const name of object.names ?? []) names.add(name);
  const type = object.kind === "class" ? object : typeOf(object);
  if (object.kind !== "module")
    for (const cls of type?.mro ?? []) for (const name of cls.members.keys()) names.add(name);
  return list([...names].sort().map(str));
}

function vars(vm: Vm, object: Value): Value {
  if (isMissing(object)) throw vm.giveUp("vars() without an argument is not modelled");
  if (isOpaque(object)) return derived(object);
  const dict = vm.findAttribute(object, "__dict__");
  if (!dict) throw vm.error("TypeError", "vars() argument must have __dict__ attribute");
  return dict;
}

function callable(value: Value): Value {
  if (isOpaque(value)) return derived(value);
  if (value.kind === "instance")
    return value.type.unknownBase && !value.type.find("__call__")
      ? derived(value.type.unknownBase)
      : bool(value.type.find("__call__") !== undefined);
  return bool(["function", "native", "method", "class", "host", "staticmethod", "classmethod"].includes(value.kind));
}

const functions = [
  pure("len", "obj", (vm, value) => {
    const length = lengthOf(vm, value);
    return typeof length === "number" ? int(length) : length;
  }),
  fn("repr", "obj", (vm, value) => textValue(repr(vm, value))),
  fn("ascii", "obj", (vm, value) => textValue(convert(vm, value, "a"))),
  pure("format", "value format_spec?", (vm, value, spec) =>
    textValue(format(vm, value, spec.kind === "string" ? spec.value : "")),
  ),
  fn("isinstance", "obj class_or_tuple", (vm, value, cls) => truthValue(isInstance(vm, value, cls))),
  fn("issubclass", "cls class_or_tuple", (vm, cls, other) => truthValue(isSubclass(vm, cls, other))),
  fn("getattr", "object name default?", getAttr),
  fn("hasattr", "object name", hasAttr),
  fn("setattr", "object name value", setAttr),
  fn("delattr", "object name", deleteAttr),
  fn("callable", "obj", (_vm, value) => callable(value)),
  fn("iter", "object sentinel?", (vm, value, sentinel) =>
    isMissing(sentinel) ? iteratorOf(vm, value) : callIterator(vm, value, sentinel),
  ),
  fn("next", "iterator default?", nextOf),
  fn("sorted", "iterable * key? reverse?", (vm, items, key, reverse) =>
    list(sortValues(vm, collect(vm, items), key, reverse)),
  ),
  fn("sum", "iterable start?", sum),
  fn("any", "iterable", (vm, items) => anyOrAll(vm, items, true)),
  fn("all", "iterable", (vm, items) => anyOrAll(vm, items, false)),
  leastOrGreatest("min"),
  leastOrGreatest("max"),
  pure("abs", "x", abs),
  pure("round", "number ndigits?", round),
  pure("divmod", "x y", divmod),
  pure("pow", "base exp mod?", power),
  fn("id", "obj", (_vm, value) => (isOpaque(value) ? derived(value) : int(identityOf(value)))),
  fn("hash", "obj", hashOf),
  pure("chr", "i", chr),
  pure("ord", "c", ord),
  pure("bin", "number", (vm, value) => inBase(vm, value, 2, "0b")),
  pure("oct", "number", (vm, value) => inBase(vm, value, 8, "0o")),
  pure("hex", "number", (vm, value) => inBase(vm, value, 16, "0x")),
  fn("dir", "object?", dir),
  fn("vars", "object?", vars),
  noop("print"),
  unknownFn("input", "what a user types is not known"),
  unknownFn("open", "the content of files is not read"),
  unknownFn("eval", "the text given to eval() is not evaluated"),
  unknownFn("exec", "the text given to exec() is not evaluated"),
  unknownFn("compile", "compile() is not modelled"),
  unknownFn("globals", "globals() is not known here"),
  unknownFn("locals", "locals() is not known here"),
  noop("breakpoint"),
  unknownFn("aiter", "asynchronous iteration is not modelled"),
  unknownFn("anext", "asynchronous iteration is not modelled"),
  pure("__import__", "name globals? locals? fromlist? level?", (vm, name) => {
    if (name.kind !== "string") throw vm.error("TypeError", "__import__() argument 1 must be str");
    const module = vm.importModule(name.value, "python");
    if (!module) throw vm.error("ModuleNotFoundError", `No module named '${name.value}'`);
    return module;
  }),
  fn("exit", "code?", (vm) => {
    throw vm.error("SystemExit", "");
  }),
  fn("quit", "code?", (vm) => {
    throw vm.error("SystemExit", "");
  }),
];

const classes = [
  types.objectType,
  types.typeType,
  types.intType,
  types.boolType,
  types.floatType,
  types.complexType,
  types.strType,
  types.bytesType,
  types.bytearrayType,
  types.memoryviewType,
  types.listType,
  types.tupleType,
  types.dictType,
  types.setType,
  types.frozensetType,
  types.sliceType,
  types.rangeType,
  types.enumerateType,
  types.zipType,
  types.mapType,
  types.filterType,
  types.reversedType,
  types.propertyType,
  types.staticmethodType,
  types.classmethodType,
  types.superType,
];

/** Names every Python file sees. */
export const builtins: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...functions.map((native): [string, Value] => [native.name, native]),
  ...classes.map((cls): [string, Value] => [cls.name, cls]),
  ...exceptions,
  ["NotImplemented", NOT_IMPLEMENTED],
  ["Ellipsis", ELLIPSIS],
  ["__debug__", bool(true)],
]);
