// Which model a command is about: the one a lens names, else the one under the cursor.
import * as vscode from "vscode";
import type { ModelRef } from "../server/protocol";
import type { Analyses, CurrentModel } from "./analyses";

/** The model of a command's argument, or the current one; undefined when there is none. */
export function modelOf(analyses: Analyses, argument: unknown): CurrentModel | undefined {
  const { uri: text, index } = (argument ?? {}) as Partial<ModelRef>;
  if (typeof text !== "string" || typeof index !== "number") return analyses.current;
  const uri = vscode.Uri.parse(text);
  const shown = analyses.of(uri);
  const report = shown?.analysis.reports[index];
  return shown && report ? { uri, report, index, shown } : undefined;
}

export function refOf({ uri, index }: CurrentModel): ModelRef {
  return { uri: uri.toString(), index };
}
