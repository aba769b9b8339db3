// The form of latency-calibration.json, which test/accuracy/latency makes from published measurements and a test compares.
// cycles = (weights · features) × scale of (kernels, core) × factor of (kernels, board) × factor of (runtime, version).

/** How well a prediction is founded: the board itself was measured under these kernels, or only its kind of core. */
export type Footing = "board" | "core";

/**
 * Half the width of the range on a log scale: low = mid / e^x, high = mid · e^x. `alike` holds where a model of nearly the same
 * make was measured on that very board.
 */
export type HalfWidths = Record<Footing | "alike", number>;

export interface LatencyProfile {
  /** Cycles for one of each feature, up to the scale, for each kind of kernels. Features are those of 7-cost/latency. */
  weights: Record<string, Record<string, number>>;
  scales: { kernels: string; core: string; factor: number; rows: number }[];
  /** Boards by the name their measurements were published under. */
  boards: { kernels: string; board: string; factor: number; rows: number }[];
  versions: { runtime: string; version: string; factor: number; rows: number }[];
  halfWidths: HalfWidths;
  rows: number;
}

export interface LatencyCalibration {
  note: string;
  /** One for each way of computing: optimised int8 kernels, plain int8 kernels, float32. */
  profiles: Record<string, LatencyProfile>;
  /** Power drawn while a model runs, mW: energy over latency of the rows that publish both. */
  power: { board: string; lowMw: number; midMw: number; highMw: number; rows: number }[];
}
