// What calling a built-in class makes: int("7"), list(x), dict(a=1), type(x), property(f) …
import { LIMITS } from "../limits";
import { Unknown } from "../signals";
import {
  type Arguments,
  bool,
  ClassMethod,
  ClassValue,
  DictValue,
  float,
  hashKey,
  int,
  isNone,
  isOpaque,
  IteratorValue,
  list,
  NativeFunction,
  NONE,
  PropertyValue,
  RangeValue,
  SetValue,
  SliceValue,
  StaticMethod,
  StringValue,
  str,
  tuple,
  UNDEFINED,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { construct as constructClass } from "./class-making";
import { makeCallable, newInstance } from "./construct";
import { dictSet, dictUpdate, entriesOf, taint } from "./dicts";
import { HashValue } from "./hashing";
import { collect, iterationOf } from "./iterate";
import { countInto } from "./methods-dict";
import { backwards } from "./methods-list";
import { truncated } from "./methods-number";
import { extendList } from "./operators";
import { derived, firstUnknown, fn, indexOf, isMissing, noop, orUnknown } from "./support";
import { operatorMethod, stringRepr, text } from "./text";
import { lengthOf, truthOf } from "./truth";
import * as types from "./types";
import { payload, typeNameOf, typeOf } from "./types";

/** Raises what CPython raises for keywords or surplus arguments of a class that takes at most `most`. */
function positional(vm: Vm, name: string, args: Arguments, most: number, names: readonly string[] = []): Value[] {
  if (args.unknown) throw new Unknown(args.unknown);
  const placed = args.positional.slice();
  for (const [key, value] of args.keywords) {
    const index = names.indexOf(key);
    if (index < 0) throw vm.error("TypeError", `'${key}' is an invalid keyword argument for ${name}()`);
    while (placed.length <= index) placed.push(UNDEFINED);
    placed[index] = value;
  }
  if (placed.length > most) {
    throw vm.error(
      "TypeError",
      `${name} expected at most ${most} argument${most === 1 ? "" : "s"}, got ${placed.length}`,
    );
  }
  return placed;
}

const digitsByBase = "0123456789abcdefghijklmnopqrstuvwxyz";

function parseInteger(vm: Vm, source: Value & { kind: "string" }, base: number): Value {
  const bad = (): unknown => {
    const shown = stringRepr(source.value, source.bytes);
    return vm.error("ValueError", `invalid literal for int() with base ${base}: ${shown}`);
  };
  if (base !== 0 && (base < 2 || base > 36)) throw vm.error("ValueError", "int() base must be >= 2 and <= 36, or 0");
  const match = /^\s*([+-]?)(0[bBoOxX])?_?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)\s*$/.exec(source.value);
  if (!match) throw bad();
  const [, sign, prefix = "", body = ""] = match;
  const marked = { "0b": 2, "0o": 8, "0x": 16 }[prefix.toLowerCase()];
  // In base 16 "0b1" is a number without a prefix.
  const isPrefix = marked !== undefined && (base === 0 || base === marked);
  const radix = isPrefix ? marked : base === 0 ? 10 : base;
  const digits = (isPrefix ? body : prefix + body).replaceAll("_", "").toLowerCase();
  const big = BigInt(radix);
  let value = 0n;
  for (const digit of digits) {
    const amount = digitsByBase.indexOf(digit);
    if (amount < 0 || amount >= radix) throw bad();
    value = value * big + BigInt(amount);
  }
  const number = Number(sign === "-" ? -value : value);
  return Number.isSafeInteger(number) ? int(number + 0) : vm.unknown("the whole number is larger than 2^53");
}

