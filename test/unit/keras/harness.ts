// For the tests of Keras and TensorFlow.js: analyses a text with the whole analyzer, and evaluates expressions after a text.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import ts from "typescript";
import { createPythonReader } from "../../../src/core/1-syntax/python/reader";
import type { Language } from "../../../src/core/1-syntax/tree";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { evaluateIn, runText, valueOf } from "../../../src/core/2-evaluate/interpreter";
import { javascriptDialect } from "../../../src/core/2-evaluate/javascript/dialect";
import { Machine } from "../../../src/core/2-evaluate/machine";
import { pythonDialect } from "../../../src/core/2-evaluate/python/dialect";
import type { InputSpec } from "../../../src/core/analyze";
import { numpyModules } from "../../../src/core/4-frameworks/numpy/index";
import { FRAMEWORKS } from "../../../src/core/analysis/sources";
import { createAnalyzer } from "../../../src/core/analyzer";
import type { Report } from "../../../src/core/report/report";
import { plain } from "../../support/evaluate";

const resolve = createRequire(import.meta.url).resolve;
const python = await createPythonReader({
  runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
  python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
});
const javascript = createTypescriptReader(ts);
const readers = { python, javascript };

/** A row of test/oracle. */
export interface Row {
  id: string;
  source: string;
  entry: string;
  inputs: (number | null)[][];
  inputTypes?: (string | null)[];
  outputShape?: (number | null)[] | null;
  outputShapes?: (number | null)[][];
  params: number;
  trainable: number;
  macs: number | null;
}

export function rowsOf(name: string): Row[] {
  return readFileSync(new URL(`../../oracle/${name}.jsonl`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

/** The report on one text; its only file is `/main.py` or `/main.js`. */
export async function reportOf(
  source: string,
  language: Language,
  entry: string,
  inputs: InputSpec[] = [],
): Promise<Report> {
  const file = language === "python" ? "/main.py" : "/main.js";
  const analyzer = createAnalyzer(
    {
      readFile: (path) => (path === file ? source : undefined),
      isFile: (path) => path === file,
      isFolder: (path) => path === "" || path === "/",
    },
    { python: async () => python, javascript: async () => javascript },
  );
  const { reports } = await analyzer.analyze({ file, root: "", entry, inputs });
  return reports[0] as Report;
}

/** What we answer for a row, in the form of the row, with the reasons for what is not known. */
export async function answer(row: Row, language: Language) {
  const inputs = row.inputs.map((shape, i) => {
    const dtype = row.inputTypes?.[i];
    return dtype ? { shape, dtype } : { shape };
  });
  const report = await reportOf(row.source, language, row.entry, inputs);
  return {
    params: report.params.total,
    trainable: report.params.trainable,
    macs: report.macs,
    outputs: report.outputs.map(({ shape }) => shape?.slice(1)),
    reasons: report.error ? [report.error] : report.unknowns.map(({ reason }) => reason),
  };
}

/** What a row says, in the form of an answer. */
export function expected(row: Row, macs = row.macs) {
  const shapes = row.outputShapes ?? (row.outputShape ? [row.outputShape] : []);
  return {
    params: row.params,
    trainable: row.trainable,
    ...(macs === null ? {} : { macs }),
    outputs: shapes.map((shape) => shape.slice(1)),
  };
}

/** The values of expressions after a program, as plain data. */
export function evaluate(source: string, language: Language, expression: string): unknown {
  const libraries = Object.assign(
    {},
    numpyModules,
    ...FRAMEWORKS.map((framework) => framework.modules),
  ) as (typeof FRAMEWORKS)[0]["modules"];
  const vm = new Machine({
    readFile: () => undefined,
    isFile: () => false,
    isFolder: () => false,
    root: "",
    parse: (text, wanted) => readers[wanted].read(text),
    dialects: { python: pythonDialect, javascript: javascriptDialect },
    libraries,
  });
  const module = runText(vm, source, language, "main");
  const expr = readers[language].readExpression(expression);
  if (!expr) throw new Error(`the test's expression does not parse: ${expression}`);
  const outcome = evaluateIn(vm, module, expr);
  return outcome.raised ? { raised: outcome.reason } : plain(valueOf(outcome));
}
