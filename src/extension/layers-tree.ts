// The Layers view: models, blocks and layers of the file last looked at, with their numbers. A click goes to the line that makes
// the layer. What is sorted, filtered and added up how is decided in layer-nodes.ts.
import * as vscode from "vscode";
import type { Deployment } from "../core/report/deployment";
import { formatBytes, formatCount, formatFullShape, formatMs, formatShare } from "../core/report/format";
import { timeOf } from "../core/report/time-text";
import { formulaNumbers } from "../core/report/formula";
import type { Report } from "../core/report/report";
import type { Analyses } from "./analyses";
import { followCursor } from "./follow-cursor";
import { nodeAt, nodeWithId } from "./layer-at";
import { decorationUri } from "./layer-decorations";
import {
  type BlockNode,
  countLayers,
  LAYER_SORTS,
  type LayerNode,
  type LayerSort,
  type ModelNode,
  modelNodes,
  type NodeNumbers,
  type NodeState,
} from "./layer-nodes";
import { GO_COMMAND, type Place } from "./reveal";

interface RootNode {
  kind: "model";
  report: Report;
  index: number;
  children: ModelNode[];
}

type Node = RootNode | ModelNode;

const SORT_KEY = "modelBudget.layers.sort";
/** True while a filter is set: shows the button that clears it. */
const FILTER_CONTEXT = "modelBudget.layers.isFiltered";

