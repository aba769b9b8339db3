// The Suggestions view: what the rules say about the file last looked at, with what each fix saves and a button that applies it.
import * as vscode from "vscode";
import type { Finding, Level, OfferedFix } from "../core/report/finding";
import { receiptText } from "../core/report/receipt";
import type { ShownAnalysis, ShownFindings } from "../server/protocol";
import type { Analyses } from "./analyses";
import { applyEdits } from "./apply-edits";
import { notebookAt } from "./cells";
import { GO_COMMAND, type Place } from "./reveal";
import {
  type FindingNode,
  type FixNode,
  type RuleNode,
  sameFix,
  type SuggestionNode,
  suggestionNodes,
} from "./suggestion-nodes";

/** Fresh findings are waited for this long after the text has changed. */
const WAIT_MS = 15_000;
/** True when a file was looked at and advice about it is there: tells "nothing to say" from "not yet". */
const ADVISED_CONTEXT = "modelBudget.isAdvised";

const ICONS: Readonly<Record<Level, vscode.ThemeIcon>> = {
  error: new vscode.ThemeIcon("error", new vscode.ThemeColor("problemsErrorIcon.foreground")),
  warning: new vscode.ThemeIcon("warning", new vscode.ThemeColor("problemsWarningIcon.foreground")),
  information: new vscode.ThemeIcon("info", new vscode.ThemeColor("problemsInfoIcon.foreground")),
  hint: new vscode.ThemeIcon("lightbulb"),
};

export class SuggestionsTree implements vscode.TreeDataProvider<SuggestionNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<SuggestionNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<SuggestionNode>;
  private readonly subscriptions: vscode.Disposable[];
  private shown: ShownAnalysis | undefined;

  constructor(private readonly analyses: Analyses) {
    this.view = vscode.window.createTreeView("modelBudget.suggestions", { treeDataProvider: this });
    this.subscriptions = [
      this.changed,
      this.view,
      analyses.onDidChangeCurrent(() => this.refresh()),
      vscode.commands.registerCommand("modelBudget.suggestions.apply", (node?: FindingNode | FixNode) =>
        node?.fix ? this.apply(node.finding, node.fix) : undefined,
      ),
      vscode.commands.registerCommand("modelBudget.suggestions.applyAll", (node?: RuleNode) =>
        node ? this.applyAll(node) : undefined,
      ),
    ];
    this.refresh();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  getChildren(node?: SuggestionNode): SuggestionNode[] {
    if (!node) return suggestionNodes(this.shown?.findings ?? { findings: [], combined: [] });
    return node.kind === "fix" ? [] : node.children;
  }

  getTreeItem(node: SuggestionNode): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    switch (node.kind) {
      case "entry": {
        const item = new vscode.TreeItem(node.entry, Expanded);
        item.iconPath = new vscode.ThemeIcon("circuit-board");
        return item;
      }
      case "rule": {
        const item = new vscode.TreeItem(ruleName(node.rule), Expanded);
        item.iconPath = ICONS[node.level];
        item.description = node.children.length > 1 ? String(node.children.length) : "";
        item.tooltip = node.rule;
        item.contextValue = node.fixAll ? "fixableRule" : "rule";
        if (node.fixAll) {
          item.tooltip = new vscode.MarkdownString().appendText(node.fixAll.title);
          for (const saving of receiptText(node.fixAll.receipt).split(", "))
            if (saving !== "") item.tooltip.appendMarkdown("\n- ").appendText(saving);
        }
        return item;
      }
      case "finding":
        return findingItem(node, node.children.length > 0 ? Collapsed : None);
      case "fix": {
        const item = new vscode.TreeItem(node.fix.title, None);
        item.description = firstSaving(node.fix);
        item.tooltip = tooltipOf(node.finding, node.fix);
        item.iconPath = new vscode.ThemeIcon("lightbulb");
        item.contextValue = "fix";
        item.command = goCommand(node.finding);
        return item;
      }
    }
  }

  /** Applies a fix to the text it was made for; when the text has changed since, the same fix of fresh findings. */
  async apply(finding: Finding, fix: OfferedFix): Promise<void> {
    const fresh = await this.freshFindings();
    const same = fresh && sameFix(finding, fix, fresh.findings);
    if (!same || !(await applyEdits(same.edits, fix.title))) this.refuse(fix);
  }

  /** Shows what all fixes of a rule in its model change together, and makes it when that is wanted. */
  async applyAll({ entry, rule, fixAll }: RuleNode): Promise<void> {
    const fresh = await this.freshFindings();
    const same = fresh?.combined.find((one) => one.entry === entry && one.rule === rule);
    if (same) await applyEdits(same.edits, same.title, { asks: true });
    else if (fixAll) this.refuse(fixAll);
  }

  private refuse({ title }: OfferedFix): void {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("The code has changed, and “{0}” is not offered any more.", title),
    );
  }

  /** The findings of the file as its text is now; undefined when they do not come. */
  private async freshFindings(): Promise<ShownFindings | undefined> {
    const { shown } = this;
    if (!shown) return undefined;
    const uri = vscode.Uri.parse(shown.uri);
    if (!notebookAt(uri)) await vscode.workspace.openTextDocument(uri);
    const isFresh = () => this.analyses.isOfNewest(uri, this.analyses.of(uri)?.findings?.version);
    if (!isFresh()) await this.advised(uri, isFresh);
    return isFresh() ? (this.analyses.of(uri)?.findings ?? undefined) : undefined;
  }

  /** Waits until the findings of a file are those of its text. */
  private advised(uri: vscode.Uri, isFresh: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(), WAIT_MS);
      const subscription = this.analyses.onDidChange((changed) => {
        if (changed.toString() === uri.toString() && isFresh()) done();
      });
      const done = () => {
        clearTimeout(timer);
        subscription.dispose();
        resolve();
      };
    });
  }

  private refresh(): void {
    const shown = this.analyses.currentFile;
    // Between two findings of a file the old ones stay: rows do not blink while someone types.
    const old = this.shown?.uri === shown?.uri ? this.shown?.findings : null;
    const next = shown && { ...shown, findings: shown.findings ?? old ?? null };
    const isSame = next?.uri === this.shown?.uri && next?.findings === this.shown?.findings;
    this.shown = next;
    const found = next?.findings?.findings ?? [];
    const isAdvised = Boolean(next?.findings) && (next?.analysis.reports.length ?? 0) > 0;
    void vscode.commands.executeCommand("setContext", ADVISED_CONTEXT, isAdvised);
    this.view.badge =
      found.some(({ level }) => level === "error" || level === "warning") && isAdvised
        ? {
            value: found.filter(({ level }) => level === "error" || level === "warning").length,
            tooltip: vscode.l10n.t("Budgets that are broken and other problems of the models"),
          }
        : undefined;
    if (!isSame) this.changed.fire(undefined);
  }
}

