// What was measured in a project, applied to one deployment: the models that tell the scale of its target, and the measured times
// where the model is still the one that was measured.
import type { MeasuredModel } from "../../config/measured-model";
import type { DeployedGraph } from "../../6-deploy/deployed-graph";
import type { Deployment } from "../../report/deployment";
import type { DeployTarget } from "../../targets/target";
import { FEATURES, type FeatureVector, noFeatures } from "../latency/features";
import type { MeasuredWork } from "../latency/latency";
import { fingerprint } from "./fingerprint";

/** A runtime as the calibration names it: its id, with the version where one was chosen. */
export function runtimeKey({ runtime, version }: Pick<DeployTarget, "runtime" | "version">): string {
  return version === null ? runtime.id : `${runtime.id}@${version}`;
}

/** Measurements on a target: all of them, and those that tell how fast it is. */
export interface MeasuredOn {
  models: readonly MeasuredModel[];
  scale: readonly MeasuredWork[];
}

export function measuredOn(target: DeployTarget, calibration: readonly MeasuredModel[]): MeasuredOn {
  const models = calibration.filter(
    ({ board, runtime, dtype }) => board === target.board.id && runtime === runtimeKey(target) && dtype === target.type,
  );
  const scale = models.flatMap(({ basis, accelerator, work, latencyMs, report }): MeasuredWork[] => {
    const features = featuresOf(work);
    return basis === "measured" && accelerator === undefined && features ? [{ work: features, latencyMs, report }] : [];
  });
  return { models, scale };
}

/** Work as the file keeps it: what is 0 is left out. Null when it was written by a version that counted other things. */
function featuresOf(work: Readonly<Record<string, number>>): FeatureVector | null {
  const features = noFeatures();
  for (const [name, value] of Object.entries(work)) {
    const known = FEATURES.find((one) => one === name);
    if (known === undefined) return null;
    features[known] = value;
  }
  return features.operators > 0 ? features : null;
}

/** The other way: what is kept of a model's features. */
export function workOf(features: FeatureVector): Record<string, number> {
  return Object.fromEntries(
    FEATURES.flatMap((name) => (features[name] === 0 ? [] : [[name, features[name]] as const])),
  );
}

/** Adds the measured times to a deployment whose graph is one that was measured; the last measurement counts. */
export function applyMeasured(deployment: Deployment, graph: DeployedGraph, models: readonly MeasuredModel[]): void {
  if (models.length === 0) return;
  const own = fingerprint(graph);
  const measured = models.findLast((one) => one.fingerprint === own);
  if (!measured) return;
  const { latencyMs, basis, report, format, date, operatorsMs = {} } = measured;
  deployment.measured = { latencyMs, basis, report, format, date };
  for (const [places, ms] of Object.entries(operatorsMs)) {
    const [first = -1, ...others] = places.split("+").map(Number);
    const head = deployment.operators[first];
    if (!head) continue;
    head.measuredMs = ms;
    for (const at of others) {
      const other = deployment.operators[at];
      if (other) other.measuredWith = first;
    }
  }
}
