// What our layer recipes are written with: the module `_keras`, private to them. Each primitive turns one call into operations of
// the graph; sizes, layouts and paddings arrive as Keras writes them.
import { type Bound, native } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import { isNone, isOpaque, ListValue, NONE, str, tuple, TupleValue, int, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { activation, identity, softmax } from "../../3-graph/operations/activation";
import { conv, convTransposed, type PaddingSpec } from "../../3-graph/operations/conv";
import { elementwise } from "../../3-graph/operations/elementwise";
import { embedding } from "../../3-graph/operations/embedding";
import { concat } from "../../3-graph/operations/join";
import { dense } from "../../3-graph/operations/linear";
import { cast, pad, repeatEach, resize, type ResizeMode } from "../../3-graph/operations/move";
import { norm, type NormMode } from "../../3-graph/operations/norm";
import { globalPool, pool, type PoolMode } from "../../3-graph/operations/pool";
import { type Cell, recurrent } from "../../3-graph/operations/recurrent";
import { reshape, transpose, viewAs } from "../../3-graph/operations/reshape";
import { unknownOperation } from "../../3-graph/operations/common";
import type { OutputSpec } from "../../3-graph/graph";
import { type Dim, dimValue, elements, mapDims } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { toActivation } from "./activations";
import { toTensor } from "./convert";
import { dimsOf, flag, intOf, layoutOf, sizesOf, tensorOf, tensorsOf } from "./define";
import { toDType } from "./dtypes";
import { settingsOf } from "./settings";
import { toDimOrNull } from "./shapes";
import { kerasState } from "./state";

function text(value: Value | undefined, fallback: string): string {
  return value?.kind === "string" ? value.value : fallback;
}

/** Weights among the given values, None left out. */
function weightsOf(vm: Vm, ...values: (Value | undefined)[]): Tensor[] {
  return values.filter((value) => !isNone(value)).map((value) => toTensor(vm, value));
}

function paddingOf(vm: Vm, value: Value | undefined): PaddingSpec {
  const name = text(value, "").toLowerCase();
  if (name === "valid" || name === "same" || name === "causal") return name;
  if (isOpaque(value)) throw new Unknown(value);
  throw vm.error(
    "ValueError",
    `\`padding\` must be one of 'valid', 'same' or 'causal'. Received: ${name || vm.typeName(value as Value)}`,
  );
}

function shapeKnown(vm: Vm, tensor: Tensor): readonly Dim[] {
  if (tensor.shape === null) throw new Unknown(tensor.reason ?? vm.unknown("the rank of a tensor is not known"));
  return tensor.shape;
}

function checkRank(vm: Vm, input: Tensor, rank: number, what: string): void {
  if (input.shape !== null && input.shape.length !== rank) {
    throw vm.error(
      "ValueError",
      `Input of ${what} is incompatible: expected ndim=${rank}, found ndim=${input.shape.length}`,
    );
  }
}

function convolution(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const kernel = tensorOf(vm, a, "kernel");
  const shape = shapeKnown(vm, kernel);
  const spatial = shape.length - 2;
  checkRank(vm, input, spatial + 2, `a ${spatial}-d convolution`);
  const depthwise = flag(vm, a["depthwise"]);
  const groups = depthwise ? (shape.at(-2) as Dim) : intOf(vm, a["groups"], "groups");
  const own = shape.at(-2) as Dim;
  const last = shape.at(-1) as Dim;
  return conv(vm, input, {
    kernel: shape.slice(0, spatial),
    inChannels: depthwise ? own : mapDims((c, g) => c * g, own, groups),
    outChannels: depthwise ? mapDims((c, m) => c * m, own, last) : last,
    strides: sizesOf(vm, a["strides"], spatial, "strides"),
    dilations: sizesOf(vm, a["dilation"], spatial, "dilation_rate"),
    padding: paddingOf(vm, a["padding"]),
    groups,
    layout: layoutOf(a["data_format"]),
    weights: [kernel, ...weightsOf(vm, a["bias"])],
    hasBias: !isNone(a["bias"]),
    depthwise,
  });
}

function transposedConvolution(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const kernel = tensorOf(vm, a, "kernel");
  const shape = shapeKnown(vm, kernel);
  const spatial = shape.length - 2;
  checkRank(vm, input, spatial + 2, `a ${spatial}-d transposed convolution`);
  return convTransposed(vm, input, {
    kernel: shape.slice(0, spatial),
    // Keras stores (…, out, in) here.
    inChannels: shape.at(-1) as Dim,
    outChannels: shape.at(-2) as Dim,
    strides: sizesOf(vm, a["strides"], spatial, "strides"),
    dilations: sizesOf(vm, a["dilation"], spatial, "dilation_rate"),
    padding: paddingOf(vm, a["padding"]),
    outputPadding: isNone(a["output_padding"]) ? null : sizesOf(vm, a["output_padding"], spatial, "output_padding"),
    groups: 1,
    layout: layoutOf(a["data_format"]),
    weights: [kernel, ...weightsOf(vm, a["bias"])],
    hasBias: !isNone(a["bias"]),
  });
}

function poolWindows(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const rank = intOf(vm, a["rank"], "rank");
  checkRank(vm, input, rank + 2, `a ${rank}-d pooling layer`);
  const kernel = sizesOf(vm, a["size"], rank, "pool_size");
  return pool(vm, input, text(a["mode"], "max") as PoolMode, {
    kernel,
    strides: isNone(a["strides"]) ? kernel : sizesOf(vm, a["strides"], rank, "strides"),
    padding: paddingOf(vm, a["padding"]),
    layout: layoutOf(a["data_format"]),
  });
}

/** `Reshape`: the batch stays, one entry may be -1. */
function reshapeKeepingBatch(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  if (input.shape === null) return viewAs(vm, input, null, input.reason);
  return reshape(vm, input, [input.shape[0] ?? 1, ...dimsOf(vm, a["target"], "target_shape")]);
}

function flattenKeepingBatch(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  if (input.shape === null) return viewAs(vm, input, null, input.reason);
  if (input.shape.length < 2) return viewAs(vm, input, [input.shape[0] ?? 1, 1]);
  return viewAs(vm, input, [input.shape[0] as Dim, elements(input.shape.slice(1))]);
}

/** Pairs of whole numbers per spatial dimension: 1, (1, 2) or ((1, 1), (2, 2)). */
function pairsOf(vm: Vm, value: Value | undefined, rank: number, what: string): [number, number][] {
  if (value?.kind === "list" || value?.kind === "tuple") {
    const items = vm.items(value);
    if (rank === 1 && items.length === 2 && items.every((item) => item.kind === "number")) {
      return [[intOf(vm, items[0], what), intOf(vm, items[1], what)]];
    }
    if (items.length !== rank)
      throw vm.error("ValueError", `\`${what}\` should have ${rank} elements. Received ${items.length}`);
    return items.map((item) => {
      if (item.kind !== "list" && item.kind !== "tuple") {
        const both = intOf(vm, item, what);
        return [both, both];
      }
      const [before, after] = vm.items(item).map((one) => intOf(vm, one, what));
      return [before ?? 0, after ?? before ?? 0];
    });
  }
  const both = intOf(vm, value, what);
  return Array.from({ length: rank }, () => [both, both] as [number, number]);
}

/** ZeroPadding and (with sign -1) Cropping. */
function padSpatial(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const rank = intOf(vm, a["rank"], "rank");
  const sign = intOf(vm, a["sign"], "sign");
  checkRank(vm, input, rank + 2, sign > 0 ? "a padding layer" : "a cropping layer");
  const pairs = pairsOf(vm, a["amount"], rank, sign > 0 ? "padding" : "cropping");
  const none: [number, number] = [0, 0];
  const spatial = pairs.map(([before, after]): [number, number] => [before * sign, after * sign]);
  const pads = layoutOf(a["data_format"]) === "channels-first" ? [none, none, ...spatial] : [none, ...spatial, none];
  return pad(vm, input, pads);
}

const RESIZE_MODES: Readonly<Record<string, ResizeMode>> = {
  nearest: "nearest",
  bilinear: "bilinear",
  bicubic: "bicubic",
  area: "area",
  lanczos3: "lanczos",
  lanczos5: "lanczos",
  gaussian: "bicubic",
  mitchellcubic: "bicubic",
};

/** A resize mode by any of its names. */
export function resizeMode(name: string): ResizeMode {
  return RESIZE_MODES[name.toLowerCase()] ?? "bilinear";
}

function upsample(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const rank = intOf(vm, a["rank"], "rank");
  checkRank(vm, input, rank + 2, "an upsampling layer");
  const factors = sizesOf(vm, a["size"], rank, "size");
  const layout = layoutOf(a["data_format"]);
  if (input.shape === null) return viewAs(vm, input, null, input.reason);
  const first = layout === "channels-first" ? 2 : 1;
  const sizes = factors.map((factor, i) => mapDims((n) => n * factor, input.shape?.[first + i] as Dim));
  if (rank === 1) return repeatEach(vm, input, factors[0] as number, first);
  return resize(vm, input, sizes, resizeMode(text(a["interpolation"], "nearest")), layout);
}

function resizeTo(vm: Vm, a: Bound): Value {
  return resize(
    vm,
    tensorOf(vm, a),
    dimsOf(vm, a["size"], "size"),
    resizeMode(text(a["interpolation"], "bilinear")),
    layoutOf(a["data_format"]),
  );
}

/** A recurrent layer: the whole sequence in one operation. Gives the output, then the states. */
function recurrentLayer(vm: Vm, a: Bound): Value {
  const input = tensorOf(vm, a);
  const [batch, steps, size] = input.shape === null ? [] : input.shape;
  if (input.shape === null) throw new Unknown(input.reason ?? vm.unknown("the rank of a tensor is not known"));
  checkRank(vm, input, 3, "a recurrent layer");
  const cell = text(a["cell"], "rnn") as Cell;
  const units = toDimOrNull(vm, a["units"] as Value, "units") ?? vm.unknown("units is None");
  const sequences = flag(vm, a["sequences"]);
  const state: OutputSpec = { shape: [batch as Dim, units], dtype: input.dtype };
  const output: OutputSpec = sequences ? { shape: [batch as Dim, steps as Dim, units], dtype: input.dtype } : state;
  const states = flag(vm, a["states"]) ? (cell === "lstm" ? [state, state] : [state]) : [];
  const weights = weightsOf(vm, ...vm.items(a["weights"] as Value));
  const initial = isNone(a["initial"]) ? [] : tensorsOf(vm, a["initial"]);
  const made = recurrent(vm, {
    cell,
    batch: batch as Dim,
    steps: steps as Dim,
    inputSize: size as Dim,
    hiddenSize: units,
    directions: 1,
    hasBias: weights.length > 2,
    ...(flag(vm, a["unroll"]) ? { unrolled: flag(vm, a["plain"]) ? ("plain" as const) : ("other" as const) } : {}),
    inputs: [input, ...initial],
    weights,
    settings: { sequences, ...settingsOf(a["settings"]) },
    outputs: [output, ...states],
  });
  return made.length === 1 ? (made[0] as Tensor) : new ListValue(made);
}

/** Element-wise merge of several tensors; Keras adds dimensions of 1 after the batch where ranks differ. */
function merge(vm: Vm, a: Bound): Value {
  const tensors = tensorsOf(vm, a["tensors"]);
  if (tensors.length === 0)
    throw vm.error("ValueError", "A merge layer should be called on a list of at least 1 input");
  const name = text(a["mode"], "add");
  const rank = Math.max(...tensors.map((tensor) => tensor.shape?.length ?? 0));
  const same = tensors.map((tensor) => {
    if (tensor.shape === null || tensor.shape.length === rank) return tensor;
    const extra = new Array<Dim>(rank - tensor.shape.length).fill(1);
    return viewAs(vm, tensor, [tensor.shape[0] ?? 1, ...extra, ...tensor.shape.slice(1)]);
  });
  let result = same[0] as Tensor;
  for (const other of same.slice(1)) result = elementwise(vm, name, [result, other]);
  if (flag(vm, a["average"])) result = elementwise(vm, "div", [result, { value: tensors.length, isFloat: true }]);
  return result;
}

function normalise(vm: Vm, a: Bound): Value {
  const weights = weightsOf(vm, ...vm.items(a["weights"] as Value));
  const groups = isNone(a["groups"]) ? 1 : intOf(vm, a["groups"], "groups");
  const mode = text(a["mode"], "batch") as NormMode;
  const named = mode === "batch" ? ["scale", "shift", "mean", "variance"] : ["scale", "shift"];
  const given = vm.items(a["weights"] as Value);
  const roles = named.filter((_, index) => given[index] !== undefined && !isNone(given[index]));
  const settings = { roles, ...settingsOf(a["settings"]) };
  return norm(vm, tensorOf(vm, a), mode, { weights, groups, settings });
}

function permute(vm: Vm, a: Bound): Value {
  const order = dimsOf(vm, a["order"], "dims").map((dim) => {
    if (typeof dim !== "number") throw new Unknown(dim);
    return dim;
  });
  return transpose(vm, tensorOf(vm, a), order);
}

/** Dimension `axis` of a shape, as a value; unknown when it is None. */
function dimension(vm: Vm, a: Bound): Value {
  const items = vm.items(a["shape"] as Value);
  const axis = intOf(vm, a["axis"], "axis");
  const item = items[axis < 0 ? axis + items.length : axis];
  if (item === undefined)
    throw vm.error("ValueError", `the input has ${items.length} dimensions, but dimension ${axis} is needed`);
  return isNone(item) ? vm.unknown("a dimension of the input is None") : item;
}

/** A dimension divided by groups; raises when it does not divide. */
function share(vm: Vm, a: Bound): Value {
  const size = toDimOrNull(vm, a["size"] as Value, "size");
  const groups = intOf(vm, a["groups"], "groups");
  return dimValue(
    mapDims((n) => {
      if (n % groups !== 0)
        throw vm.error(
          "ValueError",
          `The number of ${text(a["what"], "channels")} must be evenly divisible by the number of groups. Received groups=${groups}, but ${n} ${text(a["what"], "channels")}`,
        );
      return n / groups;
    }, size ?? vm.unknown("the number of channels is None")),
  );
}

/** The primitives by name. */
export const PRIMITIVES: Readonly<Record<string, Value>> = {
  sizes: native("sizes", "value, rank, what='size'", (vm, a) =>
    tuple(sizesOf(vm, a["value"], intOf(vm, a["rank"], "rank"), text(a["what"], "size")).map(int)),
  ),
  layout: native("layout", "value=None", (vm, a) =>
    isNone(a["value"]) ? str(kerasState(vm).imageDataFormat) : (a["value"] as Value),
  ),
  activation: native("activation", "value=None", (vm, a) => toActivation(vm, a["value"])),
  dimension: native("dimension", "shape, axis", dimension),
  share: native("share", "size, groups, what='channels'", share),
  conv: native(
    "conv",
    "x, kernel, bias=None, strides=1, padding='valid', dilation=1, groups=1, data_format=None, depthwise=False",
    convolution,
  ),
  conv_transpose: native(
    "conv_transpose",
    "x, kernel, bias=None, strides=1, padding='valid', output_padding=None, dilation=1, data_format=None",
    transposedConvolution,
  ),
  dense: native("dense", "x, kernel, bias=None", (vm, a) => {
    const kernel = tensorOf(vm, a, "kernel");
    const [inFeatures, outFeatures] = shapeKnown(vm, kernel);
    return dense(vm, tensorOf(vm, a), {
      inFeatures: inFeatures as Dim,
      outFeatures: outFeatures as Dim,
      weights: [kernel, ...weightsOf(vm, a["bias"])],
      hasBias: !isNone(a["bias"]),
    });
  }),
  pool: native("pool", "x, mode, rank, size, strides=None, padding='valid', data_format=None", poolWindows),
  global_pool: native("global_pool", "x, mode, rank, data_format=None, keepdims=False", (vm, a) => {
    const rank = intOf(vm, a["rank"], "rank");
    const input = tensorOf(vm, a);
    checkRank(vm, input, rank + 2, "a global pooling layer");
    return globalPool(
      vm,
      input,
      text(a["mode"], "max") as PoolMode,
      layoutOf(a["data_format"]),
      rank,
      flag(vm, a["keepdims"]),
    );
  }),
  norm: native("norm", "x, mode, weights, groups=None, settings=None", normalise),
  identity: native("identity", "x, name='identity'", (vm, a) =>
    a["x"] instanceof Tensor ? identity(vm, tensorOf(vm, a), text(a["name"], "identity")) : (a["x"] as Value),
  ),
  element: native("element", "x, name", (vm, a) => activation(vm, tensorOf(vm, a), text(a["name"], "activation"))),
  softmax: native("softmax", "x, axis=-1", (vm, a) => softmax(vm, tensorOf(vm, a), intOf(vm, a["axis"], "axis"))),
  reshape: native("reshape", "x, target", reshapeKeepingBatch),
  flatten: native("flatten", "x", flattenKeepingBatch),
  permute: native("permute", "x, order", permute),
  pad: native("pad", "x, amount, rank, sign=1, data_format=None", padSpatial),
  upsample: native("upsample", "x, size, rank, interpolation='nearest', data_format=None", upsample),
  resize: native("resize", "x, size, interpolation='bilinear', data_format=None", resizeTo),
  merge: native("merge", "tensors, mode, average=False", merge),
  concat: native("concat", "tensors, axis=-1", (vm, a) =>
    concat(vm, tensorsOf(vm, a["tensors"]), intOf(vm, a["axis"], "axis")),
  ),
  embedding: native("embedding", "x, table", (vm, a) => embedding(vm, tensorOf(vm, a), tensorOf(vm, a, "table"))),
  recurrent: native(
    "recurrent",
    "x, cell, units, weights, sequences=False, states=False, initial=None, unroll=False, plain=False, settings=None",
    recurrentLayer,
  ),
  /** The same data seen with this exact shape (batch included). */
  view: native("view", "x, shape, dtype=None", (vm, a) => {
    const input = tensorOf(vm, a);
    const shape = dimsOf(vm, a["shape"], "shape");
    const result = viewAs(vm, input, shape);
    return isNone(a["dtype"]) ? result : cast(vm, result, toDType(a["dtype"], input.dtype));
  }),
  cast: native("cast", "x, dtype", (vm, a) => cast(vm, tensorOf(vm, a), toDType(a["dtype"], "float32"))),
  /** A result whose cost or shape is not modelled. */
  unknown: native("unknown", "x, name, reason, shape=None", (vm, a) => {
    const input = tensorOf(vm, a);
    const shape = isNone(a["shape"]) ? undefined : dimsOf(vm, a["shape"], "shape");
    return unknownOperation(vm, text(a["name"], "operation"), text(a["reason"], "it is not modelled"), [input], shape);
  }),
  /** Steps a layer of time steps makes; gives up beyond a limit. */
  steps: native("steps", "count, limit=2048", (vm, a) => {
    const count = toDimOrNull(vm, a["count"] as Value, "the number of steps");
    if (count === null) throw vm.giveUp("the number of time steps is None");
    if (isOpaque(count as never)) throw new Unknown(count as never);
    if ((count as number) > intOf(vm, a["limit"], "limit"))
      throw vm.giveUp(`a custom recurrent cell runs ${String(count)} steps, more than are followed`);
    return new TupleValue(Array.from({ length: count as number }, (_, index) => int(index)));
  }),
  give_up: native("give_up", "reason", (vm, a) => {
    throw vm.giveUp(text(a["reason"], "it is not modelled"));
  }),
  none: NONE,
};
