// Lets the rules speak about every model of a file. Each fix is tried by analysing the changed text.
import type { AdviseRequest } from "../analyze";
import type { Program } from "../1-syntax/tree";
import type { Raised } from "../2-evaluate/signals";
import type { TracedModel } from "../5-models/model";
import { errorReport } from "../7-cost/report";
import { advise, findingOf } from "../8-advice/advise";
import { applyEdits } from "../8-advice/edit";
import { applyIgnores } from "../8-advice/ignores";
import { RULES } from "../8-advice/rules/index";
import { shapeError, shapeErrorAt } from "../8-advice/rules/shape-error";
import { type SourceFile, sitesOf } from "../8-advice/sites";
import { readDirectives } from "../config/directives";
import type { TextEdit } from "../report/finding";
import type { FileAnalysis, Report } from "../report/report";
import { analyzeFile } from "./models";
import type { OpenSource, Sources } from "./sources";

/** Findings about code that fails before there is a model to run; each place is spoken of once. */
function adviseErrors(
  analysis: FileAnalysis,
  errors: readonly { raised: Raised; report: Report | null }[],
  levels: NonNullable<AdviseRequest["levels"]>,
): void {
  const level = levels[shapeError.id] ?? shapeError.level;
  if (level === "off") return;
  for (const { raised, report } of errors) {
    const proposal = shapeErrorAt(raised, analysis.file);
    if (!proposal) continue;
    const { line, column } = proposal.place;
    const known = analysis.reports
      .flatMap(({ findings }) => findings)
      .find((one) => one.rule === shapeError.id && one.line === line && one.column === column);
    if (known) {
      // A run by the file's own code shows more callers than ours.
      if (known.related.length === 0) known.related = proposal.related ?? [];
      continue;
    }
    let home = report ?? analysis.reports[0];
    if (!home) {
      home = errorReport(analysis.file, "", `${raised.type}: ${raised.message}`, 0, proposal.place);
      analysis.reports.push(home);
      delete analysis.nothingFound;
    }
    home.findings.push(findingOf(shapeError, level, home.entry, proposal, []));
  }
}

/** The findings of every report, in place: each model is run, and each fix is tried on the changed text. */
export function adviseFile(sources: Sources, request: AdviseRequest, open: OpenSource): FileAnalysis {
  const { program, text, language } = open;
  const models: { traced: TracedModel; report: Report }[] = [];
  const errors: { raised: Raised; report: Report | null }[] = [];
  const analysis = analyzeFile(sources, request, open, {
    watch: {
      traced: (traced, report) => models.push({ traced, report }),
      raised: (raised, report) => errors.push({ raised, report }),
    },
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
      const edited = own === undefined ? open : { ...open, text: own, program: sources.read(own, language) as Program };
      const { reports } = analyzeFile(sources, request, edited, { changed });
      return reports.find((one) => one.entry === report.entry) ?? reports[index];
    };
    const sites = sitesOf(traced, fileOf);
    const context = { traced, report, sites, fileOf, targetIsChosen: request.targetIsChosen ?? false };
    report.findings.push(...advise(context, { rules: RULES, levels: request.levels ?? {}, evaluate }));
  });
  adviseErrors(analysis, errors, request.levels ?? {});
  const { ignores } = readDirectives(program.comments);
  const ids = RULES.map(({ id }) => id);
  if (ignores.length > 0) applyIgnores(analysis, ignores, program, text.split("\n"), ids);
  return analysis;
}
