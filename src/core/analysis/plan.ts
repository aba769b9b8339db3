// The plan of one model of a file, with its report for the board that is asked for.
import type { PlanRequest } from "../analyze";
import type { TracedModel } from "../5-models/model";
import { makePlan } from "../9-benchmark/make-plan";
import type { PlanAnswer } from "../9-benchmark/plan";
import { findBudget } from "../config/find-budget";
import type { FileAnalysis, Report } from "../report/report";
import { createCatalogue } from "../targets/catalogue";
import { validBoards } from "../targets/board-file";
import { mapLines } from "./lines";
import { analyzeFile } from "./models";
import type { OpenSource, Sources } from "./sources";

export function planFile(sources: Sources, request: PlanRequest, open: OpenSource): PlanAnswer {
  const budget = findBudget((path) => sources.host.readFile(path), request.file, request.root)?.budget;
  const { boards } = createCatalogue(validBoards(budget?.boards ?? []));
  const traces: { traced: TracedModel; report: Report }[] = [];
  const analysis = analyzeFile(sources, request, open, {
    watch: { traced: (traced, report) => traces.push({ traced, report }), raised: () => undefined },
  });
  const report = analysis.reports[request.index] ?? null;
  const traced = traces.find((one) => one.report === report)?.traced;
  const result = traced
    ? makePlan(traced, request.file)
    : {
        none: {
          reason: report?.error ?? analysis.nothingFound ?? "there is no model",
          place: report?.place ?? null,
          action: null,
        },
      };
  if (open.fileLine) mapPlan(result, analysis, open.fileLine);
  return { result, report, boards: boards.map(({ id, name }) => ({ id, name })) };
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
