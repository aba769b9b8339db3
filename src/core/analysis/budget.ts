// What the nearest budget file says about a request that does not say it itself: limits, declared models, target, rule levels.
import type { AdviseRequest, AnalyzeRequest, SourceHost } from "../analyze";
import { budgetOfFile } from "../config/file-budget";
import { findBudget } from "../config/find-budget";
import { chooseTarget } from "../targets/choose";

export function withBudget<R extends AnalyzeRequest & Partial<AdviseRequest>>(host: SourceHost, request: R): R {
  if (request.budget && request.target !== "budget") return request;
  const found = findBudget((path) => host.readFile(path), request.file, request.root);
  const own =
    found &&
    budgetOfFile(
      found.budget,
      request.file.slice(found.folder.length + 1),
      found.path.slice(found.path.lastIndexOf("/") + 1),
    );
  const chosen = chooseTarget(found?.budget ?? { board: null, runtime: null, dtype: null });
  const target = request.target === "budget" && "target" in chosen ? chosen.target : request.target;
  return {
    ...request,
    ...(own && !request.budget && { budget: own.budget }),
    ...(target && { target }),
    ...(found && !request.levels && { levels: found.budget.rules }),
    targetIsChosen: request.targetIsChosen ?? (found?.budget.board ?? null) !== null,
  };
}
