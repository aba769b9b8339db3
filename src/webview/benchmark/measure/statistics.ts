// Order statistics of measured times.
import type { Timing } from "./result";

/** The value below which a share of sorted numbers lies, interpolated. NaN for none. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  return a + ((sorted[low + 1] ?? a) - a) * (at - low);
}

export function timingOf(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2;
  return { median, p90: quantile(sorted, 0.9), spread: median > 0 ? spread / median : 0, runs: samples.length };
}

/** True when the medians of both halves of the samples agree within a share. */
export function isStable(samples: readonly number[], share: number): boolean {
  const half = Math.floor(samples.length / 2);
  if (half < 5) return false;
  const a = timingOf(samples.slice(0, half)).median;
  const b = timingOf(samples.slice(half)).median;
  return Math.abs(a - b) <= share * Math.max(a, b);
}

/** Spearman's rank correlation of pairs; null for fewer than three. */
export function rankCorrelation(pairs: readonly (readonly [number, number])[]): number | null {
  if (pairs.length < 3) return null;
  const ranks = (values: readonly number[]): number[] => {
    const order = values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number));
    const result = new Array<number>(values.length).fill(0);
    for (let start = 0; start < order.length; ) {
      let end = start;
      while (end + 1 < order.length && values[order[end + 1] as number] === values[order[start] as number]) end++;
      for (let at = start; at <= end; at++) result[order[at] as number] = (start + end) / 2;
      start = end + 1;
    }
    return result;
  };
  const x = ranks(pairs.map(([a]) => a));
  const y = ranks(pairs.map(([, b]) => b));
  const mean = (pairs.length - 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  x.forEach((a, index) => {
    const b = y[index] as number;
    xy += (a - mean) * (b - mean);
    xx += (a - mean) ** 2;
    yy += (b - mean) ** 2;
  });
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}
