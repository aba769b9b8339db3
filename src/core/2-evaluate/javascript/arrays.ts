// Methods of arrays. Those that walk an array with a callback pass over items that were never set, as JavaScript does.
import { LIMITS } from "../limits";
import { Unknown } from "../signals";
import {
  bool,
  int,
  isOpaque,
  IteratorValue,
  ListValue,
  list,
  type OpaqueValue,
  str,
  UNDEFINED,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { integerOr, joinTexts, position, toInteger, toNumber, toText } from "./convert";
import { arrayClass, HOLE, ITERATOR_KEY } from "./kinds";
import { arrayLike } from "./objects";
import { sameValueZero, strictEquals } from "./operators";
import { addMethods, callback, iterator, known, type MethodBody, mutator, read, taintOf, truthOf } from "./support";

/** The array a method works on. Methods of arrays work on anything with a length. */
export function arrayOf(vm: Vm, self: Value): ListValue {
  const value = known(self);
  const taint = taintOf(value);
  if (taint) throw new Unknown(taint);
  if (value.kind === "list") return value;
  if (value.kind === "none" || value.kind === "undefined") {
    throw vm.error("TypeError", "Array.prototype method called on null or undefined");
  }
  return new ListValue(arrayLike(vm, value));
}

type Each = (item: Value, index: number) => boolean | undefined;

/** Visits the items that are set, until `visit` gives true. Items added meanwhile are not visited. */
function each(self: ListValue, visit: Each, backwards = false): void {
  const { length } = self.items;
  for (let step = 0; step < length; step++) {
    const index = backwards ? length - 1 - step : step;
    const item = self.items[index];
    if (item !== undefined && item !== HOLE && visit(item, index)) return;
  }
}

/** The same over all positions: items never set are undefined. */
function eachPosition(self: ListValue, visit: Each, backwards = false): void {
  const { length } = self.items;
  for (let step = 0; step < length; step++) {
    const index = backwards ? length - 1 - step : step;
    if (visit(read(self.items[index]), index)) return;
  }
}

/** A method with a callback of (item, index, array). */
function walking(run: (vm: Vm, array: ListValue, call: (item: Value, index: number) => Value) => Value): MethodBody {
  return (vm, self, [fn, thisArg]) => {
    const array = arrayOf(vm, self);
    const call = callback(vm, fn, thisArg);
    return run(vm, array, (item, index) => call(item, int(index), array));
  };
}

/** First position whose item passes, as a pair; [undefined, -1] when none does. */
function search(vm: Vm, array: ListValue, call: (item: Value, index: number) => Value, backwards: boolean) {
  let found: { item: Value; index: number } = { item: UNDEFINED, index: -1 };
  eachPosition(
    array,
    (item, index) => {
      if (!truthOf(vm, call(item, index))) return false;
      found = { item, index };
      return true;
    },
    backwards,
  );
  return found;
}

function reduce(vm: Vm, self: Value, args: readonly Value[], backwards: boolean): Value {
  const array = arrayOf(vm, self);
  const call = callback(vm, args[0]);
  let result = args[1];
  each(
    array,
    (item, index) => {
      result = result === undefined ? item : call(result, item, int(index), array);
      return false;
    },
    backwards,
  );
  if (result === undefined) throw vm.error("TypeError", "Reduce of empty array with no initial value");
  return result;
}

/** Position of a value; unknown when it may be an item that is not known. */
export function positionOf(
  items: readonly Value[],
  wanted: Value,
  equals: (a: Value, b: Value) => boolean | OpaqueValue,
  from = 0,
): number {
  for (let index = from; index < items.length; index++) {
    const same = equals(items[index] as Value, wanted);
    if (isOpaque(same)) throw new Unknown(same);
    if (same) return index;
  }
  return -1;
}

function flatten(vm: Vm, items: readonly Value[], depth: number, into: Value[]): Value[] {
  for (const item of items) {
    vm.step();
    const taint = taintOf(item);
    if (taint) throw new Unknown(taint);
    if (item === HOLE) continue;
    if (depth > 0 && (item.kind === "list" || item.kind === "tuple")) flatten(vm, item.items, depth - 1, into);
    else into.push(item);
  }
  return into;
}

/** Items in order: by a comparator, or by their text with undefined last. */
function sorted(vm: Vm, items: readonly Value[], comparator: Value | undefined): Value[] {
  const values = items.filter((item) => item.kind !== "undefined");
  const rest = items.filter((item) => item.kind === "undefined");
  if (comparator !== undefined && comparator.kind !== "undefined") {
    const call = callback(vm, comparator);
    values.sort((a, b) => toNumber(vm, known(call(a, b))));
  } else {
    const keyed = values.map((value) => ({ value, key: toText(vm, value) }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    values.splice(0, values.length, ...keyed.map(({ value }) => value));
  }
  return [...values, ...rest];
}

/** What `splice` takes out and leaves. */
function spliced(vm: Vm, items: readonly Value[], args: readonly Value[]): { kept: Value[]; removed: Value[] } {
  const start = position(vm, args[0], items.length, 0);
  const most = items.length - start;
  const count =
    args.length === 0 ? 0 : args.length === 1 ? most : Math.min(most, Math.max(0, toInteger(vm, known(args[1]))));
  return {
    kept: [...items.slice(0, start), ...args.slice(2), ...items.slice(start + count)],
    removed: items.slice(start, start + count),
  };
}

/** A copy with one change: the `toSorted` family. */
function changed(change: (vm: Vm, items: Value[], args: readonly Value[]) => Value[]): MethodBody {
  return (vm, self, args) => list(change(vm, arrayOf(vm, self).items.map(read), args));
}

/** A change in place that gives the array itself. */
function changing(change: (vm: Vm, items: Value[], args: readonly Value[]) => Value[]): MethodBody {
  return (vm, self, args) => {
    const array = arrayOf(vm, self);
    const items = change(vm, array.items.slice(), args);
    vm.touch(array);
    array.items = items;
    return array;
  };
}

function fill(vm: Vm, items: Value[], [value, start, end]: readonly Value[]): Value[] {
  return items.fill(
    value ?? UNDEFINED,
    position(vm, start, items.length, 0),
    position(vm, end, items.length, items.length),
  );
}

addMethods(arrayClass, {
  map: walking((_vm, array, call) => {
    const items: Value[] = new Array(array.items.length).fill(HOLE);
    each(array, (item, index) => {
      items[index] = call(item, index);
      return false;
    });
    return list(items);
  }),
  forEach: walking((_vm, array, call) => {
    each(array, (item, index) => {
      call(item, index);
      return false;
    });
    return UNDEFINED;
  }),
  filter: walking((vm, array, call) => {
    const items: Value[] = [];
    each(array, (item, index) => {
      if (truthOf(vm, call(item, index))) items.push(item);
      return false;
    });
    return list(items);
  }),
  some: walking((vm, array, call) => {
    let result = false;
    each(array, (item, index) => {
      result = truthOf(vm, call(item, index));
      return result;
    });
    return bool(result);
  }),
  every: walking((vm, array, call) => {
    let result = true;
    each(array, (item, index) => {
      result = truthOf(vm, call(item, index));
      return !result;
    });
    return bool(result);
  }),
  find: walking((vm, array, call) => search(vm, array, call, false).item),
  findIndex: walking((vm, array, call) => int(search(vm, array, call, false).index)),
  findLast: walking((vm, array, call) => search(vm, array, call, true).item),
  findLastIndex: walking((vm, array, call) => int(search(vm, array, call, true).index)),
  flatMap: walking((vm, array, call) => {
    const items: Value[] = [];
    each(array, (item, index) => {
      items.push(call(item, index));
      return false;
    });
    return list(flatten(vm, items, 1, []));
  }),
  reduce: (vm, self, args) => reduce(vm, self, args, false),
  reduceRight: (vm, self, args) => reduce(vm, self, args, true),
  includes: (vm, self, [wanted, from]) => {
    const { items } = arrayOf(vm, self);
    return bool(
      positionOf(items.map(read), wanted ?? UNDEFINED, sameValueZero, position(vm, from, items.length, 0)) >= 0,
    );
  },
  indexOf: (vm, self, [wanted, from]) => {
    const { items } = arrayOf(vm, self);
    return int(positionOf(items, wanted ?? UNDEFINED, strictEquals, position(vm, from, items.length, 0)));
  },
  lastIndexOf: (vm, self, [wanted, from]) => {
    const { items } = arrayOf(vm, self);
    const last = integerOr(vm, from, items.length - 1);
    const end = last < 0 ? items.length + last + 1 : Math.min(last + 1, items.length);
    const reversed = items.slice(0, Math.max(0, end)).reverse();
    const found = positionOf(reversed, wanted ?? UNDEFINED, strictEquals);
    return int(found < 0 ? -1 : reversed.length - 1 - found);
  },
  at: (vm, self, [index]) => {
    const { items } = arrayOf(vm, self);
    const wanted = toInteger(vm, index);
    return read(items[wanted < 0 ? items.length + wanted : wanted]);
  },
  slice: (vm, self, [start, end]) => {
    const { items } = arrayOf(vm, self);
    const { length } = items;
    return list(items.slice(position(vm, start, length, 0), position(vm, end, length, length)));
  },
  concat: (vm, self, args) => {
    const items = arrayOf(vm, self).items.slice();
    for (const arg of args) {
      const taint = taintOf(arg);
      // An unknown value may be an array of any length.
      if (taint || isOpaque(arg)) throw new Unknown((taint ?? arg) as OpaqueValue);
      if (arg.kind === "list" || arg.kind === "tuple") items.push(...arg.items);
      else items.push(arg);
    }
    return list(items);
  },
  flat: (vm, self, [depth]) => list(flatten(vm, arrayOf(vm, self).items, integerOr(vm, depth, 1), [])),
  join: (vm, self, [separator]) => {
    const glue = separator === undefined || separator.kind === "undefined" ? "," : toText(vm, separator);
    return str(joinTexts(vm, arrayOf(vm, self).items, glue));
  },
  toString: (vm: Vm, self: Value) => str(joinTexts(vm, arrayOf(vm, self).items, ",")),
  keys: (vm, self) => iterator(arrayOf(vm, self).items.map((_, index) => int(index))),
  entries: (vm, self) => iterator(arrayOf(vm, self).items.map((item, index) => list([int(index), read(item)]))),
  toSorted: changed((vm, items, [comparator]) => sorted(vm, items, comparator)),
  toReversed: changed((_vm, items) => items.reverse()),
  toSpliced: changed((vm, items, args) => spliced(vm, items, args).kept),
  with: changed((vm, items, [index, value]) => {
    const wanted = toInteger(vm, index);
    const at = wanted < 0 ? items.length + wanted : wanted;
    if (at < 0 || at >= items.length) throw vm.error("RangeError", "Invalid index : " + wanted);
    items[at] = value ?? UNDEFINED;
    return items;
  }),
});

/** Goes over an array as it is when each item is asked for. */
const values: MethodBody = (vm, self) => {
  const array = arrayOf(vm, self);
  let index = 0;
  return new IteratorValue(() => (index < array.items.length ? read(array.items[index++]) : undefined));
};
addMethods(arrayClass, { values, [ITERATOR_KEY]: values });

addMethods(
  arrayClass,
  {
    push: (vm, self, args) => {
      const array = arrayOf(vm, self);
      if (array.items.length + args.length > LIMITS.listLength) throw vm.giveUp("an array is too long");
      vm.touch(array);
      for (const value of args) array.items.push(value);
      return int(array.items.length);
    },
    pop: (vm, self) => {
      const array = arrayOf(vm, self);
      vm.touch(array);
      return read(array.items.pop());
    },
    shift: (vm, self) => {
      const array = arrayOf(vm, self);
      vm.touch(array);
      return read(array.items.shift());
    },
    unshift: (vm, self, args) => {
      const array = arrayOf(vm, self);
      vm.touch(array);
      array.items.unshift(...args);
      return int(array.items.length);
    },
    splice: (vm, self, args) => {
      const array = arrayOf(vm, self);
      const { kept, removed } = spliced(vm, array.items, args);
      vm.touch(array);
      array.items = kept;
      return list(removed);
    },
    sort: changing((vm, items, [comparator]) => sorted(vm, items, comparator)),
    reverse: changing((_vm, items) => items.reverse()),
    fill: changing(fill),
    copyWithin: changing((vm, items, [target, start, end]) => {
      const { length } = items;
      const to = position(vm, target, length, 0);
      return items.copyWithin(to, position(vm, start, length, 0), position(vm, end, length, length));
    }),
  },
  mutator,
);
