// The deployed graph: what a TFLite runtime on a board really executes for one data type, after the converter has folded,
// fused and removed operations. Made by lowering a model graph, or read from a list of operators of a real .tflite file.
// Shapes are numbers only: a model with an unknown dimension has no deployed graph, but a reason.
import type { Operation } from "../3-graph/operation";

/** Type of a model's arithmetic on the board. */
export type DeployType = "int8" | "float32";

/** Element types of TFLite tensors, as the schema names them. */
export type TfliteType =
  | "INT4"
  | "INT8"
  | "INT16"
  | "INT32"
  | "INT64"
  | "UINT8"
  | "UINT16"
  | "UINT32"
  | "UINT64"
  | "BOOL"
  | "FLOAT16"
  | "FLOAT32"
  | "FLOAT64"
  | "STRING"
  | "RESOURCE";

/** A tensor of the flatbuffer: an activation, a weight, a constant or a state. */
export interface DeployedTensor {
  /** Batch included; [] for a scalar. */
  shape: readonly number[];
  type: TfliteType;
  /** Bytes stored in the model file; 0 for activations and states. */
  constantBytes: number;
  /** True for state that stays between inferences (SVDF, LSTM). */
  variable: boolean;
  /** Quantisation scales: 0 for a float tensor, 1 per tensor, or one per channel. */
  scales: number;
}

/** Options of an operator that decide its memory, its code or its time. Absent ones do not apply. */
export interface OperatorOptions {
  padding?: "same" | "valid";
  strideHeight?: number;
  strideWidth?: number;
  dilationHeight?: number;
  dilationWidth?: number;
  filterHeight?: number;
  filterWidth?: number;
  depthMultiplier?: number;
  activation?: "none" | "relu" | "relu6" | "relu-n1-to-1" | "tanh" | "sign-bit";
  keepDims?: boolean;
  axis?: number;
  adjointX?: boolean;
  adjointY?: boolean;
  /** Rank of an SVDF: filters per unit. */
  rank?: number;
  /** Subgraphs that IF, WHILE and CALL_ONCE enter, in the order they are entered; 0 is the main graph. */
  subgraphs?: readonly number[];
  /** Container and name of the variable of a VAR_HANDLE: equal names are one variable. */
  resource?: string;
  /** Of a detection post-process; its other numbers do not cost memory. */
  maxDetections?: number;
  classes?: number;
}

/** One operator in execution order. */
export interface DeployedOperator {
  /** Builtin name of the TFLite schema: CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, …; the name of a custom operator else. */
  op: string;
  /** Indices into `tensors`; -1 for an optional input that is not given. */
  inputs: readonly number[];
  outputs: readonly number[];
  options: OperatorOptions;
  /** Multiply-accumulates of one inference. */
  macs: number;
  /** Operations of the model graph it executes (a convolution, its folded BatchNorm, its activation); empty for added ones. */
  sources: readonly Operation[];
  /** Why the converter added it, for operators that nothing in the source stands for: "quantizes the float input". */
  note?: string;
}

/** Tensors and operators that run together. Tensor order is flatbuffer order: the memory planner breaks ties by it. */
export interface DeployedSubgraph {
  tensors: readonly DeployedTensor[];
  /** Indices of graph inputs and outputs. */
  inputs: readonly number[];
  outputs: readonly number[];
  operators: readonly DeployedOperator[];
}

/** A graph as the runtime sees it: the main subgraph, and those it calls. */
export interface DeployedGraph extends DeployedSubgraph {
  type: DeployType;
  /** Subgraphs 1, 2, … that control flow enters; absent for nearly every model. */
  calledSubgraphs?: readonly DeployedSubgraph[];
  /**
   * Arena offsets that the model file prescribes (metadata "OfflineMemoryAllocation"), one per tensor of every subgraph in
   * order, -1 where the runtime is free; "unread" when the file has them and they were not read. Absent for nearly every model.
   */
  offlineOffsets?: readonly number[] | "unread";
  /** Things taken for granted while lowering: "int8 input and output", "batch 1". */
  assumptions: readonly string[];
}

/** Bytes of one element, by TFLite type; INT4 packs two to a byte and STRING has no fixed size (0). */
export const TFLITE_TYPE_BYTES: Readonly<Record<TfliteType, number>> = {
  INT4: 0.5,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  BOOL: 1,
  FLOAT16: 2,
  FLOAT32: 4,
  FLOAT64: 8,
  STRING: 0,
  RESOURCE: 4,
};

/** Bytes of a tensor's elements, not padded. */
export function deployedTensorBytes(tensor: DeployedTensor): number {
  return Math.ceil(tensor.shape.reduce((product, dim) => product * dim, 1) * TFLITE_TYPE_BYTES[tensor.type]);
}
