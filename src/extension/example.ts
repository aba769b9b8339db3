// Opens a small model to begin with, as an unsaved file: nothing is written to the disk.
import * as vscode from "vscode";

/** Registers `modelBudget.openExample`. */
export function registerExample(extensionUri: vscode.Uri): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.openExample", async () => {
    const file = vscode.Uri.joinPath(extensionUri, "media", "walkthrough", "example.py");
    const content = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "python", content }));
  });
}
