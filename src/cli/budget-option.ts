// What --config means, and what a budget says about one file; a budget that is not right is wrong use.
import { relative } from "node:path";
import { budgetOfFile, type FileBudget } from "../core/config/file-budget";
import { findBudget, type FoundBudget } from "../core/config/find-budget";
import { UsageError } from "./exit";
import { toPosix } from "./model-files";

/** The budget file of --config. */
export function configuredBudget(path: string, readFile: (path: string) => string | undefined): FoundBudget {
  const full = toPosix(path.startsWith("/") ? path : `${process.cwd()}/${path}`);
  const text = readFile(full);
  const folder = full.slice(0, full.lastIndexOf("/"));
  const found =
    text === undefined
      ? null
      : findBudget((one) => (one === `${folder}/model-budget.json` ? text : undefined), full, folder);
  if (!found) throw new UsageError(`${path}: no such budget file; write one with: model-budget init`);
  return { ...found, path: full };
}

/** The part of a budget about one file; problems of the budget are told once, `seen` holds those that are right. */
export function budgetFor(found: FoundBudget, file: string, root: string, seen: Set<string>): FileBudget {
  if (!seen.has(found.path)) {
    seen.add(found.path);
    const [problem] = found.problems;
    if (problem)
      throw new UsageError(`${relative(root, found.path)}:${problem.line}:${problem.column}: ${problem.message}`);
  }
  const path = relative(found.folder, file).replaceAll("\\", "/");
  const { budget, missing } = budgetOfFile(found.budget, path, relative(root, found.path));
  const [first] = missing;
  if (first)
    throw new UsageError(
      `${relative(root, found.path)}: the limit of ${first.name} for ${first.file} is relative, but no baseline is recorded; write one with: model-budget init`,
    );
  return budget;
}
