// Fits a prediction to what was measured in a project. A model of nearly the same make as a measured one takes that one's ratio of
// measured to predicted time. For any other model the ratios tell the scale of the board and the build: each is off by what the
// model is off, so their mean is believed as far as there are several (docs/targets.md has how well this predicts).
import { FEATURES } from "./features";
import type { CyclePrediction } from "./model";

/** A model that was measured, with what would have been predicted for it on the same target. */
export interface MeasuredCycles {
  prediction: CyclePrediction;
  cycles: number;
}

export interface Refit {
  /** What predicted cycles are multiplied by. */
  factor: number;
  halfWidth: number;
  /** Place of the measured model of the same make; null when the scale was fitted to all of them. */
  alike: number | null;
}

/** Models whose time is made of the same parts up to 5 % count as of one make. */
export const ALIKE = 0.95;

/** The share of their time that two models spend on the same features, 0 to 1. */
export function likeness(one: CyclePrediction, other: CyclePrediction): number {
  return FEATURES.reduce(
    (sum, name) => sum + Math.min(one.parts[name] / one.cycles, other.parts[name] / other.cycles),
    0,
  );
}

/** How a prediction changes by what was measured; null when nothing was. */
export function refit(prediction: CyclePrediction, measured: readonly MeasuredCycles[]): Refit | null {
  if (measured.length === 0 || !(prediction.cycles > 0)) return null;
  const { model, scale, alike } = prediction.spread;
  const ratios = measured.map((one) => Math.log(one.cycles / one.prediction.cycles));
  let nearest = 0;
  measured.forEach((one, at) => {
    const now = measured[nearest];
    if (now && likeness(prediction, one.prediction) > likeness(prediction, now.prediction)) nearest = at;
  });
  const near = measured[nearest];
  if (near && likeness(prediction, near.prediction) >= ALIKE) {
    return { factor: Math.exp(ratios[nearest] ?? 0), halfWidth: alike, alike: nearest };
  }
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const believed = scale ** 2 / (scale ** 2 + model ** 2 / ratios.length);
  return {
    factor: Math.exp(believed * mean),
    halfWidth: Math.hypot(model, scale * Math.sqrt(1 - believed)),
    alike: null,
  };
}
