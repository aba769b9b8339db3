// Functions that reduce, reshape, join, cut, gather and make tensors, under the names of TensorFlow, keras.ops and keras.backend.
// Where the libraries disagree about the order of arguments, each has its own signature.
import { type Bound, toNumber } from "../../../2-evaluate/native";
import { Unknown } from "../../../2-evaluate/signals";
import {
  isNone,
  isOpaque,
  ListValue,
  type NativeFunction,
  NONE,
  NumberValue,
  tuple,
  type Value,
} from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { activation, identity } from "../../../3-graph/operations/activation";
import { constant, positiveAxis } from "../../../3-graph/operations/common";
import { arange, eye, filled, linspace } from "../../../3-graph/operations/create";
import { elementwise } from "../../../3-graph/operations/elementwise";
import { embedding } from "../../../3-graph/operations/embedding";
import { index, type IndexItem } from "../../../3-graph/operations/index";
import { concat, split, splitEqually, stack } from "../../../3-graph/operations/join";
import {
  cast,
  gatherAlong,
  move,
  pad,
  repeatEach,
  reorder,
  scatter,
  take,
  tile,
} from "../../../3-graph/operations/move";
import { cumulative, reduce, type Reduction, sort } from "../../../3-graph/operations/reduce";
import {
  expand,
  moveAxes,
  reshape,
  squeeze,
  swapAxes,
  transpose,
  unsqueeze,
  viewAs,
} from "../../../3-graph/operations/reshape";
import { type Dim, elements, mapDims } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import { toTensor } from "../convert";
import { axesOf, type Body, dimsOf, flag, fn, intOf, plainFn, tensorOf, tensorsOf } from "../define";
import { toDType } from "../dtypes";
import { kerasLibrary } from "../library";
import { DynamicShape } from "./dynamic-shape";

const table = new Map<string, NativeFunction>();

function define(names: string, signature: string, body: Body): void {
  for (const name of names.split(" ")) table.set(name, fn(name, signature, body));
}

/** A function that makes constants and needs no node. */
function constantFn(names: string, signature: string, body: Body): void {
  for (const name of names.split(" ")) table.set(name, plainFn(name, signature, body));
}

// --- reductions -----------------------------------------------------------------------------------------------------

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  reduce_sum: "sum",
  reduce_mean: "mean",
  reduce_max: "max",
  reduce_min: "min",
  reduce_prod: "prod",
  reduce_any: "any",
  reduce_all: "all",
  reduce_std: "std",
  reduce_variance: "var",
  reduce_logsumexp: "logsumexp",
  reduce_euclidean_norm: "norm",
  count_nonzero: "sum",
  sum: "sum",
  mean: "mean",
  max: "max",
  min: "min",
  prod: "prod",
  any: "any",
  all: "all",
  std: "std",
  var: "var",
  variance: "var",
  logsumexp: "logsumexp",
  amax: "max",
  amin: "min",
  median: "mean",
  nansum: "sum",
  nanmean: "mean",
};
for (const [name, reduction] of Object.entries(REDUCTIONS)) {
  define(name, "x|input_tensor|tensor|a|input, axis|reduction_indices=None, keepdims|keep_dims=False", (vm, a) =>
    reduce(vm, tensorOf(vm, a), reduction, { axes: axesOf(vm, a["axis"]), keepDims: flag(vm, a["keepdims"]) }),
  );
}
for (const name of ["argmax", "argmin"] as const) {
  define(name, "x|input, axis|dimension=None, keepdims=False", (vm, a) =>
    reduce(vm, tensorOf(vm, a), name, {
      axes: isNone(a["axis"]) ? [0] : axesOf(vm, a["axis"]),
      keepDims: flag(vm, a["keepdims"]),
      dtype: "int64",
    }),
  );
}
define("cumsum cumprod", "x, axis=0", (vm, a) =>
  cumulative(vm, tensorOf(vm, a), isNone(a["axis"]) ? 0 : intOf(vm, a["axis"], "axis")),
);
define("norm", "x|tensor, ord=None, axis=None, keepdims=False", (vm, a) =>
  reduce(vm, tensorOf(vm, a), "norm", { axes: axesOf(vm, a["axis"]), keepDims: flag(vm, a["keepdims"]) }),
);
define("moments", "x, axes, shift=None, keepdims|keep_dims=False", (vm, a) => {
  const spec = { axes: axesOf(vm, a["axes"]), keepDims: flag(vm, a["keepdims"]) };
  return tuple([reduce(vm, tensorOf(vm, a), "mean", spec), reduce(vm, tensorOf(vm, a), "var", spec)]);
});

