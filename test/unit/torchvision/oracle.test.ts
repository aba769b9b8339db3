// Programs that use torchvision against what the real one answered: test/oracle/torchvision.jsonl and rows.jsonl beside this
// file (record.py records it from programs.txt). Nothing here may be unknown.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createNodeAnalyzer } from "../../../src/platform/node";
import type { Report } from "../../../src/core/report/report";

interface Row {
  id: string;
  source: string;
  inputs: number[][];
  outputShape: number[] | null;
  params: number;
  trainable: number;
  macs: number;
}

function rowsOf(path: string): Row[] {
  const text = readFileSync(new URL(path, import.meta.url), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

const rows = [...rowsOf("../../oracle/torchvision.jsonl"), ...rowsOf("rows.jsonl")];
const files = new Map(rows.map((row) => [`/workspace/${row.id}.py`, row.source]));
const analyzer = createNodeAnalyzer((path) => files.get(path));

async function reportOf(row: Row): Promise<Report> {
  const file = `/workspace/${row.id}.py`;
  const inputs = row.inputs.map((shape) => ({ shape }));
  const { reports } = await analyzer.analyze({ file, root: "/workspace", entry: "model", inputs });
  return reports[0] as Report;
}

describe("recorded from torchvision", () => {
  it.each(rows.map((row) => [row.id, row] as const))("%s", async (_id, row) => {
    const report = await reportOf(row);
    expect({
      params: report.params,
      macs: report.macs,
      output: report.outputs[0]?.shape ?? null,
      unknowns: report.unknowns,
      error: report.error,
    }).toEqual({
      params: { total: row.params, trainable: row.trainable },
      macs: row.macs,
      output: row.outputShape ?? report.outputs[0]?.shape ?? null,
      unknowns: [],
      error: undefined,
    });
  });
});
