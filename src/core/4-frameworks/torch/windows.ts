// The windows of torch.nn.functional: convolutions, pools and their inverses, padding, resizing.
import { type Bound, toBoolean, toText } from "../../2-evaluate/native";
import { isNone, NONE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { raise, reasonOf } from "../../3-graph/operations/common";
import { conv, type ConvSpec, convTransposed, type PaddingSpec } from "../../3-graph/operations/conv";
import { move, pad, resize, type ResizeMode } from "../../3-graph/operations/move";
import { adaptivePool, pool, type PoolMode } from "../../3-graph/operations/pool";
import { type Dim, mapDims, type Shape, showShape } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { isSequence, optionalTensor, toKnownTuple, toSize, toSizes, toTuple, tuple } from "./arguments";
import { numberOr, type OpTable, tensorOf } from "./ops/table";

const flag = (vm: Vm, value: Value | undefined): boolean =>
  value !== undefined && !isNone(value) && toBoolean(vm, value);

function paddingOf(vm: Vm, value: Value | undefined, count: number, strides: readonly number[]): PaddingSpec {
  if (value?.kind === "string") {
    const mode = value.value;
    if (mode === "same" && strides.some((stride) => stride !== 1))
      throw vm.error("ValueError", "padding='same' is not supported for strided convolutions");
    if (mode === "same" || mode === "valid") return mode;
    throw vm.error("ValueError", `Invalid padding string '${mode}', should be one of valid, same`);
  }
  return toTuple(vm, value, count, "padding").map((size) => [size, size] as const);
}

/** Checks that the input has a batch or not, but no other number of dimensions. */
function ranked(vm: Vm, input: Tensor, spatial: number, what: string): Tensor {
  const rank = input.shape?.length;
  if (rank !== undefined && rank !== spatial + 1 && rank !== spatial + 2) {
    throw raise(
      vm,
      input,
      `Expected ${spatial + 1}D (unbatched) or ${spatial + 2}D (batched) input to ${what}, but got input of size: ${showShape(input.shape)}`,
    );
  }
  return input;
}

interface ConvArguments {
  input: Tensor;
  weight: Tensor;
  /** Of the weight; unknown dimensions when it has no known shape. */
  sizes: Shape;
  groups: Dim;
  /** What both directions set alike. */
  common: Pick<ConvSpec, "kernel" | "strides" | "dilations" | "groups" | "layout" | "weights" | "hasBias">;
}

function convArguments(vm: Vm, a: Bound, spatial: number, what: string): ConvArguments {
  const input = ranked(vm, tensorOf(vm, a), spatial, `${what}${spatial}d`);
  const weight = tensorOf(vm, a, "weight");
  const bias = optionalTensor(vm, a["bias"], "bias");
  const groups = toSize(vm, a["groups"], "groups");
  const sizes = weight.shape ?? new Array<Dim>(spatial + 2).fill(reasonOf(vm, weight));
  const common = {
    kernel: sizes.slice(2),
    strides: toKnownTuple(vm, a["stride"], spatial, "stride"),
    dilations: toKnownTuple(vm, a["dilation"], spatial, "dilation"),
    groups,
    layout: "channels-first",
    weights: bias ? [weight, bias] : [weight],
    hasBias: bias !== null,
  } as const;
  return { input, weight, sizes, groups, common };
}

function convolution(spatial: number): OpTable[string] {
  return [
    "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1",
    (vm, a) => {
      const { input, weight, sizes, groups, common } = convArguments(vm, a, spatial, "conv");
      if (sizes.length !== spatial + 2)
        throw raise(
          vm,
          weight,
          `conv${spatial}d expects a weight with ${spatial + 2} dimensions, but got ${showShape(sizes)}`,
        );
      return conv(vm, input, {
        ...common,
        inChannels: mapDims((own, count) => own * count, sizes[1] as Dim, groups),
        outChannels: sizes[0] as Dim,
        padding: paddingOf(vm, a["padding"], spatial, common.strides),
      });
    },
  ];
}

function transposedConvolution(spatial: number): OpTable[string] {
  return [
    "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1",
    (vm, a) => {
      const { input, sizes, groups, common } = convArguments(vm, a, spatial, "conv_transpose");
      return convTransposed(vm, input, {
        ...common,
        inChannels: sizes[0] as Dim,
        outChannels: mapDims((own, count) => own * count, sizes[1] as Dim, groups),
        padding: paddingOf(vm, a["padding"], spatial, [1]),
        outputPadding: toTuple(vm, a["output_padding"], spatial, "output_padding"),
      });
    },
  ];
}

function windowPool(spatial: number, mode: PoolMode): OpTable[string] {
  const signature =
    mode === "max"
      ? "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False"
      : "input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None";
  return [
    signature,
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `${mode}_pool${spatial}d`);
      const kernel = toTuple(vm, a["kernel_size"], spatial, "kernel_size");
      const stride =
        isNone(a["stride"]) || (a["stride"] && isSequence(a["stride"]) && vm.items(a["stride"]).length === 0)
          ? kernel
          : toTuple(vm, a["stride"], spatial, "stride");
      const pads = toTuple(vm, a["padding"], spatial, "padding");
      pads.forEach((size, i) => {
        const reach = kernel[i];
        if (typeof size === "number" && typeof reach === "number" && size > reach / 2)
          throw raise(
            vm,
            input,
            `pad should be at most half of effective kernel size, but got pad=${size}, kernel_size=${reach}`,
          );
      });
      const result = pool(vm, input, mode, {
        kernel,
        strides: stride,
        padding: pads.map((size) => [size, size] as const),
        dilations: a["dilation"]
          ? toKnownTuple(vm, a["dilation"], spatial, "dilation")
          : new Array<number>(spatial).fill(1),
        ceil: flag(vm, a["ceil_mode"]),
        layout: "channels-first",
        countsPadding: mode === "average" && (isNone(a["count_include_pad"]) || flag(vm, a["count_include_pad"])),
      });
      return flag(vm, a["return_indices"]) ? tuple([result, indicesOf(result)]) : result;
    },
  ];
}

