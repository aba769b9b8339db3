// What a torch model implies about its input when no code shows it: the channels or features of its first layer.
import type { InstanceValue, Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { InputGuess } from "../framework";
import { namedModules } from "./module";

type Guess = (field: (name: string) => number | null) => {
  shape: (number | null)[];
  dtype: "float32" | "int64";
  what: string;
};

const spatial =
  (rank: number): Guess =>
  (field) => ({
    shape: [1, field("in_channels"), ...new Array<null>(rank).fill(null)],
    dtype: "float32",
    what: "in_channels",
  });
const channels =
  (rank: number): Guess =>
  (field) => ({
    shape: [1, field("num_features"), ...new Array<null>(rank).fill(null)],
    dtype: "float32",
    what: "num_features",
  });
const sequence: Guess = (field) => ({ shape: [1, null, field("input_size")], dtype: "float32", what: "input_size" });
const step: Guess = (field) => ({ shape: [1, field("input_size")], dtype: "float32", what: "input_size" });
const tokens: Guess = () => ({ shape: [1, null], dtype: "int64", what: "token indices" });

/** By class name of the layer that receives the input. */
const GUESSES: Readonly<Record<string, Guess>> = {
  Conv1d: spatial(1),
  Conv2d: spatial(2),
  Conv3d: spatial(3),
  ConvTranspose1d: spatial(1),
  ConvTranspose2d: spatial(2),
  ConvTranspose3d: spatial(3),
  BatchNorm2d: channels(2),
  BatchNorm3d: channels(3),
  Linear: (field) => ({ shape: [1, field("in_features")], dtype: "float32", what: "in_features" }),
  Embedding: tokens,
  EmbeddingBag: tokens,
  LSTM: sequence,
  GRU: sequence,
  RNN: sequence,
  LSTMCell: step,
  GRUCell: step,
  RNNCell: step,
};

function number(value: Value | undefined): number | null {
  return value?.kind === "number" ? value.value : null;
}

/** One input from the first layer that has weights, in the order layers were set; null when that layer tells nothing. */
export function impliedInputs(vm: Vm, model: InstanceValue): InputGuess[] | null {
  for (const [path, module] of namedModules(vm, model)) {
    const name = module.type.mro.find((cls) => cls.name in GUESSES)?.name;
    if (name === undefined) continue;
    const guess = GUESSES[name]?.((field) => number(module.fields.get(field)));
    if (!guess) return null;
    const layer = path === "" ? name : `${name} ${path}`;
    return [
      {
        name: "input",
        shape: guess.shape,
        dtype: guess.dtype,
        freeBatch: false,
        assumption: `input from ${guess.what} of the first layer, ${layer}`,
        implied: true,
      },
    ];
  }
  return null;
}