// --- shape ----------------------------------------------------------------------------------------------------------

define("reshape", "x|tensor, shape|newshape", (vm, a) => {
  const input = tensorOf(vm, a);
  const target = dimsOf(vm, a["shape"], "shape");
  // None stands for the free batch; a second one cannot be inferred.
  return reshape(vm, input, target);
});
define("flatten", "x", (vm, a) => reshape(vm, tensorOf(vm, a), [-1]));
define("ravel", "x", (vm, a) => reshape(vm, tensorOf(vm, a), [-1]));
define("batch_flatten", "x", (vm, a) => {
  const input = tensorOf(vm, a);
  return input.shape === null
    ? viewAs(vm, input, null, input.reason)
    : viewAs(vm, input, [input.shape[0] ?? 1, elements(input.shape.slice(1))]);
});
define("transpose permute_dimensions", "x|a, axes|perm|pattern=None", (vm, a) => {
  const input = tensorOf(vm, a);
  const order = axesOf(vm, a["axes"]) ?? (input.shape ?? []).map((_, axis) => axis).reverse();
  return transpose(vm, input, order);
});
define("matrix_transpose", "x|a", (vm, a) => swapAxes(vm, tensorOf(vm, a), -1, -2));
define("swapaxes", "x, axis1, axis2", (vm, a) =>
  swapAxes(vm, tensorOf(vm, a), intOf(vm, a["axis1"], "axis1"), intOf(vm, a["axis2"], "axis2")),
);
define("moveaxis", "x|a, source, destination", (vm, a) =>
  moveAxes(vm, tensorOf(vm, a), axesOf(vm, a["source"]) ?? [], axesOf(vm, a["destination"]) ?? []),
);
define("expand_dims", "x|input, axis|dim=-1", (vm, a) => {
  let input = tensorOf(vm, a);
  for (const axis of axesOf(vm, a["axis"]) ?? []) input = unsqueeze(vm, input, axis);
  return input;
});
define("squeeze", "x|input, axis|squeeze_dims=None", (vm, a) => {
  const input = tensorOf(vm, a);
  const axes = axesOf(vm, a["axis"]);
  if (axes !== null) return squeeze(vm, input, axes, true);
  // The batch may have any size, so squeezing "all" must not take it.
  if (input.freeBatch && input.shape)
    return squeeze(
      vm,
      input,
      input.shape.flatMap((dim, axis) => (axis > 0 && dim === 1 ? [axis] : [])),
    );
  return squeeze(vm, input, null);
});
define("broadcast_to", "x|input, shape", (vm, a) => expand(vm, tensorOf(vm, a), dimsOf(vm, a["shape"], "shape")));
define("tile", "x|input, repeats|multiples|n", (vm, a) => {
  const input = tensorOf(vm, a);
  let counts = dimsOf(vm, a["repeats"], "repeats");
  const rank = input.shape?.length ?? counts.length;
  while (counts.length < rank) counts = [1, ...counts];
  return tile(vm, input, counts);
});
define("repeat", "x|input, repeats, axis=None", (vm, a) => {
  const counts = dimsOf(vm, a["repeats"], "repeats");
  if (counts.length > 1) {
    const total = counts.reduce((sum: Dim, count) => mapDims((s, c) => s + c, sum, count), 0);
    const input = tensorOf(vm, a);
    if (isNone(a["axis"]) || input.shape === null) return move(vm, "tile", [input], [total]);
    const at = positiveAxis(vm, input, intOf(vm, a["axis"], "axis"));
    return move(
      vm,
      "tile",
      [input],
      input.shape.map((dim, axis) => (axis === at ? total : dim)),
    );
  }
  return repeatEach(vm, tensorOf(vm, a), counts[0] as Dim, isNone(a["axis"]) ? null : intOf(vm, a["axis"], "axis"));
});
define("repeat_elements", "x, rep, axis", (vm, a) =>
  repeatEach(vm, tensorOf(vm, a), intOf(vm, a["rep"], "rep"), intOf(vm, a["axis"], "axis")),
);
define("reverse flip", "x|tensor|m, axis|axes=None", (vm, a) => reorder(vm, tensorOf(vm, a), "flip"));
define("roll", "x|input, shift, axis=None", (vm, a) => reorder(vm, tensorOf(vm, a), "roll"));
define("cast saturate_cast", "x, dtype", (vm, a) => cast(vm, tensorOf(vm, a), toDType(a["dtype"], "float32")));
define("identity stop_gradient ensure_shape guarantee_const", "x|input|variable", (vm, a) =>
  identity(vm, tensorOf(vm, a), "identity"),
);
define("pad", "x|tensor|array, pad_width|paddings, mode='constant'", (vm, a) => {
  const input = tensorOf(vm, a);
  return pad(vm, input, padsOf(vm, a["pad_width"], input.shape?.length ?? 0));
});
define("temporal_padding", "x, padding=(1, 1)", (vm, a) =>
  pad(vm, tensorOf(vm, a), [[0, 0], pairOf(vm, a["padding"]), [0, 0]]),
);
define("spatial_2d_padding", "x, padding, data_format=None", (vm, a) => {
  const pairs = vm.items(a["padding"] as Value).map((item) => pairOf(vm, item));
  const first = a["data_format"]?.kind === "string" && a["data_format"].value === "channels_first";
  const none = [0, 0] as const;
  return pad(vm, tensorOf(vm, a), first ? [none, none, ...pairs] : [none, ...pairs, none]);
});

