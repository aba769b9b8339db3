// Two models that were run side by side: how many times as fast the second is, and which layers of both are the same. Pure.
import type { Report } from "../../../core/report/report";
import type { LayerTiming, Result } from "./result";
import { quantile } from "./statistics";

/** A value with the quartiles of what it was taken from. */
export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** Both models, measured in turns. */
export interface Pair {
  before: Result;
  after: Result;
  /** How many times as fast the second model is as a whole. */
  speedUp: Spread;
}

/** A layer of the one model, and what it is in the other; one of them is null for a layer that is gone or new. */
export interface LayerPair {
  before: LayerTiming | null;
  after: LayerTiming | null;
}

/** Times of the second model as parts of those of the first, taken in the same turn. */
export function speedUpOf(turns: readonly { before: number; after: number }[]): Spread {
  const ratios = turns.flatMap(({ before, after }) => (after > 0 ? [before / after] : [])).sort((a, b) => a - b);
  return { median: quantile(ratios, 0.5), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** What the board model expects the change to bring; null where a latency is not known. */
export function predictedSpeedUp(before: Report | null, after: Report | null): number | null {
  const from = before?.deployment?.latencyMs?.mid;
  const to = after?.deployment?.latencyMs?.mid;
  return from !== undefined && to !== undefined && to > 0 ? from / to : null;
}

/**
 * How well two layers go together; 0 for those that cannot be the same. Names alone do not say it: Keras numbers the layers of a
 * class, so that all numbers after a replaced layer change.
 */
function likeness(a: LayerTiming, b: LayerTiming): number {
  if (a.type !== b.type) return 0;
  return 8 + (a.name === b.name ? 2 : 0) + (a.macs === b.macs ? 3 : 0);
}

/** The layers of both models in order, those that are the same in one row: the alignment with the largest sum of likenesses. */
export function pairLayers(before: readonly LayerTiming[], after: readonly LayerTiming[]): LayerPair[] {
  const width = after.length + 1;
  // best[i * width + j]: what the layers from i and from j on can reach.
  const best = new Float64Array((before.length + 1) * width);
  const at = (i: number, j: number) => best[i * width + j] as number;
  const together = (i: number, j: number) => {
    const like = likeness(before[i] as LayerTiming, after[j] as LayerTiming);
    return like > 0 ? like + at(i + 1, j + 1) : -1;
  };
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      best[i * width + j] = Math.max(together(i, j), at(i + 1, j), at(i, j + 1));
  const rows: LayerPair[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && together(i, j) === at(i, j)) {
      rows.push({ before: before[i++] as LayerTiming, after: after[j++] as LayerTiming });
    } else if (i < before.length && (j === after.length || at(i + 1, j) === at(i, j))) {
      rows.push({ before: before[i++] as LayerTiming, after: null });
    } else rows.push({ before: null, after: after[j++] as LayerTiming });
  }
  return rows;
}
