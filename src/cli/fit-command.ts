// `model-budget fit`: searches for the variants of one model that fit a board, prints them, and writes one where asked.
import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { applyEdits } from "../core/8-advice/edit";
import { findBudget } from "../core/config/find-budget";
import type { FitProgress, FitResult } from "../core/report/fit";
import { changesText, outcomeText } from "../core/report/fit-text";
import type { InputSpec } from "../core/report/report";
import { budgetFor, configuredBudget } from "./budget-option";
import { EXIT, UsageError } from "./exit";
import { type FitFormat, fitText } from "./fit-text";
import { toPosix } from "./model-files";
import { analyzerWith } from "./python-option";
import { rootFor, textOf, unreadable } from "./source-file";
import { catalogueFor, type TargetOptions, targetFor } from "./target-options";

export interface FitOptions extends TargetOptions {
  /** Folder or interpreter of a Python environment. */
  python?: string;
  entry?: string;
  input: InputSpec[];
  format: FitFormat;
  config?: string;
  /** Number of the variant to write, from 1. */
  apply?: number;
}

/** Runs the command; gives the exit code: 0 found, 1 none fits, 2 there is no such model. */
export async function fitCommand(name: string, options: FitOptions): Promise<number> {
  const path = resolve(name);
  const problem = unreadable(path);
  if (problem) throw new UsageError(`${name}: ${problem}`);
  const file = toPosix(path);
  const root = toPosix(rootFor(path));
  const found =
    options.config === undefined ? findBudget(textOf, file, root) : configuredBudget(options.config, textOf);
  const budget = found ? budgetFor(found, file, toPosix(process.cwd()), new Set()) : { limits: [], models: [] };
  const target = targetFor(options, catalogueFor(options), found?.budget ?? null);
  const result = await analyzerWith(options.python).fit({
    file,
    root,
    budget,
    target,
    mayChangeType: options.dtype === undefined,
    inputs: options.input,
    ...(options.entry === undefined ? {} : { model: options.entry }),
    onProgress: progress,
  });
  endProgress();
  if (result.outcome === "failed")
    throw new UsageError(`${name}: ${withRemedy(result.problem ?? "there is no model")}`);
  if (options.format === "json") process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else if (result.outcome !== "unknown" || options.format !== "text")
    process.stdout.write(fitText(result, relative(process.cwd(), path), options.format));
  console.error(`model-budget: ${outcomeText(result)}`);
  if (options.apply !== undefined) apply(result, options.apply);
  else if (result.variants.some(({ edits }) => edits.length > 0)) {
    console.error("model-budget: write one of them with --apply and its number");
  }
  return result.outcome === "found" ? EXIT.ok : EXIT.findings;
}

const withRemedy = (problem: string) => problem.replace(/: choose one$/, "; choose one with --entry");

/** Writes the edits of a variant; the text on disk must be what was analysed. */
function apply({ variants }: FitResult, number: number): void {
  const variant = variants[number - 1];
  if (!variant) {
    throw new UsageError(
      variants.length === 0
        ? `--apply ${number}: no variant fits, so nothing was written`
        : `--apply ${number}: there are ${variants.length} variants; give a number from 1 to ${variants.length}`,
    );
  }
  if (variant.edits.length === 0) {
    console.error(`model-budget: variant ${number} needs no change of the source; nothing was written`);
    return;
  }
  for (const file of new Set(variant.edits.map((edit) => edit.file))) {
    writeFileSync(file, applyEdits(file, readFileSync(file, "utf8"), variant.edits));
    console.error(`model-budget: wrote variant ${number} to ${relative(process.cwd(), file)}: ${changesText(variant)}`);
  }
}

/** One line on a terminal that says how far it is; nothing anywhere else. */
function progress({ evaluations, limit, trying }: FitProgress): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${evaluations} of at most ${limit} analyses: ${trying}`);
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}
