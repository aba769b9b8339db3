// Convolutions: one and two dimensions by the two-dimensional kernels, three dimensions by their own; grouped ones group by group,
// since TensorFlow.js has no kernel for them.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, channelsLast, range, size } from "./builder";

type Pair = readonly [number, number];
type Fused = "relu" | "relu6" | undefined;

interface Geometry {
  spatial: number;
  kernel: number[];
  strides: number[];
  dilations: number[];
  padding: Pair[];
  groups: number;
  inChannels: number;
  outChannels: number;
}

function geometryOf({ attributes: a }: PlanStep): Geometry {
  const kernel = a["kernel"] as number[];
  return {
    spatial: kernel.length,
    kernel,
    strides: a["strides"] as number[],
    dilations: a["dilations"] as number[],
    padding: a["padding"] as unknown as Pair[],
    groups: a["groups"] as number,
    inChannels: a["inChannels"] as number,
    outChannels: a["outChannels"] as number,
  };
}

/** The order in which an operation of this layout wants a tensor. */
export function wantedOrder(step: PlanStep, rank: number, spatial: number): number[] | null {
  return step.attributes["layout"] === "channels-first" ? channelsLast(rank, spatial) : null;
}

/** Stored shape with exactly one batch dimension before the spatial ones. */
function oneBatch(shape: readonly number[], spatial: number): number[] {
  const first = shape.length - spatial - 1;
  return [size(shape.slice(0, first)), ...shape.slice(first)];
}

/** Kernel as [spatial…, in / groups, out]; transposed [spatial…, out / groups, in]. */
function kernelOrder(builder: Builder, rank: number): number[] | null {
  // PyTorch: [out, in / groups, spatial…], and [in, out / groups, spatial…] for the transposed one.
  return builder.plan.framework === "torch" ? [...range(rank).slice(2), 1, 0] : null;
}

/** The kernel in a slot; what the framework writes itself (patches cut by a convolution) is made up. */
function arranged(
  builder: Builder,
  kernel: number | undefined,
  key: string,
  shape: number[],
  then: (x: tf.Tensor) => tf.Tensor,
): number {
  if (kernel === undefined) return builder.fixed(() => tf.ones(shape));
  const order = kernelOrder(builder, builder.shape(kernel).length);
  return builder.derived(kernel, key, (x) => then(order ? tf.transpose(x, order) : x));
}

/** The function that may be fused: the activation of the same layer, straight after. */
export function fusable(step: PlanStep, next: PlanStep | null): Fused {
  if (next?.kind !== "activation" || next.layer !== step.layer || next.operands[0] !== step.outputs[0])
    return undefined;
  if (next.operands.length !== 1 || Object.keys(next.settings).length > 0) return undefined;
  const name = next.attributes["function"];
  return name === "relu" || name === "relu6" ? name : undefined;
}

export function convolution(builder: Builder, step: PlanStep, fused: Fused): void {
  const g = geometryOf(step);
  const [x, kernel, bias] = [step.operands[0] ?? step.inputs[0], ...step.weights] as [number, number?, number?];
  const output = step.outputs[0] as number;
  const rank = builder.shape(x).length;
  const order = wantedOrder(step, rank, g.spatial);
  const from = builder.stored(x, order);
  const to = builder.stored(output, order);
  const input = builder.get(x, order);
  const parts = [input];
  const runs =
    g.spatial === 3 ? deep(builder, g, kernel, bias, fused, parts) : flat(builder, g, kernel, bias, fused, parts);
  const inner = oneBatch(from, g.spatial);
  const needsShape = inner.length !== from.length || g.spatial === 1;
  const widened = g.spatial === 1 ? [inner[0] as number, 1, ...inner.slice(1)] : inner;
  builder.emit(
    output,
    parts,
    needsShape ? (t) => tf.reshape(runs([tf.reshape(t[0] as tf.Tensor, widened), ...t.slice(1)]), to) : (t) => runs(t),
    { order, isComposed: needsShape || !isOneKernel(g) },
  );
}

/** TensorFlow.js has no kernel that is both strided and dilated: all positions are computed and some are kept. */
function isThinned({ strides, dilations }: Geometry): boolean {
  return strides.some((stride) => stride > 1) && dilations.some((rate) => rate > 1);
}

/** True when one kernel of TensorFlow.js does it all. */
function isOneKernel(g: Geometry): boolean {
  return g.spatial === 2 && !isThinned(g) && (g.groups === 1 || g.groups === g.inChannels);
}

const two = (values: readonly number[], fill: number): [number, number] =>
  values.length === 1 ? [fill, values[0] as number] : [values[0] as number, values[1] as number];

