// What a model costs on one board under one runtime: the `deployment` of a report. Published fields follow docs/cli.md.
// A quantity that is not known is null and `reasons` says why.
import type { Known, SourcePlace } from "./report";

/** How a report from a board came by its times. */
export type TimeBasis = "measured" | "simulated" | "estimated";

/** The time of one inference that a report from a board gives for exactly this model. */
export interface MeasuredTime {
  latencyMs: number;
  basis: TimeBasis;
  /** Name of the report's file, its kind ("MLPerf Tiny log"), and the day it was read. */
  report: string;
  format: string;
  date: string;
}

/** An estimate with its range. */
export interface Estimate {
  low: number;
  mid: number;
  high: number;
}

export interface LatencyEstimate extends Estimate {
  /** What takes most of the time, in words: "pointwise convolutions (61 %)". */
  dominatedBy: string;
  /** What the numbers are founded on, in one sentence. */
  basis: string;
}

/** A tensor or scratch buffer alive when memory is fullest. */
export interface LiveBuffer {
  /** What it holds: "output of CONV_2D", "scratch of CONV_2D", "input". */
  name: string;
  shape: readonly number[];
  bytes: number;
  /** The source line that made it; null for what the converter added. */
  place: SourcePlace | null;
}

/** A buffer of the arena over its whole life. */
export interface TimelineBuffer extends LiveBuffer {
  kind: "tensor" | "scratch";
  /** What it takes in the arena: `bytes` up to the alignment. */
  arenaBytes: number;
  /** From the arena's start. */
  offset: number;
  /** Steps at which it is alive, both inclusive. */
  first: number;
  last: number;
}

/** RAM over time: where every buffer of the arena lies and how long. Only on request, since it is long. */
export interface Timeline {
  /** Size of the part of the arena that is planned: activations and scratch. */
  headBytes: number;
  /** What runs, in order: operators, and `input` where a graph starts. */
  steps: { op: string; place: SourcePlace | null }[];
  /** Index of the fullest step: the `arenaBytes` alive then add up to `peak.bytes`. */
  peakStep: number;
  buffers: TimelineBuffer[];
}

/** One operator of the deployed graph. */
export interface OperatorRow {
  op: string;
  outputShape: readonly number[];
  macs: number;
  /** Middle of the estimate; null when latency is not known. */
  latencyMs: Known;
  /** What the report behind `measured` of the deployment gives for it, ms. */
  measuredMs?: number;
  /** Position of the operator whose `measuredMs` has the time of this one in it. */
  measuredWith?: number;
  /** Bytes of the arena that are in use while it runs; null when the arena is not known. */
  aliveBytes: Known;
  /** Name of the row of `layers` whose work it does; null for what the converter added. */
  layer: string | null;
  place: SourcePlace | null;
}

export interface Deployment {
  board: string;
  boardName: string;
  runtime: string;
  runtimeName: string;
  dtype: "int8" | "float32";
  ramBytes: { activations: Known; scratch: Known; persistent: Known; total: Known };
  flashBytes: { weights: Known; container: Known; code: Known; total: Known };
  latencyMs: LatencyEstimate | null;
  /** Where a report from a board was read for exactly this model. `latencyMs` stays an estimate. */
  measured?: MeasuredTime;
  /** How the estimate was fitted to what was measured in this project. */
  refit?: {
    /** What the published prediction was multiplied by. */
    factor: number;
    /** How many measured models stand behind it. */
    models: number;
  };
  /** Energy of one inference, µJ: an estimate from the power the board was measured to draw, and the measured time where there is one. */
  energyUj: Estimate | null;
  /** What the board leaves the model: largest bank and usable flash, less what the application reserves. */
  limits: { ramBytes: Known; flashBytes: Known };
  /** What the application itself needs, taken off the limits. */
  reserve: { ramBytes: number; flashBytes: number };
  verdict: "fits" | "does-not-fit" | "cannot-say";
  /** Why the verdict is not "fits", and why something is not known. */
  reasons: string[];
  /** Those of the reasons that say why a quantity is not known. */
  unknowns: string[];
  /** What was taken for granted: "int8 input and output". */
  assumptions: string[];
  peak: { op: string; place: SourcePlace | null; bytes: number; alive: LiveBuffer[] } | null;
  operators: OperatorRow[];
  timeline?: Timeline;
}
