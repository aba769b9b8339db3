// Benches: how long a warm analysis takes (a file analysed again, as after an edit), per file of models/ or of the arguments.
// Prints the median and the best wall time, and the processor time, which a busy machine changes least. The first analysis of
// each file is printed apart: it parses the recipes it needs.
//   npm run bench [-- FILE.py …]
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { common, root } from "../../esbuild.options.mjs";

const RUNS = 40;
const here = join(root, "test", "bench");
const outdir = join(root, "node_modules", ".cache", "bench");
await build({ ...common, entryPoints: { analyzer: join(root, "src/platform/node.ts") }, outdir });
const { createNodeAnalyzer } = createRequire(import.meta.url)(join(outdir, "analyzer.js"));

const given = process.argv.slice(2).map((path) => resolve(path));
const files = given.length > 0 ? given : readdirSync(join(here, "models")).map((name) => join(here, "models", name));
const rows = [];
for (const file of files) {
  const analyzer = createNodeAnalyzer();
  const analyze = () => analyzer.analyze({ file, root: resolve(file, "..") });
  const first = await timed(analyze);
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await timed(analyze));
  const warm = runs.slice(RUNS / 4);
  const report = first.result.reports[0];
  rows.push({
    file: file.slice(file.lastIndexOf("/") + 1),
    layers: report?.layers.length ?? 0,
    "first ms": round(first.wall),
    "median ms": round(median(warm.map((run) => run.wall))),
    "best ms": round(Math.min(...warm.map((run) => run.wall))),
    "processor ms": round(median(warm.map((run) => run.processor))),
    status: report?.status ?? first.result.nothingFound ?? "",
  });
}
console.table(rows);

async function timed(body) {
  const before = process.cpuUsage();
  const started = performance.now();
  const result = await body();
  const wall = performance.now() - started;
  const used = process.cpuUsage(before);
  return { result, wall, processor: (used.user + used.system) / 1000 };
}
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
function round(value) {
  return Math.round(value * 10) / 10;
}
