// From what a model does to how long it takes: weighted sum of features, scaled to the kernels, core and board, with a range.
// Weights, scales and ranges are fitted to published measurements (targets/latency-calibration.json); the fit itself is in
// test/accuracy/latency. What a scale is founded on is part of the answer, and where there is nothing to found it on, so is that.
import type { DeployType } from "../../6-deploy/deployed-graph";
import type { Footing, LatencyCalibration, LatencyProfile } from "../../targets/latency-calibration";
import { FEATURES, type Feature, type FeatureVector } from "./features";

/** What the model needs to know of a target. */
export interface LatencyTarget {
  kernels: string;
  runtime: string;
  /** Version of the runtime; null for the newest one that was measured. */
  version: string | null;
  core: string;
  /** Names of the board in the measurements, nearest first. */
  measuredAs: readonly string[];
}

export interface CyclePrediction {
  cycles: number;
  /** Cycles of each feature; they add up to `cycles`. */
  parts: Record<Feature, number>;
  footing: Footing;
  /** The measured name the board's own factor comes from. */
  measuredBoard: string | null;
  version: string | null;
  /** Half the width of the range on a log scale. */
  halfWidth: number;
  /** What the range is made of, on the same scale: how far one model lies off, and how far a board and a build do. */
  spread: { model: number; scale: number; alike: number };
}

/** Rows a board needs for the narrow range. */
const WELL_FOUNDED_ROWS = 3;
const PLAIN_KERNELS = /^(reference|tinymaix|microtvm)/;

/** Name of the profile that covers kernels and a type of arithmetic. */
export function profileName(kernels: string, type: DeployType): string {
  if (type === "float32") return "float32";
  return PLAIN_KERNELS.test(kernels) ? "plain-int8" : "optimised-int8";
}

/** Cycles of one inference, or why they cannot be told. */
export function predictCycles(
  calibration: LatencyCalibration,
  type: DeployType,
  target: LatencyTarget,
  features: FeatureVector,
): CyclePrediction | { reason: string } {
  const profile = calibration.profiles[profileName(target.kernels, type)];
  const weights = profile?.weights[target.kernels];
  if (!profile || !weights) {
    return { reason: `no ${type} latency of this runtime has been published that a prediction could be founded on` };
  }
  const scale = profile.scales.find(({ kernels, core }) => kernels === target.kernels && core === target.core);
  if (!scale) return { reason: `no ${type} latency of this runtime on a ${target.core} core has been published` };
  const board = boardFactor(profile, target);
  const version = versionFactor(profile, target);
  if (version === undefined) {
    return {
      reason: `version ${target.version} of the runtime was not measured; measured: ${listVersions(profile, target)}`,
    };
  }
  const factor = scale.factor * (board?.factor ?? 1) * (version?.factor ?? 1);
  const parts = Object.fromEntries(
    FEATURES.map((name) => [name, factor * (weights[name] ?? 0) * features[name]]),
  ) as Record<Feature, number>;
  const footing: Footing = board ? "board" : "core";
  // One or two rows tell little about a board: its range stays as wide as that of a borrowed scale.
  const widths = profile.halfWidths;
  const width = widths[board && board.rows >= WELL_FOUNDED_ROWS ? "board" : "core"];
  const versions = versionSpread(profile, target);
  return {
    cycles: FEATURES.reduce((sum, name) => sum + parts[name], 0),
    parts,
    footing,
    measuredBoard: board?.board ?? null,
    version: version?.version || null,
    halfWidth: Math.hypot(width, versions),
    spread: {
      model: widths.board,
      // A board that was published says little of a build of one's own: its compiler, clocks and memories. It is trusted like
      // the scale of another board, and at most as far as one model tells a scale.
      scale: Math.hypot(Math.sqrt(Math.max(widths.core ** 2 - widths.board ** 2, widths.board ** 2)), versions),
      alike: widths.alike,
    },
  };
}

function boardFactor(profile: LatencyProfile, target: LatencyTarget) {
  for (const name of target.measuredAs) {
    const found = profile.boards.find((one) => one.kernels === target.kernels && one.board === name);
    if (found) return found;
  }
  return null;
}

/** A version is taken for granted only when at least this many measurements stand behind it. */
const WELL_MEASURED_ROWS = 10;

type VersionFactor = LatencyProfile["versions"][number];

function versionsOf(profile: LatencyProfile, target: LatencyTarget): VersionFactor[] {
  return profile.versions.filter(({ runtime }) => runtime === target.runtime);
}

const isNumbered = ({ version }: VersionFactor) => /^\d+\.\d/.test(version);

/**
 * The factor of the asked version; undefined when it was not measured. When none is asked for: of the newest well measured
 * one, or of the rows that tell no version; null when there are none.
 */
function versionFactor(profile: LatencyProfile, target: LatencyTarget): VersionFactor | null | undefined {
  const all = versionsOf(profile, target);
  if (target.version !== null) return all.find(({ version }) => version === target.version);
  const numbered = all.filter(isNumbered);
  const newest = numbered.findLast(({ rows }) => rows >= WELL_MEASURED_ROWS) ?? numbered.at(-1);
  return newest ?? all.find(({ version }) => version === "") ?? null;
}

/** How far the numbered versions of a runtime lie apart (log scale, weighted by rows); 0 when one is asked for. */
function versionSpread(profile: LatencyProfile, target: LatencyTarget): number {
  if (target.version !== null) return 0;
  const all = versionsOf(profile, target).filter(isNumbered);
  const rows = all.reduce((sum, one) => sum + one.rows, 0);
  if (rows === 0) return 0;
  const mean = all.reduce((sum, one) => sum + one.rows * Math.log(one.factor), 0) / rows;
  return Math.sqrt(all.reduce((sum, one) => sum + one.rows * (Math.log(one.factor) - mean) ** 2, 0) / rows);
}

function listVersions(profile: LatencyProfile, target: LatencyTarget): string {
  const names = versionsOf(profile, target).flatMap(({ version }) => (version === "" ? [] : [version]));
  return names.join(", ") || "none by version";
}
