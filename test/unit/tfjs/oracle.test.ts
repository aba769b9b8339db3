// TensorFlow.js source against what the real package answered (test/oracle/tfjs.jsonl): output shapes, parameters, MACs.
import { describe, expect, it } from "vitest";
import { answer, expected, rowsOf } from "../keras/harness";

describe("recorded in tfjs.jsonl", () => {
  it.each(rowsOf("tfjs").map((row) => [row.id, row] as const))("%s", async (_id, row) => {
    expect(await answer(row, "javascript")).toMatchObject(expected(row));
  });
});
