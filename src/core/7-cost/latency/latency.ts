// Latency of a deployed graph on a board under a runtime: the range, what dominates it, what it is founded on, and the share of
// every operator. The model is in model.ts, its features in features.ts.
import type { DeployedGraph } from "../../6-deploy/deployed-graph";
import type { LatencyEstimate } from "../../report/deployment";
import type { LatencyCalibration } from "../../targets/latency-calibration";
import calibrationFile from "../../targets/latency-calibration.json";
import type { Board, Runtime } from "../../targets/target";
import { FEATURES, type Feature, type FeatureVector, graphFeatures, operatorFeatures } from "./features";
import { type CyclePrediction, predictCycles } from "./model";
import { type Refit, refit } from "./refit";

const CALIBRATION: LatencyCalibration = calibrationFile;

const IN_WORDS: Record<Feature, string> = {
  convMacs: "convolutions",
  thinConvMacs: "convolutions of few input channels",
  pointwiseMacs: "pointwise convolutions",
  depthwiseMacs: "depthwise convolutions",
  denseMacs: "dense layers",
  operators: "the fixed cost of each operator",
  elementOperators: "operators without MACs",
  elements: "operators without MACs",
  convOutputs: "writing the outputs of convolutions",
};

export interface Latency {
  estimate: LatencyEstimate;
  /** Middle of the estimate for each operator of the graph, ms; they add up to the middle of the whole. */
  operatorsMs: number[];
  /** How it was fitted to what was measured; null when nothing was. */
  refit: Refit | null;
}

/** A model that was measured on the target in this project. */
export interface MeasuredWork {
  work: FeatureVector;
  latencyMs: number;
  /** The report it comes from. */
  report: string;
}

/** Three significant digits: more would claim what the range denies. */
const rounded = (value: number) => Number(value.toPrecision(3));

/** `version` is one of the runtime; null for the newest that is well measured. `measured` is what this project measured there. */
export function latencyOf(
  graph: DeployedGraph,
  board: Board,
  runtime: Runtime,
  version: string | null,
  measured: readonly MeasuredWork[] = [],
): Latency | { reason: string } {
  const target = {
    kernels: runtime.kernels,
    runtime: runtime.id,
    version,
    core: board.core,
    measuredAs: board.measuredAs ?? [],
  };
  const prediction = predictCycles(CALIBRATION, graph.type, target, graphFeatures(graph));
  if ("reason" in prediction) return prediction;
  const msOf = (cycles: number) => cycles / (board.clockMhz * 1000);
  const fitted = refit(
    prediction,
    measured.flatMap(({ work, latencyMs }) => {
      const one = predictCycles(CALIBRATION, graph.type, target, work);
      return "reason" in one ? [] : [{ prediction: one, cycles: latencyMs * board.clockMhz * 1000 }];
    }),
  );
  const factor = fitted?.factor ?? 1;
  const halfWidth = fitted?.halfWidth ?? prediction.halfWidth;
  const mid = factor * msOf(prediction.cycles);
  // The model is linear: an operator's share is its features under the same weights.
  const operatorsMs = graph.operators.map((operator) => {
    const features = operatorFeatures(graph, operator);
    const one = predictCycles(CALIBRATION, graph.type, target, features);
    return "reason" in one ? 0 : factor * msOf(one.cycles);
  });
  return {
    estimate: {
      low: rounded(mid / Math.exp(halfWidth)),
      mid: rounded(mid),
      high: rounded(mid * Math.exp(halfWidth)),
      dominatedBy: dominant(prediction),
      basis: fitted ? refitBasis(fitted, measured, board) : basisOf(prediction, board, runtime),
    },
    operatorsMs,
    refit: fitted,
  };
}

function dominant({ parts, cycles }: CyclePrediction): string {
  const words = new Map<string, number>();
  for (const name of FEATURES) words.set(IN_WORDS[name], (words.get(IN_WORDS[name]) ?? 0) + parts[name]);
  const [first] = [...words].sort((a, b) => b[1] - a[1]);
  if (!first || !(cycles > 0)) return "nothing";
  return `${first[0]} (${Math.round((100 * first[1]) / cycles)} %)`;
}

function refitBasis({ factor, alike }: Refit, measured: readonly MeasuredWork[], board: Board): string {
  const times = `${Number(factor.toPrecision(3))} times the published time`;
  const [first] = measured;
  if (alike !== null)
    return `a model of the same make measured on ${board.name} (${measured[alike]?.report}): ${times}`;
  return measured.length === 1
    ? `another model measured on ${board.name} (${first?.report}): ${times}`
    : `${measured.length} models measured on ${board.name}: ${times}`;
}

function basisOf(prediction: CyclePrediction, board: Board, runtime: Runtime): string {
  const version = prediction.version === null ? "" : ` ${prediction.version}`;
  if (prediction.footing === "board") {
    return `published measurements of ${runtime.name}${version} on ${prediction.measuredBoard}`;
  }
  return `no measurement of ${runtime.name} on this board: the speed of other ${board.core} boards is borrowed${version === "" ? "" : ` (version${version})`}`;
}
