// Convolutions and pooling as TFLite operators: CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, CONV_3D, the pools, MEAN for global
// averages. One-dimensional ones run as two-dimensional ones with a dimension of 1. TFLite knows only the paddings SAME (the odd
// element after) and VALID; any other padding is a PAD before a VALID operator.
import type { Attributes, Operation } from "../3-graph/operation";
import type { Dim } from "../3-graph/shape";
import type { OperatorOptions } from "./deployed-graph";
import { type Draft, sizeOf, type Value } from "./draft";
import { channelsLast, identityOrder, NotLowered, shapeOf, type Store } from "./layout";

type Conv = Extract<Attributes, { kind: "conv" }>;
type Pool = Extract<Attributes, { kind: "pool" }>;

/** How the converter at hand writes things that do not change what is computed. */
export interface Style {
  /** The batch is open while converting: shapes that depend on it are computed by operators. */
  freeBatch: boolean;
  /** A Keras or TensorFlow.js model, not one of PyTorch. */
  keras: boolean;
  /** Keras 2 expands one-dimensional pools behind the length, Keras 3 in front. */
  keras2: boolean;
  /** Weights of dense layers have a scale for each output, not one for all. */
  densePerChannel: boolean;
}

function numbers(dims: readonly Dim[], operation: Operation): number[] {
  return dims.map((dim) => {
    if (typeof dim !== "number") throw new NotLowered(dim.reason, operation);
    return dim;
  });
}

interface Window {
  padding: "same" | "valid";
  /** Zeros to add by a PAD before, per spatial dimension. */
  pads: [number, number][] | null;
}

/** SAME, VALID, or an explicit padding, for windows of `reach` elements. */
function windowOf(
  input: readonly number[],
  output: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
  padding: readonly (readonly [number, number])[],
): Window {
  const need = input.map((_, i) => ((output[i] as number) - 1) * (strides[i] as number) + (reach[i] as number));
  const before = padding.map(([first]) => first);
  // What is added behind counts only as far as a window reaches.
  const after = input.map((size, i) => Math.max(0, (need[i] as number) - size - (before[i] as number)));
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return { padding: "valid", pads: null };
  const isSame = input.every((size, i) => {
    const stride = strides[i] as number;
    const out = Math.ceil(size / stride);
    const total = Math.max(0, (out - 1) * stride + (reach[i] as number) - size);
    return out === output[i] && before[i] === Math.floor(total / 2) && after[i] === total - Math.floor(total / 2);
  });
  if (isSame) return { padding: "same", pads: null };
  return { padding: "valid", pads: before.map((first, i) => [first, after[i] as number]) };
}

/** A PAD of spatial dimensions of a channels-last value. */
export function padSpatial(
  draft: Draft,
  value: Value,
  pads: readonly (readonly [number, number])[],
  op = "PAD",
): Value {
  const all = [[0, 0] as const, ...pads, [0, 0] as const];
  const shape = value.shape.map((dim, i) => dim + (all[i]?.[0] ?? 0) + (all[i]?.[1] ?? 0));
  const inputs = [value, draft.integers(all.flat(), [all.length, 2])];
  if (op === "PADV2") inputs.push(draft.reals([Number.NEGATIVE_INFINITY]));
  return draft.add(op, inputs, shape, { note: "padding that is not the SAME of TFLite" });
}

/** [N, L, C] as [N, 1, L, C], or [N, L, 1, C] with `behind`. */
export function expandLength(draft: Draft, value: Value, style: Style, behind = false): Value {
  const [n, length, channels] = value.shape as [number, number, number];
  const shape = behind ? [n, length, 1, channels] : [n, 1, length, channels];
  const note = "one-dimensional layers run as two-dimensional ones";
  if (style.freeBatch) {
    return draft.add("EXPAND_DIMS", [value, draft.integers([behind ? 2 : -3], [])], shape, { note });
  }
  return draft.add("RESHAPE", [value, draft.integers(shape)], shape, { note });
}

function dropLength(draft: Draft, value: Value, shape: readonly number[]): Value {
  const note = "one-dimensional layers run as two-dimensional ones";
  return draft.add("RESHAPE", [value, draft.integers(shape)], shape, { note });
}

