// The copy module: shallow and deep copies. Instances are copied field by field with a memo, so that shared parts stay shared.
import { nativeModule } from "../../native";
import {
  BoundMethod,
  DictValue,
  type HostObject,
  InstanceValue,
  isOpaque,
  list,
  ListValue,
  SetValue,
  tuple,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { fn } from "../support";
import { operatorMethod } from "../text";
import type { StandardModules } from "./modules";

/** A host object that can be copied deeply. */
export interface DeepCopyable {
  /** A copy of its own; parts that are values are copied with `copyPart`, which keeps shared parts shared. */
  deepCopy(vm: Vm, copyPart: (value: Value) => Value): Value;
}

function isDeepCopyable(value: HostObject): value is HostObject & DeepCopyable {
  return typeof (value as Partial<DeepCopyable>).deepCopy === "function";
}

type Memo = Map<Value, Value>;

/** A new instance of the same class, made by nobody's `__init__`. */
function emptyLike(vm: Vm, value: InstanceValue): InstanceValue {
  const copy = new InstanceValue(value.type);
  copy.madeAt = vm.stack();
  return copy;
}

/** copy.deepcopy(value). */
export function deepCopy(vm: Vm, value: Value, memo: Memo = new Map()): Value {
  switch (value.kind) {
    case "list":
    case "dict":
    case "set":
    case "instance":
    case "tuple":
    case "host": {
      const known = memo.get(value);
      if (known) return known;
      vm.step();
      return copyParts(vm, value, memo);
    }
    case "method": {
      const self = deepCopy(vm, value.self, memo);
      return self === value.self ? value : new BoundMethod(self, value.callable);
    }
    default:
      return value;
  }
}

function copyParts(vm: Vm, value: Value, memo: Memo): Value {
  switch (value.kind) {
    case "list": {
      const copy = list([]);
      copy.taint = value.taint;
      memo.set(value, copy);
      copy.items = value.items.map((item) => deepCopy(vm, item, memo));
      return copy;
    }
    case "dict": {
      const copy = emptyDict(value);
      memo.set(value, copy);
      for (const [hash, { key, value: item }] of value.entries) {
        copy.entries.set(hash, { key: deepCopy(vm, key, memo), value: deepCopy(vm, item, memo) });
      }
      return copy;
    }
    case "set": {
      const copy = new SetValue(new Map(value.entries), value.frozen);
      copy.taint = value.taint;
      memo.set(value, copy);
      return copy;
    }
    case "tuple": {
      const items = value.items.map((item) => deepCopy(vm, item, memo));
      if (items.every((item, index) => item === value.items[index])) return value;
      const copy = tuple(items);
      copy.names = value.names;
      copy.type = value.type;
      memo.set(value, copy);
      return copy;
    }
    case "instance":
      return copyInstance(vm, value, memo);
    case "host": {
      if (!isDeepCopyable(value)) return value;
      const copy = value.deepCopy(vm, (part) => deepCopy(vm, part, memo));
      memo.set(value, copy);
      return copy;
    }
    default:
      return value;
  }
}

function emptyDict(value: DictValue): DictValue {
  const copy = new DictValue(new Map(), value.typeName);
  copy.taint = value.taint;
  copy.defaultFactory = value.defaultFactory;
  return copy;
}

function copyInstance(vm: Vm, value: InstanceValue, memo: Memo): Value {
  if (value.type.enumMembers) return value;
  const own = operatorMethod(value, "__deepcopy__");
  if (own) {
    const copy = vm.call(own, [value, new DictValue()]);
    memo.set(value, copy);
    return copy;
  }
  const copy = emptyLike(vm, value);
  memo.set(value, copy);
  // After `self.__dict__ = self` the fields are the items, and CPython's copy keeps only the items.
  if (!ownsFields(value)) for (const [name, field] of value.fields) copy.fields.set(name, deepCopy(vm, field, memo));
  copy.payload = value.payload && deepCopy(vm, value.payload, memo);
  return copy;
}

/** True after `self.__dict__ = self` in a subclass of dict: items and attributes are the same things. */
function ownsFields(value: InstanceValue): boolean {
  return value.payload?.kind === "dict" && value.payload.owner === value;
}

/** copy.copy(value). */
export function shallowCopy(vm: Vm, value: Value): Value {
  switch (value.kind) {
    case "list": {
      const copy = new ListValue(value.items.slice());
      copy.taint = value.taint;
      return copy;
    }
    case "dict": {
      const copy = emptyDict(value);
      copy.entries = new Map(value.entries);
      return copy;
    }
    case "set": {
      const copy = new SetValue(new Map(value.entries), value.frozen);
      copy.taint = value.taint;
      return copy;
    }
    case "instance": {
      if (value.type.enumMembers) return value;
      const own = operatorMethod(value, "__copy__");
      if (own) return vm.call(own, [value]);
      const copy = emptyLike(vm, value);
      copy.fields = new Map(value.fields);
      copy.payload = value.payload && shallowCopy(vm, value.payload);
      return copy;
    }
    case "host":
      return isDeepCopyable(value) ? value.deepCopy(vm, (part) => part) : value;
    default:
      return value;
  }
}

export const copyModules: StandardModules = {
  copy: () =>
    nativeModule("copy", {
      copy: fn("copy", "x", (vm, value) => (isOpaque(value) ? value : shallowCopy(vm, value))),
      deepcopy: fn("deepcopy", "x memo?", (vm, value) => deepCopy(vm, value)),
    }),
};
