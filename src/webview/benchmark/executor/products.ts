// Products of tensors: dense layers, matrix products and contractions, all by matMul; einsum has no kernel on wasm.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, size, Unsupported } from "./builder";

export function dense(builder: Builder, step: PlanStep, activation: "relu" | "relu6" | undefined): void {
  const [x, kernel, bias] = [step.operands[0], ...step.weights] as [number, number, number?];
  const output = step.outputs[0] as number;
  const from = builder.shape(x);
  const to = builder.shape(output);
  const features = step.attributes["inFeatures"] as number;
  const flat: [number, number] = [size(from) / Math.max(1, features), features];
  const isTorch = builder.plan.framework === "torch";
  const units = step.attributes["outFeatures"] as number;
  // PyTorch stores [out, in]. Attention packs three matrices into one tensor: any third of it is the same work.
  const weight = isTorch
    ? builder.derived(kernel, `dense ${units}`, (w) =>
        tf.transpose(w.shape[0] === units ? w : tf.slice(w, [0, 0], [units, features])),
      )
    : builder.get(kernel);
  const isPacked = bias !== undefined && size(builder.shape(bias)) !== units;
  const added =
    bias === undefined
      ? []
      : [isPacked ? builder.derived(bias, `dense ${units}`, (b) => tf.slice(b, [0], [units])) : builder.get(bias)];
  const parts = [builder.get(x), weight, ...added];
  const product = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor | undefined): tf.Tensor =>
    tf.fused.matMul({ a, b, ...(c ? { bias: c } : {}), ...(activation ? { activation } : {}) });
  if (from.length === 2) {
    builder.emit(output, parts, ([a, b, c]) => product(a as tf.Tensor, b as tf.Tensor, c));
    return;
  }
  builder.emit(
    output,
    parts,
    ([a, b, c]) => tf.reshape(product(tf.reshape(a as tf.Tensor, flat), b as tf.Tensor, c), to),
    { isComposed: true },
  );
}

export function matmul(builder: Builder, step: PlanStep): void {
  const [a, b] = step.operands as [number, number];
  const output = step.outputs[0] as number;
  const to = builder.shape(output);
  const inner = step.attributes["inner"] as number;
  const left = builder.shape(a);
  const right = builder.shape(b);
  const p = left.length === 1 ? [1, inner] : left;
  const q = right.length === 1 ? [inner, 1] : right;
  const transposeA = step.settings["transposeA"] === true;
  const transposeB = step.settings["transposeB"] === true;
  const floats = [a, b].some((one) => builder.tensor(one).dtype !== "float32");
  builder.emit(
    output,
    [builder.get(a), builder.get(b)],
    ([x, y]) => {
      const l = tf.reshape(floats ? tf.cast(x as tf.Tensor, "float32") : (x as tf.Tensor), p);
      const r = tf.reshape(floats ? tf.cast(y as tf.Tensor, "float32") : (y as tf.Tensor), q);
      return tf.cast(tf.reshape(tf.matMul(l, r, transposeA, transposeB), to), builder.tensor(output).dtype);
    },
    { isComposed: true },
  );
}

interface Labels {
  a: string[];
  b: string[];
  out: string[];
}

function labelsOf(builder: Builder, step: PlanStep): Labels {
  const labels = step.settings["labels"] as unknown as [string[], string[], string[]] | undefined;
  if (labels) return { a: [...labels[0]], b: [...labels[1]], out: [...labels[2]] };
  const [first, second] = step.operands as [number, number];
  const axesA = step.settings["axesA"] as number[] | undefined;
  const axesB = step.settings["axesB"] as number[] | undefined;
  if (!axesA || !axesB) throw new Unsupported(`the contraction ${String(step.attributes["equation"])}`);
  const a = builder.shape(first).map((_, axis) => `a${axis}`);
  const b = builder.shape(second).map((_, axis) => {
    const at = axesB.indexOf(axis);
    return at >= 0 ? `a${axesA[at]}` : `b${axis}`;
  });
  const out = [...a.filter((_, axis) => !axesA.includes(axis)), ...b.filter((_, axis) => !axesB.includes(axis))];
  return { a, b, out };
}