export class LayersTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private readonly subscriptions: vscode.Disposable[];
  private sort: LayerSort;
  private filter = "";
  private roots: RootNode[] = [];
  /** Where each node is, for the tooltips and to find its model. */
  private readonly rootOf = new WeakMap<object, RootNode>();
  private readonly parentOf = new WeakMap<ModelNode, BlockNode>();

  constructor(
    private readonly analyses: Analyses,
    private readonly memento: vscode.Memento,
  ) {
    const remembered = memento.get<LayerSort>(SORT_KEY);
    this.sort = LAYER_SORTS.find((one) => one === remembered) ?? "order";
    this.view = vscode.window.createTreeView("modelBudget.layers", { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions = [
      this.changed,
      this.view,
      followCursor(analyses, this.view, (line) => void this.follow(line)),
      analyses.onDidChangeCurrent(() => this.refresh()),
      vscode.commands.registerCommand("modelBudget.layers.sort", () => this.pickSort()),
      vscode.commands.registerCommand("modelBudget.layers.filter", () => this.askFilter()),
      vscode.commands.registerCommand("modelBudget.layers.clearFilter", () => this.setFilter("")),
    ];
    this.refresh();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Sorts the layers of every model from now on. */
  setSort(sort: LayerSort): void {
    this.sort = sort;
    void this.memento.update(SORT_KEY, sort);
    this.refresh();
  }

  /** Shows only layers whose name, type or block has all words of the filter. */
  setFilter(filter: string): void {
    this.filter = filter;
    void vscode.commands.executeCommand("setContext", FILTER_CONTEXT, filter.trim() !== "");
    this.refresh();
  }

  getChildren(node?: Node): Node[] {
    if (!node) return this.roots;
    return node.kind === "layer" ? [] : node.children;
  }

  getParent(node: Node): Node | undefined {
    if (node.kind === "model") return undefined;
    return this.parentOf.get(node) ?? this.rootOf.get(node);
  }

  /** What is selected in the view. */
  get selection(): readonly Node[] {
    return this.view.selection;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === "model") return this.modelItem(node);
    const root = this.rootOf.get(node);
    const prefix = root ? `${root.index} ` : "";
    const item = node.kind === "block" ? this.blockItem(node) : layerItem(node);
    item.id = `${prefix}${node.id}${this.filter === "" ? "" : ` ${this.filter}`}`;
    item.description = this.describe(node.numbers);
    const decoration = decorationUri(node.state, item.id);
    if (decoration) item.resourceUri = decoration;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const root = node.kind === "model" ? node : this.rootOf.get(node);
    if (root && node.kind !== "model") item.tooltip = tooltipOf(node, root.report);
    return item;
  }

  private modelItem({ report, index, children }: RootNode): vscode.TreeItem {
    const current = this.analyses.current;
    const isOpen = current?.index === index || this.roots.length === 1 || this.filter.trim() !== "";
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(report.entry, children.length === 0 ? None : isOpen ? Expanded : Collapsed);
    item.id = `${index} ${report.file} ${report.entry} ${this.filter}`;
    item.contextValue = "model";
    item.iconPath = new vscode.ThemeIcon("circuit-board");
    item.description =
      report.status === "error"
        ? vscode.l10n.t("cannot be made")
        : this.describe({
            macs: report.macs,
            params: report.params.total,
            ramBytes: report.deployment?.ramBytes.total,
            latencyMs: report.deployment ? (timeOf(report.deployment) ?? undefined) : undefined,
            ...(report.deployment?.measured && { isMeasured: true }),
          });
    item.tooltip = report.error ?? report.unknowns.map(({ reason }) => reason).join("\n");
    if (item.tooltip === "") item.tooltip = report.entry;
    if (report.place) item.command = goCommand(report.place);
    return item;
  }

  private blockItem({ label, layers, state }: BlockNode): vscode.TreeItem {
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, this.filter.trim() === "" ? Collapsed : Expanded);
    item.iconPath = new vscode.ThemeIcon("symbol-namespace");
    item.contextValue = "block";
    item.accessibilityInformation = {
      label: `${label}, ${vscode.l10n.t("{0} layers", layers)}${stateText(state)}`,
    };
    return item;
  }

  /** The numbers in a row, the one sorted by first. */
  private describe({ macs, params, ramBytes, latencyMs, isMeasured }: NodeNumbers): string {
    const parts: [LayerSort, string][] = [];
    if (macs !== 0) parts.push(["macs", vscode.l10n.t("{0} MACs", formatCount(macs))]);
    if (typeof ramBytes === "number") parts.push(["ram", vscode.l10n.t("{0} RAM", formatBytes(ramBytes))]);
    if (typeof latencyMs === "number") parts.push(["latency", `${isMeasured ? "" : "≈ "}${formatMs(latencyMs)}`]);
    if (params !== 0 && (this.sort === "params" || macs === 0 || params === null))
      parts.push(["params", vscode.l10n.t("{0} params", formatCount(params))]);
    const first = parts.filter(([key]) => key === this.sort);
    return [...first, ...parts.filter(([key]) => key !== this.sort)].map(([, text]) => text).join(" · ");
  }

  private refresh(): void {
    const reports = this.analyses.currentFile?.analysis.reports ?? [];
    this.roots = reports.map((report, index) => {
      const children = modelNodes(report, { sort: this.sort, filter: this.filter });
      return { kind: "model", report, index, children };
    });
    for (const root of this.roots) this.own(root.children, root);
    if (this.filter.trim() !== "") this.roots = this.roots.filter(({ children }) => children.length > 0);
    const shown = this.roots.reduce((sum, { children }) => sum + countLayers(children), 0);
    const all = reports.reduce((sum, { layers }) => sum + layers.length, 0);
    this.view.message =
      this.filter.trim() === "" || reports.length === 0
        ? undefined
        : vscode.l10n.t("“{0}”: {1} of {2} layers", this.filter.trim(), shown, all);
    this.view.description =
      this.sort === "order" || reports.length === 0 ? undefined : vscode.l10n.t("by {0}", sortName(this.sort));
    this.changed.fire(undefined);
  }

  private own(nodes: readonly ModelNode[], root: RootNode): void {
    for (const node of nodes) {
      this.rootOf.set(node, root);
      if (node.kind !== "block") continue;
      for (const child of node.children) this.parentOf.set(child, node);
      this.own(node.children, root);
    }
  }

  /** Selects the row of a line of the file (from 1), if it has one. */
  private async follow(line: number): Promise<void> {
    const { current } = this.analyses;
    const root = this.roots.find(({ index }) => index === current?.index);
    if (!current || !root) return;
    const [selected] = this.selection;
    // The tree may have been made again since it was selected.
    const isSame = selected && selected.kind !== "model" && this.rootOf.get(selected)?.index === root.index;
    const kept = isSame ? nodeWithId(root.children, selected.id) : undefined;
    const node = nodeAt(root.children, current.shown.analysis.file, line, kept);
    if (node && node !== kept) await this.view.reveal(node, { select: true, focus: false });
  }

  private async pickSort(): Promise<void> {
    const items = LAYER_SORTS.map((sort) => ({
      label: sortName(sort),
      description: sort === this.sort ? vscode.l10n.t("current") : "",
      sort,
    }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Sort layers by") });
    if (picked) this.setSort(picked.sort);
  }

  private async askFilter(): Promise<void> {
    const before = this.filter;
    const box = vscode.window.createInputBox();
    box.title = vscode.l10n.t("Filter Layers");
    box.placeholder = vscode.l10n.t("Words of a name, a type or a block, such as conv");
    box.value = before;
    let accepted = false;
    box.onDidChangeValue((value) => this.setFilter(value));
    box.onDidAccept(() => {
      accepted = true;
      box.hide();
    });
    box.onDidHide(() => {
      if (!accepted) this.setFilter(before);
      box.dispose();
    });
    box.show();
  }
}

function sortName(sort: LayerSort): string {
  switch (sort) {
    case "order":
      return vscode.l10n.t("order in the model");
    case "macs":
      return vscode.l10n.t("MACs");
    case "ram":
      return vscode.l10n.t("RAM in use");
    case "params":
      return vscode.l10n.t("parameters");
    case "latency":
      return vscode.l10n.t("latency");
  }
}

function stateText(state: NodeState): string {
  switch (state) {
    case "over":
      return `, ${vscode.l10n.t("more RAM than there is")}`;
    case "peak":
      return `, ${vscode.l10n.t("RAM is fullest here")}`;
    case "unknown":
      return `, ${vscode.l10n.t("cost not known")}`;
    case "plain":
      return "";
  }
}

const ICONS: Readonly<Record<NodeState, vscode.ThemeIcon>> = {
  over: new vscode.ThemeIcon("error", new vscode.ThemeColor("modelBudget.overBudgetForeground")),
  peak: new vscode.ThemeIcon("flame", new vscode.ThemeColor("modelBudget.peakForeground")),
  unknown: new vscode.ThemeIcon("question"),
  plain: new vscode.ThemeIcon("symbol-field"),
};

function layerItem({ label, row, state }: LayerNode): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.iconPath = ICONS[state];
  item.contextValue = "layer";
  item.accessibilityInformation = { label: `${label}, ${row.type}${stateText(state)}` };
  const [place] = row.stack;
  if (place) item.command = goCommand(place);
  return item;
}

function goCommand(place: Place): vscode.Command {
  return { command: GO_COMMAND, title: vscode.l10n.t("Go to Source"), arguments: [place] };
}

function tooltipOf(node: BlockNode | LayerNode, report: Report): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const row = node.kind === "layer" ? node.row : undefined;
  text.appendMarkdown("**").appendText(node.label).appendMarkdown("**");
  if (row) text.appendText(` ${row.type}`).appendMarkdown(row.calls > 1 ? ` ×${row.calls}` : "");
  text.appendMarkdown("\n\n");
  const { macs, params, ramBytes, latencyMs } = node.numbers;
  const facts: [string, string][] = [];
  if (row) facts.push([vscode.l10n.t("Output"), formatFullShape(row.runShape)]);
  if (macs !== 0) facts.push([vscode.l10n.t("MACs"), exact(macs, report.macs)]);
  if (row?.formula && row.formula.length <= 3) facts.push(["", `${formulaNumbers(row.formula)}`]);
  if (params !== 0) facts.push([vscode.l10n.t("Parameters"), exact(params, report.params.total)]);
  facts.push(...boardFacts(node.numbers, report.deployment));
  text.appendMarkdown("| | |\n| :-- | --: |\n");
  for (const [name, value] of facts) text.appendMarkdown(`| ${name} | `).appendText(value).appendMarkdown(" |\n");
  const note = stateText(node.state).slice(2);
  if (note !== "") text.appendMarkdown("\n").appendText(`${note[0]?.toUpperCase() ?? ""}${note.slice(1)}.`);
  if (row && ramBytes === undefined && latencyMs === undefined && report.deployment?.operators.length)
    text
      .appendMarkdown("\n")
      .appendText(vscode.l10n.t("No operator of its own on the board: it is part of another one, or not executed."));
  return text;
}

function exact(value: number | null, total: number | null): string {
  if (value === null) return vscode.l10n.t("not known");
  const share = formatShare(value, total);
  return `${value.toLocaleString("en")}${share === "?" ? "" : ` (${share})`}`;
}

function boardFacts(
  { ramBytes, latencyMs, isMeasured }: NodeNumbers,
  deployment: Deployment | undefined,
): [string, string][] {
  const facts: [string, string][] = [];
  if (!deployment) return facts;
  const { limits } = deployment;
  if (typeof ramBytes === "number") {
    const share = formatShare(ramBytes, limits.ramBytes);
    facts.push([
      vscode.l10n.t("RAM in use while it runs"),
      `${formatBytes(ramBytes)}${share === "?" ? "" : ` (${vscode.l10n.t("{0} of the board's", share)})`}`,
    ]);
  }
  if (typeof latencyMs === "number") {
    const share = formatShare(latencyMs, isMeasured ? timeOf(deployment) : (deployment.latencyMs?.mid ?? null));
    facts.push([
      vscode.l10n.t("Latency"),
      `${isMeasured ? "" : "≈ "}${formatMs(latencyMs)}${share === "?" ? "" : ` (${share})`}`,
    ]);
  }
  return facts;
}
