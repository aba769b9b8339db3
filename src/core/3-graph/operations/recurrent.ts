// Whole recurrent layers: one operation for each layer of a stack. The matrix products of one step are
// directions x gates x hidden x (input + hidden), gates 4 (LSTM), 3 (GRU), 1 (plain), times the batch; an LSTM with projected
// state feeds back the projection and adds hidden x projection.
import type { Vm } from "../../2-evaluate/vm";
import { emit, type OutputSpec } from "../graph";
import type { Settings } from "../operation";
import { type Dim, mapDims } from "../shape";
import type { Tensor, TensorLibrary } from "../tensor";

export type Cell = "lstm" | "gru" | "rnn";

export const GATES: Readonly<Record<Cell, number>> = { lstm: 4, gru: 3, rnn: 1 };

export interface RecurrentSpec {
  cell: Cell;
  batch: Dim;
  steps: Dim;
  inputSize: Dim;
  hiddenSize: Dim;
  /** Size of the projected state of an LSTM; 0 for none. */
  projection?: number;
  directions: number;
  hasBias: boolean;
  unrolled?: "plain" | "other";
  /** Sequence and initial states. */
  inputs: readonly Tensor[];
  weights: readonly Tensor[];
  outputs: readonly OutputSpec[];
  library?: TensorLibrary;
  settings?: Settings | undefined;
}

/** Multiply-accumulates of one time step of all directions, for the whole batch. */
export function macsPerStep(
  cell: Cell,
  batch: Dim,
  inputSize: Dim,
  hiddenSize: Dim,
  directions: number,
  projection = 0,
): Dim {
  return mapDims(
    (n, input, hidden) => {
      const state = projection > 0 ? projection : hidden;
      return n * directions * (GATES[cell] * hidden * (input + state) + projection * hidden);
    },
    batch,
    inputSize,
    hiddenSize,
  );
}

/** Adds one recurrent layer; gives its outputs in the order of `outputs`. */
export function recurrent(vm: Vm, spec: RecurrentSpec): Tensor[] {
  return emit(
    vm,
    {
      kind: "recurrent",
      cell: spec.cell,
      steps: spec.steps,
      inputSize: spec.inputSize,
      hiddenSize: spec.hiddenSize,
      directions: spec.directions,
      macsPerStep: macsPerStep(
        spec.cell,
        spec.batch,
        spec.inputSize,
        spec.hiddenSize,
        spec.directions,
        spec.projection ?? 0,
      ),
      hasBias: spec.hasBias,
      ...(spec.unrolled ? { unrolled: spec.unrolled } : {}),
    },
    spec.inputs,
    spec.weights,
    spec.outputs,
    spec.library,
    { settings: spec.settings },
  );
}
