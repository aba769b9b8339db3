// Convolution and transposed convolution of any number of spatial dimensions, channels first or last.
// Output sizes by the usual formulas: floor((in + pads - dilation*(k-1) - 1) / stride) + 1, "same" = ceil(in / stride);
// transposed (in - 1)*stride - pads + dilation*(k-1) + output padding + 1.
import type { Vm } from "../../2-evaluate/vm";
import type { Layout, Padding } from "../operation";
import { type Dim, mapDims, type Shape, showShape } from "../shape";
import type { Tensor } from "../tensor";
import { produce, raise, reasonOf } from "./common";

/** "same" pads for ceil(in / stride), the odd one after; "causal" pads before only; numbers are explicit, per spatial dimension. */
export type PaddingSpec = "valid" | "same" | "causal" | Padding;

export interface ConvSpec {
  /** Kernel size per spatial dimension. */
  kernel: readonly Dim[];
  /** Channels the kernel wants in its input, all groups together. */
  inChannels: Dim;
  outChannels: Dim;
  strides: readonly number[];
  dilations: readonly number[];
  padding: PaddingSpec;
  groups: Dim;
  layout: Layout;
  /** Kernel, then bias: the stored tensors, or computed ones. */
  weights: readonly Tensor[];
  hasBias: boolean;
  /** Written as a depthwise convolution. */
  depthwise?: boolean;
}

/** Zeros before and after one dimension. */
export function padsOf(
  padding: PaddingSpec,
  axis: number,
  input: Dim,
  kernel: Dim,
  stride: number,
  dilation: number,
): readonly [Dim, Dim] {
  if (padding === "valid") return [0, 0];
  if (padding === "causal") return [mapDims((k) => dilation * (k - 1), kernel), 0];
  if (padding === "same") {
    const total = mapDims(
      (size, k) => Math.max(0, (Math.ceil(size / stride) - 1) * stride + dilation * (k - 1) + 1 - size),
      input,
      kernel,
    );
    return [mapDims((all) => Math.floor(all / 2), total), mapDims((all) => Math.ceil(all / 2), total)];
  }
  return padding[axis] ?? [0, 0];
}

/** Where the channels and the spatial dimensions are in a tensor of this rank. */
export function placesOf(rank: number, spatial: number, layout: Layout): { channels: number; first: number } {
  return layout === "channels-first"
    ? { channels: rank - spatial - 1, first: rank - spatial }
    : { channels: rank - 1, first: rank - spatial - 1 };
}

function checkChannels(vm: Vm, input: Tensor, shape: Shape, spec: ConvSpec, spatial: number): void {
  if (shape.length < spatial + 1) {
    throw raise(
      vm,
      input,
      `a ${spatial}-d convolution expects an input with ${spatial + 2} dimensions, but got input of size ${showShape(shape)}`,
    );
  }
  const channels = shape[placesOf(shape.length, spatial, spec.layout).channels];
  if (typeof channels === "number" && typeof spec.inChannels === "number" && channels !== spec.inChannels) {
    const kernel = spec.weights[0]?.shape;
    const weight = kernel ? `, weight of size ${showShape(kernel)}` : "";
    throw raise(
      vm,
      input,
      `Given groups=${typeof spec.groups === "number" ? spec.groups : "?"}${weight}, expected input${showShape(shape)} to have ${spec.inChannels} channels, but got ${channels} channels instead`,
    );
  }
}

function withSpatial(shape: Shape, spatial: number, layout: Layout, channels: Dim, sizes: readonly Dim[]): Shape {
  const lead = shape.slice(0, shape.length - spatial - 1);
  return layout === "channels-first" ? [...lead, channels, ...sizes] : [...lead, ...sizes, channels];
}

