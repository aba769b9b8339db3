// A bias has one value for each filter or unit: that many parameters go.
import { describe, expect, it } from "vitest";
import { expectFixed, expectSilent } from "./tester";

const RULE = "conv-bias-before-batchnorm";
const KERAS = "import keras\nfrom keras import layers\n\n";
const keras = (...lines: string[]) =>
  `${KERAS}model = keras.Sequential([\n    keras.Input((16, 16, 3)),\n${lines.map((line) => `    ${line},\n`).join("")}])\n`;
const torch = (...lines: string[]) =>
  `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n${lines.map((line) => `    ${line},\n`).join("")})\nmodel(torch.zeros(1, 3, 16, 16))\n`;

describe("Keras", () => {
  it("adds use_bias=False", async () => {
    const finding = await expectFixed(
      RULE,
      { py: keras("⟦layers.Conv2D(24, 3)⟧", "layers.BatchNormalization()", "layers.ReLU()") },
      keras("layers.Conv2D(24, 3, use_bias=False)", "layers.BatchNormalization()", "layers.ReLU()"),
    );
    const { before, after } = finding.fixes[0]?.receipt ?? {};
    expect((before?.params ?? 0) - (after?.params ?? 0)).toBe(24);
    expect(after?.macs).toBe(before?.macs);
    expect(finding.level).toBe("hint");
  });

  it("changes a bias that is written", async () => {
    await expectFixed(
      RULE,
      { py: keras("⟦layers.Conv2D(24, 3, use_bias=True, padding='same')⟧", "layers.BatchNormalization()") },
      keras("layers.Conv2D(24, 3, use_bias=False, padding='same')", "layers.BatchNormalization()"),
    );
  });

  it.each([
    ["an activation between", keras("layers.Conv2D(24, 3, activation='relu')", "layers.BatchNormalization()")],
    ["a layer without a bias", keras("layers.Conv2D(24, 3, use_bias=False)", "layers.BatchNormalization()")],
    ["another normalisation", keras("layers.Conv2D(24, 3)", "layers.LayerNormalization()")],
    [
      "an output that others read too",
      `${KERAS}i = keras.Input((16, 16, 3))\nx = layers.Conv2D(24, 3)(i)\ny = layers.BatchNormalization()(x)\nmodel = keras.Model(i, layers.Add()([x, y]))\n`,
    ],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py })); // prettier-ignore
});

describe("PyTorch", () => {
  it("adds bias=False, also to transposed convolutions", async () => {
    await expectFixed(
      RULE,
      { py: torch("⟦nn.ConvTranspose2d(3, 24, 2, stride=2)⟧", "nn.BatchNorm2d(24)") },
      torch("nn.ConvTranspose2d(3, 24, 2, stride=2, bias=False)", "nn.BatchNorm2d(24)"),
    );
  });
  it("changes a bias given by position", async () => {
    await expectFixed(
      RULE,
      { py: torch("⟦nn.Conv2d(3, 24, 3, 1, 1, 1, 1, True)⟧", "nn.BatchNorm2d(24)") },
      torch("nn.Conv2d(3, 24, 3, 1, 1, 1, 1, False)", "nn.BatchNorm2d(24)"),
    );
  });
});

describe("TensorFlow.js", () => {
  it("adds useBias", async () => {
    const source = (conv: string) =>
      `import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential();\nmodel.add(${conv});\nmodel.add(tf.layers.batchNormalization());\n`;
    await expectFixed(
      RULE,
      { js: source("⟦tf.layers.conv2d({inputShape: [16, 16, 3], filters: 24, kernelSize: 3})⟧") },
      source("tf.layers.conv2d({inputShape: [16, 16, 3], filters: 24, kernelSize: 3, useBias: false})"),
    );
  });
});

describe("convolutions of one dimension", () => {
  it.each([
    [
      "Keras",
      "py",
      (conv: string) =>
        `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([keras.Input((32, 4)), ${conv}, layers.BatchNormalization()])\n`,
      ["layers.Conv1D(8, 3)", "layers.Conv1D(8, 3, use_bias=False)"],
    ],
    [
      "PyTorch",
      "py",
      (conv: string) =>
        `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(${conv}, nn.BatchNorm1d(8))\nmodel(torch.zeros(1, 4, 32))\n`,
      ["nn.Conv1d(4, 8, 3)", "nn.Conv1d(4, 8, 3, bias=False)"],
    ],
    [
      "TensorFlow.js",
      "js",
      (conv: string) =>
        `import * as tf from '@tensorflow/tfjs';\n\nconst model = tf.sequential();\nmodel.add(${conv});\nmodel.add(tf.layers.batchNormalization());\n`,
      [
        "tf.layers.conv1d({inputShape: [32, 4], filters: 8, kernelSize: 3})",
        "tf.layers.conv1d({inputShape: [32, 4], filters: 8, kernelSize: 3, useBias: false})",
      ],
    ],
  ] as const)("lose their bias in %s", async (framework, ending, source, [before, after]) => {
    const finding = await expectFixed(RULE, { [ending]: source(`⟦${before}⟧`) } as { py: string }, source(after));
    const receipt = finding.fixes[0]?.receipt;
    // Three steps of four channels for each of eight filters, a bias each, and the normalisation: two parameters a channel, in
    // Keras and TensorFlow.js the two statistics too.
    expect(receipt?.before.params).toBe(3 * 4 * 8 + 8 + (framework === "PyTorch" ? 2 : 4) * 8);
    expect((receipt?.before.params ?? 0) - (receipt?.after.params ?? 0)).toBe(8);
  });
});
