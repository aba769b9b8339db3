// Expressions about layers, models, shapes and functions against their values in the real Keras (rows.json, see record_rows.py).
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluate } from "./harness";

interface Recorded {
  source: string;
  expr: string;
  value: unknown;
}

const rows = JSON.parse(readFileSync(new URL("rows.json", import.meta.url), "utf8")) as Recorded[];

describe("recorded from Keras", () => {
  it.each(rows.map((row, index) => [`${index}: ${row.expr}`, row] as const))("%s", (_name, row) => {
    expect(evaluate(row.source, "python", row.expr)).toEqual(row.value);
  });
});
