// Operators with little memory of their own: pooling, reductions, softmax, padding, gathers, sums. Sources: TFLM
// kernels/pooling.cc, reduce_common.cc, softmax_common.cc, mirror_pad.cc, gather.cc, add_n.cc, log_softmax.cc, cumsum.cc.
import { elements } from "../tensor-bytes";
import { dimsCopyBytes, isQuantised, type MemoryRule, MISSING_TENSOR, NO_MEMORY } from "./context";

/** Entries of a table of an int16 function. */
const INT16_TABLE_BYTES = 2 * 513;

export const averagePool: MemoryRule = (node) => {
  const input = node.input(0);
  const channels = input?.shape[3];
  if (!input || channels === undefined) return MISSING_TENSOR;
  return node.kernels === "cmsis-nn-dsp" && isQuantised(input)
    ? { persistent: [], scratch: [4 * channels] }
    : NO_MEMORY;
};

/** MEAN and SUM: accumulators when quantised, then an index per dimension and the axes. */
export const meanOrSum: MemoryRule = (node) => {
  const input = node.input(0);
  const axes = node.input(1);
  const output = node.output();
  if (!input || !axes || !output) return MISSING_TENSOR;
  const accumulators = isQuantised(input) ? [4 * elements(output)] : [];
  return { persistent: [], scratch: [...accumulators, 4 * input.shape.length, 4 * elements(axes)] };
};

/** REDUCE_MAX, REDUCE_MIN and REDUCE_ALL. */
export const reduction: MemoryRule = (node) => {
  const input = node.input(0);
  const axes = node.input(1);
  if (!input || !axes) return MISSING_TENSOR;
  return { persistent: [], scratch: [4 * input.shape.length, 4 * elements(axes)] };
};

export const softmax: MemoryRule = (node) => {
  const input = node.input(0);
  if (!input) return MISSING_TENSOR;
  return input.type === "INT16" ? { persistent: [INT16_TABLE_BYTES, INT16_TABLE_BYTES], scratch: [] } : NO_MEMORY;
};

export const mirrorPad: MemoryRule = (node) => {
  const rank = node.input(0)?.shape.length;
  return rank === undefined ? MISSING_TENSOR : { persistent: [], scratch: [4 * rank, 4 * rank] };
};

/** Operators that write the shape of their output: GATHER, GATHER_ND, DEPTH_TO_SPACE, SPACE_TO_DEPTH, L2_POOL_2D. */
export const shapeWriter: MemoryRule = (node) => {
  const output = node.output();
  return output ? { persistent: [dimsCopyBytes(output)], scratch: [] } : MISSING_TENSOR;
};

export const embeddingLookup: MemoryRule = (node) => {
  const output = node.output();
  return output ? { persistent: [dimsCopyBytes(output), 8], scratch: [] } : MISSING_TENSOR;
};

/** A pointer per input. */
export const addN: MemoryRule = (node) => {
  const output = node.output();
  if (!output) return MISSING_TENSOR;
  return { persistent: output.type === "INT8" ? [40] : [], scratch: [4 * node.operator.inputs.length] };
};

/** Kernels that allocate their data only when quantised. */
export function int8Data(bytes: number): MemoryRule {
  return (node) => (node.output()?.type === "INT8" ? { persistent: [bytes], scratch: [] } : NO_MEMORY);
}
