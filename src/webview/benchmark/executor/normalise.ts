// Normalisation of every kind.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, channelsLast, range, size } from "./builder";

export function normalise(builder: Builder, step: PlanStep): void {
  const mode = step.attributes["mode"] as string;
  if (mode === "batch") batch(builder, step);
  else if (mode === "local-response") localResponse(builder, step);
  else if (mode === "group" || mode === "instance") grouped(builder, step, mode);
  else lastAxes(builder, step, mode);
}

/** The weight with a role; without roles the framework's usual order counts. */
function weightOf(step: PlanStep, role: "scale" | "shift" | "mean" | "variance"): number | undefined {
  const roles = step.settings["roles"] as string[] | undefined;
  const at = roles ? roles.indexOf(role) : ["scale", "shift", "mean", "variance"].indexOf(role);
  return at < 0 ? undefined : step.operands.slice(1)[at];
}

const epsilonOf = (step: PlanStep): number => (step.settings["epsilon"] as number | undefined) ?? 1e-3;

/** The dimension of the channels: as said, else the one as long as the weights. */
function channelAxis(builder: Builder, step: PlanStep): number {
  const shape = builder.shape(step.operands[0] as number);
  const named = (step.settings["axes"] as number[] | undefined)?.[0];
  if (named !== undefined) return named < 0 ? named + shape.length : named;
  if (builder.plan.framework === "torch") return Math.min(1, shape.length - 1);
  return shape.length - 1;
}

function batch(builder: Builder, step: PlanStep): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const shape = builder.shape(x);
  const axis = channelAxis(builder, step);
  const rest = range(shape.length).filter((one) => one !== axis);
  const order = [...rest, axis];
  const stored = order.map((one) => shape[one] as number);
  const channels = shape[axis] as number;
  const flat: [number, number] = [size(shape) / Math.max(1, channels), channels];
  const mean = weightOf(step, "mean");
  const variance = weightOf(step, "variance");
  const present = [mean, variance, weightOf(step, "shift"), weightOf(step, "scale")];
  const slots = present.flatMap((one) =>
    one === undefined ? [] : [builder.derived(one, "flat", (w) => tf.reshape(w, [size(w.shape)]))],
  );
  const epsilon = epsilonOf(step);
  builder.emit(
    output,
    [builder.get(x, order), ...slots],
    ([t, ...weights]) => {
      const next = present.map((one) => (one === undefined ? undefined : weights.shift()));
      const isFlat = stored.length === 4 && mean !== undefined && variance !== undefined;
      const four = (isFlat ? t : tf.reshape(t as tf.Tensor, [1, 1, ...flat])) as tf.Tensor4D;
      const moments = next[0] && next[1] ? null : tf.moments(four, [0, 1, 2]);
      const made = tf.batchNorm(
        four,
        (next[0] ?? moments?.mean) as tf.Tensor1D,
        (next[1] ?? moments?.variance) as tf.Tensor1D,
        next[2] as tf.Tensor1D | undefined,
        next[3] as tf.Tensor1D | undefined,
        epsilon,
      );
      return isFlat ? made : tf.reshape(made, stored);
    },
    { order, isComposed: stored.length !== 4 || mean === undefined || variance === undefined },
  );
}

function affine(x: tf.Tensor, scale: tf.Tensor | undefined, shift: tf.Tensor | undefined): tf.Tensor {
  const scaled = scale ? tf.mul(x, scale) : x;
  return shift ? tf.add(scaled, shift) : scaled;
}

function standardised(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, axes, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
}

/** Layer, RMS and unit normalisation, over the last dimensions unless axes are named. */
function lastAxes(builder: Builder, step: PlanStep, mode: string): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const shape = builder.shape(x);
  const named = step.settings["axes"] as number[] | undefined;
  const scale = weightOf(step, "scale");
  const over = (step.settings["over"] as number | undefined) ?? (scale === undefined ? 1 : builder.shape(scale).length);
  const axes =
    named?.map((axis) => (axis < 0 ? axis + shape.length : axis)) ?? range(shape.length).slice(-Math.max(1, over));
  const shift = weightOf(step, "shift");
  const wide = shape.map((n, axis) => (axes.includes(axis) ? n : 1));
  const weights = [scale, shift].map((one) =>
    one === undefined
      ? undefined
      : builder.derived(one, `wide ${wide.join()}`, (w) => (size(w.shape) === size(wide) ? tf.reshape(w, wide) : w)),
  );
  const slots = weights.filter((slot) => slot !== undefined);
  const epsilon = epsilonOf(step);
  builder.emit(
    output,
    [builder.get(x), ...slots],
    ([t, ...given]) => {
      const input = t as tf.Tensor;
      const [gamma, beta] = weights.map((slot) => (slot === undefined ? undefined : given.shift()));
      if (mode === "unit") return tf.div(input, tf.maximum(tf.sqrt(tf.sum(tf.square(input), axes, true)), 1e-12));
      if (mode === "rms")
        return affine(tf.mul(input, tf.rsqrt(tf.add(tf.mean(tf.square(input), axes, true), epsilon))), gamma, beta);
      return affine(standardised(input, axes, epsilon), gamma, beta);
    },
    { isComposed: true },
  );
}

/** Group and instance normalisation: each sample's channels in groups, with all positions. */
function grouped(builder: Builder, step: PlanStep, mode: string): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const shape = builder.shape(x);
  const axis = channelAxis(builder, step);
  const channels = shape[axis] as number;
  const groups = mode === "instance" ? channels : (step.attributes["groups"] as number);
  const order = [0, ...range(shape.length).filter((one) => one !== 0 && one !== axis), ...(axis === 0 ? [] : [axis])];
  const stored = order.map((one) => shape[one] as number);
  const lead = axis === 0 ? 1 : (shape[0] as number);
  const positions = size(shape) / Math.max(1, lead * channels);
  const split = [lead, positions, groups, channels / groups];
  const weights = [weightOf(step, "scale"), weightOf(step, "shift")];
  const slots = weights.flatMap((one) => (one === undefined ? [] : [builder.get(one)]));
  const epsilon = epsilonOf(step);
  builder.emit(
    output,
    [builder.get(x, order), ...slots],
    ([t, ...given]) => {
      const [gamma, beta] = weights.map((one) => (one === undefined ? undefined : given.shift()));
      const made = tf.reshape(standardised(tf.reshape(t as tf.Tensor, split), [1, 3], epsilon), stored);
      return affine(made, gamma, beta);
    },
    { order, isComposed: true },
  );
}

function localResponse(builder: Builder, step: PlanStep): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const rank = builder.shape(x).length;
  const order = builder.plan.framework === "torch" && rank > 2 ? channelsLast(rank, rank - 2) : null;
  const stored = builder.stored(x, order);
  const channels = stored.at(-1) as number;
  const four: [number, number, number, number] = [1, 1, size(stored) / Math.max(1, channels), channels];
  builder.emit(
    output,
    [builder.get(x, order)],
    ([t]) => tf.reshape(tf.localResponseNormalization(tf.reshape<tf.Rank.R4>(t as tf.Tensor, four)), stored),
    { order, isComposed: true },
  );
}