/** One or two spatial dimensions; tensors are [batch, rows, columns, channels]. */
function flat(
  builder: Builder,
  g: Geometry,
  kernel: number | undefined,
  bias: number | undefined,
  activation: Fused,
  parts: number[],
): (x: tf.Tensor[]) => tf.Tensor {
  const kernelSize = two(g.kernel, 1);
  const dilations = two(g.dilations, 1);
  const strided = two(g.strides, 1);
  const thinned = isThinned(g);
  const strides: [number, number] = thinned ? [1, 1] : strided;
  const pads = g.spatial === 1 ? [[0, 0] as Pair, g.padding[0] as Pair] : g.padding;
  const pad = padOf(pads);
  const depthwise = g.groups === g.inChannels && g.groups > 1;
  const own = g.inChannels / g.groups;
  const biasSlot = bias === undefined ? null : builder.get(bias);
  const thin = (y: tf.Tensor): tf.Tensor =>
    thinned ? tf.stridedSlice(y, [0, 0, 0, 0], y.shape, [1, ...strided, 1]) : y;
  if (depthwise && kernel !== undefined) {
    const multiplier = g.outChannels / g.inChannels;
    const shape: [number, number, number, number] = [...kernelSize, g.inChannels, multiplier];
    parts.push(
      builder.plan.framework === "torch"
        ? builder.derived(kernel, "depthwise", (w) =>
            // [channels · multiplier, 1, rows, columns]
            tf.transpose(tf.reshape(w, [g.inChannels, multiplier, ...kernelSize]), [2, 3, 0, 1]),
          )
        : builder.derived(kernel, "depthwise", (w) => depthwiseKernel(w, shape, g)),
      ...(biasSlot === null ? [] : [biasSlot]),
    );
    return ([x, w, b]) =>
      thin(
        tf.fused.depthwiseConv2d({
          x: x as tf.Tensor4D,
          filter: w as tf.Tensor4D,
          strides,
          // Explicit zeros are taken by every backend; the types of this function alone do not say so.
          pad: pad as "valid",
          dilations,
          ...(b ? { bias: b } : {}),
          ...(activation ? { activation } : {}),
        }),
      );
  }
  const shape = [...kernelSize, own, g.outChannels];
  const slot = arranged(builder, kernel, "plain", shape, (w) => tf.reshape(w, shape));
  parts.push(slot, ...(biasSlot === null ? [] : [biasSlot]));
  const conv = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor | undefined): tf.Tensor =>
    tf.fused.conv2d({
      x: x as tf.Tensor4D,
      filter: w as tf.Tensor4D,
      strides,
      pad,
      dilations,
      ...(b ? { bias: b } : {}),
      ...(activation ? { activation } : {}),
    });
  if (g.groups === 1) return ([x, w, b]) => thin(conv(x as tf.Tensor, w as tf.Tensor, b));
  return ([x, w, b]) => {
    const inputs = tf.split(x as tf.Tensor, g.groups, 3);
    const kernels = tf.split(w as tf.Tensor, g.groups, 3);
    const biases = b ? tf.split(b, g.groups, 0) : [];
    return thin(
      tf.concat(
        inputs.map((one, index) => conv(one, kernels[index] as tf.Tensor, biases[index])),
        3,
      ),
    );
  };
}

/** A kernel for each channel, as [rows, columns, channels, multiplier], from what Keras stores. */
function depthwiseKernel(w: tf.Tensor, shape: [number, number, number, number], g: Geometry): tf.Tensor {
  const [rows, columns, channels, multiplier] = shape;
  // Conv2D with one group a channel: [rows, columns, 1, channels · multiplier]; DepthwiseConv2D has our shape already.
  if (w.shape.at(-1) === g.outChannels && w.shape.at(-2) === 1)
    return tf.reshape(w, [rows, columns, channels, multiplier]);
  return tf.reshape(w, shape);
}

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/** Zeros around the spatial dimensions of [batch, rows, columns, channels]. */
export function padOf(pads: readonly Pair[]): "valid" | ExplicitPadding {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return "valid";
  const [rows, columns] = pads as [Pair, Pair];
  return [[0, 0], [...rows], [...columns], [0, 0]] as ExplicitPadding;
}

/** Three spatial dimensions. */
function deep(
  builder: Builder,
  g: Geometry,
  kernel: number | undefined,
  bias: number | undefined,
  activation: Fused,
  parts: number[],
): (x: tf.Tensor[]) => tf.Tensor {
  const own = [...g.kernel, g.inChannels / g.groups, g.outChannels];
  parts.push(arranged(builder, kernel, "plain", own, (w) => tf.clone(w)));
  if (bias !== undefined) parts.push(builder.get(bias));
  const strides = g.strides as [number, number, number];
  const dilations = g.dilations as [number, number, number];
  const thinned = isThinned(g);
  const conv = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
    const y = tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, thinned ? 1 : strides, "valid", "NDHWC", dilations);
    return thinned ? tf.stridedSlice(y, [0, 0, 0, 0, 0], y.shape, [1, ...strides, 1]) : y;
  };
  return ([given, w, b]) => {
    const x = padded(given as tf.Tensor, g.padding);
    let y: tf.Tensor;
    if (g.groups === 1) y = conv(x, w as tf.Tensor);
    else {
      const kernels = tf.split(w as tf.Tensor, g.groups, 4);
      y = tf.concat(
        tf.split(x, g.groups, 4).map((one, index) => conv(one, kernels[index] as tf.Tensor)),
        4,
      );
    }
    if (b) y = tf.add(y, b);
    return activation === "relu" ? tf.relu(y) : activation === "relu6" ? tf.relu6(y) : y;
  };
}

