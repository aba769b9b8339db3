// Changes of the source that the server worked out, made in the editor: with undo, in open documents, and only on the text they
// were worked out for.
import * as vscode from "vscode";
import type { TextEdit } from "../core/report/finding";
import { uriOfFile } from "./document-uri";

/** Makes the edits in one step, after a look at them when `asks`; false when the editor or its user refuses. */
export async function applyEdits(
  edits: readonly TextEdit[],
  label: string,
  { asks = false }: { asks?: boolean } = {},
): Promise<boolean> {
  const change = new vscode.WorkspaceEdit();
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const document = await vscode.workspace.openTextDocument(uriOfFile(file));
    for (const { start, end, text } of edits.filter((edit) => edit.file === file)) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      change.replace(document.uri, range, text, { label, needsConfirmation: asks });
    }
  }
  return vscode.workspace.applyEdit(change, { isRefactoring: asks });
}
