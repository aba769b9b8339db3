// From model source to what the board is asked for: lowers the models of from-source-cases.json, whose sources lie in a folder, and
// compares operators, weights, arena and file size with those of the converted files beside them.
//   node test/accuracy/from-source.mjs SOURCES [--write] [--only TEXT]
// SOURCES holds one folder per repository, named owner+name. --write puts the table into docs/accuracy.md.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importSources, markdownTable, quantile, root, writeSection } from "./project.mjs";

const [sources, ...flags] = process.argv.slice(2);
if (!sources) throw new Error("Usage: node test/accuracy/from-source.mjs SOURCES [--write] [--only TEXT]");
const only = flags.includes("--only") ? flags[flags.indexOf("--only") + 1] : "";
const { traceModel, lower, tflmArena, modelFile } = await importSources(
  "test/support/trace.ts",
  "src/core/6-deploy/lower.ts",
  "src/core/7-cost/memory/tflm-arena.ts",
  "src/core/7-cost/memory/flash.ts",
);
const cases = JSON.parse(readFileSync(join(root, "test/accuracy/from-source-cases.json"), "utf8"));
const KERNELS = ["reference", "cmsis-nn-dsp", "cmsis-nn-mve"];

const error = (ours, real) => (Math.abs(ours - real) / real) * 100;
const show = (value) => (value === undefined || Number.isNaN(value) ? "–" : `${value.toFixed(2)} %`);

function histogram(operators) {
  const counts = {};
  for (const { op } of operators) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

function difference(ours, real) {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(real)])].sort();
  return names
    .filter((name) => ours[name] !== real[name])
    .map((name) => `${name} ${ours[name] ?? 0} for ${real[name] ?? 0}`)
    .join(", ");
}

const results = [];
for (const one of cases) {
  if (only && !JSON.stringify(one).includes(only)) continue;
  const folder = join(sources, one.repository.replace("/", "+"));
  const file = join(folder, one.source);
  const result = { ...one, errors: {} };
  results.push(result);
  if (!existsSync(file)) {
    result.reason = "the source is not there";
    continue;
  }
  try {
    const traced = traceModel({
      file,
      root: join(folder, one.root ?? ""),
      entry: one.entry,
      ...(one.inputs ? { inputs: one.inputs } : {}),
    });
    const { type, inputType, outputType } = one;
    const lowered = lower(traced, { type, ...(inputType ? { inputType, outputType } : {}) });
    if ("unknown" in lowered) {
      result.reason = lowered.unknown.map(({ reason }) => reason).join("; ");
      continue;
    }
    const { graph } = lowered;
    result.difference = difference(histogram(graph.operators), one.expected.operators);
    const constants = graph.tensors.reduce((sum, tensor) => sum + tensor.constantBytes, 0);
    result.errors.weights = error(constants, one.expected.constantBytes);
    const { weightsBytes, containerBytes } = modelFile(graph);
    result.errors.file = error(weightsBytes + containerBytes, one.expected.fileBytes);
    // Converters of TensorFlow 2.3 and 2.4 also stored the range of each scale, which the source cannot tell.
    const entries = one.ranges ? graph.tensors.reduce((sum, tensor) => sum + tensor.scales, 0) : 0;
    result.errors.dated = error(weightsBytes + containerBytes + 4 * entries, one.expected.fileBytes);
    for (const kernels of KERNELS) {
      const arena = tflmArena(graph, kernels);
      if (arena.known && one.expected.arena[kernels]) {
        result.errors[kernels] = error(arena.totalBytes, one.expected.arena[kernels]);
      }
    }
  } catch (thrown) {
    result.reason = thrown instanceof Error ? thrown.message : String(thrown);
  }
}

for (const { id, source, file, type, reason, difference: differs, errors } of results) {
  const numbers = Object.entries(errors).map(([name, value]) => `${name} ${show(value)}`);
  console.log(
    `${id} ${type} ${source} ${file.split("/").at(-1)}\n    ${reason ?? numbers.join(", ")}${differs ? `\n    operators: ${differs}` : ""}`,
  );
}
const rows = [];
for (const type of ["int8", "float32"]) {
  const own = results.filter((result) => result.type === type);
  const same = own.filter((result) => result.difference === "").length;
  const known = own.filter((result) => result.reason === undefined).length;
  for (const [name, label] of [
    ["reference", "arena, reference kernels"],
    ["cmsis-nn-dsp", "arena, CMSIS-NN with DSP"],
    ["cmsis-nn-mve", "arena, CMSIS-NN with MVE"],
    ["weights", "constants"],
    ["file", ".tflite size"],
    ["dated", ".tflite size, when it is known that an older converter also stored ranges"],
  ]) {
    const values = own.map((result) => result.errors[name]).filter((value) => value !== undefined);
    rows.push([
      type,
      label,
      `${values.length} of ${own.length}`,
      ...[0.5, 0.9, 1].map((share) => show(quantile(values, share))),
    ]);
  }
  console.log(`${type}: ${known} of ${own.length} lowered, operators equal in ${same}`);
}
const table = markdownTable(["type", "quantity", "models", "median", "p90", "max"], rows);
console.log(table);
if (flags.includes("--write")) writeSection("from-source", table);
