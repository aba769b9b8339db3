// Weights by hand: a k×k kernel has k²·C·N, a stack of 3×3 ones 9·C·N and 9·N·N for each further layer.
import { describe, expect, it } from "vitest";
import { expectFixed, expectSilent } from "./tester";

const RULE = "large-kernel-could-stack";
const keras = (...lines: string[]) =>
  `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((16, 16, 32)),\n${lines.map((line) => `    ${line},\n`).join("")}])\n`;
const torch = (conv: string) =>
  `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n    ${conv},\n    nn.ReLU(),\n)\nmodel(torch.zeros(1, 32, 16, 16))\n`;

describe("Keras", () => {
  it("stacks two layers in a list", async () => {
    const finding = await expectFixed(
      RULE,
      { py: keras('⟦layers.Conv2D(32, 5, padding="same", activation="relu")⟧') },
      keras(
        'layers.Conv2D(32, 3, padding="same", activation="relu")',
        'layers.Conv2D(32, 3, padding="same", activation="relu")',
      ),
    );
    const { before, after } = finding.fixes[0]?.receipt ?? {};
    expect(before?.macs).toBe(256 * 25 * 32 * 32);
    expect(after?.macs).toBe(256 * 2 * 9 * 32 * 32);
    expect(after?.params).toBe(2 * (9 * 32 * 32 + 32));
  });

  it("stacks three for 7×7 where a layer is called", async () => {
    const source = (x: string) =>
      `import keras\nfrom keras import layers\n\ni = keras.Input((16, 16, 32))\nx = ${x}\nmodel = keras.Model(i, x)\n`;
    const conv = "layers.Conv2D(32, (3), padding='same')".replace("(3)", "3");
    await expectFixed(
      RULE,
      { py: source("⟦layers.Conv2D(32, (7, 7), padding='same')⟧(i)") },
      source(`${conv}(${conv}(${conv}(i)))`),
    );
  });

  it("adds a statement after model.add, and gives the input shape once", async () => {
    const source = (lines: string) =>
      `import keras\nfrom keras import layers\n\nmodel = keras.Sequential()\n${lines}\n`;
    await expectFixed(
      RULE,
      { py: source("model.add(⟦layers.Conv2D(16, 5, padding='same', input_shape=(8, 8, 16))⟧)") },
      source(
        "model.add(layers.Conv2D(16, 3, padding='same', input_shape=(8, 8, 16)))\nmodel.add(layers.Conv2D(16, 3, padding='same'))",
      ),
    );
  });

  it.each([
    ["a stride", keras("layers.Conv2D(32, 5, padding='same', strides=2)")],
    ["valid padding", keras("layers.Conv2D(32, 5)")],
    ["many more filters than channels", keras("layers.Conv2D(64, 5, padding='same')")],
    ["a depthwise kernel", keras("layers.DepthwiseConv2D(5, padding='same')")],
    ["a named layer", keras("layers.Conv2D(32, 5, padding='same', name='big')")],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py })); // prettier-ignore
});

describe("PyTorch", () => {
  it("puts a ReLU between the parts of a Sequential", async () => {
    await expectFixed(
      RULE,
      { py: torch("⟦nn.Conv2d(32, 32, 5, padding=2, bias=False)⟧") },
      torch(
        "nn.Sequential(\n        nn.Conv2d(32, 32, 3, padding=1, bias=False),\n        nn.ReLU(),\n        nn.Conv2d(32, 32, 3, padding=1, bias=False),\n    )",
      ),
    );
  });
  it("imports what it names", async () => {
    const source = (conv: string, imports: string) =>
      `import torch\nfrom torch.nn import ${imports}\n\nmodel = ${conv}\nmodel(torch.zeros(1, 32, 16, 16))\n`;
    await expectFixed(
      RULE,
      { py: source("⟦Conv2d(32, 32, 5, 1, 2)⟧", "Conv2d") },
      source("Sequential(Conv2d(32, 32, 3, 1, 1), ReLU(), Conv2d(32, 32, 3, 1, 1))", "Conv2d, Sequential, ReLU"),
    );
  });
});

