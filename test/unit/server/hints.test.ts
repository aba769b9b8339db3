// What the hint at the end of a line says. The fixture's layer is 12 % (320,000 of 2,656,768) of its model's MACs.
import { describe, expect, it } from "vitest";
import { hintsOf, MAX_HINT_LENGTH, showsHint } from "../../../src/server/hints";
import { analysis, deployment, layer, place, report } from "./fixtures";

const hint = (line: number, ...reports: Parameters<typeof analysis>[0]) =>
  hintsOf(analysis(reports)).get(`line:${line}`);
const label = (line: number, ...reports: Parameters<typeof analysis>[0]) => hint(line, ...reports)?.label;

describe("a hint", () => {
  it("is the share of the model's MACs and the shape of the output", () => {
    expect(hint(3, report([layer([3])]))).toEqual({
      id: "line:3",
      label: "12 % MACs · 25×5×64",
      meaning: "12 % of the MACs of the model.",
      matters: true,
    });
  });

  it("is the share of the limit where a budget has one", () => {
    const limits = [{ name: "macs" as const, limit: 1_000_000, source: "model-budget.json", message: null }];
    expect(hint(3, report([layer([3])], { limits }))).toMatchObject({
      label: "32 % of 1 M · 25×5×64",
      meaning: "32 % of the 1 M MACs that model-budget.json allows.",
    });
  });

  it("is the share of the board's RAM where RAM is fullest", () => {
    // 24,000 of 262,144 bytes are 9.2 %.
    const on = deployment({ peak: { op: "CONV_2D", place: place(3), bytes: 16_384, alive: [] } });
    const made = report([layer([3]), layer([4], { macs: 10 })], { deployment: on });
    expect(hint(3, made)).toMatchObject({
      label: "peak 9 % RAM · 25×5×64",
      meaning: "RAM is fullest here: the model needs 23.4 KiB of the 256 KiB that Nano leaves the model.",
    });
    expect(label(4, made)).toBe("<1 % MACs · 25×5×64");
  });

  it("counts the layers of a line that makes several", () => {
    expect(label(3, report([layer([3]), layer([3]), layer([9])]))).toBe("24 % MACs · 2 layers");
  });

  it("is the shape alone where nothing is multiplied", () => {
    expect(label(3, report([layer([3], { macs: 0 })]))).toBe("25×5×64");
  });

  it("says that a cost is not known, and gives a count where only the model's is not", () => {
    const shape = { runShape: [null, null, 64] };
    expect(label(3, report([layer([3], { macs: null, ...shape })]))).toBe("? MACs · ?×64");
    expect(label(3, report([layer([3])], { macs: null }))).toBe("320 k MACs · 25×5×64");
  });

  it("gives a range where models differ, and no shape they do not share", () => {
    const small = report([layer([3])]);
    expect(label(3, small, report([layer([3], { macs: 640_000 })]))).toBe("12–24 % MACs · 25×5×64");
    expect(label(3, small, report([layer([3], { macs: 1, runShape: [null, 3] })]))).toBe("≤ 12 % MACs");
  });

  it("says of a layer that does not run that it does not", () => {
    expect(label(3, report([layer([3], { calls: 0, macs: 0, runShape: null })]))).toBe("does not run");
  });

  it.each([
    [[null, 112, 112, 64], "12 % MACs · 112×112×64"],
    [[null, 16, 112, 112, 64], "12 % · 16×112×112×64"],
    [[null, 112, 112, 112, 64, 100], "12 % MACs"],
  ])("of shape %j is short enough", (runShape, expected) => {
    const text = label(3, report([layer([3], { runShape })]));
    expect(text).toBe(expected);
    expect(text?.length).toBeLessThanOrEqual(MAX_HINT_LENGTH);
  });
});

describe("showsHint", () => {
  const rows = [layer([3]), layer([4], { macs: 10 }), layer([5], { macs: null }), layer([6, 9]), layer([7, 9])];
  const hints = hintsOf(analysis([report(rows)]));
  const lines = (setting: "off" | "peak" | "all") =>
    [...hints.values()].filter((one) => showsHint(one, setting)).map(({ id }) => Number(id.slice(5)));
  it("leaves all lines, those that matter, or none", () => {
    expect(lines("all")).toEqual([3, 4, 5, 6, 7, 9]);
    // A line that only calls for what is made further in has its share there.
    expect(lines("peak")).toEqual([3, 5, 6, 7]);
    expect(lines("off")).toEqual([]);
  });
});
