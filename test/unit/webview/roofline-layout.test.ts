// The scatter's axes: whole powers of ten around the values, and layers without work left out.
import { describe, expect, it } from "vitest";
import type { LayerTiming } from "../../../src/webview/benchmark/measure/result";
import { axisOf, decadeText, pointsOf } from "../../../src/webview/benchmark/views/roofline-layout";

describe("the scatter", () => {
  it("has an axis of whole decades", () => {
    const axis = axisOf([0.3, 20], 0, 300);
    expect(axis.decades).toEqual([0.1, 1, 10, 100]);
    expect([0.1, 1, 100].map((value) => Math.round(axis.at(value)))).toEqual([0, 100, 300]);
    // A single value still has a decade to lie in.
    expect(axisOf([10], 0, 100).decades).toEqual([10, 100]);
    expect([0.01, 0.1, 1, 1000].map(decadeText)).toEqual(["0.01", "0.1", "1", "1000"]);
  });

  it("shows layers that multiply, in 10⁹ MACs a second over MACs per byte", () => {
    const layer = { name: "conv", type: "Conv2D", macs: 2e6, bytes: 1e6, median: 0.5 } as LayerTiming;
    const points = pointsOf([layer, { ...layer, macs: 0 }, { ...layer, macs: null }, { ...layer, median: 0 }]);
    expect(points).toEqual([{ name: "conv", type: "Conv2D", x: 2, y: 4 }]);
  });
});
