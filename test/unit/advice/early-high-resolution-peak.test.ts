// Memory by hand, one byte a value: a map of 96×96 with 16 channels has 147,456 values, the input 27,648, and both are alive in the
// first convolution.
import { describe, expect, it } from "vitest";
import { chosenBoard, expectFixed, expectFound, expectSilent, findingsOf } from "./tester";

const RULE = "early-high-resolution-peak";
const options = { target: chosenBoard("arduino-nano-33-ble-sense") };

const keras = (first: string, pool = "    layers.MaxPooling2D(),\n", head = "layers.GlobalAveragePooling2D()") =>
  `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((96, 96, 3)),\n    ${first},\n${pool}    layers.Conv2D(16, 3, padding="same", strides=2),\n    layers.Conv2D(16, 3, padding="same", strides=2),\n    ${head},\n    layers.Dense(2),\n])\n`;
const torch = (first: string, pool = "    nn.MaxPool2d(2),\n") =>
  `import torch\nfrom torch import nn\n\nmodel = nn.Sequential(\n    ${first},\n    nn.ReLU(),\n${pool}    nn.Conv2d(16, 16, 3, 2, 1),\n    nn.Conv2d(16, 16, 3, 2, 1),\n    nn.AdaptiveAvgPool2d(1),\n    nn.Flatten(),\n    nn.Linear(16, 2),\n)\nmodel(torch.zeros(1, 3, 96, 96))\n`;
const tfjs = (first: string, pool = "model.add(tf.layers.maxPooling2d({poolSize: 2}));\n") =>
  `import * as tf from '@tensorflow/tfjs';\n\nconst model = tf.sequential();\nmodel.add(${first});\n${pool}model.add(tf.layers.conv2d({filters: 16, kernelSize: 3, strides: 2, padding: 'same'}));\nmodel.add(tf.layers.conv2d({filters: 16, kernelSize: 3, strides: 2, padding: 'same'}));\nmodel.add(tf.layers.globalAveragePooling2d({}));\nmodel.add(tf.layers.dense({units: 2}));\n`;

describe("early-high-resolution-peak", () => {
  it("strides instead of pooling in Keras", async () => {
    const conv = (more = "") => `layers.Conv2D(16, 3, padding="same", activation="relu"${more})`;
    const finding = await expectFixed(RULE, { py: keras(`⟦${conv()}⟧`) }, keras(conv(", strides=2"), ""), options);
    const { before, after } = finding.fixes[0]?.receipt ?? {};
    // The map and its pooled form beside it, then the input and a map of a quarter.
    expect(before?.ramBytes).toBeGreaterThan(96 * 96 * 16 + 48 * 48 * 16);
    expect(after?.ramBytes).toBeLessThan(96 * 96 * 16);
    // A quarter of the positions.
    expect((before?.macs ?? 0) - (after?.macs ?? 0)).toBe(0.75 * 9 * 3 * 16 * 96 * 96);
    expect(finding.message).toMatch(/at 96×96 positions: .* patch by patch \(MCUNetV2\)/);
    expect(finding.fixes.map(({ title }) => title)).toEqual([
      "Stride by 2 instead of pooling afterwards",
      "Stride by 2 already here",
    ]);
  });

  it("strides instead of pooling in PyTorch and TensorFlow.js", async () => {
    const conv = (more: string) => `nn.Conv2d(3, 16, 3, padding=1${more})`;
    await expectFixed(RULE, { py: torch(`⟦${conv("")}⟧`) }, torch(conv(", stride=2"), ""), options);
    const layer = (more: string) =>
      `tf.layers.conv2d({inputShape: [96, 96, 3], filters: 16, kernelSize: 3, padding: 'same'${more}})`;
    await expectFixed(RULE, { js: tfjs(`⟦${layer("")}⟧`) }, tfjs(layer(", strides: 2"), ""), options);
  });

  it("strides in the first convolution where nothing is pooled", async () => {
    const conv = (stride: string) => `layers.Conv2D(16, 3, strides=${stride}, padding="same")`;
    const finding = await expectFixed(RULE, { py: keras(`⟦${conv("1")}⟧`, "") }, keras(conv("2"), ""), options);
    expect(finding.fixes.map(({ title }) => title)).toEqual(["Stride by 2 already here"]);
  });

  it("only speaks of patches where no stride keeps the outputs", async () => {
    const source = `import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((96, 96, 3)),\n    ⟦layers.Conv2D(16, 3, padding="same")⟧,\n    layers.Conv2D(8, 3, padding="same", strides=4),\n    layers.Conv2D(4, 3, padding="same"),\n])\n`;
    const [finding] = await expectFound(RULE, { py: source }, options);
    expect(finding?.fixes).toEqual([]);
    expect(finding?.message).toContain("An earlier stride or pooling brings that down.");
  });

  it.each([
    ["a model that strides at once", keras('layers.Conv2D(16, 3, padding="same", strides=4)', "")],
    [
      "a model that comes back to the resolution",
      keras(
        'layers.Conv2D(16, 3, padding="same")',
        '    layers.MaxPooling2D(),\n    layers.UpSampling2D(),\n    layers.Conv2D(16, 3, padding="same"),\n',
      ),
    ],
    ["a model of one resolution", keras('layers.Conv2D(16, 3, padding="same")', "").replace(/, strides=2/g, "")],
    ["a model far smaller than the board", keras('layers.Conv2D(4, 3, padding="same")').replace("96, 96", "24, 24")],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py }, options));

  it("is silent without a board", async () =>
    expect(await findingsOf(RULE, { py: keras('layers.Conv2D(16, 3, padding="same")') })).toEqual([]));
});
