// What a search for variants that fit a board found: the result of `model-budget fit` and of the editor's Fit to Board.
import type { Deployment } from "./deployment";
import type { Quantities, Receipt, TextEdit } from "./finding";
import type { SourcePlace } from "./report";

/** One variant of a model: some changes of its source together, with what they lead to. */
export interface FitVariant {
  /** What is different from the source, in words; empty for the model as it is. */
  changes: string[];
  /** Type it is deployed in. */
  dtype: Deployment["dtype"];
  /** All changes as one set of edits of the text that was analysed; empty for the model as it is. */
  edits: TextEdit[];
  receipt: Receipt;
  /** MACs after over MACs before; null when not known. Accuracy follows capacity, so more is better. */
  macsKept: number | null;
  verdict: Deployment["verdict"];
  /** Why it does not fit, or why that cannot be said. */
  reasons: string[];
}

export interface FitResult {
  /** The analysed file. */
  file: string;
  /** Entry of the model; empty when none was found. */
  entry: string;
  /** Where the model is defined. */
  place: SourcePlace | null;
  board: string;
  boardName: string;
  runtime: string;
  runtimeName: string;
  /** Type the model is deployed in as it is. */
  dtype: Deployment["dtype"];
  /**
   * found: some variants fit; none: none of those that were looked at; unknown: what it needs is not known, see `problem`; failed: there
   * is no such model, see `problem`.
   */
  outcome: "found" | "none" | "unknown" | "failed";
  /** The model as it is. */
  before: Quantities;
  /**
   * The variants that fit, most MACs first: the Pareto set over RAM, latency and MACs kept of those from which no change can be
   * taken back. The model as it is alone, when it fits.
   */
  variants: FitVariant[];
  /** When nothing fits: the variant that comes nearest to the limits. */
  closest: FitVariant | null;
  /** What the search could change, in words: "alpha (1)", "input 96×96", "3 convolutions to depthwise-separable ones". */
  levers: string[];
  /** Analyses of changed source. */
  evaluations: number;
  /** Why the search ended before it had seen everything; null when it had. */
  stopped: "cancelled" | "limit" | null;
  /** With the outcomes unknown and failed: one sentence. */
  problem: string | null;
}

/** How far a search is. */
export interface FitProgress {
  evaluations: number;
  /** The search ends at the latest after this many. */
  limit: number;
  /** The variant that is tried next, in words. */
  trying: string;
}
