// Recurrent layers. An LSTM of Keras 2 becomes one UNIDIRECTIONAL_SEQUENCE_LSTM with its states; every other recurrent layer becomes
// a WHILE loop over subgraphs of its own, which is not modelled here, and the reason says so.
import type { Attributes, Operation } from "../3-graph/operation";
import type { Tensor } from "../3-graph/tensor";
import { type Element, sizeOf, type Value } from "./draft";
import { identityOrder, NotLowered, shapeOf, type Store } from "./layout";
import type { Style } from "./windows";

export function lowerRecurrent(
  store: Store,
  operation: Operation,
  a: Extract<Attributes, { kind: "recurrent" }>,
  style: Style,
): void {
  const { draft } = store;
  const name = a.cell === "lstm" ? "an LSTM" : a.cell === "gru" ? "a GRU" : "a plain recurrent layer";
  const fused =
    a.cell === "lstm" && a.directions === 1 && operation.inputs.length === 1 && operation.outputs.length === 1;
  if (!fused || !style.keras2) {
    throw new NotLowered(
      `${name} is converted to a WHILE loop over subgraphs of its own, which is not lowered here${a.cell === "lstm" ? " (Keras 2 converts an LSTM without initial state or returned states to one fused operator)" : ""}`,
      operation,
    );
  }
  const input = operation.inputs[0] as Tensor;
  const output = operation.outputs[0] as Tensor;
  const x = store.natural(input);
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
    store.set(output, made);
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
