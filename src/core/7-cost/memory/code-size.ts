// How much program flash the runtime takes with the operators a model links: an estimate. Measured on Cortex-M4 (GCC 12.2,
// kernels -O2, core -Os, newlib-nano, log strings kept, tflite-micro 90b983c2): the runtime without operators, and every
// operator linked alone. Operators share helpers, which are counted once here.
import type { DeployedSubgraph } from "../../6-deploy/deployed-graph";
import type { KernelSet } from "./operators/context";

/** Interpreter, allocator and what they need of the C library. */
const RUNTIME_BYTES = 24_948;

/**
 * Which kernels an application registers: those for every type, as the op resolver does by default, or the int8 ones alone
 * (Register_CONV_2D_INT8 and others, CMSIS-NN only).
 */
export type Registrations = "all" | "int8";

/** [reference kernels, CMSIS-NN, CMSIS-NN with the int8 registration where there is one], linked alone. */
const ALONE_BYTES: Readonly<Record<string, readonly [number, number, number?]>> = {
  ADD: [15728, 18112],
  ASSIGN_VARIABLE: [1756, 1756],
  AVERAGE_POOL_2D: [7984, 8588, 7908],
  BATCH_MATMUL: [15336, 19636],
  BATCH_TO_SPACE_ND: [2612, 2612],
  CALL_ONCE: [792, 792],
  CAST: [3328, 3328],
  CONCATENATION: [6396, 6396],
  CONV_2D: [15056, 36300, 18760],
  DEPTHWISE_CONV_2D: [14180, 26088, 17420],
  DEQUANTIZE: [3556, 3556],
  DIV: [13776, 13776],
  ELU: [5088, 5088],
  EXPAND_DIMS: [2280, 2280],
  FULLY_CONNECTED: [12212, 25868, 21376],
  GATHER: [3252, 3252],
  HARD_SWISH: [7308, 7308],
  L2_NORMALIZATION: [4824, 4824],
  LEAKY_RELU: [6752, 6752],
  LOGISTIC: [10572, 10572],
  LOG_SOFTMAX: [12284, 12284],
  MAXIMUM: [8460, 8492],
  MAX_POOL_2D: [8104, 8812],
  MEAN: [11408, 11408],
  MINIMUM: [8460, 8492],
  MUL: [14456, 16248],
  PACK: [1944, 1944],
  PAD: [8128, 7968],
  PADV2: [8128, 7968],
  PRELU: [9364, 9364],
  QUANTIZE: [8524, 8524],
  READ_VARIABLE: [820, 820],
  REDUCE_MAX: [7816, 7816],
  REDUCE_MIN: [7816, 7816],
  RELU: [7228, 7228],
  RELU6: [3736, 3736],
  RESHAPE: [2476, 2476],
  RESIZE_BILINEAR: [6128, 6128],
  RESIZE_NEAREST_NEIGHBOR: [6296, 6296],
  SHAPE: [1180, 1180],
  SLICE: [4084, 4084],
  SOFTMAX: [13820, 15124, 14040],
  SPACE_TO_BATCH_ND: [2772, 2772],
  SPLIT: [2524, 2524],
  SPLIT_V: [2652, 2652],
  SQUEEZE: [2652, 2652],
  STRIDED_SLICE: [15396, 15396],
  SUB: [15864, 15864],
  SUM: [10988, 10988],
  SVDF: [13944, 19820],
  TANH: [11112, 11112],
  TFLite_Detection_PostProcess: [15384, 15384],
  TRANSPOSE: [3300, 3796],
  TRANSPOSE_CONV: [14764, 21512],
  UNIDIRECTIONAL_SEQUENCE_LSTM: [21212, 25464],
  VAR_HANDLE: [912, 912],
};

/**
 * Helpers that nearly every quantised operator links: multiplier arithmetic in double, activation ranges. With those of the
 * convolutions they make two sets of operators, measured together, come out: Conv + Depthwise + FullyConnected + Softmax +
 * Reshape + AveragePool at 37,340 bytes (reference), 84,000 (CMSIS-NN) and 52,096 (its int8 registrations), and with Add in
 * the place of Depthwise at 41,504 and 78,548.
 */
const SHARED_BYTES = {
  reference: { quantised: 6443, convolution: 2616 },
  cmsis: { quantised: 6980, convolution: 2524 },
  int8: { quantised: 6840, convolution: 2524 },
} as const;

const CONVOLUTIONS: ReadonlySet<string> = new Set(["CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV"]);

/** Names of the operators a graph uses, each once: the slots of its op resolver. */
export function linkedOperators(graph: DeployedSubgraph & { calledSubgraphs?: readonly DeployedSubgraph[] }): string[] {
  const subgraphs = [graph, ...(graph.calledSubgraphs ?? [])];
  return [...new Set(subgraphs.flatMap(({ operators }) => operators.map(({ op }) => op)))];
}

export interface CodeSize {
  /** Null when an operator's size was not measured. */
  bytes: number | null;
  /** Operators whose size was not measured. */
  unmeasured: string[];
}

/** Flash of the runtime and the linked operators. The Cortex-M55 build was not measured and is taken as the Cortex-M4 one. */
export function codeSize(
  operators: readonly string[],
  kernels: KernelSet,
  registrations: Registrations = "all",
): CodeSize {
  const column = kernels === "reference" ? "reference" : registrations === "int8" ? "int8" : "cmsis";
  const shared = SHARED_BYTES[column];
  const unmeasured: string[] = [];
  let bytes = RUNTIME_BYTES;
  let usesShared = false;
  let convolutions = 0;
  for (const op of operators) {
    const row = Object.hasOwn(ALONE_BYTES, op) ? ALONE_BYTES[op] : undefined;
    if (!row) {
      unmeasured.push(op);
      continue;
    }
    const [reference, cmsis, int8 = cmsis] = row;
    const alone = { reference, cmsis, int8 }[column];
    // An operator smaller than the shared helpers does without them.
    const quantised = alone > shared.quantised;
    usesShared ||= quantised;
    bytes += alone - (quantised ? shared.quantised : 0);
    if (CONVOLUTIONS.has(op) && convolutions++ > 0) bytes -= shared.convolution;
  }
  if (usesShared) bytes += shared.quantised;
  return { bytes: unmeasured.length > 0 ? null : bytes, unmeasured };
}
