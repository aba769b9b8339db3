// Records javascript_language.jsonl: what Node answers for each program of javascript_programs.txt.
//
// That file holds blocks: a line `## id`, the program, then one or more lines `=> expression`. A block with several
// expressions gives rows id, id.2, id.3 ... A promise is awaited first; the value must survive JSON unchanged.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const AsyncFunction = (async () => {}).constructor;

function check(value, where) {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(value[i], where);
    return;
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) check(item, where);
    return;
  }
  throw new Error(`${where}: not JSON: ${String(value)}`);
}

const rows = [];
const seen = new Set();
for (const block of `\n${readFileSync(join(here, "javascript_programs.txt"), "utf8")}`.split("\n## ").slice(1)) {
  const [id, ...lines] = block.trimEnd().split("\n");
  const source = `${lines
    .filter((line) => !line.startsWith("=> "))
    .join("\n")
    .trim()}\n`;
  const exprs = lines.filter((line) => line.startsWith("=> ")).map((line) => line.slice(3).trim());
  if (exprs.length === 0) throw new Error(`${id}: no expression`);
  for (const [index, expr] of exprs.entries()) {
    const rowId = index === 0 ? id : `${id}.${index + 1}`;
    if (seen.has(rowId)) throw new Error(`${rowId} twice`);
    seen.add(rowId);
    let value;
    try {
      value = await new AsyncFunction(`"use strict";\n${source}\nreturn (${expr});`)();
    } catch (error) {
      throw new Error(`${rowId}: ${error}`);
    }
    check(value, rowId);
    rows.push({ id: rowId, source, expr, value });
  }
}
writeFileSync(join(here, "javascript_language.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
console.log(rows.length, "rows");
