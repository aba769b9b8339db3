// Makes latency-calibration.json: fits one profile for each way of computing, and takes the widths of the ranges from
// predictions of families and boards that were left out of the fit.
import type { DeployType } from "../../../src/core/6-deploy/deployed-graph";
import { FEATURES } from "../../../src/core/7-cost/latency/features";
import { type CyclePrediction, predictCycles, profileName } from "../../../src/core/7-cost/latency/model";
import { ALIKE, likeness } from "../../../src/core/7-cost/latency/refit";
import type { Footing, LatencyCalibration, LatencyProfile } from "../../../src/core/targets/latency-calibration";
import { type FitSettings, type Fitted, fit } from "./fit";
import type { Measurement } from "./measurements";

/** Share of left-out rows a range shall hold. */
const HELD = 0.85;
const DIGITS = 4;
/** Fewer pairs of models of one make say nothing of their spread. */
const FEW_PAIRS = 20;

/**
 * What is believed before the rows are seen. The cycles of optimised kernels are those of the simple model published with the
 * table; plain kernels do every product one at a time. Pointwise MACs are the unit: the scale carries what they cost.
 */
const SETTINGS: Record<string, FitSettings> = {
  "optimised-int8": {
    noise: 0.12,
    huber: 1,
    features: {
      convMacs: { cycles: 1.06, spread: 0.05, kernelSpread: 0.1 },
      thinConvMacs: { cycles: 1.06, spread: 0.05, kernelSpread: 0.1 },
      pointwiseMacs: { cycles: 1.02, spread: 0.001, kernelSpread: 0.001 },
      depthwiseMacs: { cycles: 3.85, spread: 0.05, kernelSpread: 0.1 },
      denseMacs: { cycles: 1.32, spread: 0.05, kernelSpread: 0.1 },
      operators: { cycles: 8600, spread: 0.05, kernelSpread: 0.5 },
      elementOperators: { cycles: 3000, spread: 1, kernelSpread: 0.1 },
      elements: { cycles: 15, spread: 0.05, kernelSpread: 0.1 },
      convOutputs: { cycles: 11.8, spread: 0.05, kernelSpread: 0.1 },
    },
  },
  "plain-int8": plain(),
  float32: plain(),
};

function plain(): FitSettings {
  return {
    noise: 0.12,
    huber: 1,
    features: {
      convMacs: { cycles: 1, spread: 0.5, kernelSpread: 0.3 },
      thinConvMacs: { cycles: 1, spread: 0.5, kernelSpread: 0.3 },
      pointwiseMacs: { cycles: 1, spread: 0.001, kernelSpread: 0.001 },
      depthwiseMacs: { cycles: 1.5, spread: 0.5, kernelSpread: 0.3 },
      denseMacs: { cycles: 1, spread: 0.5, kernelSpread: 0.3 },
      operators: { cycles: 2000, spread: 0.5, kernelSpread: 0.3 },
      elements: { cycles: 1, spread: 0.5, kernelSpread: 0.3 },
      convOutputs: { cycles: 5, spread: 0.5, kernelSpread: 0.3 },
    },
  };
}

const rounded = (value: number) => Number(value.toPrecision(DIGITS));

/** Groups of rows by a key, in order of first appearance. */
function groups<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const result = new Map<string, T[]>();
  for (const one of all) {
    const list = result.get(key(one));
    if (list) list.push(one);
    else result.set(key(one), [one]);
  }
  return result;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** 8.1.0 before 10.0.0; names that are not numbers by their text. */
function byVersion(a: string, b: string): number {
  const parts = (text: string) => (/^[\d.]+$/.test(text) ? text.split(".").map(Number) : []);
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return byText(a, b);
}

/** The fitted unknowns of one profile in the form of the calibration file. */
function profileOf(
  rows: readonly Measurement[],
  fitted: Fitted,
  settings: FitSettings,
  halfWidths: LatencyProfile["halfWidths"],
): LatencyProfile {
  const get = (name: string) => fitted.get(name) ?? 0;
  const kinds = [...groups(rows, (row) => row.kernels).keys()].sort(byText);
  const weightOf = (feature: (typeof FEATURES)[number], kernels: string): number => {
    const belief = settings.features[feature];
    if (!belief) return 0;
    const shared = fitted.get(`weight|${feature}`) ?? Math.log(belief.cycles);
    return rounded(Math.exp(shared + get(`weight|${feature}|${kernels}`)));
  };
  const listed = (key: (row: Measurement) => string) =>
    [...groups(rows, key)]
      .sort(([a], [b]) => byText(a, b))
      .map(([name, of]) => ({ name, of, first: of[0] as Measurement }));
  return {
    weights: Object.fromEntries(
      kinds.map((kernels) => [kernels, Object.fromEntries(FEATURES.map((one) => [one, weightOf(one, kernels)]))]),
    ),
    scales: listed((row) => `scale|${row.kernels}|${row.core}`).map(({ name, of, first: { kernels, core } }) => ({
      kernels,
      core,
      factor: rounded(Math.exp(get(`kernels|${kernels}`) + get(`core|${core}`) + get(name))),
      rows: of.length,
    })),
    boards: listed((row) => `board|${row.kernels}|${row.board}`).map(({ name, of, first: { kernels, board } }) => ({
      kernels,
      board,
      factor: rounded(Math.exp(get(name))),
      rows: of.length,
    })),
    versions: listed((row) => `version|${row.runtime}|${row.version}`)
      .sort((a, b) => byText(a.first.runtime, b.first.runtime) || byVersion(a.first.version, b.first.version))
      .map(({ name, of, first: { runtime, version } }) => ({
        runtime,
        version,
        factor: rounded(Math.exp(get(name))),
        rows: of.length,
      })),
    halfWidths,
    rows: rows.length,
  };
}

