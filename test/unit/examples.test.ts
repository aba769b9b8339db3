// The example projects against numbers recorded from the real frameworks (examples/expected.json, made by
// test/oracle/record_examples.py and record_tfjs.mjs): totals, every layer that does work, and rows that add up.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/core/report/report";
import { createNodeAnalyzer } from "../../src/platform/node";
import { formulaValue } from "../../src/core/report/formula";

interface Expected {
  file: string;
  entry: string;
  framework: string;
  inputs: (number | null)[][];
  outputs: (number | null)[][];
  params: { total: number; trainable: number };
  macs: number;
  layers: {
    name: string;
    type: string;
    outputShape: (number | null)[];
    params: number;
    trainable: number;
    macs: number;
  }[];
}

const examples = join(__dirname, "..", "..", "examples");
const expected = JSON.parse(readFileSync(join(examples, "expected.json"), "utf8")) as Expected[];
const analyzer = createNodeAnalyzer();

async function reportOf(file: string, entry?: string, inputs: Expected["inputs"] = []): Promise<Report[]> {
  const analysis = await analyzer.analyze({
    file: join(examples, file),
    root: examples,
    inputs: inputs.map((shape) => ({ shape })),
    ...(entry === undefined ? {} : { entry }),
  });
  return analysis.reports;
}

const sum = (values: (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0);
const working = <T extends { params: number | null; macs: number | null }>(rows: T[]) =>
  rows.filter((row) => row.params !== 0 || row.macs !== 0);

describe.each(expected)("$file $entry", (row) => {
  const given = row.framework === "torch" ? row.inputs : [];

  it("has the framework's totals and layers", async () => {
    const [report] = await reportOf(row.file, row.entry, given);
    expect(report?.unknowns).toEqual([]);
    expect(report).toMatchObject({ status: "exact", framework: row.framework, params: row.params, macs: row.macs });
    expect(report?.inputs.map(({ shape }) => shape)).toEqual(row.inputs);
    expect(report?.outputs.map(({ shape }) => shape)).toEqual(row.outputs);
    const shown = working(report?.layers ?? []).map(({ type, outputShape, params, trainableParams, macs }) => ({
      type,
      outputShape,
      params,
      trainable: trainableParams,
      macs,
    }));
    expect(shown).toEqual(
      working(row.layers).map(({ type, outputShape, params, trainable, macs }) => ({
        type,
        outputShape,
        params,
        trainable,
        macs,
      })),
    );
  });

  it("has formulas that give the MACs of their rows", async () => {
    const [report] = await reportOf(row.file, row.entry, given);
    for (const { macs, formula } of report?.layers ?? []) {
      expect((formula ?? []).reduce((total, one) => total + formulaValue(one), 0)).toBe(macs);
    }
  });

  it("has rows that add up", async () => {
    const [report] = await reportOf(row.file, row.entry, given);
    const layers = report?.layers ?? [];
    expect(sum(layers.map(({ macs }) => macs))).toBe(row.macs);
    expect(sum(layers.map(({ params }) => params))).toBe(row.params.total);
    expect(sum(layers.map(({ trainableParams }) => trainableParams))).toBe(row.params.trainable);
  });
});

describe("models found without an entry", () => {
  it.each([
    ["mlperf-tiny/keyword_spotting.py", [24_908, 2_656_768]],
    ["mlperf-tiny/visual_wake_words.py", [221_794, 7_489_664]],
    ["mlperf-tiny/image_classification.py", [78_666, 12_501_632]],
    ["mlperf-tiny/anomaly_detection.py", [269_992, 264_192]],
    ["pytorch-cnn/model.py", [551_018, 38_896_896]],
    ["tfjs-typescript/src/model.ts", [7101, 215_200]],
    ["tfjs-javascript/model.js", [25_034, 527_104]],
  ])("%s", async (file, numbers) => {
    const reports = await reportOf(file);
    expect(reports.map((report) => [report.params.total, report.macs])).toContainEqual(numbers);
    expect(reports.filter((report) => report.status === "error")).toEqual([]);
  });
});
