// Recurrent layers. An LSTM of Keras 2 becomes one UNIDIRECTIONAL_SEQUENCE_LSTM with its states; every other recurrent layer becomes
// a WHILE loop over subgraphs of its own, which is not modelled here, and the reason says so. Backwards, the sequence is reversed first. A plain layer with `unroll=True` is written
// out step by step; an unrolled LSTM or GRU is not followed.
import type { Attributes, Operation } from "../3-graph/operation";
import type { Tensor } from "../3-graph/tensor";
import { activationValue, type Draft, type Element, sizeOf, type Value } from "./draft";
import { identityOrder, NotLowered, shapeOf, type Store } from "./layout";
import type { Style } from "./windows";

export function lowerRecurrent(
  store: Store,
  operation: Operation,
  a: Extract<Attributes, { kind: "recurrent" }>,
  style: Style,
): void {
  const { draft } = store;
  // As Keras names the two directions of a Bidirectional layer: the backward one is sorted first.
  draft.name += operation.settings?.["reversed"] === true ? "/backward" : "/forward";
  const name = a.cell === "lstm" ? "an LSTM" : a.cell === "gru" ? "a GRU" : "a plain recurrent layer";
  if (a.unrolled) return lowerUnrolled(store, operation, a, style, name);
  const fused =
    a.cell === "lstm" && a.directions === 1 && operation.inputs.length === 1 && operation.outputs.length === 1;
  if (!fused || !style.keras2) {
    throw new NotLowered(
      `${name} is converted to a WHILE loop over subgraphs of its own, which is not lowered here${a.cell === "lstm" ? " (Keras 2 converts an LSTM without initial state or returned states to one fused operator)" : a.cell === "rnn" ? "; with unroll=True it is, or use an LSTM of Keras 2, which becomes one operator" : "; an LSTM of Keras 2 becomes one operator that is"}`,
      operation,
    );
  }
  const output = operation.outputs[0] as Tensor;
  const isBackwards = operation.settings?.["backwards"] === true;
  const forward = store.natural(operation.inputs[0] as Tensor);
  const x = isBackwards ? reverse(draft, forward) : forward;
  const [batch, steps, size] = x.shape as [number, number, number];
  const hidden = a.hiddenSize as number;
  const outShape = shapeOf(output, operation);
  const part = (shape: readonly number[]): Value => draft.weight(shape);
  const bias = (): Value => draft.bias(hidden, 1);
  const state = (element: Element): Value => ({
    shape: [batch, hidden],
    role: "state",
    element,
    scales: 1,
    content: null,
  });
  const all = [batch, steps, hidden];
  const made = draft.add(
    "UNIDIRECTIONAL_SEQUENCE_LSTM",
    [
      x,
      ...Array.from({ length: 4 }, () => part([hidden, size])),
      ...Array.from({ length: 4 }, () => part([hidden, hidden])),
      null,
      null,
      null,
      ...Array.from({ length: 4 }, bias),
      null,
      null,
      state("real"),
      state("INT16"),
      null,
      null,
      null,
      null,
    ],
    all,
    { macs: steps * batch * 4 * hidden * (size + hidden), options: { activation: "tanh" } },
  );
  if (outShape.length === 3) {
    store.set(output, operation.settings?.["reversed"] === true ? reverse(draft, made) : made);
    return;
  }
  const rank = identityOrder(3);
  const last = draft.add(
    "STRIDED_SLICE",
    [made, draft.integers([0, -1, 0]), draft.integers([0, 0, 0]), draft.integers(rank.map(() => 1))],
    outShape,
    { note: "takes the output of the last step" },
  );
  store.set(output, sizeOf(last.shape) === sizeOf(outShape) ? last : draft.reshape(last, outShape));
}

/** Turns a sequence (batch, time, features) round in time. */
function reverse(draft: Draft, x: Value): Value {
  return draft.add("REVERSE_V2", [x, draft.integers([1])], x.shape);
}

/** A plain layer of batch 1 whose steps are written out: each is a product of the input and one of the state, added, then TANH. */
function lowerUnrolled(
  store: Store,
  operation: Operation,
  a: Extract<Attributes, { kind: "recurrent" }>,
  style: Style,
  name: string,
): void {
  const { draft } = store;
  const input = operation.inputs[0] as Tensor;
  const output = operation.outputs[0] as Tensor;
  const x = store.natural(input);
  const [batch, steps, size] = x.shape as [number, number, number];
  const units = a.hiddenSize as number;
  const shape = shapeOf(output, operation);
  const isSimple = a.cell === "rnn" && a.unrolled === "plain" && batch === 1 && steps > 1 && shape.length === 2;
  if (!isSimple || mayBeMasked(input) || operation.inputs.length > 1 || operation.outputs.length > 1) {
    throw new NotLowered(
      `${name} with unroll=True is written out step by step, which is lowered here only for a SimpleRNN of one direction with tanh that gives its last output, without a mask`,
      operation,
    );
  }
  const scales = style.densePerChannel ? units : 1;
  const [kernel, recurrent, stored] = operation.weights;
  const product = (value: Value, features: number, weight: Tensor | undefined, bias: Value | null): Value =>
    draft.add(
      "FULLY_CONNECTED",
      [value, draft.weight([units, features], scales, weight ? `weight ${weight.id}` : null), bias],
      shape,
      { macs: units * features, options: { activation: "none" } },
    );
  const rows = Array.from({ length: steps }, () => activationValue([batch, size]));
  draft.addStep("UNPACK", [draft.reshape(x, [steps, batch, size])], rows);
  let state: Value | undefined;
  // Backwards, the converter takes the rows from the end.
  for (const row of operation.settings?.["backwards"] === true ? rows.toReversed() : rows) {
    // The first state is zero: its product is not there.
    const past = state && product(state, units, recurrent, null);
    const bias = a.hasBias ? draft.bias(units, scales, stored ? `bias ${stored.id}` : null) : null;
    const made = product(row, size, kernel, bias);
    const sum = past ? draft.add("ADD", [made, past], shape, { options: { activation: "none" } }) : made;
    state = draft.add("TANH", [sum], shape);
  }
  store.set(output, state as Value);
}

/** True behind an embedding or a masking layer, whose mask reaches this far and makes the converter select each step. */
function mayBeMasked(input: Tensor): boolean {
  const seen = new Set<Tensor>();
  const open = [input];
  for (let tensor = open.pop(); tensor; tensor = open.pop()) {
    const made = tensor.producer;
    if (!made || seen.has(tensor)) continue;
    seen.add(tensor);
    const { kind } = made.attributes;
    if (kind === "embedding" || made.layers.some((layer) => layer.type.name === "Masking")) return true;
    open.push(...made.inputs);
  }
  return false;
}
