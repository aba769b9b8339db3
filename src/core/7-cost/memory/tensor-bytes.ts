// Sizes of tensors as the runtime counts them.
import { type DeployedTensor, TFLITE_TYPE_BYTES } from "../../6-deploy/deployed-graph";

/** Number of values; 1 for a scalar. */
export function elements(tensor: DeployedTensor): number {
  return tensor.shape.reduce((product, dim) => product * dim, 1);
}

/**
 * Bytes of a tensor in memory; null when they are not fixed (strings, a dimension below 0). Unlike in the file, an INT4 takes
 * a whole byte.
 */
export function runtimeTensorBytes(tensor: DeployedTensor): number | null {
  const count = elements(tensor);
  if (tensor.type === "STRING" || tensor.shape.some((dim) => !(dim >= 0))) return null;
  return count * (tensor.type === "INT4" ? 1 : TFLITE_TYPE_BYTES[tensor.type]);
}
