// `budget-ignore` comments: findings they silence, and comments that silence nothing.
import { closest } from "fastest-levenshtein";
import type { Program } from "../1-syntax/tree";
import { lineMeant } from "../5-models/declared";
import type { IgnoreDirective } from "../config/directives";
import type { FileAnalysis } from "../report/report";

/** Takes silenced findings out of the analysis of their file and reports comments without use or with unknown rules. */
export function applyIgnores(
  analysis: FileAnalysis,
  ignores: readonly IgnoreDirective[],
  program: Program,
  lines: readonly string[],
  rules: readonly string[],
): void {
  for (const { line, column, endColumn, rules: named } of ignores) {
    const problem = (message: string) => analysis.commentProblems.push({ line, column, endColumn, message });
    const strangers = named.filter((rule) => !rules.includes(rule));
    for (const rule of strangers) problem(`there is no rule "${rule}"; did you mean "${closest(rule, rules)}"?`);
    const meant = lineMeant(lines, program, line);
    let used = false;
    for (const report of analysis.reports) {
      const kept = report.findings.filter(
        (finding) =>
          finding.file !== analysis.file ||
          finding.line !== meant ||
          (named.length > 0 && !named.includes(finding.rule)),
      );
      used ||= kept.length < report.findings.length;
      report.findings = kept;
    }
    if (!used && strangers.length === 0) problem("this budget-ignore silences nothing; remove it");
  }
}
