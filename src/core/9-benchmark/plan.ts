// A model as plain data that anything can run with random weights: tensors, steps in order, layers. Sent to the benchmark panel as
// JSON, so it holds no code and no object of the evaluator. make-plan.ts makes it; src/webview/benchmark runs it.
import type { OperationKind, Setting } from "../3-graph/operation";
import type { Report, SourcePlace } from "../report/report";

/** What TensorFlow.js can hold: half and double precision become float32, whole numbers of any width int32. */
export type PlanType = "float32" | "int32" | "bool";

export interface PlanTensor {
  /** Batch included, in the framework's own order of dimensions. */
  shape: number[];
  dtype: PlanType;
  /** constant: made while the model runs, e.g. by `zeros`. */
  role: "input" | "weight" | "constant" | "activation";
  name: string;
  /** Row-major values of a small constant that is known; other constants and all weights are random. */
  data?: number[];
  /** Whole numbers are below this: they pick rows of a table of that length. */
  below?: number;
}

/** One operation. Numbers in `inputs`, `weights`, `outputs` are positions in `tensors` of the plan. */
export interface PlanStep {
  kind: OperationKind;
  /** The attributes of the graph's operation with all dimensions known; see core/3-graph/operation.ts. */
  attributes: Readonly<Record<string, Setting>>;
  settings: Readonly<Record<string, Setting | undefined>>;
  /** All tensors it reads, in the order it was written with. */
  operands: number[];
  /** Those of them that are activations. */
  inputs: number[];
  /** Kernel, bias and others, as the graph lists them. */
  weights: number[];
  outputs: number[];
  /** Position in `layers`. */
  layer: number;
  /** Multiply-accumulates, batch 1; null when not known. */
  macs: number | null;
}

/** A row of the benchmark: a layer of the model, or the loose operations of its own code. */
export interface PlanLayer {
  /** Path as the framework names it; empty for loose operations. */
  name: string;
  type: string;
  /** Where the layer was made, in the analysed file if it was made there. */
  place: SourcePlace | null;
  macs: number | null;
}

export interface Plan {
  file: string;
  /** The expression that gives the model. */
  entry: string;
  framework: "torch" | "keras" | "tfjs";
  tensors: PlanTensor[];
  /** Positions of the model's inputs and outputs in `tensors`. */
  inputs: number[];
  outputs: number[];
  steps: PlanStep[];
  layers: PlanLayer[];
  macs: number | null;
  /** Guesses the model was traced under, such as its input shape. */
  assumptions: string[];
}

/** Why there is no plan, and what the reader can do about it. */
export interface NoPlan {
  reason: string;
  place: SourcePlace | null;
  /** "input": the input shape is not known, and declaring it helps. */
  action: "input" | null;
}

/** A plan with the report of its model for one board, and the boards there are. */
export interface PlanAnswer {
  result: PlanResult;
  /** null when the file has no such model. */
  report: Report | null;
  boards: { id: string; name: string }[];
}

export type PlanResult = { plan: Plan } | { none: NoPlan };
