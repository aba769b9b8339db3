// Records ../data/fixes.jsonl: what the real frameworks say of the programs that quick fixes make.
//   node record_fixes.mjs --keras PYTHON --torch PYTHON [--only TEXT] [--keep-going]
// (or the environment variables ORACLE_KERAS and ORACLE_TORCH; TensorFlow.js runs here, from the project's packages).
// Every program of fixable_*.txt is analysed, every fix that is offered is applied, and the fixed program runs in its framework.
// A fix whose promise (parameters, MACs, output shape) the framework does not keep ends the run: it is a bug of its rule.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { importSources } from "../accuracy/project.mjs";
import { recordRow } from "./tfjs_row.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const { values: options } = parseArgs({
  options: {
    keras: { type: "string", default: process.env.ORACLE_KERAS },
    torch: { type: "string", default: process.env.ORACLE_TORCH },
    only: { type: "string", default: "" },
    "keep-going": { type: "boolean", default: false },
  },
});

const { createNodeAnalyzer, applyEdits } = await importSources("src/platform/node.ts", "src/core/8-advice/edit.ts");

const FOLDER = "/fixable";
let open = { path: "", text: "" };
const analyzer = createNodeAnalyzer((path) => (path === open.path ? open.text : undefined));

/** What the analyser says of the program's `model`, with its findings. */
async function advised(path, text) {
  open = { path, text };
  analyzer.invalidate(path);
  const { reports, nothingFound } = await analyzer.advise({ file: path, root: FOLDER, target: "budget" });
  const report = reports.find(({ entry }) => entry === "model") ?? reports.at(-1);
  if (!report || report.status !== "exact") {
    throw new Error(`${path}: ${nothingFound ?? report?.error ?? report?.unknowns[0]?.reason}`);
  }
  return report;
}

/** Answers of one framework, in order. */
function askPython(python, framework, asked) {
  if (asked.length === 0) return { versions: {}, rows: [] };
  if (!python) throw new Error(`name a Python that has ${framework}: --${framework} PYTHON or ORACLE_${framework.toUpperCase()}`);
  return new Promise((resolve, reject) => {
    const child = spawn(python, [join(here, "run_programs.py"), framework], { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", () => {
      const [versions, ...rows] = output.trim().split("\n").map((line) => JSON.parse(line));
      if (rows.length !== asked.length) reject(new Error(`${framework} answered ${rows.length} of ${asked.length} programs`));
      else resolve({ versions, rows });
    });
    child.stdin.end(asked.map((one) => `${JSON.stringify(one)}\n`).join(""));
  });
}

async function askTfjs(asked) {
  const tf = require("@tensorflow/tfjs");
  console.warn = () => {};
  await tf.setBackend("cpu");
  const rows = [];
  for (const { id, source } of asked) {
    try {
      rows.push(await recordRow(tf, id, source));
    } catch (error) {
      rows.push({ id, error: error.message });
    }
  }
  return { versions: { tfjs: tf.version.tfjs, node: process.versions.node }, rows };
}

const models = [];
const asked = { keras: [], torch: [], tfjs: [] };
for (const framework of Object.keys(asked)) {
  const ending = framework === "tfjs" ? "js" : "py";
  for (const block of `\n${readFileSync(join(here, `fixable_${framework}.txt`), "utf8")}`.split("\n## ").slice(1)) {
    const [name, ...lines] = block.trimEnd().split("\n");
    const id = `${framework}.${name}`;
    if (!id.includes(options.only)) continue;
    const source = `${lines.join("\n")}\n`;
    const path = `${FOLDER}/model.${ending}`;
    const report = await advised(path, source);
    const ask = (one, text, { inputs }) => asked[framework].push({ id: one, source: text, inputs: inputs.map(({ shape }) => shape) });
    ask(id, source, report);
    const fixes = [];
    for (const { rule, line, fixes: offered } of report.findings) {
      for (const { title, edits, receipt } of offered) {
        const fixed = applyEdits(path, source, edits);
        const after = await advised(path, fixed);
        if (after.macs !== receipt.after.macs || after.params.total !== receipt.after.params)
          throw new Error(`${id} ${rule}: the receipt is not what the fixed text gives`);
        ask(`${id} ${fixes.length} ${rule}`, fixed, after);
        fixes.push({ rule, line, title, edits: edits.map(({ start, end, text }) => [start, end, text]), after });
      }
    }
    models.push({ id, framework, source, report, fixes });
  }
}

const answers = {
  keras: await askPython(options.keras, "keras", asked.keras),
  torch: await askPython(options.torch, "torch", asked.torch),
  tfjs: await askTfjs(asked.tfjs),
};
const rows = new Map(Object.values(answers).flatMap(({ rows }) => rows.map((row) => [row.id, row])));

let disagreements = 0;
/** The framework's numbers, compared with ours. */
function measured(id, report) {
  const { error, outputShape, outputShapes = [outputShape], params, trainable, macs } = rows.get(id);
  const ours = { outputShapes: report.outputs.map(({ shape }) => shape), params: report.params.total, trainable: report.params.trainable, macs: macs === null ? null : report.macs };
  const theirs = { outputShapes, params, trainable, macs };
  if (error !== undefined || JSON.stringify(ours) !== JSON.stringify(theirs)) {
    disagreements++;
    console.error(`${id}\n  framework: ${error ?? JSON.stringify(theirs)}\n  ours:      ${JSON.stringify(ours)}`);
  }
  return theirs;
}

const recorded = models.map(({ id, framework, source, report, fixes }) => ({
  id,
  framework,
  source,
  ...measured(id, report),
  fixes: fixes.map(({ rule, line, title, edits, after }, index) => ({ rule, line, title, edits, ...measured(`${id} ${index} ${rule}`, after) })),
}));
const count = recorded.reduce((sum, { fixes }) => sum + fixes.length, 0);
const byRule = {};
for (const { rule } of recorded.flatMap(({ fixes }) => fixes)) byRule[rule] = (byRule[rule] ?? 0) + 1;
console.log(`${recorded.length} programs, ${count} fixes, ${disagreements} disagreements`, byRule);
if (disagreements > 0 && !options["keep-going"]) process.exitCode = 1;
else if (options.only === "") {
  const lines = recorded.map(({ id, framework, ...row }) => JSON.stringify({ id, framework, versions: answers[framework].versions, ...row }));
  writeFileSync(join(here, "..", "data", "fixes.jsonl"), `${lines.join("\n")}\n`);
}
