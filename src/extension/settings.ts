// The settings as the client sees them: those of the server (server/settings.ts), for the folder of a document.
import * as vscode from "vscode";
import { readSettings, SETTINGS_SECTION, type Settings } from "../server/settings";

export function settingsOf(uri: vscode.Uri | undefined): Settings {
  return readSettings(vscode.workspace.getConfiguration(undefined, uri).get(SETTINGS_SECTION));
}

/** Calls `listener` when a setting of ours changed. */
export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(SETTINGS_SECTION)) listener();
  });
}

/** Writes settings where they hold for a document: the folder's where there are several, else the workspace's, else the user's. */
export async function writeSettings(uri: vscode.Uri | undefined, values: Partial<Settings>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION, uri);
  const { workspaceFolders, workspaceFile } = vscode.workspace;
  const isInFolder = uri !== undefined && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  const target =
    workspaceFile && isInFolder
      ? vscode.ConfigurationTarget.WorkspaceFolder
      : workspaceFolders
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
  for (const [name, value] of Object.entries(values)) await configuration.update(name, value, target);
}

/** Writes settings that are a matter of taste: the user's own, and the workspace's where that says otherwise. */
export async function writePreference(values: Partial<Settings>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const before = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    await before.update(name, value, vscode.ConfigurationTarget.Global);
    const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    if (configuration.get(name) !== value)
      await configuration.update(name, value, vscode.ConfigurationTarget.Workspace);
  }
}
