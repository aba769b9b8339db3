// "Explain This File": why the editor shows what it shows, or nothing. Answers in every file, also where nothing is analysed.
import * as vscode from "vscode";
import { type DocumentParams, EXPLAIN_FILE_REQUEST } from "../server/protocol";
import type { ServerHandle } from "./client";
import { activeFile } from "./documents";
import type { VirtualDocuments } from "./virtual-documents";

/** Registers `modelBudget.explainFile`. */
export function registerExplainFile(server: ServerHandle, documents: VirtualDocuments): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.explainFile", async () => {
    const uri = activeFile();
    if (!uri) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Open the file to be explained."));
      return;
    }
    const params: DocumentParams = { uri: uri.toString() };
    const text = await server.request<string | null>(EXPLAIN_FILE_REQUEST, params);
    const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
    const unread = vscode.l10n.t(
      '{0} is not read: it is of the language "{1}" and of the kind "{2}". Model Budget reads Python, TypeScript, JavaScript, HTML, Vue and Svelte files of the workspace.',
      name,
      vscode.window.activeTextEditor?.document.languageId ?? "",
      uri.scheme,
    );
    const silent = vscode.l10n.t(
      'The language server does not answer. Run "Model Budget: Restart Server" to try again.',
    );
    await documents.show(
      vscode.l10n.t("{0} explained", name),
      text ?? `# ${name}\n\n${server.client?.isRunning() ? unread : silent}\n`,
    );
  });
}
