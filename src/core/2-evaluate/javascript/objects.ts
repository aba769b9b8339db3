// Object and Function: listing, copying and defining properties; call, apply and bind; prototypes.
import { LIMITS } from "../limits";
import { Unknown } from "../signals";
import {
  type Arguments,
  bool,
  ClassValue,
  FALSE,
  HostObject,
  InstanceValue,
  int,
  list,
  NativeFunction,
  PropertyValue,
  str,
  UNDEFINED,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { constructible } from "./construct";
import { asIndex, isPrimitive, toKey, toText } from "./convert";
import {
  classOf,
  functionClass,
  hasPrototype,
  hiddenFields,
  HOLE,
  isSymbolText,
  makeObject,
  NativeMethod,
  objectClass,
  prototypes,
} from "./kinds";
import { Namespace } from "./namespace";
import { sameValueZero, typeOf } from "./operators";
import {
  addGetters,
  addMethods,
  addStatics,
  callback,
  fn,
  type FunctionBody,
  known,
  spoil,
  taintOf,
  truthOf,
  unwrap,
  withThis,
} from "./support";

// --- properties of objects ------------------------------------------------------------------------------------------

/** Array indexes first and in order, as JavaScript lists them. */
function ordered(keys: string[]): string[] {
  const indexes = keys.filter((key) => asIndex(key) !== undefined);
  if (indexes.length === 0) return keys;
  indexes.sort((a, b) => Number(a) - Number(b));
  return [...indexes, ...keys.filter((key) => asIndex(key) === undefined)];
}

/** Own enumerable property names. Throws Unknown when they are not known. */
export function ownKeys(vm: Vm, value: Value): string[] {
  const object = unwrap(known(value));
  const taint = taintOf(object);
  if (taint) throw new Unknown(taint);
  switch (object.kind) {
    case "none":
    case "undefined":
      throw vm.error("TypeError", "Cannot convert undefined or null to object");
    case "instance": {
      if (object.taint) throw new Unknown(object.taint);
      const hidden = hiddenFields.get(object);
      const isPrivate = (key: string) => key.startsWith("#") && object.type !== objectClass;
      return ordered(
        [...object.fields.keys()].filter((key) => !isSymbolText(key) && !isPrivate(key) && !hidden?.has(key)),
      );
    }
    case "list":
      return [...object.items.keys()].filter((index) => object.items[index] !== HOLE).map(String);
    case "tuple":
      return [...object.items.keys()].map(String);
    case "string":
      return Array.from({ length: object.value.length }, (_, index) => String(index));
    case "module":
      if (object.file === null) throw vm.giveUp(`the names in ${object.name} are not listed`);
      return [...object.members.keys()];
    case "class":
      return [...object.statics.keys()];
    case "function":
      return [...object.fields.keys()].filter((key) => key !== "prototype");
    case "dict":
      return object.typeName === "Map" ? [] : [...object.entries.values()].map(({ key }) => toKey(vm, key));
    case "host":
      throw vm.giveUp(`the properties of ${object.typeName} are not listed`);
    default:
      return [];
  }
}

/** One own property, getters called. */
export function ownProperty(vm: Vm, object: Value, key: string): Value {
  return vm.getIndex(object, str(key));
}

function pairs(vm: Vm, object: Value): [string, Value][] {
  return ownKeys(vm, object).map((key) => [key, ownProperty(vm, object, key)]);
}

/** `Object.assign`: copies own properties; an unknown source leaves nothing certain in the target. */
function assign(vm: Vm, args: readonly Value[]): Value {
  const target = known(args[0]);
  for (const source of args.slice(1)) {
    if (source.kind === "none" || source.kind === "undefined") continue;
    try {
      for (const [key, value] of pairs(vm, source)) vm.setIndex(target, str(key), value);
    } catch (signal) {
      if (signal instanceof Unknown) spoil(vm, target, signal.value);
      throw signal;
    }
  }
  return target;
}

function defineProperty(vm: Vm, object: Value, key: string, descriptor: Value): void {
  const field = (name: string) => {
    const value = vm.findAttribute(descriptor, name);
    return value === undefined || value.kind === "undefined" ? null : value;
  };
  const accessor = field("get") ?? field("set");
  const value = accessor ? new PropertyValue(field("get"), field("set")) : (field("value") ?? UNDEFINED);
  if (object.kind === "instance") {
    vm.touch(object);
    const isNew = !object.fields.has(key);
    object.fields.set(key, value);
    const enumerable = field("enumerable");
    if (enumerable === null ? isNew : !truthOf(vm, enumerable)) {
      hiddenFields.set(object, (hiddenFields.get(object) ?? new Set()).add(key));
    }
  } else if (object.kind === "host" || !accessor) {
    vm.setAttribute(object, key, value);
  } else {
    throw vm.giveUp("an accessor defined on this kind of object is not followed");
  }
}

/** An object whose prototype is another object: reads what it does not have from there. */
function create(vm: Vm, prototype: Value): InstanceValue {
  if (prototype.kind === "none") return makeObject();
  if (prototype instanceof PrototypeObject) return new InstanceValue(prototype.cls);
  if (prototype.kind !== "instance") throw vm.giveUp("an object made from this kind of prototype is not followed");
  const cls = new ClassValue("", [prototype.type], "javascript");
  // The very same map: what is set on the prototype later is seen too.
  cls.members = prototype.fields;
  prototypes.set(cls, prototype);
  return new InstanceValue(cls);
}

function prototypeOf(vm: Vm, value: Value): Value {
  const cls = classOf(known(value));
  if (value.kind === "class") return value.bases[0] ?? PrototypeObject.of(functionClass);
  if (value instanceof PrototypeObject) return PrototypeObject.of(value.cls.bases[0] ?? objectClass);
  if (!cls) throw vm.giveUp("the prototype of this object is not known");
  return prototypes.get(cls) ?? PrototypeObject.of(cls);
}

/** `Class.prototype`: its properties are the members of the class. */
export class PrototypeObject extends HostObject {
  readonly typeName = "Object";
  private static readonly made = new WeakMap<ClassValue, PrototypeObject>();
  private constructor(readonly cls: ClassValue) {
    super();
  }
  /** The prototype of a class: always the same object. */
  static of(cls: ClassValue): PrototypeObject {
    let found = PrototypeObject.made.get(cls);
    if (!found) {
      found = new PrototypeObject(cls);
      PrototypeObject.made.set(cls, found);
    }
    return found;
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    if (name === "constructor") return this.cls;
    return this.cls.find(name) ?? extensionOf(vm, this.cls, name) ?? objectClass.find(name) ?? UNDEFINED;
  }
  override setAttribute(vm: Vm, name: string, value: Value): boolean {
    if (this.cls.definition) {
      vm.touch(this.cls);
      this.cls.members.set(name, value);
    } else {
      // Built-in classes serve every evaluation; what one of them adds stays its own.
      extensions(vm).set(`${this.cls.name}.${name}`, value);
    }
    return true;
  }
  override getIndex(vm: Vm, index: Value): Value | undefined {
    return index.kind === "string" ? this.getAttribute(vm, index.value) : undefined;
  }
}

function extensions(vm: Vm): Map<string, Value> {
  let map = vm.state.get("javascript.prototypes") as Map<string, Value> | undefined;
  if (!map) {
    map = new Map();
    vm.state.set("javascript.prototypes", map);
  }
  return map;
}

/** A member that user code added to the prototype of a built-in class. */
export function extensionOf(vm: Vm, cls: ClassValue, name: string): Value | undefined {
  const added = vm.state.get("javascript.prototypes") as Map<string, Value> | undefined;
  if (!added) return undefined;
  return added.get(`${cls.name}.${name}`) ?? added.get(`Object.${name}`);
}

function groupBy(vm: Vm, args: readonly Value[]): Value {
  const pick = callback(vm, args[1]);
  const groups = makeObject();
  vm.items(known(args[0])).forEach((item, index) => {
    const key = toKey(vm, known(pick(item, int(index))));
    const group = groups.fields.get(key);
    if (group?.kind === "list") group.items.push(item);
    else groups.fields.set(key, list([item]));
  });
  return groups;
}

/** Freezing only forbids what a program does not do; that writes would be ignored is not followed. */
const frozen = new WeakSet<Value>();
const freeze: FunctionBody = (_vm, [object]) => {
  if (object && !isPrimitive(object)) frozen.add(object);
  return object ?? UNDEFINED;
};
const isFrozen: FunctionBody = (_vm, [object]) => bool(isPrimitive(known(object)) || frozen.has(known(object)));

const objectStatics: Record<string, FunctionBody> = {
  keys: (vm, [object]) => list(ownKeys(vm, object ?? UNDEFINED).map(str)),
  values: (vm, [object]) => list(pairs(vm, object ?? UNDEFINED).map(([, value]) => value)),
  entries: (vm, [object]) => list(pairs(vm, object ?? UNDEFINED).map(([key, value]) => list([str(key), value]))),
  getOwnPropertyNames: (vm, [object]) => {
    const value = known(object);
    if (value.kind === "instance") return list(ordered([...value.fields.keys()]).map(str));
    return list(ownKeys(vm, value).map(str));
  },
  assign,
  freeze,
  seal: freeze,
  preventExtensions: freeze,
  isFrozen,
  isSealed: isFrozen,
  isExtensible: (vm, args) => bool(isFrozen(vm, args) === FALSE),
  fromEntries: (vm, [entries]) =>
    makeObject(
      vm.items(known(entries)).map((entry) => {
        const [key, value] = vm.items(entry);
        return [toKey(vm, known(key)), value ?? UNDEFINED] as const;
      }),
    ),
  defineProperty: (vm, [object, key, descriptor]) => {
    defineProperty(vm, known(object), toKey(vm, known(key)), known(descriptor));
    return object ?? UNDEFINED;
  },
  defineProperties: (vm, [object, descriptors]) => {
    for (const [key, one] of pairs(vm, known(descriptors))) defineProperty(vm, known(object), key, known(one));
    return object ?? UNDEFINED;
  },
  create: (vm, [prototype, descriptors]) => {
    const made = create(vm, known(prototype));
    if (descriptors && descriptors.kind !== "undefined") {
      for (const [key, one] of pairs(vm, descriptors)) defineProperty(vm, made, key, known(one));
    }
    return made;
  },
  getPrototypeOf: (vm, [object]) => prototypeOf(vm, object ?? UNDEFINED),
  setPrototypeOf: (vm) => vm.unknown("an object whose prototype was replaced is not followed"),
  hasOwn: (vm, [object, key]) => bool(hasOwn(vm, known(object), toKey(vm, known(key)))),
  is: (_vm, [a, b]) => {
    if (a?.kind === "number" && b?.kind === "number") return bool(Object.is(a.value, b.value));
    const result = sameValueZero(a ?? UNDEFINED, b ?? UNDEFINED);
    return typeof result === "boolean" ? bool(result) : result;
  },
  groupBy,
};

function hasOwn(vm: Vm, object: Value, key: string): boolean {
  if (object instanceof PrototypeObject) return object.cls.members.has(key);
  if (object.kind === "instance" && object.fields.has(key)) return true;
  if ((object.kind === "list" || object.kind === "string") && key === "length") return true;
  return ownKeys(vm, object).includes(key);
}

/** `Reflect`. */
export const reflectNamespace = new Namespace(
  "Reflect",
  Object.fromEntries(
    Object.entries<FunctionBody>({
      ownKeys: objectStatics["getOwnPropertyNames"] as FunctionBody,
      getPrototypeOf: objectStatics["getPrototypeOf"] as FunctionBody,
      has: (vm, [object, key]) => vm.compare("in", key ?? UNDEFINED, object ?? UNDEFINED),
      get: (vm, [object, key]) => vm.getIndex(known(object), key ?? UNDEFINED),
      set: (vm, [object, key, value]) => {
        vm.setIndex(known(object), key ?? UNDEFINED, value ?? UNDEFINED);
        return bool(true);
      },
      apply: (vm, [callee, thisArg, args]) =>
        vm.call(withThis(known(callee), thisArg ?? UNDEFINED), argumentsFrom(vm, args)),
      construct: (vm, [callee, args]) =>
        vm.callWith(known(callee), {
          positional: argumentsFrom(vm, args),
          keywords: new Map(),
          unknown: null,
          isNew: true,
        }),
    }).map(([name, body]) => [name, fn(name, body)]),
  ),
);

addStatics(objectClass, objectStatics);
constructible(objectClass, (_vm, [value]) =>
  value === undefined || value.kind === "none" || value.kind === "undefined" ? makeObject() : value,
);
addMethods(objectClass, {
  hasOwnProperty: (vm: Vm, self: Value, [key]: readonly Value[]) => bool(hasOwn(vm, self, toKey(vm, known(key)))),
  propertyIsEnumerable: (vm: Vm, self: Value, [key]: readonly Value[]) =>
    bool(ownKeys(vm, self).includes(toKey(vm, known(key)))),
  isPrototypeOf: (vm: Vm, self: Value, [object]: readonly Value[]) => {
    const cls = classOf(known(object));
    if (!cls) throw vm.giveUp("the prototypes of this object are not known");
    return bool(self instanceof PrototypeObject ? cls.isSubclassOf(self.cls) : hasPrototype(cls, self));
  },
  toString: (vm: Vm, self: Value) => {
    if (self.kind === "instance" || self.kind === "module") {
      const tag = vm.findAttribute(self, "@@toStringTag");
      return str(`[object ${tag?.kind === "string" ? tag.value : "Object"}]`);
    }
    // `Object.prototype.toString.call(x)` asks what kind of thing x is.
    const type = typeOf(self);
    const tag =
      self.kind === "none" ? "Null" : type === "object" ? (classOf(self)?.name ?? "Object") : capitalized(type);
    return str(`[object ${tag}]`);
  },
  toLocaleString: (vm: Vm, self: Value) => str(toText(vm, self)),
  valueOf: (_vm: Vm, self: Value) => self,
});

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// --- functions ------------------------------------------------------------------------------------------------------

function argumentsFrom(vm: Vm, value: Value | undefined): Value[] {
  if (value === undefined || value.kind === "none" || value.kind === "undefined") return [];
  return arrayLike(vm, value);
}

/** Items of an iterable, or of an object with a length and numbered properties. */
export function arrayLike(vm: Vm, value: Value): Value[] {
  const object = unwrap(known(value));
  if (object.kind === "instance" && vm.findAttribute(object, "@@iterator") === undefined) {
    const length = vm.findAttribute(object, "length");
    const count = length === undefined ? 0 : Number(toText(vm, known(length)));
    if (!(count > 0)) return [];
    if (count > LIMITS.listLength) throw vm.giveUp(`an array is longer than ${LIMITS.listLength} items`);
    return Array.from({ length: Math.trunc(count) }, (_, index) => object.fields.get(String(index)) ?? UNDEFINED);
  }
  if (isPrimitive(object) && object.kind !== "string") return [];
  return vm.items(object).slice();
}

addMethods(functionClass, {
  call: (vm, self, [thisArg, ...rest]) => vm.call(withThis(self, thisArg ?? UNDEFINED), rest),
  apply: (vm, self, [thisArg, args]) => vm.call(withThis(self, thisArg ?? UNDEFINED), argumentsFrom(vm, args)),
  bind: (_vm, self, [thisArg, ...first]) => {
    const target = withThis(self, thisArg ?? UNDEFINED);
    return new NativeFunction(`bound ${nameOf(self)}`, (inner, args: Arguments) =>
      inner.callWith(target, { ...args, positional: [...first, ...args.positional] }),
    );
  },
  toString: (vm: Vm) => vm.unknown("the text of a function is not known"),
});

/** Name of a function or class, "" for anything else. */
export function nameOf(value: Value): string {
  switch (value.kind) {
    case "function":
    case "native":
    case "class":
      return value.name;
    case "method":
    case "staticmethod":
    case "classmethod":
      return nameOf(value.callable);
    default:
      return "";
  }
}

/** Number of parameters before the first with a default. */
function lengthOf(value: Value): Value {
  if (value.kind === "method") return lengthOf(value.callable);
  if (value.kind === "class") {
    const own = value.members.get("constructor");
    return own?.kind === "function" ? lengthOf(own) : int(0);
  }
  if (value.kind !== "function") return UNDEFINED;
  const { parameters } = value.definition;
  const end = parameters.findIndex((parameter) => parameter.fallback !== null || parameter.kind === "rest");
  return int(end < 0 ? parameters.length : end);
}

addGetters(functionClass, {
  name: (_vm, self) => str(nameOf(self)),
  length: (_vm, self) => lengthOf(self),
  prototype: (_vm, self) => {
    if (self.kind === "class") return PrototypeObject.of(self);
    if (self.kind !== "function" || self.definition.isArrow) return UNDEFINED;
    // Made when first asked for, and kept: user code fills it.
    const prototype = makeObject([["constructor", self]]);
    hiddenFields.set(prototype, new Set(["constructor"]));
    self.fields.set("prototype", prototype);
    return prototype;
  },
});

constructible(functionClass, (vm) => vm.unknown("a function made from text is not run"));

/** `Symbol.iterator` of an iterable as a method that gives an iterator. */
export function iteratorMethod(make: (vm: Vm, self: Value) => Value): NativeMethod {
  return new NativeMethod("[Symbol.iterator]", (vm, args) => make(vm, unwrap(args.positional[0] ?? UNDEFINED)));
}
