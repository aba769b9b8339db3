// The plan of a model as edits would make it: nothing is written, and the file's own plan stays what it was.
import { describe, expect, it } from "vitest";
import { createNodeAnalyzer } from "../../../src/platform/node";

const FILE = "/project/model.py";
const TEXT = `import keras
from keras import layers

def small():
    return keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten()])

def large():
    return keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(16, 3), layers.Flatten()])

small = small()
large = large()
`;

const edit = (from: string, to: string) => ({
  file: FILE,
  start: TEXT.indexOf(from),
  end: TEXT.indexOf(from) + from.length,
  text: to,
});

const analyzer = createNodeAnalyzer((path) => (path === FILE ? TEXT : undefined));
const planOf = async (more: object) => {
  const answer = await analyzer.plan({
    file: FILE,
    root: "/project",
    target: "budget",
    timeline: true,
    index: 0,
    ...more,
  });
  return { ...answer, plan: "plan" in answer.result ? answer.result.plan : undefined };
};

describe("the plan of an edited model", () => {
  it("has the work of the changed text, with its report and its RAM over time", async () => {
    // 6×6 positions, kernels 3×3×3, so many filters.
    expect((await planOf({})).plan?.macs).toBe(36 * 27 * 4);
    const changed = await planOf({ edits: [edit("Conv2D(4,", "Conv2D(8,")] });
    expect(changed.plan?.macs).toBe(36 * 27 * 8);
    expect(changed.report?.macs).toBe(36 * 27 * 8);
    expect(changed.report?.deployment?.timeline?.steps.map(({ op }) => op)).toContain("CONV_2D");
    expect((await planOf({})).plan?.macs).toBe(36 * 27 * 4);
  });

  it("is of the model that was meant when an edit moves it among those of the file", async () => {
    const first = await planOf({});
    const named = first.plan?.entry;
    expect(named).toMatch(/^small/);
    const moved = await planOf({
      named,
      edits: [edit("small = small()\nlarge = large()", "large = large()\nsmall = small()")],
    });
    expect(moved.plan?.entry).toBe(named);
    expect(moved.plan?.macs).toBe(36 * 27 * 4);
  });

  it("is none, with the reason, when the edits break the model or take it away", async () => {
    const named = (await planOf({})).plan?.entry;
    const broken = await planOf({ named, edits: [edit("layers.Conv2D(4, 3)", "layers.Conv2D(4, 9)")] });
    expect(broken.result).toMatchObject({ none: { reason: `the file has no model ${named} any more` } });
    const gone = await planOf({ named: "none_such()" });
    expect(gone.result).toMatchObject({ none: { reason: "the file has no model none_such() any more" } });
  });
});