function pairOf(vm: Vm, value: Value | undefined): readonly [Dim, Dim] {
  const dims = dimsOf(vm, value, "padding");
  return [dims[0] ?? 0, dims[1] ?? dims[0] ?? 0];
}

function padsOf(vm: Vm, value: Value | undefined, rank: number): (readonly [Dim, Dim])[] {
  if (value instanceof Tensor && value.data && value.shape?.length === 2) {
    const { data } = value;
    return Array.from({ length: data.length / 2 }, (_, i) => [data[2 * i] as Dim, data[2 * i + 1] as Dim] as const);
  }
  if (value?.kind === "number") return Array.from({ length: rank }, () => [value.value, value.value] as const);
  if (isOpaque(value)) throw new Unknown(value);
  const items = vm.items(value as Value);
  if (items.every((item) => item.kind === "number") && items.length === 2) {
    const pair = pairOf(vm, value);
    return Array.from({ length: rank }, () => pair);
  }
  return items.map((item) => pairOf(vm, item));
}

constantFn("shape", "x|input|tensor", (vm, a) => dynamicShape(vm, toTensor(vm, a["x"])));
constantFn(
  "shape_n",
  "x|input",
  (vm, a) => new ListValue(tensorsOf(vm, a["x"]).map((tensor) => dynamicShape(vm, tensor))),
);
constantFn("int_shape", "x", (vm, a) => vm.getAttribute(toTensor(vm, a["x"]), "shape"));
constantFn("ndim rank", "x|input", (vm, a) => vm.getAttribute(toTensor(vm, a["x"]), "ndim"));
constantFn("size", "x|input", (vm, a) => {
  const { shape, reason } = toTensor(vm, a["x"]);
  if (shape === null) throw new Unknown(reason ?? vm.unknown("the size of a tensor is not known"));
  const size = elements(shape);
  return typeof size === "number" ? constantInt(size) : size;
});
constantFn("dtype", "x", (vm, a) => vm.getAttribute(toTensor(vm, a["x"]), "dtype"));

