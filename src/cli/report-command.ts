// `model-budget report`: analyses files or cases and prints their reports as they become ready.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Analyzer } from "../core/analyze";
import type { FileAnalysis, InputSpec, Report } from "../core/report/report";
import type { DeployTarget } from "../core/targets/target";
import { parseCases } from "./cases";
import { EXIT, UsageError } from "./exit";
import type { Format } from "./options";
import { toPosix } from "./model-files";
import { analyzerWith } from "./python-option";
import { rootFor, unreadable } from "./source-file";
import { comparedTargets, catalogueFor, type TargetOptions, targetFor } from "./target-options";
import { textReport } from "./text-report";

export interface ReportOptions extends TargetOptions {
  /** Folder or interpreter of a Python environment. */
  python?: string;
  whichBoards?: boolean;
  entry?: string;
  input: InputSpec[];
  format: Format;
  cases?: string;
}

/** Runs the command; gives the exit code. */
export async function reportCommand(files: readonly string[], options: ReportOptions): Promise<number> {
  if (options.cases !== undefined) {
    if (files.length > 0) throw new UsageError("give either files or --cases, not both");
    return reportCases(options.cases, options);
  }
  if (files.length === 0) throw new UsageError("no file given; try: model-budget report model.py");
  const targets = targetsOf(options);
  const analyzer = analyzerWith(options.python);
  let code: number = EXIT.ok;
  const all: Report[] = [];
  for (const file of files) {
    const path = resolve(file);
    const problem = unreadable(path);
    if (problem) {
      console.error(`model-budget: ${file}: ${problem}`);
      code = EXIT.usage;
      continue;
    }
    const analysis = await analyzer.analyze({
      file: toPosix(path),
      root: toPosix(rootFor(path)),
      inputs: options.input,
      ...targets,
      ...(options.entry === undefined ? {} : { entry: options.entry }),
    });
    tellProblems(file, analysis);
    if (options.format === "json") all.push(...analysis.reports);
    else if (options.format === "jsonl") for (const report of analysis.reports) printLine(report);
    else process.stdout.write(textReport(analysis, file));
  }
  // One model is its object, several are a list of objects.
  if (options.format === "json") process.stdout.write(`${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`);
  return code;
}

/** What the models are judged for; a name nobody knows is wrong use. */
function targetsOf(options: ReportOptions): { target: DeployTarget; compare?: DeployTarget[] } {
  const catalogue = catalogueFor(options);
  const target = targetFor(options, catalogue);
  return options.whichBoards ? { target, compare: comparedTargets(options, catalogue) } : { target };
}

async function reportCases(name: string, options: ReportOptions): Promise<number> {
  if (unreadable(resolve(name))) throw new UsageError(`${name}: ${unreadable(resolve(name))}`);
  const targets = targetsOf(options);
  const cases = parseCases(readFileSync(resolve(name), "utf8"), name);
  const analyzers = new Map<string, Analyzer>();
  const all: Report[] = [];
  for (const one of cases) {
    const root = resolve(one.root);
    let analyzer = analyzers.get(root);
    if (!analyzer) {
      analyzer = analyzerWith(options.python);
      analyzers.set(root, analyzer);
    }
    const analysis = await analyzer.analyze({
      id: one.id,
      file: toPosix(resolve(root, one.file)),
      root: toPosix(root),
      inputs: one.inputs.length > 0 ? one.inputs : options.input,
      ...targets,
      ...(one.entry === undefined ? {} : { entry: one.entry }),
    });
    if (options.format === "jsonl") for (const report of analysis.reports) printLine(report);
    else if (options.format === "json") all.push(...analysis.reports);
    else process.stdout.write(textReport(analysis, `${one.id}: ${one.file}`));
  }
  if (options.format === "json") process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  return EXIT.ok;
}

function printLine(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** Syntax problems and files without models, on standard error. */
function tellProblems(file: string, analysis: FileAnalysis): void {
  for (const { message, line, column } of analysis.syntaxProblems.slice(0, 3)) {
    console.error(`model-budget: ${file}:${line}:${column}: ${message}; the rest of the file was still read`);
  }
  if (analysis.syntaxProblems.length > 3) {
    console.error(`model-budget: ${file}: ${analysis.syntaxProblems.length - 3} more places do not parse`);
  }
  if (analysis.nothingFound) console.error(`model-budget: ${file}: ${analysis.nothingFound}`);
  for (const report of analysis.reports) {
    if (report.status === "error") {
      const at = report.place ? `:${report.place.line}:${report.place.column}` : "";
      console.error(`model-budget: ${file}${at}: ${report.entry ? `${report.entry}: ` : ""}${report.error}`);
    }
  }
}
