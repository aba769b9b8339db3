// "Explain this file": why it shows what it shows.
import { describe, expect, it } from "vitest";
import { explainFile } from "../../../src/server/explain-file";
import { workspace } from "./requests";

const explain = async (text: string, options: Parameters<typeof workspace>[1] = {}) => {
  const { document, host } = await workspace(text, options);
  return explainFile(document, host);
};

describe("explainFile", () => {
  it("lists frameworks, models, the target and where it comes from, time and settings", async () => {
    const text = await explain(
      "from keras import Input, Sequential, layers\nmodel = Sequential([Input((4,)), layers.Dense(2)])\n",
      { settings: { board: "teensy-4.1", inlayHints: "all" } },
    );
    expect(text).toContain("Seen: Keras; 1 model.");
    expect(text).toMatch(/\| model \| line 2 \| Keras \| fits \| 8 \| 10 \|/);
    expect(text).toContain(
      "Teensy 4\\.1\\, TFLM \\+ CMSIS\\-NN\\, int8; the board is named by the setting modelBudget.board.",
    );
    expect(text).toContain("No budget file governs the file.");
    expect(await explain("import os\n")).toContain("; nobody chose a board, so it is the default one.");
    expect(text).toMatch(/## Time\n\nThe last analysis took [\d.]+ m?s/);
    expect(text).toContain('| modelBudget.inlayHints | `"all"` | default `"peak"` |');
    expect(text).toContain("Model Budget 1.2.3");
  });

  it("says why nothing is shown", async () => {
    expect(await explain("import os\n")).toContain(
      "**Nothing is shown**: no model found\\: the file imports neither Keras\\, PyTorch nor TensorFlow\\.js",
    );
  });

  it("tells what was skipped, what is not known and what was assumed", async () => {
    const text = await explain(
      "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Conv2d(3, 8, 3)\n    def forward(self, x):\n        return self.c(x)\nx = ((\n",
    );
    expect(text).toMatch(/## Skipped\n\n- line \d+ does not parse/);
    expect(text).toContain("## Not known, because\n\n- Net\\(\\)\n  - ");
    expect(text).toContain("the height of input \\'input\\' is not known");
    expect(text).toContain("## Assumed\n\n- Net\\(\\)\n  - input from in\\_channels of the first layer");
  });

  it("calls the dimensions of an input as its framework orders them", async () => {
    const text = await explain(
      "import keras\nfrom keras import layers\ni = keras.Input((None, None, 3))\nmodel = keras.Model(i, layers.Conv2D(8, 3)(i))\n",
    );
    expect(text).toContain("the height of input");
    expect(text).not.toContain("the channels of input");
  });

  it("names the budget file and what is wrong with it", async () => {
    const files = { "/project/model-budget.json": '{ "board": "nano34", "lim": 1 }' };
    const text = await explain(
      "from keras import Input, Sequential, layers\nmodel = Sequential([Input((4,)), layers.Dense(2)])\n",
      { files },
    );
    expect(text).toContain("There is none, because there is no board \\'nano34\\'");
    expect(text).toContain("Budget file: `model-budget.json`");
    expect(text).toContain('did you mean \\"limits\\"');
  });
});
