// The URI of a file of a report. An open document keeps its own: the path of an unsaved one does not tell its name.
import * as vscode from "vscode";
import { pathOfUri, uriOfPath } from "../server/paths";

export function uriOfFile(file: string): vscode.Uri {
  const open = vscode.workspace.textDocuments.find(
    ({ uri, languageId }) => pathOfUri(uri.toString(), languageId) === file,
  );
  return open?.uri ?? vscode.Uri.parse(uriOfPath(file));
}
