// The head by hand: the 256 channels of a MobileNet with α = 0.25 to three classes.
import { describe, expect, it } from "vitest";
import { expectFixed, expectSilent } from "./tester";

const KERAS = "import keras\nfrom keras import layers\n\n";

describe("frozen-base-not-frozen", () => {
  const RULE = "frozen-base-not-frozen";
  const keras = (base: string, rest = "") =>
    `${KERAS}base = ${base}\n${rest}model = keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(3)])\n`;
  const mobilenet = (weights: string) =>
    `keras.applications.MobileNet(input_shape=(96, 96, 3), alpha=0.25, include_top=False, weights=${weights})`;
  it("freezes the base after its assignment", async () => {
    const finding = await expectFixed(
      RULE,
      { py: keras(`⟦${mobilenet('"imagenet"')}⟧`) },
      keras(mobilenet('"imagenet"'), "base.trainable = False\n"),
    );
    // The head: 256 · 3 weights and 3 biases.
    expect(finding.message).toContain("train the 771 parameters of the new layers");
  });
  it.each([
    ["a base without weights", keras(mobilenet("None"))],
    ["a frozen base", keras(mobilenet('"imagenet"'), "base.trainable = False\n")],
  ])("is silent about %s", async (_what, py) => expectSilent(RULE, { py })); // prettier-ignore

  it("freezes the parameters of a base in PyTorch", async () => {
    const source = (base: string, lines = "") =>
      `import torch\nfrom torch import nn\nfrom torchvision.models import resnet18\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.base = ${base}\n${lines}        self.head = nn.Linear(1000, 3)\n\n    def forward(self, x):\n        return self.head(self.base(x))\n\n\nNet()(torch.zeros(1, 3, 64, 64))\n`;
    const finding = await expectFixed(
      RULE,
      { py: source('⟦resnet18(weights="DEFAULT")⟧') },
      source(
        'resnet18(weights="DEFAULT")',
        "        for parameter in self.base.parameters():\n            parameter.requires_grad = False\n",
      ),
    );
    // The head: 1000 · 3 weights and 3 biases.
    expect(finding.message).toContain("3 k parameters of the new layers");
    await expectSilent(RULE, { py: source("resnet18()") });
  });
});
