// The functions of the core API (`tf.matMul`, `tf.conv2d`, `tf.concat` …), by their JavaScript names and orders of arguments.
import { makeObject } from "../../2-evaluate/javascript/kinds";
import { int, isNone, ListValue, type NativeFunction, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { activation } from "../../3-graph/operations/activation";
import { constant } from "../../3-graph/operations/common";
import { reshape as reshapeTensor } from "../../3-graph/operations/reshape";
import { reduce } from "../../3-graph/operations/reduce";
import { toTensor } from "../keras/convert";
import { axesOf, type Body, dimsOf, flag, fn, plainFn, tensorOf } from "../keras/define";
import { toDType } from "../keras/dtypes";
import { elementFunction } from "../keras/functions/elementwise";
import { neuralFunction } from "../keras/functions/neural";
import { shapingFunction } from "../keras/functions/shaping";
import { kerasLibrary } from "../keras/library";
import { Variable } from "../keras/tracking";
import { snake } from "./config";

const table = new Map<string, NativeFunction>();

/** The functions of Keras behind JavaScript names that are not their own names in camel case. */
const RENAMED: Readonly<Record<string, string>> = {
  matMul: "matmul",
  floorDiv: "floordiv",
  squaredDifference: "squared_difference",
  logicalAnd: "logical_and",
  logicalOr: "logical_or",
  logicalNot: "logical_not",
  logicalXor: "logical_xor",
  greaterEqual: "greater_equal",
  lessEqual: "less_equal",
  notEqual: "not_equal",
  clipByValue: "clip_by_value",
  addN: "add_n",
  expandDims: "expand_dims",
  batchNorm: "batch_normalization",
  batchNorm2d: "batch_normalization",
  batchNorm3d: "batch_normalization",
  batchNorm4d: "batch_normalization",
  argMax: "argmax",
  argMin: "argmin",
  cumsum: "cumsum",
  broadcastTo: "broadcast_to",
  gatherND: "gather_nd",
  booleanMaskAsync: "boolean_mask",
  depthToSpace: "depth_to_space",
  spaceToDepth: "space_to_depth",
  batchToSpaceND: "batch_to_space",
  localResponseNormalization: "lrn",
  leakyRelu: "leaky_relu",
  logSigmoid: "log_sigmoid",
  logSoftmax: "log_softmax",
  isNaN: "isnan",
  isInf: "isinf",
  isFinite: "isfinite",
  zerosLike: "zeros_like",
  onesLike: "ones_like",
  logSumExp: "logsumexp",
  euclideanNorm: "norm",
  atan2: "atan2",
  neg: "neg",
  outerProduct: "outer",
};

function define(names: string, signature: string, body: Body): void {
  for (const name of names.split(" ")) table.set(name, fn(name, signature, body));
}

function call(name: string, vm: Vm, positional: Value[], keywords: [string, Value | undefined][] = []): Value {
  const target = neuralFunction(name) ?? shapingFunction(name) ?? (elementFunction(name) as NativeFunction);
  const given = keywords.filter((entry): entry is [string, Value] => entry[1] !== undefined && !isNone(entry[1]));
  return target.call(vm, { positional, keywords: new Map(given), unknown: null });
}

const TENSOR_SIGNATURE = "values, shape=undefined, dtype=undefined";

/** `tf.tensor(values, shape, dtype)`. */
const makeTensor: Body = (vm, a) => {
  const dtype = isNone(a["dtype"]) ? undefined : toDType(a["dtype"], "float32");
  if (!isNone(a["shape"])) {
    const dims = dimsOf(vm, a["shape"], "shape");
    const values = a["values"];
    const known = values?.kind === "list" && values.taint === null ? toTensor(vm, values, dtype) : null;
    return constant(kerasLibrary, dims, dtype ?? known?.dtype ?? "float32", known?.data ?? null);
  }
  const tensor = toTensor(vm, a["values"], dtype);
  // JavaScript has one kind of number: whole ones are floats here too.
  return dtype === undefined && tensor.dtype === "int32"
    ? constant(kerasLibrary, tensor.shape, "float32", tensor.data)
    : tensor;
};
for (const name of ["tensor", "tensor1d", "tensor2d", "tensor3d", "tensor4d", "tensor5d", "tensor6d"])
  table.set(name, plainFn(name, TENSOR_SIGNATURE, makeTensor));
table.set(
  "scalar",
  plainFn("scalar", "value, dtype=undefined", (_vm, a) =>
    constant(
      kerasLibrary,
      [],
      toDType(a["dtype"], "float32"),
      a["value"]?.kind === "number" ? [a["value"].value] : null,
    ),
  ),
);
for (const name of [
  "randomNormal",
  "randomUniform",
  "truncatedNormal",
  "randomGamma",
  "randomStandardNormal",
  "randomUniformInt",
  "rand",
]) {
  table.set(
    name,
    plainFn(name, "shape, *args", (vm, a) => constant(kerasLibrary, dimsOf(vm, a["shape"], "shape"), "float32")),
  );
}
for (const name of ["zeros", "ones"]) {
  table.set(
    name,
    plainFn(name, "shape, dtype=undefined", (vm, a) => call(name, vm, [a["shape"] as Value], [["dtype", a["dtype"]]])),
  );
}
table.set(
  "fill",
  plainFn("fill", "shape, value, dtype=undefined", (vm, a) =>
    call("fill", vm, [a["shape"] as Value, a["value"] as Value], [["dtype", a["dtype"]]]),
  ),
);
table.set(
  "variable",
  plainFn("variable", "initialValue, trainable=true, name=undefined", (vm, a) => {
    const from = toTensor(vm, a["initialValue"]);
    const variable = new Variable(from.shape, from.dtype, kerasLibrary, from.reason);
    variable.declared = flag(vm, a["trainable"]);
    return variable;
  }),
);
table.set(
  "range",
  plainFn("range", "start, stop, step=1, dtype=undefined", (vm, a) =>
    call("range", vm, [a["start"] as Value, a["stop"] as Value, a["step"] as Value]),
  ),
);
table.set(
  "linspace",
  plainFn("linspace", "start, stop, num", (vm, a) =>
    call("linspace", vm, [a["start"] as Value, a["stop"] as Value, a["num"] as Value]),
  ),
);
table.set(
  "eye",
  plainFn("eye", "rows, columns=undefined, *args", (vm, a) =>
    call("eye", vm, [a["rows"] as Value], [["columns", a["columns"]]]),
  ),
);

// Orders of arguments and defaults that differ from Keras.
define("concat", "x|tensors, axis=0", (vm, a) => call("concat", vm, [a["x"] as Value, a["axis"] as Value]));
for (let rank = 1; rank <= 4; rank++)
  define(`concat${rank}d`, "x|tensors, axis=0", (vm, a) => call("concat", vm, [a["x"] as Value, a["axis"] as Value]));
define("expandDims", "x, axis=0", (vm, a) => call("expand_dims", vm, [a["x"] as Value, a["axis"] as Value]));
define("unstack", "x, axis=0", (vm, a) => call("unstack", vm, [a["x"] as Value], [["axis", a["axis"]]]));
define("gather", "x, indices, axis=0, batchDims=0", (vm, a) => {
  const indices = toTensor(vm, a["indices"], "int32");
  return call(
    "gather",
    vm,
    [a["x"] as Value, indices],
    [
      ["axis", a["axis"]],
      ["batch_dims", a["batchDims"]],
    ],
  );
});
define("slice", "x, begin, size=undefined", (vm, a) => {
  const input = tensorOf(vm, a);
  const rank = input.shape?.length ?? 1;
  const pad = (value: Value | undefined, fill: number): Value => {
    const dims = isNone(value) ? [] : dimsOf(vm, value, "slice");
    return new ListValue(
      Array.from({ length: rank }, (_, i) => {
        const dim = dims[i] ?? fill;
        return typeof dim === "number" ? int(dim) : dim;
      }),
    );
  };
  return call("slice", vm, [input, pad(a["begin"], 0), pad(a["size"], -1)]);
});
for (let rank = 1; rank <= 4; rank++) table.set(`slice${rank}d`, table.get("slice") as NativeFunction);
define("oneHot", "x|indices, depth, onValue=1, offValue=0, dtype=undefined", (vm, a) =>
  call("one_hot", vm, [a["x"] as Value, a["depth"] as Value]),
);
define("pad", "x, paddings, constantValue=0", (vm, a) => call("pad", vm, [a["x"] as Value, a["paddings"] as Value]));
for (let rank = 1; rank <= 4; rank++) table.set(`pad${rank}d`, table.get("pad") as NativeFunction);
define("argMax", "x, axis=0", (vm, a) =>
  reduce(vm, tensorOf(vm, a), "argmax", { axes: axesOf(vm, a["axis"]), dtype: "int32" }),
);
define("argMin", "x, axis=0", (vm, a) =>
  reduce(vm, tensorOf(vm, a), "argmin", { axes: axesOf(vm, a["axis"]), dtype: "int32" }),
);
define("norm", "x, ord='euclidean', axis=undefined, keepDims=false", (vm, a) =>
  reduce(vm, tensorOf(vm, a), "norm", { axes: axesOf(vm, a["axis"]), keepDims: flag(vm, a["keepDims"]) }),
);
define("moments", "x, axis=undefined, keepDims=false", (vm, a) => {
  const spec = { axes: axesOf(vm, a["axis"]), keepDims: flag(vm, a["keepDims"]) };
  return makeObject([
    ["mean", reduce(vm, tensorOf(vm, a), "mean", spec)],
    ["variance", reduce(vm, tensorOf(vm, a), "var", spec)],
  ]);
});
define("matMul", "x|a, y|b, transposeA=false, transposeB=false", (vm, a) =>
  call("matmul", vm, [a["x"] as Value, a["y"] as Value, a["transposeA"] as Value, a["transposeB"] as Value]),
);
define("dot", "x|t1, y|t2", (vm, a) => call("dot", vm, [a["x"] as Value, a["y"] as Value]));
define("einsum", "equation, *operands", (vm, a) =>
  call("einsum", vm, [a["equation"] as Value, ...vm.items(a["operands"] as Value)]),
);
const conv =
  (rank: number): Body =>
  (vm, a) =>
    call(
      `conv${rank}d`,
      vm,
      [a["x"] as Value, a["filter"] as Value],
      [
        ["strides", a["strides"]],
        ["padding", a["pad"]],
        ["data_format", a["dataFormat"]],
        ["dilations", a["dilations"]],
      ],
    );
define("conv1d", "x, filter, strides, pad, dataFormat='NWC', dilations=1", conv(1));
define("conv2d", "x, filter, strides, pad, dataFormat='NHWC', dilations=undefined, dimRoundingMode=undefined", conv(2));
define("conv3d", "x, filter, strides, pad, dataFormat='NDHWC', dilations=undefined", conv(3));
define("depthwiseConv2d", "x, filter, strides, pad, dataFormat='NHWC', dilations=undefined", (vm, a) =>
  call(
    "depthwise_conv2d",
    vm,
    [a["x"] as Value, a["filter"] as Value],
    [
      ["strides", a["strides"]],
      ["padding", a["pad"]],
      ["data_format", a["dataFormat"]],
      ["dilations", a["dilations"]],
    ],
  ),
);
define("separableConv2d", "x, depthwise, pointwise, strides, pad, dilations=undefined, dataFormat='NHWC'", (vm, a) =>
  call(
    "separable_conv2d",
    vm,
    [a["x"] as Value, a["depthwise"] as Value, a["pointwise"] as Value],
    [
      ["strides", a["strides"]],
      ["padding", a["pad"]],
      ["dilations", a["dilations"]],
    ],
  ),
);
define("conv2dTranspose conv3dTranspose", "x, filter, outputShape, strides, pad", (vm, a) =>
  call(
    "conv_transpose",
    vm,
    [a["x"] as Value, a["filter"] as Value],
    [
      ["output_shape", a["outputShape"]],
      ["strides", a["strides"]],
      ["padding", a["pad"]],
    ],
  ),
);
for (const [name, target] of [
  ["maxPool", "max_pool"],
  ["avgPool", "avg_pool"],
  ["maxPool3d", "max_pool"],
  ["avgPool3d", "avg_pool"],
] as const) {
  define(name, "x, filterSize, strides, pad, dimRoundingMode=undefined", (vm, a) =>
    call(
      target,
      vm,
      [a["x"] as Value],
      [
        ["ksize", a["filterSize"]],
        ["strides", a["strides"]],
        ["padding", a["pad"]],
      ],
    ),
  );
}
define("reshapeAs", "x, y", (vm, a) => reshapeTensor(vm, tensorOf(vm, a), tensorOf(vm, a, "y").shape ?? [-1]));
define("as1D flatten", "x", (vm, a) => reshapeTensor(vm, tensorOf(vm, a), [-1]));
define("asScalar", "x", (vm, a) => reshapeTensor(vm, tensorOf(vm, a), []));
for (let rank = 2; rank <= 5; rank++)
  define(`as${rank}D`, "x, *dims", (vm, a) => reshapeTensor(vm, tensorOf(vm, a), dimsOf(vm, a["dims"], "shape")));
define("stack", "x|tensors, axis=0", (vm, a) => call("stack", vm, [a["x"] as Value, a["axis"] as Value]));
define("split", "x, numOrSizeSplits, axis=0", (vm, a) =>
  call("split", vm, [a["x"] as Value, a["numOrSizeSplits"] as Value, a["axis"] as Value]),
);
define("tile", "x, reps", (vm, a) => call("tile", vm, [a["x"] as Value, a["reps"] as Value]));
define("reverse", "x, axis=undefined", (vm, a) => call("reverse", vm, [a["x"] as Value]));
for (let rank = 1; rank <= 4; rank++) table.set(`reverse${rank}d`, table.get("reverse") as NativeFunction);
define("where", "condition, x|a, y|b", (vm, a) =>
  call("where", vm, [a["condition"] as Value, a["x"] as Value, a["y"] as Value]),
);
define("topk", "x, k=1, sorted=true", (vm, a) => {
  const [values, indices] = vm.items(call("top_k", vm, [a["x"] as Value, a["k"] as Value]));
  return makeObject([
    ["values", values as Value],
    ["indices", indices as Value],
  ]);
});
define("prelu", "x, alpha", (vm, a) =>
  activation(vm, tensorOf(vm, a), "prelu", { operands: [tensorOf(vm, a, "alpha")] }),
);
define("dropout", "x, *args", (vm, a) => tensorOf(vm, a));
define("softmax", "x, dim=-1", (vm, a) => call("softmax", vm, [a["x"] as Value, a["dim"] as Value]));
define("logSoftmax", "x, axis=-1", (vm, a) => call("log_softmax", vm, [a["x"] as Value, a["axis"] as Value]));
define(
  "batchNorm batchNorm2d batchNorm3d batchNorm4d batchNormalization",
  "x, mean, variance, offset=undefined, scale=undefined",
  (vm, a) =>
    call("batch_normalization", vm, [
      a["x"] as Value,
      a["mean"] as Value,
      a["variance"] as Value,
      a["offset"] as Value,
      a["scale"] as Value,
    ]),
);
const IMAGE: Readonly<Record<string, string>> = {
  resizeBilinear: "resize_bilinear",
  resizeNearestNeighbor: "resize_nearest_neighbor",
  flipLeftRight: "flip_left_right",
  grayscaleToRGB: "grayscale_to_rgb",
  rgbToGrayscale: "rgb_to_grayscale",
  cropAndResize: "crop_and_resize",
};

/** A function of `tf.image`. */
export function imageFunction(name: string): NativeFunction | undefined {
  const target = IMAGE[name];
  return target === undefined ? undefined : neuralFunction(target);
}

/** A core function by its JavaScript name. */
export function coreFunction(name: string): NativeFunction | undefined {
  const own = table.get(name);
  if (own) return own;
  const target = RENAMED[name] ?? name;
  return (
    neuralFunction(target) ??
    shapingFunction(target) ??
    elementFunction(target) ??
    elementFunction(snake(target)) ??
    shapingFunction(snake(target))
  );
}
