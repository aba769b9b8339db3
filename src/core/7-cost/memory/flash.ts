// Flash of a deployed model: the .tflite file it is stored as, and the runtime that executes it. The weights are exact; the
// rest of the file is an estimate from counts, since names and metadata are the converter's; so is the code.
import type { DeployedGraph } from "../../6-deploy/deployed-graph";
import { type CodeSize, codeSize, linkedOperators, type Registrations } from "./code-size";
import { subgraphsOf } from "./lifetimes";
import type { KernelSet } from "./operators/context";
import { alignUp } from "./planner";

export interface ModelFile {
  /** Constant buffers, each padded to 16: weights, int32 biases, shapes and axes. Exact. */
  weightsBytes: number;
  /** Everything else in the file: tensors, operators, quantisation, names. An estimate. */
  containerBytes: number;
}

export interface Flash extends ModelFile {
  code: CodeSize;
  /** Weights, container and code; null when the code is not known. */
  totalBytes: number | null;
}

/** A scale (4) and a zero point (8). */
const QUANTISATION_ENTRY_BYTES = 12;

/**
 * Bytes per tensor, per operator and per file, fitted to real files; names are estimated per tensor and per convolution, whose
 * names concatenate those of the layers folded into it. Each byte of a name costs a little more than one, by its padding.
 */
const CONTAINER = {
  quantised: { tensor: 86, operator: 41, file: 671, tensorName: 45, convolutionName: 200, perNameByte: 1.1 },
  float: { tensor: 51, operator: 78, file: 536, tensorName: 40, convolutionName: 40, perNameByte: 1.3 },
} as const;

/** Size of the .tflite file; `nameBytes`, the total of all tensor names, makes it more exact where it is known. */
export function modelFile(graph: DeployedGraph, nameBytes?: number): ModelFile {
  const subgraphs = subgraphsOf(graph);
  const tensors = subgraphs.flatMap((subgraph) => subgraph.tensors);
  const operators = subgraphs.flatMap((subgraph) => subgraph.operators);
  const weightsBytes = tensors.reduce((sum, { constantBytes }) => sum + alignUp(constantBytes), 0);
  const entries = tensors.reduce((sum, { scales }) => sum + scales, 0);
  const cost = entries > 0 ? CONTAINER.quantised : CONTAINER.float;
  const convolutions = operators.filter(({ op }) => op === "CONV_2D" || op === "DEPTHWISE_CONV_2D").length;
  const names = nameBytes ?? cost.tensorName * tensors.length + cost.convolutionName * convolutions;
  const containerBytes = Math.round(
    QUANTISATION_ENTRY_BYTES * entries +
      cost.tensor * tensors.length +
      cost.operator * operators.length +
      cost.perNameByte * names +
      cost.file,
  );
  return { weightsBytes, containerBytes };
}

export function flashOf(graph: DeployedGraph, kernels: KernelSet, registrations: Registrations = "all"): Flash {
  const file = modelFile(graph);
  const code = codeSize(linkedOperators(graph), kernels, registrations);
  const totalBytes = code.bytes === null ? null : file.weightsBytes + file.containerBytes + code.bytes;
  return { ...file, code, totalBytes };
}
