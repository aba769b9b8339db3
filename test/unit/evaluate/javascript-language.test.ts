// What JavaScript programs give, compared with what Node.js gave: our own rows and the recorded ones.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { run } from "./javascript-machine";

interface Row {
  id: string;
  source: string;
  expr: string;
  value: unknown;
}

const own = JSON.parse(readFileSync(new URL("javascript-rows.json", import.meta.url), "utf8")) as Row[];

const recorded = readFileSync(new URL("../../oracle/javascript_language.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

for (const [name, rows] of [
  ["programs of the tests", own],
  ["recorded programs", recorded],
] as const) {
  describe(name, () => {
    for (const { id, source, expr, value } of rows) {
      test(id, () => expect(run(source, expr)).toEqual(value));
    }
  });
}
