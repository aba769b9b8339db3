// Picks the operator lists of test/data/arena.jsonl: small ones that together have every operator, input type and kernel
// special case of the whole set, and the networks of MLPerf Tiny.
//   node test/accuracy/arena-subset.mjs DATA      DATA holds ops.jsonl and arena.csv
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCsv, readJsonLines, root } from "./project.mjs";

const BUILDS = ["m4_ref", "m4_cmsisnn_dsp", "m55_cmsisnn_mve"];
/** Graphs that have to show a feature before it counts as covered. */
const ENOUGH = 2;
const MLPERF_TINY = /kws_ref_model|ToyCar|person_detect|vww_96_int8|image_classification.tflite/;

const data = process.argv[2];
if (!data) throw new Error("Usage: node test/accuracy/arena-subset.mjs DATA");
const measured = new Map(readCsv(join(data, "arena.csv")).map((row) => [row.id, row]));

/** What a graph exercises: operators by input type, and how many buffers each kernel library asked for. */
function featuresOf(graph) {
  const features = new Set([`subgraphs ${graph.subgraphs.length > 1}`, `quant ${graph.quant}`]);
  for (const { tensors, ops } of graph.subgraphs) {
    for (const { op, i, ref, dsp, mve } of ops) {
      const type = tensors[i[0]]?.[1] ?? "";
      features.add(`${op} ${type}`);
      for (const [name, asked] of Object.entries({ ref, dsp: dsp ?? ref, mve: mve ?? ref })) {
        features.add(`${op} ${type} ${name} ${asked?.r?.length ?? 0} ${asked?.s?.length ?? 0}`);
      }
    }
    for (const tensor of tensors) if (tensor[3]) features.add(`variable ${tensor[1]}`);
  }
  return features;
}

const graphs = readJsonLines(join(data, "ops.jsonl"))
  .map((graph) => {
    const subgraphs = graph.subgraphs.map(({ inputs, outputs, tensors, ops }) => ({
      inputs,
      outputs,
      tensors,
      ops: ops.map(({ op, i, o, opt }) => ({ op, i, o, ...(opt ? { opt } : {}) })),
    }));
    const row = measured.get(graph.id);
    const expected = Object.fromEntries(
      BUILDS.map((build) => [
        build,
        ["head", "tail", "arena", "min_arena"].map((part) =>
          row[`${build}_${part}`] ? Number(row[`${build}_${part}`]) : null,
        ),
      ]),
    );
    const { id, repo, path, quant, file_bytes, offline_plan } = graph;
    const kept = { id, repo, path, quant, file_bytes, offline_plan, expected, subgraphs };
    return { line: JSON.stringify(kept), features: featuresOf(graph), mlperf: MLPERF_TINY.test(path) };
  })
  .sort((a, b) => a.line.length - b.line.length);

const seen = new Map();
const picked = graphs.filter(({ features, mlperf }) => {
  if (!mlperf && [...features].every((feature) => (seen.get(feature) ?? 0) >= ENOUGH)) return false;
  for (const feature of features) seen.set(feature, (seen.get(feature) ?? 0) + 1);
  return true;
});
const text = `${picked.map(({ line }) => line).join("\n")}\n`;
writeFileSync(join(root, "test", "data", "arena.jsonl"), text);
console.log(`${picked.length} of ${graphs.length} graphs, ${text.length} bytes`);
