// Savings by the formula of the MobileNet paper: D_K²·M·N·D_F² against D_K²·M·D_F² + M·N·D_F².
import { describe, expect, it } from "vitest";
import { expectFixed, expectFound, expectSilent } from "./tester";

const RULE = "standard-conv-could-be-separable";

const keras = (...lines: string[]) => ({
  py: [
    "from tensorflow.keras import layers, Sequential",
    "",
    "model = Sequential([",
    "    layers.Input((16, 16, 32)),",
    ...lines,
    "])",
    "",
  ].join("\n"),
}); // prettier-ignore

const torch = (...lines: string[]) => ({
  py: [
    "import torch",
    "from torch import nn",
    "",
    "model = nn.Sequential(",
    ...lines,
    ")",
    "model(torch.zeros(1, 32, 16, 16))",
    "",
  ].join("\n"),
}); // prettier-ignore

const tfjs = (...lines: string[]) => ({
  js: ["import * as tf from '@tensorflow/tfjs';", "", "const model = tf.sequential();", ...lines, ""].join("\n"),
});

describe("Keras", () => {
  it("renames the layer and keeps what else is written", async () => {
    const finding = await expectFixed(
      RULE,
      keras('    ⟦layers.Conv2D(64, 3, padding="same", activation="relu")⟧,'),
      keras('    layers.SeparableConv2D(64, 3, padding="same", activation="relu"),').py,
    );
    const receipt = finding.fixes[0]?.receipt;
    expect(receipt?.before.macs).toBe(9 * 32 * 64 * 256);
    expect(receipt?.after.macs).toBe(9 * 32 * 256 + 32 * 64 * 256);
    expect(receipt?.before.params).toBe(9 * 32 * 64 + 64);
    expect(receipt?.after.params).toBe(9 * 32 + 32 * 64 + 64);
    expect(finding.message).toContain("1/64 + 1/9 = 13 %");
  });

  it("gives both kernels the settings of the one", async () => {
    await expectFixed(
      RULE,
      keras(
        "    ⟦layers.Conv2D(",
        "        filters=64,",
        "        kernel_size=(3, 3),",
        '        kernel_initializer="he_normal",',
        "        use_bias=False,",
        "    )⟧,",
      ),
      keras(
        "    layers.SeparableConv2D(",
        "        filters=64,",
        "        kernel_size=(3, 3),",
        '        depthwise_initializer="he_normal",',
        '        pointwise_initializer="he_normal",',
        "        use_bias=False,",
        "    ),",
      ).py,
    ); // prettier-ignore
  });

  it("imports the class beside the one it replaces", async () => {
    const source = (name: string, imports: string) =>
      `from keras import Sequential\nfrom keras.layers import ${imports}, Flatten\n\n` +
      `model = Sequential()\nmodel.add(${name}(48, 5, input_shape=(12, 12, 8))${name === "⟦Conv2D" ? "⟧" : ""})\nmodel.add(Flatten())\n`;
    await expectFixed(RULE, { py: source("⟦Conv2D", "Conv2D") }, source("SeparableConv2D", "Conv2D, SeparableConv2D"));
  });

  it("changes a helper in a loop once, for all layers it makes", async () => {
    const source = (call: string) =>
      `import keras\nfrom keras import layers\n\ninputs = keras.Input((16, 16, 32))\nx = inputs\nfor filters in (32, 64):\n    x = ${call}(x)\nmodel = keras.Model(inputs, x)\n`;
    const finding = await expectFixed(
      RULE,
      { py: source("⟦layers.Conv2D(filters, 3, padding='same')⟧") },
      source("layers.SeparableConv2D(filters, 3, padding='same')"),
    );
    expect(finding.message).toContain("This line makes 2 convolutions");
    expect(finding.fixes[0]?.receipt.after.macs).toBe(256 * (9 * 32 + 32 * 32 + 9 * 32 + 32 * 64));
  });

  it.each([
    [
      "a first layer of three channels",
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(64, 3)])\n",
    ],
    [
      "a 1×1 kernel",
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((16, 16, 32)), layers.Conv2D(64, 1)])\n",
    ],
    [
      "few filters",
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((16, 16, 32)), layers.Conv2D(2, 3)])\n",
    ],
    [
      "groups",
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((16, 16, 32)), layers.Conv2D(64, 3, groups=4)])\n",
    ],
    [
      "three dimensions",
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((8, 8, 8, 32)), layers.Conv3D(64, 3)])\n",
    ],
    [
      "arguments that are not written out",
      'import keras\nfrom keras import layers\nconfig = {"filters": 64, "kernel_size": 3}\nmodel = keras.Sequential([keras.Input((16, 16, 32)), layers.Conv2D(**config)])\n',
    ],
    [
      "causal padding, which the separable layer refuses",
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((64, 32)), layers.Conv1D(64, 3, padding='causal')])\n",
    ],
    [
      "strides the separable layer does not take",
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((16, 16, 32)), layers.Conv2D(64, 3, strides=(1, 2))])\n",
    ],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py })); // prettier-ignore
});