function constantInt(value: number): Value {
  return new NumberValue(value, false);
}

function dynamicShape(vm: Vm, tensor: Tensor): Value {
  if (tensor.shape === null) throw new Unknown(tensor.reason ?? vm.unknown("the rank of a tensor is not known"));
  return new DynamicShape([...tensor.shape]);
}

// --- joining and cutting --------------------------------------------------------------------------------------------

define("concat concatenate", "x|xs|values|tensors|arrays, axis=-1", (vm, a) => {
  const value = a["x"] as Value;
  const shapes = DynamicShape.join(vm, value);
  if (shapes) return shapes;
  return concat(vm, tensorsOf(vm, value), intOf(vm, a["axis"], "axis"));
});
define("stack", "x|values|arrays, axis=0", (vm, a) => {
  const items = vm.items(a["x"] as Value);
  if (items.some((item) => item.kind === "number") && items.every((item) => item.kind === "number" || isOpaque(item)))
    return DynamicShape.of(vm, items);
  return stack(
    vm,
    items.map((item) => toTensor(vm, item)),
    intOf(vm, a["axis"], "axis"),
  );
});
const stackAlong =
  (axis: number): Body =>
  (vm, a) => {
    const tensors = tensorsOf(vm, a["x"]);
    return concat(vm, tensors, (tensors[0]?.shape?.length ?? 2) <= axis ? 0 : axis);
  };
