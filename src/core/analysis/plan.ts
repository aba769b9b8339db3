// The plan of one model of a file, with its report for the board that is asked for.
import type { PlanRequest } from "../analyze";
import { makePlan } from "../9-benchmark/make-plan";
import type { PlanAnswer } from "../9-benchmark/plan";
import { findBudget } from "../config/find-budget";
import type { FileAnalysis, Report } from "../report/report";
import { createCatalogue } from "../targets/catalogue";
import { validBoards } from "../targets/board-file";
import { analyzeModels, editedTexts } from "./examine";
import { mapLines } from "./lines";
import type { OpenSource, Sources } from "./sources";

export function planFile(sources: Sources, request: PlanRequest, open: OpenSource): PlanAnswer {
  const budget = findBudget((path) => sources.host.readFile(path), request.file, request.root)?.budget;
  const { boards } = createCatalogue(validBoards(budget?.boards ?? []));
  const changed = editedTexts(request.edits ?? [], (path) => sources.editable(path, request.root)?.text);
  const { analysis, models } = analyzeModels(sources, request, open, { changed });
  const report = reportOf(analysis.reports, request) ?? null;
  const traced = models.find((one) => one.report === report)?.traced;
  const result = traced
    ? makePlan(traced, request.file)
    : {
        none: {
          reason: report?.error ?? analysis.nothingFound ?? `the file has no model ${request.named ?? ""} any more`,
          place: report?.place ?? null,
          action: null,
        },
      };
  if (open.fileLine) mapPlan(result, analysis, open.fileLine);
  return { result, report, boards: boards.map(({ id, name }) => ({ id, name })) };
}

/** The report that is asked for; an entry that is not found may have other arguments now. */
function reportOf(reports: readonly Report[], { index, named }: PlanRequest): Report | undefined {
  const atIndex = reports[index];
  if (named === undefined || atIndex?.entry === named) return atIndex;
  const nameOf = (entry: string | undefined) => entry?.split("(", 1)[0];
  return (
    reports.find(({ entry }) => entry === named) ?? (nameOf(atIndex?.entry) === nameOf(named) ? atIndex : undefined)
  );
}

/** Lines of a notebook's code become lines of its file. */
function mapPlan(result: PlanAnswer["result"], analysis: FileAnalysis, fileLine: (line: number) => number): void {
  mapLines(analysis, fileLine);
  const places = "plan" in result ? result.plan.layers.map(({ place }) => place) : [result.none.place];
  for (const place of new Set(places)) {
    if (place?.file !== analysis.file || ("none" in result && place === analysis.reports[0]?.place)) continue;
    place.line = fileLine(place.line);
    place.endLine = fileLine(place.endLine);
  }
}
