// The commands of the palette. The command behind the lenses is the server's and is registered by the language client.

import * as vscode from "vscode";
import type { ServerHandle } from "./client";

/** Registers `Model Budget: …`. */
export function registerCommands(server: ServerHandle, channel: vscode.LogOutputChannel): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand("modelBudget.showOutput", () => channel.show(true)),
    vscode.commands.registerCommand("modelBudget.restartServer", () => server.restart()),
  ];
}
