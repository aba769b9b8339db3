// A batch normalisation of 8 channels has 4 · 8 values; activations have none.
import { describe, expect, it } from "vitest";
import { expectFixed, expectFound, expectSilent } from "./tester";

const RULE = "duplicate-activation-or-batchnorm";
const KERAS = "import keras\nfrom keras import layers\n\n";
const keras = (...lines: string[]) =>
  `${KERAS}model = keras.Sequential([\n    keras.Input((16, 16, 3)),\n${lines.map((line) => `    ${line},\n`).join("")}])\n`;

describe("Keras", () => {
  it("takes an activation out of a list", async () => {
    await expectFixed(
      RULE,
      { py: keras("layers.Conv2D(8, 3, activation='relu')", "⟦layers.ReLU()⟧", "layers.Flatten()") },
      keras("layers.Conv2D(8, 3, activation='relu')", "layers.Flatten()"),
    );
  });

  it("takes a call out of a chain, with its line where nothing is left of it", async () => {
    const source = (line: string) =>
      `${KERAS}i = keras.Input((16, 16, 3))\nx = layers.Conv2D(8, 3)(i)\nx = layers.BatchNormalization()(x)\n${line}model = keras.Model(i, x)\n`;
    const call = "⟦layers.BatchNormalization()⟧(x)";
    await expectFixed(
      RULE,
      { py: source(`y = ${call}\n`).replace("(i, x)", "(i, y)") },
      source("y = x\n").replace("(i, x)", "(i, y)"),
    );
    const finding = await expectFixed(RULE, { py: source(`x = ${call}\n`) }, source(""));
    const { before, after } = finding.fixes[0]?.receipt ?? {};
    expect((before?.params ?? 0) - (after?.params ?? 0)).toBe(4 * 8);
  });

  it("takes a statement out", async () => {
    const source = (line: string) =>
      `${KERAS}model = keras.Sequential()\nmodel.add(keras.Input((20,)))\nmodel.add(layers.Dense(10, activation="softmax"))\n${line}`;
    await expectFixed(RULE, { py: source("model.add(⟦layers.Softmax()⟧)\n") }, source(""));
  });

  it.each([
    ["different functions", keras("layers.Conv2D(8, 3, activation='relu')", "layers.Activation('tanh')")],
    [
      "a function that does more each time",
      keras("layers.Conv2D(8, 3, activation='tanh')", "layers.Activation('tanh')"),
    ],
    [
      "layers with work between",
      keras("layers.Conv2D(8, 3, activation='relu')", "layers.Conv2D(8, 3)", "layers.ReLU()"),
    ],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py })); // prettier-ignore
});

describe("PyTorch", () => {
  const source = (...lines: string[]) =>
    `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n${lines.map((line) => `    ${line},\n`).join("")})\nmodel(torch.zeros(1, 3, 16, 16))\n`;
  it("takes an activation out of a Sequential", async () => {
    await expectFixed(
      RULE,
      { py: source("nn.Conv2d(3, 8, 3)", "nn.ReLU()", "⟦nn.ReLU(inplace=True)⟧") },
      source("nn.Conv2d(3, 8, 3)", "nn.ReLU()"),
    );
  });
  it("leaves a module alone that is also used where it does something", async () => {
    await expectSilent(RULE, {
      py: "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Conv2d(3, 8, 3)\n        self.relu = nn.ReLU()\n\n    def forward(self, x):\n        return self.relu(self.relu(self.a(x)))\n\nNet()(torch.zeros(1, 3, 8, 8))\n",
    });
  });
});

describe("TensorFlow.js", () => {
  it("finds a softmax of a softmax", async () => {
    const [finding] = await expectFound(RULE, {
      js: "import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential();\nmodel.add(tf.layers.dense({units: 10, inputShape: [20], activation: 'softmax'}));\nmodel.add(⟦tf.layers.softmax()⟧);\n",
    });
    expect(finding?.fixes).toHaveLength(1);
  });
});
