// Findings as the protocol has them: diagnostics with a link to their rule's page, and code actions whose titles carry the
// receipt. Pure; when advice is made is the business of advisor.ts.
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
} from "vscode-languageserver";
import { combinedFixOf } from "../core/8-advice/fix-all";
import type { CombinedFix, Finding, Level } from "../core/report/finding";
import { receiptText } from "../core/report/receipt";
import type { FileAnalysis, SourcePlace } from "../core/report/report";
import { type EditedFiles, workspaceEdit } from "./workspace-edits";

/** Where the pages of the rules are published. */
const RULE_PAGES = "https://github.com/model-budget/model-budget/blob/main/docs/rules";

const SEVERITIES: Readonly<Record<Level, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const SOURCE = "Model Budget";

function rangeOf(place: Pick<Finding, "line" | "column" | "endLine" | "endColumn">): Range {
  const line = Math.max(0, (place.line ?? 1) - 1);
  const character = Math.max(0, (place.column ?? 1) - 1);
  const end = {
    line: Math.max(0, (place.endLine ?? place.line ?? 1) - 1),
    character: Math.max(0, (place.endColumn ?? 1) - 1),
  };
  return { start: { line, character }, end };
}

/** A finding and where it stands in the editor. */
export interface ShownFinding {
  finding: Finding;
  diagnostic: Diagnostic;
  /** All fixes of its kind in its model as one. */
  combined: CombinedFix | undefined;
}

/** The findings that stand in the analysed file itself; one for each rule and place, however many models share the line. */
export function shownFindings(analysis: FileAnalysis, uriOf: (path: string) => string): ShownFinding[] {
  const seen = new Set<string>();
  return analysis.reports
    .flatMap((report) => report.findings.map((finding) => ({ finding, combined: combinedFixOf(report, finding) })))
    .flatMap(({ finding, combined }) => {
      const key = `${finding.rule}|${finding.line}|${finding.column}|${finding.rule === "over-budget" ? finding.message : ""}`;
      if (finding.file !== analysis.file || seen.has(key)) return [];
      seen.add(key);
      const diagnostic: Diagnostic = {
        range: rangeOf(finding),
        severity: SEVERITIES[finding.level],
        source: SOURCE,
        code: finding.rule,
        codeDescription: { href: `${RULE_PAGES}/${finding.rule}.md` },
        message: finding.message,
      };
      if (finding.related.length > 0) {
        diagnostic.relatedInformation = finding.related.map(
          ({ message, place }: { message: string; place: SourcePlace }) => ({
            location: { uri: uriOf(place.file), range: rangeOf(place) },
            message,
          }),
        );
      }
      return [{ finding, diagnostic, combined }];
    });
}

/** Diagnostics of comments that are not understood or have no use. */
export function commentDiagnostics(analysis: FileAnalysis): Diagnostic[] {
  return analysis.commentProblems.map(({ line, column, endColumn, message }) => ({
    range: rangeOf({ line, column, endLine: line, endColumn: Math.max(endColumn, column) }),
    severity: DiagnosticSeverity.Warning,
    source: SOURCE,
    message,
  }));
}

/**
 * The code actions of one finding; none when a file they change cannot be read. They are made at once: the editor previews any
 * action when it is asked to (Ctrl+Enter in the list), with the labels given here.
 */
export function codeActionsOf(
  { finding, diagnostic, combined }: ShownFinding,
  files: EditedFiles,
  knowsAnnotations: boolean,
): CodeAction[] {
  return [...finding.fixes, ...(combined ? [combined] : [])].flatMap((fix, index) => {
    const saves = receiptText(fix.receipt);
    const purpose = { label: fix.title, description: saves };
    const edit = workspaceEdit([{ edits: fix.edits, purpose }], files, knowsAnnotations);
    if (!edit) return [];
    const action: CodeAction = {
      title: saves === "" ? fix.title : `${fix.title}: ${saves}`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: index === 0,
      edit,
    };
    return [action];
  });
}
