// What --board, --runtime, --dtype and --boards mean: the chosen target, or a sentence that says what is wrong.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readBoardFile } from "../core/targets/board-file";
import type { Budget } from "../core/config/budget-file";
import { type Catalogue, createCatalogue, type Found } from "../core/targets/catalogue";
import { chooseTarget, everyBoard } from "../core/targets/choose";
import type { DeployTarget } from "../core/targets/target";
import { UsageError } from "./exit";

export interface TargetOptions {
  board?: string;
  /** A runtime, or RUNTIME@VERSION. */
  runtime?: string;
  dtype?: "int8" | "float32";
  /** A file of the user's boards. */
  boards?: string;
}

/** The built-in boards and those of the user's file. */
export function catalogueFor(options: TargetOptions): Catalogue {
  if (options.boards === undefined) return createCatalogue();
  let text: string;
  try {
    text = readFileSync(resolve(options.boards), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new UsageError(
      `${options.boards}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}; --boards wants a JSON file of board records`,
    );
  }
  const { boards, problems } = readBoardFile(text);
  if (problems.length > 0) {
    throw new UsageError(
      problems
        .map(({ line, column, message }) => `${options.boards}:${line}:${column}: ${message}`)
        .join("\nmodel-budget: "),
    );
  }
  return createCatalogue(boards);
}

/** The target of the options, where they say nothing that of the budget. */
export function targetFor(options: TargetOptions, catalogue: Catalogue, budget: Budget | null = null): DeployTarget {
  const chosen = chooseTarget(
    {
      board: options.board ?? budget?.board ?? null,
      // A runtime of the budget belongs to the budget's board.
      runtime: options.runtime ?? (options.board === undefined ? (budget?.runtime ?? null) : null),
      dtype: options.dtype ?? budget?.dtype ?? null,
      ...(budget && { reserve: budget.reserve, boards: budget.boards }),
    },
    options.boards === undefined && budget ? undefined : catalogue,
  );
  if ("problem" in chosen) throw new UsageError(`${chosen.problem}; list them with: model-budget targets`);
  return chosen.target;
}

/** Every board with the chosen runtime where it runs, or with its default runtime when none is chosen. */
export function comparedTargets(options: TargetOptions, catalogue: Catalogue): DeployTarget[] {
  const asked = options.runtime === undefined ? null : targetRuntime(options.runtime, catalogue);
  return everyBoard(catalogue, asked, options.dtype ?? "int8");
}

function targetRuntime(text: string, catalogue: Catalogue) {
  const [name = "", version] = text.split("@");
  const runtime = found(catalogue.runtime(name), "list them with: model-budget targets");
  return { runtime, version: version ?? null };
}

function found<T>(result: Found<T>, remedy: string): T {
  if ("problem" in result) throw new UsageError(`${result.problem}; ${remedy}`);
  return result.found;
}
