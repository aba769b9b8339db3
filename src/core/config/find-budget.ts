// Which budget holds for a file: the nearest model-budget.json, package.json or pyproject.toml with a budget, from the
// file's folder up to the workspace folder.
import { type Budget, type BudgetFileKind, type BudgetProblem, readBudget } from "./budget-file";

/** File names in the order they are looked for in one folder. */
export const BUDGET_FILES: readonly { name: string; kind: BudgetFileKind }[] = [
  { name: "model-budget.json", kind: "json" },
  { name: "package.json", kind: "package.json" },
  { name: "pyproject.toml", kind: "pyproject.toml" },
];

export interface FoundBudget {
  /** Absolute path of the budget file. */
  path: string;
  kind: BudgetFileKind;
  /** Its folder: paths in it are relative to this. */
  folder: string;
  budget: Budget;
  problems: BudgetProblem[];
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** The budget for the file (or folder) at an absolute path with `/`; null when there is none up to `root`. */
export function findBudget(
  readFile: (path: string) => string | undefined,
  file: string,
  root: string,
): FoundBudget | null {
  let folder = folderOf(file);
  for (;;) {
    for (const { name, kind } of BUDGET_FILES) {
      const path = `${folder}/${name}`;
      const text = readFile(path);
      const read = text === undefined ? null : readBudget(text, kind);
      if (read) return { path, kind, folder, ...read };
    }
    if (folder === root || folder === "" || !folder.startsWith(root)) return null;
    folder = folderOf(folder);
  }
}
