// Sorting, least and greatest: stable, by `<` alone as CPython does it, so that user classes with `__lt__` work.
import { Unknown } from "../signals";
import { isNone, isOpaque, type Value } from "../values";
import type { Vm } from "../vm";
import { isLess } from "./compare";

/** Sorted copy. Throws Unknown when an order is not known, Raised when there is none. */
export function sortValues(vm: Vm, items: readonly Value[], key: Value, reverse: Value): Value[] {
  const backwards = reverse.kind === "undefined" ? false : vm.truth(reverse);
  if (isOpaque(backwards)) throw new Unknown(backwards);
  if (isOpaque(key)) throw new Unknown(key);
  vm.step(items.length);
  const keyed = items.map((item) => ({ item, key: isNone(key) ? item : vm.call(key, [item]) }));
  for (const { key: by } of keyed) if (isOpaque(by)) throw new Unknown(by);
  // CPython keeps equal items in order when reversing too.
  const compare = backwards
    ? (a: { key: Value }, b: { key: Value }): number =>
        isLess(vm, b.key, a.key) ? -1 : isLess(vm, a.key, b.key) ? 1 : 0
    : (a: { key: Value }, b: { key: Value }): number =>
        isLess(vm, a.key, b.key) ? -1 : isLess(vm, b.key, a.key) ? 1 : 0;
  return keyed.sort(compare).map(({ item }) => item);
}

/** `min` or `max` of items; undefined when there are none. Throws Unknown. */
export function extreme(vm: Vm, items: readonly Value[], key: Value, greatest: boolean): Value | undefined {
  let best: Value | undefined;
  let bestKey: Value | undefined;
  for (const item of items) {
    const by = isNone(key) ? item : vm.call(key, [item]);
    if (isOpaque(by)) throw new Unknown(by);
    if (!bestKey || (greatest ? isLess(vm, bestKey, by) : isLess(vm, by, bestKey))) {
      best = item;
      bestKey = by;
    }
  }
  return best;
}
