// Budgets in comments and files: which model they speak about, and what is said when they are broken. Counts by hand:
// Dense(10) on 20 features is 200 MACs and 210 parameters.
import { describe, expect, it } from "vitest";
import type { FileBudget } from "../../../src/core/config/file-budget";
import { advised, expectSilent, findingsOf } from "./tester";

const DENSE = "import keras\nfrom keras import layers\n\n";
const model = (comment: string) => ({
  py: `${DENSE}${comment}\nmodel = keras.Sequential([keras.Input((20,)), layers.Dense(10)])\n`,
});

describe("comments", () => {
  it("limit the model below them", async () => {
    const [finding, ...rest] = await findingsOf("over-budget", model("# budget: macs < 150, params < 1 k"));
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ level: "error", line: 5 });
    expect(finding?.message).toBe("model takes 200 MACs, 33 % over the 150 that the comment in line 4 allows.");
  });

  it("are kept by a model within them", () => expectSilent("over-budget", model("# budget: macs < 200, params < 210")));

  it("may stand on the line itself, above decorators, and in JavaScript", async () => {
    const trailing = `${DENSE}model = keras.Sequential([keras.Input((20,)), layers.Dense(10)])  # budget: macs < 1\n`;
    expect(await findingsOf("over-budget", { py: trailing })).toHaveLength(1);
    const decorated = `${DENSE}import functools\n\n# budget: macs < 1\n@functools.lru_cache\ndef build():\n    return keras.Sequential([keras.Input((20,)), layers.Dense(10)])\n\nbuild()\n`;
    expect(await findingsOf("over-budget", { py: decorated })).toHaveLength(1);
    const js =
      "import * as tf from '@tensorflow/tfjs';\n// budget: macs < 1\nconst model = tf.sequential({layers: [tf.layers.dense({units: 10, inputShape: [20]})]});\n";
    expect(await findingsOf("over-budget", { js })).toHaveLength(1);
  });

  it("speak about one of several models", async () => {
    const source = `${DENSE}a = keras.Sequential([keras.Input((20,)), layers.Dense(10)])\n# budget: macs < 1\nb = keras.Sequential([keras.Input((20,)), layers.Dense(10)])\n`;
    expect((await findingsOf("over-budget", { py: source })).map(({ entry }) => entry)).toEqual(["b"]);
  });

  it("may stand above the call of a builder, or of a class, as above the builder itself", async () => {
    const builder = `${DENSE}def build(units=10):\n    return keras.Sequential([keras.Input((20,)), layers.Dense(units)])\n\n`;
    const called = await findingsOf("over-budget", { py: `${builder}# budget: macs < 150\nmodel = build()\n` });
    expect(called.map(({ entry, message }) => [entry, message])).toEqual([
      ["build()", "build() takes 200 MACs, 33 % over the 150 that the comment in line 7 allows."],
    ]);
    const net =
      "from torch import nn\n\nclass Net(nn.Module):\n    def __init__(self, units):\n        super().__init__()\n        self.fc = nn.Linear(20, units)\n\n    def forward(self, x):\n        return self.fc(x)\n\n";
    expect(await findingsOf("over-budget", { py: `${net}# budget: macs < 150\nnet = Net(10)\n` })).toHaveLength(1);
    const js =
      "import * as tf from '@tensorflow/tfjs';\nfunction build() {\n  const model = tf.sequential();\n  model.add(tf.layers.dense({units: 10, inputShape: [20]}));\n  return model;\n}\n// budget: macs < 150\nconst model = build();\n";
    expect(await findingsOf("over-budget", { js })).toHaveLength(1);
  });

  it("that reach no model say so", async () => {
    const { commentProblems } = await advised({ py: `${model("").py}\n# budget: macs < 150\nepochs = 3\n` });
    expect(commentProblems).toMatchObject([
      { line: 7, message: expect.stringContaining("no model that is shown is made in line 8") },
    ]);
  });

  it("give an input shape", async () => {
    const py = `import torch\nfrom torch import nn\n\n# budget: input = 1x3x8x8\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv2d(3, 4, 3)\n\n    def forward(self, x):\n        return self.conv(x)\n`;
    const { reports } = await advised({ py });
    expect(reports.map(({ macs }) => macs)).toEqual([3 * 4 * 9 * 36]);
  });

  it("give an entry that stands for the model at their place", async () => {
    const py = `${DENSE}# budget: entry = build(5), macs < 50\ndef build(units):\n    return keras.Sequential([keras.Input((20,)), layers.Dense(units)])\n`;
    const { reports } = await advised({ py });
    expect(reports.map(({ entry, macs }) => [entry, macs])).toEqual([["build(5)", 100]]);
    expect(reports[0]?.findings[0]?.message).toContain("build(5) takes 100 MACs, 100 % over the 50");
  });

  it("are problems where they are not understood", async () => {
    const { commentProblems } = await advised(model("# budget: mac < 3"));
    expect(commentProblems).toMatchObject([{ line: 4, message: expect.stringContaining('did you mean "macs"') }]);
  });
});

