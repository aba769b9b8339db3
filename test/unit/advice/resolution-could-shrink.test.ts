// MACs by hand: D_K²·M·N for each of D_F² positions.
import { describe, expect, it } from "vitest";
import { expectFixed, expectSilent, findingsOf } from "./tester";

const RULE = "resolution-could-shrink";

/** A 3×3 convolution of three channels to 8 that keeps the size, and 10 classes. */
const macs = (side: number) => 9 * 3 * 8 * side * side + 80;

const keras = (size: string, budget = "macs < 1 M") =>
  `import keras\nfrom keras import layers\n\n# budget: ${budget}\nmodel = keras.Sequential([\n    keras.Input(${size}),\n    layers.Conv2D(8, 3, padding="same"),\n    layers.GlobalAveragePooling2D(),\n    layers.Dense(10),\n])\n`;
const torch = (size: string) =>
  `import torch\nfrom torch import nn\n\n\n# budget: macs < 1 M\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv2d(3, 8, 3, padding=1)\n        self.head = nn.Linear(8, 10)\n\n    def forward(self, x):\n        return self.head(self.conv(x).mean((2, 3)))\n\n\nNet()(torch.zeros(1, 3, ${size}))\n`;
const tfjs = (size: string) =>
  `import * as tf from '@tensorflow/tfjs';\n\n// budget: macs < 1 M\nconst model = tf.sequential();\nmodel.add(tf.layers.conv2d({inputShape: [${size}, 3], filters: 8, kernelSize: 3, padding: 'same'}));\nmodel.add(tf.layers.globalAveragePooling2d({}));\nmodel.add(tf.layers.dense({units: 10}));\n`;

describe("resolution-could-shrink", () => {
  it.each([
    ["Keras", "py", keras("(⟦96, 96⟧, 3)"), keras("(64, 64, 3)")],
    ["PyTorch", "py", torch("⟦96, 96⟧"), torch("64, 64")],
    ["TensorFlow.js", "js", tfjs("⟦96, 96⟧"), tfjs("64, 64")],
  ])("offers the largest size that fits in %s", async (_framework, ending, marked, fixed) => {
    // 216·68² + 80 is under a million, 216·72² + 80 over; the model has no strides, so any multiple of 8 will do.
    const finding = await expectFixed(RULE, { [ending]: marked } as { py: string }, fixed);
    expect(finding.fixes[0]?.receipt.before.macs).toBe(macs(96));
    expect(finding.fixes[0]?.receipt.after.macs).toBe(macs(64));
    expect(finding.fixes.map(({ title }) => title)).toEqual(["Set the input to 64×64", "Set the input to 32×32"]);
    expect(finding.message).toContain(
      "takes 1.99 M MACs where 1 M are allowed. With an input of 64×64 instead of 96×96",
    );
  });

  it("names published accuracies of a MobileNet", async () => {
    const py =
      "from keras.applications import MobileNetV2\n\n# budget: macs < 100 M\nmodel = MobileNetV2(input_shape=(224, 224, 3), weights=None)\n";
    const [finding] = await findingsOf(RULE, { py });
    expect(finding?.fixes[0]?.title).toBe("Set the input to 128×128 (65.3 % on ImageNet)");
    expect(finding?.message).toContain("71.8 % at 224×224, 65.3 % at 128×128");
  });

  it.each([
    ["a model within its budget", keras("(64, 64, 3)")],
    ["a limit that the size does not change", keras("(96, 96, 3)", "params < 100")],
    ["a limit that only a quarter of the side would keep", keras("(96, 96, 3)", "macs < 50 k")],
    ["no budget", keras("(96, 96, 3)").replace("# budget: macs < 1 M\n", "")],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py }));
});
