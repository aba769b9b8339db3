// `model-budget check`: finds every model under some paths, judges each against its budget and the target, prints findings.
import { relative } from "node:path";
import { findBudget } from "../core/config/find-budget";
import type { Finding } from "../core/report/finding";
import type { Report } from "../core/report/report";
import { budgetFor, configuredBudget } from "./budget-option";
import { EXIT } from "./exit";
import { type CheckFormat, findingsText, type Told } from "./findings-text";
import { modelFiles, toPosix } from "./model-files";
import { analyzerWith } from "./python-option";
import { catalogueFor, type TargetOptions, targetFor } from "./target-options";
import { textOf } from "./source-file";

export interface CheckOptions extends TargetOptions {
  /** Folder or interpreter of a Python environment. */
  python?: string;
  format: CheckFormat;
  config?: string;
  maxWarnings?: number;
  requireCoverage?: number;
}

/** Runs the command; gives the exit code. */
export async function checkCommand(paths: readonly string[], options: CheckOptions, version: string): Promise<number> {
  const root = toPosix(process.cwd());
  const configured = options.config === undefined ? undefined : configuredBudget(options.config, textOf);
  const catalogue = catalogueFor(options);
  const analyzer = analyzerWith(options.python);
  const files = await modelFiles(paths);
  const told: Told[] = [];
  const reports: Report[] = [];
  const budgetsSeen = new Set<string>();
  for (const [index, file] of files.entries()) {
    progress(index, files.length, relative(root, file));
    const home = file.startsWith(`${root}/`) ? root : file.slice(0, file.lastIndexOf("/"));
    const found = configured ?? findBudget(textOf, file, home);
    const own = found && budgetFor(found, file, root, budgetsSeen);
    const analysis = await analyzer.advise({
      file,
      root: home,
      target: targetFor(options, catalogue, found?.budget ?? null),
      levels: found?.budget.rules ?? {},
      targetIsChosen: options.board !== undefined || (found?.budget.board ?? null) !== null,
      budget: own ?? { limits: [], models: [] },
    });
    reports.push(...analysis.reports);
    const shownFile = relative(root, file).replaceAll("\\", "/");
    for (const { line, column, message } of analysis.commentProblems) {
      told.push({ ...commentFinding(file, line, column, message), shownFile });
    }
    const seen = new Set<string>();
    for (const finding of analysis.reports.flatMap((report) => report.findings)) {
      const key = `${finding.rule}|${finding.file}|${finding.line}|${finding.column}|${finding.message}`;
      if (seen.has(key)) continue;
      seen.add(key);
      told.push({ ...finding, shownFile: relative(root, finding.file).replaceAll("\\", "/") });
    }
  }
  progress(files.length, files.length, "");
  if (options.format === "json") process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else if (options.format === "jsonl")
    for (const report of reports) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(findingsText(told, options.format, version));
  return verdict(told, reports, files.length, options);
}

function commentFinding(file: string, line: number, column: number, message: string): Finding {
  return {
    rule: "comment",
    level: "warning",
    message,
    file,
    line,
    column,
    endLine: line,
    endColumn: null,
    entry: "",
    related: [],
    fixes: [],
  };
}

/** One line on a terminal that says how far it is; nothing anywhere else. */
function progress(done: number, all: number, file: string): void {
  if (!process.stderr.isTTY || all < 2) return;
  process.stderr.write(done === all ? "\r\u001b[K" : `\r\u001b[K${done + 1}/${all} ${file}`);
}

function verdict(told: readonly Told[], reports: readonly Report[], files: number, options: CheckOptions): number {
  const count = (level: Finding["level"]) => told.filter((one) => one.level === level).length;
  const errors = count("error");
  const warnings = count("warning");
  const operations = { known: 0, all: 0 };
  for (const { coverage } of reports) {
    operations.known += coverage.costed + coverage.free;
    operations.all += coverage.costed + coverage.free + coverage.unknown;
  }
  const models = reports.filter(({ status }) => status !== "error");
  const partial = models.filter(({ status }) => status === "partial").length;
  const plural = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  console.error(
    `model-budget: ${plural(models.length, "model")} in ${plural(files, "file")}` +
      `${partial > 0 ? `, ${partial} of them not fully known` : ""}: ${plural(errors, "error")}, ${plural(warnings, "warning")}`,
  );
  if (errors > 0) return EXIT.findings;
  if (options.maxWarnings !== undefined && warnings > options.maxWarnings) {
    console.error(`model-budget: more than the ${options.maxWarnings} warnings that --max-warnings allows`);
    return EXIT.findings;
  }
  const coverage = operations.all === 0 ? 100 : (100 * operations.known) / operations.all;
  if (options.requireCoverage !== undefined && coverage < options.requireCoverage) {
    console.error(
      `model-budget: ${coverage.toFixed(1)} % of the operations have a known cost, under the ${options.requireCoverage} % that --require-coverage asks for`,
    );
    return EXIT.findings;
  }
  return EXIT.ok;
}
