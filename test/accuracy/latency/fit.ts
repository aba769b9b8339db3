// Fits the latency model: a maximum-a-posteriori estimate of a hierarchical log-linear model by Gauss-Newton steps with Huber
// weights. Every unknown (weights of features, scales of cores, factors of boards and versions) has a normal prior on the log
// scale, so a board with one row moves a little and one with fifty rows moves as far as the rows say.
import { FEATURES, type Feature } from "../../../src/core/7-cost/latency/features";
import type { Measurement } from "./measurements";

/** What is believed of a feature before any row is seen: cycles each, and by how much (log scale) it may be off. */
export interface FeaturePrior {
  cycles: number;
  spread: number;
  /** How much the weight may differ between kinds of kernels. */
  kernelSpread: number;
}

export interface FitSettings {
  features: Partial<Record<Feature, FeaturePrior>>;
  /** Spread of a row around the model, and where outliers stop pulling harder, in spreads. */
  noise: number;
  huber: number;
}

/** Log-scale spreads of the scales: of kernels, of cores, of the two together, of boards, of versions. */
const SPREADS = { kernels: 3, core: 0.7, kernelsOnCore: 0.3, board: 0.4, version: 0.3 } as const;
const MAX_STEPS = 60;
/** A fit from scratch goes on until no unknown moves by more than this; one that starts near its end may stop earlier. */
const SMALLEST_STEP = { scratch: 1e-6, started: 1e-3 } as const;

const scaleKeys = (row: Measurement): [string, number][] => [
  [`kernels|${row.kernels}`, SPREADS.kernels],
  [`core|${row.core}`, SPREADS.core],
  [`scale|${row.kernels}|${row.core}`, SPREADS.kernelsOnCore],
  [`board|${row.kernels}|${row.board}`, SPREADS.board],
  [`version|${row.runtime}|${row.version}`, SPREADS.version],
];

/** Logs of all unknowns by name: `weight|feature`, `weight|feature|kernels`, and those of scaleKeys. */
export type Fitted = ReadonlyMap<string, number>;

export function fit(rows: readonly Measurement[], settings: FitSettings, start?: Fitted): Fitted {
  const names: string[] = [];
  const index = new Map<string, number>();
  const prior: number[] = [];
  const precision: number[] = [];
  const unknown = (name: string, mean: number, spread: number): number => {
    const known = index.get(name);
    if (known !== undefined) return known;
    index.set(name, names.length);
    prior.push(mean);
    precision.push(1 / spread ** 2);
    return names.push(name) - 1;
  };
  const used = FEATURES.flatMap((name) => {
    const belief = settings.features[name];
    return belief ? [{ name, belief }] : [];
  });
  const equations = rows.map((row) => ({
    target: Math.log(row.cycles),
    terms: used.flatMap(({ name, belief }) => {
      const amount = row.features[name];
      if (amount === 0) return [];
      const shared = unknown(`weight|${name}`, Math.log(belief.cycles), belief.spread);
      const own = unknown(`weight|${name}|${row.kernels}`, 0, belief.kernelSpread);
      return [{ amount, unknowns: [shared, own] }];
    }),
    scales: scaleKeys(row).map(([name, spread]) => unknown(name, 0, spread)),
  }));
  const value = Float64Array.from(names, (name, at) => start?.get(name) ?? prior[at] ?? 0);
  const count = names.length;
  for (let step = 0; step < MAX_STEPS; step++) {
    const matrix = Array.from({ length: count }, () => new Float64Array(count));
    const right = new Float64Array(count);
    for (let at = 0; at < count; at++) {
      (matrix[at] as Float64Array)[at] = precision[at] ?? 0;
      right[at] = (precision[at] ?? 0) * ((prior[at] ?? 0) - (value[at] ?? 0));
    }
    for (const { target, terms, scales } of equations) {
      const sizes = terms.map(
        ({ amount, unknowns }) => amount * Math.exp(unknowns.reduce((sum, at) => sum + (value[at] ?? 0), 0)),
      );
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const error = target - Math.log(total) - scales.reduce((sum, at) => sum + (value[at] ?? 0), 0);
      const limit = settings.huber * settings.noise;
      const weight = (Math.abs(error) <= limit ? 1 : limit / Math.abs(error)) / settings.noise ** 2;
      const slopes: [number, number][] = terms.flatMap(({ unknowns }, at) =>
        unknowns.map((one): [number, number] => [one, (sizes[at] ?? 0) / total]),
      );
      for (const at of scales) slopes.push([at, 1]);
      for (const [a, slopeA] of slopes) {
        right[a] = (right[a] ?? 0) + weight * slopeA * error;
        const line = matrix[a] as Float64Array;
        for (const [b, slopeB] of slopes) line[b] = (line[b] ?? 0) + weight * slopeA * slopeB;
      }
    }
    const change = solve(matrix, right);
    let largest = 0;
    for (let at = 0; at < count; at++) {
      const bounded = Math.max(-1, Math.min(1, change[at] ?? 0));
      value[at] = (value[at] ?? 0) + bounded;
      largest = Math.max(largest, Math.abs(bounded));
    }
    if (largest < (start ? SMALLEST_STEP.started : SMALLEST_STEP.scratch)) break;
  }
  return new Map(names.map((name, at) => [name, value[at] ?? 0]));
}

/** Solves a symmetric positive definite system by Cholesky's method, in place. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const at = (row: number, column: number) => (matrix[row] as Float64Array)[column] as number;
  for (let column = 0; column < size; column++) {
    const pivotRow = matrix[column] as Float64Array;
    for (let row = column; row < size; row++) {
      const line = matrix[row] as Float64Array;
      let sum = line[column] as number;
      for (let k = 0; k < column; k++) sum -= (line[k] as number) * (pivotRow[k] as number);
      line[column] = row === column ? Math.sqrt(sum) : sum / (pivotRow[column] as number);
    }
  }
  const x = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    let sum = x[row] as number;
    for (let k = 0; k < row; k++) sum -= at(row, k) * (x[k] as number);
    x[row] = sum / at(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = x[row] as number;
    for (let k = row + 1; k < size; k++) sum -= at(k, row) * (x[k] as number);
    x[row] = sum / at(row, row);
  }
  return x;
}
