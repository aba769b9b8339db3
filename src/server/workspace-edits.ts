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
}

/** Edits with their purpose. */
export interface PurposefulEdits {
  edits: readonly TextEdit[];
  purpose: Purpose;
  /** True for edits that are made only when the user ticks them; having some opens the preview. */
  isOptional?: boolean;
}

/**
 * One edit of the workspace; undefined when a file cannot be read. For an editor that knows no annotations it has no purposes and
 * nothing that is optional.
 */
export function workspaceEdit(
  parts: readonly PurposefulEdits[],
  files: EditedFiles,
  knowsAnnotations: boolean,
): WorkspaceEdit | undefined {
  const documentChanges: TextDocumentEdit[] = [];
  const wanted = parts.filter(({ isOptional }) => knowsAnnotations || !isOptional);
  const all = wanted.flatMap(({ edits }, index) => edits.map((edit) => ({ ...edit, annotationId: String(index) })));
  for (const path of new Set(all.map(({ file }) => file))) {
    const text = files.textOf(path);
    if (text === undefined) return undefined;
    const uri = files.uriOf(path);
    const document = TextDocument.create(uri, "", 0, text);
    documentChanges.push({
      textDocument: { uri, version: files.versionOf(path) },
      edits: all
        .filter(({ file }) => file === path)
        .map(({ start, end, text: newText, annotationId }) => {
          const range = { start: document.positionAt(start), end: document.positionAt(end) };
          const edit: AnnotatedTextEdit = { range, newText, annotationId };
          return knowsAnnotations ? edit : { range, newText };
        }),
    });
  }
  if (!knowsAnnotations) return { documentChanges };
  const changeAnnotations = Object.fromEntries(
    wanted.map(({ purpose, isOptional }, index) => [
      String(index),
      { ...purpose, needsConfirmation: isOptional ?? false },
    ]),
  );
  return { documentChanges, changeAnnotations };
}
