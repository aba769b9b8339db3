// Records what TensorFlow.js itself says: `node record_tfjs.mjs examples` writes the tfjs rows of
// examples/expected.json, `node record_tfjs.mjs` writes tfjs.jsonl beside this file.
// Run it in a folder that has @tensorflow/tfjs and typescript in its node_modules (see README.md).
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LAYERS, random, text } from "./tfjs_layers.mjs";
import { kernelMacs, layerMacs } from "./tfjs_macs.mjs";
import { recordRow } from "./tfjs_row.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const examples = join(here, "..", "..", "examples");
const require = createRequire(join(process.cwd(), "package.json"));

const ENTRIES = [
  ["tfjs-typescript/src/model.ts", "createGestureModel()"],
  ["tfjs-typescript/src/model.ts", "createGestureModel(3)"],
  ["tfjs-typescript/src/model.ts", "createImageModel()"],
  ["tfjs-typescript/src/model.ts", "createImageModel(64, 1)"],
  ["tfjs-javascript/model.js", "model"],
  ["tfjs-javascript/model.js", "createConvModel([4, 8])"],
  ["tfjs-javascript/model.js", "createDenseModel()"],
];

async function recordExample(file, entry) {
  const tf = require("@tensorflow/tfjs");
  const log = console.log;
  console.log = console.warn = () => {};
  await tf.setBackend("cpu");
  // A copy of the example that finds this folder's packages
  const scratch = mkdtempSync(join(process.cwd(), "example-"));
  let model;
  try {
    const [folder] = file.split("/");
    cpSync(join(examples, folder), scratch, { recursive: true });
    symlinkSync(join(process.cwd(), "node_modules"), join(scratch, "node_modules"));
    let module = join(scratch, file.slice(folder.length + 1));
    if (file.endsWith(".ts")) {
      const done = spawnSync(process.execPath, [require.resolve("typescript/lib/tsc.js"), "-p", scratch], { encoding: "utf8" });
      if (done.status !== 0) throw new Error(done.stdout);
      module = join(scratch, "dist", "model.js");
    } else {
      globalThis.tf = tf;
      writeFileSync(join(scratch, "package.json"), '{"type":"module"}');
      writeFileSync(module, `${readFileSync(module, "utf8")}\nexport { model };\n`);
    }
    const scope = await import(pathToFileURL(module));
    model = new Function(...Object.keys(scope), `return ${entry};`)(...Object.values(scope));
  } finally {
    rmSync(scratch, { recursive: true });
  }
  const shapeOf = (tensors) => (Array.isArray(tensors) ? tensors.map((t) => t.shape) : tensors.shape);
  const size = (weights) => weights.reduce((sum, w) => sum + w.shape.reduce((a, b) => a * b, 1), 0);
  const layers = model.layers.map((layer) => ({
    name: layer.name,
    type: layer.getClassName(),
    outputShape: shapeOf(layer.output),
    params: layer.countParams(),
    trainable: size(layer.trainableWeights),
    macs: layer.getClassName() === "InputLayer" ? 0 : layerMacs(layer, shapeOf(layer.input), shapeOf(layer.output)),
  }));
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  const feeds = model.inputs.map((t) => tf.zeros(t.shape.map((d) => d ?? 1)));
  const ran = await kernelMacs(tf, () => model.predict(feeds.length > 1 ? feeds : feeds[0]));
  if (ran !== macs) throw new Error(`${file} ${entry}: ${macs} by layer, ${ran} by kernel`);
  log(
    JSON.stringify({
      file,
      entry,
      framework: "tfjs",
      version: tf.version.tfjs,
      inputs: model.inputs.map((t) => t.shape),
      outputs: model.outputs.map((t) => t.shape),
      params: { total: model.countParams(), trainable: size(model.trainableWeights) },
      macs,
      layers,
    }),
  );
}

