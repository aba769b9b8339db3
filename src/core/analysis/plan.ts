// The plan of one model of a file, with its report for the board that is asked for.
import type { PlanRequest } from "../analyze";
import type { TracedModel } from "../5-models/model";
import { makePlan } from "../9-benchmark/make-plan";
import type { PlanAnswer } from "../9-benchmark/plan";
import { findBudget } from "../config/find-budget";
import type { FileAnalysis, Report } from "../report/report";
import { createCatalogue } from "../targets/catalogue";
import { readBoard } from "../targets/board-file";
import { chooseTarget } from "../targets/choose";
import type { DeployTarget } from "../targets/target";
import { mapLines } from "./lines";
import { analyzeFile } from "./models";
import type { OpenSource, Sources } from "./sources";

/** Boards of the budget that holds for a file. */
function ownBoards(sources: Sources, { file, root }: PlanRequest): readonly Record<string, unknown>[] {
  return findBudget((path) => sources.host.readFile(path), file, root)?.budget.boards ?? [];
}

export function planFile(sources: Sources, request: PlanRequest, open: OpenSource): PlanAnswer {
  const own = ownBoards(sources, request);
  const boards = createCatalogue(
    own.flatMap((record) => readBoard(record)).flatMap((read) => ("board" in read ? [read.board] : [])),
  );
  const target = request.board === undefined ? request.target : targetOf(request, own);
  const traces: { traced: TracedModel; report: Report }[] = [];
  const asked = { ...request, ...(target ? { target } : {}) };
  const analysis = analyzeFile(sources, asked, open, {
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
  const list = boards.boards.map(({ id, name }) => ({ id, name }));
  return { result, report, boards: list };
}

function targetOf(request: PlanRequest, boards: readonly Record<string, unknown>[]): DeployTarget | undefined {
  const dtype = typeof request.target === "object" ? request.target.type : null;
  const chosen = chooseTarget({ board: request.board ?? null, runtime: null, dtype, boards });
  return "target" in chosen ? chosen.target : undefined;
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
