// Further primitives of recipes: contractions by equation, folding time steps into the batch and back, recurrent cells, and
// building or copying the layers that wrappers hold.
import { type Bound, native } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  bool,
  InstanceValue,
  isNone,
  isOpaque,
  ListValue,
  NONE,
  TRUE,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { activation } from "../../3-graph/operations/activation";
import { constant } from "../../3-graph/operations/common";
import { einsum } from "../../3-graph/operations/einsum";
import { elementwise } from "../../3-graph/operations/elementwise";
import { index } from "../../3-graph/operations/index";
import { split, stack } from "../../3-graph/operations/join";
import { matmul } from "../../3-graph/operations/linear";
import { move, repeatEach, tile } from "../../3-graph/operations/move";
import { adaptivePool, type PoolMode } from "../../3-graph/operations/pool";
import { positiveAxis } from "../../3-graph/operations/common";
import { reduce } from "../../3-graph/operations/reduce";
import { unsqueeze, viewAs } from "../../3-graph/operations/reshape";
import { type Dim, dimValue, mapDims } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { axesOf, dimsOf, flag, intOf, layoutOf, tensorOf, tensorsOf } from "./define";
import { cloneLayer, MODEL_BUILD } from "./layer";
import { toDType } from "./dtypes";
import { kerasLibrary } from "./library";
import { settingsOf } from "./settings";
import { toDimOrNull } from "./shapes";
import { kerasState, setField } from "./state";
import { aside, mapTensors } from "./symbolic";
import { FIELDS, isLayer } from "./tracking";

/** A text argument, "" when there is none. Throws Unknown for one that is not known. */
function textOf(value: Value | undefined): string {
  if (isOpaque(value)) throw new Unknown(value);
  return value?.kind === "string" ? value.value : "";
}

/** Shapes of the kernel and the bias of an EinsumDense, from its equation and the shapes around it. */
function einsumShapes(vm: Vm, a: Bound): Value {
  const equation = textOf(a["equation"]).replace(/\s+/g, "");
  const match = /^([^,]*),([^,]*)->(.*)$/.exec(equation);
  if (!match) throw vm.error("ValueError", `Invalid einsum equation '${equation}'.`);
  const [, input = "", kernel = "", output = ""] = match;
  const items = vm.items(a["input_shape"] as Value);
  const inputDims = items.map(
    (item): Dim => toDimOrNull(vm, item, "the input") ?? vm.unknown("a dimension of the input is None"),
  );
  const partial = vm.items(a["output_shape"] as Value);
  const sizes = new Map<string, Dim>();
  const elided = inputDims.length - input.replace("...", "").length;
  const leftElided = output.startsWith("...");
  const outLabels = [...output.replace("...", "")];
  partial.forEach((item, i) => {
    const dim = toDimOrNull(vm, item, "output_shape");
    const label = leftElided ? outLabels[outLabels.length - partial.length + i] : outLabels[i + 1];
    if (dim !== null && label !== undefined) sizes.set(label, dim);
  });
  const [before = "", after] = input.split("...");
  [...before].forEach((label, i) => sizes.set(label, inputDims[i] as Dim));
  [...(after ?? "")].forEach((label, i) =>
    sizes.set(label, inputDims[inputDims.length - (after ?? "").length + i] as Dim),
  );
  const sizeOf = (label: string): Dim =>
    sizes.get(label) ?? vm.unknown(`the size of '${label}' in '${equation}' is not known`);
  const biasAxes = textOf(a["bias_axes"]);
  let bias: Dim[] = [];
  if (biasAxes !== "") {
    const first = Math.min(...[...biasAxes].map((label) => outLabels.indexOf(label)));
    if (first < 0)
      throw vm.error(
        "ValueError",
        `Bias dimension '${biasAxes}' was requested, but is not part of the output spec '${output}'`,
      );
    bias = outLabels.slice(first).map((label) => (biasAxes.includes(label) ? sizeOf(label) : 1));
    if (!leftElided && output.includes("...")) bias.push(...new Array<Dim>(Math.max(0, elided)).fill(1));
  }
  return tuple([tuple([...kernel].map((label) => dimValue(sizeOf(label)))), tuple(bias.map(dimValue))]);
}

/** Product of two tensors over one axis each, batch by batch (`Dot`, `K.batch_dot`). */
export function batchDot(vm: Vm, x: Tensor, y: Tensor, axisX: number, axisY: number): Tensor {
  if (x.shape === null || y.shape === null) throw vm.giveUp("the rank of a factor of a dot product is not known");
  if (kerasState(vm).javascript && x.shape.length === 2 && y.shape.length === 2) {
    // TensorFlow.js multiplies element by element here, and sums.
    return reduce(vm, elementwise(vm, "mul", [x, y]), "sum", { axes: [1], keepDims: true });
  }
  const letters = "bcdefghijklm";
  const others = "nopqrstuvwxyz";
  const left = positiveAxis(vm, x, axisX);
  const right = positiveAxis(vm, y, axisY);
  const labelsX = x.shape.map((_, axis) => (axis === 0 ? "a" : axis === left ? "A" : (letters[axis] as string)));
  const labelsY = y.shape.map((_, axis) => (axis === 0 ? "a" : axis === right ? "A" : (others[axis] as string)));
  const output = [...labelsX, ...labelsY.slice(1)].filter((label) => label !== "A");
  const result = einsum(vm, `${labelsX.join("")},${labelsY.join("")}->${output.join("")}`, [x, y], "matmul");
  return output.length === 1 ? unsqueeze(vm, result, 1) : result;
}

