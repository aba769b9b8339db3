// Entry of the VS Code extension: a thin client that starts the language server and shows what it says.
// No analysis happens here, so the extension host never waits for one.

import * as vscode from "vscode";
import { Analyses } from "./analyses";
import { ServerHandle } from "./client";
import { registerCommands } from "./commands";

/** What `activate` gives to the tests. */
export interface ModelBudgetApi {
  server: ServerHandle;
  analyses: Analyses;
}

/** Called by VS Code for the first file of a language named in package.json. */
export async function activate(context: vscode.ExtensionContext): Promise<ModelBudgetApi> {
  const channel = vscode.window.createOutputChannel("Model Budget", { log: true });
  const { version, contributes } = context.extension.packageJSON as {
    version: string;
    contributes: { commands: { command: string }[] };
  };
  channel.info(`Model Budget ${version}, ${vscode.env.appName} ${vscode.version}`);
  const server = new ServerHandle(
    context.extensionPath,
    channel,
    contributes.commands.map(({ command }) => command),
  );
  const analyses = new Analyses(server);
  context.subscriptions.push(channel, server, analyses, ...registerCommands(server, channel));
  await server.start();
  return { server, analyses };
}
