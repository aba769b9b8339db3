// Contractions, convolutions, pooling and image functions, under the names of tf.nn, tf.linalg, tf.image, keras.ops and
// keras.backend.
import type { Bound } from "../../../2-evaluate/native";
import { Unknown } from "../../../2-evaluate/signals";
import { isNone, isOpaque, type NativeFunction, tuple, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { activation, softmax } from "../../../3-graph/operations/activation";
import { conv, convTransposed, type PaddingSpec } from "../../../3-graph/operations/conv";
import { einsum } from "../../../3-graph/operations/einsum";
import { elementwise } from "../../../3-graph/operations/elementwise";
import { matmul, tensordot } from "../../../3-graph/operations/linear";
import { depthToSpace, move, pad, reorder, resize, spaceToDepth } from "../../../3-graph/operations/move";
import { pool, type PoolMode } from "../../../3-graph/operations/pool";
import { reduce } from "../../../3-graph/operations/reduce";
import { transpose, viewAs } from "../../../3-graph/operations/reshape";
import type { Layout } from "../../../3-graph/operation";
import { type Dim, mapDims } from "../../../3-graph/shape";
import type { Tensor } from "../../../3-graph/tensor";
import { toTensor } from "../convert";
import { axesOf, type Body, dimsOf, flag, fn, intOf, layoutOf, tensorOf, tensorsOf } from "../define";
import { resizeMode } from "../primitives";
import { batchDot } from "../primitives-more";

const table = new Map<string, NativeFunction>();

function define(names: string, signature: string, body: Body): void {
  for (const name of names.split(" ")) table.set(name, fn(name, signature, body));
}

const text = (value: Value | undefined, fallback = ""): string => (value?.kind === "string" ? value.value : fallback);

// --- contractions ---------------------------------------------------------------------------------------------------

define("matmul batch_matmul", "x|a|x1, y|b|x2, transpose_a|adj_x=False, transpose_b|adj_y=False", (vm, a) =>
  matmul(
    vm,
    tensorOf(vm, a),
    tensorOf(vm, a, "y"),
    flag(vm, a["transpose_a"]) || flag(vm, a["adjoint_a"]),
    flag(vm, a["transpose_b"]) || flag(vm, a["adjoint_b"]),
  ),
);
define("matvec", "x|a, y|b", (vm, a) => matmul(vm, tensorOf(vm, a), tensorOf(vm, a, "y")));
/** numpy's and Keras' dot: the last axis with the second to last, without broadcasting. */
define("dot", "x|x1, y|x2", (vm, a) => {
  const x = tensorOf(vm, a);
  const y = tensorOf(vm, a, "y");
  if (x.shape === null || y.shape === null) throw vm.giveUp("the rank of a factor of a dot product is not known");
  if (x.shape.length === 0 || y.shape.length === 0) return elementwise(vm, "mul", [x, y]);
  return y.shape.length <= 2 ? matmul(vm, x, y) : tensordot(vm, x, y, [-1], [y.shape.length - 2]);
});
define("batch_dot", "x, y, axes=None", (vm, a) => {
  const x = tensorOf(vm, a);
  const y = tensorOf(vm, a, "y");
  const axes = axesOf(vm, a["axes"], "axes");
  const [left, right] =
    axes === null
      ? [(x.shape?.length ?? 2) - 1, Math.max(1, (y.shape?.length ?? 2) - 2)]
      : axes.length === 1
        ? [axes[0], axes[0]]
        : axes;
  return batchDot(vm, x, y, left as number, right as number);
});
define("einsum", "equation|subscripts, *operands", (vm, a) =>
  einsum(vm, text(a["equation"]), tensorsOf(vm, a["operands"])),
);
define("tensordot", "x|a|x1, y|b|x2, axes=2", (vm, a) => {
  const x = tensorOf(vm, a);
  const y = tensorOf(vm, a, "y");
  const axes = a["axes"];
  if (axes?.kind === "list" || axes?.kind === "tuple") {
    const [left, right] = vm.items(axes).map((item) => axesOf(vm, item, "axes") ?? []);
    return tensordot(vm, x, y, left ?? [], right ?? left ?? []);
  }
  const count = intOf(vm, axes, "axes");
  const rank = x.shape?.length ?? count;
  return tensordot(
    vm,
    x,
    y,
    Array.from({ length: count }, (_, i) => rank - count + i),
    Array.from({ length: count }, (_, i) => i),
  );
});
define("outer", "x|x1|a, y|x2|b", (vm, a) => {
  const x = tensorOf(vm, a);
  const y = tensorOf(vm, a, "y");
  const column = viewAs(vm, x, x.shape ? [x.shape[0] ?? 1, 1] : null, x.reason);
  return elementwise(vm, "mul", [column, y]);
});

// --- convolutions ---------------------------------------------------------------------------------------------------

interface Geometry {
  strides: number[];
  dilations: number[];
  layout: Layout;
  padding: PaddingSpec;
}

/** Sizes of tf.nn: one number, one per spatial dimension, or one per dimension of the input. */
function spatialSizes(vm: Vm, value: Value | undefined, rank: number, layout: Layout, fallback = 1): number[] {
  if (isNone(value)) return new Array<number>(rank).fill(fallback);
  const sizes = dimsOf(vm, value, "strides").map((size) => {
    if (isOpaque(size as never)) throw new Unknown(size as never);
    return size as number;
  });
  if (sizes.length === rank + 2) return layout === "channels-first" ? sizes.slice(2) : sizes.slice(1, -1);
  if (sizes.length === rank) return sizes;
  return new Array<number>(rank).fill(sizes[0] ?? fallback);
}

function geometry(vm: Vm, a: Bound, rank: number): Geometry {
  const layout = layoutOf(a["data_format"]);
  const given = a["padding"];
  let padding: PaddingSpec;
  if (given?.kind === "list" || given?.kind === "tuple") {
    const pairs = vm.items(given).map((item) => {
      const [before = 0, after = 0] = dimsOf(vm, item, "padding");
      return [before, after] as const;
    });
    padding = pairs.length === rank ? pairs : layout === "channels-first" ? pairs.slice(2) : pairs.slice(1, -1);
  } else {
    if (isOpaque(given)) throw new Unknown(given);
    padding = text(given, "valid").toLowerCase() as PaddingSpec;
  }
  return {
    layout,
    padding,
    strides: spatialSizes(vm, a["strides"], rank, layout),
    dilations: spatialSizes(vm, a["dilations"], rank, layout),
  };
}

function kernelShape(vm: Vm, kernel: Tensor): readonly Dim[] {
  if (kernel.shape === null) throw new Unknown(kernel.reason ?? vm.unknown("the shape of a kernel is not known"));
  return kernel.shape;
}

function convolve(vm: Vm, input: Tensor, kernel: Tensor, how: Geometry, depthwise: boolean): Tensor {
  const shape = kernelShape(vm, kernel);
  const own = shape.at(-2) as Dim;
  const last = shape.at(-1) as Dim;
  const axis = how.layout === "channels-first" ? 1 : -1;
  const channels = input.shape?.at(axis) ?? own;
  const groups = depthwise ? own : mapDims((c, k) => (k > 0 && c % k === 0 ? c / k : 1), channels, own);
  return conv(vm, input, {
    kernel: shape.slice(0, -2),
    inChannels: depthwise ? own : mapDims((k, g) => k * g, own, groups),
    outChannels: depthwise ? mapDims((c, m) => c * m, own, last) : last,
    strides: how.strides,
    dilations: how.dilations,
    padding: how.padding,
    groups,
    layout: how.layout,
    weights: [kernel],
    hasBias: false,
  });
}

const CONV =
  "x|input|inputs, kernel|filters|filter, strides|stride=1, padding='valid', data_format=None, dilations|dilation_rate=None";
for (const rank of [1, 2, 3]) {
  define(`conv${rank}d`, CONV, (vm, a) =>
    convolve(vm, tensorOf(vm, a), tensorOf(vm, a, "kernel"), geometry(vm, a, rank), false),
  );
}
define("conv convolution", CONV, (vm, a) => {
  const kernel = tensorOf(vm, a, "kernel");
  return convolve(vm, tensorOf(vm, a), kernel, geometry(vm, a, kernelShape(vm, kernel).length - 2), false);
});
define("depthwise_conv2d depthwise_conv", CONV, (vm, a) => {
  const kernel = tensorOf(vm, a, "kernel");
  return convolve(vm, tensorOf(vm, a), kernel, geometry(vm, a, kernelShape(vm, kernel).length - 2), true);
});
define(
  "separable_conv2d separable_conv",
  "x|input|inputs, depthwise|depthwise_filter|depthwise_kernel, pointwise|pointwise_filter|pointwise_kernel, strides=1, padding='valid', data_format=None, dilations|dilation_rate=None",
  (vm, a) => {
    const depthwise = tensorOf(vm, a, "depthwise");
    const rank = kernelShape(vm, depthwise).length - 2;
    const how = geometry(vm, a, rank);
    const ones = new Array<number>(rank).fill(1);
    const middle = convolve(vm, tensorOf(vm, a), depthwise, how, true);
    return convolve(
      vm,
      middle,
      tensorOf(vm, a, "pointwise"),
      { ...how, strides: ones, dilations: ones, padding: "valid" },
      false,
    );
  },
);
define(
  "conv1d_transpose conv2d_transpose conv3d_transpose conv_transpose",
  "x|input, kernel|filters|filter, output_shape=None, strides=1, padding='valid', output_padding=None, data_format=None, dilations|dilation_rate=None",
  (vm, a) => {
    const input = tensorOf(vm, a);
    const kernel = tensorOf(vm, a, "kernel");
    const shape = kernelShape(vm, kernel);
    const how = geometry(vm, a, shape.length - 2);
    const result = convTransposed(vm, input, {
      kernel: shape.slice(0, -2),
      inChannels: shape.at(-1) as Dim,
      outChannels: shape.at(-2) as Dim,
      strides: how.strides,
      dilations: how.dilations,
      padding: how.padding,
      outputPadding: null,
      groups: 1,
      layout: how.layout,
      weights: [kernel],
      hasBias: false,
    });
    if (isNone(a["output_shape"])) return result;
    return viewAs(vm, result, dimsOf(vm, a["output_shape"], "output_shape"));
  },
);

// --- pooling --------------------------------------------------------------------------------------------------------

function poolWith(mode: PoolMode, rank: number | null): Body {
  return (vm, a) => {
    const input = tensorOf(vm, a);
    const dims = rank ?? (input.shape ? input.shape.length - 2 : 2);
    const how = geometry(vm, a, dims);
    const kernel = spatialSizes(vm, a["ksize"], dims, how.layout);
    const kind = text(a["pooling_type"] ?? a["pool_mode"]).toLowerCase();
    const chosen: PoolMode = kind.startsWith("av") ? "average" : kind === "max" ? "max" : mode;
    return pool(vm, input, chosen, {
      kernel,
      strides: isNone(a["strides"]) ? kernel : how.strides,
      padding: how.padding,
      layout: how.layout,
    });
  };
}
const POOL = "x|input|value|inputs, ksize|pool_size|window_shape, strides=None, padding='valid', data_format=None";
for (const rank of [1, 2, 3]) {
  define(`max_pool${rank}d`, POOL, poolWith("max", rank));
  define(`avg_pool${rank}d`, POOL, poolWith("average", rank));
}
define("max_pool", POOL, poolWith("max", null));
define("avg_pool average_pool", POOL, poolWith("average", null));
define(
  "pool",
  "x|input|value|inputs, ksize|pool_size|window_shape, pooling_type, strides=None, padding='valid', data_format=None",
  poolWith("max", null),
);
define(
  "pool2d",
  "x, ksize|pool_size, strides=1, padding='valid', data_format=None, pool_mode='max'",
  poolWith("max", 2),
);
define(
  "pool3d",
  "x, ksize|pool_size, strides=1, padding='valid', data_format=None, pool_mode='max'",
  poolWith("max", 3),
);

// --- images ---------------------------------------------------------------------------------------------------------

define("resize", "x|images|image, size, interpolation|method='bilinear'", (vm, a) => {
  const mode = resizeMode(text(a["interpolation"], "bilinear"));
  return resize(vm, tensorOf(vm, a), dimsOf(vm, a["size"], "size"), mode, layoutOf(a["data_format"]));
});
for (const name of ["nearest_neighbor", "bilinear", "bicubic", "area"]) {
  define(`resize_${name}`, "x|images, size", (vm, a) =>
    resize(
      vm,
      tensorOf(vm, a),
      dimsOf(vm, a["size"], "size"),
      resizeMode(name === "nearest_neighbor" ? "nearest" : name),
      "channels-last",
    ),
  );
}
define("resize_images", "x, height_factor, width_factor, data_format=None, interpolation='nearest'", (vm, a) => {
  const input = tensorOf(vm, a);
  const layout = layoutOf(a["data_format"]);
  const first = layout === "channels-first" ? 2 : 1;
  const factors = [intOf(vm, a["height_factor"], "height_factor"), intOf(vm, a["width_factor"], "width_factor")];
  const sizes = factors.map((factor, i) =>
    mapDims((n) => n * factor, input.shape?.[first + i] ?? vm.unknown("the rank of an image is not known")),
  );
  return resize(vm, input, sizes, resizeMode(text(a["interpolation"], "nearest")), layout);
});
define(
  "resize_with_pad resize_with_crop_or_pad crop_to_bounding_box central_crop_to pad_to_bounding_box",
  "x|image|images, height|target_height|offset_height, width|target_width|offset_width, target_height2|target_h=None, target_width2|target_w=None",
  (vm, a) => {
    const input = tensorOf(vm, a);
    const from = input.shape;
    if (from === null) return move(vm, "slice", [input], null);
    const height = isNone(a["target_height2"]) ? a["height"] : a["target_height2"];
    const width = isNone(a["target_width2"]) ? a["width"] : a["target_width2"];
    const [h = 1] = dimsOf(vm, height, "height");
    const [w = 1] = dimsOf(vm, width, "width");
    const first = from.length - 3;
    return move(
      vm,
      "slice",
      [input],
      from.map((dim, axis) => (axis === first ? h : axis === first + 1 ? w : dim)),
    );
  },
);
define("depth_to_space", "x|input, block_size, data_format='NHWC'", (vm, a) =>
  depthToSpace(vm, tensorOf(vm, a), intOf(vm, a["block_size"], "block_size"), layoutOf(a["data_format"])),
);
define("space_to_depth", "x|input, block_size, data_format='NHWC'", (vm, a) =>
  spaceToDepth(vm, tensorOf(vm, a), intOf(vm, a["block_size"], "block_size"), layoutOf(a["data_format"])),
);
define("pad_images", "x|images, top_padding=0, left_padding=0, bottom_padding=0, right_padding=0", (vm, a) => {
  const input = tensorOf(vm, a);
  const rows = [intOf(vm, a["top_padding"], "padding"), intOf(vm, a["bottom_padding"], "padding")] as const;
  const columns = [intOf(vm, a["left_padding"], "padding"), intOf(vm, a["right_padding"], "padding")] as const;
  const lead = (input.shape?.length ?? 4) - 3;
  return pad(vm, input, [...new Array<readonly [number, number]>(lead).fill([0, 0]), rows, columns, [0, 0]]);
});
const PASS = [
  "flip_left_right",
  "flip_up_down",
  "random_flip_left_right",
  "random_flip_up_down",
  "adjust_brightness",
  "adjust_contrast",
  "adjust_saturation",
  "adjust_hue",
  "random_brightness",
  "random_contrast",
  "random_saturation",
  "random_hue",
  "per_image_standardization",
  "convert_image_dtype",
];
for (const name of PASS)
  define(name, "x|image|images", (vm, a) =>
    name.startsWith("flip") ? reorder(vm, tensorOf(vm, a), "flip") : activation(vm, tensorOf(vm, a), name),
  );
define("rgb_to_grayscale", "x|images", (vm, a) => {
  const input = tensorOf(vm, a);
  return reduce(vm, input, "sum", { axes: [-1], keepDims: true });
});
define("grayscale_to_rgb", "x|images", (vm, a) => {
  const input = tensorOf(vm, a);
  return move(vm, "tile", [input], input.shape ? [...input.shape.slice(0, -1), 3] : null);
});
define("rot90", "x|image|images, k=1", (vm, a) => {
  const input = tensorOf(vm, a);
  const rank = input.shape?.length ?? 4;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  const first = rank - 3;
  return transpose(
    vm,
    input,
    order.map((axis) => (axis === first ? first + 1 : axis === first + 1 ? first : axis)),
  );
});

/** Windows of an image, flattened into channels. In keras.ops this is a convolution with an identity kernel, so it costs as one. */
export function extractPatches(
  vm: Vm,
  input: Tensor,
  sizes: number[],
  strides: number[],
  rates: number[],
  padding: string,
  asConvolution: boolean,
): Tensor {
  if (input.shape === null) throw new Unknown(input.reason ?? vm.unknown("the rank of an image is not known"));
  const channels = input.shape.at(-1) as Dim;
  const [height = 1, width = 1] = sizes;
  const wide = mapDims((c) => c * height * width, channels);
  const how = { padding: padding.toLowerCase() as PaddingSpec, layout: "channels-last" as const };
  if (asConvolution) {
    return conv(vm, input, {
      kernel: sizes,
      inChannels: channels,
      outChannels: wide,
      strides,
      dilations: rates,
      groups: 1,
      weights: [],
      hasBias: false,
      ...how,
    });
  }
  const windows = pool(vm, input, "max", { kernel: sizes, strides, dilations: rates, ...how });
  return move(vm, "unfold", [windows], windows.shape ? [...windows.shape.slice(0, -1), wide] : null);
}

define("extract_patches_tf", "x|images, sizes|ksizes, strides, rates, padding='VALID'", (vm, a) =>
  extractPatches(
    vm,
    tensorOf(vm, a),
    spatialSizes(vm, a["sizes"], 2, "channels-last"),
    spatialSizes(vm, a["strides"], 2, "channels-last"),
    spatialSizes(vm, a["rates"], 2, "channels-last"),
    text(a["padding"], "valid"),
    false,
  ),
);
define(
  "extract_patches_keras",
  "x|images, size, strides=None, dilation_rate=1, padding='valid', data_format=None",
  (vm, a) => {
    const size = spatialSizes(vm, a["size"], 2, "channels-last");
    const strides = isNone(a["strides"]) ? size : spatialSizes(vm, a["strides"], 2, "channels-last");
    return extractPatches(
      vm,
      tensorOf(vm, a),
      size,
      strides,
      spatialSizes(vm, a["dilation_rate"], 2, "channels-last"),
      text(a["padding"], "valid"),
      true,
    );
  },
);
/** Fourier transforms: no contraction; the shape stays, or half of the last dimension for real input. */
define("fft fft2 fft2d fft3d ifft ifft2 ifft2d ifft3d", "x|input", (vm, a) => {
  const value = a["x"] as Value;
  if (value.kind === "tuple" || value.kind === "list")
    return tuple(tensorsOf(vm, value).map((part) => activation(vm, part, "fft")));
  return activation(vm, tensorOf(vm, a), "fft", { dtype: "complex64" });
});
define("crop_and_resize", "x|image, boxes, box_indices|box_ind, crop_size", (vm, a) => {
  const input = tensorOf(vm, a);
  const boxes = toTensor(vm, a["boxes"]);
  const sizes = dimsOf(vm, a["crop_size"], "crop_size");
  return move(
    vm,
    "gather",
    [input],
    boxes.shape && input.shape ? [boxes.shape[0] ?? 1, ...sizes, input.shape.at(-1) as Dim] : null,
  );
});

// --- attention and the like -----------------------------------------------------------------------------------------

define("dot_product_attention", "query, key, value", (vm, a) => {
  const [query, key, value] = [tensorOf(vm, a, "query"), tensorOf(vm, a, "key"), tensorOf(vm, a, "value")];
  const scores = softmax(vm, einsum(vm, "btnh,bsnh->bnts", [query, key]), -1);
  return einsum(vm, "bnts,bsnh->btnh", [scores, value]);
});
for (const name of [
  "softmax_cross_entropy_with_logits",
  "sparse_softmax_cross_entropy_with_logits",
  "sigmoid_cross_entropy_with_logits",
  "categorical_crossentropy",
  "sparse_categorical_crossentropy",
  "binary_crossentropy",
  "ctc_batch_cost",
  "ctc_loss",
]) {
  define(name, "*args", (vm) => {
    throw vm.giveUp("losses are not part of inference");
  });
}
define("gradients", "*args", (vm) => {
  throw vm.giveUp("gradients are not part of inference");
});
define("rnn", "*args", (vm) => {
  throw vm.giveUp("a loop over time steps of the backend is not followed");
});
/** A function of this file by name. */
export function neuralFunction(name: string): NativeFunction | undefined {
  return table.get(name);
}
