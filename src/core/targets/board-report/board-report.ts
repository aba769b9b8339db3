// What a report from a board says, whatever tool wrote it. What a report does not say is null here: nothing is filled in.
// Reading the formats is the business of the files beside this one; what the numbers mean for a model, of 7-cost/calibration.
import type { TimeBasis } from "../../report/deployment";
import { sumKnown } from "../../report/format";

/** One operator of a report, in the order it ran. */
export interface ReportOperator {
  /** As the report writes it: "CONV_2D", "Conv2D", "Merged Conv2d / Pool". */
  type: string;
  /** Operators of TFLite that it can stand for; empty for work the tool added. The first one is what it mainly is. */
  kinds: readonly string[];
  /** Kinds of operators whose work may be in it too: an activation or a pool that the tool fused. */
  includes: readonly string[];
  name: string | null;
  latencyMs: number | null;
  /** Multiply-accumulates as the tool counts them; ST adds biases and activations. */
  macs: number | null;
}

/** A size that a report states, with what it means there. No tool counts just what we do, so sizes are only shown. */
export interface ReportSize {
  what: string;
  bytes: number;
}

export interface BoardReport {
  /** "TFLM benchmark log". */
  format: string;
  /** Tool or runtime with its version: "ST Edge AI Core 2.2.0". */
  tool: string | null;
  /** Only measured times say how fast a board is. */
  basis: TimeBasis;
  /** Board, chip or simulator as it is named there. */
  board: string | null;
  /** Set when an accelerator did part of the work. */
  accelerator: string | null;
  /** Clock of what ran the model. */
  clockMhz: number | null;
  operators: ReportOperator[];
  /** Time of one inference. */
  latencyMs: number | null;
  /** Why there is none, where more can be said than that. */
  noTime: string | null;
  /** Multiply-accumulates of the whole model as the tool counts them. */
  macs: number | null;
  sizes: ReportSize[];
  /** What a reader should know of these numbers. */
  notes: string[];
}

/** What a reader of one format is given. */
export interface ReportFile {
  text: string;
  /** Name of the file, without its folder. */
  name: string;
  /** Clock of the board that somebody told, for reports that count ticks and do not say how long one is. */
  tickMhz: number | null;
}

/** A report with nothing in it but its format. */
export function emptyReport(format: string): BoardReport {
  return {
    format,
    tool: null,
    basis: "measured",
    board: null,
    accelerator: null,
    clockMhz: null,
    operators: [],
    latencyMs: null,
    noTime: null,
    macs: null,
    sizes: [],
    notes: [],
  };
}

/** The sum of the operators' times; null when there are none or one has no time. */
export function sumOfOperators(operators: readonly ReportOperator[]): number | null {
  return operators.length === 0 ? null : sumKnown(operators.map(({ latencyMs }) => latencyMs));
}
