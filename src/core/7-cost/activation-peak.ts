// The largest number of bytes of tensors alive at one time, in execution order, at the model's own dtypes.
// A tensor lives from the operation that makes it to the last one that reads it; both ends of an operation are alive.
// What works in place (views, normalisation, activations on a tensor nobody else reads) shares its input's memory, as
// runtimes do. The board's arena, which is more exact, is the business of the deployment stage.
import type { Operation } from "../3-graph/operation";
import { type Dim, elements } from "../3-graph/shape";
import { DTYPE_BYTES, type Tensor } from "../3-graph/tensor";

/** Bytes of a tensor; the unknown dimension when one is unknown. */
export function tensorBytes(tensor: Tensor): Dim {
  if (tensor.shape === null) return tensor.reason ?? NaN;
  const size = elements(tensor.shape);
  return typeof size === "number" ? size * DTYPE_BYTES[tensor.dtype] : size;
}

function worksInPlace(operation: Operation): boolean {
  const { attributes } = operation;
  switch (attributes.kind) {
    case "move":
      return attributes.view;
    case "norm":
    case "activation":
    case "identity":
    case "softmax":
      return true;
    default:
      return false;
  }
}

function isActivation(tensor: Tensor): boolean {
  return tensor.role === "activation" || tensor.role === "input";
}

/** Peak bytes over the operations; an unknown dimension when a live tensor's size is not known; 0 for an empty graph. */
export function activationPeakBytes(operations: readonly Operation[], outputs: readonly Tensor[]): Dim {
  // Tensors that share memory have one representative.
  const home = new Map<Tensor, Tensor>();
  const homeOf = (tensor: Tensor): Tensor => home.get(tensor) ?? tensor;
  const readers = new Map<Tensor, number>();
  for (const operation of operations) {
    for (const input of new Set(operation.inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  const lastUse = new Map<Tensor, number>();
  const firstUse = new Map<Tensor, number>();
  const bytes = new Map<Tensor, number>();
  let unknown: Dim | null = null;
  const use = (tensor: Tensor, step: number) => {
    if (!isActivation(tensor)) return;
    const owner = homeOf(tensor);
    if (!firstUse.has(owner)) firstUse.set(owner, tensor.role === "input" ? 0 : step);
    lastUse.set(owner, step);
    const size = tensorBytes(tensor);
    if (typeof size !== "number") unknown ??= size;
    else bytes.set(owner, Math.max(bytes.get(owner) ?? 0, size));
  };
  operations.forEach((operation, step) => {
    for (const input of operation.inputs) use(input, step);
    const source = operation.inputs[0];
    const output = operation.outputs[0];
    if (source && output && isActivation(source) && worksInPlace(operation)) {
      const view = operation.attributes.kind === "move";
      if (view || readers.get(source) === 1) home.set(output, homeOf(source));
    }
    for (const made of operation.outputs) use(made, step);
  });
  for (const output of outputs) use(output, operations.length - 1);
  if (unknown !== null) return unknown;
  const change = new Array<number>(operations.length + 1).fill(0);
  for (const [tensor, first] of firstUse) {
    const size = bytes.get(tensor) ?? 0;
    change[first] = (change[first] ?? 0) + size;
    const end = (lastUse.get(tensor) ?? first) + 1;
    change[end] = (change[end] ?? 0) - size;
  }
  let alive = 0;
  let peak = 0;
  for (const delta of change) {
    alive += delta;
    peak = Math.max(peak, alive);
  }
  return peak;
}
