// `model-budget calibrate`: matches a report from a board with a model, prints what it says, and keeps it in the budget file.
import { writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { NEW_BUDGET, removeMeasured, setMeasured } from "../core/config/edit-budget";
import { findBudget, type FoundBudget } from "../core/config/find-budget";
import type { InputSpec } from "../core/report/report";
import { budgetFor, configuredBudget } from "./budget-option";
import { calibrationReport } from "./calibration-report";
import { EXIT, UsageError } from "./exit";
import { toPosix } from "./model-files";
import { analyzerWith } from "./python-option";
import { rootFor, textOf, unreadable } from "./source-file";
import { catalogueFor, type TargetOptions, targetFor } from "./target-options";

export interface CalibrateOptions extends TargetOptions {
  /** Folder or interpreter of a Python environment. */
  python?: string;
  entry?: string;
  input: InputSpec[];
  config?: string;
  /** MHz of the ticks a report counts. */
  clock?: number;
  dryRun?: boolean;
  forget?: boolean;
}

/** The budget file to write to: the one that holds for the file, or a new one. */
function budgetFile(file: string, root: string, found: FoundBudget | null) {
  const path = found?.path ?? `${root}/model-budget.json`;
  const folder = found?.folder ?? root;
  return {
    path,
    kind: found?.kind ?? "json",
    text: textOf(path) ?? NEW_BUDGET,
    known: found?.budget.calibration ?? [],
    storedAs: toPosix(relative(folder, file)),
  };
}

/** Runs the command; gives the exit code: 0 done, 1 the report does not fit a model of the file. */
export async function calibrateCommand(
  name: string,
  reportName: string | undefined,
  options: CalibrateOptions,
): Promise<number> {
  const path = resolve(name);
  const problem = unreadable(path);
  if (problem) throw new UsageError(`${name}: ${problem}`);
  const file = toPosix(path);
  const root = toPosix(rootFor(path));
  const found =
    options.config === undefined ? findBudget(textOf, file, root) : configuredBudget(options.config, textOf);
  const store = budgetFile(file, root, found);
  if (options.forget) return forget(store, options.entry);
  if (reportName === undefined) throw new UsageError("no report given; try: model-budget calibrate model.py log.txt");
  const text = textOf(resolve(reportName));
  if (text === undefined) throw new UsageError(`${reportName}: no such file, or it cannot be read`);
  const answer = await analyzerWith(options.python).calibrate({
    file,
    root,
    budget: found ? budgetFor(found, file, toPosix(process.cwd()), new Set()) : { limits: [], models: [] },
    target: targetFor(options, catalogueFor(options), found?.budget ?? null),
    inputs: options.input,
    ...(options.entry === undefined ? {} : { entry: options.entry }),
    report: { text, name: basename(reportName), tickMhz: options.clock ?? null },
    storedAs: store.storedAs,
    date: new Date().toISOString().slice(0, 10),
  });
  if ("problem" in answer) {
    console.error(`model-budget: ${answer.problem}${answer.needsClock ? ", with --clock MHZ" : ""}`);
    return EXIT.findings;
  }
  process.stdout.write(calibrationReport(answer.proposal));
  if (options.dryRun) return EXIT.ok;
  writeFileSync(store.path, setMeasured(store.text, store.kind, store.known, answer.proposal.measured));
  console.error(`model-budget: wrote ${shown(store.path)}; take it back with --forget`);
  return EXIT.ok;
}

function forget(
  { path, kind, text, known, storedAs }: ReturnType<typeof budgetFile>,
  entry: string | undefined,
): number {
  const isGone = (one: { file: string; entry: string }) =>
    one.file === storedAs && (entry === undefined || one.entry === entry);
  const count = known.filter(isGone).length;
  if (count === 0) throw new UsageError(`nothing measured of ${storedAs} is in ${shown(path)}`);
  writeFileSync(path, removeMeasured(text, kind, known, isGone));
  console.error(`model-budget: forgot ${count} ${count === 1 ? "measurement" : "measurements"} in ${shown(path)}`);
  return EXIT.ok;
}

const shown = (path: string) => relative(process.cwd(), path) || basename(dirname(path));