export function lowerConv(store: Store, operation: Operation, a: Conv, style: Style): void {
  const { draft } = store;
  const input = operation.inputs[0];
  const output = operation.outputs[0];
  if (!input || !output) throw new NotLowered("a convolution of stored values is not lowered", operation);
  const spatial = a.kernel.length;
  const rank = shapeOf(input, operation).length;
  if (rank !== spatial + 2)
    throw new NotLowered(`a ${spatial}-d convolution without a batch is not lowered`, operation);
  const order = a.layout === "channels-first" ? channelsLast(rank, spatial) : identityOrder(rank);
  const outShape = shapeOf(output, operation);
  const outLast = order.map((axis) => outShape[axis] as number);
  const kernel = numbers(a.kernel, operation);
  const strides = [...a.strides];
  const dilations = [...a.dilations];
  const padding = a.padding.map(([before, after]) => numbers([before, after], operation) as [number, number]);
  const [groups, inChannels, outChannels] = numbers([a.groups, a.inChannels, a.outChannels], operation) as [
    number,
    number,
    number,
  ];
  let x = store.inOrder(input, order);
  if (a.transposed) {
    store.set(output, transposedConv(draft, operation, x, a, outLast, { kernel, strides, groups, style }), order);
    return;
  }
  const source = x.shape.slice(1, -1);
  const reach = kernel.map((k, i) => (dilations[i] as number) * (k - 1) + 1);
  const window = windowOf(source, outLast.slice(1, -1), reach, strides, padding);
  if (window.pads) x = padSpatial(draft, x, window.pads);
  const depthwise = a.depthwise === true || (groups === inChannels && groups > 1);
  const macs = sizeOf(outLast) * sizeOf(kernel) * (inChannels / groups);
  // A convolution without a bias is given one of zeros.
  const bias = draft.bias(outChannels, outChannels);
  if (spatial === 3) {
    if (dilations.some((d) => d > 1)) throw new NotLowered("a dilated 3-d convolution is not lowered", operation);
    // There is no int8 kernel: assemble.ts puts DEQUANTIZE and QUANTIZE around.
    const weight: Value = {
      ...draft.weight([...kernel, inChannels / groups, outChannels]),
      element: "FLOAT32",
      scales: 0,
    };
    const made = draft.add("CONV_3D", [x, weight, null], outLast, {
      options: { padding: window.padding },
      macs,
      element: "real",
    });
    const biased = a.hasBias ? draft.add("ADD", [made, draft.weight([outChannels])], outLast) : made;
    store.set(output, biased, order);
    return;
  }
  const flat = spatial === 1;
  if (flat) x = expandLength(draft, x, style);
  const two = (values: readonly number[]): [number, number] =>
    flat ? [1, values[0] as number] : [values[0] as number, values[1] as number];
  const [kh, kw] = two(kernel);
  const [sh, sw] = two(strides);
  const [dh, dw] = two(dilations);
  const options: OperatorOptions = {
    padding: window.padding,
    strideHeight: sh,
    strideWidth: sw,
    dilationHeight: dh,
    dilationWidth: dw,
    activation: "none",
    ...(depthwise ? { depthMultiplier: outChannels / inChannels } : {}),
  };
  const weight = depthwise
    ? draft.weight([1, kh, kw, outChannels], outChannels, weightText(operation))
    : draft.weight([outChannels, kh, kw, inChannels / groups], outChannels, weightText(operation));
  const shape = flat ? [outLast[0] as number, 1, outLast[1] as number, outChannels] : outLast;
  let made = draft.add(depthwise ? "DEPTHWISE_CONV_2D" : "CONV_2D", [x, weight, bias], shape, { options, macs });
  if (flat) made = dropLength(draft, made, outLast);
  store.set(output, made, order);
}

/** The text of the weight of an operation: a layer called twice stores it once. */
export function weightText(operation: Operation): string | null {
  const weight = operation.weights[0];
  return weight ? `weight ${weight.id}` : null;
}