describe("PyTorch", () => {
  it("makes a grouped and a pointwise convolution", async () => {
    const finding = await expectFixed(
      RULE,
      torch("    ⟦nn.Conv2d(32, 64, 3, stride=2, padding=1, bias=False)⟧,", "    nn.ReLU(),"),
      torch(
        "    nn.Sequential(nn.Conv2d(32, 32, 3, stride=2, padding=1, groups=32, bias=False), nn.Conv2d(32, 64, 1, bias=False)),",
        "    nn.ReLU(),",
      ).py,
    );
    expect(finding.fixes[0]?.receipt.after.macs).toBe(64 * (9 * 32 + 32 * 64));
    expect(finding.fixes[0]?.receipt.after.params).toBe(9 * 32 + 32 * 64);
  });

  it("keeps positional arguments, padding mode and device in their places", async () => {
    await expectFixed(
      RULE,
      torch('    ⟦nn.Conv2d(32, 64, 3, 1, 2, 2, padding_mode="reflect", device="cpu")⟧,'),
      torch(
        '    nn.Sequential(nn.Conv2d(32, 32, 3, 1, 2, 2, padding_mode="reflect", device="cpu", groups=32, bias=False), nn.Conv2d(32, 64, 1, device="cpu")),',
      ).py,
    );
  });

  it("writes a bias given by position where it was", async () => {
    await expectFixed(
      RULE,
      torch("    ⟦nn.Conv2d(32, 64, 3, 1, 1, 1, 1, False)⟧,"),
      torch("    nn.Sequential(nn.Conv2d(32, 32, 3, 1, 1, 1, 32, False), nn.Conv2d(32, 64, 1, bias=False)),").py,
    );
  });

  it("finds two lines and fixes one at a time", async () => {
    const findings = await expectFound(
      RULE,
      torch("    ⟦nn.Conv2d(32, 64, 3)⟧,", "    nn.ReLU(),", "    ⟦nn.Conv2d(64, 64, 3)⟧,"),
    );
    expect(findings.every(({ fixes }) => fixes.length === 1)).toBe(true);
  });

  it("is silent about a channel count that cannot be written twice", async () => {
    await expectSilent(RULE, {
      py: "import torch\nfrom torch import nn\nsizes = iter([32, 64])\nmodel = nn.Sequential(nn.Conv2d(next(sizes), next(sizes), 3))\nmodel(torch.zeros(1, 32, 8, 8))\n",
    });
  });
});

describe("TensorFlow.js", () => {
  it("renames the factory and splits the settings", async () => {
    const finding = await expectFixed(
      RULE,
      tfjs(
        "model.add(⟦tf.layers.conv2d({inputShape: [16, 16, 32], filters: 64, kernelSize: 3, kernelInitializer: 'heNormal'})⟧);",
      ),
      tfjs(
        "model.add(tf.layers.separableConv2d({inputShape: [16, 16, 32], filters: 64, kernelSize: 3, depthwiseInitializer: 'heNormal', pointwiseInitializer: 'heNormal'}));",
      ).js,
    );
    expect(finding.fixes[0]?.receipt.after.macs).toBe(196 * (9 * 32 + 32 * 64));
  });
});
