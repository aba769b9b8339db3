// Random values in the size a trained model would have: weights scaled by what they sum over, so that nothing overflows or
// vanishes in a deep model, where numbers below the normal range would slow the processor down.
import type { Plan, PlanTensor } from "../../../core/9-benchmark/plan";

/** A small generator, equal on every machine (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Values of a tensor that no kernel makes. */
export function valuesFor(plan: Plan, index: number, seed: number): Float32Array | Int32Array | Uint8Array {
  const tensor = plan.tensors[index] as PlanTensor;
  const length = tensor.shape.reduce((product, dim) => product * dim, 1);
  const { data, dtype } = tensor;
  const next = generator(seed * 7919 + index);
  if (dtype === "bool")
    return Uint8Array.from({ length }, (_, i) => (data ? Number(data[i] !== 0) : Number(next() < 0.5)));
  if (dtype === "int32") {
    const below = Math.min(tensor.below ?? 1, 2 ** 31 - 1);
    return Int32Array.from({ length }, (_, i) => data?.[i] ?? Math.floor(next() * below));
  }
  const values = new Float32Array(length);
  if (data) values.set(data);
  else if (tensor.role === "input")
    for (let i = 0; i < length; i++) values[i] = Math.max(0, tensor.below ? Math.floor(next() * tensor.below) : next());
  else if (tensor.shape.length < 2) for (let i = 0; i < length; i++) values[i] = 0.5 + next();
  else {
    const out = plan.framework === "torch" ? tensor.shape[0] : tensor.shape.at(-1);
    const width = Math.sqrt(3 / Math.max(1, length / Math.max(1, out ?? 1)));
    for (let i = 0; i < length; i++) values[i] = (2 * next() - 1) * width;
  }
  return values;
}
