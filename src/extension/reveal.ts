// Going to a place of the source from a view, without taking more of the editor than needed.
import * as vscode from "vscode";
import { filePath } from "../core/1-syntax/document";
import type { SourcePlace } from "../core/report/report";
import { joinedCells, notebookAt } from "./cells";
import { uriOfFile } from "./document-uri";

/** The command behind rows of trees; its argument is a Place. */
export const GO_COMMAND = "modelBudget.goTo";

/** A place of a report; one without a column is a whole line. */
export type Place = Pick<SourcePlace, "file" | "line"> & Partial<SourcePlace>;

/** Shows the place in the editor and selects what stands there; `keepFocus` leaves the focus where it is. */
export async function goTo(
  { file, line, column, endLine, endColumn }: Place,
  { keepFocus = false }: { keepFocus?: boolean } = {},
): Promise<void> {
  const notebook = filePath(file) === file ? undefined : notebookAt(uriOfFile(filePath(file)));
  if (notebook) {
    await goToCell(notebook, { line: line - 1, character: (column ?? 1) - 1 }, keepFocus);
    return;
  }
  const uri = uriOfFile(file);
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const document = shown?.document ?? (await vscode.workspace.openTextDocument(uri));
  const start = new vscode.Position(line - 1, (column ?? 1) - 1);
  const end =
    endLine !== undefined && endColumn !== undefined ? new vscode.Position(endLine - 1, endColumn - 1) : start;
  const range = document.validateRange(new vscode.Range(start, end));
  const editor = await vscode.window.showTextDocument(document, {
    ...(shown?.viewColumn !== undefined && { viewColumn: shown.viewColumn }),
    preserveFocus: keepFocus,
    // The cursor at the start, so that a call of many lines is not selected from below.
    selection: new vscode.Range(range.start, range.start),
  });
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Shows the cell that a place of a notebook's joined cells (from 0) is in, with the cursor there where the cell has an editor. */
async function goToCell(
  notebook: vscode.NotebookDocument,
  place: { line: number; character: number },
  keepFocus: boolean,
): Promise<void> {
  const found = joinedCells(notebook).toCell(place);
  const cell = notebook.getCells().find(({ document }) => document.uri.toString() === found?.uri);
  if (!found || !cell) return;
  await vscode.window.showNotebookDocument(notebook, {
    preserveFocus: keepFocus,
    selections: [new vscode.NotebookRange(cell.index, cell.index + 1)],
  });
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document === cell.document);
  const at = new vscode.Position(found.at.line, found.at.character);
  if (editor) editor.selection = new vscode.Selection(at, at);
}
