// Methods of list, tuple, range, slice and iterators.
import { GeneratorValue } from "../generators";
import { Unknown } from "../signals";
import {
  int,
  IteratorValue,
  isNone,
  isOpaque,
  list,
  type ListValue,
  NONE,
  tuple,
  type TupleValue,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { contains, equals } from "./compare";
import { taint } from "./dicts";
import { raisedFrom, raisedWith } from "./exceptions";
import { extendList } from "./operators";
import { sliceBounds } from "./sequence";
import { sortValues } from "./sorting";
import { addMethods, derived, indexOf, indexOr } from "./support";
import { repr } from "./text";
import { generatorType, listType, rangeType, sliceType, tupleType } from "./types";

/** Ends the call as unknown when the list is; changing methods keep the taint. */
function known(self: ListValue): Value[] {
  if (self.taint) throw new Unknown(self.taint);
  return self.items;
}

/** First place of an equal item, or -1. Throws Unknown when it hangs on an unknown item. */
export function placeOf(vm: Vm, items: readonly Value[], wanted: Value, from = 0, to = items.length): number {
  for (let index = Math.max(0, from); index < Math.min(to, items.length); index++) {
    const item = items[index] as Value;
    const same = item === wanted && !isOpaque(item) ? true : equals(vm, item, wanted);
    if (isOpaque(same)) throw new Unknown(same);
    if (same) return index;
  }
  return -1;
}

function countOf(vm: Vm, items: readonly Value[], wanted: Value): Value {
  let count = 0;
  for (const item of items) {
    const same = equals(vm, item, wanted);
    if (isOpaque(same)) return same;
    if (same) count++;
  }
  return int(count);
}

function indexMethod(
  vm: Vm,
  items: readonly Value[],
  [wanted, start, end]: readonly [Value, Value, Value],
  what: string,
): Value {
  const absolute = (value: number): number => (value < 0 ? value + items.length : value);
  const from = absolute(indexOr(vm, start, 0));
  const at = placeOf(vm, items, wanted, from, absolute(indexOr(vm, end, items.length)));
  if (at >= 0) return int(at);
  const printed = repr(vm, wanted);
  throw vm.error(
    "ValueError",
    what === "list" && !isOpaque(printed) ? `${printed} is not in list` : `${what}.index(x): x not in ${what}`,
  );
}

/** Changes a list; what is not known about the change makes the list unknown. */
function change(vm: Vm, self: ListValue, body: (items: Value[]) => Value): Value {
  if (self.taint) return self.taint;
  vm.touch(self);
  try {
    return body(self.items);
  } catch (signal) {
    if (!(signal instanceof Unknown)) throw signal;
    taint(vm, self, signal.value);
    return signal.value;
  }
}

function pop(vm: Vm, items: Value[], index: Value): Value {
  if (items.length === 0) throw vm.error("IndexError", "pop from empty list");
  const at = indexOr(vm, index, -1);
  const place = at < 0 ? at + items.length : at;
  if (place < 0 || place >= items.length) throw vm.error("IndexError", "pop index out of range");
  return items.splice(place, 1)[0] as Value;
}

function remove(vm: Vm, items: Value[], wanted: Value): Value {
  const at = placeOf(vm, items, wanted);
  if (at < 0) throw vm.error("ValueError", "list.remove(x): x not in list");
  items.splice(at, 1);
  return NONE;
}

addMethods<ListValue>(listType, (value) => value.kind === "list", {
  append: [
    "object",
    (vm, self, item) => {
      if (self.taint) return NONE;
      vm.touch(self);
      self.items.push(item);
      return NONE;
    },
  ],
  extend: [
    "iterable",
    (vm, self, items) => {
      extendList(vm, self, items);
      return NONE;
    },
  ],
  insert: [
    "index object",
    (vm, self, index, item) => {
      change(vm, self, (items) => {
        const at = indexOf(vm, index);
        items.splice(at < 0 ? Math.max(0, at + items.length) : at, 0, item);
        return NONE;
      });
      return NONE;
    },
  ],
  pop: ["index?", (vm, self, index) => change(vm, self, (items) => pop(vm, items, index))],
  remove: [
    "value",
    (vm, self, wanted) => {
      change(vm, self, (items) => remove(vm, items, wanted));
      return NONE;
    },
  ],
  clear: [
    "",
    (vm, self) => {
      vm.touch(self);
      self.taint = null;
      self.items = [];
      return NONE;
    },
  ],
  reverse: [
    "",
    (vm, self) => {
      change(vm, self, (items) => {
        items.reverse();
        return NONE;
      });
      return NONE;
    },
  ],
  sort: [
    "* key? reverse?",
    (vm, self, key, reverse) => {
      change(vm, self, (items) => {
        self.items = sortValues(vm, items, key, reverse);
        return NONE;
      });
      return NONE;
    },
  ],
  copy: ["", (_vm, self) => list(known(self).slice())],
  index: [
    "value start? end?",
    (vm, self, wanted, start, end) => indexMethod(vm, known(self), [wanted, start, end], "list"),
  ],
  count: ["value", (vm, self, wanted) => countOf(vm, known(self), wanted)],
  __reversed__: ["", (_vm, self) => backwards(known(self))],
});

/** Iterator from the last item to the first. */
export function backwards(items: readonly Value[]): IteratorValue {
  let index = items.length;
  return new IteratorValue(() => items[--index]);
}

addMethods<TupleValue>(tupleType, (value) => value.kind === "tuple", {
  index: [
    "value start? end?",
    (vm, self, wanted, start, end) => indexMethod(vm, self.items, [wanted, start, end], "tuple"),
  ],
  count: ["value", (vm, self, wanted) => countOf(vm, self.items, wanted)],
});

addMethods<Value & { kind: "range" }>(rangeType, (value) => value.kind === "range", {
  index: [
    "value",
    (vm, self, wanted) => {
      const inside = contains(vm, self, wanted);
      if (isOpaque(inside)) return inside;
      if (!inside || wanted.kind !== "number") throw vm.error("ValueError", `${vm.repr(wanted)} is not in range`);
      return int((wanted.value - self.start) / self.step);
    },
  ],
  count: [
    "value",
    (vm, self, wanted) => {
      const inside = contains(vm, self, wanted);
      return isOpaque(inside) ? inside : int(inside ? 1 : 0);
    },
  ],
});

addMethods<Value & { kind: "slice" }>(sliceType, (value) => value.kind === "slice", {
  indices: [
    "length",
    (vm, self, length) => {
      const { start, stop, step } = sliceBounds(vm, self, indexOf(vm, length));
      return tuple([int(start), int(stop), int(step)]);
    },
  ],
});

/** What a step of an iterator gave; StopIteration, with the generator's return value, at the end. */
function orStop(vm: Vm, self: IteratorValue, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw raisedWith(vm, "StopIteration", isNone(self.result ?? NONE) ? [] : [self.result as Value]);
}

addMethods<IteratorValue>(generatorType, (value) => value.kind === "iterator", {
  __next__: ["", (vm, self) => orStop(vm, self, self.next())],
  __iter__: ["", (_vm, self) => self],
  send: [
    "value",
    (vm, self, value) => orStop(vm, self, self instanceof GeneratorValue ? self.send(value) : self.next()),
  ],
  throw: [
    "type value? traceback?",
    (vm, self, type, value) => {
      if (isOpaque(type)) return derived(type);
      const raised = raisedFrom(vm, isNone(value) ? type : value);
      if (!(self instanceof GeneratorValue)) throw raised;
      return orStop(vm, self, self.raise(raised));
    },
  ],
  close: [
    "",
    (_vm, self) => {
      if (self instanceof GeneratorValue) self.close();
      return NONE;
    },
  ],
});
