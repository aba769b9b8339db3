// FULLY_CONNECTED and BATCH_MATMUL. Sources: TFLM kernels/fully_connected*.cc, batch_matmul*.cc and kernels/cmsis_nn;
// CMSIS-NN Source/FullyConnectedFunctions/arm_fully_connected_get_buffer_sizes_s8.c; kernels built for speed.
import type { DeployedTensor } from "../../../6-deploy/deployed-graph";
import { elements, runtimeTensorBytes } from "../tensor-bytes";
import { RUNTIME_STRUCT_BYTES } from "../tflm-structs";
import { dimsCopyBytes, isConstant, isQuantised, type MemoryRule, MISSING_TENSOR, perChannelArrays } from "./context";

/** Multiplier, shift, activation range and three zero points of a matrix product. */
const MATMUL_QUANTISATION_BYTES = 28;

/** Weights are [out, in]. */
export const fullyConnected: MemoryRule = (node) => {
  const input = node.input(0);
  const filter = node.input(1);
  const output = node.output();
  if (!input || !filter || !output) return MISSING_TENSOR;
  const bias = node.input(2);
  const perChannel = isQuantised(input) && filter.scales > 1;
  const persistent = perChannel ? perChannelArrays(filter.scales) : [];
  if (!node.isCmsis) return { persistent, scratch: filter.type === "INT4" ? [elements(filter)] : [] };
  if (input.type !== "INT8" || filter.type === "INT4") return { persistent, scratch: [] };
  const depth = filter.shape.at(-1);
  const units = output.shape.at(-1);
  if (depth === undefined || units === undefined) return MISSING_TENSOR;
  // Several rows run as a pointwise convolution, which wants its quantisation per channel.
  if (output.shape.length > 2 && depth % 4 === 0) return { persistent, scratch: perChannel ? [] : [8 * units] };
  if (!node.isMve) return { persistent, scratch: [] };
  const sums = 4 * units;
  const known = isConstant(filter) && (!bias || isConstant(bias));
  return known ? { persistent: [...persistent, sums], scratch: [] } : { persistent, scratch: [sums] };
};

/** A transposed copy: its tensor struct, its dimensions, its values. */
function transposedCopy(tensor: DeployedTensor): number[] | null {
  const bytes = runtimeTensorBytes(tensor);
  return bytes === null ? null : [RUNTIME_STRUCT_BYTES.evalTensor, dimsCopyBytes(tensor), bytes];
}

export const batchMatmul: MemoryRule = (node) => {
  const left = node.input(0);
  const right = node.input(1);
  const output = node.output();
  if (!left || !right || !output) return MISSING_TENSOR;
  const { adjointX, adjointY } = node.operator.options;
  if (adjointX === undefined || adjointY === undefined) return "whether its operands are transposed is not given";
  const leftCopy = adjointX ? transposedCopy(left) : [];
  const rightCopy = adjointY ? [] : transposedCopy(right);
  if (!leftCopy || !rightCopy) return "the size of an operand is not known";
  const copies = [...leftCopy, ...rightCopy];
  const dims = dimsCopyBytes(output);
  const quantisation = isQuantised(left) ? [MATMUL_QUANTISATION_BYTES] : [];
  if (!node.isCmsis) return { persistent: [...quantisation, ...copies, dims], scratch: [] };
  const columns = output.shape.at(-1) ?? 1;
  const scratch = node.isMve && left.type === "INT8" ? [4 * columns] : [];
  return { persistent: [...copies, dims, ...quantisation], scratch };
};
