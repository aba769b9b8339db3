// What a Keras program does not tell must be unknown with a reason, never a number.
import { describe, expect, it } from "vitest";
import { reportOf } from "./harness";

async function keras(source: string, inputs: (number | null)[][] = []) {
  const report = await reportOf(
    `import keras\nimport tensorflow as tf\nfrom keras import layers, ops\n${source}`,
    "python",
    "model",
    inputs.map((shape) => ({ shape })),
  );
  return {
    params: report.params.total,
    macs: report.macs,
    reasons: [report.error ?? "", ...report.unknowns.map(({ reason }) => reason)].join("; "),
  };
}

describe("not told by the source", () => {
  it("a width read from a file", async () => {
    const found = await keras(`
n = int(open("n.txt").read())
model = keras.Sequential([keras.Input((4,)), layers.Dense(n), layers.Dense(2)])`);
    expect(found).toMatchObject({ params: null, macs: null });
    expect(found.reasons).not.toBe("");
  });

  it("a model loaded from a file", async () => {
    const found = await keras(`model = keras.models.load_model("m.keras")`);
    expect(found).toMatchObject({ params: null, macs: null });
    expect(found.reasons).toContain("loaded from a file");
  });

  it("the shapes of a functional model that is not known itself", async () => {
    const found = await keras(`
x = keras.Input((4,))
inner = keras.Model(x, layers.Dense(2)(missing.block(x)))
model = keras.Sequential([inner, layers.Dense(inner.output_shape[-1])])`);
    expect(found).toMatchObject({ params: null, macs: null });
    expect(found.reasons).toContain("the name 'missing' is not defined");
    expect(found.reasons).not.toContain("never been called");
  });

  it("a function that is not modelled, inside a functional model", async () => {
    const found = await keras(`
x = keras.Input((4,))
y = tf.signal.some_transform(x)
model = keras.Model(x, layers.Dense(2)(y))`);
    expect(found).toMatchObject({ params: null, macs: null });
    expect(found.reasons).toContain("some_transform is not modelled");
  });

  it("layers behind the point where a call of a layer ends as unknown", async () => {
    const found = await keras(`
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(5)
    def call(self, x):
        return self.dense(tf.signal.some_transform(x))
model = keras.Sequential([keras.Input((4,)), Block()])`);
    expect(found).toMatchObject({ params: null, macs: null });
  });

  it("a layer that may or may not be there", async () => {
    const found = await keras(`
import sys
model = keras.Sequential([keras.Input((4,))])
if len(sys.argv) > read_setting():
    model.add(layers.Dense(8))
model.add(layers.Dense(2))`);
    expect(found).toMatchObject({ params: null, macs: null });
  });

  it("a layer that is loaded", async () => {
    const found = await keras(`
import tensorflow_hub as hub
model = keras.Sequential([hub.KerasLayer("https://example.org/m", input_shape=(8,)), layers.Dense(2)])`);
    expect(found).toMatchObject({ params: null, macs: null });
  });

  it("MACs of a size that is None, while parameters are known", async () => {
    const source = `
x = keras.Input((None, None, 3))
y = layers.Conv2D(4, 3, padding="same")(x)
model = keras.Model(x, layers.Dense(2)(layers.GlobalAveragePooling2D()(y)))`;
    const found = await keras(source);
    expect(found).toMatchObject({ params: 122, macs: null });
    expect(found.reasons).toMatch(/height|declare/);
    expect(await keras(source, [[1, 8, 8, 3]])).toMatchObject({ params: 122, macs: 3 * 3 * 3 * 4 * 64 + 8 });
  });

  it("a loop over time steps of the backend", async () => {
    const found = await keras(`
x = keras.Input((4, 3))
_, y, _ = keras.backend.rnn(lambda a, s: (a, s), x, [])
model = keras.Model(x, y)`);
    expect(found.macs).toBeNull();
  });
});

describe("errors of the program", () => {
  it("sizes that do not fit, where Keras raises", async () => {
    const found = await keras(`
x = keras.Input((8, 8, 3))
model = keras.Model(x, layers.Add()([layers.Conv2D(4, 3)(x), layers.Conv2D(5, 3)(x)]))`);
    expect(found).toMatchObject({ params: null, macs: null });
    expect(found.reasons).toContain("ValueError");
  });

  it("a width that is not whole", async () => {
    const found = await keras(`model = keras.Sequential([keras.Input((4,)), layers.Dense(9 / 2)])`);
    expect(found.params).toBeNull();
    expect(found.reasons).toContain("TypeError");
  });
});

describe("evaluation that stops at its limit", () => {
  it("leaves unknown what the rest of the module would have bound again", async () => {
    const loop =
      "t = 0\nfor i in range(15000):\n    for j in range(4):\n        t = t + i * j + (i - j) * (i + j) // 3\n";
    const source = `import keras\nwidth = 8\nkept = 3\n${loop.repeat(12)}width = 16\n`;
    const dense = (units: string) => `keras.Sequential([keras.Input((4,)), keras.layers.Dense(${units})])`;
    expect((await reportOf(source, "python", dense("kept"))).params.total).toBe(4 * 3 + 3);
    const stopped = await reportOf(source, "python", dense("width"));
    expect(stopped.params.total).toBeNull();
    expect(stopped.unknowns.map(({ reason }) => reason).join()).toContain("evaluation stopped after");
  }, 30_000);
});

describe("the code that runs when the file is run", () => {
  it("gives its names to an entry", async () => {
    const source = `
import keras
def build(units):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
if __name__ == "__main__":
    units = 3
    net = build(units)
    small = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
`;
    expect((await reportOf(source, "python", "net")).params.total).toBe(4 * 3 + 3);
    expect((await reportOf(source, "python", "small")).params.total).toBe(2 + 1);
    const missing = await reportOf(source, "python", "large");
    expect(missing.status).toBe("error");
  });
});

describe("an output of unknown rank", () => {
  it("has no shape, which is not that of a scalar", async () => {
    const report = await reportOf(
      `import keras\nn = open("n").read()\nmodel = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(2, n)])`,
      "python",
      "model",
      [],
    );
    expect(report.outputs).toEqual([{ shape: null }]);
  });
});

describe("the sum of no tensors", () => {
  it("is an error, as in TensorFlow, and the rest of the file goes on", async () => {
    const found = await keras(`
total = tf.add_n([])
model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])`);
    expect(found).toMatchObject({ params: 4 * 3 + 3, macs: 4 * 3 });
  });
});
