// The number formatter: every surface prints through it, so its edges are pinned here.
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatFullShape,
  formatShape,
  formatShare,
  sumKnown,
} from "../../../src/core/report/format";

describe("formatCount", () => {
  it.each([
    [0, "0"],
    [1, "1"],
    [832, "832"],
    [999, "999"],
    [1000, "1 k"],
    [1001, "1 k"],
    [2624, "2.62 k"],
    [24_908, "24.9 k"],
    [320_000, "320 k"],
    [999_499, "999 k"],
    [999_500, "1 M"],
    [2_656_768, "2.66 M"],
    [7_489_664, "7.49 M"],
    [12_501_632, "12.5 M"],
    [1_500_000_000, "1.5 G"],
    [4.1e12, "4.1 T"],
    [-320_000, "-320 k"],
    [null, "?"],
    [Number.NaN, "?"],
    [Number.POSITIVE_INFINITY, "?"],
  ])("%s is %s", (value, text) => expect(formatCount(value)).toBe(text));
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [768, "768 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [8000, "7.81 KiB"],
    [55_296, "54 KiB"],
    [262_144, "256 KiB"],
    [1_030_000, "1006 KiB"],
    [1_048_575, "1 MiB"],
    [1_048_576, "1 MiB"],
    [null, "?"],
  ])("%s is %s", (value, text) => expect(formatBytes(value)).toBe(text));
});

describe("formatShape", () => {
  it("drops the batch", () => expect(formatShape([1, 25, 5, 64])).toBe("25×5×64"));
  it("drops a free batch", () => expect(formatShape([null, 10])).toBe("10"));
  it("marks unknown dimensions", () => expect(formatShape([1, null, 64])).toBe("?×64"));
  it("names a batch of scalars", () => expect(formatShape([1])).toBe("scalar"));
  it("names a scalar", () => expect(formatShape([])).toBe("scalar"));
  it("marks an unknown rank", () => expect(formatShape(null)).toBe("?"));
  it("keeps the batch when asked", () => expect(formatFullShape([null, 25, 5])).toBe("?×25×5"));
});

describe("formatShare", () => {
  it.each([
    [0, 10, "0 %"],
    [1, 1000, "<1 %"],
    [47, 100, "47 %"],
    [999, 1000, ">99 %"],
    [10, 10, "100 %"],
    [null, 10, "?"],
    [1, null, "?"],
    [0, 0, "?"],
  ])("%s of %s is %s", (part, total, text) => expect(formatShare(part, total)).toBe(text));
});

describe("sumKnown", () => {
  it("adds", () => expect(sumKnown([1, 2, 3])).toBe(6));
  it("is null when one is", () => expect(sumKnown([1, null, 3])).toBeNull());
  it("of nothing is 0", () => expect(sumKnown([])).toBe(0));
});
