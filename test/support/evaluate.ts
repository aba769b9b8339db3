// For tests: evaluates small programs with the real readers and dialects, without files unless a test gives some.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import ts from "typescript";
import { createPythonReader } from "../../src/core/1-syntax/python/reader";
import { createTypescriptReader } from "../../src/core/1-syntax/typescript/reader";
import type { Expr, Language } from "../../src/core/1-syntax/tree";
import { evaluateIn, runText, valueOf } from "../../src/core/2-evaluate/interpreter";
import { javascriptDialect } from "../../src/core/2-evaluate/javascript/dialect";
import { Machine } from "../../src/core/2-evaluate/machine";
import { pythonDialect } from "../../src/core/2-evaluate/python/dialect";
import type { Value } from "../../src/core/2-evaluate/values";

const resolve = createRequire(import.meta.url).resolve;
const readers = {
  python: await createPythonReader({
    runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
    python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
  }),
  javascript: createTypescriptReader(ts),
};

/** A machine whose workspace is these files (paths from `/`); some folders of them may be those of an environment. */
export function machineWith(files: Record<string, string> = {}, packageRoots: readonly string[] = []): Machine {
  const folders = new Set(
    Object.keys(files).flatMap((path) => path.split("/").map((_, index, parts) => parts.slice(0, index).join("/"))),
  );
  return new Machine({
    readFile: (path) => files[path],
    isFile: (path) => Object.hasOwn(files, path),
    isFolder: (path) => folders.has(path),
    root: "",
    packageRoots,
    parse: (text, language) => readers[language].read(text),
    dialects: { python: pythonDialect, javascript: javascriptDialect },
    libraries: {},
  });
}

export function readExpression(text: string, language: Language = "python"): Expr {
  const expr = readers[language].readExpression(text);
  if (!expr) throw new Error(`the test's expression does not parse: ${text}`);
  return expr;
}

/** Plain data for comparison; what is unknown becomes `{ unknown: reason }`. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case "number":
    case "string":
    case "boolean":
      return value.value;
    case "none":
      return null;
    case "undefined":
      return undefined;
    case "list":
      return value.taint ? { unknown: value.taint.reason } : value.items.map(plain);
    case "tuple":
      return value.items.map(plain);
    case "dict":
      if (value.taint) return { unknown: value.taint.reason };
      return Object.fromEntries(
        [...value.entries.values()].map((entry) => [String(plain(entry.key)), plain(entry.value)]),
      );
    case "opaque":
      return { unknown: value.reason };
    default:
      return `<${value.kind}>`;
  }
}

/** Runs a program and gives the value of an expression in it. */
export function evaluateText(
  source: string,
  expression: string,
  language: Language = "python",
  files: Record<string, string> = {},
) {
  const vm = machineWith(files);
  const module = runText(vm, source, language, "main");
  const outcome = evaluateIn(vm, module, readExpression(expression, language));
  return { vm, value: plain(valueOf(outcome)), raised: outcome.raised, failures: vm.failures };
}
