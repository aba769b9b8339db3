// Which calls of the user's functions made the layers of a model: the blocks that people think in. A layer that has a path of
// names (`features.0`) needs none of this.
import type { Frame } from "../2-evaluate/values";

/** Functions that only set an object up: the call is no block of its own. */
const NO_BLOCK = /^(__\w+__|constructor|call|forward|build|<.*>|)$/;

/** The frames of functions round a place, outermost first. */
function callsRound(frame: Frame | null): Frame[] {
  const calls: Frame[] = [];
  for (let one = frame; one; one = one.parent) if (!NO_BLOCK.test(one.functionName)) calls.unshift(one);
  return calls;
}

/**
 * For each layer, by where it was made, the calls that made it with others: outermost first, numbered where the same function was
 * called more than once from one place of the nesting. Calls that made all layers are left out, as are those that made one alone.
 */
export function blocksOf(madeAt: readonly (Frame | null)[]): string[][] {
  const all = madeAt.map(callsRound);
  const [first] = all;
  let shared = 0;
  while (first?.[shared] && all.every((calls) => calls[shared] === first[shared])) shared++;
  const layers = new Map<Frame, number>();
  for (const calls of all) for (const call of calls.slice(shared)) layers.set(call, (layers.get(call) ?? 0) + 1);
  const paths = all.map((calls) => calls.slice(shared).filter((call) => (layers.get(call) ?? 0) > 1));

  // Calls of one function next to each other in the nesting share their numbering.
  const siblings = new Map<Frame | null, Map<string, Frame[]>>();
  for (const path of paths) {
    path.forEach((call, depth) => {
      const parent = path[depth - 1] ?? null;
      const byName = siblings.get(parent) ?? new Map<string, Frame[]>();
      siblings.set(parent, byName);
      const same = byName.get(call.functionName) ?? [];
      byName.set(call.functionName, same);
      if (!same.includes(call)) same.push(call);
    });
  }
  return paths.map((path) =>
    path.map((call, depth) => {
      const same = siblings.get(path[depth - 1] ?? null)?.get(call.functionName) ?? [];
      return same.length > 1 ? `${call.functionName} ${same.indexOf(call) + 1}` : call.functionName;
    }),
  );
}
