// The report: what every surface (command line, lens, panel, other programs) shows of one model.
// The published fields follow the contract in docs/cli.md; rename nothing here without a new schemaVersion.
// Producing the numbers is the business of 5-cost; turning them into text is the business of the printers beside this file.

import type { Deployment } from "./deployment";
import type { CombinedFix, Finding } from "./finding";
import type { MacsFormula } from "./formula";
import type { AppliedLimit } from "./limit";

/** A place in a source file. `line` and `column` count from 1; columns are UTF-16 units. */
export interface SourcePlace {
  /** Absolute path (or URI path) of the file. */
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** `null` stands for a dimension that is free (the Keras batch) or not known; `unknowns` says which and why. */
export type ReportShape = (number | null)[];

/** A quantity that is not known is null, never 0, and `unknowns` of the report says why. */
export type Known = number | null;

/** One row of the cost table: a layer (a module that does work itself), or the loose operations of a model's own `forward`. */
export interface LayerRow {
  /** Path of the layer in the model, as its framework would name it: `features.0`, `conv2d_1`. */
  name: string;
  /** Class of the layer as the framework names it: `Conv2d`, `DepthwiseConv2D`. */
  type: string;
  /** Line and column (from 1) of the innermost place in the analysed file that made this layer; null for one made in another file only. */
  line: number | null;
  column: number | null;
  /** The chain of calls that made this layer, innermost first. Places inside our own recipes are left out. */
  stack: SourcePlace[];
  /**
   * Calls of functions, from the outermost, that made this layer and others of the model, numbered where one was called more than
   * once: `separable_block 3`. Absent for a layer made in none.
   */
  blocks?: string[];
  /** How many times the layer runs in one inference; 0 for a layer that has parameters but does not run. */
  calls: number;
  /**
   * Shape of the (first) output as the framework prints it; null when the layer never runs or the rank is not known. A Keras layer
   * of a graph whose inputs leave a dimension open (`Input((None, None, 3))`) has null there, whatever size was run.
   */
  outputShape: ReportShape | null;
  /** Shape of the (first) output of the last call in this run: only the free batch and what is not known are null. */
  runShape: ReportShape | null;
  /** Stored values of this layer that no earlier row already counted. */
  params: Known;
  trainableParams: Known;
  /** Multiply-accumulates over all calls, batch 1. */
  macs: Known;
  /** The products whose sum the MACs are, with their numbers; absent when the MACs are 0 or not known. */
  formula?: MacsFormula[];
  /** MACs plus element-wise multiplications, over all calls, batch 1. */
  multiplications: Known;
  /** Bytes of all outputs of one call at the model's own dtype, batch 1. */
  activationBytes: Known;
  /** Class of the state: some work was counted, the layer is free on purpose, or its cost is not known. */
  state: "costed" | "free" | "unknown";
}

/** Why something is not known, and where. */
export interface UnknownRecord {
  reason: string;
  file: string;
  /** From 1; null when the reason has no place. */
  line: number | null;
  column: number | null;
}

/** An input the user declared: `--input [NAME=]1x3x32x32[:dtype]`, batch included. `null` is a free dimension. */
export interface InputSpec {
  name?: string;
  shape: (number | null)[];
  dtype?: string;
}

export interface ReportInput {
  name: string;
  shape: ReportShape;
  dtype: string;
}

/** One model. `schemaVersion` 1. */
export interface Report {
  schemaVersion: 1;
  /** The id of the case, when there was one. */
  id?: string;
  file: string;
  /** The expression that gave the model: `build_kws()`, `Net()`, `model`. */
  entry: string;
  framework: "torch" | "keras" | "tfjs" | "unknown";
  /** exact: every total is known. partial: something is unknown, see `unknowns`. error: there is no model, see `error`. */
  status: "exact" | "partial" | "error";
  /** Only with status error: one sentence. */
  error?: string;
  /** Where the model is defined (class, builder function or assignment): the editor puts the model's lens here. */
  place: SourcePlace | null;
  /** Each thing guessed, e.g. "input 1x3x32x32 from a dummy tensor, train.py:14". */
  assumptions: string[];
  inputs: ReportInput[];
  /** A shape is null when its rank is not known; `[]` is a scalar. */
  outputs: { shape: ReportShape | null }[];
  params: { total: Known; trainable: Known };
  macs: Known;
  multiplications: Known;
  /** Largest sum of inputs and outputs of one operation, bytes at the model's own dtype; a lower bound of the activation peak. */
  activationBytes: Known;
  coverage: { costed: number; free: number; unknown: number };
  layers: LayerRow[];
  unknowns: UnknownRecord[];
  /** Limits that hold for it, from the budget file and from comments. */
  limits: AppliedLimit[];
  findings: Finding[];
  /** For rules with several fixes of one kind: all of them as one change. Absent without advice, or when there are none. */
  combinedFixes?: CombinedFix[];
  /** For the chosen board, runtime and dtype; absent when no target was asked for. */
  deployment?: Deployment;
  /** The same for every board of a comparison. */
  boards?: Deployment[];
  elapsedMs: number;
}

/** A file that was looked at: its models, or why there are none. */
export interface FileAnalysis {
  file: string;
  reports: Report[];
  /** Places where the file does not parse; the rest of it was still read. */
  syntaxProblems: { message: string; line: number; column: number }[];
  /** `budget:` comments that are not understood, and `budget-ignore` ones without use. */
  commentProblems: { message: string; line: number; column: number; endColumn: number }[];
  /** Why there is no target: a board or runtime of the budget or the settings that nobody knows. */
  targetProblem?: string;
  /** When `reports` is empty: one sentence saying why no model was found. */
  nothingFound?: string;
  elapsedMs: number;
}
