// Fits one model of a file to its target: chooses the model and gives the search the means to analyse changed texts.
import type { AnalyzeRequest, FitRequest } from "../analyze";
import type { LeverContext } from "../8-advice/levers/lever";
import { searchFit } from "../8-advice/fit/search";
import { quantitiesOf } from "../8-advice/quantities";
import type { RuleContext } from "../8-advice/rule";
import type { FitResult } from "../report/fit";
import type { Report } from "../report/report";
import type { DeployTarget } from "../targets/target";
import { examineFile, type Texts } from "./examine";
import type { OpenSource, Sources } from "./sources";

/** A result without a search: `problem` says why. */
export function unfit({ file, target, model }: FitRequest, problem: string): FitResult {
  const chosen = target === "budget" ? null : target;
  return {
    file,
    entry: model ?? "",
    place: null,
    board: chosen?.board.id ?? "",
    boardName: chosen?.board.name ?? "",
    runtime: chosen?.runtime.id ?? "",
    runtimeName: chosen?.runtime.name ?? "",
    dtype: chosen?.type ?? "int8",
    outcome: "failed",
    before: { macs: null, params: null, ramBytes: null, flashBytes: null, latencyMs: null },
    variants: [],
    closest: null,
    levers: [],
    evaluations: 0,
    stopped: null,
    problem,
  };
}

/** The search for one model of an open file. */
export async function fitModel(
  sources: Sources,
  request: FitRequest & { targetProblem?: string },
  open: OpenSource,
): Promise<FitResult> {
  const { target } = request;
  if (target === "budget") return unfit(request, request.targetProblem ?? "the budget's target is not known");
  const types: DeployTarget["type"][] = [target.type];
  if (request.mayChangeType) types.push(target.type === "int8" ? "float32" : "int8");
  const deployed = { ...request, compare: types.slice(1).map((type) => ({ ...target, type })) };
  let asked: AnalyzeRequest = deployed;
  const examine = (changed: Texts): { models: RuleContext[]; reports: Report[] } => {
    const models: RuleContext[] = [];
    const look = (context: LeverContext) => models.push({ ...context, targetIsChosen: true });
    const { reports } = examineFile(sources, asked, open, look, { changed });
    return { models, reports };
  };
  let { models, reports } = examine(new Map());
  if (request.model !== undefined && !reports.some(({ entry }) => entry === request.model)) {
    asked = { ...deployed, entry: request.model };
    ({ models, reports } = examine(new Map()));
  }
  const index = choose(reports, models, request.model);
  if (typeof index === "string") return unfit(request, index);
  const base = models[index] as RuleContext;
  const { entry } = base.report;
  const findings = await searchFit(base, types, {
    inspect: (changed) => {
      const found = examine(changed).models;
      return found.find(({ report }) => report.entry === entry) ?? found[index];
    },
    progress: (progress) => request.onProgress?.(progress),
    isCancelled: () => request.isCancelled?.() ?? false,
  });
  return { ...unfit(request, ""), entry, place: base.report.place, before: quantitiesOf(base.report), ...findings };
}

/** Number of the model that is meant, or what is wrong with the choice. */
function choose(
  reports: readonly Report[],
  models: readonly { report: Report }[],
  entry: string | undefined,
): number | string {
  const entries = models.map(({ report }) => report.entry);
  const index = entry === undefined ? 0 : entries.indexOf(entry);
  const failed = reports.find((one) => one.status === "error" && (entry === undefined || one.entry === entry));
  if (index < 0 || models.length === 0) return failed?.error ?? `the file has no model${entry ? ` '${entry}'` : ""}`;
  if (entry === undefined && models.length > 1)
    return `the file has ${models.length} models, ${entries.join(", ")}: choose one`;
  const { status, error } = (models[index] as { report: Report }).report;
  return status === "error" ? (error ?? "the model could not be run") : index;
}
