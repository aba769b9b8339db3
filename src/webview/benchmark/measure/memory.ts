// What a plan needs of the page's memory, found out before anything of it is allocated. Pure.
import type { Plan, PlanTensor } from "../../../core/9-benchmark/plan";

export interface Need {
  /** Weights and constants, which stay. */
  weightBytes: number;
  /** With the activations that are alive together at the fullest operation. */
  totalBytes: number;
}

const GIB = 2 ** 30;
/** A WebAssembly memory has 65,536 pages of 64 KiB at most. */
const WASM_BYTES = 4 * GIB;
/** What a page may be given where the browser does not say how much the computer has. */
const USUAL_BYTES = 4 * GIB;

/** Bytes of a tensor as TensorFlow.js stores it; 0 for none. */
export function tensorBytes(tensor: PlanTensor | undefined): number {
  const count = tensor?.shape.reduce((product, dim) => product * dim, 1) ?? 0;
  return count * (tensor?.dtype === "bool" ? 1 : 4);
}

/** Bytes of the tensors of one or more plans that are held at once; a lower bound, since kernels need room of their own. */
export function needOf(...plans: readonly Plan[]): Need {
  let weightBytes = 0;
  let peak = 0;
  for (const plan of plans) {
    const own = activationsOf(plan);
    weightBytes += own.weightBytes;
    peak = Math.max(peak, own.peakBytes);
  }
  return { weightBytes, totalBytes: weightBytes + peak };
}

function activationsOf({ tensors, steps, outputs }: Plan): { weightBytes: number; peakBytes: number } {
  const sizeOf = (index: number): number => tensorBytes(tensors[index]);
  let weightBytes = 0;
  tensors.forEach(({ role }, index) => {
    if (role !== "activation") weightBytes += sizeOf(index);
  });
  const last = new Map<number, number>();
  const isActivation = (index: number) => tensors[index]?.role === "activation";
  steps.forEach((step, at) => {
    for (const index of [...step.operands, ...step.inputs, ...step.outputs])
      if (isActivation(index)) last.set(index, at);
  });
  for (const output of outputs) if (isActivation(output)) last.set(output, steps.length);
  const ending = new Map<number, number[]>();
  for (const [index, at] of last) ending.set(at, [...(ending.get(at) ?? []), index]);
  const made = new Set<number>();
  let alive = 0;
  let peakBytes = 0;
  steps.forEach((step, at) => {
    for (const index of step.outputs) {
      if (made.has(index) || !isActivation(index)) continue;
      made.add(index);
      alive += sizeOf(index);
    }
    peakBytes = Math.max(peakBytes, alive);
    for (const index of ending.get(at) ?? []) if (made.has(index)) alive -= sizeOf(index);
  });
  return { weightBytes, peakBytes };
}

/** Bytes that a backend can hold; `deviceGib` is what the browser says of the computer's memory, at most 8. */
export function roomOf(backend: string, deviceGib: number | undefined): number {
  return backend === "wasm" ? WASM_BYTES : deviceGib === undefined ? USUAL_BYTES : deviceGib * GIB;
}