define("hstack", "x|xs", stackAlong(1));
define("vstack", "x|xs", stackAlong(0));
define("unstack", "x|value, num=None, axis=0", (vm, a) => {
  const value = a["x"] as Value;
  if (value instanceof DynamicShape) return new ListValue(value.iterate());
  const input = toTensor(vm, value);
  const axis = intOf(vm, a["axis"], "axis");
  const size = input.shape?.[positiveAxis(vm, input, axis)];
  if (typeof size !== "number") throw vm.giveUp("a dimension that is not known is taken apart");
  const at = positiveAxis(vm, input, axis);
  const all: IndexItem = { kind: "slice", lower: null, upper: null, step: 1 };
  return new ListValue(
    Array.from({ length: size }, (_, i) =>
      index(vm, input, [...new Array<IndexItem>(at).fill(all), { kind: "position", at: i }]),
    ),
  );
});
define("split", "x|value, count|num_or_size_splits|indices_or_sections, axis=0", (vm, a) => {
  const input = tensorOf(vm, a);
  const axis = intOf(vm, a["axis"], "axis");
  const count = a["count"] as Value;
  if (count.kind === "number") return new ListValue(splitEqually(vm, input, count.value, axis));
  const sizes = dimsOf(vm, count, "num_or_size_splits");
  const open = sizes.indexOf(-1);
  if (open >= 0 && input.shape) {
    const rest = sizes.filter((_, i) => i !== open).reduce((sum: Dim, size) => mapDims((s, n) => s + n, sum, size), 0);
    sizes[open] = mapDims((whole, used) => whole - used, input.shape[positiveAxis(vm, input, axis)] as Dim, rest);
  }
  return new ListValue(split(vm, input, sizes, axis));
});
define("slice", "x|input_|input|inputs, begin|start_indices, size|shape", (vm, a) => {
  const input = tensorOf(vm, a);
  const begin = dimsOf(vm, a["begin"], "begin");
  const size = dimsOf(vm, a["size"], "size");
  if (input.shape === null) return move(vm, "slice", [input], null);
  return move(
    vm,
    "slice",
    [input],
    input.shape.map((whole, axis) => {
      const count = size[axis] ?? -1;
      return count === -1 ? mapDims((n, b) => n - b, whole, begin[axis] ?? 0) : count;
    }),
  );
});
define("strided_slice", "x|input_|input, begin, end, strides=None", (vm, a) => {
  const begin = dimsOf(vm, a["begin"], "begin");
  const end = dimsOf(vm, a["end"], "end");
  const strides = isNone(a["strides"]) ? begin.map(() => 1) : dimsOf(vm, a["strides"], "strides");
  if (
    ["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"].some(
      (name) => a[name] !== undefined,
    )
  ) {
    throw vm.giveUp("strided_slice with masks is not modelled");
  }
  return index(
    vm,
    tensorOf(vm, a),
    begin.map((lower, i) => ({ kind: "slice", lower, upper: end[i] as Dim, step: strides[i] as Dim })),
  );
});
define("gather", "x|params|reference, indices, validate_indices=None, axis=0, batch_dims=0", (vm, a) =>
  take(
    vm,
    tensorOf(vm, a),
    toTensor(vm, a["indices"], "int32"),
    isNone(a["axis"]) ? 0 : intOf(vm, a["axis"], "axis"),
    intOf(vm, a["batch_dims"], "batch_dims"),
  ),
);
define("take", "x, indices, axis=None", (vm, a) => {
  const input = tensorOf(vm, a);
  return isNone(a["axis"])
    ? take(vm, reshape(vm, input, [-1]), toTensor(vm, a["indices"], "int32"), 0)
    : take(vm, input, toTensor(vm, a["indices"], "int32"), intOf(vm, a["axis"], "axis"));
});
define("take_along_axis", "x, indices, axis=-1", (vm, a) =>
  gatherAlong(vm, tensorOf(vm, a), toTensor(vm, a["indices"], "int32"), intOf(vm, a["axis"], "axis")),
);
define("gather_nd", "x|params, indices, batch_dims=0", (vm, a) => {
  const input = tensorOf(vm, a);
  const indices = toTensor(vm, a["indices"], "int32");
  const depth = indices.shape?.at(-1);
  if (input.shape === null || !indices.shape || typeof depth !== "number")
    return move(vm, "gather", [input, indices], null);
  const batch = intOf(vm, a["batch_dims"], "batch_dims");
  return move(
    vm,
    "gather",
    [input, indices],
    [...indices.shape.slice(0, -1), ...input.shape.slice(batch + depth)],
    input.dtype,
  );
});
define("embedding_lookup", "params, ids|x", (vm, a) =>
  embedding(vm, toTensor(vm, a["ids"], "int32"), tensorOf(vm, a, "params")),
);
define("boolean_mask", "x|tensor, mask", (vm, a) => {
  const input = tensorOf(vm, a);
  const mask = toTensor(vm, a["mask"]);
  const rank = mask.shape?.length ?? 1;
  return move(
    vm,
    "gather",
    [input, mask],
    input.shape ? [vm.unknown("the number of elements a mask selects is not known"), ...input.shape.slice(rank)] : null,
    input.dtype,
  );
});
define("scatter_nd", "indices, updates|values, shape", (vm, a) =>
  move(vm, "scatter", [tensorOf(vm, a, "updates")], dimsOf(vm, a["shape"], "shape")),
);
define("scatter", "indices, values, shape", (vm, a) =>
  move(vm, "scatter", [tensorOf(vm, a, "values")], dimsOf(vm, a["shape"], "shape")),
);
define(
  "tensor_scatter_nd_update tensor_scatter_nd_add scatter_update slice_update",
  "x|tensor|inputs, indices|start_indices, updates",
  (vm, a) => scatter(vm, tensorOf(vm, a), [toTensor(vm, a["updates"])]),
);
define("one_hot", "x|indices, depth|num_classes, on_value=None, off_value=None, axis=-1", (vm, a) => {
  const input = toTensor(vm, a["x"], "int32");
  const [depth = 0] = dimsOf(vm, a["depth"], "depth");
  if (input.shape === null) return move(vm, "gather", [input], null);
  const axis = intOf(vm, a["axis"], "axis");
  const at = axis < 0 ? axis + input.shape.length + 1 : axis;
  return move(vm, "gather", [input], [...input.shape.slice(0, at), depth, ...input.shape.slice(at)], "float32");
});
define("multi_hot", "x|inputs, num_classes, axis=-1", (vm, a) => {
  const input = toTensor(vm, a["x"], "int32");
  const [depth = 0] = dimsOf(vm, a["num_classes"], "num_classes");
  return move(vm, "gather", [input], input.shape ? [...input.shape.slice(0, -1), depth] : null, "float32");
});
define("sort argsort", "x|values, axis=-1", (vm, a) => sort(vm, tensorOf(vm, a), intOf(vm, a["axis"], "axis"))[0]);
define("top_k", "x|input, k=1, sorted=True", (vm, a) => {
  const [count = 1] = dimsOf(vm, a["k"], "k");
  return tuple(sort(vm, tensorOf(vm, a), -1, count));
});
define("diag diag_part linalg_diag", "x|diagonal", (vm, a) => {
  const input = tensorOf(vm, a);
  const last = input.shape?.at(-1);
  return move(vm, "scatter", [input], input.shape && last !== undefined ? [...input.shape, last] : null);
});
define("tril triu", "x, k=0", (vm, a) => activation(vm, tensorOf(vm, a), "mask"));
define("band_part", "x|input, num_lower, num_upper", (vm, a) => activation(vm, tensorOf(vm, a), "mask"));
define("sequence_mask", "x|lengths, maxlen=None", (vm, a) => {
  const input = tensorOf(vm, a);
  const [length] = isNone(a["maxlen"])
    ? [vm.unknown("the longest length of a sequence mask is not known")]
    : dimsOf(vm, a["maxlen"], "maxlen");
  return move(vm, "gather", [input], input.shape ? [...input.shape, length as Dim] : null, "bool");
});
define("meshgrid", "*x", (vm, a) => {
  const parts = tensorsOf(vm, a["x"]);
  const sizes = parts.map((part) =>
    part.shape ? elements(part.shape) : vm.unknown("the rank of a tensor is not known"),
  );
  const swapped =
    a["indexing"]?.kind === "string" && a["indexing"].value === "ij"
      ? sizes
      : [...sizes.slice(0, 2).reverse(), ...sizes.slice(2)];
  return new ListValue(parts.map((part) => move(vm, "tile", [part], swapped)));
});

