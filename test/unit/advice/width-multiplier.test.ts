// Where a width multiplier comes from, and putting one in. Counts by the formulas in the tests: D_K²·M·N·D_F² for a
// convolution, weights and biases for parameters.
import { describe, expect, it } from "vitest";
import { findWidthMultipliers, type WidthMultiplier } from "../../../src/core/8-advice/levers/width-multiplier";
import { introduceWidthMultiplier } from "../../../src/core/8-advice/levers/introduce-multiplier";
import { edited, examined, type Source, textAt } from "./tester";

const found = async (source: Source): Promise<WidthMultiplier | undefined> =>
  (await examined(source, findWidthMultipliers)).flat()[0];
const introduced = async (source: Source): Promise<WidthMultiplier | undefined> =>
  (await examined(source, introduceWidthMultiplier))[0];

/** Text of what a lever is, and of the source with another value. */
const shown = async (source: Source, value: number) => {
  const lever = await found(source);
  return (
    lever && { at: textAt(source, lever.place), current: lever.current, after: edited(source, lever.edits(value)) }
  );
};

const kerasBuilder = (parameter: string, call: string) =>
  [
    "import keras",
    "from keras import layers",
    "",
    `def build(${parameter}):`,
    "    inputs = keras.Input((32, 32, 3))",
    "    x = layers.Conv2D(int(32 * alpha), 3, activation='relu')(inputs)",
    "    x = layers.Conv2D(int(64 * alpha), 3, activation='relu')(x)",
    "    x = layers.GlobalAveragePooling2D()(x)",
    "    x = layers.Dropout(0.5)(x)",
    "    return keras.Model(inputs, layers.Dense(10)(x))",
    "",
    call,
    "",
  ].join("\n");

