// Pooling: windows (max, average, p-norm), global, and adaptive pooling to given output sizes.
// Window sizes: floor or ceil of (in + pads - dilation*(k-1) - 1) / stride, plus 1; with ceil the last window must start inside
// the input or its left padding (PyTorch). "same" = ceil(in / stride).
import type { Vm } from "../../2-evaluate/vm";
import type { Layout, Padding } from "../operation";
import { type Dim, mapDims, type Shape, showShape } from "../shape";
import type { Tensor } from "../tensor";
import { produce, raise, reasonOf } from "./common";
import { type PaddingSpec, padsOf, placesOf } from "./conv";

export type PoolMode = "max" | "average" | "lp";

export interface PoolSpec {
  kernel: readonly Dim[];
  strides: readonly Dim[];
  dilations?: readonly number[];
  padding: PaddingSpec;
  ceil?: boolean;
  layout: Layout;
  /** Averages count the padding, as PyTorch does by default. */
  countsPadding?: boolean;
}

/** Window pooling over the spatial dimensions; any number of leading dimensions. */
export function pool(vm: Vm, input: Tensor, mode: PoolMode, spec: PoolSpec): Tensor {
  const spatial = spec.kernel.length;
  const from = input.shape;
  let shape: Shape | null = null;
  let padding: Padding = spec.kernel.map(() => [0, 0] as const);
  if (from !== null) {
    if (from.length < spatial + 1) {
      throw raise(
        vm,
        input,
        `a ${spatial}-d pooling expects an input with ${spatial + 2} dimensions, but got input of size ${showShape(from)}`,
      );
    }
    const { first } = placesOf(from.length, spatial, spec.layout);
    const pads: (readonly [Dim, Dim])[] = [];
    const sizes = [...from];
    for (let i = 0; i < spatial; i++) {
      const size = from[first + i] as Dim;
      const kernel = spec.kernel[i] as Dim;
      const stride = spec.strides[i] as Dim;
      const dilation = spec.dilations?.[i] ?? 1;
      const pad =
        typeof stride === "number"
          ? padsOf(spec.padding, i, size, kernel, stride, dilation)
          : ([stride, stride] as const);
      pads.push(pad);
      sizes[first + i] =
        spec.padding === "same"
          ? mapDims((n, s) => Math.ceil(n / s), size, stride)
          : mapDims(
              (n, k, s, before, after) => windowCount(vm, input, n, k, s, before, after, dilation, spec.ceil ?? false),
              size,
              kernel,
              stride,
              pad[0],
              pad[1],
            );
    }
    padding = pads;
    shape = sizes;
  }
  return produce(
    vm,
    { kind: "pool", mode, kernel: spec.kernel, strides: spec.strides, padding, layout: spec.layout, global: false },
    [input],
    {
      shape,
      reason: shape === null ? reasonOf(vm, input) : null,
      settings: { dilations: spec.dilations, countsPadding: spec.countsPadding },
    },
  );
}

function windowCount(
  vm: Vm,
  input: Tensor,
  size: number,
  kernel: number,
  stride: number,
  before: number,
  after: number,
  dilation: number,
  ceil: boolean,
): number {
  if (stride < 1) throw raise(vm, input, "stride should not be zero");
  const room = size + before + after - dilation * (kernel - 1) - 1;
  let count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  if (ceil && (count - 1) * stride >= size + before) count--;
  if (count < 1) {
    throw raise(
      vm,
      input,
      `Given input size ${showShape(input.shape)}, the calculated output size of the pooling is too small (${count})`,
    );
  }
  return count;
}

/** Pools each channel to one value; [batch…, C] or with spatial dimensions of 1. */
export function globalPool(
  vm: Vm,
  input: Tensor,
  mode: PoolMode,
  layout: Layout,
  spatial: number,
  keepDims: boolean,
): Tensor {
  const from = input.shape;
  let shape: Shape | null = null;
  let kernel: readonly Dim[] = [];
  if (from !== null) {
    if (from.length < spatial + 1)
      throw raise(vm, input, `global pooling over ${spatial} dimensions does not fit input ${showShape(from)}`);
    const { first } = placesOf(from.length, spatial, layout);
    kernel = from.slice(first, first + spatial);
    const ones: Dim[] = keepDims ? new Array<Dim>(spatial).fill(1) : [];
    shape = [...from.slice(0, first), ...ones, ...from.slice(first + spatial)];
  }
  return produce(
    vm,
    { kind: "pool", mode, kernel, strides: kernel, padding: kernel.map(() => [0, 0] as const), layout, global: true },
    [input],
    { shape, reason: shape === null ? reasonOf(vm, input) : null },
  );
}

/** Pools to the output sizes given, null keeps the input's size. Windows are those of PyTorch: about in/out wide each. */
export function adaptivePool(
  vm: Vm,
  input: Tensor,
  mode: PoolMode,
  sizes: readonly (Dim | null)[],
  layout: Layout,
): Tensor {
  const spatial = sizes.length;
  if (sizes.every((size) => size === 1)) return globalPool(vm, input, mode, layout, spatial, true);
  const from = input.shape;
  let shape: Shape | null = null;
  let kernel: Dim[] = sizes.map(() => vm.unknown("the input size is not known"));
  let strides: Dim[] = kernel;
  if (from !== null) {
    if (from.length < spatial + 1)
      throw raise(vm, input, `adaptive pooling over ${spatial} dimensions does not fit input ${showShape(from)}`);
    const { first } = placesOf(from.length, spatial, layout);
    const result = [...from];
    kernel = [];
    strides = [];
    sizes.forEach((size, i) => {
      const whole = from[first + i] as Dim;
      const out = size ?? whole;
      result[first + i] = out;
      // The widest window runs from floor(i*in/out) to ceil((i+1)*in/out).
      kernel.push(
        mapDims(
          (n, m) => (m < 1 ? 0 : n % m === 0 ? n / m : Math.ceil(n / m) + (m % (n % m) === 0 ? 0 : 1)),
          whole,
          out,
        ),
      );
      strides.push(mapDims((n, m) => Math.max(1, Math.floor(n / Math.max(1, m))), whole, out));
    });
    shape = result;
  }
  return produce(
    vm,
    { kind: "pool", mode, kernel, strides, padding: kernel.map(() => [0, 0] as const), layout, global: false },
    [input],
    { shape, reason: shape === null ? reasonOf(vm, input) : null, settings: { adaptive: true } },
  );
}
