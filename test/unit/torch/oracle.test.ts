// PyTorch source, also with the blocks of OpenMMLab, against what the real PyTorch answered (test/oracle): output shape,
// parameters, MACs.
// A row may be unknown for a reason listed here, never wrong.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reportOf } from "./harness";

interface Row {
  id: string;
  source: string;
  entry: string;
  inputs: (number | null)[][];
  inputTypes?: (string | null)[];
  outputShape: number[] | null;
  params: number;
  trainable: number;
  macs: number | null;
}

const rowsOf = (file: string) =>
  readFileSync(new URL(`../../oracle/${file}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);

/** What we answer for a row, in the form of the row. */
function answer(row: Row) {
  const inputs = row.inputs.map((shape, i) => {
    const dtype = row.inputTypes?.[i];
    return dtype ? { shape, dtype } : { shape };
  });
  const report = reportOf(row.source, row.entry, inputs);
  if (typeof report === "string") return { failed: report };
  return {
    outputShape: report.outputs[0]?.shape ?? null,
    params: report.params.total,
    trainable: report.params.trainable,
    macs: report.macs,
    unknowns: report.unknowns.map(({ reason }) => reason),
  };
}

describe.each(["torch.jsonl", "torch_libraries.jsonl"])("recorded from PyTorch: %s", (file) => {
  it.each(rowsOf(file).map((row) => [row.id, row] as const))("%s", (_id, row) => {
    const found = answer(row);
    expect(found).toMatchObject({
      params: row.params,
      trainable: row.trainable,
      ...(row.macs === null ? {} : { macs: row.macs, outputShape: row.outputShape }),
    });
  });
});
