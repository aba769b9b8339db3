// Which rule gives the memory of which operator. An operator without a rule allocates nothing besides its structures, and one
// without structures is not in the runtime.
import { operatorStructs } from "../tflm-structs";
import { type MemoryRule, NO_MEMORY, type OperatorMemory, type OperatorNode } from "./context";
import { convolution, depthwiseConvolution, transposedConvolution } from "./convolution";
import { batchMatmul, fullyConnected } from "./dense";
import { detectionPostProcess } from "./detection";
import {
  addN,
  averagePool,
  embeddingLookup,
  int8Data,
  meanOrSum,
  mirrorPad,
  reduction,
  shapeWriter,
  softmax,
} from "./others";
import { lstm, svdf } from "./recurrent";
import { filterBank, rfft, spectralSubtraction } from "./signal";

const RULES: ReadonlyMap<string, MemoryRule> = new Map([
  ["CONV_2D", convolution],
  ["DEPTHWISE_CONV_2D", depthwiseConvolution],
  ["TRANSPOSE_CONV", transposedConvolution],
  ["FULLY_CONNECTED", fullyConnected],
  ["BATCH_MATMUL", batchMatmul],
  ["AVERAGE_POOL_2D", averagePool],
  ["MEAN", meanOrSum],
  ["SUM", meanOrSum],
  ["REDUCE_MAX", reduction],
  ["REDUCE_MIN", reduction],
  ["REDUCE_ALL", reduction],
  ["SOFTMAX", softmax],
  ["LOG_SOFTMAX", int8Data(28)],
  ["CUMSUM", int8Data(36)],
  ["ADD_N", addN],
  ["MIRROR_PAD", mirrorPad],
  ["GATHER", shapeWriter],
  ["GATHER_ND", shapeWriter],
  ["DEPTH_TO_SPACE", shapeWriter],
  ["SPACE_TO_DEPTH", shapeWriter],
  ["L2_POOL_2D", shapeWriter],
  ["EMBEDDING_LOOKUP", embeddingLookup],
  ["SVDF", svdf],
  ["UNIDIRECTIONAL_SEQUENCE_LSTM", lstm],
  ["TFLite_Detection_PostProcess", detectionPostProcess],
  ["SignalRfft", rfft],
  ["SignalFilterBank", filterBank],
  ["SignalFilterBankSpectralSubtraction", spectralSubtraction],
]);

/** The arrays of an operator, or a sentence that says why they are not known. */
export function operatorMemory(node: OperatorNode): OperatorMemory | string {
  const { op } = node.operator;
  if (!operatorStructs(op)) return "TensorFlow Lite Micro has no such operator, or its memory is not known";
  return RULES.get(op)?.(node) ?? NO_MEMORY;
}
