// docs/operators.md names every operator that the lowering can write.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folder = new URL("../../../src/core/6-deploy/", import.meta.url);
const page = readFileSync(new URL("../../../docs/operators.md", import.meta.url), "utf8");
const named = new Set(page.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b/g));
/** Words in capitals that are no operators: types, and marks of the lowering that are gone before the graph is made. */
const OTHERS = new Set([
  "BOOL",
  "FLOAT32",
  "INT8",
  "INT16",
  "INT32",
  "INT64",
  "UINT8",
  "UINT16",
  "UINT32",
  "UINT64",
  "FLOAT16",
  "FLOAT64",
  "STRING",
  "RESOURCE",
  "COMPLEX64",
  "COMPLEX128",
  "INT4",
  "BATCH_NORM",
  "AFFINE",
]);

describe("docs/operators.md", () => {
  it("names every operator of the lowering", () => {
    const written = readdirSync(folder).flatMap((file) => {
      const text = readFileSync(new URL(file, folder), "utf8").replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
      return [...text.matchAll(/"([A-Z][A-Z0-9_]{2,})"/g)].map((match) => match[1] as string);
    });
    const operators = [...new Set(written)].filter((name) => !OTHERS.has(name));
    expect(operators).toContain("CONV_2D");
    expect(operators.filter((name) => !named.has(name))).toEqual([]);
  });
});
