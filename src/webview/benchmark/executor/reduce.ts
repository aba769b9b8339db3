// Reductions over axes and running sums.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, Unsupported } from "./builder";

type Reduce = (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor;

const asBool = (x: tf.Tensor): tf.Tensor => (x.dtype === "bool" ? x : tf.cast(x, "bool"));

const variance: Reduce = (x, axes, keep) => tf.moments(x, axes, keep).variance;

const REDUCE: Readonly<Record<string, Reduce>> = {
  sum: (x, axes, keep) => tf.sum(x, axes, keep),
  mean: (x, axes, keep) => tf.mean(x, axes, keep),
  max: (x, axes, keep) => tf.max(x, axes, keep),
  min: (x, axes, keep) => tf.min(x, axes, keep),
  prod: (x, axes, keep) => tf.prod(x, axes, keep),
  any: (x, axes, keep) => tf.any(asBool(x), axes, keep),
  all: (x, axes, keep) => tf.all(asBool(x), axes, keep),
  norm: (x, axes, keep) => tf.sqrt(tf.sum(tf.square(x), axes, keep)),
  var: variance,
  std: (x, axes, keep) => tf.sqrt(variance(x, axes, keep)),
  logsumexp: (x, axes, keep) => tf.logSumExp(x, axes, keep),
};

export function reduction(builder: Builder, step: PlanStep): void {
  const name = step.attributes["function"] as string;
  const axes = step.attributes["axes"] as number[];
  const keep = step.attributes["keepDims"] === true;
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const { shape, dtype } = builder.tensor(output);
  if (name === "cumulative") {
    const axis = axes[0] as number;
    const isSum = step.settings["starts"] !== "other";
    builder.emit(
      output,
      [builder.get(x)],
      ([t]) => tf.cast(isSum ? tf.cumsum(t as tf.Tensor, axis) : tf.cumprod(t as tf.Tensor, axis), dtype),
      { isComposed: true },
    );
    return;
  }
  const order = builder.order(x);
  const stored = order ? axes.map((axis) => order.indexOf(axis)) : axes;
  // Where the reduced dimensions go away the rest must lie in order, or it is brought there first.
  const rest = order?.filter((axis) => !axes.includes(axis)) ?? [];
  const fits = keep || rest.every((axis, index) => index === 0 || (rest[index - 1] as number) < axis);
  const chosen = fits ? order : null;
  const at = fits ? stored : axes;
  if (name === "argmax" || name === "argmin") {
    const pick = name === "argmax" ? tf.argMax : tf.argMin;
    builder.emit(
      output,
      [builder.get(x)],
      ([t]) =>
        tf.cast(
          tf.reshape(
            axes.length === 1 ? pick(t as tf.Tensor, axes[0]) : pick(tf.reshape(t as tf.Tensor, [-1]), 0),
            shape,
          ),
          dtype,
        ),
      { isComposed: true },
    );
    return;
  }
  const fn = REDUCE[name];
  if (!fn) throw new Unsupported(`the reduction ${name}`);
  const isFloat = builder.tensor(x).dtype === "float32";
  const wanted = dtype === "float32" && !isFloat;
  builder.emit(
    output,
    [builder.get(x, chosen)],
    ([t]) => {
      const input = wanted ? tf.cast(t as tf.Tensor, "float32") : (t as tf.Tensor);
      // No axes: nothing is reduced.
      const made = axes.length === 0 ? tf.clone(input) : fn(input, at, keep);
      return made.dtype === dtype ? made : tf.cast(made, dtype);
    },
    { order: keep ? chosen : null, isComposed: true },
  );
}
