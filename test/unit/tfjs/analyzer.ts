// Analyses a folder of files held in memory; parsed files and recipes are kept between calls.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import ts from "typescript";
import { createPythonReader } from "../../../src/core/1-syntax/python/reader";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import type { AnalyzeRequest } from "../../../src/core/analyze";
import { createAnalyzer } from "../../../src/core/analyzer";
import type { FileAnalysis } from "../../../src/core/report/report";

const resolve = createRequire(import.meta.url).resolve;
const python = await createPythonReader({
  runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
  python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
});
const javascript = createTypescriptReader(ts);

let files: Readonly<Record<string, string>> = {};
const analyzer = createAnalyzer(
  {
    readFile: (path) => files[path],
    isFile: (path) => files[path] !== undefined,
    isFolder: (path) => path === "" || path === "/" || Object.keys(files).some((file) => file.startsWith(`${path}/`)),
  },
  { python: async () => python, javascript: async () => javascript },
);

/** The analysis of the first of the files. */
export function analyze(
  folder: Readonly<Record<string, string>>,
  request: Partial<AnalyzeRequest> = {},
): Promise<FileAnalysis> {
  files = folder;
  return analyzer.analyze({ file: Object.keys(folder)[0] as string, root: "", ...request });
}
