// The Layers view follows the cursor: the row of the line is revealed and selected, without the focus and only where the view is
// seen. Which row that is is told by layer-at.ts.
import * as vscode from "vscode";
import type { Analyses } from "./analyses";
import { onSettingsChanged, settingsOf, writePreference } from "./settings";

/** The cursor rests so long before the tree moves: one that is held down passes many lines. */
const REST_MS = 100;

/** Calls `follow` with the line (from 1) of the cursor when it may have come to another one. */
export function followCursor(
  analyses: Analyses,
  view: vscode.TreeView<unknown>,
  follow: (line: number) => void,
): vscode.Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const moved = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { cursorLine } = analyses;
      const uri = vscode.window.activeTextEditor?.document.uri;
      if (cursorLine !== undefined && view.visible && settingsOf(uri).layersFollowCursor) follow(cursorLine);
    }, REST_MS);
  };
  const set = (layersFollowCursor: boolean) => () => writePreference({ layersFollowCursor });
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(moved),
    vscode.window.onDidChangeActiveTextEditor(moved),
    analyses.onDidChangeCurrent(moved),
    view.onDidChangeVisibility(moved),
    onSettingsChanged(moved),
    vscode.commands.registerCommand("modelBudget.layers.follow", set(true)),
    vscode.commands.registerCommand("modelBudget.layers.unfollow", set(false)),
    { dispose: () => clearTimeout(timer) },
  );
}