describe("the activation of the layer", () => {
  it.each([
    ["written behind the layer", "nn.LeakyReLU(0.1)", "nn.LeakyReLU(0.1)"],
    ["behind a normalisation", "nn.BatchNorm2d(32),\n    nn.SiLU(inplace=True)", "nn.SiLU(inplace=True)"],
    ["none", "nn.MaxPool2d(2)", "nn.ReLU()"],
  ])("goes between the parts in PyTorch: %s", async (_what, behind, between) => {
    const source = (layer: string) =>
      `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n    ${layer},\n    ${behind},\n)\nmodel(torch.zeros(1, 32, 16, 16))\n`;
    const [first, second] = ["nn.Conv2d(32, 32, 3, padding=1)", "nn.Conv2d(32, 32, 3, padding=1)"];
    const flat = `nn.Sequential(${first}, ${between}, ${second})`;
    const broken = `nn.Sequential(\n        ${first},\n        ${between},\n        ${second},\n    )`;
    await expectFixed(
      RULE,
      { py: source("⟦nn.Conv2d(32, 32, 5, padding=2)⟧") },
      source(flat.length + 5 <= 100 ? flat : broken),
    );
  });

  it("is that of the function in forward", async () => {
    const source = (layer: string) =>
      `import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = ${layer}\n\n    def forward(self, x):\n        return F.gelu(self.conv(x))\n\n\nNet()(torch.zeros(1, 32, 16, 16))\n`;
    await expectFixed(
      RULE,
      { py: source("⟦nn.Conv2d(32, 32, 5, 1, 2)⟧") },
      source("nn.Sequential(nn.Conv2d(32, 32, 3, 1, 1), nn.GELU(), nn.Conv2d(32, 32, 3, 1, 1))"),
    );
  });

  it("is named in the first parts in Keras and TensorFlow.js", async () => {
    await expectFixed(
      RULE,
      { py: keras("⟦layers.Conv2D(32, 5, padding='same')⟧", "layers.BatchNormalization()", "layers.ReLU()") },
      keras(
        "layers.Conv2D(32, 3, padding='same', activation='relu')",
        "layers.Conv2D(32, 3, padding='same')",
        "layers.BatchNormalization()",
        "layers.ReLU()",
      ),
    );
    const source = (...lines: string[]) =>
      `import * as tf from '@tensorflow/tfjs';\n\nconst model = tf.sequential();\n${lines.join("\n")}\nmodel.add(tf.layers.reLU());\n`;
    const first = "inputShape: [8, 8, 16], filters: 16, kernelSize: ";
    await expectFixed(
      RULE,
      { js: source(`model.add(⟦tf.layers.conv2d({${first}5, padding: 'same'})⟧);`) },
      source(
        `model.add(tf.layers.conv2d({${first}3, padding: 'same', activation: 'relu'}));`,
        "model.add(tf.layers.conv2d({filters: 16, kernelSize: 3, padding: 'same'}));",
      ),
    );
  });
});

describe("TensorFlow.js", () => {
  it("stacks layers of apply", async () => {
    const source = (y: string) =>
      `import * as tf from '@tensorflow/tfjs';\nconst x = tf.input({shape: [16, 16, 32]});\nconst y = ${y};\nconst model = tf.model({inputs: x, outputs: y});\n`;
    const conv = "tf.layers.conv2d({filters: 32, kernelSize: 3, padding: 'same'})";
    await expectFixed(
      RULE,
      { js: source("⟦tf.layers.conv2d({filters: 32, kernelSize: 5, padding: 'same'})⟧.apply(x)") },
      source(`${conv}.apply(${conv}.apply(x))`),
    );
  });
});
