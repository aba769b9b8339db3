// What the layer recipes are written with: setting up the attributes and weights of a layer in one step, and the forward passes
// that are one primitive (recurrent layers, attention). Module name: torch._primitives, for recipes only.
import { type Bound, native, nativeModule, toBoolean } from "../../2-evaluate/native";
import {
  bool,
  type InstanceValue,
  isOpaque,
  type ModuleValue,
  NONE,
  type NumberValue,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { norm } from "../../3-graph/operations/norm";
import { filled } from "../../3-graph/operations/create";
import { type Dim, dimValue, mapDims, type Shape } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { isSequence, optionalTensor, torchLibrary, toSize, toTensor, toTuple } from "./arguments";
import { multiHeadAttention, swapBatch } from "./attention";
import { parameter } from "./classes";
import { operation } from "./ops/table";
import { recurrentCell, recurrentForward, recurrentSetup } from "./recurrent";

function buffer(shape: Shape, value: number, dtype: Tensor["dtype"] = "float32"): Tensor {
  const tensor = filled(torchLibrary(), shape, dtype, shape.length === 0 ? value : null);
  tensor.role = "buffer";
  return tensor;
}

function fieldsOf(vm: Vm, a: Bound): Map<string, Value> {
  const self = a["self"] as InstanceValue;
  vm.touch(self);
  return self.fields;
}

/** A size that must be above 0 where it is known. Raises TypeError for floats, as torch does. */
function positive(vm: Vm, value: Value | undefined, what: string): Dim {
  const size = toSize(vm, value, what);
  if (typeof size === "number" && size < 0)
    throw vm.error("RuntimeError", `Trying to create tensor with negative dimension ${size}`);
  return size;
}

function dimsTuple(dims: readonly Dim[]): Value {
  return tuple(dims.map(dimValue));
}

/** Attributes and weights of a convolution: weight [out, in/groups, kernel…], transposed [in, out/groups, kernel…]. */
function convSetup(vm: Vm, a: Bound): Value {
  const rank = (a["rank"] as { value: number } & Value).value;
  const input = positive(vm, a["in_channels"], "in_channels");
  const output = positive(vm, a["out_channels"], "out_channels");
  const groups = toSize(vm, a["groups"], "groups");
  const transposed = toBoolean(vm, a["transposed"]);
  if (typeof groups === "number") {
    if (groups <= 0) throw vm.error("ValueError", "groups must be a positive integer");
    if (typeof input === "number" && input % groups !== 0)
      throw vm.error("ValueError", "in_channels must be divisible by groups");
    if (typeof output === "number" && output % groups !== 0)
      throw vm.error("ValueError", "out_channels must be divisible by groups");
  }
  const kernel = toTuple(vm, a["kernel_size"], rank, "kernel_size");
  const [first, second] = transposed ? [input, output] : [output, input];
  const shape = [first, mapDims((channels, count) => channels / count, second, groups), ...kernel];
  const padding = a["padding"] as Value;
  const fields = fieldsOf(vm, a);
  fields.set("in_channels", dimValue(input));
  fields.set("out_channels", dimValue(output));
  fields.set("kernel_size", dimsTuple(kernel));
  fields.set("stride", dimsTuple(toTuple(vm, a["stride"], rank, "stride")));
  fields.set("padding", padding.kind === "string" ? padding : dimsTuple(toTuple(vm, padding, rank, "padding")));
  fields.set("dilation", dimsTuple(toTuple(vm, a["dilation"], rank, "dilation")));
  fields.set("transposed", bool(transposed));
  fields.set("output_padding", dimsTuple(toTuple(vm, a["output_padding"], rank, "output_padding")));
  fields.set("groups", dimValue(groups));
  fields.set("padding_mode", a["padding_mode"] as Value);
  fields.set("weight", parameter(shape));
  fields.set("bias", hasBias(vm, a["bias"]) ? parameter([output]) : NONE);
  return NONE;
}

/** A bias switch may be given as anything with a truth. */
function hasBias(vm: Vm, value: Value | undefined): boolean {
  return value !== undefined && toBoolean(vm, value);
}

/** Attributes, scale, shift and running statistics of a batch or instance normalisation. */
function normSetup(vm: Vm, a: Bound): Value {
  const size = positive(vm, a["num_features"], "num_features");
  const affine = toBoolean(vm, a["affine"]);
  const tracked = toBoolean(vm, a["track_running_stats"]);
  const fields = fieldsOf(vm, a);
  fields.set("num_features", dimValue(size));
  fields.set("eps", a["eps"] as Value);
  fields.set("momentum", a["momentum"] as Value);
  fields.set("affine", bool(affine));
  fields.set("track_running_stats", bool(tracked));
  fields.set("weight", affine ? parameter([size]) : NONE);
  fields.set("bias", affine ? parameter([size]) : NONE);
  fields.set("running_mean", tracked ? buffer([size], 0) : NONE);
  fields.set("running_var", tracked ? buffer([size], 1) : NONE);
  fields.set("num_batches_tracked", tracked ? buffer([], 0, "int64") : NONE);
  return NONE;
}

/** A field of the layer as a tensor; null for None. */
function own(vm: Vm, self: InstanceValue, name: string): Tensor | null {
  return optionalTensor(vm, vm.getAttribute(self, name), name);
}

/** Batch normalisation by the layer's own tensors; the input must have `least` to `most` dimensions. */
function batchNormForward(vm: Vm, a: Bound): Value {
  const self = a["self"] as InstanceValue;
  const input = toTensor(vm, a["input"]);
  const [least, most] = [(a["least"] as NumberValue).value, (a["most"] as NumberValue).value];
  const rank = input.shape?.length;
  if (rank !== undefined && (rank < least || rank > most)) {
    const wanted = least === most ? `${least}D` : `${least}D or ${most}D`;
    throw vm.error("ValueError", `expected ${wanted} input (got ${rank}D input)`);
  }
  const weights = ["weight", "bias", "running_mean", "running_var"].map((name) => own(vm, self, name));
  const stored = weights.filter((tensor): tensor is Tensor => tensor !== null);
  const roles = ["scale", "shift", "mean", "variance"].filter((_, index) => weights[index] !== null);
  const size = stored[0]?.shape?.[0];
  return norm(vm, input, "batch", {
    weights: stored,
    settings: { roles },
    ...(size === undefined ? {} : { check: { axis: 1, size, what: "running_mean" } }),
  });
}

/** Multi-head attention with the weights of the layer, batch first or length first. */
function attentionForward(vm: Vm, a: Bound): Value {
  const self = a["self"] as InstanceValue;
  const batchFirst = toBoolean(vm, vm.getAttribute(self, "batch_first"));
  const swapped = new Map<Value, Tensor>();
  // One transposed tensor for one given tensor, so that self-attention is still seen as such.
  const arrange = (value: Value | undefined): Tensor => {
    const known = swapped.get(value as Value);
    if (known) return known;
    const tensor = toTensor(vm, value);
    const result = batchFirst ? swapBatch(vm, tensor) : tensor;
    swapped.set(value as Value, result);
    return result;
  };
  const query = arrange(a["query"]);
  const key = arrange(a["key"]);
  const value = arrange(a["value"]);
  const outer = vm.getAttribute(self, "out_proj") as InstanceValue;
  const whole = own(vm, self, "in_proj_weight");
  const needWeights = toBoolean(vm, a["need_weights"]);
  const heads = toSize(vm, vm.getAttribute(self, "num_heads"), "num_heads");
  if (typeof heads !== "number") throw vm.giveUp(heads.reason);
  const result = multiHeadAttention(vm, query, key, value, optionalTensor(vm, a["attn_mask"], "attn_mask"), {
    heads,
    width: toSize(vm, vm.getAttribute(self, "embed_dim"), "embed_dim"),
    projection: whole ?? {
      query: own(vm, self, "q_proj_weight") as Tensor,
      key: own(vm, self, "k_proj_weight") as Tensor,
      value: own(vm, self, "v_proj_weight") as Tensor,
    },
    projectionBias: own(vm, self, "in_proj_bias"),
    biasKey: own(vm, self, "bias_k"),
    biasValue: own(vm, self, "bias_v"),
    addZero: toBoolean(vm, vm.getAttribute(self, "add_zero_attn")),
    outWeight: own(vm, outer, "weight") as Tensor,
    outBias: own(vm, outer, "bias"),
    needWeights,
    averageWeights: toBoolean(vm, a["average"]),
  });
  return tuple([batchFirst ? swapBatch(vm, result.output) : result.output, result.weights ?? NONE]);
}

/** The primitives as a module. */
export function primitives(): ModuleValue {
  return nativeModule("torch._primitives", {
    parameter: native("parameter", "*size", (vm, a) =>
      parameter(vm.items(a["size"] as Value).map((size) => positive(vm, size, "a size of a parameter"))),
    ),
    buffer: native("buffer", "*size", (vm, a) =>
      buffer(
        vm.items(a["size"] as Value).map((size) => positive(vm, size, "a size of a buffer")),
        0,
      ),
    ),
    conv_setup: native(
      "conv_setup",
      "self, rank, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, transposed, output_padding",
      convSetup,
    ),
    norm_setup: native("norm_setup", "self, num_features, eps, momentum, affine, track_running_stats", normSetup),
    batch_norm_forward: operation("batch_norm", "self, input, least, most", batchNormForward),
    pads: native("pads", "padding, rank", (vm, a) => {
      const rank = (a["rank"] as { value: number } & Value).value;
      return dimsTuple(toTuple(vm, a["padding"], 2 * rank, "padding"));
    }),
    lazy_channels: operation("lazy_channels", "input, rank", (vm, a) => {
      const { shape, reason } = toTensor(vm, a["input"]);
      const rank = (a["rank"] as { value: number } & Value).value;
      return shape === null
        ? (reason ?? vm.unknown("the rank of a tensor is not known"))
        : dimValue(shape.at(-1 - rank) ?? 1);
    }),
    recurrent_setup: native(
      "recurrent_setup",
      "self, mode, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size",
      recurrentSetup,
    ),
    recurrent_forward: operation("recurrent", "self, input, hx=None", recurrentForward),
    recurrent_cell: operation("recurrent_cell", "self, kind, input, hx=None", recurrentCell),
    attention_forward: operation(
      "attention",
      "self, query, key, value, attn_mask, need_weights, average",
      attentionForward,
    ),
    ...Object.fromEntries(
      (
        [
          ["single", 1],
          ["pair", 2],
          ["triple", 3],
          ["quadruple", 4],
        ] as const
      ).map(([name, count]) => [name, native(name, "value", (vm, a) => spreadValue(vm, a["value"] as Value, count))]),
    ),
    ntuple: native("ntuple", "count, name=None", (_vm, a) => {
      const count = (a["count"] as { value: number } & Value).value;
      return native("parse", "value", (vm, b) => spreadValue(vm, b["value"] as Value, count));
    }),
  });
}

/** One value repeated, or the items of a sequence as they are. */
function spreadValue(vm: Vm, value: Value, count: number): Value {
  if (isOpaque(value) || !isSequence(value)) return tuple(new Array<Value>(count).fill(value));
  return tuple(vm.items(value));
}
