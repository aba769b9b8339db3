// Which operators of TFLite a name in a report can stand for. TFLM, Vela and MLTK name operators of TFLite; ST names layers of
// its own, which often are several operators in one.

export interface Kinds {
  kinds: readonly string[];
  includes: readonly string[];
}

/** A name of the TFLite schema in any spelling: "conv_2d" is CONV_2D. */
export function tfliteKinds(name: string): Kinds {
  return { kinds: [name.trim().toUpperCase()], includes: [] };
}

const POOLS = ["MAX_POOL_2D", "AVERAGE_POOL_2D", "MEAN"];
const ACTIVATIONS = ["RELU", "RELU6", "RELU_N1_TO_1", "TANH", "LOGISTIC", "HARD_SWISH", "ELU", "PRELU", "LEAKY_RELU"];
const CONVOLUTIONS = ["CONV_2D", "DEPTHWISE_CONV_2D"];
const RESHAPES = ["RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE"];
const ARITHMETIC = ["ADD", "SUB", "MUL", "DIV", "MINIMUM", "MAXIMUM", "SQUARED_DIFFERENCE"];

/** The first entry that a layer's name starts with counts, letters in any case. */
const ST_LAYERS: readonly [RegExp, Kinds][] = [
  [
    /^(optimi[sz]ed|merged) ?conv2d ?(\/|and)? ?pool|^conv2d_?pool/,
    { kinds: CONVOLUTIONS, includes: [...POOLS, ...ACTIVATIONS, "PAD"] },
  ],
  [/^(separable|depthwise|dw)_?conv/, { kinds: ["DEPTHWISE_CONV_2D", "CONV_2D"], includes: [...ACTIVATIONS, "PAD"] }],
  [/^conv2d_?transpose|^transpose_?conv|^deconv/, { kinds: ["TRANSPOSE_CONV"], includes: ACTIVATIONS }],
  [/^conv/, { kinds: CONVOLUTIONS, includes: [...ACTIVATIONS, "PAD"] }],
  [/^(dense|gemm)/, { kinds: ["FULLY_CONNECTED", "BATCH_MATMUL"], includes: [...ACTIVATIONS, ...RESHAPES] }],
  [/^mat_?mul/, { kinds: ["BATCH_MATMUL", "FULLY_CONNECTED"], includes: [] }],
  [/^(global)?_?pool|^(global)?(avg|average|max)_?pool/, { kinds: POOLS, includes: [] }],
  [/^softmax/, { kinds: ["SOFTMAX"], includes: [] }],
  [/^(eltwise|arith|add|sub|mul|div)/, { kinds: ARITHMETIC, includes: ACTIVATIONS }],
  [/^(nl|nonlinearity|activation|relu|sigmoid|tanh)/, { kinds: [...ACTIVATIONS, "SOFTMAX"], includes: [] }],
  [/^(bn|scale_?bias|batch_?norm)/, { kinds: ["MUL", "ADD"], includes: ["ADD"] }],
  [/^concat/, { kinds: ["CONCATENATION", "PACK"], includes: [] }],
  [/^(conversion|nl_?conv|cast|quantize|dequantize)/, { kinds: ["QUANTIZE", "DEQUANTIZE", "CAST"], includes: [] }],
  [/^(reshape|flatten|transpose|permute)/, { kinds: RESHAPES, includes: [] }],
  [/^(upsample|resize)/, { kinds: ["RESIZE_NEAREST_NEIGHBOR", "RESIZE_BILINEAR"], includes: [] }],
  [/^reduce/, { kinds: ["MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"], includes: [] }],
  [/^pad/, { kinds: ["PAD", "PADV2", "MIRROR_PAD"], includes: [] }],
  [/^(slice|split|gather)/, { kinds: ["STRIDED_SLICE", "SLICE", "SPLIT", "SPLIT_V", "GATHER"], includes: [] }],
  [/^lstm/, { kinds: ["UNIDIRECTIONAL_SEQUENCE_LSTM"], includes: [] }],
]; // prettier-ignore

/** What a c-layer of ST Edge AI / X-CUBE-AI can stand for: "Conv2D", "10011/(Merged Conv2d / Pool)", "Conv2dPool (0x109)". */
export function stKinds(layer: string): Kinds {
  const plain = layer
    .trim()
    .replace(/^\d+\/\((.*)\)$/, "$1")
    .replace(/\s*\(0x[0-9a-f]+\)$/i, "")
    .toLowerCase();
  return ST_LAYERS.find(([pattern]) => pattern.test(plain))?.[1] ?? { kinds: [], includes: [] };
}
