// Custom operators of TFLM's audio front end (signal/micro/kernels), as far as the shapes of their tensors tell their memory.
import { elements } from "../tensor-bytes";
import { type MemoryRule, MISSING_TENSOR } from "./context";

/** Output: the complex bins 0 … length/2 as pairs. Its state is that of KISS FFT for int16: factors, twiddles, work space. */
export const rfft: MemoryRule = (node) => {
  const output = node.output();
  if (!output) return MISSING_TENSOR;
  if (output.type !== "INT16") return `the transform's state for ${output.type} is not modelled`;
  const length = output.shape.at(-1);
  if (length === undefined) return MISSING_TENSOR;
  const points = length - 2;
  const half = points / 2;
  const complexBytes = 4;
  const halfTransform = 264 + complexBytes * half;
  const state = 12 + halfTransform + (complexBytes * half * 3) / 2;
  return { persistent: [state], scratch: [2 * points] };
};

/** A work area of 64 bits per channel and one more. */
export const filterBank: MemoryRule = (node) => {
  const output = node.output();
  return output ? { persistent: [8 * (elements(output) + 1)], scratch: [] } : MISSING_TENSOR;
};

/** The noise estimate of each channel. */
export const spectralSubtraction: MemoryRule = (node) => {
  const output = node.output();
  return output ? { persistent: [4 * elements(output)], scratch: [] } : MISSING_TENSOR;
};