describe("a width multiplier that is there", () => {
  it("is a default", async () => {
    const py = kerasBuilder("alpha=1.0, rate=0.5", "");
    expect(await shown({ py }, 0.25)).toEqual({ at: "1.0", current: 1, after: py.replace("alpha=1.0", "alpha=0.25") });
  });

  it.each([
    ["a positional argument", "alpha", "model = build(0.75)", "model = build(0.5)"],
    ["a keyword argument", "alpha=1.0", "model = build(alpha=0.75)", "model = build(alpha=0.5)"],
    ["a constant", "alpha", "WIDTH = 0.75\nmodel = build(WIDTH)", "WIDTH = 0.5\nmodel = build(WIDTH)"],
    [
      "an entry of a dictionary",
      "alpha",
      'config = {"rate": 0.75, "alpha": 0.75}\nmodel = build(config["alpha"])',
      'config = {"rate": 0.75, "alpha": 0.5}\nmodel = build(config["alpha"])',
    ],
    [
      "the default of an option",
      "alpha",
      "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--width-mult', type=float, default=0.75)\nargs = parser.parse_args()\nmodel = build(args.width_mult)",
      "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--width-mult', type=float, default=0.5)\nargs = parser.parse_args()\nmodel = build(args.width_mult)",
    ],
  ])("is %s", async (_what, parameter, before, after) => {
    const outcome = await shown({ py: kerasBuilder(parameter, before) }, 0.5);
    expect(outcome).toMatchObject({ current: 0.75, after: kerasBuilder(parameter, after) });
  });

  it("is told by what it does, whatever its name", async () => {
    const py = kerasBuilder("slimness=0.9, other=0.9", "").replaceAll("* alpha", "* slimness");
    expect(await shown({ py }, 0.5)).toMatchObject({ at: "0.9", after: py.replace("slimness=0.9", "slimness=0.5") });
  });

  it("is not the rate of a dropout, the scale of an input or what makes a single layer thinner", async () => {
    const py = [
      "import keras",
      "from keras import layers",
      "",
      "def build(alpha=0.5, width=0.5):",
      "    return keras.Sequential([keras.Input((8, 8, 3)), layers.Rescaling(width), layers.Conv2D(16, 3),",
      "        layers.Conv2D(16, 3), layers.Conv2D(int(32 * alpha), 3), layers.Conv2D(16, 1), layers.Flatten(),",
      "        layers.Dropout(0.5), layers.Dense(10)])",
      "",
    ].join("\n");
    expect(await found({ py })).toBeUndefined();
  });

  it("has the values that the code checks", async () => {
    const check = "    if alpha not in (0.25, 0.5, 1.0):\n        raise ValueError('alpha')\n    inputs";
    const py = kerasBuilder("alpha=1.0", "").replace("    inputs", check);
    expect((await found({ py }))?.allowed).toEqual([0.25, 0.5, 1]);
    const js =
      "import * as tf from '@tensorflow/tfjs';\n" +
      "function build(alpha = 1) {\n  if (![0.5, 1].includes(alpha)) throw new Error('alpha');\n" +
      "  const model = tf.sequential();\n  model.add(tf.layers.conv2d({inputShape: [16, 16, 3], filters: 16 * alpha, kernelSize: 3}));\n" +
      "  model.add(tf.layers.conv2d({filters: 32 * alpha, kernelSize: 3}));\n  model.add(tf.layers.flatten());\n" +
      "  model.add(tf.layers.dense({units: 4}));\n  return model;\n}\nbuild();\n";
    const lever = await found({ js });
    expect(lever).toMatchObject({ current: 1, name: "alpha", allowed: [0.5, 1] });
    expect(edited({ js }, lever?.edits(0.5) ?? [])).toBe(js.replace("alpha = 1)", "alpha = 0.5)"));
  });

  it("is the argument of an application, written or not, with the widths its weights exist for", async () => {
    const source = (args: string) => ({
      py: `from keras.applications import MobileNetV2\n\nmodel = MobileNetV2(${args})\n`,
    });
    const absent = await found(source("input_shape=(96, 96, 3), weights=None, classes=5"));
    expect(absent).toMatchObject({ current: 1, allowed: null, application: "MobileNetV2" });
    expect(
      edited(source("weights=None, classes=5"), (await found(source("weights=None, classes=5")))?.edits(0.35) ?? []),
    ).toBe(source("weights=None, classes=5, alpha=0.35").py);
    expect(await shown(source("(96, 96, 3), 0.5"), 0.35)).toEqual({
      at: "0.5",
      current: 0.5,
      after: source("(96, 96, 3), 0.35").py,
    });
    expect((await found(source("alpha=0.75")))?.allowed).toEqual([0.35, 0.5, 0.75, 1, 1.3, 1.4]);
  });

  it("is width_mult of torchvision, which stores weights for 1 only", async () => {
    const source = (args: string) => ({
      py: `import torch\nfrom torchvision.models import mobilenet_v2\n\nmodel = mobilenet_v2(${args})\nmodel(torch.zeros(1, 3, 96, 96))\n`,
    });
    expect(await shown(source("num_classes=4"), 0.5)).toMatchObject({
      after: source("num_classes=4, width_mult=0.5").py,
    });
    expect(await found(source('weights="DEFAULT"'))).toBeUndefined();
  });

  it("is a parameter of a PyTorch class", async () => {
    const source = (width: string) =>
      `import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self, classes=10, width_mult=${width}):\n        super().__init__()\n        c = int(32 * width_mult)\n        self.features = nn.Sequential(nn.Conv2d(3, c, 3), nn.ReLU(), nn.Conv2d(c, 2 * c, 3))\n        self.head = nn.Linear(2 * c, classes)\n\n    def forward(self, x):\n        return self.head(self.features(x).mean((2, 3)))\n\nNet()(torch.zeros(1, 3, 16, 16))\n`;
    expect(await shown({ py: source("1.0") }, 0.5)).toMatchObject({ at: "1.0", after: source("0.5") });
  });
});

