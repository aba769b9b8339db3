// What calibrating a model with a report from a board would change: the answer that the command line, the editor and the panel show
// before anything is written.
import type { MeasuredModel } from "../config/measured-model";
import type { BoardReport } from "../targets/board-report/board-report";
import type { Deployment } from "./deployment";

export interface CalibrationProposal {
  report: BoardReport;
  /** The expression of the model that the report fits. */
  entry: string;
  /**
   * Operators by their places: of the report with those of the model whose work they did, and those without a partner. Places of
   * the model are places in `before.operators`.
   */
  matches: readonly { report: number; model: readonly number[] }[];
  onlyReport: readonly number[];
  onlyModel: readonly number[];
  /** What would be written into the budget file. */
  measured: MeasuredModel;
  /** Measured time over what is predicted from published measurements; null when nothing is predicted. */
  ratio: number | null;
  /** The model on its board as it is shown now, and once it is calibrated. */
  before: Deployment;
  after: Deployment;
  /** What speaks against the report: another chip, another clock, another runtime. */
  warnings: readonly string[];
}

/** The proposal, or one sentence that says why there is none; with `needsClock` there is one once the clock of its ticks is told. */
export type CalibrationAnswer = { proposal: CalibrationProposal } | { problem: string; needsClock?: true };