/** A pair of tensors contracted over the labels that the result lacks: transposed and reshaped into rows and columns. */
export function contraction(builder: Builder, step: PlanStep): void {
  const [first, second] = step.operands as [number, number];
  const output = step.outputs[0] as number;
  const { a, b, out } = labelsOf(builder, step);
  if (new Set(a).size < a.length || new Set(b).size < b.length)
    throw new Unsupported(`the contraction ${String(step.attributes["equation"])}, which repeats a label`);
  const shapeA = builder.shape(first);
  const shapeB = builder.shape(second);
  const sizeOf = (label: string): number => Math.max(shapeA[a.indexOf(label)] ?? 1, shapeB[b.indexOf(label)] ?? 1);
  const both = a.filter((label) => b.includes(label));
  const batch = out.filter((label) => both.includes(label));
  const summed = both.filter((label) => !out.includes(label));
  const rows = out.filter((label) => a.includes(label) && !b.includes(label));
  const columns = out.filter((label) => b.includes(label) && !a.includes(label));
  const count = (labels: readonly string[]): number => size(labels.map(sizeOf));
  const bring = (x: tf.Tensor, labels: readonly string[], wanted: readonly string[], shape: number[]): tf.Tensor => {
    // What only this operand has and the result lacks is summed first; labels of length one are stretched.
    const alone = labels.flatMap((label, axis) => (wanted.includes(label) ? [] : [axis]));
    const rest = labels.filter((label) => wanted.includes(label));
    const reduced = alone.length > 0 ? tf.sum(x, alone) : x;
    const wide = rest.map(sizeOf);
    const stretched = reduced.shape.every((n, i) => n === wide[i]) ? reduced : tf.broadcastTo(reduced, wide);
    const order = wanted.map((label) => rest.indexOf(label));
    const moved = order.every((axis, i) => axis === i) ? stretched : tf.transpose(stretched, order);
    return tf.reshape(moved, shape);
  };
  const n = count(batch);
  const left = [n, count(rows), count(summed)];
  const right = [n, count(summed), count(columns)];
  const natural = [...batch, ...rows, ...columns];
  const back = out.map((label) => natural.indexOf(label));
  builder.emit(
    output,
    [builder.get(first), builder.get(second)],
    ([x, y]) => {
      const l = bring(asFloat(x as tf.Tensor), a, [...batch, ...rows, ...summed], left);
      const r = bring(asFloat(y as tf.Tensor), b, [...batch, ...summed, ...columns], right);
      const made = tf.reshape(tf.matMul(l, r), natural.map(sizeOf));
      const ordered = back.every((axis, i) => axis === i) ? made : tf.transpose(made, back);
      return tf.cast(tf.reshape(ordered, builder.shape(output)), builder.tensor(output).dtype);
    },
    { isComposed: true },
  );
}

function asFloat(x: tf.Tensor): tf.Tensor {
  return x.dtype === "float32" ? x : tf.cast(x, "float32");
}

export function embedding(builder: Builder, step: PlanStep): void {
  const [indices, table] = [step.operands[0], step.operands[1] ?? step.weights[0]] as [number, number];
  const output = step.outputs[0] as number;
  const to = builder.shape(output);
  const width = step.attributes["width"] as number;
  const count = size(builder.shape(indices));
  const bags = step.settings["bags"] === true;
  builder.emit(
    output,
    [builder.get(table), builder.get(indices)],
    ([t, i]) => {
      const at = i as tf.Tensor;
      const whole = at.dtype === "int32" ? at : tf.cast(at, "int32");
      const rows = tf.gather(t as tf.Tensor, tf.reshape(whole, [count]) as tf.Tensor1D);
      if (!bags) return tf.reshape(rows, to);
      const share = Math.floor(count / (to[0] as number));
      return tf.mean(
        tf.reshape(tf.slice(rows, [0, 0], [share * (to[0] as number), width]), [to[0] as number, share, width]),
        1,
      );
    },
    { isComposed: true },
  );
}
