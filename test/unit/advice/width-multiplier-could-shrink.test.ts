// Parameters by hand: a convolution has D_K²·M·N weights, a batch normalisation four values a channel.
import { describe, expect, it } from "vitest";
import { chosenBoard, expectFixed, expectFound, expectSilent, findingsOf } from "./tester";

const RULE = "width-multiplier-could-shrink";

/** Parameters of MobileNet v1 with 1000 classes (Howard et al. 2017, table 1). */
function mobileNetParams(alpha: number): number {
  const of = (width: number) => Math.floor(width * alpha);
  const widths = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024].map(of);
  let [sum, channels] = [27 * of(32) + 4 * of(32), of(32)];
  for (const width of widths) {
    sum += 9 * channels + 4 * channels + channels * width + 4 * width;
    channels = width;
  }
  return sum + channels * 1000 + 1000;
}

describe("an application", () => {
  const source = (alpha: string, size = 128) =>
    `from keras.applications import MobileNet\n\n# budget: params < 2 M\nmodel = MobileNet(input_shape=(${size}, ${size}, 3)${alpha})\n`;

  it("gets the largest width its weights exist for, with published accuracies", async () => {
    const finding = await expectFixed(RULE, { py: source(", alpha=⟦1.0⟧") }, source(", alpha=0.5"));
    expect(finding.level).toBe("information");
    expect(finding.fixes.map(({ title }) => title)).toEqual([
      "Set alpha to 0.5 (56.3 % on ImageNet)",
      "Set alpha to 0.25 (41.5 % on ImageNet)",
    ]);
    expect(finding.fixes.map(({ receipt }) => [receipt.before.params, receipt.after.params])).toEqual([
      [mobileNetParams(1), mobileNetParams(0.5)],
      [mobileNetParams(1), mobileNetParams(0.25)],
    ]);
    expect(finding.message).toContain("takes 4.25 M parameters where 2 M are allowed");
    expect(finding.message).toContain("0.5 is the largest of 0.25, 0.5, 0.75, 1 with which it keeps to that");
    expect(finding.message).toContain(
      "65.2 % with 1, 56.3 % with 0.5, 41.5 % with 0.25 (ImageNet top-1 of the float model, tables of TensorFlow-Slim)",
    );
  });

  it("has no published accuracy at a size nobody published", async () => {
    const [finding] = await findingsOf(RULE, { py: source(", alpha=1.0", 96) });
    expect(finding?.fixes[0]?.title).toBe("Set alpha to 0.5");
    expect(finding?.message).not.toContain("ImageNet");
  });
});

