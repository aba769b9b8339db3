// Lets the rules speak about every model of a file.
import type { AdviseRequest } from "../analyze";
import type { Raised } from "../2-evaluate/signals";
import { errorReport } from "../7-cost/report";
import { UNSUPPORTED_OPERATOR } from "../7-cost/operator-support";
import { advise, findingOf } from "../8-advice/advise";
import { combinedFixes } from "../8-advice/fix-all";
import { applyIgnores } from "../8-advice/ignores";
import { firstLineOf } from "../8-advice/places";
import type { RuleContext } from "../8-advice/rule";
import { RULES } from "../8-advice/rules/index";
import { shapeError, shapeErrorAt } from "../8-advice/rules/shape-error";
import { readDirectives } from "../config/directives";
import { RULE_IDS } from "../report/rule-ids";
import type { FileAnalysis, Report } from "../report/report";
import { examineFile } from "./examine";
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
  const { program, text } = open;
  const levels = request.levels ?? {};
  const contexts: RuleContext[] = [];
  const errors: { raised: Raised; report: Report | null }[] = [];
  const analysis = examineFile(
    sources,
    request,
    open,
    (model) => {
      const context = { ...model, targetIsChosen: request.targetIsChosen ?? false };
      model.report.findings.push(...advise(context, { rules: RULES, levels }));
      contexts.push(context);
    },
    { raised: (raised, report) => errors.push({ raised, report }) },
  );
  adviseErrors(analysis, errors, levels);
  const lines = text.split("\n");
  // What a runtime lacks is said by the deployment, which knows no levels; it is no error while nobody has chosen a target.
  const supportLevel = request.targetIsChosen ? "error" : "information";
  for (const report of analysis.reports) {
    report.findings = report.findings.flatMap((finding) => {
      const level = finding.rule === UNSUPPORTED_OPERATOR ? (levels[finding.rule] ?? supportLevel) : finding.level;
      if (level === "off") return [];
      return [{ ...(finding.file === request.file ? firstLineOf(finding, lines) : finding), level }];
    });
  }
  const { ignores } = readDirectives(program.comments);
  if (ignores.length > 0) applyIgnores(analysis, ignores, program, lines, RULE_IDS);
  for (const context of contexts) {
    const combined = combinedFixes(context);
    if (combined.length > 0) context.report.combinedFixes = combined;
  }
  return analysis;
}