describe("budget-ignore", () => {
  const broken = (comment: string, ignore: string) => model(`# budget: macs < 150, params < 100${comment}\n${ignore}`);

  it("silences a rule on the next line of code", async () => {
    const { reports, commentProblems } = await advised(broken("", "# budget-ignore over-budget"));
    expect(reports[0]?.findings).toEqual([]);
    expect(commentProblems).toEqual([]);
  });
  it("leaves other rules and lines alone, and is then without use", async () => {
    const { reports, commentProblems } = await advised(broken("", "# budget-ignore unknown-cost"));
    expect(reports[0]?.findings).toHaveLength(2);
    expect(commentProblems).toMatchObject([{ line: 5, message: expect.stringContaining("silences nothing") }]);
  });
  it("names a rule that there is", async () => {
    const { commentProblems } = await advised(broken("", "# budget-ignore over-budgets"));
    expect(commentProblems).toMatchObject([
      { message: 'there is no rule "over-budgets"; did you mean "over-budget"?' },
    ]);
  });
});

describe("budget files", () => {
  const budget = (models: FileBudget["models"], limits: FileBudget["limits"] = []): FileBudget => ({ limits, models });
  const limit = (value: number, message: string | null = null) => ({
    name: "macs" as const,
    limit: value,
    source: "model-budget.json",
    message,
  });

  it("limit every model, with a message of their author", async () => {
    const findings = await findingsOf("over-budget", model(""), {
      budget: budget([], [limit(100, "Ask the audio team.")]),
    });
    expect(findings.map(({ message }) => message)).toEqual([
      "model takes 200 MACs, 100 % over the 100 that model-budget.json allows. Ask the audio team.",
    ]);
  }); // prettier-ignore

  it("yield to a comment", async () => {
    const options = { budget: budget([], [limit(100)]) };
    await expectSilent("over-budget", model("# budget: macs < 500"), options);
  });

  it("declare a model by an entry", async () => {
    const py = `${DENSE}def build(units, depth):\n    return keras.Sequential([keras.Input((20,))] + [layers.Dense(units) for _ in range(depth)])\n`;
    const declared = { entry: "build(10, depth=2)", inputs: [], limits: [limit(250)], line: null };
    const { reports } = await advised({ py }, { budget: budget([declared]) });
    const own = reports.find(({ entry }) => entry === "build(10, depth=2)");
    expect(own?.macs).toBe(20 * 10 + 10 * 10);
    expect(own?.findings[0]?.message).toContain("20 % over the 250");
  });

  it("say what they cannot check", async () => {
    const py = `${DENSE}# budget: macs < 5\ndef build(units):\n    return keras.Sequential([keras.Input((20,)), layers.Dense(units)])\n`;
    const [finding] = await findingsOf("unknown-cost", { py });
    expect(finding?.message).toContain("The budget limits macs of build(units), which is unknown, because");
    expect(finding?.message).toContain("'units'");
  });
});