/** A number from `__int__`, `__index__` or `__float__` of an instance or host object. */
function byMethod(vm: Vm, value: Value, names: readonly string[]): Value | undefined {
  if (value.kind === "instance") {
    for (const name of names) {
      const method = operatorMethod(value, name);
      if (method) return vm.call(method, [value]);
    }
    return value.type.unknownBase && !value.payload ? derived(value.type.unknownBase) : undefined;
  }
  if (value.kind === "host") {
    for (const name of names) {
      const method = vm.findAttribute(value, name);
      if (method) return vm.call(method);
    }
    return vm.unknown(`the number ${value.typeName} holds is not known`);
  }
  return undefined;
}

function makeInt(vm: Vm, args: Arguments): Value {
  const [value = int(0), base = UNDEFINED] = positional(vm, "int", args, 2, ["", "base"]);
  // int() of a whole dimension is that dimension.
  if (isOpaque(value)) return isMissing(base) ? value : derived(value);
  if (isOpaque(base)) return derived(base);
  const inner = payload(value);
  if (inner.kind === "string") return parseInteger(vm, inner, isMissing(base) ? 10 : indexOf(vm, base));
  if (!isMissing(base)) throw vm.error("TypeError", "int() can't convert non-string with explicit base");
  if (inner.kind === "number") return inner.isFloat ? truncated(vm, inner.value) : inner;
  if (inner.kind === "boolean") return int(inner.value ? 1 : 0);
  const converted = byMethod(vm, value, ["__int__", "__index__", "__trunc__"]);
  if (converted) return converted;
  const wanted = "a string, a bytes-like object or a real number";
  throw vm.error("TypeError", `int() argument must be ${wanted}, not '${typeNameOf(value)}'`);
}

function parseFloatText(vm: Vm, source: string): Value {
  const clean = source.trim().replace(/(\d)_(?=\d)/g, "$1");
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(clean);
  if (special) {
    const size = special[2]?.toLowerCase() === "nan" ? Number.NaN : Number.POSITIVE_INFINITY;
    return float(special[1] === "-" ? -size : size);
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) {
    throw vm.error("ValueError", `could not convert string to float: ${stringRepr(source)}`);
  }
  return float(Number(clean));
}

function makeFloat(vm: Vm, args: Arguments): Value {
  const [value = float(0)] = positional(vm, "float", args, 1);
  if (isOpaque(value)) return derived(value);
  const inner = payload(value);
  if (inner.kind === "string") return parseFloatText(vm, inner.value);
  if (inner.kind === "number") return inner.isFloat ? inner : float(inner.value);
  if (inner.kind === "boolean") return float(inner.value ? 1 : 0);
  const converted = byMethod(vm, value, ["__float__", "__index__"]);
  if (converted) return converted.kind === "number" ? float(converted.value) : converted;
  throw vm.error("TypeError", `float() argument must be a string or a real number, not '${typeNameOf(value)}'`);
}

makeCallable(types.intType, makeInt);
makeCallable(types.floatType, makeFloat);
makeCallable(types.boolType, (vm, args) => {
  const [value = NONE] = positional(vm, "bool", args, 1);
  const truth = truthOf(vm, value);
  return isOpaque(truth) ? truth : bool(truth);
});
makeCallable(types.complexType, (vm) => vm.unknown("complex numbers are not modelled"));
makeCallable(types.strType, (vm, args) => {
  const [value, encoding] = positional(vm, "str", args, 3, ["object", "encoding", "errors"]);
  if (!value) return str("");
  if (value.kind === "string" && value.bytes && encoding) return vm.call(vm.getAttribute(value, "decode"), [encoding]);
  const shown = text(vm, value);
  return isOpaque(shown) ? shown : str(shown);
});

