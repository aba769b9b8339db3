// Entry of the extension on the desktop and on remote machines: the server is a process of its own.
import { join } from "node:path";
import type * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { activateWith, type ModelBudgetApi } from "./activate";

/** Called by VS Code for the first file of a language named in package.json. */
export function activate(context: vscode.ExtensionContext): Promise<ModelBudgetApi> {
  return activateWith(context, (extensionUri, options) => {
    const module = join(extensionUri.fsPath, "dist", "server.js");
    const transport = TransportKind.ipc;
    const server = {
      run: { module, transport },
      debug: { module, transport, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
    };
    return { client: new LanguageClient("modelBudget", "Model Budget", server, options) };
  });
}