/** `standard-conv-could-be-separable` as words. */
function ruleName(rule: string): string {
  const words = rule.replaceAll("-", " ");
  return `${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`;
}

/** The first quantity a fix saves; the tooltip has all. */
function firstSaving(fix: OfferedFix): string {
  return receiptText(fix.receipt).split(", ")[0] ?? "";
}

function goCommand({ file, line, column }: Finding): vscode.Command {
  const place: Place = { file, line: line ?? 1, ...(column !== null && { column }) };
  return { command: GO_COMMAND, title: vscode.l10n.t("Go to Source"), arguments: [place] };
}

function findingItem({ finding, fix }: FindingNode, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const line = finding.line === null ? vscode.l10n.t("The file") : vscode.l10n.t("Line {0}", finding.line);
  const item = new vscode.TreeItem(line, state);
  // The model is named above the row.
  const { entry, message } = finding;
  const said = message.startsWith(`${entry} `) ? message.slice(entry.length + 1) : message;
  item.description = fix ? firstSaving(fix) || fix.title : said;
  item.tooltip = tooltipOf(finding, fix);
  item.iconPath = new vscode.ThemeIcon(fix ? "lightbulb" : "note");
  item.contextValue = fix ? "fixable" : "finding";
  item.command = goCommand(finding);
  item.accessibilityInformation = {
    label: [line, fix?.title, fix ? receiptText(fix.receipt) : "", finding.message].filter(Boolean).join(". "),
  };
  return item;
}

function tooltipOf(finding: Finding, fix: OfferedFix | undefined): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(finding.message);
  if (!fix) return text;
  text.appendMarkdown("\n\n**").appendText(fix.title).appendMarkdown("**\n");
  for (const saving of receiptText(fix.receipt).split(", "))
    if (saving !== "") text.appendMarkdown("\n- ").appendText(saving);
  return text;
}
