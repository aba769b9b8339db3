// Context keys for menus: whether the file last looked at has a model, and whether one of them waits for an input shape.
import * as vscode from "vscode";
import { needsInputShape } from "../server/input-needs";
import type { Analyses } from "./analyses";

export function keepContextKeys(analyses: Analyses): vscode.Disposable {
  const known = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand("setContext", `modelBudget.${key}`, value);
  };
  const update = () => {
    const reports = analyses.currentFile?.analysis.reports ?? [];
    set("hasModel", reports.length > 0);
    set("needsInputShape", reports.some(needsInputShape));
  };
  update();
  return analyses.onDidChangeCurrent(update);
}