describe("code of one's own", () => {
  it.each([
    [
      "Keras",
      "py",
      (alpha: string) =>
        `import keras\nfrom keras import layers\n\n\n# budget: params < 7 k\ndef build(alpha=${alpha}):\n    return keras.Sequential([\n        keras.Input((32, 32, 3)),\n        layers.Conv2D(int(40 * alpha), 3),\n        layers.Conv2D(int(40 * alpha), 3),\n        layers.GlobalAveragePooling2D(),\n        layers.Dense(10),\n    ])\n`,
    ],
    [
      "PyTorch",
      "py",
      (alpha: string) =>
        `import torch\nfrom torch import nn\n\n\n# budget: params < 7 k\nclass Net(nn.Module):\n    def __init__(self, width=${alpha}):\n        super().__init__()\n        c = int(40 * width)\n        self.body = nn.Sequential(nn.Conv2d(3, c, 3), nn.Conv2d(c, c, 3))\n        self.head = nn.Linear(c, 10)\n\n    def forward(self, x):\n        return self.head(self.body(x).mean((2, 3)))\n\n\nNet()(torch.zeros(1, 3, 32, 32))\n`,
    ],
    [
      "TensorFlow.js",
      "js",
      (alpha: string) =>
        `import * as tf from '@tensorflow/tfjs';\n\n// budget: params < 7 k\nfunction build(alpha = ${alpha}) {\n  const model = tf.sequential();\n  const filters = Math.floor(40 * alpha);\n  model.add(tf.layers.conv2d({inputShape: [32, 32, 3], filters, kernelSize: 3}));\n  model.add(tf.layers.conv2d({filters, kernelSize: 3}));\n  model.add(tf.layers.globalAveragePooling2d({}));\n  model.add(tf.layers.dense({units: 10}));\n  return model;\n}\n\nbuild();\n`,
    ],
  ])("gets the largest multiple of 0.05 in %s", async (_framework, ending, source) => {
    // int(40·0.6) = 24: 28·24 + 217·24 + 250 = 6130 parameters; 26 channels of 0.65 have 7096.
    const marked = ending === "py" ? source("⟦1.0⟧") : source("⟦1⟧");
    const finding = await expectFixed(RULE, { [ending]: marked } as { py: string }, source("0.6"));
    expect(finding.fixes[0]?.receipt).toMatchObject({
      before: { params: 28 * 40 + (9 * 40 + 1) * 40 + 410 },
      after: { params: 28 * 24 + (9 * 24 + 1) * 24 + 250 },
    });
  });

  it("gets a multiplier where it has none", async () => {
    const source = (a: string, b: string, head = "") =>
      `import keras\nfrom keras import layers\n\n${head}# budget: params < 6 k\nmodel = keras.Sequential([\n    keras.Input((32, 32, 3)),\n    layers.Conv2D(${a}, 3),\n    layers.Conv2D(${b}, 3),\n    layers.GlobalAveragePooling2D(),\n    layers.Dense(10),\n])\n`;
    const head =
      'ALPHA = 0.5  # width multiplier\n\n\ndef scaled(channels):\n    """Channels times ALPHA, as a multiple of 8."""\n    return max(min(channels, 8), int(channels * ALPHA + 4) // 8 * 8)\n\n\n';
    const [finding] = await findingsOf(RULE, { py: source("32", "64") });
    expect(finding?.fixes.map(({ title }) => title)).toEqual([
      "Introduce a width multiplier of 0.55",
      "Introduce a width multiplier of 0.35",
      "Introduce a width multiplier of 0.25",
    ]);
    // 0.5 would give the same widths as 0.55: 0.55·32 and 0.55·64 are 16 and 32 in multiples of 8.
    expect(finding?.fixes[0]?.receipt.after.params).toBe(28 * 16 + (9 * 16 + 1) * 32 + 330);
    expect(finding?.message).toContain("It has no width multiplier");
    const marked = source("32", "64").replace("model = keras.Sequential([", "⟦model = keras.Sequential([⟧");
    const text = source("scaled(32)", "scaled(64)", head.replace("0.5 ", "0.55 "));
    await expectFixed(RULE, { py: marked }, text);
  });

  it("is found for a board somebody chose, with the numbers of the board", async () => {
    const py = `import keras\nfrom keras import layers\n\n\ndef build(alpha=⟦1.0⟧):\n    return keras.Sequential([\n        keras.Input((96, 96, 3)),\n        layers.Conv2D(int(64 * alpha), 3),\n        layers.Conv2D(int(64 * alpha), 3, strides=2),\n        layers.GlobalAveragePooling2D(),\n        layers.Dense(2),\n    ])\n`;
    const options = { target: chosenBoard("arduino-nano-33-ble-sense"), targetIsChosen: true };
    const [finding] = await expectFound(RULE, { py }, options);
    // The first map alone has 94·94·64 values.
    expect(finding?.message).toMatch(/does not fit Arduino Nano 33 BLE Sense \(.* KiB of .* KiB RAM\)/);
    const receipt = finding?.fixes[0]?.receipt;
    expect(receipt?.before.ramBytes).toBeGreaterThan(94 * 94 * 64);
    expect(receipt?.after.ramBytes).toBeLessThan(256 * 1024);
    await expectSilent(RULE, { py: py.replace(/[⟦⟧]/g, "") }, { ...options, targetIsChosen: false });
  });
});

describe("silence", () => {
  it.each([
    ["a model within its budget", "# budget: params < 2 M\n", "MobileNet(input_shape=(128, 128, 3), alpha=0.5)"],
    ["a limit no width keeps", "# budget: params < 100 k\n", "MobileNet(input_shape=(128, 128, 3))"],
    ["no budget", "", "MobileNet(input_shape=(128, 128, 3))"],
    ["a network without a multiplier", "# budget: params < 2 M\n", "VGG16(weights=None)"],
  ])("about %s", async (_what, budget, call) =>
    expectSilent(RULE, { py: `from keras.applications import MobileNet, VGG16\n\n${budget}model = ${call}\n` }),
  );
});
