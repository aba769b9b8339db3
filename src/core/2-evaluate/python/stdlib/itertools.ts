// The itertools module: lazy iterators, endless ones too.
import { LIMITS } from "../../limits";
import { nativeModule } from "../../native";
import { Unknown } from "../../signals";
import { ClassMethod, ClassValue, int, isNone, isOpaque, IteratorValue, NONE, tuple, type Value } from "../../values";
import type { Vm } from "../../vm";
import { collect, iterationOf } from "../iterate";
import { derived, fn, indexOf, isMissing, rawFn } from "../support";
import { truthOf } from "../truth";
import { objectType } from "../types";
import type { StandardModules } from "./modules";

function fromGenerator(items: Iterator<Value>): IteratorValue {
  return new IteratorValue(() => {
    const item = items.next();
    return item.done ? undefined : item.value;
  });
}

function test(vm: Vm, predicate: Value, value: Value): boolean {
  const truth = truthOf(vm, isNone(predicate) ? value : vm.call(predicate, [value]));
  if (isOpaque(truth)) throw new Unknown(truth);
  return truth;
}

function each(items: Iterator<Value>): Iterable<Value> {
  return { [Symbol.iterator]: () => items };
}

function* chain(vm: Vm, sources: Iterable<Value>): Generator<Value> {
  for (const source of sources) yield* each(iterationOf(vm, source));
}

/** Refuses a result so long that no model could mean it. */
function limit(vm: Vm, count: number): void {
  if (count > LIMITS.loopIterations) throw vm.giveUp(`more than ${LIMITS.loopIterations} items`);
}

function* product(pools: readonly (readonly Value[])[]): Generator<Value> {
  const places = pools.map(() => 0);
  if (pools.some((pool) => pool.length === 0)) return;
  for (;;) {
    yield tuple(pools.map((pool, index) => pool[places[index] as number] as Value));
    let at = pools.length - 1;
    while (at >= 0) {
      const next = (places[at] as number) + 1;
      if (next < (pools[at] as readonly Value[]).length) {
        places[at] = next;
        break;
      }
      places[at] = 0;
      at--;
    }
    if (at < 0) return;
  }
}

/** Index choices in CPython's order: `again` allows the same index twice, `ordered` makes permutations. */
function* choices(
  count: number,
  size: number,
  again: boolean,
  ordered: boolean,
  taken: number[] = [],
): Generator<number[]> {
  if (taken.length === size) {
    yield taken;
    return;
  }
  const last = taken.at(-1) ?? 0;
  for (let index = ordered || taken.length === 0 ? 0 : again ? last : last + 1; index < count; index++) {
    if (ordered && taken.includes(index)) continue;
    yield* choices(count, size, again, ordered, [...taken, index]);
  }
}

function chooser(name: string, again: boolean, ordered: boolean) {
  return fn(name, "iterable r?", (vm, items, size) => {
    const pool = collect(vm, items);
    const wanted = isNone(size) ? pool.length : indexOf(vm, size);
    function* rows(): Generator<Value> {
      for (const row of choices(pool.length, wanted, again, ordered))
        yield tuple(row.map((index) => pool[index] as Value));
    }
    return fromGenerator(rows());
  });
}

function* groups(vm: Vm, items: readonly Value[], key: Value): Generator<Value> {
  let start = 0;
  while (start < items.length) {
    const by = isNone(key) ? (items[start] as Value) : vm.call(key, [items[start] as Value]);
    let end = start + 1;
    while (end < items.length) {
      const other = isNone(key) ? (items[end] as Value) : vm.call(key, [items[end] as Value]);
      const same = vm.equals(by, other);
      if (isOpaque(same)) throw new Unknown(same);
      if (!same) break;
      end++;
    }
    yield tuple([by, fromGenerator(items.slice(start, end).values())]);
    start = end;
  }
}

function* slice(vm: Vm, items: Iterator<Value>, start: number, stop: number | null, step: number): Generator<Value> {
  let index = 0;
  let wanted = start;
  while (stop === null || wanted < stop) {
    let item = items.next();
    while (!item.done && index < wanted) {
      item = items.next();
      index++;
    }
    if (item.done) return;
    index++;
    vm.step();
    yield item.value;
    wanted += step;
  }
}

function* accumulate(vm: Vm, items: Iterable<Value>, call: Value, initial: Value): Generator<Value> {
  let total: Value | undefined = isNone(initial) ? undefined : initial;
  if (total) yield total;
  for (const item of items) {
    total = total === undefined ? item : isNone(call) ? vm.binary("+", total, item) : vm.call(call, [total, item]);
    yield total;
  }
}

function* takeWhile(vm: Vm, predicate: Value, items: Iterable<Value>): Generator<Value> {
  for (const item of items) {
    if (!test(vm, predicate, item)) return;
    yield item;
  }
}

function* dropWhile(vm: Vm, predicate: Value, items: Iterable<Value>): Generator<Value> {
  let dropping = true;
  for (const item of items) {
    if (dropping && test(vm, predicate, item)) continue;
    dropping = false;
    yield item;
  }
}

function* filterFalse(vm: Vm, predicate: Value, items: Iterable<Value>): Generator<Value> {
  for (const item of items) if (!test(vm, predicate, item)) yield item;
}

function* starMap(vm: Vm, call: Value, items: Iterable<Value>): Generator<Value> {
  for (const item of items) yield vm.call(call, collect(vm, item));
}

