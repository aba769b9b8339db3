// SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM. Sources: TFLM kernels/svdf_common.cc, unidirectional_sequence_lstm.cc and
// kernels/cmsis_nn; CMSIS-NN Source/SVDFunctions/arm_svdf_get_buffer_sizes_s8.c.
import { elements } from "../tensor-bytes";
import { isQuantised, type MemoryRule, MISSING_TENSOR } from "./context";

/** Inputs: image [batch, in], feature weights [filters, in], time weights, bias, state; output [batch, units]. */
export const svdf: MemoryRule = (node) => {
  const input = node.input(0);
  const output = node.output();
  const batch = input?.shape[0];
  const filters = node.input(1)?.shape[0];
  if (!input || !output || batch === undefined || filters === undefined) return MISSING_TENSOR;
  if (input.type !== "INT8") return { persistent: [], scratch: [4 * batch * filters] };
  const sums = node.isMve ? [4 * filters] : [];
  return { persistent: sums, scratch: [4 * batch * filters, 4 * elements(output)] };
};

const HIDDEN_STATE = 18;
const CELL_STATE = 19;

/** 24 inputs: image, 4 + 4 weights, 3 peepholes, 4 biases, 2 of a projection, hidden and cell state, 4 of a layer norm. */
export const lstm: MemoryRule = (node) => {
  const input = node.input(0);
  const hidden = node.input(HIDDEN_STATE);
  const cell = node.input(CELL_STATE);
  const units = hidden?.shape.at(-1);
  if (!input || !hidden || !cell || units === undefined) return MISSING_TENSOR;
  if (cell.type !== "INT16" && cell.type !== "FLOAT32") return `a cell state of ${cell.type} is not supported`;
  const buffer = elements(hidden) * (cell.type === "INT16" ? 2 : 4);
  if (!node.isCmsis || !isQuantised(input)) return { persistent: [], scratch: [buffer, buffer, buffer, buffer] };
  // Sums over the weights of four gates, for the input and for the state; of int64 for int16 activations.
  const sums = units * (input.type === "INT16" ? 8 : 4);
  return { persistent: new Array<number>(8).fill(sums), scratch: [buffer, buffer, buffer] };
};
