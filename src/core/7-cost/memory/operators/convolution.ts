// CONV_2D, DEPTHWISE_CONV_2D and TRANSPOSE_CONV: multiplier and shift per output channel, and the columns CMSIS-NN unrolls
// patches into. Sources: TFLM kernels/conv_common.cc, depthwise_conv_common.cc, transpose_conv.cc and kernels/cmsis_nn;
// CMSIS-NN Source/ConvolutionFunctions/arm_*_get_buffer_sizes_*.c, with GCC (armclang differs).
import type { DeployedTensor, OperatorOptions } from "../../../6-deploy/deployed-graph";
import { elements } from "../tensor-bytes";
import { alignUp } from "../planner";
import {
  imageSize,
  isQuantised,
  type MemoryRule,
  MISSING_TENSOR,
  type OperatorNode,
  perChannelArrays,
} from "./context";

/** Channels the MVE depthwise kernel treats in one block (CH_IN_BLOCK_MVE). */
const MVE_DEPTHWISE_BLOCK = 124;
/** Input channels from which a transposed convolution runs as a convolution (REVERSE_TCOL_EFFICIENT_THRESHOLD). */
const REVERSE_CONVOLUTION_CHANNELS = 16;

interface Geometry {
  input: { batch: number; height: number; width: number; channels: number };
  /** Of a depthwise filter, `channels` are the output channels. */
  filter: { batch: number; height: number; width: number; channels: number };
  output: { batch: number; height: number; width: number; channels: number };
  strideHeight: number;
  strideWidth: number;
  dilationHeight: number;
  dilationWidth: number;
  /** Rows and columns padded before the image. */
  padTop: number;
  padLeft: number;
}

function padBefore(input: number, filter: number, output: number, stride: number, dilation: number): number {
  const total = Math.max(0, (output - 1) * stride + (filter - 1) * dilation + 1 - input);
  return Math.floor(total / 2);
}

/** The output size that the padding rule gives, from which the runtime computes the pad. */
function outputSize(options: OperatorOptions, input: number, filter: number, stride: number, dilation: number): number {
  const reach = (filter - 1) * dilation + 1;
  return options.padding === "same"
    ? Math.floor((input + stride - 1) / stride)
    : Math.floor((input + stride - reach) / stride);
}

function geometryOf(node: OperatorNode, input: DeployedTensor, filter: DeployedTensor): Geometry | string {
  const { options } = node.operator;
  const output = node.output();
  const sizes = output && { input: imageSize(input), filter: imageSize(filter), output: imageSize(output) };
  if (!sizes?.input || !sizes.filter || !sizes.output) return MISSING_TENSOR;
  const { strideHeight, strideWidth, dilationHeight = 1, dilationWidth = 1 } = options;
  if (strideHeight === undefined || strideWidth === undefined) return "its stride is not given";
  if (options.padding === undefined) return "its padding is not given";
  const along = (inputs: number, filters: number, stride: number, dilation: number) =>
    padBefore(inputs, filters, outputSize(options, inputs, filters, stride, dilation), stride, dilation);
  return {
    input: sizes.input,
    filter: sizes.filter,
    output: sizes.output,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop: along(sizes.input.height, sizes.filter.height, strideHeight, dilationHeight),
    padLeft: along(sizes.input.width, sizes.filter.width, strideWidth, dilationWidth),
  };
}

/** Columns for a general int8 convolution: two of int16 in four-element steps, or with MVE four of int8 in whole vectors. */
function columnsBytes(patch: number, mve: boolean): number {
  return mve ? 4 * alignUp(patch, 16) : 4 * alignUp(patch, 4);
}

/** The 1xN convolution of MVE copies its padded ends only. */
function oneByNBytes(geometry: Geometry): number {
  const { input, filter, output, strideWidth, padLeft } = geometry;
  const general = columnsBytes(input.channels * filter.width * filter.height, true);
  const uneven = ((output.width - 1) * strideWidth + filter.width - input.width) % 2;
  const right =
    padLeft + uneven !== 0 ? Math.max(1, Math.trunc((padLeft + uneven + strideWidth - 1) / strideWidth)) : 0;
  const left = padLeft !== 0 ? Math.max(1, Math.trunc((padLeft + strideWidth - 1) / strideWidth)) : 0;
  if (right + left > output.width) return general;
  const reach = filter.width * input.channels;
  const leftPad = padLeft * input.channels;
  const rightPad = uneven !== 0 ? right * input.channels : leftPad;
  return Math.max(reach + leftPad, reach - input.channels + rightPad);
}

/** arm_convolve_wrapper_s8_get_buffer_size. */
function convolutionBytes(geometry: Geometry, mve: boolean): number {
  const { input, filter } = geometry;
  const undilated = geometry.dilationHeight === 1 && geometry.dilationWidth === 1;
  const ungrouped = input.channels === filter.channels;
  const pointwise = filter.height === 1 && filter.width === 1 && geometry.padTop === 0 && geometry.padLeft === 0;
  if (pointwise && undilated && ungrouped) return 0;
  const row = input.height === 1 && filter.height === 1 && geometry.dilationWidth === 1;
  if (mve && row && ungrouped && (geometry.strideWidth * input.channels) % 4 === 0) return oneByNBytes(geometry);
  return columnsBytes(input.channels * filter.width * filter.height, mve);
}

