// Lenses as the protocol has them, and what a model's lens offers beside its verdict. Pure.
import type { CodeLens } from "vscode-languageserver";
import { brokenBy } from "../core/8-advice/fit/judge";
import type { FileAnalysis } from "../core/report/report";
import { needsInputShape } from "./input-needs";
import type { Lens } from "./lenses";
import { EXPLAIN_COMMAND, type ModelCommand, type ModelRef } from "./protocol";

interface Action {
  command: ModelCommand;
  title: string;
  tooltip: string;
}

const SET_INPUT_SHAPE: Action = {
  command: "modelBudget.setInputShape",
  title: "set input shape…",
  tooltip: "The costs of this model wait for the shape of its input",
};
const FIT: Action = {
  command: "modelBudget.fit",
  title: "fit to board…",
  tooltip: "Search for the variants of this model that fit the board",
};
const ACTIONS: readonly Action[] = [
  { command: "modelBudget.showBudget", title: "budget", tooltip: "Show the budget of this model in the side bar" },
  { command: "modelBudget.benchmark", title: "benchmark", tooltip: "Run this model on this computer" },
  { command: "modelBudget.pickTarget", title: "pick target", tooltip: "Choose the board this model shall run on" },
];

/** The lenses with their commands; `commands` are those the editor has, none for an editor that has not said. */
export function codeLensesOf(
  uri: string,
  lenses: readonly Lens[],
  analysis: FileAnalysis | undefined,
  commands: ReadonlySet<string>,
): CodeLens[] {
  const linesWithActions = new Set<number>();
  return lenses.flatMap((lens): CodeLens[] => {
    const range = { start: lens.position, end: lens.position };
    const own: CodeLens = {
      range,
      command: {
        title: lens.title,
        tooltip: lens.tooltip,
        command: EXPLAIN_COMMAND,
        arguments: [{ uri, id: lens.id }],
      },
    };
    const index = Number(/^model:(\d+)$/.exec(lens.id)?.[1] ?? Number.NaN);
    const report = analysis?.reports[index];
    // Several models on one line have the actions of the first: the line must stay readable.
    if (!report || report.status === "error" || linesWithActions.has(lens.position.line)) return [own];
    linesWithActions.add(lens.position.line);
    const model: ModelRef = { uri, index };
    const isTooLarge = brokenBy(report).length > 0;
    const actions = [...(needsInputShape(report) ? [SET_INPUT_SHAPE] : []), ...(isTooLarge ? [FIT] : []), ...ACTIONS]
      .filter(({ command }) => commands.has(command))
      .map(({ command, title, tooltip }) => ({ range, command: { title, tooltip, command, arguments: [model] } }));
    return [own, ...actions];
  });
}