/** [batch, time, …] to [batch*time, …]. */
function mergeTime(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  if (input.shape === null || input.shape.length < 2) throw vm.giveUp("an input with time steps has an unknown rank");
  const [batch, time, ...rest] = input.shape;
  return viewAs(vm, input, [mapDims((b, t) => b * t, batch as Dim, time as Dim), ...rest]);
}

/** The inverse, with the batch and time of another tensor; also for lists of tensors. */
function splitTime(vm: Vm, a: Bound): Value {
  const like = tensorOf(vm, a, "like");
  const [batch, time] = like.shape ?? [];
  return mapTensors(a["x"] as Value, (tensor) => {
    const result = viewAs(
      vm,
      tensor,
      tensor.shape ? [batch as Dim, time as Dim, ...tensor.shape.slice(1)] : null,
      tensor.reason,
    );
    result.freeBatch = like.freeBatch;
    return result;
  });
}

/** The first `count` channels: what the gates of a ConvLSTM leave of four times as many. */
function firstChannels(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  if (input.shape === null) throw vm.giveUp("the rank of a tensor is not known");
  const axis = layoutOf(a["data_format"]) === "channels-first" ? 1 : input.shape.length - 1;
  const size = toDimOrNull(vm, a["count"] as Value, "filters") ?? 1;
  if (input.shape[axis] === size) return activation(vm, input, "tanh");
  const rest = mapDims((whole, part) => whole - part, input.shape[axis] as Dim, size);
  return activation(vm, split(vm, input, [size, rest], axis)[0] as Tensor, "sigmoid");
}

/** The middle (or any part) of an image, of a given size. */
function crop(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const size = dimsOf(vm, a["size"], "size");
  const from = input.shape;
  if (from === null) return viewAs(vm, input, null, input.reason);
  const first = layoutOf(a["data_format"]) === "channels-first" ? from.length - 2 : from.length - 3;
  return move(
    vm,
    "slice",
    [input],
    from.map((dim, axis) => (axis === first ? (size[0] as Dim) : axis === first + 1 ? (size[1] as Dim) : dim)),
  );
}

/** What a cell's gates make of the products with input and state: a tensor as wide as the state. */
function gates(vm: Vm, a: Bound): Value {
  const sum = elementwise(vm, "add", [tensorOf(vm, a), tensorOf(vm, a, "h")]);
  if (sum.shape === null) return sum;
  const units = toDimOrNull(vm, a["units"] as Value, "units") ?? 1;
  const width = sum.shape.at(-1) as Dim;
  const activated = activation(vm, sum, "tanh");
  if (width === units) return activated;
  const rest = mapDims((whole, part) => whole - part, width, units);
  return split(vm, activated, [units, rest], -1)[0] as Tensor;
}

/** Initial states of zeros, in the structure of `state_size`. */
function zeroStates(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const batch = input.shape?.[0] ?? 1;
  const make = (size: Value): Value => {
    if (size.kind === "list") return new ListValue(size.items.map(make));
    const dims = size.kind === "tuple" ? dimsOf(vm, size, "state_size") : [toDimOrNull(vm, size, "state_size") ?? 1];
    const state = constant(kerasLibrary, [batch, ...dims], input.dtype);
    state.freeBatch = input.freeBatch;
    return state;
  };
  const made = make(a["sizes"] as Value);
  return made.kind === "list" ? made : new ListValue([made]);
}

/** Builds a layer held by a wrapper, once. */
function buildLayer(vm: Vm, a: Bound): Value {
  const layer = a["layer"];
  if (!(layer instanceof InstanceValue) || !isLayer(layer)) {
    if (isOpaque(layer)) throw new Unknown(layer);
    return NONE;
  }
  if (layer.fields.get("built") === TRUE) return NONE;
  const build = layer.type.find("build");
  if (build && !(build.kind === "native" && build.name === MODEL_BUILD)) {
    const result = aside(vm, () => vm.call(build, [layer, a["shape"] as Value]));
    if (isOpaque(result)) {
      setField(vm, layer, FIELDS.unknown, result);
      throw new Unknown(result);
    }
    setField(vm, layer, "built", TRUE);
  }
  return NONE;
}

function flatten(value: Value, found: Value[] = []): Value[] {
  if (value.kind === "list" || value.kind === "tuple") for (const item of value.items) flatten(item, found);
  else found.push(value);
  return found;
}

