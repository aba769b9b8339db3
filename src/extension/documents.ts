// Which documents are served: files of the languages models are written in, on the disk, unsaved, and in the file systems that
// the window works on; not older versions, outputs and settings.
import * as vscode from "vscode";

const LANGUAGES = ["python", "typescript", "javascript", "typescriptreact", "javascriptreact", "html", "vue", "svelte"];

/** Schemes of documents someone works on in this window. */
export function servedSchemes(): Set<string> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return new Set(["file", "untitled", "vscode-remote", "vscode-vfs", ...folders.map(({ uri }) => uri.scheme)]);
}

/** The documents of a window, for the language client. */
export function servedDocuments(): { scheme: string; language: string }[] {
  return [...servedSchemes()].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language })));
}
