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

/** Texts of changed files by their paths. */
export type Texts = ReadonlyMap<string, string>;

/** A model that was run, with its report. */
export interface RunModel {
  traced: TracedModel;
  report: Report;
}

/** The texts of files after edits of what `textOf` gives, on top of texts that are changed already. */
export function editedTexts(
  edits: readonly TextEdit[],
  textOf: (path: string) => string | undefined,
  changed: Texts = new Map(),
): Texts {
  const texts = new Map(changed);
  for (const path of new Set(edits.map((edit) => edit.file))) {
    const text = textOf(path);
    if (text !== undefined) texts.set(path, applyEdits(path, text, edits));
  }
  return texts;
}

/** The file with its own changed text, if it has one. */
export function changedSource(sources: Sources, path: string, open: OpenSource, changed: Texts): OpenSource {
  const text = changed.get(path);
  return text === undefined ? open : { ...open, text, program: sources.read(text, open.language) as Program };
}

/** Analyses a file, as it is or as changed texts make it, and keeps each model that was run beside its report. */
export function analyzeModels(
  sources: Sources,
  request: AnalyzeRequest,
  open: OpenSource,
  { raised = () => {}, changed = new Map() }: { raised?: Watch["raised"]; changed?: Texts } = {},
): { analysis: FileAnalysis; models: RunModel[] } {
  const models: RunModel[] = [];
  const analysis = analyzeFile(sources, request, changedSource(sources, request.file, open, changed), {
    changed,
    watch: { traced: (traced, report) => models.push({ traced, report }), raised },
  });
  return { analysis, models };
}

/**
 * Analyses a file and calls `look` for each model that was run; `raised` is told of exceptions as in a watch. `changed` holds
 * texts that count instead of the files' own: edits of a context are edits of those.
 */
export function examineFile(
  sources: Sources,
  request: AnalyzeRequest,
  open: OpenSource,
  look: (context: LeverContext) => void,
  { raised = () => {}, changed = new Map() }: { raised?: Watch["raised"]; changed?: Texts } = {},
): FileAnalysis {
  const { analysis, models } = analyzeModels(sources, request, open, { raised, changed });
  const files = new Map<string, SourceFile | undefined>();
  const fileOf = (path: string): SourceFile | undefined => {
    if (!files.has(path)) files.set(path, sources.editable(path, request.root, changed.get(path)));
    return files.get(path);
  };
  models.forEach(({ traced, report }, index) => {
    // Rules and searches ask for the same edits more than once.
    const known = new Map<string, Report | undefined>();
    const evaluate = (edits: readonly TextEdit[]): Report | undefined => {
      const key = JSON.stringify(edits);
      if (!known.has(key)) known.set(key, analyzeWith(edits));
      return known.get(key);
    };
    const analyzeWith = (edits: readonly TextEdit[]): Report | undefined => {
      const texts = editedTexts(edits, (path) => fileOf(path)?.text, changed);
      const edited = changedSource(sources, request.file, open, texts);
      const { reports } = analyzeFile(sources, request, edited, { changed: texts });
      return reports.find((one) => one.entry === report.entry) ?? reports[index];
    };
    look({ traced, report, sites: sitesOf(traced, fileOf), fileOf, evaluate });
  });
  return analysis;
}
