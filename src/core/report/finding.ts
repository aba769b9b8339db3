// What Model Budget has to say about a model: a finding of a rule at a place, and the fixes it offers with what they save.
// Producing findings is the business of 8-advice (and, for operators a runtime lacks, of the deployment); this is what
// surfaces show.
import type { Known, SourcePlace } from "./report";

/** How much a finding matters; `off` silences a rule. */
export type Level = "error" | "warning" | "information" | "hint";

/** The quantities a budget may limit, each null where it is not known. */
export interface Quantities {
  macs: Known;
  params: Known;
  /** Total RAM on the chosen board. */
  ramBytes: Known;
  flashBytes: Known;
  /** Middle of the estimated range. */
  latencyMs: Known;
}

/** What a fix does, computed by evaluating the changed source: nothing here is estimated by a formula. */
export interface Receipt {
  before: Quantities;
  after: Quantities;
}

/** A change of source text; offsets count UTF-16 units. */
export interface TextEdit {
  /** Absolute path of the file. */
  file: string;
  start: number;
  /** Equal to `start` for an insertion. */
  end: number;
  text: string;
}

/** A change of the source that was tried and keeps the model's output shapes. */
export interface OfferedFix {
  /** What it does, as an order: "Replace by a depthwise-separable convolution". */
  title: string;
  edits: TextEdit[];
  receipt: Receipt;
}

/** The fixes of one kind in one model as one change: "fix all". */
export interface CombinedFix extends OfferedFix {
  rule: string;
  /** How many findings it answers. */
  count: number;
}

export interface Finding {
  /** Id of the rule, also the name of its page in docs/rules. */
  rule: string;
  level: Level;
  /** What, why and what to do, with the numbers that triggered it. */
  message: string;
  file: string;
  /** From 1; null for a finding about a whole file. */
  line: number | null;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
  /** Entry of the model it is about. */
  entry: string;
  /** Other places that explain it: the tensors alive at the peak. */
  related: { message: string; place: SourcePlace }[];
  fixes: OfferedFix[];
}
