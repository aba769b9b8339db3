// Findings as the protocol has them: diagnostics with a link to their rule's page, and code actions whose titles carry the
// receipt. Pure; when advice is made is the business of advisor.ts.
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Range,
  type TextDocumentEdit,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding, Level, OfferedFix } from "../core/report/finding";
import { receiptText } from "../core/report/receipt";
import type { FileAnalysis, SourcePlace } from "../core/report/report";

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
}

/** The findings that stand in the analysed file itself; one for each rule and place, however many models share the line. */
export function shownFindings(analysis: FileAnalysis, uriOf: (path: string) => string): ShownFinding[] {
  const seen = new Set<string>();
  return analysis.reports
    .flatMap((report) => report.findings)
    .flatMap((finding) => {
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
      return [{ finding, diagnostic }];
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
 * The code actions of one finding; none when a file they change cannot be read. `textOf` gives the text that was analysed,
 * `versionOf` the version of an open document, so that the editor refuses an edit of a text that has changed since.
 */
export function codeActionsOf(
  { finding, diagnostic }: ShownFinding,
  textOf: (path: string) => string | undefined,
  uriOf: (path: string) => string,
  versionOf: (path: string) => number | null,
): CodeAction[] {
  return finding.fixes.flatMap((fix, index) => {
    const changes = documentEdits(fix, textOf, uriOf, versionOf);
    if (!changes) return [];
    const saves = receiptText(fix.receipt);
    const action: CodeAction = {
      title: saves === "" ? fix.title : `${fix.title}: ${saves}`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred: index === 0,
      edit: { documentChanges: changes },
    };
    return [action];
  });
}

function documentEdits(
  fix: OfferedFix,
  textOf: (path: string) => string | undefined,
  uriOf: (path: string) => string,
  versionOf: (path: string) => number | null,
): TextDocumentEdit[] | undefined {
  const edits: TextDocumentEdit[] = [];
  for (const path of new Set(fix.edits.map(({ file }) => file))) {
    const text = textOf(path);
    if (text === undefined) return undefined;
    const uri = uriOf(path);
    const document = TextDocument.create(uri, "", 0, text);
    edits.push({
      textDocument: { uri, version: versionOf(path) },
      edits: fix.edits
        .filter(({ file }) => file === path)
        .map(({ start, end, text: newText }) => ({
          range: { start: document.positionAt(start), end: document.positionAt(end) },
          newText,
        })),
    });
  }
  return edits;
}
