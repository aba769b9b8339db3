// RNN, LSTM and GRU of torch: weights of all layers and directions, the forward pass over [T, N, I], [N, T, I] or unbatched
// [T, I], packed sequences, and single cells.
import { type Bound, native, toBoolean, toText } from "../../2-evaluate/native";
import { bool, HostObject, type InstanceValue, isNone, isOpaque, NONE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { constant, raise, reasonOf } from "../../3-graph/operations/common";
import { type Cell, GATES, recurrent } from "../../3-graph/operations/recurrent";
import { flatten, swapAxes } from "../../3-graph/operations/reshape";
import { type Dim, elements, mapDims, type Shape, showShape } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { torchLibrary, toSize, toTensor, tuple } from "./arguments";
import { parameter } from "./classes";

/** A packed sequence: the padded tensor, length first. What depends on the lengths is not known. */
export class PackedSequence extends HostObject {
  readonly typeName = "PackedSequence";
  constructor(
    readonly tensor: Tensor,
    readonly lengths: Value,
  ) {
    super();
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    if (name === "data") return flatten(vm, this.tensor, 0, 1);
    if (name === "batch_sizes")
      return constant(torchLibrary(), [this.tensor.shape?.[0] ?? reasonOf(vm, this.tensor)], "int64");
    if (name === "sorted_indices" || name === "unsorted_indices") return NONE;
    if (name === "to" || name === "cuda" || name === "cpu") return native(name, "*args, **kwargs", () => this);
    return undefined;
  }
}

/** torch.nn.utils.rnn: packing keeps the padded tensor, unpacking gives it back. */
export const packing: Record<string, Value> = {
  pack_padded_sequence: native(
    "pack_padded_sequence",
    "input, lengths, batch_first=False, enforce_sorted=True",
    (vm, a) => {
      const input = toTensor(vm, a["input"]);
      return new PackedSequence(
        toBoolean(vm, a["batch_first"]) ? swapAxes(vm, input, 0, 1) : input,
        a["lengths"] as Value,
      );
    },
  ),
  pad_packed_sequence: native(
    "pad_packed_sequence",
    "sequence, batch_first=False, padding_value=0.0, total_length=None",
    (vm, a) => {
      const packed = a["sequence"];
      if (!(packed instanceof PackedSequence)) throw vm.giveUp("a packed sequence is not known");
      const { tensor } = packed;
      const lengths = constant(torchLibrary(), [tensor.shape?.[1] ?? reasonOf(vm, tensor)], "int64");
      return tuple([toBoolean(vm, a["batch_first"]) ? swapAxes(vm, tensor, 0, 1) : tensor, lengths]);
    },
  ),
  pad_sequence: native("pad_sequence", "sequences, batch_first=False, padding_value=0.0", (vm) =>
    vm.unknown("the length of a padded sequence is not known"),
  ),
};

const CELLS: Readonly<Record<string, Cell>> = { LSTM: "lstm", GRU: "gru", RNN_TANH: "rnn", RNN_RELU: "rnn" };

/** Names of the weights of one layer and direction. */
function weightNames(layer: number, backward: boolean, bias: boolean, projected: boolean): string[] {
  const tail = `_l${layer}${backward ? "_reverse" : ""}`;
  return [
    `weight_ih${tail}`,
    `weight_hh${tail}`,
    ...(bias ? [`bias_ih${tail}`, `bias_hh${tail}`] : []),
    ...(projected ? [`weight_hr${tail}`] : []),
  ];
}

/** Attributes and weights: weight_ih [gates*H, in], weight_hh [gates*H, H or P], two biases [gates*H], weight_hr [P, H]. */
export function recurrentSetup(vm: Vm, a: Bound): Value {
  const self = a["self"] as InstanceValue;
  const mode = toText(vm, a["mode"], "mode");
  const cell = CELLS[mode] ?? "rnn";
  const inputSize = toSize(vm, a["input_size"], "input_size");
  const hidden = toSize(vm, a["hidden_size"], "hidden_size");
  const layers = toSize(vm, a["num_layers"], "num_layers");
  const projection = toSize(vm, a["proj_size"], "proj_size");
  if (typeof layers !== "number") throw vm.giveUp(layers.reason);
  if (layers < 1) throw vm.error("ValueError", "num_layers must be greater than zero");
  const bias = toBoolean(vm, a["bias"]);
  const both = toBoolean(vm, a["bidirectional"]);
  const projected = projection !== 0;
  const state = projected ? projection : hidden;
  const gates = mapDims((size) => GATES[cell] * size, hidden);
  vm.touch(self);
  const { fields } = self;
  for (const name of ["input_size", "hidden_size", "num_layers", "batch_first", "dropout", "proj_size"])
    fields.set(name, a[name] as Value);
  fields.set("mode", a["mode"] as Value);
  fields.set("bias", bool(bias));
  fields.set("bidirectional", bool(both));
  for (let layer = 0; layer < layers; layer++) {
    const from = layer === 0 ? inputSize : mapDims((size) => size * (both ? 2 : 1), state);
    for (const backward of both ? [false, true] : [false]) {
      const shapes: Shape[] = [
        [gates, from],
        [gates, state],
        ...(bias ? [[gates], [gates]] : []),
        ...(projected ? [[state, hidden]] : []),
      ];
      weightNames(layer, backward, bias, projected).forEach((name, i) =>
        fields.set(name, parameter(shapes[i] as Shape)),
      );
    }
  }
  return NONE;
}

function text(value: Value | undefined): string {
  return value?.kind === "string" ? value.value : "";
}

/** output, h_n (LSTM: output, (h_n, c_n)). */
export function recurrentForward(vm: Vm, a: Bound): Value {
  const self = a["self"] as InstanceValue;
  const field = (name: string): Value => vm.getAttribute(self, name);
  const cell = CELLS[text(field("mode"))] ?? "rnn";
  const packed = a["input"] instanceof PackedSequence ? a["input"] : null;
  let input = packed ? packed.tensor : toTensor(vm, a["input"]);
  const batchFirst = packed === null && toBoolean(vm, field("batch_first"));
  const both = toBoolean(vm, field("bidirectional"));
  const bias = toBoolean(vm, field("bias"));
  const directions = both ? 2 : 1;
  const hidden = toSize(vm, field("hidden_size"), "hidden_size");
  const inputSize = toSize(vm, field("input_size"), "input_size");
  const layers = toSize(vm, field("num_layers"), "num_layers") as number;
  const projection = toSize(vm, field("proj_size"), "proj_size");
  const state = projection === 0 ? hidden : projection;
  const rank = input.shape?.length;
  if (rank !== undefined && rank !== 2 && rank !== 3)
    throw raise(vm, input, `${text(field("mode"))}: Expected input to be 2D or 3D, got ${rank}D instead`);
  const last = input.shape?.at(-1);
  if (typeof last === "number" && typeof inputSize === "number" && last !== inputSize) {
    throw raise(
      vm,
      input,
      `input.size(-1) must be equal to input_size. Expected ${inputSize}, got ${last} (input ${showShape(input.shape)})`,
    );
  }
  if (batchFirst && rank === 3) input = swapAxes(vm, input, 0, 1);
  const unknown = reasonOf(vm, input);
  const steps: Dim = input.shape?.[0] ?? unknown;
  const batch: Dim = rank === 2 ? 1 : (input.shape?.[1] ?? unknown);
  const batched: Shape = rank === 2 ? [] : [batch];
  const width = mapDims((size) => size * directions, state);
  const initial = isNone(a["hx"]) || isOpaque(a["hx"]) ? [] : tensorList(a["hx"]);
  for (let layer = 0; layer < layers; layer++) {
    const names = (both ? [false, true] : [false]).flatMap((backward) =>
      weightNames(layer, backward, bias, projection !== 0),
    );
    const [output] = recurrent(vm, {
      cell,
      batch,
      steps,
      inputSize: layer === 0 ? inputSize : width,
      hiddenSize: hidden,
      projection: typeof projection === "number" ? projection : 0,
      directions,
      hasBias: bias,
      inputs: [input, ...(layer === 0 ? initial : [])],
      weights: names.map((name) => toTensor(vm, field(name))),
      outputs: [
        {
          shape: rank === undefined ? null : [steps, ...batched, width],
          dtype: input.dtype,
          reason: rank === undefined ? unknown : null,
        },
      ],
      library: torchLibrary(),
    });
    input = output as Tensor;
  }
  const lastOf = (size: Dim): Tensor => {
    const shape = rank === undefined ? null : [layers * directions, ...batched, size];
    const tensor = new Tensor(shape, input.dtype, torchLibrary(), shape === null ? unknown : null);
    tensor.producer = input.producer;
    return tensor;
  };
  const states = cell === "lstm" ? tuple([lastOf(state), lastOf(hidden)]) : lastOf(state);
  const output = batchFirst && rank === 3 ? swapAxes(vm, input, 0, 1) : input;
  return tuple([packed ? new PackedSequence(output, packed.lengths) : output, states]);
}

function tensorList(value: Value | undefined): Tensor[] {
  if (value instanceof Tensor) return [value];
  const items: readonly Value[] = value?.kind === "tuple" || value?.kind === "list" ? value.items : [];
  return items.filter((item): item is Tensor => item instanceof Tensor);
}

/** One step of one cell: h' (LSTM: h', c'). */
export function recurrentCell(vm: Vm, a: Bound): Value {
  const self = a["self"] as InstanceValue;
  const kind = toText(vm, a["kind"], "kind") as Cell;
  const input = toTensor(vm, a["input"]);
  const hidden = toSize(vm, vm.getAttribute(self, "hidden_size"), "hidden_size");
  const inputSize = toSize(vm, vm.getAttribute(self, "input_size"), "input_size");
  const last = input.shape?.at(-1);
  if (typeof last === "number" && typeof inputSize === "number" && last !== inputSize) {
    throw raise(vm, input, `input has inconsistent input_size: got ${last} expected ${inputSize}`);
  }
  const names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
  const weights = names
    .map((name) => vm.getAttribute(self, name))
    .filter((value): value is Tensor => value instanceof Tensor);
  const lead = input.shape?.slice(0, -1) ?? null;
  const shape = lead === null ? null : [...lead, hidden];
  const reason = shape === null ? reasonOf(vm, input) : null;
  const output = { shape, dtype: input.dtype, reason };
  const made = recurrent(vm, {
    cell: kind,
    batch: lead === null ? reasonOf(vm, input) : elements(lead),
    steps: 1,
    inputSize,
    hiddenSize: hidden,
    directions: 1,
    hasBias: weights.length > 2,
    inputs: [input, ...(isNone(a["hx"]) ? [] : tensorList(a["hx"]))],
    weights,
    outputs: kind === "lstm" ? [output, output] : [output],
    library: torchLibrary(),
  });
  return kind === "lstm" ? tuple(made) : (made[0] as Tensor);
}