function* pairs(items: Iterable<Value>): Generator<Value> {
  let before: Value | undefined;
  for (const item of items) {
    if (before) yield tuple([before, item]);
    before = item;
  }
}

function* compress(vm: Vm, data: Iterable<Value>, selectors: Iterator<Value>): Generator<Value> {
  for (const item of data) {
    const selector = selectors.next();
    if (selector.done) return;
    if (test(vm, NONE, selector.value)) yield item;
  }
}

function tee(vm: Vm, items: Value, count: number): Value {
  const source = iterationOf(vm, items);
  const seen: Value[] = [];
  const copy = (): IteratorValue => {
    let at = 0;
    return new IteratorValue(() => {
      if (at >= seen.length) {
        const item = source.next();
        if (item.done) return undefined;
        seen.push(item.value);
      }
      return seen[at++];
    });
  };
  return tuple(Array.from({ length: count }, copy));
}

function zipLongest(vm: Vm, sources: readonly Value[], fill: Value): Value {
  const iterators = sources.map((source) => iterationOf(vm, source));
  return new IteratorValue(() => {
    let any = false;
    const row = iterators.map((iterator) => {
      const item = iterator.next();
      if (item.done) return fill;
      any = true;
      return item.value;
    });
    return any ? tuple(row) : undefined;
  });
}

const chainType = new ClassValue("chain", [objectType]);
chainType.construct = (vm, _cls, args) => args.unknown ?? fromGenerator(chain(vm, args.positional));
chainType.members.set(
  "from_iterable",
  new ClassMethod(
    fn("chain.from_iterable", "cls iterable", (vm, _cls, sources) =>
      fromGenerator(chain(vm, each(iterationOf(vm, sources)))),
    ),
  ),
);

const members: Record<string, Value> = {
  chain: chainType,
  count: fn("count", "start? step?", (vm, start, step) => {
    let value: Value = isMissing(start) ? int(0) : start;
    const by = isMissing(step) ? int(1) : step;
    return new IteratorValue(() => {
      const now = value;
      value = vm.binary("+", value, by);
      return now;
    });
  }),
  cycle: fn("cycle", "iterable", (vm, items) => {
    const all = collect(vm, items);
    let index = 0;
    return new IteratorValue(() => all[index++ % all.length]);
  }),
  repeat: fn("repeat", "object times?", (vm, value, times) => {
    let left = isMissing(times) ? Number.POSITIVE_INFINITY : indexOf(vm, times);
    return new IteratorValue(() => (left-- > 0 ? value : undefined));
  }),
  islice: fn("islice", "iterable start stop? step?", (vm, items, first, second, third) => {
    const [start, stop] = isMissing(second) ? [NONE, first] : [first, second];
    for (const bound of [start, stop, third]) if (isOpaque(bound)) return derived(bound);
    const from = isNone(start) ? 0 : indexOf(vm, start);
    const to = isNone(stop) ? null : indexOf(vm, stop);
    return fromGenerator(slice(vm, iterationOf(vm, items), from, to, isNone(third) ? 1 : indexOf(vm, third)));
  }),
  product: rawFn("product", (vm, args) => {
    const repeat = args.keywords.get("repeat");
    const pools = args.positional.map((items) => collect(vm, items));
    const all = Array.from({ length: repeat ? indexOf(vm, repeat) : 1 }, () => pools).flat();
    limit(
      vm,
      all.reduce((size, pool) => size * pool.length, 1),
    );
    return fromGenerator(product(all));
  }),
  combinations: chooser("combinations", false, false),
  combinations_with_replacement: chooser("combinations_with_replacement", true, false),
  permutations: chooser("permutations", false, true),
  zip_longest: rawFn("zip_longest", (vm, args) =>
    zipLongest(vm, args.positional, args.keywords.get("fillvalue") ?? NONE),
  ),
  accumulate: fn("accumulate", "iterable func? initial?", (vm, items, call, initial) =>
    fromGenerator(accumulate(vm, each(iterationOf(vm, items)), call, initial)),
  ),
  groupby: fn("groupby", "iterable key?", (vm, items, key) => fromGenerator(groups(vm, collect(vm, items), key))),
  starmap: fn("starmap", "function iterable", (vm, call, items) =>
    fromGenerator(starMap(vm, call, each(iterationOf(vm, items)))),
  ),
  takewhile: fn("takewhile", "predicate iterable", (vm, call, items) =>
    fromGenerator(takeWhile(vm, call, each(iterationOf(vm, items)))),
  ),
  dropwhile: fn("dropwhile", "predicate iterable", (vm, call, items) =>
    fromGenerator(dropWhile(vm, call, each(iterationOf(vm, items)))),
  ),
  filterfalse: fn("filterfalse", "predicate iterable", (vm, call, items) =>
    fromGenerator(filterFalse(vm, call, each(iterationOf(vm, items)))),
  ),
  compress: fn("compress", "data selectors", (vm, data, selectors) =>
    fromGenerator(compress(vm, each(iterationOf(vm, data)), iterationOf(vm, selectors))),
  ),
  pairwise: fn("pairwise", "iterable", (vm, items) => fromGenerator(pairs(each(iterationOf(vm, items))))),
  tee: fn("tee", "iterable n?", (vm, items, count) => tee(vm, items, isMissing(count) ? 2 : indexOf(vm, count))),
};

export const itertoolsModules: StandardModules = { itertools: () => nativeModule("itertools", members) };
