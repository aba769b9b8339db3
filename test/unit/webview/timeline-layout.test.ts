// Bars of the RAM-over-time chart.
import { describe, expect, it } from "vitest";
import type { Timeline, TimelineBuffer } from "../../../src/core/report/deployment";
import { aliveAt, bytesAt, layoutTimeline, stepAt } from "../../../src/webview/shared/timeline-layout";

const buffer = (first: number, last: number, offset: number, arenaBytes: number): TimelineBuffer => ({
  kind: "tensor",
  name: "output of CONV_2D",
  shape: [1, arenaBytes],
  bytes: arenaBytes,
  arenaBytes,
  offset,
  first,
  last,
  place: null,
});

const timeline: Timeline = {
  headBytes: 1000,
  steps: ["input", "CONV_2D", "ADD", "SOFTMAX"].map((op) => ({ op, place: null })),
  peakStep: 2,
  buffers: [buffer(0, 2, 0, 400), buffer(1, 2, 400, 600), buffer(3, 3, 0, 16)],
};

describe("the chart", () => {
  it("puts a bar over the steps of its life, at its place in the arena, as high as it is large", () => {
    const { bars, step, peakX } = layoutTimeline(timeline, 400, 100);
    expect([step, peakX]).toEqual([100, 200]);
    expect(bars.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 61, 299, 39],
      [100, 1, 199, 59],
      [300, 99, 99, 1],
    ]);
    expect(bars.map(({ isAtPeak }) => isAtPeak)).toEqual([true, true, false]);
  });

  it("keeps bars inside the chart and apart from each other, however many steps there are", () => {
    const steps = Array.from({ length: 500 }, () => ({ op: "ADD", place: null }));
    const buffers = steps.map((_, index) => buffer(index, Math.min(499, index + 1), (index % 2) * 500, 500));
    const { bars } = layoutTimeline({ headBytes: 1000, steps, peakStep: 1, buffers }, 260, 132);
    for (const { x, y, width, height } of bars) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(260 + 1e-9);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y + height).toBeLessThanOrEqual(132 + 1e-9);
      expect(width).toBeGreaterThan(0);
    }
  });

  it("is empty for a model without operators", () => {
    const empty: Timeline = { headBytes: 0, steps: [], peakStep: 0, buffers: [] };
    expect(layoutTimeline(empty, 100, 100).bars).toEqual([]);
    expect(bytesAt(empty, 0)).toBe(0);
  });
});

describe("a step", () => {
  it("is found under the pointer", () => {
    expect([-5, 0, 99, 100, 399, 400, 900].map((x) => stepAt(timeline, x, 400))).toEqual([0, 0, 0, 1, 3, 3, 3]);
  });

  it("has what is alive then, the largest first, and its sum", () => {
    expect(aliveAt(timeline, 2).map(({ arenaBytes }) => arenaBytes)).toEqual([600, 400]);
    expect([0, 1, 2, 3].map((step) => bytesAt(timeline, step))).toEqual([400, 1000, 1000, 16]);
  });
});
