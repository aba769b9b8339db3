// Savings by the formula of the MobileNet paper: D_K²·M·N·D_F² against D_K²·M·D_F² + M·N·D_F².
import { describe, expect, it } from "vitest";
import { edited, expectFixed, expectFound, expectSilent, findingsOf, type Source } from "./tester";

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
        "    ⟦layers.Conv2D(⟧",
        "        filters=64,",
        "        kernel_size=(3, 3),",
        '        kernel_initializer="he_normal",',
        "        use_bias=False,",
        "    ),",
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

/** The second fix, as text, with its receipt. */
async function explicit(source: Source) {
  const [finding] = await findingsOf(RULE, source);
  const fix = finding?.fixes[1];
  return fix && { text: edited(source, fix.edits), receipt: fix.receipt };
}

describe("the parts one after another", () => {
  it("stand in a list, space with the first and the rest with the last", async () => {
    const before = keras(
      '    layers.Conv2D(64, 3, strides=2, padding="same", kernel_initializer="he_normal", activation="relu", name="conv"),',
    );
    const after = keras(
      '    layers.DepthwiseConv2D(3, strides=2, padding="same", depthwise_initializer="he_normal", use_bias=False),',
      "    layers.BatchNormalization(),",
      "    layers.ReLU(),",
      '    layers.Conv2D(64, 1, kernel_initializer="he_normal", activation="relu", name="conv"),',
    );
    const made = await explicit(before);
    expect(made?.text).toBe(after.py);
    expect(made?.receipt.after.macs).toBe(64 * (9 * 32 + 32 * 64));
    expect(made?.receipt.after.params).toBe(9 * 32 + 4 * 32 + 32 * 64 + 64);
  });

  it("are added to a model, with their imports", async () => {
    const source = (imports: string, ...lines: string[]) => ({
      py: `from keras import Sequential\nfrom keras.layers import ${imports}, Flatten\n\nmodel = Sequential()\n${lines.join("\n")}\nmodel.add(Flatten())\n`,
    });
    const before = source("Conv2D", "model.add(Conv2D(filters=48, kernel_size=5, input_shape=(12, 12, 8)))");
    const after = source(
      "Conv2D, DepthwiseConv2D, BatchNormalization, ReLU",
      "model.add(DepthwiseConv2D(kernel_size=5, input_shape=(12, 12, 8), use_bias=False))",
      "model.add(BatchNormalization())",
      "model.add(ReLU())",
      "model.add(Conv2D(filters=48, kernel_size=1))",
    );
    const made = await explicit(before);
    expect(made?.text).toBe(after.py);
    expect(made?.receipt.after.macs).toBe(64 * (25 * 8 + 8 * 48));
  });

  it("are called one on the other", async () => {
    const source = (x: string) => ({
      py: `import keras\nfrom keras import layers\n\ninputs = keras.Input((16, 16, 32))\nx = ${x}\nmodel = keras.Model(inputs, x)\n`,
    });
    expect((await explicit(source("layers.Conv2D(64, 3)(inputs)")))?.text).toBe(
      source(
        "layers.Conv2D(64, 1)(layers.ReLU()(layers.BatchNormalization()(layers.DepthwiseConv2D(3, use_bias=False)(inputs))))",
      ).py,
    );
  });

  it("have one dimension in a convolution of one", async () => {
    const source = (...lines: string[]) => ({
      py: `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((64, 32)),\n${lines.map((line) => `    ${line},\n`).join("")}])\n`,
    });
    const made = await explicit(source("layers.Conv1D(64, 9)"));
    expect(made?.text).toBe(
      source(
        "layers.DepthwiseConv1D(9, use_bias=False)",
        "layers.BatchNormalization()",
        "layers.ReLU()",
        "layers.Conv1D(64, 1)",
      ).py,
    );
    expect(made?.receipt.after.macs).toBe(56 * (9 * 32 + 32 * 64));
  });

  it("are layers of TensorFlow.js", async () => {
    const made = await explicit(
      tfjs("model.add(tf.layers.conv2d({inputShape: [16, 16, 32], filters: 64, kernelSize: 3}));"),
    );
    expect(made?.text).toBe(
      tfjs(
        "model.add(tf.layers.depthwiseConv2d({kernelSize: 3, inputShape: [16, 16, 32], useBias: false}));",
        "model.add(tf.layers.batchNormalization({}));",
        "model.add(tf.layers.reLU({}));",
        "model.add(tf.layers.conv2d({filters: 64, kernelSize: 1}));",
      ).js,
    );
    expect(made?.receipt.after.params).toBe(9 * 32 + 4 * 32 + 32 * 64 + 64);
  });

  it("are not offered where the layout is given or the layer comes from a helper", async () => {
    const [finding] = await findingsOf(RULE, keras('    layers.Conv2D(64, 3, data_format="channels_last"),'));
    expect(finding?.fixes).toHaveLength(1);
  });
});

describe("one dimension", () => {
  it("is separated in Keras and PyTorch", async () => {
    const source = (layer: string) =>
      `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((64, 32)),\n    ${layer},\n])\n`;
    const finding = await expectFixed(
      RULE,
      { py: source('⟦layers.Conv1D(64, 9, padding="same")⟧') },
      source('layers.SeparableConv1D(64, 9, padding="same")'),
    );
    expect(finding.fixes[0]?.receipt.after.macs).toBe(64 * (9 * 32 + 32 * 64));
    expect(finding.message).toContain("1/64 + 1/9 = 13 %");
    const net = (layer: string) =>
      `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n    ${layer},\n)\nmodel(torch.zeros(1, 32, 64))\n`;
    const torch1d = await expectFixed(
      RULE,
      { py: net("⟦nn.Conv1d(32, 64, 9, padding=4)⟧") },
      net("nn.Sequential(nn.Conv1d(32, 32, 9, padding=4, groups=32, bias=False), nn.Conv1d(32, 64, 1))"),
    );
    expect(torch1d.fixes[0]?.receipt.after.macs).toBe(64 * (9 * 32 + 32 * 64));
  });
});

describe("PyTorch", () => {
  it("makes a grouped and a pointwise convolution", async () => {
    const finding = await expectFixed(
      RULE,
      torch("    ⟦nn.Conv2d(32, 64, 3, stride=2, padding=1, bias=False)⟧,", "    nn.ReLU(),"),
      torch(
        "    nn.Sequential(",
        "        nn.Conv2d(32, 32, 3, stride=2, padding=1, groups=32, bias=False),",
        "        nn.Conv2d(32, 64, 1, bias=False),",
        "    ),",
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
        "    nn.Sequential(",
        '        nn.Conv2d(32, 32, 3, 1, 2, 2, padding_mode="reflect", device="cpu", groups=32, bias=False),',
        '        nn.Conv2d(32, 64, 1, device="cpu"),',
        "    ),",
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
    // A normalisation in between is for Keras code, whose layers come one after another.
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
