// "Toggle All": one switch for every surface.
import * as vscode from "vscode";
import { settingsOf, writeSettings } from "./settings";

/** Registers `modelBudget.toggleAll`. */
export function registerToggleAll(): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.toggleAll", async () => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (settingsOf(uri).enabled) {
      await writeSettings(uri, { enabled: false });
      return;
    }
    // On is the default, which needs no line in the settings unless the user's own say otherwise.
    await writeSettings(uri, { enabled: undefined });
    if (!settingsOf(uri).enabled) await writeSettings(uri, { enabled: true });
  });
}
