// Makes an edit the server worked out: in the editor's text, so that it can be undone, and saved, so that it holds.
import * as vscode from "vscode";
import type { FileEdit } from "../server/protocol";
import { joinedCells, notebookAt, replaceInCells } from "./cells";

/** The document after the edit, saved when it was not already changed by the user; undefined when the edit was refused. */
export async function applyFileEdit({
  uri,
  isNew,
  start,
  end,
  text,
}: FileEdit): Promise<vscode.TextDocument | undefined> {
  const target = vscode.Uri.parse(uri);
  const notebook = notebookAt(target);
  if (notebook) {
    const change = new vscode.WorkspaceEdit();
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    if (!replaceInCells(change, joinedCells(notebook), range, text)) return undefined;
    const [[cell] = []] = change.entries();
    return cell && (await vscode.workspace.applyEdit(change)) ? vscode.workspace.openTextDocument(cell) : undefined;
  }
  if (isNew) {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    return vscode.workspace.openTextDocument(target);
  }
  const document = await vscode.workspace.openTextDocument(target);
  const wasDirty = document.isDirty;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(target, new vscode.Range(start.line, start.character, end.line, end.character), text);
  if (!(await vscode.workspace.applyEdit(edit))) return undefined;
  if (!wasDirty && !document.isUntitled) await document.save();
  return document;
}
