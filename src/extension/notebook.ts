// Below each cell of a notebook what its model costs and whether it fits, or what its layers cost together. A click explains it as
// a click on a lens does.
import * as vscode from "vscode";
import { CELL_REQUEST, type CellStatus, type DocumentParams, EXPLAIN_COMMAND } from "../server/protocol";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";

const NOTEBOOK_TYPE = "jupyter-notebook";

export function registerCells(server: ServerHandle, analyses: Analyses): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.NotebookCellStatusBarItemProvider = {
    onDidChangeCellStatusBarItems: changed.event,
    async provideCellStatusBarItems(cell, token) {
      if (cell.kind !== vscode.NotebookCellKind.Code) return [];
      const params: DocumentParams = { uri: cell.document.uri.toString() };
      const items = (await server.request<CellStatus[]>(CELL_REQUEST, params, token)) ?? [];
      return items.map(({ text, tooltip, lens }) => {
        const item = new vscode.NotebookCellStatusBarItem(
          `$(circuit-board) ${text}`,
          vscode.NotebookCellStatusBarAlignment.Left,
        );
        item.tooltip = tooltip;
        item.command = { title: vscode.l10n.t("Explain"), command: EXPLAIN_COMMAND, arguments: [lens] };
        item.accessibilityInformation = { label: `Model Budget: ${text}` };
        return item;
      });
    },
  };
  return vscode.Disposable.from(
    changed,
    vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, provider),
    analyses.onDidChange((uri) => {
      const isNotebook = vscode.workspace.notebookDocuments.some((one) => one.uri.toString() === uri.toString());
      if (isNotebook) changed.fire();
    }),
  );
}
