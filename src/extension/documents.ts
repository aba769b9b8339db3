// Which documents are served: files of the languages models are written in, on the disk, unsaved, and in the file systems that
// the window works on; not older versions, outputs and settings.
import * as vscode from "vscode";

const LANGUAGES = ["python", "typescript", "javascript", "typescriptreact", "javascriptreact", "html", "vue", "svelte"];

/** Schemes of documents someone works on in this window. */
export function servedSchemes(): Set<string> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return new Set(["file", "untitled", "vscode-remote", "vscode-vfs", ...folders.map(({ uri }) => uri.scheme)]);
}

/** Scheme of the cells of notebooks. */
const CELL_SCHEME = "vscode-notebook-cell";

/** The documents of a window, for the language client; cells reach the server with their notebook. */
export function servedDocuments(): { scheme: string; language: string }[] {
  return [...servedSchemes(), CELL_SCHEME].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language })));
}

export function isCell({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === CELL_SCHEME;
}

/** The file or the notebook that has the focus; undefined where neither has. */
export function activeFile(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document ? fileOf(document.uri) : vscode.window.activeNotebookEditor?.notebook.uri;
}

/** The notebook a cell is of, and every other document itself: what the server's analyses are of. */
export function fileOf(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme !== CELL_SCHEME) return uri;
  const key = uri.toString();
  const notebook = vscode.workspace.notebookDocuments.find((one) =>
    one.getCells().some(({ document }) => document.uri.toString() === key),
  );
  return notebook?.uri ?? uri;
}
