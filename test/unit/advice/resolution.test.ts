// Where the size of the input image is written, and setting another one.
import { describe, expect, it } from "vitest";
import { findInputResolutions, type InputResolution } from "../../../src/core/8-advice/levers/resolution";
import { edited, examined, type Source } from "./tester";

const found = async (source: Source): Promise<InputResolution | undefined> =>
  (await examined(source, findInputResolutions)).flat()[0];

const set = async (source: Source, height: number, width = height): Promise<string | undefined> => {
  const lever = await found(source);
  return lever && edited(source, lever.edits({ height, width }));
};

const keras = (shape: string, head = "", first = `keras.Input(${shape})`) => ({
  py: `import keras\nfrom keras import layers\n\n${head}model = keras.Sequential([\n    ${first},\n    layers.Conv2D(8, 3, strides=2, padding="same"),\n    layers.MaxPooling2D(),\n    layers.GlobalAveragePooling2D(),\n    layers.Dense(10),\n])\n`,
});
const torch = (after: string, before = "") => ({
  py: `import torch\nfrom torch import nn\n\n${before}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv2d(3, 8, 3, 2, 1)\n        self.head = nn.Linear(8, 10)\n\n    def forward(self, x):\n        return self.head(self.conv(x).mean((2, 3)))\n${after}`,
});

const flattening = {
  py: torch("\nNet()(torch.randn(1, 3, 96, 96))\n")
    .py.replace("nn.Linear(8, 10)", "nn.Linear(8 * 48 * 48, 10)")
    .replace(".mean((2, 3))", ".flatten(1)"),
};

describe("the size of an input image", () => {
  it.each<[string, Source, Source]>([
    ["the shape of Input", keras("(96, 96, 3)"), keras("(64, 64, 3)")],
    [
      "input_shape of a first layer",
      keras("", "", 'layers.Conv2D(4, 3, padding="same", input_shape=(96, 96, 3))'),
      keras("", "", 'layers.Conv2D(4, 3, padding="same", input_shape=(64, 64, 3))'),
    ],
    ["one constant", keras("(SIZE, SIZE, 3)", "SIZE = 96\n\n"), keras("(SIZE, SIZE, 3)", "SIZE = 64\n\n")],
    [
      "a constant for each side",
      keras("(IMG_HEIGHT, IMG_WIDTH, 3)", "IMG_HEIGHT = 96\nIMG_WIDTH = 96\n\n"),
      keras("(IMG_HEIGHT, IMG_WIDTH, 3)", "IMG_HEIGHT = 64\nIMG_WIDTH = 64\n\n"),
    ],
    ["a constant shape", keras("SHAPE", "SHAPE = (96, 96, 3)\n\n"), keras("SHAPE", "SHAPE = (64, 64, 3)\n\n")],
    ["a dummy tensor", torch("\nNet()(torch.randn(1, 3, 96, 96))\n"), torch("\nNet()(torch.randn(1, 3, 64, 64))\n")],
    [
      "a comment",
      torch("", "# budget: input = 1x3x96x96, macs < 3M\n"),
      torch("", "# budget: input = 1x3x64x64, macs < 3M\n"),
    ],
    [
      "inputShape in TensorFlow.js",
      {
        js: "const tf = require('@tensorflow/tfjs');\nconst model = tf.sequential();\nmodel.add(tf.layers.conv2d({inputShape: [96, 96, 3], filters: 8, kernelSize: 3}));\nmodel.add(tf.layers.globalAveragePooling2d({}));\n",
      },
      {
        js: "const tf = require('@tensorflow/tfjs');\nconst model = tf.sequential();\nmodel.add(tf.layers.conv2d({inputShape: [64, 64, 3], filters: 8, kernelSize: 3}));\nmodel.add(tf.layers.globalAveragePooling2d({}));\n",
      },
    ],
  ])("is %s", async (_what, before, after) => {
    expect(await set(before, 64)).toBe(Object.values(after)[0]);
  });

  it("offers sizes that the strides of the model divide, the ratio of the sides kept", async () => {
    const lever = await found(keras("(96, 48, 3)"));
    expect(lever?.current).toEqual({ height: 96, width: 48 });
    expect(lever?.sizes.map(({ height, width }) => `${height}x${width}`)).toEqual([
      "88x48",
      "80x40",
      "72x40",
      "64x32",
      "56x32",
      "48x24",
      "40x24",
      "32x16",
      "24x16",
    ]);
    const mobile = await found({
      py: "from keras.applications import MobileNet\n\nmodel = MobileNet(weights=None, input_shape=(224, 224, 3))\n",
    });
    expect(mobile?.sizes.map(({ height }) => height)).toEqual([192, 160, 128, 96, 64]);
  });

  it("is changed in every place that must agree", async () => {
    const source = (size: number) => ({
      py: `import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self, image_size=${size}):\n        super().__init__()\n        self.conv = nn.Conv2d(3, 8, 3, 1, 1)\n        self.head = nn.Linear(8 * image_size * image_size, 10)\n\n    def forward(self, x):\n        return self.head(self.conv(x).flatten(1))\n\nNet()(torch.zeros(1, 3, ${size}, ${size}))\n`,
    });
    expect(await set(source(32), 16)).toBe(source(16).py);
  });

  it.each<[string, Source]>([
    [
      "the outputs depend on",
      {
        py: "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([keras.Input((96, 96, 3)), layers.Conv2D(8, 3)])\n",
      },
    ],
    ["a layer of fixed size depends on", flattening],
    [
      "no image has",
      {
        py: "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([keras.Input((96, 40)), layers.Conv1D(8, 3), layers.GlobalAveragePooling1D()])\n",
      },
    ],
  ])("is not found where %s", async (_what, source) => {
    expect(await found(source)).toBeUndefined();
  });
});
