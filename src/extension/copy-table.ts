// Copies the layers of a model as a table: Markdown for a text, CSV for a program, LaTeX for a paper.
import * as vscode from "vscode";
import { TABLE_REQUEST, type TableFormat, type TableParams } from "../server/protocol";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";
import { modelOf, refOf } from "./models";

const COMMANDS: Readonly<Record<string, TableFormat>> = {
  "modelBudget.copyMarkdown": "markdown",
  "modelBudget.copyCsv": "csv",
  "modelBudget.copyLatex": "latex",
};
const SHOWN_MS = 4000;

/** Registers `modelBudget.copyMarkdown`, `copyCsv` and `copyLatex`. */
export function registerCopyTable(server: ServerHandle, analyses: Analyses): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([command, format]) =>
    vscode.commands.registerCommand(command, async (argument: unknown) => {
      const model = modelOf(analyses, argument);
      const params = model && ({ ...refOf(model), format } satisfies TableParams);
      const text = params && (await server.request<string | null>(TABLE_REQUEST, params));
      if (!model || !text) {
        void vscode.window.showInformationMessage(vscode.l10n.t("There is no model at the cursor."));
        return;
      }
      await vscode.env.clipboard.writeText(text);
      vscode.window.setStatusBarMessage(vscode.l10n.t("Copied the layers of {0}", model.report.entry), SHOWN_MS);
    }),
  );
}
