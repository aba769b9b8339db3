// What a budget says about one source file: models declared for it, and limits as numbers. Limits relative to a baseline
// become numbers here; a relative limit without a baseline is a problem, not a limit.
import type { AppliedLimit } from "../report/limit";
import type { InputSpec } from "../report/report";
import type { Budget } from "./budget-file";
import type { MeasuredModel } from "./measured-model";
import { LIMIT_NAMES, type Limit, type LimitName } from "./quantity";

/** A model that somebody declared: in the budget file or in a comment. */
export interface DeclaredModel {
  /** An expression that makes it; null declares inputs and limits of the models the file has anyway. */
  entry: string | null;
  inputs: InputSpec[];
  limits: AppliedLimit[];
  /** Line of the comment; null for one of the budget file, which holds for the whole file. */
  line: number | null;
}

/** A budget as it concerns one file. */
export interface FileBudget {
  /** Limits of models that have none of their own for a quantity. */
  limits: AppliedLimit[];
  models: DeclaredModel[];
  /** What was measured on boards, of models of any file: together they tell how fast a board is. */
  calibration?: readonly MeasuredModel[];
}

/** Limits as numbers. `missing` names those that need a baseline and have none. */
export function applyLimits(
  limits: Partial<Record<LimitName, Limit>>,
  baseline: Partial<Record<LimitName, number>>,
  source: string,
  message: string | null,
): { limits: AppliedLimit[]; missing: LimitName[] } {
  const applied: AppliedLimit[] = [];
  const missing: LimitName[] = [];
  for (const name of LIMIT_NAMES) {
    const limit = limits[name];
    if (!limit) continue;
    const base = baseline[name];
    if ("value" in limit) applied.push({ name, limit: limit.value, source, message });
    else if (base !== undefined) applied.push({ name, limit: limit.timesBaseline * base, source, message });
    else missing.push(name);
  }
  return { limits: applied, missing };
}

/** The part of a budget that concerns the file at `path`, relative to the budget file, with `/`; `source` names the budget file. */
export function budgetOfFile(
  budget: Budget,
  path: string,
  source: string,
): { budget: FileBudget; missing: { file: string; name: LimitName }[] } {
  const missing: { file: string; name: LimitName }[] = [];
  const take = (applied: ReturnType<typeof applyLimits>, file: string) => {
    for (const name of applied.missing) missing.push({ file, name });
    return applied.limits;
  };
  const models = budget.models
    .filter((model) => normalize(model.file) === normalize(path))
    .map((model) => ({
      entry: model.entry,
      inputs: model.inputs,
      limits: take(applyLimits(model.limits, model.baseline, source, model.message), model.file),
      line: null,
    }));
  const general = take(applyLimits(budget.limits, {}, source, null), path);
  return { budget: { limits: general, models, calibration: budget.calibration }, missing };
}

function normalize(path: string): string {
  return path.replace(/^\.\//, "");
}

/** The limits of a model: its own first, the file's for what it does not limit itself. */
export function mergeLimits(own: readonly AppliedLimit[], general: readonly AppliedLimit[]): AppliedLimit[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...general.filter(({ name }) => !names.has(name))];
}
