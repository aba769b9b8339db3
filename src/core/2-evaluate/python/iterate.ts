// Iteration over Python values, item by item, so that endless iterators (itertools.count) can be taken from.
import { COSTS, LIMITS } from "../limits";
import { Raised, Unknown } from "../signals";
import { int, IteratorValue, isOpaque, type OpaqueValue, type RangeValue, str, type Value } from "../values";
import type { Vm } from "../vm";
import { orderedItems } from "./set-order";
import { derived } from "./support";
import { operatorMethod } from "./text";
import { payload, typeNameOf } from "./types";

const done: IteratorResult<Value> = { done: true, value: undefined };

function* rangeItems(range: RangeValue): Iterator<Value> {
  const { start, step, length } = range;
  for (let index = 0; index < length; index++) yield int(start + index * step + 0);
}

function* textItems(text: string): Iterator<Value> {
  for (const char of text) yield str(char);
}

function* byteItems(text: string): Iterator<Value> {
  for (let index = 0; index < text.length; index++) yield int(text.charCodeAt(index));
}

function* keyItems(entries: ReadonlyMap<string, { key: Value }>): Iterator<Value> {
  for (const entry of entries.values()) yield entry.key;
}

/** Iterates by `__next__` until StopIteration. */
function nextMethodItems(vm: Vm, iterator: Value, method: Value): Iterator<Value> {
  let turns = 0;
  return {
    next() {
      vm.step();
      if (++turns > LIMITS.loopIterations) throw vm.giveUp(`more than ${LIMITS.loopIterations} items`);
      try {
        const value = vm.call(method, [iterator]);
        if (value.kind === "opaque") throw new Unknown(derived(value));
        return { done: false, value };
      } catch (signal) {
        if (signal instanceof Raised && signal.type === "StopIteration") return done;
        throw signal;
      }
    },
  };
}

/** Iterates by `__getitem__` with 0, 1, 2 … until IndexError. */
function indexedItems(vm: Vm, object: Value, method: Value): Iterator<Value> {
  let index = 0;
  return {
    next() {
      vm.step();
      if (index >= LIMITS.loopIterations) throw vm.giveUp(`more than ${LIMITS.loopIterations} items`);
      try {
        return { done: false, value: vm.call(method, [object, int(index++)]) };
      } catch (signal) {
        if (signal instanceof Raised && (signal.type === "IndexError" || signal.type === "StopIteration")) return done;
        throw signal;
      }
    },
  };
}

function notIterable(vm: Vm, value: Value): never {
  throw vm.error("TypeError", `'${typeNameOf(value)}' object is not iterable`);
}

/** Starts an iteration; opaque when the items are not known, TypeError when there are none to have. */
export function iterate(vm: Vm, value: Value): Iterator<Value> | OpaqueValue {
  switch (value.kind) {
    case "list":
      return value.taint ?? value.items.values();
    case "tuple":
      return iterateTuple(vm, value);
    case "range":
      return rangeItems(value);
    case "string":
      return value.bytes ? byteItems(value.value) : textItems(value.value);
    case "dict":
      return value.taint ?? keyItems(value.entries);
    case "set":
      return value.taint ?? orderedItems(value.entries).values();
    case "iterator":
      return {
        next() {
          const item = value.next();
          return item === undefined ? done : { done: false, value: item };
        },
      };
    case "host": {
      const items = value.iterate(vm);
      if (items === undefined) return iterateHost(vm, value);
      return isOpaque(items) ? items : items.values();
    }
    case "instance":
      return iterateInstance(vm, value);
    case "class":
      if (value.enumMembers) return enumItems(value.enumMembers);
      return notIterable(vm, value);
    case "opaque":
      return derived(value);
    default:
      return notIterable(vm, value);
  }
}

function iterateTuple(vm: Vm, value: Value & { kind: "tuple" }): Iterator<Value> | OpaqueValue {
  const own = value.type?.find("__iter__");
  return own?.kind === "function" ? iterate(vm, vm.call(own, [value])) : value.items.values();
}

/** Members of an enum once each: names that are aliases stand for a member already given. */
function enumItems(members: ReadonlyMap<string, Value>): Iterator<Value> {
  return new Set(members.values()).values();
}

function iterateHost(vm: Vm, value: Value): Iterator<Value> | OpaqueValue {
  const method = vm.findAttribute(value, "__iter__");
  if (method) return iterate(vm, vm.call(method));
  return vm.unknown(`the items of ${typeNameOf(value)} are not known`);
}

function iterateInstance(vm: Vm, value: Value & { kind: "instance" }): Iterator<Value> | OpaqueValue {
  const starter = operatorMethod(value, "__iter__");
  if (starter) {
    const iterator = vm.call(starter, [value]);
    if (iterator.kind !== "instance") return iterate(vm, iterator);
    const next = operatorMethod(iterator, "__next__");
    if (next) return nextMethodItems(vm, iterator, next);
    throw vm.error("TypeError", `iter() returned non-iterator of type '${typeNameOf(iterator)}'`);
  }
  if (value.payload) return iterate(vm, value.payload);
  const getter = operatorMethod(value, "__getitem__");
  if (getter) return indexedItems(vm, value, getter);
  if (value.type.unknownBase) return derived(value.type.unknownBase);
  return notIterable(vm, value);
}

/** The same, but throws Unknown when the items are not known. Each item is a step, so that natives end as loops do. */
export function iterationOf(vm: Vm, value: Value): Iterator<Value> {
  const items = iterate(vm, value);
  if (isOpaque(items)) throw new Unknown(items);
  return {
    next() {
      vm.step();
      return items.next();
    },
  };
}

function lengthOf(value: Value): number {
  return value.kind === "range" ? value.length : value.kind === "string" ? value.value.length : 0;
}

/** All items of an iterable. Throws Unknown when they are not known or too many. */
export function collect(vm: Vm, value: Value): Value[] {
  const inner = payload(value);
  if (inner === value) {
    if ((inner.kind === "list" && !inner.taint) || (inner.kind === "tuple" && !inner.type)) {
      vm.step(Math.ceil(inner.items.length / COSTS.itemsPerStep));
      return inner.items.slice();
    }
  }
  const isPlain = inner.kind === "range" || inner.kind === "string";
  const limit = isPlain ? LIMITS.listLength : LIMITS.loopIterations;
  if (isPlain) vm.step(Math.ceil(Math.min(limit, lengthOf(inner)) / COSTS.itemsPerStep));
  const iterator = isPlain ? (iterate(vm, value) as Iterator<Value>) : iterationOf(vm, value);
  const items: Value[] = [];
  for (let item = iterator.next(); !item.done; item = iterator.next()) {
    items.push(item.value);
    if (items.length > limit) throw vm.giveUp(`more than ${limit} items`);
  }
  return items;
}

/** An iterator object over the items; what `iter(value)` gives. */
export function iteratorOf(vm: Vm, value: Value): Value {
  if (value.kind === "iterator") return value;
  if (value.kind === "instance") {
    const starter = operatorMethod(value, "__iter__");
    if (starter) return vm.call(starter, [value]);
  }
  const items = iterate(vm, value);
  if (isOpaque(items)) return items;
  return new IteratorValue(() => {
    const item = items.next();
    return item.done ? undefined : item.value;
  });
}
