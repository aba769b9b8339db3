// Items and slices: `x[i]`, `x[i] = v`, `del x[i]` for every kind of Python value.
import { COSTS } from "../limits";
import { Unknown } from "../signals";
import {
  int,
  isOpaque,
  list,
  type ListValue,
  RangeValue,
  type SliceValue,
  str,
  StringValue,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { dictDelete, dictIndex, dictSet, keyError, taint } from "./dicts";
import { collect } from "./iterate";
import { derived, indexOf, orUnknown } from "./support";
import { operatorMethod } from "./text";
import { payload, typeNameOf } from "./types";

interface Bounds {
  start: number;
  stop: number;
  step: number;
  length: number;
}

/** Resolves a slice for a length, as `slice.indices` does. Throws Unknown. */
export function sliceBounds(vm: Vm, slice: SliceValue, length: number): Bounds {
  const part = (value: Value): number | null => {
    if (value.kind === "none" || value.kind === "undefined") return null;
    const inner = payload(value);
    if (inner.kind === "number" && inner.isFloat) {
      throw vm.error("TypeError", "slice indices must be integers or None or have an __index__ method");
    }
    if (inner.kind === "string" || inner.kind === "list" || inner.kind === "tuple") {
      throw vm.error("TypeError", "slice indices must be integers or None or have an __index__ method");
    }
    return indexOf(vm, value);
  };
  const step = part(slice.step) ?? 1;
  if (step === 0) throw vm.error("ValueError", "slice step cannot be zero");
  const clamp = (value: number | null, fallback: number): number => {
    if (value === null) return fallback;
    const absolute = value < 0 ? value + length : value;
    return step > 0 ? Math.min(Math.max(absolute, 0), length) : Math.min(Math.max(absolute, -1), length - 1);
  };
  const start = clamp(part(slice.lower), step > 0 ? 0 : length - 1);
  const stop = clamp(part(slice.upper), step > 0 ? length : -1);
  return { start, stop, step, length: Math.max(0, Math.ceil((stop - start) / step)) };
}

/** Picks the items of a slice. */
export function sliceItems<T>(vm: Vm, slice: SliceValue, items: readonly T[]): T[] {
  const { start, step, length } = sliceBounds(vm, slice, items.length);
  vm.step(Math.ceil(length / COSTS.itemsPerStep));
  if (step === 1) return items.slice(start, start + length);
  return Array.from({ length }, (_, index) => items[start + index * step] as T);
}

/** Non-negative place of an index, or an IndexError with these words. */
function place(vm: Vm, index: Value, length: number, typeName: string, outside: string): number {
  const inner = payload(index);
  if ((inner.kind === "number" && inner.isFloat) || !isIndexLike(inner)) {
    const words = typeName === "string" ? "integers" : "integers or slices";
    const got = typeName === "string" ? `'${typeNameOf(index)}'` : typeNameOf(index);
    throw vm.error("TypeError", `${typeName} indices must be ${words}, not ${got}`);
  }
  const number = indexOf(vm, index);
  const absolute = number < 0 ? number + length : number;
  if (absolute < 0 || absolute >= length) throw vm.error("IndexError", outside);
  return absolute;
}

function isIndexLike(value: Value): boolean {
  switch (value.kind) {
    case "number":
    case "boolean":
    case "host":
    case "opaque":
      return true;
    case "instance":
      return operatorMethod(value, "__index__") !== undefined;
    default:
      return false;
  }
}

const surrogates = /[\ud800-\udfff]/;

/** Characters of a text as Python counts them. */
export function characters(text: string): string[] {
  return surrogates.test(text) ? [...text] : text.split("");
}

/** Length of a text in code points. */
export function textLength(text: string): number {
  return surrogates.test(text) ? [...text].length : text.length;
}

function stringIndex(vm: Vm, value: StringValue, index: Value): Value {
  if (index.kind === "slice") {
    return new StringValue(sliceItems(vm, index, characters(value.value)).join(""), value.bytes);
  }
  if (value.bytes) {
    return int(value.value.charCodeAt(place(vm, index, value.value.length, "byte", "index out of range")));
  }
  const at = place(vm, index, textLength(value.value), "string", "string index out of range");
  return str(characters(value.value)[at] as string);
}

/** `object[index]`. */
export function getIndex(vm: Vm, object: Value, index: Value): Value {
  if (object.kind === "list" && index.kind === "number" && !index.isFloat && !object.taint) {
    const at = index.value < 0 ? index.value + object.items.length : index.value;
    const found = object.items[at];
    if (found) return found;
  }
  return orUnknown(() => readIndex(vm, object, index));
}

function readIndex(vm: Vm, object: Value, index: Value): Value {
  if (object.kind === "opaque") return derived(object);
  switch (object.kind) {
    case "list":
      if (object.taint) return object.taint;
      if (index.kind === "slice") return list(sliceItems(vm, index, object.items));
      return object.items[place(vm, index, object.items.length, "list", "list index out of range")] as Value;
    case "tuple":
      if (index.kind === "slice") {
        const part = tuple(sliceItems(vm, index, object.items));
        // A part of a library's shape is a shape again; a part of a named tuple is a plain one.
        if (!object.names) part.type = object.type;
        return part;
      }
      return object.items[place(vm, index, object.items.length, "tuple", "tuple index out of range")] as Value;
    case "dict":
      return dictIndex(vm, object, index);
    case "string":
      return stringIndex(vm, object, index);
    case "range": {
      if (index.kind === "slice") {
        const { start, stop, step } = sliceBounds(vm, index, object.length);
        const at = (offset: number): number => object.start + offset * object.step;
        return new RangeValue(at(start), at(stop), object.step * step);
      }
      const offset = place(vm, index, object.length, "range", "range object index out of range");
      return int(object.start + offset * object.step);
    }
    case "instance":
      return readInstance(vm, object, index);
    case "host": {
      const found = object.getIndex(vm, index);
      if (found) return found;
      const method = vm.findAttribute(object, "__getitem__");
      return method ? vm.call(method, [index]) : vm.unknown(`an item of ${object.typeName} is not known`);
    }
    case "class":
      return readClass(vm, object, index);
    default:
      throw vm.error("TypeError", `'${typeNameOf(object)}' object is not subscriptable`);
  }
}

function readInstance(vm: Vm, object: Value & { kind: "instance" }, index: Value): Value {
  const method = operatorMethod(object, "__getitem__");
  if (method?.kind === "function") return vm.call(method, [object, index]);
  if (object.payload?.kind === "dict") return dictIndex(vm, object.payload, index, object);
  if (method) return vm.call(method, [object, index]);
  if (object.payload) return readIndex(vm, object.payload, index);
  if (object.type.unknownBase) return derived(object.type.unknownBase);
  throw vm.error("TypeError", `'${object.type.name}' object is not subscriptable`);
}

/** A member of an enum by name; else a generic class with its parameters, which stands for the class itself. */
function readClass(vm: Vm, cls: Value & { kind: "class" }, index: Value): Value {
  if (cls.enumMembers) {
    if (isOpaque(index)) return derived(index);
    const member = index.kind === "string" ? cls.enumMembers.get(index.value) : undefined;
    if (!member) throw keyError(vm, index);
    return member;
  }
  const getter = cls.find("__class_getitem__");
  if (getter?.kind === "function") return vm.call(getter, [cls, index]);
  if (getter?.kind === "classmethod") return vm.call(getter.callable, [cls, index]);
  return cls;
}

/** `object[index] = value`. */
export function setIndex(vm: Vm, object: Value, index: Value, value: Value): void {
  switch (object.kind) {
    case "list":
      return setListIndex(vm, object, index, value);
    case "dict":
      return dictSet(vm, object, index, value);
    case "instance": {
      const method = operatorMethod(object, "__setitem__");
      if (method) vm.call(method, [object, index, value]);
      else if (object.payload) setIndex(vm, object.payload, index, value);
      else if (!object.type.unknownBase) notAssignable(vm, object, "assignment");
      return;
    }
    case "host":
      if (!object.setIndex(vm, index, value)) {
        const method = vm.findAttribute(object, "__setitem__");
        if (method) vm.call(method, [index, value]);
      }
      return;
    case "opaque":
      return;
    default:
      notAssignable(vm, object, "assignment");
  }
}

function notAssignable(vm: Vm, object: Value, what: string): never {
  throw vm.error("TypeError", `'${typeNameOf(object)}' object does not support item ${what}`);
}

function setListIndex(vm: Vm, object: ListValue, index: Value, value: Value): void {
  if (object.taint) return;
  if (isOpaque(index)) return taint(vm, object, index);
  try {
    if (index.kind === "slice") return setSlice(vm, object, index, value);
    const at = place(vm, index, object.items.length, "list", "list assignment index out of range");
    vm.touch(object);
    object.items[at] = value;
  } catch (signal) {
    if (!(signal instanceof Unknown)) throw signal;
    taint(vm, object, signal.value);
  }
}

function setSlice(vm: Vm, object: ListValue, slice: SliceValue, value: Value): void {
  const { start, step, length } = sliceBounds(vm, slice, object.items.length);
  if (value.kind === "number" || value.kind === "none" || value.kind === "boolean") {
    throw vm.error("TypeError", "can only assign an iterable");
  }
  const items = collect(vm, value);
  vm.touch(object);
  if (step === 1) {
    object.items.splice(start, length, ...items);
    return;
  }
  if (items.length !== length) {
    const message = `attempt to assign sequence of size ${items.length} to extended slice of size ${length}`;
    throw vm.error("ValueError", message);
  }
  for (const [offset, item] of items.entries()) object.items[start + offset * step] = item;
}

/** `del object[index]`. */
export function deleteIndex(vm: Vm, object: Value, index: Value): void {
  switch (object.kind) {
    case "list":
      return deleteListIndex(vm, object, index);
    case "dict":
      if (object.taint) return;
      if (isOpaque(index)) return taint(vm, object, index);
      if (!dictDelete(vm, object, index)) throw keyError(vm, index);
      return;
    case "instance": {
      const method = operatorMethod(object, "__delitem__");
      if (method) vm.call(method, [object, index]);
      else if (object.payload) deleteIndex(vm, object.payload, index);
      else if (!object.type.unknownBase) notAssignable(vm, object, "deletion");
      return;
    }
    case "host": {
      const method = vm.findAttribute(object, "__delitem__");
      if (!method) throw vm.giveUp(`deleting an item of ${object.typeName} is not modelled`);
      vm.call(method, [index]);
      return;
    }
    case "opaque":
      return;
    default:
      throw vm.error("TypeError", `'${typeNameOf(object)}' object doesn't support item deletion`);
  }
}

function deleteListIndex(vm: Vm, object: ListValue, index: Value): void {
  if (object.taint) return;
  if (isOpaque(index)) return taint(vm, object, index);
  try {
    if (index.kind === "slice") {
      const { start, step, length } = sliceBounds(vm, index, object.items.length);
      const gone = new Set(Array.from({ length }, (_, offset) => start + offset * step));
      vm.touch(object);
      object.items = object.items.filter((_, at) => !gone.has(at));
      return;
    }
    const at = place(vm, index, object.items.length, "list", "list assignment index out of range");
    vm.touch(object);
    object.items.splice(at, 1);
  } catch (signal) {
    if (!(signal instanceof Unknown)) throw signal;
    taint(vm, object, signal.value);
  }
}