/** Convolution. Input [batch…, C, spatial…] or [batch…, spatial…, C]; any number of leading dimensions, none too. */
export function conv(vm: Vm, input: Tensor, spec: ConvSpec): Tensor {
  const spatial = spec.kernel.length;
  let shape: Shape | null = null;
  let padding: (readonly [Dim, Dim])[] = spec.kernel.map((k, i) =>
    padsOf(spec.padding, i, vm.unknown("the input size is not known"), k, spec.strides[i] ?? 1, spec.dilations[i] ?? 1),
  );
  if (input.shape !== null) {
    checkChannels(vm, input, input.shape, spec, spatial);
    const { first } = placesOf(input.shape.length, spatial, spec.layout);
    const from = input.shape;
    padding = [];
    const sizes = spec.kernel.map((kernel, i) => {
      const size = from[first + i] as Dim;
      const stride = spec.strides[i] ?? 1;
      const dilation = spec.dilations[i] ?? 1;
      const pads = padsOf(spec.padding, i, size, kernel, stride, dilation);
      padding.push(pads);
      if (spec.padding === "same") return mapDims((n) => Math.ceil(n / stride), size);
      return mapDims(
        (n, k, before, after) => {
          const reach = dilation * (k - 1) + 1;
          if (n + before + after < reach) {
            throw raise(
              vm,
              input,
              `Kernel size can't be greater than actual input size: kernel ${showShape(spec.kernel)} on input ${showShape(from)}`,
            );
          }
          return Math.floor((n + before + after - reach) / stride) + 1;
        },
        size,
        kernel,
        pads[0],
        pads[1],
      );
    });
    shape = withSpatial(input.shape, spatial, spec.layout, spec.outChannels, sizes);
  }
  return finish(vm, input, spec, padding, shape, false);
}

export interface TransposedConvSpec extends ConvSpec {
  /** Added to the output size, per spatial dimension; null where the framework derives it ("same": in*stride, "valid": in*stride + max(k - stride, 0)). */
  outputPadding: readonly Dim[] | null;
}

/** Transposed convolution; `padding` is what it removes from the full output. */
export function convTransposed(vm: Vm, input: Tensor, spec: TransposedConvSpec): Tensor {
  const spatial = spec.kernel.length;
  let shape: Shape | null = null;
  const padding = spec.kernel.map((kernel, i): readonly [Dim, Dim] =>
    spec.padding === "same"
      ? half(mapDims((k) => Math.max(0, k - (spec.strides[i] ?? 1)), kernel))
      : spec.padding === "causal" || spec.padding === "valid"
        ? [0, 0]
        : (spec.padding[i] ?? [0, 0]),
  );
  if (input.shape !== null) {
    checkChannels(vm, input, input.shape, spec, spatial);
    const { first } = placesOf(input.shape.length, spatial, spec.layout);
    const from = input.shape;
    const sizes = spec.kernel.map((kernel, i) => {
      const stride = spec.strides[i] ?? 1;
      const dilation = spec.dilations[i] ?? 1;
      const extra = spec.outputPadding?.[i] ?? null;
      const pads = padding[i] as readonly [Dim, Dim];
      const size = from[first + i] as Dim;
      if (extra === null && spec.padding === "same") return mapDims((n) => n * stride, size);
      if (extra === null && spec.padding === "valid") {
        return mapDims((n, k) => n * stride + Math.max(dilation * (k - 1) + 1 - stride, 0), size, kernel);
      }
      const removed =
        spec.padding === "same"
          ? mapDims((k) => 2 * Math.floor((dilation * (k - 1) + 1) / 2), kernel)
          : mapDims((a, b) => a + b, pads[0], pads[1]);
      return mapDims(
        (n, k, out, less) => {
          const result = (n - 1) * stride - less + dilation * (k - 1) + out + 1;
          if (result < 1)
            throw raise(
              vm,
              input,
              `transposed convolution of input ${showShape(from)} gives an output of size ${result}`,
            );
          return result;
        },
        size,
        kernel,
        extra ?? 0,
        removed,
      );
    });
    shape = withSpatial(input.shape, spatial, spec.layout, spec.outChannels, sizes);
  }
  return finish(vm, input, spec, padding, shape, true);
}

function half(total: Dim): readonly [Dim, Dim] {
  return [mapDims((all) => Math.floor(all / 2), total), mapDims((all) => Math.ceil(all / 2), total)];
}

function finish(
  vm: Vm,
  input: Tensor,
  spec: ConvSpec,
  padding: Padding,
  shape: Shape | null,
  transposed: boolean,
): Tensor {
  return produce(
    vm,
    {
      kind: "conv",
      kernel: spec.kernel,
      strides: spec.strides,
      dilations: spec.dilations,
      padding,
      groups: spec.groups,
      inChannels: spec.inChannels,
      outChannels: spec.outChannels,
      layout: spec.layout,
      transposed,
      hasBias: spec.hasBias,
      ...(spec.depthwise ? { depthwise: true } : {}),
    },
    [input],
    { weights: spec.weights, shape, reason: shape === null ? reasonOf(vm, input) : null },
  );
}
