// Sizes of the structures TensorFlow Lite Micro keeps in the arena, in bytes, as compiled for 32-bit Arm (short enums, 64-bit
// members aligned to 8). Measured with Arm GCC 12.2 on tensorflow/tflite-micro 90b983c2 and CMSIS-NN: allocation traces for the
// operators seen in real models, the compiler's sizeof for the others. The arrays an operator adds are in `operators/`.

/** Objects of the runtime itself. */
export const RUNTIME_STRUCT_BYTES = {
  arenaAllocator: 36,
  greedyPlanner: 44,
  microAllocator: 36,
  resourceVariables: 12,
  resourceVariable: 20,
  builtinDataAllocator: 8,
  subgraphAllocations: 8,
  evalTensor: 12,
  tensor: 32,
  affineQuantization: 12,
  nodeAndRegistration: 32,
  scratchRequest: 12,
  allocationInfo: 24,
  scratchHandle: 4,
  plannerPerBuffer: 40,
  pointer: 4,
  /** An array of int32 begins with its length. */
  intArrayHeader: 4,
} as const;

/** Not in the arena, but static RAM of every application. */
export const INTERPRETER_BYTES = 208;
export const OP_RESOLVER_BYTES = 12;
/** Per operator slot of the op resolver. */
export const OP_RESOLVER_SLOT_BYTES = 36;

/** Scratch requests one operator may make; the runtime keeps room for so many more while it plans. */
export const MAX_SCRATCH_REQUESTS_PER_OPERATOR = 12;

export interface OperatorStructs {
  /** The operator's options, parsed from the flatbuffer. */
  paramsBytes: number;
  paramsAlignment: number;
  /** What the kernel allocates when it is initialised; 0: nothing. */
  dataBytes: number;
  /** The same with CMSIS-NN kernels. */
  cmsisDataBytes: number;
}