function transposedConv(
  draft: Draft,
  operation: Operation,
  x: Value,
  a: Conv,
  outShape: readonly number[],
  how: { kernel: readonly number[]; strides: readonly number[]; groups: number; style: Style },
): Value {
  const { kernel, strides, groups, style } = how;
  if (groups !== 1) throw new NotLowered("a grouped transposed convolution is not lowered", operation);
  if (a.dilations.some((d) => d > 1))
    throw new NotLowered("a dilated transposed convolution is not lowered", operation);
  if (kernel.length === 3) throw new NotLowered("a 3-d transposed convolution is not lowered", operation);
  const flat = kernel.length === 1;
  const two = (values: readonly number[]): [number, number] =>
    flat ? [1, values[0] as number] : [values[0] as number, values[1] as number];
  const [kh, kw] = two(kernel);
  const [sh, sw] = two(strides);
  const outChannels = outShape.at(-1) as number;
  const inChannels = x.shape.at(-1) as number;
  const spatialIn = x.shape.slice(1, -1);
  const macs = sizeOf(x.shape) * sizeOf(kernel) * outChannels;
  const source = flat ? expandLength(draft, x, style) : x;
  const full = flat ? [outShape[0] as number, 1, ...outShape.slice(1)] : outShape;
  // VALID gives (in - 1) * stride + kernel, SAME in * stride; what is cut beyond that is a slice of the VALID result.
  const spatialOut = outShape.slice(1, -1);
  const isValid = spatialOut.every((n, i) => n === spatialIn[i]! * strides[i]! + Math.max(kernel[i]! - strides[i]!, 0));
  const isSame = spatialOut.every((n, i) => n === spatialIn[i]! * strides[i]!);
  const padded = a.padding.some(([before, after]) => before !== 0 || after !== 0);
  const weight = draft.weight([outChannels, kh, kw, inChannels], outChannels, weightText(operation));
  const bias = a.hasBias ? draft.bias(outChannels, outChannels) : null;
  const options: OperatorOptions = { padding: isSame && padded ? "same" : "valid", strideHeight: sh, strideWidth: sw };
  if (isValid || isSame) {
    const shapeOfOutput = style.freeBatch ? computedShape(draft, source, full) : draft.integers(full);
    const made = draft.add("TRANSPOSE_CONV", [shapeOfOutput, weight, source, bias], full, {
      element: "real",
      options,
      macs,
    });
    return flat ? dropLength(draft, made, outShape) : made;
  }
  // As converters of PyTorch models do: the whole result, then a slice of it.
  const whole = [
    full[0] as number,
    ...full.slice(1, -1).map((_, i) => {
      const axis = flat ? i - 1 : i;
      return axis < 0 ? 1 : (spatialIn[axis]! - 1) * strides[axis]! + kernel[axis]!;
    }),
    outChannels,
  ];
  let made = draft.add("TRANSPOSE_CONV", [draft.integers(whole), weight, source, bias], whole, {
    element: "real",
    options: { ...options, padding: "valid" },
    macs,
  });
  const larger = full.some((n, i) => n > (whole[i] as number));
  if (larger) {
    const pads = full.slice(1, -1).map((n, i) => [0, Math.max(0, n - (whole[i + 1] as number))] as const);
    made = padSpatial(draft, made, pads);
  }
  if (full.some((n, i) => n < (made.shape[i] as number)))
    made = slice(draft, made, full, "cuts the padding of the transposed convolution off");
  return flat ? dropLength(draft, made, outShape) : made;
}

/** SHAPE, STRIDED_SLICE, PACK: a shape whose batch is taken from a value. */
export function computedShape(draft: Draft, value: Value, shape: readonly number[]): Value {
  const note = "computes a shape, for the batch is open while converting";
  const own = draft.add("SHAPE", [value], [value.shape.length], { element: "INT32", note });
  const ends = [draft.integers([0]), draft.integers([1]), draft.integers([1])];
  const batch = draft.add("STRIDED_SLICE", [own, ...ends], [], { element: "INT32", note });
  const rest = shape.slice(1).map((dim) => draft.integers([dim], []));
  return draft.add("PACK", [batch, ...rest], [shape.length], { element: "INT32", note });
}

/** A STRIDED_SLICE to this shape. */
export function slice(draft: Draft, value: Value, shape: readonly number[], note?: string): Value {
  const rank = value.shape.length;
  const bounds = [0, 1].map((): Value => ({ ...draft.integers([], [rank]), content: null }));
  const steps = draft.integers(new Array<number>(rank).fill(1));
  return draft.add("STRIDED_SLICE", [value, ...bounds, steps], shape, note === undefined ? {} : { note });
}

