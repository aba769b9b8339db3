// Records what Node.js says about the programs in javascript-rows.txt: `node test/unit/evaluate/record-javascript-rows.mjs`.
// A program starts with "=== id"; each "--- expression" after it is one row, evaluated after all lines of the program so far.
import { readFileSync, writeFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

const here = new URL("./", import.meta.url);
const rows = [];
let id = "";
let source = "";
let count = 0;
for (const line of readFileSync(new URL("javascript-rows.txt", here), "utf8").split("\n")) {
  if (line.startsWith("=== ")) {
    id = line.slice(4);
    source = "";
    count = 0;
  } else if (line.startsWith("--- ")) {
    const expr = line.slice(4);
    const value = await runInNewContext(`(async () => { ${source}; return JSON.stringify(${expr}); })()`, {
      structuredClone,
    });
    rows.push({ id: `${id}.${++count}`, source, expr, value: JSON.parse(value) });
  } else if (line !== "") {
    source += `${line}\n`;
  }
}
writeFileSync(new URL("javascript-rows.jsonl", here), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