/** The primitives by name. */
export const MORE_PRIMITIVES: Readonly<Record<string, Value>> = {
  einsum_shapes: native("einsum_shapes", "equation, input_shape, output_shape, bias_axes=None", einsumShapes),
  einsum: native("einsum", "equation, *operands", (vm, a) =>
    einsum(vm, textOf(a["equation"]), tensorsOf(vm, a["operands"])),
  ),
  matmul: native("matmul", "x, y, transpose_x=False, transpose_y=False", (vm, a) =>
    matmul(vm, tensorOf(vm, a), tensorOf(vm, a, "y"), flag(vm, a["transpose_x"]), flag(vm, a["transpose_y"])),
  ),
  batch_dot: native("batch_dot", "x, y, axis_x, axis_y", (vm, a) =>
    batchDot(vm, tensorOf(vm, a), tensorOf(vm, a, "y"), intOf(vm, a["axis_x"], "axes"), intOf(vm, a["axis_y"], "axes")),
  ),
  element: native("element", "x, name, operands=None, settings=None", (vm, a) =>
    activation(vm, tensorOf(vm, a), textOf(a["name"]), {
      ...(isNone(a["operands"]) ? {} : { operands: tensorsOf(vm, a["operands"]) }),
      settings: settingsOf(a["settings"]),
    }),
  ),
  repeat_vector: native("repeat_vector", "x, n", (vm, a) => {
    const input = tensorOf(vm, a);
    if (input.shape !== null && input.shape.length !== 2)
      throw vm.error("ValueError", `RepeatVector expects an input with 2 dimensions, found ${input.shape.length}`);
    return tile(vm, unsqueeze(vm, input, 1), [1, toDimOrNull(vm, a["n"] as Value, "n") ?? 1, 1]);
  }),
  adaptive_pool: native("adaptive_pool", "x, mode, rank, size, data_format=None", (vm, a) => {
    const rank = intOf(vm, a["rank"], "rank");
    const given = dimsOf(vm, a["size"], "output_size");
    const sizes = given.length === rank ? given : new Array<Dim>(rank).fill(given[0] as Dim);
    return adaptivePool(vm, tensorOf(vm, a), textOf(a["mode"]) as PoolMode, sizes, layoutOf(a["data_format"]));
  }),
  merge_time: native("merge_time", "x", mergeTime),
  split_time: native("split_time", "x, like", splitTime),
  channels: native("channels", "x, count, data_format=None", firstChannels),
  gates: native("gates", "x, h, units", gates),
  zero_states: native("zero_states", "x, sizes", zeroStates),
  stack: native("stack", "tensors, axis=0", (vm, a) =>
    stack(vm, tensorsOf(vm, a["tensors"]), intOf(vm, a["axis"], "axis")),
  ),
  flat: native("flat", "value", (_vm, a) => new ListValue(flatten(a["value"] as Value))),
  build: native("build", "layer, shape", buildLayer),
  clone: native("clone", "layer", (vm, a) => {
    const layer = a["layer"];
    if (!isLayer(layer)) throw isOpaque(layer) ? new Unknown(layer) : vm.giveUp("what is wrapped is not a layer");
    return cloneLayer(vm, layer);
  }),
  repeat: native("repeat", "x, count, axis", (vm, a) =>
    repeatEach(vm, tensorOf(vm, a), intOf(vm, a["count"], "count"), intOf(vm, a["axis"], "axis")),
  ),
  expand: native("expand", "x, axis", (vm, a) => unsqueeze(vm, tensorOf(vm, a), intOf(vm, a["axis"], "axis"))),
  sum_last: native("sum_last", "x", (vm, a) => reduce(vm, tensorOf(vm, a), "sum", { axes: [-1] })),
  crop: native("crop", "x, size, data_format=None", crop),
  dims: native("dims", "x", (vm, a) => {
    const input = tensorOf(vm, a);
    if (input.shape === null) throw new Unknown(input.reason ?? vm.unknown("the rank of a tensor is not known"));
    return tuple(input.shape.map(dimValue));
  }),
  /** Categories or text as numbers: a result of this shape, without multiply-accumulates. */
  encode: native("encode", "x, shape, dtype='float32'", (vm, a) =>
    move(vm, "gather", [tensorOf(vm, a)], dimsOf(vm, a["shape"], "shape"), toDType(a["dtype"], "float32")),
  ),
  is_tensor: native("is_tensor", "value", (_vm, a) => bool(a["value"] instanceof Tensor)),
  unknown_number: native("unknown_number", "reason", (vm, a) => vm.unknown(textOf(a["reason"]))),
  /** One position or a range of an axis. */
  take: native("take", "x, axis, start, stop=None", (vm, a) => {
    const input = tensorOf(vm, a);
    const [axis = 0] = axesOf(vm, a["axis"]) ?? [];
    const all = { kind: "slice", lower: null, upper: null, step: 1 } as const;
    const at = input.shape ? positiveAxis(vm, input, axis) : axis;
    const start = intOf(vm, a["start"], "start");
    const item = isNone(a["stop"])
      ? ({ kind: "position", at: start } as const)
      : ({ kind: "slice", lower: start, upper: intOf(vm, a["stop"], "stop"), step: 1 } as const);
    return index(vm, input, [...new Array<typeof all>(at).fill(all), item]);
  }),
};
