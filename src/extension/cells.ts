// Edits of a notebook: the server works them out on the text of all its code cells, and here they go to the cells. The text of the
// .ipynb itself is never edited.
import * as vscode from "vscode";
import { JoinedCells } from "../server/joined-cells";

/** An open notebook by its URI. */
export function notebookAt(uri: vscode.Uri): vscode.NotebookDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.notebookDocuments.find((one) => one.uri.toString() === key);
}

/** The text of the code cells of a notebook as the server joins them. */
export function joinedCells(notebook: vscode.NotebookDocument): JoinedCells {
  const code = notebook
    .getCells()
    .filter(({ kind }) => kind === vscode.NotebookCellKind.Code)
    .map(({ document }) => document);
  const isPython = code.some(({ languageId }) => languageId === "python");
  return new JoinedCells(
    code
      .filter(({ languageId }) => (languageId === "python" ? isPython : !isPython && languageId.endsWith("script")))
      .map((document) => ({ uri: document.uri.toString(), version: document.version, text: document.getText() })),
    isPython,
  );
}

/** Adds a replacement of the joined text to an edit; false when it reaches over the end of a cell. */
export function replaceInCells(
  edit: vscode.WorkspaceEdit,
  cells: JoinedCells,
  { start, end }: vscode.Range,
  text: string,
  metadata?: vscode.WorkspaceEditEntryMetadata,
): boolean {
  const changes = cells.editsOfCells({
    textDocument: { uri: "", version: null },
    edits: [{ range: { start, end }, newText: text }],
  });
  for (const { textDocument, edits } of changes ?? []) {
    for (const { range } of edits) {
      const place = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
      edit.replace(vscode.Uri.parse(textDocument.uri), place, text, metadata);
    }
  }
  return changes !== undefined;
}
