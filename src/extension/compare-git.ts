// "Compare with Git HEAD": hands the committed texts of the changed files to the server, which says which lines changed the
// budget. Git is asked through the built-in extension; where there is none, the command says so.
import * as vscode from "vscode";
import { COMPARE_REQUEST, type CompareParams } from "../server/protocol";
import type { ServerHandle } from "./client";
import { activeFile } from "./documents";
import type { VirtualDocuments } from "./virtual-documents";

/** What is used of the built-in git extension's API, version 1. */
interface Git {
  getAPI(version: 1): {
    getRepository(uri: vscode.Uri): Repository | null;
    openRepository?(root: vscode.Uri): Promise<Repository | null>;
  };
}

interface Change {
  uri: vscode.Uri;
  /** Where a renamed file was. */
  originalUri: vscode.Uri;
}

interface Repository {
  rootUri: vscode.Uri;
  state: { HEAD?: { commit?: string; name?: string }; workingTreeChanges: Change[]; indexChanges: Change[] };
  show(ref: string, path: string): Promise<string>;
}

const REF = "HEAD";
/** Files that may be part of a model. */
const SOURCES = /\.(py|ipynb|tsx?|[mc]ts|jsx?|[mc]js|html?|vue|svelte)$/;
const MAX_FILES = 200;

/** Registers `modelBudget.compareWithHead`. */
export function registerCompareGit(server: ServerHandle, documents: VirtualDocuments): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.compareWithHead", async () => {
    const uri = activeFile();
    if (!uri) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Open the file to be compared."));
      return;
    }
    const found = await committedTexts(uri);
    if ("problem" in found) {
      void vscode.window.showInformationMessage(found.problem);
      return;
    }
    const params: CompareParams = { uri: uri.toString(), name: found.name, texts: found.texts };
    const text = await server.request<string | null>(COMPARE_REQUEST, params);
    if (text) await documents.show(vscode.l10n.t("{0} compared", uri.path.slice(uri.path.lastIndexOf("/") + 1)), text);
  });
}

/** The committed texts of a file and of the other files that changed since. */
async function committedTexts(
  uri: vscode.Uri,
): Promise<{ name: string; texts: Record<string, string> } | { problem: string }> {
  const extension = vscode.extensions.getExtension<Git>("vscode.git");
  if (!extension)
    return { problem: vscode.l10n.t("The built-in Git extension is not there, so nothing can be compared.") };
  let repository: Repository | null = null;
  try {
    const api = (await extension.activate()).getAPI(1);
    repository = api.getRepository(uri) ?? (await api.openRepository?.(vscode.Uri.joinPath(uri, ".."))) ?? null;
  } catch {
    return { problem: vscode.l10n.t("Git is switched off or was not found, so nothing can be compared.") };
  }
  if (!repository) return { problem: vscode.l10n.t("The file is in no Git repository.") };
  const { HEAD, workingTreeChanges, indexChanges } = repository.state;
  // What is typed and not saved has changed too, and git knows nothing of it.
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map((document) => document.uri);
  const pathsNow = new Map([uri, ...unsaved].map((one) => [one.toString(), one]));
  for (const { uri: now, originalUri } of [...workingTreeChanges, ...indexChanges]) {
    // A renamed file is there under both names: those that imported it did so under the old one.
    pathsNow.set(originalUri.toString(), originalUri);
    pathsNow.set(now.toString(), originalUri);
  }
  const changed = [...pathsNow].filter(([, { scheme, path }]) => scheme === uri.scheme && SOURCES.test(path));
  const texts: Record<string, string> = {};
  for (const [key, committed] of changed.slice(0, MAX_FILES)) {
    try {
      texts[key] = await repository.show(REF, committed.fsPath);
    } catch {
      // A file that was not committed has no other version.
    }
  }
  if (texts[uri.toString()] === undefined) return { problem: vscode.l10n.t("The file is not in the last commit.") };
  return { name: HEAD?.commit ? `${REF} (${HEAD.commit.slice(0, 7)})` : REF, texts };
}
