// The words of a measured time in the editor's language.
import * as vscode from "vscode";
import type { TimeWords } from "../core/report/time-text";

export const timeWords = (): TimeWords => ({
  measured: vscode.l10n.t("measured"),
  simulated: vscode.l10n.t("simulated"),
});
