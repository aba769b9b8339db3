// Gives every model of a file, with its source and the means to try changes of it, to a function: the rules, a search.
// A change is tried by analysing the changed text.
import type { AnalyzeRequest } from "../analyze";
import type { Program } from "../1-syntax/tree";
import type { TracedModel } from "../5-models/model";
import { applyEdits } from "../8-advice/edit";
import type { LeverContext } from "../8-advice/levers/lever";
import { type SourceFile, sitesOf } from "../8-advice/sites";
import type { TextEdit } from "../report/finding";
import type { FileAnalysis, Report } from "../report/report";
import { analyzeFile, type Watch } from "./models";
import type { OpenSource, Sources } from "./sources";

/** Analyses a file and calls `look` for each model that was run; `raised` is told of exceptions as in a watch. */
export function examineFile(
  sources: Sources,
  request: AnalyzeRequest,
  open: OpenSource,
  look: (context: LeverContext) => void,
  raised: Watch["raised"] = () => {},
): FileAnalysis {
  const models: { traced: TracedModel; report: Report }[] = [];
  const analysis = analyzeFile(sources, request, open, {
    watch: { traced: (traced, report) => models.push({ traced, report }), raised },
  });
  const files = new Map<string, SourceFile | undefined>();
  const fileOf = (path: string): SourceFile | undefined => {
    if (!files.has(path)) files.set(path, sources.editable(path, request.root));
    return files.get(path);
  };
  models.forEach(({ traced, report }, index) => {
    const evaluate = (edits: readonly TextEdit[]): Report | undefined => {
      const changed = new Map<string, string>();
      for (const path of new Set(edits.map((edit) => edit.file))) {
        const source = fileOf(path);
        if (source) changed.set(path, applyEdits(path, source.text, edits));
      }
      const own = changed.get(request.file);
      const edited =
        own === undefined ? open : { ...open, text: own, program: sources.read(own, open.language) as Program };
      const { reports } = analyzeFile(sources, request, edited, { changed });
      return reports.find((one) => one.entry === report.entry) ?? reports[index];
    };
    look({ traced, report, sites: sitesOf(traced, fileOf), fileOf, evaluate });
  });
  return analysis;
}