export interface LeftOut {
  row: Measurement;
  prediction: CyclePrediction;
  /** Predicted over measured cycles, log scale. */
  error: number;
  footing: Footing;
}

/** Predicts each row from a fit without the rows of its fold, through the shipped model. Rows without a footing are left off. */
export function leaveOut(rows: readonly Measurement[], fold: (row: Measurement) => string): LeftOut[] {
  const profile = profileName(rows[0]?.kernels ?? "", rows[0]?.type ?? "int8");
  const settings = SETTINGS[profile] as FitSettings;
  const start = fit(rows, settings);
  return [...groups(rows, fold)].flatMap(([name, left]) => {
    const rest = rows.filter((row) => fold(row) !== name);
    if (rest.length === 0) return [];
    const made = profileOf(rest, fit(rest, settings, start), settings, { board: 0, core: 0, alike: 0 });
    return left.flatMap((row): LeftOut[] => {
      const prediction = predict({ note: "", profiles: { [profile]: made }, power: [] }, row);
      if ("reason" in prediction) return [];
      return [{ row, prediction, error: Math.log(prediction.cycles / row.cycles), footing: prediction.footing }];
    });
  });
}

/** Rows of one board, clock and build of a runtime: what one project would measure. */
export function measuredTogether(all: readonly LeftOut[]): LeftOut[][] {
  return [...groups(all, ({ row }) => [row.board, row.clockMhz, row.runtime, row.version].join("|")).values()];
}

/** For each two models of one make: by how much the second is mispredicted once the first was measured, log scale. */
export function alikePairs(group: readonly LeftOut[]): number[] {
  return group.flatMap((one) =>
    group
      .filter((other) => other.row.model !== one.row.model && likeness(one.prediction, other.prediction) >= ALIKE)
      .map((other) => one.error - other.error),
  );
}

export function predict(calibration: LatencyCalibration, row: Measurement) {
  const known = calibration.profiles[profileName(row.kernels, row.type)]?.versions.some(
    ({ runtime, version }) => runtime === row.runtime && version === row.version,
  );
  return predictCycles(
    calibration,
    row.type,
    {
      kernels: row.kernels,
      runtime: row.runtime,
      version: known ? row.version : null,
      core: row.core,
      measuredAs: [row.board],
    },
    row.features,
  );
}

/** The value below which a share of the numbers lies; linear between them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below] ?? NaN;
  return low + ((sorted[below + 1] ?? low) - low) * (at - below);
}

export const MAIN_CORES: readonly string[] = ["cortex-m4f", "cortex-m7", "cortex-m33"];

/** Rows of one profile. */
export function rowsOf(rows: readonly Measurement[], profile: string): Measurement[] {
  return rows.filter((row) => profileName(row.kernels, row.type) === profile);
}

export const PROFILES: readonly { name: string; type: DeployType }[] = [
  { name: "optimised-int8", type: "int8" },
  { name: "plain-int8", type: "int8" },
  { name: "float32", type: "float32" },
];

export function calibrate(rows: readonly Measurement[]): LatencyCalibration {
  const profiles: Record<string, LatencyProfile> = {};
  for (const { name } of PROFILES) {
    const own = rowsOf(rows, name);
    const settings = SETTINGS[name] as FitSettings;
    const families = leaveOut(own, (row) => row.family);
    const boards = leaveOut(own, (row) => row.board);
    const width = (all: readonly LeftOut[], footing: Footing) =>
      rounded(
        quantile(
          all.filter((one) => one.footing === footing).map(({ error }) => Math.abs(error)),
          HELD,
        ),
      ); // prettier-ignore
    const board = width(families, "board");
    // A borrowed scale is never better known than one of its own, whatever a handful of rows say.
    const pairs = measuredTogether(families).flatMap((group) => alikePairs(group));
    const alike = pairs.length < FEW_PAIRS ? board : rounded(quantile(pairs.map(Math.abs), HELD));
    const halfWidths = { board, core: Math.max(board, width(boards, "core")), alike };
    profiles[name] = profileOf(own, fit(own, settings), settings, halfWidths);
  }
  const powers = [
    ...groups(
      rows.filter(({ energyUj }) => energyUj !== null),
      (row) => row.board,
    ),
  ];
  const power = powers
    .sort(([a], [b]) => byText(a, b))
    .map(([board, of]) => {
      const mw = of.map(({ energyUj, latencyMs }) => (energyUj ?? 0) / latencyMs);
      return {
        board,
        lowMw: rounded(Math.min(...mw)),
        midMw: rounded(quantile(mw, 0.5)),
        highMw: rounded(Math.max(...mw)),
        rows: of.length,
      };
    });
  return { note: "Made by test/accuracy/latency from measurements.csv and models.csv; do not edit.", profiles, power };
}