function makeBytes(vm: Vm, args: Arguments): Value {
  const [value, encoding] = positional(vm, "bytes", args, 3, ["source", "encoding", "errors"]);
  if (!value) return new StringValue("", true);
  const inner = payload(value);
  if (isOpaque(inner)) return derived(inner);
  if (inner.kind === "string") {
    if (inner.bytes) return inner;
    if (!encoding) throw vm.error("TypeError", "string argument without an encoding");
    return vm.call(vm.getAttribute(inner, "encode"), [encoding]);
  }
  if (inner.kind === "number") {
    const size = indexOf(vm, inner);
    return size > LIMITS.stringLength ? vm.unknown("very many bytes") : new StringValue("\0".repeat(size), true);
  }
  const codes = collect(vm, value).map((item) => indexOf(vm, item));
  if (codes.some((code) => code < 0 || code > 255)) throw vm.error("ValueError", "bytes must be in range(0, 256)");
  return new StringValue(codes.map((code) => String.fromCharCode(code)).join(""), true);
}
makeCallable(types.bytesType, makeBytes);
makeCallable(types.bytearrayType, (vm) => vm.unknown("bytearray is not modelled"));
makeCallable(types.memoryviewType, (vm) => vm.unknown("memoryview is not modelled"));

// --- containers -------------------------------------------------------------------------------------------------------

makeCallable(
  types.listType,
  () => list([]),
  (vm, self, args) => {
    if (self.kind !== "list") return;
    if (args.unknown) return taint(vm, self, args.unknown);
    const [items] = positional(vm, "list", args, 1);
    if (items) extendList(vm, self, items);
  },
);
makeCallable(types.tupleType, (vm, args) => {
  const [items] = positional(vm, "tuple", args, 1);
  return items ? (items.kind === "tuple" && !items.type ? items : tuple(collect(vm, items))) : tuple([]);
});

function fillDict(vm: Vm, self: Value, args: Arguments): void {
  if (self.kind !== "dict") return;
  if (args.unknown) return taint(vm, self, args.unknown);
  if (args.positional.length > 1) {
    throw vm.error("TypeError", `dict expected at most 1 argument, got ${args.positional.length}`);
  }
  dictUpdate(vm, self, args.positional[0], args.keywords);
}
makeCallable(types.dictType, () => new DictValue(), fillDict);
makeCallable(types.orderedDictType, () => new DictValue(new Map(), "OrderedDict"), fillDict);
makeCallable(
  types.defaultDictType,
  () => new DictValue(new Map(), "defaultdict"),
  (vm, self, args) => {
    const [factory, ...rest] = args.positional;
    if (self.kind === "dict" && factory && !isNone(factory)) self.defaultFactory = factory;
    fillDict(vm, self, { ...args, positional: rest });
  },
);
makeCallable(
  types.counterType,
  () => new DictValue(new Map(), "Counter"),
  (vm, self, args) => {
    if (self.kind !== "dict") return;
    if (args.unknown) return taint(vm, self, args.unknown);
    countInto(vm, self, args.positional[0], 1);
    for (const [key, value] of args.keywords) dictSet(vm, self, str(key), value);
  },
);
types.dictType.members.set(
  "fromkeys",
  new ClassMethod(
    fn("dict.fromkeys", "cls iterable value?", (vm, cls, keys, value) => {
      const made = vm.call(cls);
      for (const key of collect(vm, keys)) vm.setIndex(made, key, isMissing(value) ? NONE : value);
      return made;
    }),
  ),
);

function fillSet(vm: Vm, self: Value, args: Arguments): void {
  if (self.kind !== "set") return;
  if (args.unknown) return taint(vm, self, args.unknown);
  const [items] = positional(vm, "set", args, 1);
  if (!items) return;
  try {
    self.entries = new Map(entriesOf(vm, items));
  } catch (signal) {
    if (!(signal instanceof Unknown)) throw signal;
    taint(vm, self, signal.value);
  }
}
makeCallable(types.setType, () => new SetValue(), fillSet);
makeCallable(types.frozensetType, (vm, args) => {
  const [items] = positional(vm, "frozenset", args, 1);
  return new SetValue(items ? new Map(entriesOf(vm, items)) : new Map(), true);
});
makeCallable(types.rangeType, (vm, args) => {
  const given = positional(vm, "range", args, 3);
  if (given.length === 0) throw vm.error("TypeError", "range expected at least 1 argument, got 0");
  const [first = 0, second, step = 1] = given.map((value) => indexOf(vm, value));
  if (step === 0) throw vm.error("ValueError", "range() arg 3 must not be zero");
  return second === undefined ? new RangeValue(0, first, 1) : new RangeValue(first, second, step);
});
makeCallable(types.sliceType, (vm, args) => {
  const [first = NONE, second, third = NONE] = positional(vm, "slice", args, 3);
  return second ? new SliceValue(first, second, third) : new SliceValue(NONE, first, third);
});

