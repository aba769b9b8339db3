// Compares the .tflite size we estimate from an operator list with the real file.
//   node test/accuracy/flash.mjs DATA [--list] [--write]
// DATA holds ops.jsonl (operator lists) and arena.csv (file sizes, bytes of constants, bytes of names). Files of npu and unit
// tests are left out. --list names the files that differ most; --write puts the table into docs/accuracy.md.
import { join } from "node:path";
import { importSources, markdownTable, quantile, readCsv, readJsonLines, writeSection } from "./project.mjs";

const [data, ...flags] = process.argv.slice(2);
if (!data) throw new Error("Usage: node test/accuracy/flash.mjs DATA [--list] [--write]");
const { modelFile, readOperatorList } = await importSources(
  "src/core/7-cost/memory/flash.ts",
  "test/support/operator-list.ts",
);
const measured = new Map(readCsv(join(data, "arena.csv")).map((row) => [row.id, row]));
const graphs = readJsonLines(join(data, "ops.jsonl")).filter(({ kind }) => kind === "real");

const error = (estimate, real) => Math.abs(estimate / real - 1);
const percent = (value) => `${(100 * value).toFixed(2)} %`;
const rows = ["int8", "float32"].flatMap((quant) => {
  const files = graphs.filter((graph) => graph.quant === quant);
  const sizes = files.map((graph) => {
    const row = measured.get(graph.id);
    const deployed = readOperatorList(graph);
    const guessed = modelFile(deployed);
    const named = modelFile(deployed, Number(row.tensor_name_bytes));
    const real = Number(row.file_bytes);
    return {
      path: graph.path,
      real,
      weights: error(guessed.weightsBytes, Number(row.const_bytes)),
      guessed: error(guessed.weightsBytes + guessed.containerBytes, real),
      named: error(named.weightsBytes + named.containerBytes, real),
    };
  });
  if (flags.includes("--list")) {
    for (const { path, real, guessed } of sizes.sort((a, b) => b.guessed - a.guessed).slice(0, 15)) {
      console.log(`${percent(guessed)} of ${real} bytes: ${path}`);
    }
  }
  return [
    ["weights, padded to 16, against the file's constants", "weights"],
    ["file, from source", "guessed"],
    ["file, with the length of its names known", "named"],
  ].map(([title, key]) => {
    // A file without constants has no error to speak of.
    const errors = sizes.map((size) => size[key]).filter(Number.isFinite);
    return [quant, files.length, title, ...[0.5, 0.9, 1].map((share) => percent(quantile(errors, share)))];
  });
});
const table = markdownTable(["type", "files", "size", "median error", "90 %", "largest"], rows);
console.log(table);
if (flags.includes("--write")) writeSection("flash", table);
