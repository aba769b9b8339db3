// What the nearest budget file says about a request that does not say it itself: limits, declared models, target, rule levels.
// Where the file is silent the defaults of the request hold.
import type { AdviseRequest, AnalyzeRequest, Defaults, SourceHost } from "../analyze";
import { filePath } from "../1-syntax/document";
import type { Budget } from "../config/budget-file";
import { budgetOfFile } from "../config/file-budget";
import { findBudget } from "../config/find-budget";
import { chooseTarget, type TargetChoice } from "../targets/choose";

/** The choice of a budget, completed by the defaults. A runtime belongs to its board: that of the one is not taken for the other's. */
export function targetChoice(budget: Budget | null, defaults: Defaults | undefined): TargetChoice {
  const isOfBudget = budget !== null && budget.board !== null;
  return {
    board: budget?.board ?? defaults?.board ?? null,
    runtime: budget?.runtime ?? (isOfBudget ? null : (defaults?.runtime ?? null)),
    dtype: budget?.dtype ?? defaults?.dtype ?? null,
    ...(budget && { reserve: budget.reserve, boards: budget.boards }),
  };
}

export function withBudget<R extends AnalyzeRequest & Partial<AdviseRequest> & { board?: string }>(
  host: SourceHost,
  request: R,
): R & { targetProblem?: string } {
  if (request.budget && request.target !== "budget") return request;
  const found = findBudget((path) => host.readFile(path), request.file, request.root);
  const own =
    found &&
    budgetOfFile(
      found.budget,
      filePath(request.file).slice(found.folder.length + 1),
      found.path.slice(found.path.lastIndexOf("/") + 1),
    );
  const usual = targetChoice(found?.budget ?? null, request.defaults);
  const choice = request.board === undefined ? usual : { ...usual, board: request.board, runtime: null };
  const chosen = chooseTarget(choice);
  const isAsked = request.target === "budget";
  const target = isAsked && "target" in chosen ? chosen.target : request.target;
  const levels = { ...request.defaults?.levels, ...found?.budget.rules };
  return {
    ...request,
    ...(own && !request.budget && { budget: own.budget }),
    ...(target && { target }),
    ...(!request.levels && { levels }),
    targetIsChosen: request.targetIsChosen ?? choice.board !== null,
    ...(isAsked && "problem" in chosen && { targetProblem: chosen.problem }),
  };
}