function recordExamples() {
  const rows = ENTRIES.map(([file, entry]) => {
    const done = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "examples", file, entry], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
    const row = JSON.parse(done.stdout.trim().split("\n").at(-1));
    console.error(file, entry, row.params, row.macs);
    return row;
  });
  const path = join(examples, "expected.json");
  const old = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
  const all = [...old.filter((row) => row.framework !== "tfjs"), ...rows];
  const line = (value) => JSON.stringify(value, null, 1).replace(/\n */g, " ").replace(/([[{]) /g, "$1").replace(/ ([\]}])/g, "$1");
  const text = all.map((row) => {
    const { layers, ...head } = row;
    const fields = Object.entries(head).map(([k, v]) => `    "${k}": ${line(v)}`);
    return `  {\n${fields.join(",\n")},\n    "layers": [\n${layers.map((l) => `      ${line(l)}`).join(",\n")}\n    ]\n  }`;
  });
  writeFileSync(path, `[\n${text.join(",\n")}\n]\n`);
}

const IMPORTS = ['import * as tf from "@tensorflow/tfjs";\n', "const tf = require('@tensorflow/tfjs');\n"];

/** The layer in a sequential or a functional model. */
function layerSource(r, { expr, shapes }) {
  const single = shapes.length === 1;
  const head = r.chance(0.75) ? IMPORTS[0] : IMPORTS[1];
  const noConfig = /\(\)$/.test(expr);
  const withShape = noConfig ? expr.replace(/\(\)$/, `({ inputShape: ${text(shapes[0])} })`) : expr.replace(/\(\{ ?/, `({ inputShape: ${text(shapes[0])}, `).replace(/, \}/, " }");
  if (single && r.chance(0.35)) return `${head}\nconst model = tf.sequential({ layers: [${withShape}] });\n`;
  if (single && r.chance(0.4)) return `${head}\nconst model = tf.sequential();\nmodel.add(${withShape});\n`;
  const names = single ? ["input"] : ["a", "b", "c"].slice(0, shapes.length);
  const lines = names.map((n, i) => `const ${n} = tf.input({ shape: ${text(shapes[i])} });`);
  const feed = single ? "input" : `[${names.join(", ")}]`;
  lines.push(`const output = ${expr}.apply(${feed});`, `const model = tf.model({ inputs: ${feed}, outputs: output });`);
  return `${head}\n${lines.join("\n")}\n`;
}

async function recordRows() {
  const tf = require("@tensorflow/tfjs");
  console.warn = () => {};
  await tf.setBackend("cpu");
  const rows = [];
  const keepGoing = process.argv.includes("--keep-going");
  for (const [name, make, count] of LAYERS) {
    const seen = new Set();
    for (let index = 1; index <= count; index++) {
      const id = `layers.${name}.${index}`;
      const r = random(id);
      let failure;
      for (let attempt = 0; attempt < 60; attempt++) {
        const made = make(r);
        if (seen.has(made.expr)) continue;
        const source = layerSource(r, made);
        try {
          rows.push(await recordRow(tf, id, source));
        } catch (error) {
          failure = `${id}: ${made.expr} ${JSON.stringify(made.shapes)}: ${error.message}`;
          if (/by layer|says|counting rule/.test(error.message)) {
            if (!keepGoing) throw error;
            console.error("disagree", failure);
          }
          continue;
        }
        seen.add(made.expr);
        failure = undefined;
        break;
      }
      if (failure) console.error("gave up", failure);
    }
  }
  for (const block of `\n${readFileSync(join(here, "tfjs_programs.txt"), "utf8")}`.split("\n## ").slice(1)) {
    const [id, ...lines] = block.trimEnd().split("\n");
    try {
      rows.push(await recordRow(tf, id, `${IMPORTS[0]}\n${lines.join("\n")}\n`));
    } catch (error) {
      if (!keepGoing) throw error;
      console.error("failed", id, error.message);
    }
  }
  writeFileSync(join(here, "tfjs.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  console.log(rows.length, "rows,", rows.filter((row) => row.macs === null).length, "without a MAC count");
}

if (process.argv[2] === "examples") {
  if (process.argv.length > 3) await recordExample(...process.argv.slice(3));
  else recordExamples();
} else {
  await recordRows();
}
