// For tests and accuracy scripts: runs a model of a text or file once and gives it as traced, before any report.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import ts from "typescript";
import { readDocument } from "../../src/core/1-syntax/document";
import { createPythonReader } from "../../src/core/1-syntax/python/reader";
import type { Language, Program } from "../../src/core/1-syntax/tree";
import { createTypescriptReader } from "../../src/core/1-syntax/typescript/reader";
import { runProgram } from "../../src/core/2-evaluate/interpreter";
import { javascriptDialect } from "../../src/core/2-evaluate/javascript/dialect";
import { Machine } from "../../src/core/2-evaluate/machine";
import { pythonDialect } from "../../src/core/2-evaluate/python/dialect";
import type { InputSpec } from "../../src/core/analyze";
import { FRAMEWORKS } from "../../src/core/analysis/sources";
import { numpyModules } from "../../src/core/4-frameworks/numpy/index";
import { thirdPartyFallbacks, thirdPartyModules } from "../../src/core/4-frameworks/third-party/index";
import { torchvisionModules } from "../../src/core/4-frameworks/torchvision/index";
import { candidateFor } from "../../src/core/5-models/discover";
import type { TracedModel } from "../../src/core/5-models/model";
import { runModel } from "../../src/core/5-models/run";

const resolve = createRequire(import.meta.url).resolve;
const readers = {
  python: await createPythonReader({
    runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
    python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
  }),
  javascript: createTypescriptReader(ts),
};

const isKind = (path: string, kind: "isFile" | "isDirectory") =>
  statSync(path, { throwIfNoEntry: false })?.[kind]() ?? false;

/** A model of a file: `file` is a path under `root`; with `text` given, no file is read. */
export interface TraceRequest {
  file: string;
  root: string;
  text?: string;
  /** An expression of the program that gives the model. */
  entry: string;
  inputs?: InputSpec[];
}

const libraries = {
  ...numpyModules,
  ...thirdPartyModules,
  ...(Object.assign({}, ...FRAMEWORKS.map((framework) => framework.modules)) as (typeof FRAMEWORKS)[0]["modules"]),
};

/** The model after one inference. Throws with the reason when the entry gives none. */
export function traceModel(request: TraceRequest): TracedModel {
  const { file, root, entry } = request;
  const given = request.text;
  const recipes = new Map<string, Program>();
  const read = (path: string): string | undefined => {
    if (given !== undefined) return path === file ? given : undefined;
    return isKind(path, "isFile") ? readFileSync(path, "utf8") : undefined;
  };
  const parse = (text: string, language: Language, path: string): Program => {
    const known = recipes.get(path);
    if (known) return known;
    const program = readers[language].read(text);
    recipes.set(path, program);
    return program;
  };
  const document = readDocument(file, read(file) ?? "");
  if ("reason" in document) throw new Error(document.reason);
  const vm = new Machine({
    readFile: read,
    isFile: (path) => (given === undefined ? isKind(path, "isFile") : path === file),
    isFolder: (path) => given === undefined && isKind(path, "isDirectory"),
    root,
    parse,
    dialects: { python: pythonDialect, javascript: javascriptDialect },
    pageGlobals: { tf: "@tensorflow/tfjs" },
    libraries,
    fallbackLibraries: { ...torchvisionModules(), ...thirdPartyFallbacks },
  });
  const program = parse(document.text, document.language, file);
  const module = runProgram(vm, file, document.language, program);
  vm.resetBudget();
  const expr = readers[document.language].readExpression(entry);
  const found = candidateFor(vm, FRAMEWORKS, module, entry, expr, program.body);
  if ("error" in found) throw new Error(found.error);
  vm.resetBudget();
  return runModel(vm, module, found.candidate, request.inputs ?? [], null);
}
