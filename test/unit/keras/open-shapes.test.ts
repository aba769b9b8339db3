// Rows of models whose inputs leave dimensions open: the shapes Keras 3.15 prints (`layer.output.shape`), beside those of the run.
import { describe, expect, it } from "vitest";
import { reportOf } from "./harness";

const HEAD = "import keras\nfrom keras import layers\n";
const IMAGES = `${HEAD}
image = keras.Input((None, None, 3))
x = layers.Conv2D(8, 3, strides=2, padding="same")(image)
x = layers.Resizing(16, 16)(x)
x = layers.Conv2D(4, 1)(x)
resizer = keras.Model(image, x, name="resizer")
inputs = keras.Input((40, 30, 3))
y = resizer(inputs)
y = layers.GlobalAveragePooling2D()(y)
model = keras.Model(inputs, layers.Dense(2)(y))
`;
const TOKENS = `${HEAD}
tokens = keras.Input((None,), dtype="int32")
z = layers.Embedding(50, 6)(tokens)
z = layers.LSTM(5, return_sequences=True)(z)
z = layers.Dense(3)(z)
model = keras.Model(tokens, z)
`;

const rows = async (source: string, entry: string, shape: number[]) => {
  const report = await reportOf(source, "python", entry, [{ shape }]);
  return report.layers.map(({ type, outputShape, runShape, macs }) => ({ type, outputShape, runShape, macs }));
};

describe("rows of a model with open dimensions", () => {
  it("print null where the declared input leaves a dimension open, and count at the size that was run", async () => {
    expect(await rows(IMAGES, "resizer", [1, 20, 10, 3])).toMatchObject([
      { type: "InputLayer", outputShape: [null, null, null, 3] },
      { type: "Conv2D", outputShape: [null, null, null, 8], runShape: [null, 10, 5, 8], macs: 10 * 5 * 3 * 3 * 3 * 8 },
      { type: "Resizing", outputShape: [null, 16, 16, 8], runShape: [null, 16, 16, 8] },
      { type: "Conv2D", outputShape: [null, 16, 16, 4], runShape: [null, 16, 16, 4], macs: 16 * 16 * 8 * 4 },
    ]);
  });

  it("keep the open dimensions of a model inside another one", async () => {
    const found = await rows(IMAGES, "model", [1, 40, 30, 3]);
    expect(found.filter(({ type }) => type === "Conv2D" || type === "Dense")).toMatchObject([
      { type: "Conv2D", outputShape: [null, null, null, 8], runShape: [null, 20, 15, 8] },
      { type: "Conv2D", outputShape: [null, 16, 16, 4], runShape: [null, 16, 16, 4] },
      { type: "Dense", outputShape: [null, 2], runShape: [null, 2] },
    ]);
  });

  it("print null for an open sequence length", async () => {
    expect((await rows(TOKENS, "model", [1, 7])).slice(1)).toMatchObject([
      { type: "Embedding", outputShape: [null, null, 6], runShape: [null, 7, 6] },
      { type: "LSTM", outputShape: [null, null, 5], runShape: [null, 7, 5], macs: 7 * 4 * 5 * (6 + 5) },
      { type: "Dense", outputShape: [null, null, 3], runShape: [null, 7, 3], macs: 7 * 5 * 3 },
    ]);
  });
});