/** Zeros (or another value) around the spatial dimensions of a tensor with one batch and channels last. */
export function padded(x: tf.Tensor, pads: readonly Pair[], value = 0): tf.Tensor {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  return tf.pad(x, [[0, 0], ...pads.map((pair) => [...pair] as [number, number]), [0, 0]], value);
}

export function transposedConvolution(builder: Builder, step: PlanStep): void {
  const g = geometryOf(step);
  const [x, kernel, bias] = [step.operands[0] ?? step.inputs[0], ...step.weights] as [number, number, number?];
  const output = step.outputs[0] as number;
  const order = wantedOrder(step, builder.shape(x).length, g.spatial);
  const from = builder.stored(x, order);
  const to = builder.stored(output, order);
  const inner = oneBatch(from, g.spatial);
  const batch = inner[0] as number;
  const sizes = inner.slice(1, -1);
  const wanted = oneBatch(to, g.spatial).slice(1, -1);
  // A dilated kernel is written out with zeros between its values.
  const reach = g.kernel.map((k, i) => (g.dilations[i] as number) * (k - 1) + 1);
  // Everything the input touches; what is not wanted is cut off, what nothing touches is zero.
  const full = sizes.map((n, i) => (n - 1) * (g.strides[i] as number) + (reach[i] as number));
  const outPerGroup = g.outChannels / g.groups;
  const filter = builder.derived(kernel, "transposed", (w) => {
    const spatialLast = builder.plan.framework === "torch";
    const ordered = spatialLast ? tf.transpose(w, [...range(w.rank).slice(2), 1, 0]) : w;
    return spread(ordered, g);
  });
  const parts = [builder.get(x, order), filter, ...(bias === undefined ? [] : [builder.get(bias)])];
  const flatKernel = [...(g.spatial === 1 ? [1] : []), ...reach, outPerGroup, g.inChannels];
  const wide = g.spatial === 1 ? [batch, 1, ...sizes, g.inChannels] : inner;
  const strides = g.spatial === 1 ? [1, ...g.strides] : g.strides;
  const outShape = (channels: number) => (g.spatial === 1 ? [batch, 1, ...full, channels] : [batch, ...full, channels]);
  const one = (t: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    g.spatial === 3
      ? tf.conv3dTranspose(
          t as tf.Tensor5D,
          w as tf.Tensor5D,
          outShape(outPerGroup) as [number, number, number, number, number],
          strides as [number, number, number],
          "valid",
        )
      : tf.conv2dTranspose(
          t as tf.Tensor4D,
          w as tf.Tensor4D,
          outShape(outPerGroup) as [number, number, number, number],
          strides as [number, number],
          "valid",
        );
  builder.emit(
    output,
    parts,
    ([t, w, b]) => {
      const input = tf.reshape(t as tf.Tensor, wide);
      const kernels = tf.reshape(w as tf.Tensor, flatKernel);
      let y: tf.Tensor;
      if (g.groups === 1) y = one(input, kernels);
      else {
        const axis = wide.length - 1;
        const split = tf.split(kernels, g.groups, axis);
        y = tf.concat(
          tf.split(input, g.groups, axis).map((part, index) => one(part, split[index] as tf.Tensor)),
          axis,
        );
      }
      y = tf.reshape(y, [batch, ...full, g.outChannels]);
      y = cut(
        y,
        g.padding.map(([before]) => Math.max(0, before)),
        wanted,
      );
      if (b) y = tf.add(y, b);
      return tf.reshape(y, to);
    },
    { order, isComposed: true },
  );
}

/** Takes `wanted` positions from `starts` on, with zeros where the tensor ends before. */
function cut(y: tf.Tensor, starts: readonly number[], wanted: readonly number[]): tf.Tensor {
  const have = y.shape.slice(1, -1);
  const missing = wanted.map((n, i) => Math.max(0, (starts[i] as number) + n - (have[i] as number)));
  const longer = missing.some((n) => n > 0)
    ? tf.pad(y, [[0, 0], ...missing.map((n) => [0, n] as [number, number]), [0, 0]])
    : y;
  const same = wanted.every((n, i) => n === longer.shape[i + 1]);
  if (same) return longer;
  return tf.slice(longer, [0, ...starts, 0], [longer.shape[0] as number, ...wanted, longer.shape.at(-1) as number]);
}

/** Writes a dilated kernel [spatial…, a, b] out with zeros. */
function spread(w: tf.Tensor, g: Geometry): tf.Tensor {
  let result = w;
  g.dilations.forEach((rate, axis) => {
    if (rate <= 1) return;
    const pieces = tf.split(result, result.shape[axis] as number, axis);
    const gap = tf.zeros(result.shape.map((n, i) => (i === axis ? rate - 1 : n)));
    result = tf.concat(
      pieces.flatMap((piece, index) => (index === 0 ? [piece] : [gap, piece])),
      axis,
    );
  });
  return tf.clone(result);
}