export function lowerPool(store: Store, operation: Operation, a: Pool, style: Style): void {
  const { draft } = store;
  const input = operation.inputs[0];
  const output = operation.outputs[0];
  if (!input || !output) throw new NotLowered("pooling of stored values is not lowered", operation);
  const rank = shapeOf(input, operation).length;
  const spatial = a.kernel.length;
  const order = a.layout === "channels-first" ? channelsLast(rank, spatial) : identityOrder(rank);
  const outShape = shapeOf(output, operation);
  if (a.mode === "lp") throw new NotLowered("power-average pooling is not lowered", operation);
  let x = store.inOrder(input, order);
  if (a.global) {
    const keep = outShape.length === rank;
    const axes = Array.from({ length: spatial }, (_, i) => rank - spatial - 1 + i);
    const outLast = keep ? order.map((axis) => outShape[axis] as number) : outShape;
    const axesValue = axes.length === 1 ? draft.integers(axes, []) : draft.integers(axes);
    const made = draft.add(a.mode === "max" ? "REDUCE_MAX" : "MEAN", [x, axesValue], outLast, {
      options: { keepDims: keep },
    });
    store.set(output, made, keep ? order : identityOrder(outLast.length));
    return;
  }
  if (rank !== spatial + 2) throw new NotLowered(`${spatial}-d pooling without a batch is not lowered`, operation);
  if (spatial === 3) throw new NotLowered("TFLite has no operator for 3-d pooling", operation);
  const outLast = order.map((axis) => outShape[axis] as number);
  const kernel = numbers(a.kernel, operation);
  const strides = numbers(a.strides, operation);
  const padding = a.padding.map(([before, after]) => numbers([before, after], operation) as [number, number]);
  const source = x.shape.slice(1, -1);
  if (
    source.some(
      (n, i) =>
        outLast[i + 1]! > 1 &&
        kernel[i] !== n / outLast[i + 1]! &&
        isAdaptive(a, n, outLast[i + 1]!, kernel[i]!, strides[i]!, padding[i]!),
    )
  ) {
    throw new NotLowered("adaptive pooling with windows of different sizes is not lowered", operation);
  }
  const window = windowOf(source, outLast.slice(1, -1), kernel, strides, padding);
  if (window.pads) x = padSpatial(draft, x, window.pads, a.mode === "max" ? "PADV2" : "PAD");
  const flat = spatial === 1;
  const behind = flat && style.keras2;
  if (flat) x = style.freeBatch || behind ? expandPool(draft, x, behind, style) : expandLength(draft, x, style);
  const two = (values: readonly number[]): [number, number] =>
    flat ? (behind ? [values[0]!, 1] : [1, values[0]!]) : [values[0]!, values[1]!];
  const [filterHeight, filterWidth] = two(kernel);
  const [strideHeight, strideWidth] = two(strides);
  const [n, length, channels] = outLast as [number, number, number];
  const shape = flat ? (behind ? [n, length, 1, channels] : [n, 1, length, channels]) : outLast;
  let made = draft.add(a.mode === "max" ? "MAX_POOL_2D" : "AVERAGE_POOL_2D", [x], shape, {
    options: { padding: window.padding, filterHeight, filterWidth, strideHeight, strideWidth, activation: "none" },
  });
  if (flat) made = dropLength(draft, made, outLast);
  store.set(output, made, order);
}

function expandPool(draft: Draft, value: Value, behind: boolean, style: Style): Value {
  if (!style.freeBatch) return expandLength(draft, value, style, behind);
  const [n, length, channels] = value.shape as [number, number, number];
  const shape = behind ? [n, length, 1, channels] : [n, 1, length, channels];
  return draft.add("EXPAND_DIMS", [value, draft.integers([behind ? 2 : 1], [])], shape, {
    note: "one-dimensional layers run as two-dimensional ones",
  });
}

/** True when windows of one size and stride cannot give this output: pooling to a given output size. */
function isAdaptive(
  a: Pool,
  size: number,
  out: number,
  kernel: number,
  stride: number,
  padding: readonly [number, number],
): boolean {
  if (a.padding.some(([before, after]) => before !== 0 || after !== 0)) return false;
  const count = Math.floor((size + padding[0] + padding[1] - kernel) / stride) + 1;
  const ceil = Math.ceil((size - kernel) / stride) + 1;
  return count !== out && ceil !== out;
}
