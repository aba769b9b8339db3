// Properties, items and iteration of built-in values. An absent property is undefined; what is not known stays so.
import { LIMITS } from "../limits";
import {
  BoundMethod,
  int,
  isOpaque,
  type ListValue,
  list,
  type OpaqueValue,
  str,
  UNDEFINED,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { element } from "./array-classes";
import { asIndex, symbolName, toKey, toNumber } from "./convert";
import {
  ASYNC_ITERATOR_KEY,
  classOf,
  HOLE,
  ITERATOR_KEY,
  isSymbolText,
  listExtras,
  objectClass,
  typedArrays,
} from "./kinds";
import { extensionOf, ownKeys } from "./objects";
import { promiseMethods } from "./promises";
import { isCallable, known, method, orUnknown, read, spoil, taintOf } from "./support";

const promises = new Map(Object.entries(promiseMethods).map(([name, body]) => [name, method(name, body)]));

/** Attribute of a built-in value; what every object has for an instance that does not have it itself. */
export function attribute(vm: Vm, object: Value, name: string): Value | undefined {
  const own = ownAttribute(object, name);
  if (own !== undefined) return own;
  if (object.kind === "instance" && object.payload !== null) return attribute(vm, object.payload, name);
  if (object.kind !== "none" && object.kind !== "undefined") {
    const cls = classOf(object);
    const member =
      (object.kind === "instance" ? undefined : cls?.find(name)) ??
      extensionOf(vm, cls ?? objectClass, name) ??
      objectClass.find(name);
    if (name === "constructor") return cls;
    if (member?.kind === "property") return member.getter ? vm.call(member.getter, [object]) : UNDEFINED;
    if (member)
      return member.kind === "native" || member.kind === "function" ? new BoundMethod(object, member) : member;
  }
  const promise = promises.get(name);
  return promise ? new BoundMethod(object, promise) : undefined;
}

function ownAttribute(object: Value, name: string): Value | undefined {
  switch (object.kind) {
    case "opaque":
      return promises.has(name) ? undefined : object;
    case "string": {
      if (name === "length") return int(object.value.length);
      if (name === "description" && isSymbolText(object.value)) return str(symbolName(object.value));
      const index = asIndex(name);
      return index === undefined || index >= object.value.length ? undefined : str(object.value.charAt(index));
    }
    case "list":
    case "tuple": {
      const index = asIndex(name);
      if (name !== "length" && index === undefined) {
        return object.kind === "list" ? listExtras.get(object)?.get(name) : undefined;
      }
      const taint = taintOf(object);
      if (taint) return taint;
      return index === undefined ? int(object.items.length) : itemAt(object.items, index);
    }
    case "dict":
      // An object from Python code or a framework; a JavaScript Map has no properties of its own.
      return object.typeName === "Map" ? undefined : (object.get(name) ?? object.taint ?? undefined);
    default:
      return undefined;
  }
}

function itemAt(items: readonly Value[], index: number): Value | undefined {
  const item = items[index];
  return item === undefined ? undefined : read(item);
}

/** Setting a property of a built-in value; false when it has none to set. */
export function setAttribute(vm: Vm, object: Value, name: string, value: Value): boolean {
  if (object.kind === "dict" && object.typeName !== "Map") {
    vm.touch(object);
    object.put(name, value);
    return true;
  }
  if (object.kind !== "list") return false;
  if (name !== "length") return setItem(vm, object, asIndex(name), value);
  const length = orUnknown(() => toNumber(vm, value));
  if (isOpaque(length)) {
    spoil(vm, object, length);
    return true;
  }
  if (!Number.isInteger(length) || length < 0) throw vm.error("RangeError", "Invalid array length");
  vm.touch(object);
  // An emptied array is known again.
  if (length === 0) object.taint = null;
  if (object.taint === null) resize(vm, object, length);
  return true;
}

function resize(vm: Vm, array: ListValue, length: number): void {
  if (length > LIMITS.listLength) {
    spoil(vm, array, vm.unknown(`an array is longer than ${LIMITS.listLength} items`));
    return;
  }
  while (array.items.length < length) array.items.push(HOLE);
  array.items.length = length;
}

function setItem(vm: Vm, array: ListValue, index: number | undefined, value: Value): boolean {
  if (index === undefined) return false;
  const cls = typedArrays.get(array);
  vm.touch(array);
  if (array.taint) return true;
  if (cls && index >= array.items.length) return true;
  if (index >= array.items.length) resize(vm, array, index + 1);
  if (array.taint === null) array.items[index] = cls ? element(vm, cls, value) : value;
  return true;
}

export function getIndex(vm: Vm, object: Value, index: Value): Value {
  if (isOpaque(object)) return object;
  if (isOpaque(index)) return index;
  if (index.kind === "number" && object.kind === "list") {
    return object.taint ?? read(object.items[index.value]);
  }
  return orUnknown(() => {
    const own = object.kind === "host" ? object.getIndex(vm, index) : undefined;
    return own ?? vm.getAttribute(object, toKey(vm, index));
  });
}

export function setIndex(vm: Vm, object: Value, index: Value, value: Value): void {
  if (object.kind === "none" || object.kind === "undefined") {
    throw vm.error("TypeError", `Cannot set properties of ${object.kind === "none" ? "null" : "undefined"}`);
  }
  if (isOpaque(object)) return;
  const key = orUnknown(() => toKey(vm, index));
  if (typeof key !== "string") {
    // Any property may be the one that was set.
    spoil(vm, object, key);
    return;
  }
  if (object.kind === "host" && object.setIndex(vm, index, value)) return;
  if (object.kind === "instance" && object.payload?.kind === "list" && asIndex(key) !== undefined) {
    setItem(vm, object.payload, asIndex(key), value);
    return;
  }
  vm.setAttribute(object, key, value);
}

export function deleteIndex(vm: Vm, object: Value, index: Value): void {
  const key = orUnknown(() => toKey(vm, index));
  if (typeof key !== "string") {
    spoil(vm, object, key);
  } else if (object.kind === "instance") {
    vm.touch(object);
    object.fields.delete(key);
  } else if (object.kind === "list") {
    const at = asIndex(key);
    if (at === undefined || at >= object.items.length) return;
    vm.touch(object);
    object.items[at] = HOLE;
  } else if (object.kind === "dict") {
    vm.touch(object);
    object.entries.delete(`s:${key}`);
  }
}

// --- iteration ------------------------------------------------------------------------------------------------------

function* walk(array: ListValue): Generator<Value> {
  // The array may grow while it is walked.
  for (let index = 0; index < array.items.length; index++) yield read(array.items[index]);
}

function fromNext(next: () => Value | undefined): Iterator<Value> {
  return {
    next: () => {
      const value = next();
      return value === undefined ? { done: true, value: UNDEFINED } : { done: false, value };
    },
  };
}

/** Starts an iteration as `for…of` and spread do. */
export function iterate(vm: Vm, value: Value): Iterator<Value> | OpaqueValue {
  const taint = taintOf(value);
  if (taint) return taint;
  switch (value.kind) {
    case "opaque":
      return value;
    case "list":
      return walk(value);
    case "tuple":
      return value.items[Symbol.iterator]();
    case "string":
      return Array.from(value.value, str)[Symbol.iterator]();
    case "set":
      return value.entries.values();
    case "iterator":
      return fromNext(() => value.next());
    case "dict":
      if (value.typeName === "Map") {
        const entries = value.entries.values();
        return fromNext(() => {
          const { done, value: entry } = entries.next();
          return done ? undefined : list([entry.key, entry.value]);
        });
      }
      break;
    case "host": {
      const items = value.iterate(vm);
      if (items === undefined) break;
      return isOpaque(items) ? items : items[Symbol.iterator]();
    }
    case "instance": {
      if (value.payload !== null) return iterate(vm, value.payload);
      const start = vm.findAttribute(value, ITERATOR_KEY) ?? vm.findAttribute(value, ASYNC_ITERATOR_KEY);
      if (start && isOpaque(start)) return start;
      if (start && isCallable(start)) return iterateBy(vm, vm.call(bound(value, start)));
      break;
    }
    default:
  }
  throw vm.error("TypeError", `${shown(vm, value)} is not iterable`);
}

/** Iteration by the protocol: `next()` until `done`. */
function iterateBy(vm: Vm, source: Value): Iterator<Value> | OpaqueValue {
  if (isOpaque(source)) return source;
  if (source.kind === "iterator") return fromNext(() => source.next());
  const next = vm.getAttribute(source, "next");
  return fromNext(() => {
    vm.step();
    const result = known(vm.call(isCallable(next) ? bound(source, next) : next));
    const done = vm.truth(vm.getAttribute(result, "done"));
    if (isOpaque(done)) throw vm.giveUp(done.reason);
    return done ? undefined : vm.getAttribute(result, "value");
  });
}

/** A function found in a field, called with the object it was found in as `this`. */
function bound(self: Value, callee: Value): Value {
  return callee.kind === "function" && !callee.definition.isArrow ? new BoundMethod(self, callee) : callee;
}

function shown(vm: Vm, value: Value): string {
  return value.kind === "none" ? "null" : value.kind === "undefined" ? "undefined" : vm.typeName(value);
}

/** Keys for `for…in`. */
export function keys(vm: Vm, value: Value): Value[] | OpaqueValue {
  if (value.kind === "none" || value.kind === "undefined") return [];
  const found = orUnknown(() => ownKeys(vm, value));
  return isOpaque(found) ? found : found.map(str);
}