// --- iterators --------------------------------------------------------------------------------------------------------

makeCallable(types.enumerateType, (vm, args) => {
  const [items = NONE, start = UNDEFINED] = positional(vm, "enumerate", args, 2, ["iterable", "start"]);
  const iterator = iterationOf(vm, items);
  let index = isMissing(start) ? 0 : indexOf(vm, start);
  return new IteratorValue(() => {
    const item = iterator.next();
    return item.done ? undefined : tuple([int(index++), item.value]);
  });
});
makeCallable(types.zipType, (vm, args) => {
  const unknown = firstUnknown(args);
  if (unknown) return unknown;
  const strict = args.keywords.get("strict");
  const iterators = args.positional.map((items) => iterationOf(vm, items));
  return new IteratorValue(() => {
    const row: Value[] = [];
    for (const [index, iterator] of iterators.entries()) {
      const item = iterator.next();
      if (item.done) {
        if (strict && vm.truth(strict) === true) checkStrict(vm, iterators, index);
        return undefined;
      }
      row.push(item.value);
    }
    return row.length === 0 ? undefined : tuple(row);
  });
});
/** `zip(…, strict=True)` where the iterator at `ended` ended first. */
function checkStrict(vm: Vm, iterators: readonly Iterator<Value>[], ended: number): void {
  const earlier = (count: number): string => (count === 1 ? "argument 1" : `arguments 1-${count}`);
  if (ended > 0) throw vm.error("ValueError", `zip() argument ${ended + 1} is shorter than ${earlier(ended)}`);
  const longer = iterators.findIndex((iterator, index) => index > 0 && !iterator.next().done);
  if (longer > 0) throw vm.error("ValueError", `zip() argument ${longer + 1} is longer than ${earlier(longer)}`);
}

makeCallable(types.mapType, (vm, args) => {
  if (args.unknown) return args.unknown;
  const [call = NONE, ...sources] = args.positional;
  if (sources.length === 0) throw vm.error("TypeError", "map() must have at least two arguments.");
  const iterators = sources.map((items) => iterationOf(vm, items));
  return new IteratorValue(() => {
    const row: Value[] = [];
    for (const iterator of iterators) {
      const item = iterator.next();
      if (item.done) return undefined;
      row.push(item.value);
    }
    vm.step();
    return vm.call(call, row);
  });
});
makeCallable(types.filterType, (vm, args) => {
  const [test = NONE, items = NONE] = positional(vm, "filter", args, 2);
  const iterator = iterationOf(vm, items);
  return new IteratorValue(() => {
    for (let item = iterator.next(); !item.done; item = iterator.next()) {
      const truth = truthOf(vm, isNone(test) ? item.value : vm.call(test, [item.value]));
      if (isOpaque(truth)) throw new Unknown(truth);
      if (truth) return item.value;
    }
    return undefined;
  });
});
makeCallable(types.reversedType, (vm, args) => {
  const [items = NONE] = positional(vm, "reversed", args, 1);
  return orUnknown(() => reversedOf(vm, items));
});

function reversedOf(vm: Vm, items: Value): Value {
  if (items.kind === "instance") {
    const method = operatorMethod(items, "__reversed__");
    if (method) return vm.call(method, [items]);
    if (!items.payload && operatorMethod(items, "__getitem__")) {
      const length = lengthOf(vm, items);
      if (isOpaque(length)) return length;
      return backwards(Array.from({ length }, (_, index) => vm.getIndex(items, int(index))));
    }
  }
  const inner = payload(items);
  if (inner.kind === "set" || inner.kind === "number" || inner.kind === "none" || inner.kind === "iterator") {
    throw vm.error("TypeError", `'${typeNameOf(items)}' object is not reversible`);
  }
  if (inner.kind === "class" && inner.enumMembers) return backwards([...new Set(inner.enumMembers.values())]);
  return backwards(collect(vm, items));
}

