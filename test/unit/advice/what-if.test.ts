// What a model would cost with other settings: every answer is what an analysis of the changed text says.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/core/8-advice/edit";
import { WhatIf, widthChoices } from "../../../src/core/8-advice/what-if";
import type { Report } from "../../../src/core/report/report";
import { createNodeAnalyzer } from "../../../src/platform/node";

const FILE = "/workspace/model.py";

async function explore(
  text: string,
): Promise<{ whatIf: WhatIf; report: Report; analyse(text: string): Promise<Report> }> {
  let overlay = text;
  const analyzer = createNodeAnalyzer((path) => (path === FILE ? overlay : undefined));
  const request = { file: FILE, root: "/workspace", target: "budget", timeline: true } as const;
  const { found } = await analyzer.examine(request, (context) => context);
  const [context] = found;
  if (!context) throw new Error("there is no model");
  return {
    whatIf: new WhatIf(context),
    report: context.report,
    analyse: async (changed) => {
      overlay = changed;
      analyzer.invalidate(FILE);
      const { reports } = await analyzer.analyze(request);
      if (!reports[0]) throw new Error("the model is gone");
      return reports[0];
    },
  };
}

const MOBILENET = readFileSync(new URL("../../../examples/mlperf-tiny/visual_wake_words.py", import.meta.url), "utf8");

describe("what if", () => {
  it("answers for width and resolution, alone and together, what the changed text costs", async () => {
    const { whatIf, report, analyse } = await explore(MOBILENET);
    const { width, resolution } = whatIf.describe();
    expect(width).toMatchObject({ name: "alpha", current: 0.25, isNew: false });
    expect(resolution).toMatchObject({ current: 96 });
    if (!("choices" in width) || !("choices" in resolution)) throw new Error("both levers are there");
    expect(width.choices).toContain(0.25);
    expect(resolution.choices.at(-1)).toBe(96);
    expect(resolution.texts?.at(-1)).toBe("96×96");
    for (const settings of [
      { width: 0.5, resolution: null },
      { width: null, resolution: 64 },
      { width: 0.5, resolution: 64 },
    ]) {
      const answer = whatIf.ask(settings);
      if ("failure" in answer) throw new Error(answer.failure);
      const after = await analyse(applyEdits(FILE, MOBILENET, answer.edits));
      expect(after.macs).not.toBe(report.macs);
      expect(answer.model.macs).toBe(after.macs);
      expect(answer.model.deployment?.ramBytes).toEqual(after.deployment?.ramBytes);
      expect(answer.model.deployment?.latencyMs).toEqual(after.deployment?.latencyMs);
      expect(answer.timeline).toEqual(after.deployment?.timeline);
    }
  });

  it("leaves the model as it is without settings", async () => {
    const { whatIf, report } = await explore(MOBILENET);
    expect(whatIf.ask({ width: null, resolution: null })).toMatchObject({ edits: [], model: { macs: report.macs } });
  });

  it("says what cannot be: no image, no size in the text, a model that its own code refuses", async () => {
    const dense = await explore(
      "from tensorflow import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n",
    );
    expect(dense.whatIf.describe().resolution).toEqual({ reason: "not-an-image" });
    const picky = await explore(`
from tensorflow import keras
from tensorflow.keras import layers

def build(alpha=0.5):
    if alpha > 0.9:
        raise ValueError("too wide")
    i = keras.Input((32, 32, 3))
    x = layers.Conv2D(int(32 * alpha), 3)(i)
    x = layers.Conv2D(int(64 * alpha), 3)(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(i, layers.Dense(10)(x))

model = build()
`);
    const answer = picky.whatIf.ask({ width: 1, resolution: null });
    expect(answer).toHaveProperty("failure");
    expect((answer as { failure: string }).failure).toMatch(/too wide/);
  });
});

describe("choices of a width", () => {
  it("are those that are allowed, or steps to half again as much", () => {
    expect(widthChoices({ current: 0.35, allowed: [0.35, 0.5, 1] })).toEqual([0.35, 0.5, 1]);
    const free = widthChoices({ current: 0.33, allowed: null });
    expect(free.slice(0, 2)).toEqual([0.1, 0.15]);
    expect(free).toContain(0.33);
    expect(free.at(-1)).toBe(1);
    expect(widthChoices({ current: 1, allowed: null }).at(-1)).toBe(1.5);
    expect(widthChoices({ current: 4, allowed: null })).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
