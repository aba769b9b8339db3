// Compares the arena we compute from an operator list with what the real library allocated.
//   node test/accuracy/arena.mjs DATA [--list] [--write]
// DATA holds ops.jsonl (operator lists) and arena.csv (measured head, tail, total and smallest arena per build). --list names
// every graph that differs or is unknown; --write puts the table into docs/accuracy.md.
import { join } from "node:path";
import { importSources, markdownTable, readCsv, readJsonLines, writeSection } from "./project.mjs";

const BUILDS = [
  ["m4_ref", "reference", "Cortex-M4, reference kernels"],
  ["m4_cmsisnn_dsp", "cmsis-nn-dsp", "Cortex-M4, CMSIS-NN (DSP)"],
  ["m55_cmsisnn_mve", "cmsis-nn-mve", "Cortex-M55, CMSIS-NN (MVE)"],
];
const PARTS = [
  ["head", (arena) => arena.headBytes],
  ["tail", (arena) => arena.persistentBytes],
  ["arena", (arena) => arena.totalBytes],
  ["min_arena", (arena) => arena.minArenaBytes],
];

const [data, ...flags] = process.argv.slice(2);
if (!data) throw new Error("Usage: node test/accuracy/arena.mjs DATA [--list] [--write]");
const { tflmArena, readOperatorList } = await importSources(
  "src/core/7-cost/memory/tflm-arena.ts",
  "test/support/operator-list.ts",
);
const measured = new Map(readCsv(join(data, "arena.csv")).map((row) => [row.id, row]));
const graphs = readJsonLines(join(data, "ops.jsonl"));

const rows = BUILDS.map(([build, kernels, title]) => {
  const exact = Object.fromEntries(PARTS.map(([part]) => [part, { right: 0, compared: 0 }]));
  let unknown = 0;
  let worst = 0;
  for (const graph of graphs) {
    const row = measured.get(graph.id);
    if (!row?.[`${build}_arena`]) continue;
    const arena = tflmArena(readOperatorList(graph), kernels);
    if (!arena.known) {
      unknown++;
      const why = arena.gaps.map(({ operator, reason }) => `${operator?.op ?? "graph"}: ${reason}`);
      if (flags.includes("--list")) console.log(`${build} ${graph.path}: unknown, ${why.join("; ")}`);
    }
    for (const [part, bytesOf] of PARTS) {
      const expected = row[`${build}_${part}`];
      if (expected === "") continue;
      exact[part].compared++;
      if (!arena.known) continue;
      const bytes = bytesOf(arena);
      if (bytes === Number(expected)) exact[part].right++;
      else if (flags.includes("--list")) console.log(`${build} ${graph.path}: ${part} ${bytes}, measured ${expected}`);
      if (part === "arena") worst = Math.max(worst, Math.abs(bytes / Number(expected) - 1));
    }
  }
  const share = ({ right, compared }) => `${right} of ${compared} (${((100 * right) / compared).toFixed(1)} %)`;
  return [title, ...PARTS.map(([part]) => share(exact[part])), unknown, `${(100 * worst).toFixed(1)} %`];
});
const table = markdownTable(
  [
    "build",
    "head exact",
    "tail exact",
    "total exact",
    "smallest arena exact",
    "unknown",
    "largest error of a known total",
  ],
  rows,
);
console.log(table);
if (flags.includes("--write")) writeSection("arena", table);
