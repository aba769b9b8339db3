// Colours of rows in the Layers view: where RAM is fullest, and what is over the limit. Rows get a made-up URI that says so.
import * as vscode from "vscode";
import type { NodeState } from "./layer-nodes";

const SCHEME = "model-budget-layer";

/** The URI that gives a row its colour; undefined for a row without one. */
export function decorationUri(state: NodeState, id: string): vscode.Uri | undefined {
  if (state !== "over" && state !== "peak") return undefined;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${encodeURIComponent(id)}`, query: state });
}

/** Colours the rows. */
export function registerLayerDecorations(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration({ scheme, query }): vscode.FileDecoration | undefined {
      if (scheme !== SCHEME) return undefined;
      return query === "over"
        ? {
            badge: "!",
            color: new vscode.ThemeColor("modelBudget.overBudgetForeground"),
            tooltip: vscode.l10n.t("More RAM than there is"),
          }
        : {
            color: new vscode.ThemeColor("modelBudget.peakForeground"),
            tooltip: vscode.l10n.t("RAM is fullest here"),
          };
    },
  });
}
