// The batch of a model: one example is counted, whatever batch the code declares or calls with.
import { describe, expect, it } from "vitest";
import { reportOf } from "./harness";

const CELL = `
import keras
import tensorflow as tf
from keras import layers

class Cell(layers.Layer):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(32)
        self.b = layers.Dense(32)

    def call(self, inputs):
        state = tf.zeros((inputs.shape[0], 32))
        for t in range(inputs.shape[1]):
            state = self.a(inputs[:, t, :]) + self.b(state)
        return state
`;
/** Ten steps of a 5 → 32 and a 32 → 32 dense layer. */
const MACS = 10 * (5 * 32 + 32 * 32);

describe("the batch", () => {
  it("that an input declares counts 1, also where the code reads it", async () => {
    const report = await reportOf(
      `${CELL}\nx = keras.Input(batch_shape=(16, 10, 5))\nmodel = keras.Model(x, Cell()(x))`,
      "python",
      "model",
      [],
    );
    expect(report).toMatchObject({ status: "exact", macs: MACS, inputs: [{ shape: [1, 10, 5] }] });
  });

  it("of a call in the file counts 1", async () => {
    const report = await reportOf(`${CELL}\ncell = Cell()\ncell(tf.zeros((16, 10, 5)))`, "python", "cell", []);
    expect(report).toMatchObject({ status: "exact", macs: MACS, inputs: [{ shape: [1, 10, 5] }] });
  });

  it("that is None makes no tensor, as in TensorFlow", async () => {
    const report = await reportOf(
      `${CELL}\nx = keras.Input((10, 5))\nmodel = keras.Model(x, Cell()(x))`,
      "python",
      "model",
      [],
    );
    expect(report.macs).toBeNull();
    expect([report.error, ...report.unknowns.map(({ reason }) => reason)].join()).toContain("ValueError");
  });
});