/** The positions a max pool gives beside its values. */
function indicesOf(values: Tensor): Tensor {
  const indices = new Tensor(values.shape, "int64", values.library, values.reason);
  indices.producer = values.producer;
  return indices;
}

function adaptive(spatial: number, mode: PoolMode): OpTable[string] {
  return [
    "input, output_size, return_indices=False",
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `adaptive_${mode}_pool${spatial}d`);
      const size = a["output_size"] as Value;
      const sizes = isSequence(size)
        ? vm.items(size).map((item) => (isNone(item) ? null : toSize(vm, item, "output_size")))
        : new Array<Dim | null>(spatial).fill(isNone(size) ? null : toSize(vm, size, "output_size"));
      const result = adaptivePool(
        vm,
        input,
        mode,
        sizes.length === 1 ? new Array<Dim | null>(spatial).fill(sizes[0] ?? null) : sizes,
        "channels-first",
      );
      return flag(vm, a["return_indices"]) ? tuple([result, indicesOf(result)]) : result;
    },
  ];
}

/** p-norm pooling: (input, p, kernel, stride, ceil). */
function lpPool(spatial: number): OpTable[string] {
  return [
    "input, norm_type, kernel_size, stride=None, ceil_mode=False",
    (vm, a) => {
      const kernel = toTuple(vm, a["kernel_size"], spatial, "kernel_size");
      const strides = isNone(a["stride"]) ? kernel : toTuple(vm, a["stride"], spatial, "stride");
      return pool(vm, tensorOf(vm, a), "lp", {
        kernel,
        strides,
        padding: "valid",
        ceil: flag(vm, a["ceil_mode"]),
        layout: "channels-first",
      });
    },
  ];
}

function unpool(spatial: number): OpTable[string] {
  return [
    "input, indices, kernel_size, stride=None, padding=0, output_size=None",
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `max_unpool${spatial}d`);
      if (input.shape === null) return move(vm, "scatter", [input], null);
      const lead = input.shape.length - spatial;
      if (!isNone(a["output_size"])) {
        const wanted = toSizes(vm, tuple([a["output_size"] as Value]), "output_size").slice(-spatial);
        return move(vm, "scatter", [input], [...input.shape.slice(0, lead), ...wanted]);
      }
      const kernel = toTuple(vm, a["kernel_size"], spatial, "kernel_size");
      const strides = isNone(a["stride"]) ? kernel : toTuple(vm, a["stride"], spatial, "stride");
      const pads = toTuple(vm, a["padding"], spatial, "padding");
      const sizes = kernel.map((k, i) =>
        mapDims(
          (n, s, size, p) => (n - 1) * s - 2 * p + size,
          input.shape?.[lead + i] as Dim,
          strides[i] as Dim,
          k,
          pads[i] as Dim,
        ),
      );
      return move(vm, "scatter", [input], [...input.shape.slice(0, lead), ...sizes]);
    },
  ];
}

