// What the memory rule of one operator sees and answers: the arrays its kernel allocates besides its fixed structures.
import type { DeployedOperator, DeployedTensor } from "../../../6-deploy/deployed-graph";

/** Libraries of kernels: TFLM's own, or CMSIS-NN in plain C, for cores with DSP (Cortex-M4, M7, M33) or with MVE (M55, M85). */
export type KernelSet = "reference" | "cmsis-nn-c" | "cmsis-nn-dsp" | "cmsis-nn-mve";

/** Bytes asked for, in the order of the requests; not aligned. */
export interface OperatorMemory {
  persistent: number[];
  scratch: number[];
}

/** A rule gives the memory, or a sentence that says what it cannot know. */
export type MemoryRule = (node: OperatorNode) => OperatorMemory | string;

/** An operator with its tensors and the kernels that run it. */
export class OperatorNode {
  constructor(
    readonly operator: DeployedOperator,
    readonly kernels: KernelSet,
    private readonly tensors: readonly DeployedTensor[],
  ) {}

  get isCmsis(): boolean {
    return this.kernels !== "reference";
  }

  get isMve(): boolean {
    return this.kernels === "cmsis-nn-mve";
  }

  /** Undefined for an input that is not given. */
  input(position: number): DeployedTensor | undefined {
    const index = this.operator.inputs[position];
    return index === undefined ? undefined : this.tensors[index];
  }

  output(position = 0): DeployedTensor | undefined {
    const index = this.operator.outputs[position];
    return index === undefined ? undefined : this.tensors[index];
  }
}

export const NO_MEMORY: OperatorMemory = { persistent: [], scratch: [] };

/** int8 or int16: the types of quantised arithmetic. */
export function isQuantised(tensor: DeployedTensor): boolean {
  return tensor.type === "INT8" || tensor.type === "INT16";
}

export function isConstant(tensor: DeployedTensor): boolean {
  return tensor.constantBytes > 0;
}

/** The sentence of a rule that misses a tensor or dimension. */
export const MISSING_TENSOR = "a tensor it needs is not given";

/** Multiplier and shift of each channel, as int32. */
export function perChannelArrays(channels: number): number[] {
  return [4 * channels, 4 * channels];
}

/** An array of a tensor's dimensions, which kernels that change the shape of their output copy: int32 with a length. */
export function dimsCopyBytes(tensor: DeployedTensor): number {
  return 4 + 4 * tensor.shape.length;
}

/** Height, width and channels of a [batch, height, width, channels] tensor. */
export function imageSize(
  tensor: DeployedTensor,
): { batch: number; height: number; width: number; channels: number } | null {
  const [batch, height, width, channels] = tensor.shape;
  if (tensor.shape.length !== 4) return null;
  if (batch === undefined || height === undefined || width === undefined || channels === undefined) return null;
  return { batch, height, width, channels };
}