describe("a width multiplier that is put in", () => {
  it("scales the filters of Keras layers and leaves the classes", async () => {
    const source = (filters: string, more: string, head = "") => ({
      py: `import keras\nfrom keras import layers\n\n${head}model = keras.Sequential([\n    keras.Input((16, 16, 3)),\n    layers.Conv2D(${filters}, 3),\n    layers.Conv2D(filters=${more}, kernel_size=3),\n    layers.GlobalAveragePooling2D(),\n    layers.Dense(10),\n])\n`,
    });
    const lever = await introduced(source("32", "64"));
    expect(lever).toMatchObject({ current: 1, name: "ALPHA", allowed: null });
    const head =
      "ALPHA = 0.25  # width multiplier\n\n\ndef scaled(channels):\n" +
      '    """Channels times ALPHA, as a multiple of 8."""\n    return max(min(channels, 8), int(channels * ALPHA + 4) // 8 * 8)\n\n\n';
    const after = edited(source("32", "64"), lever?.edits(0.25) ?? []);
    expect(after).toBe(source("scaled(32)", "scaled(64)", head).py);
    const again = await examined({ py: after }, ({ report }) => [report.macs, report.params.total]);
    expect(again).toEqual([[27 * 8 * 14 ** 2 + 9 * 8 * 16 * 12 ** 2 + 160, 28 * 8 + 73 * 16 + 170]]);
    // From then on it is there.
    expect(await shown({ py: after }, 0.5)).toMatchObject({ at: "0.25", after: after.replace("0.25", "0.5") });
  });

  it("follows the channels of PyTorch blocks out to the numbers, and uses the helper of the file", async () => {
    const source = (a: string, b: string, c: string, head = "") =>
      [
        "import torch",
        "from torch import nn",
        "",
        `${head}def _make_divisible(v, divisor, min_value=None):`,
        "    return max(min_value or divisor, int(v + divisor / 2) // divisor * divisor)",
        "",
        "class Block(nn.Module):",
        "    def __init__(self, inp, out, stride):",
        "        super().__init__()",
        "        self.depthwise = nn.Conv2d(inp, inp, 3, stride, 1, groups=inp, bias=False)",
        "        self.norm = nn.BatchNorm2d(inp)",
        "        self.pointwise = nn.Conv2d(inp, out, 1, bias=False)",
        "",
        "    def forward(self, x):",
        "        return self.pointwise(self.norm(self.depthwise(x)))",
        "",
        "class Net(nn.Module):",
        "    def __init__(self, classes=10):",
        "        super().__init__()",
        `        self.width = ${a}`,
        "        self.stem = nn.Conv2d(3, self.width, 3, 2, 1, bias=False)",
        `        self.body = nn.Sequential(Block(${a}, ${b}, 2), Block(${b}, ${b}, 2))`,
        `        self.head = nn.Linear(${c}, classes)`,
        "",
        "    def forward(self, x):",
        "        return self.head(torch.flatten(self.body(self.stem(x)), 1))",
        "",
        "Net()(torch.zeros(1, 3, 32, 32))",
        "",
      ].join("\n");
    const py = source("32", "64", "1024");
    const lever = await introduced({ py });
    const head =
      "ALPHA = 0.5  # width multiplier\n\n\ndef scaled(channels):\n" +
      '    """Channels times ALPHA, as a multiple of 8."""\n    return _make_divisible(channels * ALPHA, 8)\n\n\n';
    const after = edited({ py }, lever?.edits(0.5) ?? []);
    expect(after).toBe(source("scaled(32)", "scaled(64)", "scaled(64) * 16", head));
    const params = 27 * 16 + (9 * 16 + 2 * 16 + 16 * 32) + (9 * 32 + 2 * 32 + 32 * 32) + 512 * 10 + 10;
    expect(await examined({ py: after }, ({ report }) => report.params.total)).toEqual([params]);
  });

  it("reads a list of widths in a loop", async () => {
    const source = (v: string, w: string) =>
      [
        "import torch",
        "from torch import nn",
        "",
        "CONFIG = [32, 'M', 64, 'M']",
        "",
        "def layers():",
        "    made = []",
        "    channels = 3",
        "    for v in CONFIG:",
        "        if v == 'M':",
        "            made.append(nn.MaxPool2d(2))",
        "        else:",
        `            made += [nn.Conv2d(channels, ${v}, 3, padding=1), nn.ReLU()]`,
        `            channels = ${v}`,
        "    return nn.Sequential(*made)",
        "",
        "class Net(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        "        self.features = layers()",
        `        self.head = nn.Linear(${w}, 10)`,
        "",
        "    def forward(self, x):",
        "        return self.head(self.features(x).mean((2, 3)))",
        "",
        "Net()(torch.zeros(1, 3, 16, 16))",
        "",
      ].join("\n");
    // The function alone is the other model of this file; its last layer must stay as wide as it is.
    const [alone, lever] = await examined({ py: source("v", "64") }, introduceWidthMultiplier);
    expect(alone).toBeUndefined();
    expect(edited({ py: source("v", "64") }, lever?.edits(0.5) ?? [])).toContain(
      source("scaled(v)", "scaled(64)").slice(source("", "").indexOf("CONFIG")),
    );
  });

  it("works in TypeScript", async () => {
    const source = (a: string, b: string, head = "") => ({
      ts: `import * as tf from '@tensorflow/tfjs';\n\n${head}const model = tf.sequential();\nmodel.add(tf.layers.conv2d({inputShape: [16, 16, 1], filters: ${a}, kernelSize: 3}));\nmodel.add(tf.layers.conv2d({filters: ${b}, kernelSize: 3}));\nmodel.add(tf.layers.flatten());\nmodel.add(tf.layers.dense({units: 4}));\n`,
    });
    const lever = await introduced(source("16", "32"));
    const head =
      "const ALPHA = 0.5; // width multiplier\n\n/** Channels times ALPHA, as a multiple of 8. */\n" +
      "function scaled(channels: number): number {\n  return Math.max(Math.min(channels, 8), Math.floor((channels * ALPHA + 4) / 8) * 8);\n}\n\n";
    const after = edited(source("16", "32"), lever?.edits(0.5) ?? []);
    expect(after).toBe(source("scaled(16)", "scaled(32)", head).ts);
    const params = 10 * 8 + 73 * 16 + 16 * 144 * 4 + 4;
    expect(await examined({ ts: after }, ({ report }) => report.params.total)).toEqual([params]);
  });

  it("goes to the same numbers from every use, and leaves ratios and repetitions alone", async () => {
    const source = (planes: string, first: string, head: string) =>
      [
        "import torch",
        "from torch import nn",
        "",
        "class Block(nn.Module):",
        "    expansion = 4",
        "",
        "    def __init__(self, in_planes, planes, ratio=16):",
        "        super().__init__()",
        "        self.a = nn.Conv2d(in_planes, planes, 1)",
        "        self.b = nn.Conv2d(planes, self.expansion * planes, 1)",
        "        self.squeeze = nn.Linear(planes * self.expansion, planes * self.expansion // ratio)",
        "        self.excite = nn.Linear(planes * self.expansion // ratio, planes * self.expansion)",
        "",
        "    def forward(self, x):",
        "        x = self.b(self.a(x))",
        "        w = self.excite(self.squeeze(x.mean((2, 3))))",
        "        return x * w[:, :, None, None]",
        "",
        "class Net(nn.Module):",
        "    def __init__(self, block=Block):",
        "        super().__init__()",
        `        self.in_planes = ${first}`,
        `        self.stem = nn.Conv2d(3, ${first}, 3)`,
        `        self.stage = self.make(block, ${planes}, 2)`,
        `        self.head = nn.Linear(${head} * block.expansion, 10)`,
        "",
        "    def make(self, block, planes, count):",
        "        layers = []",
        "        for _ in range(count):",
        "            layers.append(block(self.in_planes, planes))",
        "            self.in_planes = planes * block.expansion",
        "        return nn.Sequential(*layers)",
        "",
        "    def forward(self, x):",
        "        return self.head(self.stage(self.stem(x)).mean((2, 3)))",
        "",
        "Net()(torch.zeros(1, 3, 16, 16))",
        "",
      ].join("\n");
    const py = source("64", "32", "64");
    const lever = await introduced({ py });
    expect(edited({ py }, lever?.edits(0.5) ?? []).replace(/ALPHA[^]*?\n\n\nclass/, "class")).toBe(
      source("scaled(64)", "scaled(32)", "scaled(64)"),
    );
  });

  it("is not put into a network of a library", async () => {
    const py = "from keras.applications import VGG16\n\nmodel = VGG16(weights=None)\n";
    expect(await introduced({ py })).toBeUndefined();
  });
});