export const convolution: MemoryRule = (node) => {
  const input = node.input(0);
  const filter = node.input(1);
  const channels = filter?.shape[0];
  if (!input || !filter || channels === undefined) return MISSING_TENSOR;
  if (!node.isCmsis) {
    const unpacked = filter.type === "INT4" ? [elements(filter)] : [];
    return { persistent: perChannelArrays(channels), scratch: unpacked };
  }
  if (!isQuantised(input)) return { persistent: [], scratch: [] };
  const geometry = geometryOf(node, input, filter);
  if (typeof geometry === "string") return geometry;
  const patch = geometry.input.channels * geometry.filter.width * geometry.filter.height;
  const int16Bytes = node.isMve ? 8 * alignUp(patch, 8) : 4 * patch;
  const bytes = input.type === "INT16" ? int16Bytes : convolutionBytes(geometry, node.isMve);
  return { persistent: perChannelArrays(channels), scratch: bytes > 0 ? [bytes] : [] };
};

/** arm_depthwise_conv_wrapper_s8_get_buffer_size and its s4 sibling. */
function depthwiseBytes(node: OperatorNode, geometry: Geometry, int4: boolean): number {
  const { input, filter, output } = geometry;
  const kernel = filter.height * filter.width;
  // One input channel runs as an ordinary convolution on a copy of the filter.
  if (node.isMve && !int4 && input.channels === 1 && output.channels > 1) {
    const pointwise = kernel === 1 && geometry.padTop === 0 && geometry.padLeft === 0;
    const undilated = geometry.dilationHeight === 1 && geometry.dilationWidth === 1;
    return (pointwise && undilated ? 0 : columnsBytes(kernel, true)) + filter.channels * kernel;
  }
  const plain =
    input.channels === output.channels &&
    input.batch === 1 &&
    geometry.dilationHeight === 1 &&
    geometry.dilationWidth === 1;
  if (!plain) return 0;
  if (node.isMve) return 4 * MVE_DEPTHWISE_BLOCK * kernel;
  if (!int4) {
    if (node.kernels === "cmsis-nn-c") return 0;
    const threeByThree = filter.height === 3 && filter.width === 3 && geometry.padTop <= 1 && geometry.padLeft <= 1;
    if (threeByThree) return 0;
  }
  return 2 * input.channels * kernel;
}

export const depthwiseConvolution: MemoryRule = (node) => {
  const input = node.input(0);
  const filter = node.input(1);
  const channels = filter?.shape[3];
  if (!input || !filter || channels === undefined) return MISSING_TENSOR;
  const int4 = filter.type === "INT4";
  if (!node.isCmsis) return { persistent: perChannelArrays(channels), scratch: int4 ? [elements(filter)] : [] };
  const persistent = isQuantised(input) ? perChannelArrays(channels) : [];
  if (input.type !== "INT8") return { persistent, scratch: [] };
  const geometry = geometryOf(node, input, filter);
  if (typeof geometry === "string") return geometry;
  const bytes = depthwiseBytes(node, geometry, int4);
  return { persistent, scratch: bytes > 0 ? [bytes] : [] };
};

/** Inputs: output shape, filter [out, height, width, in], image, bias. */
export const transposedConvolution: MemoryRule = (node) => {
  const filterTensor = node.input(1);
  const inputTensor = node.input(2);
  const bias = node.input(3);
  const outputTensor = node.output();
  if (!filterTensor || !inputTensor || !outputTensor) return MISSING_TENSOR;
  const filter = imageSize(filterTensor);
  const input = imageSize(inputTensor);
  if (!filter || !input) return MISSING_TENSOR;
  const persistent = perChannelArrays(filter.batch);
  if (inputTensor.type === "INT16") {
    const wideBias = bias?.type === "INT16" ? [8 * elements(bias)] : [];
    return { persistent, scratch: [8 * elements(outputTensor), ...wideBias] };
  }
  if (inputTensor.type !== "INT8") return { persistent, scratch: [] };
  if (!node.isCmsis) return { persistent, scratch: [4 * elements(outputTensor)] };
  const { strideHeight, strideWidth } = node.operator.options;
  if (strideHeight === undefined || strideWidth === undefined) return "its stride is not given";
  if (strideWidth <= 2 && strideHeight <= 2 && input.channels > REVERSE_CONVOLUTION_CHANNELS) {
    const patch = input.channels * filter.width * filter.height;
    return { persistent, scratch: [columnsBytes(patch, node.isMve), patch * filter.batch] };
  }
  // The library takes the vertical stride in both places.
  const row = ((input.width - 1) * strideWidth + Math.max(filter.width, strideHeight)) * filter.batch;
  return { persistent, scratch: [4 * row * Math.max(filter.height, strideHeight), 0] };
};
