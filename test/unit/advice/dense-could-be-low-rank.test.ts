// m×n weights against r·(m + n), the rank the multiple of 8 below a third of m·n / (m + n): 512×512 gives 85.3, so 80.
import { describe, expect, it } from "vitest";
import { expectFixed, expectSilent } from "./tester";

const RULE = "dense-could-be-low-rank";
const keras = (...lines: string[]) =>
  `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((512,)),\n${lines.map((line) => `    ${line},\n`).join("")}])\n`;

describe("Keras", () => {
  it("puts a thin layer before", async () => {
    const finding = await expectFixed(
      RULE,
      { py: keras("⟦layers.Dense(512, activation='relu')⟧", "layers.Dense(10)") },
      keras("layers.Dense(80, use_bias=False)", "layers.Dense(512, activation='relu')", "layers.Dense(10)"),
    );
    const { before, after } = finding.fixes[0]?.receipt ?? {};
    expect(before?.params).toBe(512 * 512 + 512 + 512 * 10 + 10);
    expect(after?.params).toBe(80 * 1024 + 512 + 512 * 10 + 10);
    expect(after?.macs).toBe(80 * 1024 + 512 * 10);
  });

  it.each([
    ["few units", keras("layers.Dense(10)")],
    ["a small layer", keras("layers.Dense(8)", "layers.Dense(64)")],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py })); // prettier-ignore
});

describe("PyTorch", () => {
  it("makes a Sequential of two layers", async () => {
    const source = (fc: string) =>
      `import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = ${fc}\n\n    def forward(self, x):\n        return self.fc(x).relu()\n\nNet()(torch.zeros(1, 512))\n`;
    await expectFixed(
      RULE,
      { py: source("⟦nn.Linear(512, 512)⟧") },
      source("nn.Sequential(nn.Linear(512, 80, bias=False), nn.Linear(80, 512))"),
    );
  });
});

describe("TensorFlow.js", () => {
  it("gives the input shape to the first", async () => {
    const source = (lines: string) =>
      `import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential();\n${lines}\n`;
    await expectFixed(
      RULE,
      { js: source("model.add(⟦tf.layers.dense({units: 512, inputShape: [512], activation: 'relu'})⟧);") },
      source(
        "model.add(tf.layers.dense({units: 80, inputShape: [512], useBias: false}));\nmodel.add(tf.layers.dense({units: 512, activation: 'relu'}));",
      ),
    );
  });
});