// --- making ---------------------------------------------------------------------------------------------------------

const fill =
  (value: number | null): Body =>
  (vm, a) => {
    const shape = dimsOf(vm, a["shape"], "shape");
    if (shape.some((dim) => typeof dim === "number" && dim < 0))
      throw vm.error("ValueError", "a tensor cannot be made with a dimension of None or below 0");
    return filled(kerasLibrary, shape, toDType(a["dtype"], "float32"), value);
  };
constantFn("zeros", "shape, dtype=None", fill(0));
constantFn("ones", "shape, dtype=None", fill(1));
constantFn("empty", "shape, dtype=None", fill(null));
constantFn("random_normal random_uniform truncated_normal", "shape, *args", fill(null));
constantFn("fill full", "shape|dims, value|fill_value, dtype=None", (vm, a) =>
  fill(a["value"]?.kind === "number" ? a["value"].value : null)(vm, a),
);
const like =
  (value: number): Body =>
  (vm, a) => {
    const input = tensorOf(vm, a);
    if (input.shape === null) return constant(kerasLibrary, null, input.dtype, null, input.reason);
    const made = filled(kerasLibrary, input.shape, toDType(a["dtype"], input.dtype), value);
    made.freeBatch = input.freeBatch;
    return made;
  };
define("zeros_like", "x|input, dtype=None", like(0));
define("ones_like", "x|input, dtype=None", like(1));
define("full_like", "x|input, value|fill_value, dtype=None", like(0));
constantFn("constant convert_to_tensor array asarray make_tensor_proto", "x|value, dtype=None, shape=None", (vm, a) => {
  const tensor = toTensor(vm, a["x"], isNone(a["dtype"]) ? undefined : toDType(a["dtype"], "float32"));
  if (isNone(a["shape"])) return tensor;
  return filled(
    kerasLibrary,
    dimsOf(vm, a["shape"], "shape"),
    tensor.dtype,
    tensor.data?.length === 1 ? (tensor.data[0] as number) : null,
  );
});
constantFn("range arange", "start, stop|limit=None, step|delta=1, dtype=None", (vm, a) => {
  const read = (value: Value | undefined): Dim => {
    if (isOpaque(value)) return value;
    if (value instanceof Tensor) return value.data?.[0] ?? vm.unknown("the bound of a range is not known");
    return toNumber(vm, value, "range");
  };
  const whole = [a["start"], a["stop"], a["step"]].every((value) => value?.kind !== "number" || !value.isFloat);
  const dtype = toDType(a["dtype"], whole ? "int32" : "float32");
  return isNone(a["stop"])
    ? arange(kerasLibrary, 0, read(a["start"]), read(a["step"]), dtype)
    : arange(kerasLibrary, read(a["start"]), read(a["stop"]), read(a["step"]), dtype);
});
constantFn("linspace", "start, stop, num=50", (vm, a) => {
  const bound = (value: Value | undefined): number | null => (value?.kind === "number" ? value.value : null);
  return linspace(kerasLibrary, bound(a["start"]), bound(a["stop"]), dimsOf(vm, a["num"], "num")[0] as Dim, "float32");
});
constantFn("eye identity_matrix", "rows|N|num_rows|n, columns|M|num_columns=None, dtype=None", (vm, a) => {
  const [rows = 1] = dimsOf(vm, a["rows"], "rows");
  const [columns = rows] = isNone(a["columns"]) ? [rows] : dimsOf(vm, a["columns"], "columns");
  return eye(kerasLibrary, rows, columns, toDType(a["dtype"], "float32"));
});
constantFn("placeholder", "shape=None, ndim=None, dtype=None", (vm) =>
  vm.unknown("a placeholder of a session is not modelled"),
);
constantFn("broadcast_static_shape broadcast_dynamic_shape", "x, y", (vm) =>
  vm.unknown("broadcast shapes are not modelled"),
);
define("dropout alpha_dropout", "x, *args", (vm, a) => identity(vm, tensorOf(vm, a), "dropout"));
define("in_train_phase", "x, alt", (_vm, a) => (a["alt"] as Value) ?? NONE);
define("in_test_phase", "x, alt", (_vm, a) => (a["x"] as Value) ?? NONE);
define("vectorized_map map_fn map", "fn|f, x|elems|xs", (vm) => {
  throw vm.giveUp("a function mapped over the elements of a tensor is not followed");
});
define("square_distance", "x, y", (vm, a) =>
  elementwise(vm, "squared_difference", [tensorOf(vm, a), tensorOf(vm, a, "y")]),
);

/** A shaping function by name. */
export function shapingFunction(name: string): NativeFunction | undefined {
  return table.get(name);
}

/** For namespaces that need their own signature of one of these. */
export function ownSignature(name: string, signature: string, adapt: (a: Bound) => [string, Value][]): NativeFunction {
  const target = table.get(name) as NativeFunction;
  return fn(name, signature, (vm, a) =>
    target.call(vm, { positional: [], keywords: new Map(adapt(a)), unknown: null }),
  );
}
