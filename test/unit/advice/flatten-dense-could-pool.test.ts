// A dense layer of u units on p positions of c channels has p·c·u weights, after averaging c·u.
import { describe, expect, it } from "vitest";
import { expectFixed, expectFound, expectSilent } from "./tester";

const RULE = "flatten-dense-could-pool";
const keras = (flatten: string, conv = "layers.Conv2D(16, 3)") =>
  `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((16, 16, 3)),\n    ${conv},\n    ${flatten},\n    layers.Dropout(0.2),\n    layers.Dense(32),\n])\n`;

describe("Keras", () => {
  it("averages instead of flattening", async () => {
    const finding = await expectFixed(
      RULE,
      { py: keras("⟦layers.Flatten()⟧") },
      keras("layers.GlobalAveragePooling2D()"),
    );
    const { before, after } = finding.fixes[0]?.receipt ?? {};
    expect(before?.params).toBe(9 * 3 * 16 + 16 + 196 * 16 * 32 + 32);
    expect(after?.params).toBe(9 * 3 * 16 + 16 + 16 * 32 + 32);
    expect(finding.message).toContain("196 positions × 16 channels");
  });

  it("imports the class", async () => {
    const source = (name: string, imports: string) =>
      `import keras\nfrom keras.layers import Conv1D, Dense, ${imports}\n\ni = keras.Input((64, 4))\nx = Conv1D(8, 3)(i)\nx = ${name}(x)\nmodel = keras.Model(i, Dense(10)(x))\n`;
    await expectFixed(
      RULE,
      { py: source("⟦Flatten()⟧", "Flatten") },
      source("GlobalAveragePooling1D()", "Flatten, GlobalAveragePooling1D"),
    );
  });

  it.each([
    ["a map of one position", keras("layers.Flatten()", "layers.Conv2D(16, 16)")],
    ["what is pooled already", keras("layers.GlobalAveragePooling2D()")],
    [
      "an image that no convolution has read",
      "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(32)])\n",
    ],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py })); // prettier-ignore
});

describe("PyTorch", () => {
  it("pools in the same Sequential and counts the features again", async () => {
    const source = (middle: string, features: string) =>
      `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n    nn.Conv2d(3, 16, 3),\n    ${middle},\n    nn.Linear(${features}, 32),\n)\nmodel(torch.zeros(1, 3, 16, 16))\n`;
    const finding = await expectFixed(
      RULE,
      { py: source("⟦nn.Flatten()⟧", "16 * 14 * 14") },
      source("nn.AdaptiveAvgPool2d(1),\n    nn.Flatten()", "16"),
    );
    expect(finding.fixes[0]?.receipt.after.macs).toBe(196 * 9 * 3 * 16 + 16 * 32);
  });

  it("says it without a fix where forward flattens", async () => {
    const [finding] = await expectFound(RULE, {
      py: "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv2d(3, 16, 3)\n        self.fc = ⟦nn.Linear(16 * 196, 32)⟧\n\n    def forward(self, x):\n        return self.fc(torch.flatten(self.conv(x), 1))\n\nNet()(torch.zeros(1, 3, 16, 16))\n",
    });
    expect(finding?.fixes).toEqual([]);
  });
});

describe("TensorFlow.js", () => {
  it("renames the factory and gives it a configuration", async () => {
    const source = (flatten: string) =>
      `import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential();\nmodel.add(tf.layers.conv2d({inputShape: [16, 16, 3], filters: 16, kernelSize: 3}));\nmodel.add(${flatten});\nmodel.add(tf.layers.dense({units: 32}));\n`;
    await expectFixed(RULE, { js: source("⟦tf.layers.flatten()⟧") }, source("tf.layers.globalAveragePooling2d({})"));
  });
});

describe("sequences", () => {
  it("are averaged over their steps in PyTorch and TensorFlow.js", async () => {
    const torch = (middle: string, features: string) =>
      `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n    nn.Conv1d(4, 16, 3),\n    ${middle},\n    nn.Linear(${features}, 8),\n)\nmodel(torch.zeros(1, 4, 32))\n`;
    const finding = await expectFixed(
      RULE,
      { py: torch("⟦nn.Flatten()⟧", "480") },
      torch("nn.AdaptiveAvgPool1d(1),\n    nn.Flatten()", "16"),
    );
    expect(finding.fixes[0]?.receipt.after.params).toBe(3 * 4 * 16 + 16 + 16 * 8 + 8);
    expect(finding.message).toContain("over the steps");
    const tfjs = (middle: string) =>
      `import * as tf from '@tensorflow/tfjs';\n\nconst model = tf.sequential();\nmodel.add(tf.layers.conv1d({inputShape: [32, 4], filters: 16, kernelSize: 3}));\nmodel.add(${middle});\nmodel.add(tf.layers.dense({units: 8}));\n`;
    await expectFixed(RULE, { js: tfjs("⟦tf.layers.flatten()⟧") }, tfjs("tf.layers.globalAveragePooling1d({})"));
  });
});
