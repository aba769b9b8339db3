// Entry of the extension in the browser (vscode.dev and the like): the server is a web worker.
import * as vscode from "vscode";
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from "vscode-languageclient/browser";
import { activateWith, type ModelBudgetApi } from "./activate";

/** Of the browser, whose types are not those of this project. */
interface ServerWorker {
  terminate(): void;
}
declare const Worker: new (address: string, options: { name: string }) => ServerWorker;

/** Called by VS Code for the first file of a language named in package.json. */
export function activate(context: vscode.ExtensionContext): Promise<ModelBudgetApi> {
  return activateWith(context, (extensionUri, options) => {
    let worker: ServerWorker | undefined;
    const start = async () => {
      worker?.terminate();
      worker = await startWorker(vscode.Uri.joinPath(extensionUri, "dist", "web", "server.js"));
      return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
    };
    const client = new LanguageClient("modelBudget", "Model Budget", start, options);
    return { client, end: () => worker?.terminate() };
  });
}

/** Not every address of an extension may be given to a worker, but its text can always be read. */
async function startWorker(script: vscode.Uri): Promise<ServerWorker> {
  const text = new Uint8Array(await vscode.workspace.fs.readFile(script));
  const address = URL.createObjectURL(new Blob([text], { type: "application/javascript" }));
  return new Worker(address, { name: "Model Budget" });
}
