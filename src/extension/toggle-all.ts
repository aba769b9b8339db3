// "Toggle All": one switch for every surface.
import * as vscode from "vscode";
import { settingsOf, writeSettings } from "./settings";

/** Registers `modelBudget.toggleAll`. */
export function registerToggleAll(): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.toggleAll", async () => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    // On is the default, which needs no line in the settings.
    await writeSettings(uri, { enabled: settingsOf(uri).enabled ? false : undefined });
  });
}