/** Pads of torch count from the last dimension: (left, right, top, bottom, …). */
export function padLast(vm: Vm, input: Tensor, pads: readonly Dim[]): Tensor {
  if (input.shape === null) return pad(vm, input, []);
  const rank = input.shape.length;
  if (pads.length % 2 !== 0) throw raise(vm, input, "Padding length must be divisible by 2");
  if (pads.length / 2 > rank)
    throw raise(vm, input, `Padding length too large: ${pads.length} for input ${showShape(input.shape)}`);
  return pad(
    vm,
    input,
    Array.from({ length: rank }, (_, axis) => {
      const at = 2 * (rank - 1 - axis);
      return [pads[at] ?? 0, pads[at + 1] ?? 0] as const;
    }),
  );
}

const MODES: Readonly<Record<string, ResizeMode>> = {
  nearest: "nearest",
  "nearest-exact": "nearest",
  linear: "linear",
  bilinear: "bilinear",
  bicubic: "bicubic",
  trilinear: "trilinear",
  area: "area",
};

function interpolate(vm: Vm, a: Bound): Tensor {
  const input = tensorOf(vm, a);
  const mode = MODES[toText(vm, a["mode"], "mode")] ?? "nearest";
  if (input.shape === null) return resize(vm, input, [], mode, "channels-first");
  const spatial = input.shape.length - 2;
  if (spatial < 1)
    throw raise(vm, input, `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${showShape(input.shape)})`);
  let sizes: Dim[];
  if (!isNone(a["size"])) {
    sizes = toTuple(vm, a["size"], spatial, "size");
  } else {
    if (isNone(a["scale_factor"])) throw vm.error("ValueError", "either size or scale_factor should be defined");
    const scale = a["scale_factor"] as Value;
    const factors = isSequence(scale)
      ? vm.items(scale).map((item) => numberOr(vm, item))
      : new Array<number | null>(spatial).fill(numberOr(vm, scale));
    sizes = factors.map((factor, i) =>
      factor === null
        ? vm.unknown("the scale factor of a resize is not known")
        : mapDims((n) => Math.floor(n * factor), input.shape?.[2 + i] as Dim),
    );
    if (sizes.length !== spatial)
      throw vm.error(
        "ValueError",
        `scale_factor shape must match input shape: ${sizes.length} factors for ${spatial} dimensions`,
      );
  }
  return resize(vm, input, sizes, mode, "channels-first");
}

const RESIZE_SIGNATURE =
  "input, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None, antialias=False";
/** Convolutions, pools, padding and resizing by name. */
export const WINDOWS: OpTable = {
  conv1d: convolution(1),
  conv2d: convolution(2),
  conv3d: convolution(3),
  conv_transpose1d: transposedConvolution(1),
  conv_transpose2d: transposedConvolution(2),
  conv_transpose3d: transposedConvolution(3),
  lp_pool1d: lpPool(1),
  lp_pool2d: lpPool(2),
  lp_pool3d: lpPool(3),
  max_unpool1d: unpool(1),
  max_unpool2d: unpool(2),
  max_unpool3d: unpool(3),
  pad: [
    "input, pad, mode='constant', value=None",
    (vm, a) => padLast(vm, tensorOf(vm, a), toSizes(vm, tuple([a["pad"] as Value]), "pad")),
  ],
  interpolate: [RESIZE_SIGNATURE, interpolate],
  upsample: [RESIZE_SIGNATURE, interpolate],
  upsample_nearest: [RESIZE_SIGNATURE, interpolate],
  upsample_bilinear: [RESIZE_SIGNATURE.replace("nearest", "bilinear"), interpolate],
};

for (const spatial of [1, 2, 3]) {
  for (const [mode, word] of [
    ["max", "max"],
    ["average", "avg"],
  ] as const) {
    WINDOWS[`${word}_pool${spatial}d`] = windowPool(spatial, mode);
    WINDOWS[`adaptive_${word}_pool${spatial}d`] = adaptive(spatial, mode);
  }
  WINDOWS[`max_pool${spatial}d_with_indices`] = [
    "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=True",
    (vm, a) =>
      (WINDOWS[`max_pool${spatial}d`] as OpTable[string])[1](vm, { ...a, return_indices: vm.unary("not", NONE) }),
  ];
}
