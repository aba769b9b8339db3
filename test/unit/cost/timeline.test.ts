// The arena over time: every moment of the chart adds up, the fullest is the peak, and nothing lies on anything else. Which
// bytes the arena takes is checked against the real library in arena.test.ts.
import { describe, expect, it } from "vitest";
import type { Timeline } from "../../../src/core/report/deployment";
import type { Report } from "../../../src/core/report/report";
import { createNodeAnalyzer } from "../../../src/platform/node";

const EXAMPLES = new URL("../../../examples/", import.meta.url).pathname.replace(/\/$/, "");

async function reportsOf(file: string, timeline: boolean): Promise<Report[]> {
  const analyzer = createNodeAnalyzer(() => undefined);
  const { reports } = await analyzer.analyze({
    file: `${EXAMPLES}/${file}`,
    root: EXAMPLES,
    target: "budget",
    timeline,
  });
  return reports;
}

const FILES = [
  "mlperf-tiny/image_classification.py",
  "mlperf-tiny/visual_wake_words.py",
  "mlperf-tiny/keyword_spotting.py",
  "pytorch-cnn/model.py",
  "tfjs-typescript/src/model.ts",
];

const aliveAt = ({ buffers }: Timeline, step: number) =>
  buffers.filter(({ first, last }) => first <= step && step <= last);
const bytesAt = (timeline: Timeline, step: number) =>
  aliveAt(timeline, step).reduce((sum, { arenaBytes }) => sum + arenaBytes, 0);

describe("the timeline", () => {
  it.each(FILES)("%s: adds up at every step, the peak is the fullest, and buffers do not overlap", async (file) => {
    const reports = await reportsOf(file, true);
    expect(reports.length).toBeGreaterThan(0);
    for (const { deployment } of reports) {
      const timeline = deployment?.timeline;
      if (!timeline) throw new Error("there is no timeline");
      expect(timeline.steps.map(({ op }) => op)).toEqual(["input", ...deployment.operators.map(({ op }) => op)]);
      const sums = timeline.steps.map((_, step) => bytesAt(timeline, step));
      expect(sums.slice(1)).toEqual(deployment.operators.map(({ aliveBytes }) => aliveBytes));
      expect(sums[timeline.peakStep]).toBe(deployment.peak?.bytes);
      expect(Math.max(...sums)).toBe(deployment.peak?.bytes);
      expect(timeline.steps[timeline.peakStep]?.op).toBe(deployment.peak?.op);
      expect(Math.max(...timeline.buffers.map(({ offset, arenaBytes }) => offset + arenaBytes))).toBe(
        timeline.headBytes,
      );
      const { activations, scratch } = deployment.ramBytes;
      expect((activations ?? 0) + (scratch ?? 0)).toBe(timeline.headBytes);
      timeline.steps.forEach((_, step) => {
        const alive = aliveAt(timeline, step).sort((a, b) => a.offset - b.offset);
        alive.slice(1).forEach((buffer, index) => {
          const below = alive[index];
          expect(buffer.offset).toBeGreaterThanOrEqual((below?.offset ?? 0) + (below?.arenaBytes ?? 0));
        });
      });
    }
  });

  it("is made only when asked for, since it is long", async () => {
    const reports = await reportsOf("mlperf-tiny/keyword_spotting.py", false);
    expect(reports[0]?.deployment?.peak).not.toBeNull();
    expect(reports[0]?.deployment).not.toHaveProperty("timeline");
  });
});

describe("operators of a deployment", () => {
  it("belong to the layer whose work they do, fused ones to what multiplies", async () => {
    const [report] = await reportsOf("pytorch-cnn/model.py", false);
    const operators = report?.deployment?.operators ?? [];
    const layersOf = (op: string) => operators.filter((one) => one.op === op).map(({ layer }) => layer);
    expect(layersOf("FULLY_CONNECTED")).toEqual(["fc1", "fc2"]);
    expect(layersOf("CONV_2D")).toEqual([
      "features.0",
      "features.3",
      "features.7",
      "features.10",
      "features.14",
      "features.17",
    ]);
    // The converter's own: from the channel order of PyTorch to that of the board.
    expect(layersOf("TRANSPOSE").every((layer) => layer === null || layer === "")).toBe(true);
    const macs = operators.filter(({ layer }) => layer === "fc1").reduce((sum, one) => sum + one.macs, 0);
    expect(macs).toBe(report?.layers.find(({ name }) => name === "fc1")?.macs);
  });
});
