// What one run of the benchmark gives: times in milliseconds, with everything that is needed to read them later.

/** Repeated measurements of one thing, in milliseconds for one inference. */
export interface Timing {
  median: number;
  p90: number;
  /** Half the distance between the quartiles, relative to the median. */
  spread: number;
  runs: number;
}

export interface LayerTiming extends Timing {
  /** Name and type as in the plan; the name is empty for loose operations. */
  name: string;
  type: string;
  macs: number | null;
  /** Bytes of its inputs, weights and outputs, as they are stored here. */
  bytes: number;
  /** "missing" when part of it did not run, "stand-in" when other work of the same size was timed for part of it. */
  remark: "missing" | "stand-in" | null;
}

export interface Result {
  /** When it was made, as ISO 8601. */
  date: string;
  /** What the reader calls it. */
  name?: string;
  entry: string;
  backend: string;
  /** Adapter, threads and the like, as the backend tells. */
  details: string;
  version: string;
  /** Browser and settings of TensorFlow.js that were in force; not kept by the earliest versions. */
  flags?: Record<string, string | number | boolean>;
  macs: number | null;
  /** Making weights and kernels, before the first inference. */
  prepareMs: number;
  firstMs: number;
  whole: Timing;
  layers: LayerTiming[];
  /** Sum of the layers' medians. */
  sumMs: number;
  tensorsBefore: number;
  tensorsAfter: number;
  remarks: string[];
}
