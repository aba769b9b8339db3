// Truth and length of Python values.
import { isOpaque, type OpaqueValue, type Value } from "../values";
import type { Vm } from "../vm";
import { textLength } from "./sequence";
import { derived, indexOf } from "./support";
import { operatorMethod } from "./text";
import { typeNameOf } from "./types";

/** Truth of a value; opaque when it is not known. */
export function truthOf(vm: Vm, value: Value): boolean | OpaqueValue {
  switch (value.kind) {
    case "none":
    case "undefined":
      return false;
    case "boolean":
      return value.value;
    case "number":
      return value.value !== 0;
    case "string":
      return value.value !== "";
    case "list":
      return value.taint ?? value.items.length > 0;
    case "tuple":
      return value.items.length > 0;
    case "set":
    case "dict":
      return value.taint ?? value.entries.size > 0;
    case "range":
      return value.length > 0;
    case "instance":
      return instanceTruth(vm, value);
    case "host": {
      const known = value.truth(vm);
      if (known !== undefined) return known;
      const length = value.length(vm);
      if (length === undefined) return true;
      return isOpaque(length) ? length : length > 0;
    }
    case "opaque":
      return derived(value);
    default:
      return true;
  }
}

function instanceTruth(vm: Vm, value: Value & { kind: "instance" }): boolean | OpaqueValue {
  const method = operatorMethod(value, "__bool__");
  if (method) return truthOf(vm, vm.call(method, [value]));
  const counted = operatorMethod(value, "__len__");
  if (counted) return truthOf(vm, vm.call(counted, [value]));
  if (value.payload) return truthOf(vm, value.payload);
  return value.type.unknownBase ? derived(value.type.unknownBase) : true;
}

/** `len(value)`; raises TypeError where Python has none. */
export function lengthOf(vm: Vm, value: Value): number | OpaqueValue {
  switch (value.kind) {
    case "list":
      return value.taint ?? value.items.length;
    case "tuple":
      return value.items.length;
    case "string":
      return value.bytes ? value.value.length : textLength(value.value);
    case "set":
    case "dict":
      return value.taint ?? value.entries.size;
    case "range":
      return value.length;
    case "host": {
      const length = value.length(vm);
      if (length !== undefined) return length;
      const method = vm.findAttribute(value, "__len__");
      return method ? lengthFrom(vm, vm.call(method)) : vm.unknown(`the length of ${value.typeName} is not known`);
    }
    case "instance": {
      const method = operatorMethod(value, "__len__");
      if (method) return lengthFrom(vm, vm.call(method, [value]));
      if (value.payload) return lengthOf(vm, value.payload);
      if (value.type.unknownBase) return derived(value.type.unknownBase);
      break;
    }
    case "class":
      if (value.enumMembers) return new Set(value.enumMembers.values()).size;
      if (value.metaclass) {
        const method = value.metaclass.find("__len__");
        if (method) return lengthFrom(vm, vm.call(method, [value]));
      }
      break;
    case "opaque":
      return derived(value);
  }
  throw vm.error("TypeError", `object of type '${typeNameOf(value)}' has no len()`);
}

function lengthFrom(vm: Vm, result: Value): number | OpaqueValue {
  if (isOpaque(result)) return derived(result);
  const length = indexOf(vm, result);
  if (length < 0) throw vm.error("ValueError", "__len__() should return >= 0");
  return length;
}
