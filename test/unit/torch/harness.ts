// For tests of PyTorch: evaluates a source text with torch and the small libraries around it, and reports one entry of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createPythonReader } from "../../../src/core/1-syntax/python/reader";
import type { Program } from "../../../src/core/1-syntax/tree";
import { evaluateIn, runText } from "../../../src/core/2-evaluate/interpreter";
import { javascriptDialect } from "../../../src/core/2-evaluate/javascript/dialect";
import { Machine } from "../../../src/core/2-evaluate/machine";
import { pythonDialect } from "../../../src/core/2-evaluate/python/dialect";
import { thirdPartyFallbacks, thirdPartyModules } from "../../../src/core/4-frameworks/third-party/index";
import { torch } from "../../../src/core/4-frameworks/torch/index";
import { runModel } from "../../../src/core/5-models/run";
import { buildReport } from "../../../src/core/7-cost/report";
import type { Report } from "../../../src/core/report/report";

const resolve = createRequire(import.meta.url).resolve;
const reader = await createPythonReader({
  runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
  python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
});
const recipes = new Map<string, Program>();

export function torchMachine(): Machine {
  return new Machine({
    readFile: () => undefined,
    isFile: () => false,
    isFolder: () => false,
    root: "",
    parse: (text, _language, path) => {
      if (!path.startsWith("recipe:")) return reader.read(text);
      let program = recipes.get(path);
      if (!program) {
        program = reader.read(text);
        recipes.set(path, program);
      }
      return program;
    },
    dialects: { python: pythonDialect, javascript: javascriptDialect },
    libraries: { ...torch.modules, ...thirdPartyModules },
    fallbackLibraries: thirdPartyFallbacks,
  });
}

export interface InputRow {
  shape: (number | null)[];
  dtype?: string;
}

/** The report of the model that `entry` gives in `source`; a string when it does not give one. */
export function reportOf(source: string, entry: string, inputs: InputRow[]): Report | string {
  const vm = torchMachine();
  const module = runText(vm, source, "python", "main");
  const expr = reader.readExpression(entry);
  if (!expr) return `the entry does not parse: ${entry}`;
  const outcome = evaluateIn(vm, module, expr);
  const failures = vm.failures.map((failure) => failure.reason).join("; ");
  if (outcome.value === null) return `${outcome.reason} ${failures}`;
  if (!torch.isModel(vm, outcome.value)) {
    return `not a model but ${outcome.value.kind}${outcome.value.kind === "opaque" ? `: ${outcome.value.reason}` : ""} ${failures}`;
  }
  const candidate = { entry, framework: torch, model: outcome.value, place: null, assumptions: [] };
  const given = inputs.map(({ shape, dtype }) => ({ shape, ...(dtype === undefined ? {} : { dtype }) }));
  return buildReport(runModel(vm, module, candidate, given, null), "main.py", 0);
}

/** The value of an expression after running a source, as text for comparison. */
export function valueText(source: string, expression: string): string {
  const vm = torchMachine();
  const module = runText(vm, source, "python", "main");
  const expr = reader.readExpression(expression);
  if (!expr) throw new Error(`the test's expression does not parse: ${expression}`);
  const outcome = evaluateIn(vm, module, expr);
  if (outcome.value === null) return `error: ${outcome.reason}`;
  const text = vm.repr(outcome.value);
  return typeof text === "string" ? text : `unknown: ${text.reason}`;
}
