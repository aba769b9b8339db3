// All fixes of one rule as one change. MACs of a D_K×D_K convolution of M channels to N on a D_F×D_F map: D_K²·M·N·D_F², of a
// separable one D_K²·M·D_F² + M·N·D_F²; a bias has one parameter for each filter.
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/core/8-advice/edit";
import { quantitiesOf } from "../../../src/core/8-advice/quantities";
import type { CombinedFix } from "../../../src/core/report/finding";
import { advised } from "./tester";

const PATH = "/workspace/model.py";
const keras = (...layers: string[]) =>
  `import keras\nfrom keras.layers import *\n\nmodel = keras.Sequential([\n    Input((16, 16, 8)),\n${layers.map((one) => `    ${one},\n`).join("")}])\n`;

async function combined(py: string): Promise<CombinedFix[]> {
  const { reports } = await advised({ py });
  return reports[0]?.combinedFixes ?? [];
}

/** The change as text; analysing it gives what is promised. */
async function made(py: string, { edits, receipt }: CombinedFix): Promise<string> {
  const text = applyEdits(PATH, py, edits);
  const { reports } = await advised({ py: text });
  expect(reports[0] && quantitiesOf(reports[0])).toEqual(receipt.after);
  return text;
}

describe("fix all", () => {
  const source = keras("Conv2D(32, 3, padding='same')", "Conv2D(64, 3, padding='same')");

  it("makes every fix of a rule in one change", async () => {
    const [fix, ...others] = await combined(source);
    expect(others).toEqual([]);
    expect(fix).toMatchObject({
      rule: "standard-conv-could-be-separable",
      count: 2,
      title: "Fix all 2 of this kind in model",
    });
    const positions = 16 * 16;
    expect(fix?.receipt.before.macs).toBe(positions * (9 * 8 * 32 + 9 * 32 * 64));
    expect(fix?.receipt.after.macs).toBe(positions * (9 * 8 + 8 * 32 + 9 * 32 + 32 * 64));
    expect(await made(source, fix as CombinedFix)).toBe(source.replaceAll("Conv2D", "SeparableConv2D"));
  });

  it("imports a class once", async () => {
    const py = source.replace("import *", "import Conv2D, Input");
    const [fix] = await combined(py);
    expect(await made(py, fix as CombinedFix)).toBe(
      source.replaceAll("Conv2D", "SeparableConv2D").replace("import *", "import Conv2D, SeparableConv2D, Input"),
    );
  });

  it("keeps rules apart, and counts a line that several findings share once", async () => {
    const py = keras("Conv2D(24, 1)", "BatchNormalization()", "Conv2D(40, 1)", "BatchNormalization()");
    const fixes = await combined(py);
    const bias = fixes.find(({ rule }) => rule === "conv-bias-before-batchnorm");
    expect(bias?.count).toBe(2);
    expect((bias?.receipt.before.params ?? 0) - (bias?.receipt.after.params ?? 0)).toBe(24 + 40);
    expect(await made(py, bias as CombinedFix)).toContain("Conv2D(24, 1, use_bias=False)");
  });

  it("is not there for one fix, nor for what a comment silences", async () => {
    expect(await combined(keras("Conv2D(32, 3, padding='same')"))).toEqual([]);
    const silenced = keras(
      "Conv2D(32, 3, padding='same'),  # budget-ignore standard-conv-could-be-separable\n    Conv2D(64, 3, padding='same')",
    );
    expect(await combined(silenced)).toEqual([]);
  });
});