// --- objects, classes, descriptors ------------------------------------------------------------------------------------

makeCallable(types.propertyType, (vm, args) => {
  const [getter = NONE, setter = NONE, deleter = NONE] = positional(vm, "property", args, 4, [
    "fget",
    "fset",
    "fdel",
    "doc",
  ]);
  if (isOpaque(getter)) return getter;
  return new PropertyValue(
    isNone(getter) ? null : getter,
    isNone(setter) ? null : setter,
    isNone(deleter) ? null : deleter,
  );
});
makeCallable(types.staticmethodType, (_vm, args) => new StaticMethod(args.positional[0] ?? NONE));
makeCallable(types.classmethodType, (_vm, args) => new ClassMethod(args.positional[0] ?? NONE));
types.typeType.construct = constructClass;
for (const type of [
  types.noneType,
  types.ellipsisType,
  types.functionType,
  types.builtinFunctionType,
  types.generatorType,
]) {
  type.construct = (vm, cls) => {
    throw vm.error("TypeError", `cannot create '${cls.name}' instances`);
  };
}
types.noneType.construct = () => NONE;

const objectMembers: Record<string, NativeFunction> = {
  __new__: new NativeFunction("__new__", (vm, args) => {
    const cls = args.positional[0];
    if (cls?.kind !== "class") throw vm.error("TypeError", "object.__new__(X): X is not a type object");
    return newInstance(vm, cls, null);
  }),
  __init__: new NativeFunction("__init__", (vm, args) => {
    const [self, ...rest] = args.positional;
    const type = self && typeOf(self);
    const surplus = rest.length + args.keywords.size > 0;
    const excused = !type || type.mro.some((one) => one.unknownBase) || ownNew(type) || args.unknown !== null;
    if (surplus && !excused) {
      const plain = type.find("__init__")?.kind === "native";
      throw vm.error(
        "TypeError",
        plain
          ? `${type.name}() takes no arguments`
          : "object.__init__() takes exactly one argument (the instance to initialize)",
      );
    }
    return NONE;
  }),
  __repr__: fn("__repr__", "self", (vm, self) => shown(vm, self)),
  __str__: fn("__str__", "self", (vm, self) => shown(vm, self)),
  __eq__: fn("__eq__", "self other", (_vm, self, other) => (self === other ? bool(true) : types.NOT_IMPLEMENTED)),
  __ne__: fn("__ne__", "self other", (_vm, self, other) => (self === other ? bool(false) : types.NOT_IMPLEMENTED)),
  __hash__: fn("__hash__", "self", (_vm, self) => new HashValue(hashKey(self))),
  __reduce__: fn("__reduce__", "self", (vm) => vm.unknown("pickling is not modelled")),
  __sizeof__: fn("__sizeof__", "self", (vm) => vm.unknown("sizes of Python objects are not modelled")),
};

function shown(vm: Vm, self: Value): Value {
  const inner = payload(self);
  const printed = inner === self && self.kind === "instance" ? `<${self.type.name} object>` : text(vm, inner);
  return isOpaque(printed) ? printed : str(printed);
}

function ownNew(type: ClassValue): boolean {
  const maker = type.find("__new__");
  return maker !== undefined && maker.kind !== "native";
}

for (const [name, member] of Object.entries(objectMembers)) types.objectType.members.set(name, member);
types.objectType.members.set("__init_subclass__", new ClassMethod(noop("__init_subclass__")));
types.objectType.members.set(
  "__format__",
  fn("__format__", "self spec", (vm, self) => shown(vm, self)),
);
