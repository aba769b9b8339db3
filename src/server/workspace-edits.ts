// Edits of the core as the protocol has them: places instead of offsets, versions so that the editor refuses an edit of a text
// that has changed since, and an annotation that says what they are for. Pure.
import type { AnnotatedTextEdit, TextDocumentEdit, WorkspaceEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { TextEdit } from "../core/report/finding";

/** The files that edits concern. */
export interface EditedFiles {
  /** The text that was analysed; undefined when it cannot be read. */
  textOf(path: string): string | undefined;
  uriOf(path: string): string;
  /** Version of an open document; null for a file that is not open. */
  versionOf(path: string): number | null;
}

/** What a set of edits is for, shown beside them in a preview. */
export interface Purpose {
  label: string;
  description: string;
  /** True to have the editor show a preview before anything is changed. */
  needsConfirmation: boolean;
}

const ANNOTATION = "model-budget";

/** One edit of the workspace; undefined when a file cannot be read. Without a purpose for editors that know no annotations. */
export function workspaceEdit(
  edits: readonly TextEdit[],
  files: EditedFiles,
  purpose: Purpose | null,
): WorkspaceEdit | undefined {
  const documentChanges: TextDocumentEdit[] = [];
  for (const path of new Set(edits.map(({ file }) => file))) {
    const text = files.textOf(path);
    if (text === undefined) return undefined;
    const uri = files.uriOf(path);
    const document = TextDocument.create(uri, "", 0, text);
    documentChanges.push({
      textDocument: { uri, version: files.versionOf(path) },
      edits: edits
        .filter(({ file }) => file === path)
        .map(({ start, end, text: newText }) => {
          const range = { start: document.positionAt(start), end: document.positionAt(end) };
          const edit: AnnotatedTextEdit = { range, newText, annotationId: ANNOTATION };
          return purpose ? edit : { range, newText };
        }),
    });
  }
  return purpose ? { documentChanges, changeAnnotations: { [ANNOTATION]: purpose } } : { documentChanges };
}
