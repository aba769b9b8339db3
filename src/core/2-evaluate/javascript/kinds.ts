// The classes of JavaScript's built-in values, empty; the files beside this one put members into them. They are made here,
// in a leaf, so that a file can ask of what class a value is without importing what that class can do.
import { ClassValue, InstanceValue, type ListValue, NativeFunction, UndefinedValue, type Value } from "../values";

function builtin(name: string, base?: ClassValue): ClassValue {
  return new ClassValue(name, base ? [base] : [], "javascript");
}

/** Class of object literals; what every object falls back to. */
export const objectClass = builtin("Object");
export const functionClass = builtin("Function");
export const arrayClass = builtin("Array");
export const stringClass = builtin("String");
export const numberClass = builtin("Number");
export const booleanClass = builtin("Boolean");
export const symbolClass = builtin("Symbol");
export const bigintClass = builtin("BigInt");
export const mapClass = builtin("Map");
export const setClass = builtin("Set");
export const iteratorClass = builtin("Iterator");
export const regexpClass = builtin("RegExp");
export const promiseClass = builtin("Promise");
export const dateClass = builtin("Date");
export const errorClass = builtin("Error");

/** The real constructors, used to bring numbers to the precision of an element. */
const elementTypes = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
};
type ElementType = keyof typeof elementTypes;

export const typedArrayClasses: readonly ClassValue[] = Object.keys(elementTypes).map((name) => builtin(name));

/** Bytes of one element of a typed array class. */
export function elementBytes(cls: ClassValue): number {
  return elementTypes[cls.name as ElementType].BYTES_PER_ELEMENT;
}

/** A number as it reads back from an element of a typed array class. */
export function asElement(cls: ClassValue, value: number): number {
  return new elementTypes[cls.name as ElementType]([value])[0] ?? 0;
}

/** Class of the lists that are typed arrays. */
export const typedArrays = new WeakMap<ListValue, ClassValue>();

/** Named properties of lists: `index` and `groups` of a match. */
export const listExtras = new WeakMap<ListValue, ReadonlyMap<string, Value>>();

/** Fields that listing an object leaves out. */
export const hiddenFields = new WeakMap<InstanceValue, Set<string>>();

/** The objects that nameless classes stand for: those that `Object.create` and `new f()` made instances of. */
export const prototypes = new WeakMap<ClassValue, InstanceValue>();

/** True when the object is among the prototypes of a class. */
export function hasPrototype(cls: ClassValue, prototype: Value): boolean {
  return cls.mro.some((one) => prototypes.get(one) === prototype);
}

/** An item that was never set (`Array(3)`): array methods pass over it, everything else reads it as undefined. */
export const HOLE = new UndefinedValue();

/** A symbol is a string with this mark in front: it works as a property key, and listings leave it out. */
export const SYMBOL_MARK = "@@";
export const ITERATOR_KEY = "@@iterator";
export const ASYNC_ITERATOR_KEY = "@@asyncIterator";

export function isSymbolText(text: string): boolean {
  return text.startsWith(SYMBOL_MARK);
}

/** A native that takes `this` as its first argument; `call` and `apply` tell it from plain functions, which take none. */
export class NativeMethod extends NativeFunction {}

/** An object with these fields. */
export function makeObject(fields: Iterable<readonly [string, Value]> = []): InstanceValue {
  const object = new InstanceValue(objectClass);
  for (const [key, value] of fields) object.fields.set(key, value);
  return object;
}

/** Class whose members a built-in value has; undefined for null, undefined and what has classes of its own. */
export function classOf(value: Value): ClassValue | undefined {
  switch (value.kind) {
    case "string":
      return stringClass;
    case "number":
      return numberClass;
    case "boolean":
      return booleanClass;
    case "list":
      return typedArrays.get(value) ?? arrayClass;
    case "tuple":
      return arrayClass;
    case "dict":
      return value.typeName === "Map" ? mapClass : objectClass;
    case "set":
      return setClass;
    case "iterator":
      return iteratorClass;
    case "function":
    case "native":
    case "method":
    case "class":
    case "staticmethod":
    case "classmethod":
      return functionClass;
    case "instance":
      return value.type;
    default:
      return undefined;
  }
}
