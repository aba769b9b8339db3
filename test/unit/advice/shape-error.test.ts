// Code that the frameworks refuse: what they say is theirs, so the tests look at the place and at the kind of the exception.
import { describe, expect, it } from "vitest";
import { expectFound, expectSilent } from "./tester";

const RULE = "shape-error";
const TORCH = "import torch\nfrom torch import nn\n\n";
const KERAS = "import keras\nfrom keras import layers\n\n";

const net = (first: string, second: string, rest = "") => ({
  py: `${TORCH}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = ${first}\n        self.b = ${second}\n\n    def forward(self, x):\n        x = self.a(x)\n        return ⟦self.b(x)⟧\n${rest}`,
}); // prettier-ignore

const unmarked = (source: { py: string }) => ({ py: source.py.replace(/[⟦⟧]/g, "") });

describe("PyTorch", () => {
  it("finds channels that do not fit, without a declared input", async () => {
    const [finding] = await expectFound(RULE, net("nn.Conv2d(3, 16, 3)", "nn.Conv2d(32, 64, 3)"));
    expect(finding).toMatchObject({ level: "error", line: 12 });
    expect(finding?.message).toContain("RuntimeError");
    expect(finding?.message).toContain("32");
  });

  it("finds features that do not fit, and shows the calls that led there", async () => {
    const [finding] = await expectFound(
      RULE,
      net("nn.Linear(784, 128)", "nn.Linear(64, 10)", "\nNet()(torch.zeros(1, 784))\n"),
    );
    expect(finding?.message).toContain("mat1 and mat2 shapes cannot be multiplied");
    expect(finding?.related).toMatchObject([{ message: "called from here", place: { line: 14 } }]);
  });

  it("finds tensors that cannot be joined", async () => {
    await expectFound(RULE, {
      py: `${TORCH}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Conv2d(3, 8, 3)\n        self.b = nn.Conv2d(3, 8, 3, padding=1)\n\n    def forward(self, x):\n        return ⟦torch.cat([self.a(x), self.b(x)], 1)⟧\n\nNet()(torch.zeros(1, 3, 8, 8))\n`,
    }); // prettier-ignore
  });

  it.each([
    ["layers that fit", net("nn.Conv2d(3, 16, 3)", "nn.Conv2d(16, 64, 3)")],
    ["what user code raises itself", net("nn.Conv2d(3, 16, 3)", "nn.Conv2d(16, 64, 3)", "\nraise ValueError('no')\n")],
    [
      "a module that is used in another order than it is made",
      {
        py: `${TORCH}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.head = nn.Linear(16, 10)\n        self.body = nn.Conv2d(3, 16, 3)\n\n    def forward(self, x):\n        return self.head(self.body(x).mean((2, 3)))\n`,
      },
    ],
  ])("is silent about %s", async (_what, source) => expectSilent(RULE, unmarked(source))); // prettier-ignore
});

describe("Keras", () => {
  it("finds a channel count that is no whole number", async () => {
    const [finding] = await expectFound(RULE, {
      py: `${KERAS}def build(alpha=0.5):\n    inputs = keras.Input((32, 32, 3))\n    x = ⟦layers.Conv2D(32 * alpha, 3)(inputs)⟧\n    return keras.Model(inputs, x)\n\nmodel = build()\n`,
    });
    expect(finding?.message).toMatch(/^The framework raises (Type|Value)Error here/);
    expect(finding?.related).toMatchObject([{ message: "called from here", place: { line: 9 } }]);
  });

  it("finds shapes that cannot be added", async () => {
    await expectFound(RULE, {
      py: `${KERAS}inputs = keras.Input((32, 32, 3))\na = layers.Conv2D(8, 3)(inputs)\nb = layers.Conv2D(16, 3)(inputs)\nmodel = keras.Model(inputs, ⟦layers.Add()([a, b])⟧)\n`,
    });
  });

  it("is silent about a builder that waits for an argument", async () => {
    await expectSilent(RULE, {
      py: `${KERAS}def build(units=None):\n    return keras.Sequential([keras.Input((4,)), layers.Dense(units)])\n`,
    });
  });
});

describe("calls by the file's own code", () => {
  it("are looked at under a main guard", async () => {
    await expectFound(RULE, {
      py: `${TORCH}model = nn.Conv2d(3, 8, 3)\n\nif __name__ == "__main__":\n    ⟦model(torch.zeros(1, 4, 8, 8))⟧\n`,
    });
  });

  it("may predict from a plain list of numbers, as Keras allows", async () => {
    await expectSilent(RULE, {
      py: `import numpy as np\n${KERAS}model = keras.Sequential([keras.Input((1,)), layers.Dense(8)])\nmodel.predict(np.zeros(20))\n`,
    });
  });
});

describe("TensorFlow.js", () => {
  it("finds a layer that does not take what it is given", async () => {
    await expectFound(RULE, {
      js: "import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential();\nmodel.add(tf.layers.dense({units: 8, inputShape: [4]}));\n⟦model.add(tf.layers.conv2d({filters: 8, kernelSize: 3}))⟧;\n",
    });
  });
});
