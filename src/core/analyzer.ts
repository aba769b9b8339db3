// Puts the stages together behind the interface of analyze.ts. One analyzer serves one workspace and keeps what it parsed;
// every analysis evaluates afresh, so no result depends on an earlier one.
import type { AnalyzeRequest, Analyzer, PlanRequest, SourceHost } from "./analyze";
import { errorReport } from "./7-cost/report";
import { withBudget } from "./analysis/budget";
import { examineFile } from "./analysis/examine";
import { adviseFile } from "./analysis/findings";
import { calibrateFile } from "./analysis/calibrate";
import { fitModel, unfit } from "./analysis/fit";
import { internalError } from "./analysis/internal-error";
import { mapLines } from "./analysis/lines";
import { analyzeFile } from "./analysis/models";
import { planFile } from "./analysis/plan";
import { type OpenSource, type ReaderSource, Sources } from "./analysis/sources";
import type { PlanAnswer } from "./9-benchmark/plan";
import type { FileAnalysis } from "./report/report";

export function createAnalyzer(host: SourceHost, readers: ReaderSource): Analyzer {
  const sources = new Sources(host, readers);

  const run = async <R extends AnalyzeRequest>(
    request: R,
    work: (sources: Sources, request: R, open: OpenSource) => FileAnalysis,
  ): Promise<FileAnalysis> => {
    const started = performance.now();
    const done = (analysis: FileAnalysis): FileAnalysis => {
      analysis.elapsedMs = Math.round((performance.now() - started) * 10) / 10;
      for (const report of analysis.reports) if (request.id !== undefined) report.id = request.id;
      return analysis;
    };
    const failed = (message: string): FileAnalysis => {
      const report = errorReport(request.file, request.entry ?? "", message, 0);
      return done({ file: request.file, reports: [report], syntaxProblems: [], commentProblems: [], elapsedMs: 0 });
    };
    try {
      const open = await sources.open(request.file);
      if ("reason" in open) return failed(open.reason);
      const asked = withBudget(host, request);
      const analysis = work(sources, asked, open);
      if (asked.targetProblem !== undefined) analysis.targetProblem = asked.targetProblem;
      if (open.fileLine) mapLines(analysis, open.fileLine);
      return done(analysis);
    } catch (error) {
      return failed(internalError(error));
    }
  };

  const plan = async (request: PlanRequest): Promise<PlanAnswer> => {
    const failed = (reason: string): PlanAnswer => ({
      result: { none: { reason, place: null, action: null } },
      report: null,
      boards: [],
    });
    try {
      const open = await sources.open(request.file);
      return "reason" in open ? failed(open.reason) : planFile(sources, withBudget(host, request), open);
    } catch (error) {
      return failed(internalError(error));
    }
  };

  return {
    plan,
    analyze: (request) => run(request, analyzeFile),
    advise: (request) => run(request, adviseFile),
    examine: async (request, look) => {
      const found: ReturnType<typeof look>[] = [];
      const analysis = await run(request, (from, one, open) =>
        examineFile(from, one, open, (context) => found.push(look(context))),
      );
      return { analysis, found };
    },
    async fit(request) {
      try {
        const open = await sources.open(request.file);
        return "reason" in open
          ? unfit(request, open.reason)
          : await fitModel(sources, withBudget(host, request), open);
      } catch (error) {
        return unfit(request, internalError(error));
      }
    },
    async calibrate(request) {
      try {
        const open = await sources.open(request.file);
        return "reason" in open ? { problem: open.reason } : calibrateFile(sources, withBudget(host, request), open);
      } catch (error) {
        return { problem: internalError(error) };
      }
    },
    invalidate: (path) => sources.forget(path),
  };
}
