// Pools: windows by the pooling kernels, global ones as reductions, adaptive ones exactly, axis by axis.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, range, size, Unsupported } from "./builder";
import { padded, padOf, wantedOrder } from "./convolution";

type Pair = readonly [number, number];
type Three = [number, number, number];

export function pooling(builder: Builder, step: PlanStep): void {
  const a = step.attributes;
  const kernel = a["kernel"] as number[];
  const spatial = kernel.length;
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const shape = builder.shape(x);
  const order = wantedOrder(step, shape.length, spatial);
  const mode = a["mode"] as "max" | "average" | "lp";
  if (a["global"] === true) {
    globalPool(builder, step, mode, order, spatial);
    return;
  }
  const from = builder.stored(x, order);
  const to = builder.stored(output, order);
  const inner = [size(from.slice(0, from.length - spatial - 1)), ...from.slice(from.length - spatial - 1)];
  const wanted = to.slice(to.length - spatial - 1, -1);
  const window = step.settings["adaptive"] === true ? adaptive(mode, wanted) : windows(step, mode, inner, wanted);
  builder.emit(
    output,
    [builder.get(x, order)],
    ([t]) => {
      const input = tf.reshape(t as tf.Tensor, inner);
      if (mode !== "lp") return tf.reshape(window(input), to);
      const area = kernel.reduce((product, one) => product * one, 1);
      return tf.reshape(tf.sqrt(tf.mul(window(tf.square(input)), area)), to);
    },
    { order, isComposed: true },
  );
}

function globalPool(builder: Builder, step: PlanStep, mode: string, order: number[] | null, spatial: number): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const rank = builder.shape(x).length;
  const keep = builder.shape(output).length === rank;
  const axes = order ? range(rank).slice(rank - spatial - 1, rank - 1) : spatialAxes(step, rank, spatial);
  const reduce = (t: tf.Tensor): tf.Tensor => {
    if (mode === "max") return tf.max(t, axes, keep);
    if (mode === "average") return tf.mean(t, axes, keep);
    return tf.sqrt(tf.sum(tf.square(t), axes, keep));
  };
  builder.emit(output, [builder.get(x, order)], ([t]) => reduce(t as tf.Tensor), {
    order: keep ? order : null,
    isComposed: mode === "lp",
  });
}

function spatialAxes(step: PlanStep, rank: number, spatial: number): number[] {
  const first = step.attributes["layout"] === "channels-first" ? rank - spatial : rank - spatial - 1;
  return range(spatial).map((index) => first + index);
}

/** Pools [batch, spatial…, channels] with windows. */
function windows(
  step: PlanStep,
  mode: string,
  inner: readonly number[],
  wanted: readonly number[],
): (x: tf.Tensor) => tf.Tensor {
  const a = step.attributes;
  const kernel = a["kernel"] as number[];
  const spatial = kernel.length;
  const strides = a["strides"] as number[];
  const dilations = (step.settings["dilations"] as number[] | undefined) ?? kernel.map(() => 1);
  // With ceil_mode the last window reaches beyond the padding.
  const pads = (a["padding"] as unknown as Pair[]).map(([before, after], i): Pair => {
    const reach = (dilations[i] as number) * ((kernel[i] as number) - 1) + 1;
    const needed = ((wanted[i] as number) - 1) * (strides[i] as number) + reach - (inner[i + 1] as number) - before;
    return [before, Math.max(after, needed)];
  });
  const dilated = dilations.some((rate) => rate > 1);
  const lowest = -3e38;
  const isMax = mode === "max";
  // Averages of TensorFlow.js leave the padding out; where it counts, zeros are written first.
  const countsPadding = step.settings["countsPadding"] === true;
  const writesZeros = countsPadding || dilated;
  if (spatial === 3) {
    const same = pads.every(([before, after], i) => {
      const n = inner[i + 1] as number;
      const stride = strides[i] as number;
      const total = Math.max(0, (Math.ceil(n / stride) - 1) * stride + (kernel[i] as number) - n);
      return before === Math.floor(total / 2) && before + after === total;
    });
    const asSame = same && !countsPadding;
    return (x) => {
      const input = (asSame ? x : padded(x, pads, isMax ? lowest : 0)) as tf.Tensor5D;
      const how = [kernel, strides, asSame ? "same" : "valid"] as [Three, Three, "valid"];
      return cutTo(isMax ? tf.maxPool3d(input, ...how) : tf.avgPool3d(input, ...how), wanted);
    };
  }
  if (spatial > 3) throw new Unsupported(`pooling over ${spatial} dimensions`);
  const pair = (values: readonly number[]): [number, number] =>
    spatial === 1 ? [1, values[0] as number] : [values[0] as number, values[1] as number];
  const pads2 = spatial === 1 ? [[0, 0] as Pair, pads[0] as Pair] : pads;
  return (x) => {
    const four = spatial === 1 ? tf.reshape(x, [x.shape[0] as number, 1, ...x.shape.slice(1)]) : x;
    const input = (writesZeros ? padded(four, pads2, isMax ? lowest : 0) : four) as tf.Tensor4D;
    const pad = writesZeros ? "valid" : padOf(pads2);
    if (dilated && strides.some((stride) => stride > 1)) {
      // No kernel is both: all windows are computed and some are kept.
      const all = tf.pool(input, pair(kernel), isMax ? "max" : "avg", "valid", pair(dilations), 1) as tf.Tensor4D;
      return cutTo(tf.stridedSlice(all, [0, 0, 0, 0], all.shape, [1, ...pair(strides), 1]), wanted, spatial);
    }
    if (dilated)
      return cutTo(
        tf.pool(input, pair(kernel), isMax ? "max" : "avg", "valid", pair(dilations), pair(strides)),
        wanted,
        spatial,
      );
    const made = isMax
      ? tf.maxPool(input, pair(kernel), pair(strides), pad)
      : tf.avgPool(input, pair(kernel), pair(strides), pad);
    return cutTo(made, wanted, spatial);
  };
}

/** Cuts what windows beyond the wanted size gave. */
function cutTo(y: tf.Tensor, wanted: readonly number[], spatial = wanted.length): tf.Tensor {
  const have = spatial === 1 ? [y.shape[2] as number] : y.shape.slice(1, -1);
  if (have.every((n, i) => n === wanted[i])) return y;
  const sizes = spatial === 1 ? [1, wanted[0] as number] : [...wanted];
  return tf.slice(
    y,
    y.shape.map(() => 0),
    [y.shape[0] as number, ...sizes, y.shape.at(-1) as number],
  );
}

/** Windows from floor(i·n/m) to ceil((i+1)·n/m), one axis after the other: the windows are products of intervals. */
function adaptive(mode: string, wanted: readonly number[]): (x: tf.Tensor) => tf.Tensor {
  return (x) => {
    let result = x;
    wanted.forEach((count, index) => {
      const axis = index + 1;
      const n = result.shape[axis] as number;
      if (n === count) return;
      const parts = range(count).map((i) => {
        const start = Math.floor((i * n) / count);
        const end = Math.ceil(((i + 1) * n) / count);
        const starts = result.shape.map((_, at) => (at === axis ? start : 0));
        const sizes = result.shape.map((own, at) => (at === axis ? end - start : own));
        const part = tf.slice(result, starts, sizes);
        return mode === "max" ? tf.max(part, axis, true) : tf.mean(part, axis, true);
      });
      result = parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, axis);
    });
    return result;
  };
}
