// Changes of the source that the server worked out, made in the editor: with undo, in open documents, and only on the text they
// were worked out for.
import * as vscode from "vscode";
import { filePath } from "../core/1-syntax/document";
import type { TextEdit } from "../core/report/finding";
import { joinedCells, notebookAt, replaceInCells } from "./cells";
import { uriOfFile } from "./document-uri";

/** Makes the edits in one step, after a look at them when `asks`; false when the editor or its user refuses. */
export async function applyEdits(
  edits: readonly TextEdit[],
  label: string,
  { asks = false }: { asks?: boolean } = {},
): Promise<boolean> {
  const change = new vscode.WorkspaceEdit();
  const metadata = { label, needsConfirmation: asks };
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const own = edits.filter((edit) => edit.file === file);
    const notebook = filePath(file) === file ? undefined : notebookAt(uriOfFile(filePath(file)));
    if (notebook) {
      const cells = joinedCells(notebook);
      for (const { start, end, text } of own) {
        const range = new vscode.Range(positionIn(cells.text, start), positionIn(cells.text, end));
        if (!replaceInCells(change, cells, range, text, metadata)) return false;
      }
      continue;
    }
    const document = await vscode.workspace.openTextDocument(uriOfFile(file));
    for (const { start, end, text } of own) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      change.replace(document.uri, range, text, metadata);
    }
  }
  return vscode.workspace.applyEdit(change, { isRefactoring: asks });
}

function positionIn(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
}
