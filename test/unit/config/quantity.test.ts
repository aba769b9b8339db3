import { describe, expect, it } from "vitest";
import { parseBytes, parseLimit, parseShape } from "../../../src/core/config/quantity";

describe("limits", () => {
  it.each([
    ["macs", "3 M", 3_000_000],
    ["macs", "3M", 3_000_000],
    ["macs", "2.5G", 2_500_000_000],
    ["macs", "120_000", 120_000],
    ["params", "1,500", 1500],
    ["params", 1500, 1500],
    ["ram", "64 kB", 64_000],
    ["ram", "64 KB", 65_536],
    ["ram", "64 KiB", 65_536],
    ["flash", "1 MiB", 1_048_576],
    ["flash", "1 MB", 1_000_000],
    ["ram", 65_536, 65_536],
    ["latency", "40 ms", 40],
    ["latency", "1.5 s", 1500],
    ["latency", "800 us", 0.8],
  ] as const)("%s %s", (name, written, value) => expect(parseLimit(name, written)).toEqual({ value }));

  it.each([
    ["+5 %", 1.05],
    ["-10%", 0.9],
  ] as const)("%s of the baseline", (written, timesBaseline) =>
    expect(parseLimit("macs", written)).toEqual({ timesBaseline }),
  ); // prettier-ignore

  it.each([
    ["macs", "3 MB", "3 M"],
    ["ram", "64 bananas", "64 kB"],
    ["ram", "much", "64 kB"],
    ["latency", "40", "40 ms"],
    ["latency", 40, "40 ms"],
    ["macs", -1, "from 0 on"],
  ] as const)("refuses %s %s and says what would be right", (name, written, hint) =>
    expect(parseLimit(name, written)).toEqual({ error: expect.stringContaining(hint) }),
  ); // prettier-ignore
});

describe("sizes and shapes", () => {
  it("reads bytes", () => expect(parseBytes("64 KiB")).toEqual({ value: 65_536 }));
  it("has no relative sizes", () => expect(parseBytes("+5 %")).toHaveProperty("error"));
  it("reads shapes", () => expect(parseShape("1x3x96×?")).toEqual([1, 3, 96, null]));
  it("refuses what is no shape", () => expect(parseShape("1x3xH")).toHaveProperty("error"));
});