/** [options, their alignment, kernel data, kernel data with CMSIS-NN] */
const TABLE: Readonly<Record<string, readonly [number, number, number, number]>> = {
  ABS: [0, 1, 28, 28],
  ADD: [2, 1, 60, 60],
  ADD_N: [0, 1, 0, 0],
  ARG_MAX: [1, 1, 0, 0],
  ARG_MIN: [1, 1, 0, 0],
  ASSIGN_VARIABLE: [0, 1, 0, 0],
  AVERAGE_POOL_2D: [40, 4, 32, 36],
  BATCH_MATMUL: [3, 1, 16, 36],
  BATCH_TO_SPACE_ND: [0, 1, 0, 0],
  BROADCAST_ARGS: [0, 1, 0, 0],
  BROADCAST_TO: [0, 1, 0, 0],
  CALL_ONCE: [4, 4, 8, 8],
  CAST: [2, 1, 0, 0],
  CEIL: [0, 1, 0, 0],
  CIRCULAR_BUFFER: [0, 1, 8, 8],
  CONCATENATION: [8, 4, 24, 24],
  CONV_2D: [28, 4, 56, 60],
  COS: [0, 1, 0, 0],
  CUMSUM: [2, 1, 0, 0],
  DEPTHWISE_CONV_2D: [28, 4, 56, 60],
  DEPTH_TO_SPACE: [4, 4, 0, 0],
  DEQUANTIZE: [0, 1, 32, 32],
  DIV: [1, 1, 28, 28],
  DYNAMIC_UPDATE_SLICE: [0, 1, 0, 0],
  ELU: [0, 1, 256, 256],
  EMBEDDING_LOOKUP: [0, 1, 0, 0],
  EQUAL: [0, 1, 32, 32],
  EXP: [0, 1, 0, 0],
  EXPAND_DIMS: [0, 1, 0, 0],
  FILL: [0, 1, 0, 0],
  FLOOR: [0, 1, 0, 0],
  FLOOR_DIV: [0, 1, 0, 0],
  FLOOR_MOD: [0, 1, 0, 0],
  FULLY_CONNECTED: [5, 1, 48, 72],
  GATHER: [8, 4, 0, 0],
  GATHER_ND: [0, 1, 0, 0],
  GREATER: [0, 1, 32, 32],
  GREATER_EQUAL: [0, 1, 32, 32],
  HARD_SWISH: [0, 1, 20, 20],
  IF: [8, 4, 8, 8],
  L2_NORMALIZATION: [1, 1, 4, 4],
  L2_POOL_2D: [40, 4, 0, 0],
  LEAKY_RELU: [4, 4, 24, 24],
  LESS: [0, 1, 32, 32],
  LESS_EQUAL: [0, 1, 32, 32],
  LOG: [0, 1, 0, 0],
  LOGICAL_AND: [0, 1, 0, 0],
  LOGICAL_NOT: [0, 1, 0, 0],
  LOGICAL_OR: [0, 1, 0, 0],
  LOGISTIC: [0, 1, 16, 16],
  LOG_SOFTMAX: [0, 1, 0, 0],
  MAXIMUM: [0, 1, 0, 0],
  MAX_POOL_2D: [40, 4, 32, 36],
  MEAN: [1, 1, 44, 44],
  MINIMUM: [0, 1, 0, 0],
  MIRROR_PAD: [1, 1, 20, 20],
  MUL: [1, 1, 36, 36],
  NEG: [0, 1, 0, 0],
  NOT_EQUAL: [0, 1, 32, 32],
  PACK: [8, 4, 0, 0],
  PAD: [0, 1, 56, 56],
  PADV2: [0, 1, 56, 56],
  PRELU: [0, 1, 28, 28],
  QUANTIZE: [0, 1, 32, 32],
  READ_VARIABLE: [0, 1, 0, 0],
  REDUCE_ALL: [1, 1, 44, 44],
  REDUCE_MAX: [1, 1, 44, 44],
  REDUCE_MIN: [1, 1, 44, 44],
  RELU: [0, 1, 28, 28],
  RELU6: [0, 1, 8, 8],
  RESHAPE: [36, 4, 0, 0],
  RESIZE_BILINEAR: [2, 1, 0, 0],
  RESIZE_NEAREST_NEIGHBOR: [2, 1, 0, 0],
  REVERSE_V2: [0, 1, 0, 0],
  ROUND: [0, 1, 0, 0],
  RSQRT: [0, 1, 28, 28],
  SELECT_V2: [0, 1, 1, 1],
  SHAPE: [1, 1, 0, 0],
  SIN: [0, 1, 0, 0],
  SLICE: [0, 1, 0, 0],
  SOFTMAX: [4, 4, 56, 64],
  SPACE_TO_BATCH_ND: [0, 1, 4, 4],
  SPACE_TO_DEPTH: [4, 4, 0, 0],
  SPLIT: [4, 4, 0, 0],
  SPLIT_V: [4, 4, 0, 0],
  SQRT: [0, 1, 0, 0],
  SQUARE: [0, 1, 0, 0],
  SQUARED_DIFFERENCE: [0, 1, 112, 112],
  SQUEEZE: [36, 4, 0, 0],
  STRIDED_SLICE: [24, 4, 84, 84],
  SUB: [2, 1, 52, 52],
  SUM: [1, 1, 44, 44],
  SVDF: [8, 4, 36, 40],
  SignalEnergy: [0, 1, 8, 8],
  SignalFftAutoScale: [0, 1, 0, 0],
  SignalFilterBank: [0, 1, 36, 36],
  SignalFilterBankLog: [0, 1, 8, 8],
  SignalFilterBankSpectralSubtraction: [0, 1, 44, 44],
  SignalFilterBankSquareRoot: [0, 1, 0, 0],
  SignalPCAN: [0, 1, 4, 4],
  SignalRfft: [0, 1, 32, 32],
  SignalWindow: [0, 1, 8, 8],
  TANH: [0, 1, 16, 16],
  TFLite_Detection_PostProcess: [0, 1, 112, 112],
  TRANSPOSE: [0, 1, 0, 0],
  TRANSPOSE_CONV: [16, 4, 72, 76],
  UNIDIRECTIONAL_SEQUENCE_LSTM: [16, 4, 688, 912],
  UNPACK: [8, 4, 0, 0],
  VAR_HANDLE: [8, 4, 4, 4],
  WHILE: [8, 4, 8, 8],
  ZEROS_LIKE: [0, 1, 0, 0],
};

/** The structures of an operator; undefined for one the runtime lacks. */
export function operatorStructs(op: string): OperatorStructs | undefined {
  const row = Object.hasOwn(TABLE, op) ? TABLE[op] : undefined;
  return row && { paramsBytes: row[0], paramsAlignment: row[1], dataBytes: row[2], cmsisDataBytes: row[3] };
}
