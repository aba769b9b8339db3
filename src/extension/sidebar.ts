// The views of the activity bar: budget, layers, suggestions.
import * as vscode from "vscode";
import type { Analyses } from "./analyses";
import { BudgetView } from "./budget-view";
import type { ServerHandle } from "./client";
import { registerLayerDecorations } from "./layer-decorations";
import { LayersTree } from "./layers-tree";
import { GO_COMMAND, goTo, type Place } from "./reveal";
import { SuggestionsTree } from "./suggestions-tree";

export interface Sidebar extends vscode.Disposable {
  budget: BudgetView;
  layers: LayersTree;
  suggestions: SuggestionsTree;
}

export function createSidebar(context: vscode.ExtensionContext, server: ServerHandle, analyses: Analyses): Sidebar {
  const budget = new BudgetView(context.extensionUri, server, analyses);
  const layers = new LayersTree(analyses, context.workspaceState);
  const suggestions = new SuggestionsTree(analyses);
  const all = [
    budget,
    layers,
    suggestions,
    registerLayerDecorations(),
    vscode.commands.registerCommand(GO_COMMAND, (place: Place) => goTo(place)),
  ];
  return { budget, layers, suggestions, dispose: () => all.forEach((one) => one.dispose()) };
}
