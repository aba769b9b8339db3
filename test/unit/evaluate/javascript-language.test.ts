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

function read(path: string): Row[] {
  const lines = readFileSync(new URL(path, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as Row);
}

const own = read("javascript-rows.jsonl");
const recorded = read("../../oracle/javascript_language.jsonl");

/** Programs that JavaScript runs otherwise than we do, knowingly. A row that comes to agree must leave the list. */
const NOT_FOLLOWED: Record<string, string> = {
  "scope.tdz": "a name that is not defined is unknown, for another script may define it",
  "try.throw-anything-optional-binding": "a name that is not defined is unknown, for another script may define it",
  "class.method-loses-this": "a method taken out of its object stays bound to it",
  "generator.basic": "what is sent into a generator is unknown",
  "async.promise-then": "a rejection is raised where it happens, not when it is waited for",
  typeof: "BigInt values are unknown",
  bigint: "BigInt values are unknown",
  "instanceof-constructor": "dates are unknown",
  "date-and-random-harmless": "time and chance are unknown",
  "spread.sparse-and-holes": "a hole in an array literal reads as undefined",
  "url-and-encoding": "URL is unknown",
  "proxy-and-reflect": "Proxy is unknown",
};

for (const [name, rows] of [
  ["programs of the tests", own],
  ["recorded programs", recorded],
] as const) {
  describe(name, () => {
    for (const { id, source, expr, value } of rows) {
      if (NOT_FOLLOWED[id]) test(`${id} (not followed)`, () => expect(run(source, expr)).not.toEqual(value));
      else test(id, () => expect(run(source, expr)).toEqual(value));
    }
  });
}
