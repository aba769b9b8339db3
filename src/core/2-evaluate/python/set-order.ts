// The order in which CPython gives the items of a set. For whole numbers it follows from their hashes and is computed here as
// CPython's table has it; for text it differs between runs, so the order of insertion, one of those possible, is kept.
import type { Value } from "../values";

const PROBES = 9;
const SMALLEST_TABLE = 8;

/** Puts a number into the first free place that CPython would try. */
function place(table: (Value | undefined)[], hash: number, item: Value): void {
  const mask = table.length - 1;
  let perturb = hash;
  let at = hash % table.length;
  for (;;) {
    const last = at + PROBES <= mask ? at + PROBES : at;
    for (let slot = at; slot <= last; slot++) {
      if (table[slot] === undefined) {
        table[slot] = item;
        return;
      }
    }
    perturb = Math.floor(perturb / 32);
    at = (at * 5 + 1 + perturb) % table.length;
  }
}

function hashOf(item: Value): number | undefined {
  if (item.kind === "boolean") return item.value ? 1 : 0;
  if (item.kind === "number" && Number.isSafeInteger(item.value) && item.value >= 0) return item.value;
  return undefined;
}

/** Items of a set in the order Python iterates them. */
export function orderedItems(entries: ReadonlyMap<string, Value>): Value[] {
  const items = [...entries.values()];
  if (items.length < 2 || items.some((item) => hashOf(item) === undefined)) return items;
  let table = new Array<Value | undefined>(SMALLEST_TABLE).fill(undefined);
  let used = 0;
  for (const item of items) {
    place(table, hashOf(item) as number, item);
    used++;
    if (used * 5 < (table.length - 1) * 3) continue;
    let size = SMALLEST_TABLE;
    while (size <= (used > 50_000 ? used * 2 : used * 4)) size *= 2;
    const larger = new Array<Value | undefined>(size).fill(undefined);
    for (const old of table) if (old) place(larger, hashOf(old) as number, old);
    table = larger;
  }
  return table.filter((item) => item !== undefined);
}
