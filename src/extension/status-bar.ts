// The status bar: for which board the model under the cursor is judged, and the verdict. A click picks another target.
import * as vscode from "vscode";
import type { Deployment } from "../core/report/deployment";
import { formatBytes, formatCount, formatMs } from "../core/report/format";
import { measuredFrom, timeText } from "../core/report/time-text";
import type { Known, Report } from "../core/report/report";
import type { Analyses } from "./analyses";
import { onSettingsChanged, settingsOf } from "./settings";
import { timeWords } from "./time-words";

/** Right of what belongs to the file, left of the notifications. */
const PRIORITY = 90;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    "modelBudget.target",
    vscode.StatusBarAlignment.Right,
    PRIORITY,
  );
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly analyses: Analyses) {
    this.item.name = vscode.l10n.t("Model Budget: target and verdict");
    this.item.command = "modelBudget.pickTarget";
    this.subscriptions = [
      this.item,
      analyses.onDidChangeCurrent(() => this.update()),
      onSettingsChanged(() => this.update()),
    ];
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { current, currentFile } = this.analyses;
    if (!current || !currentFile || !settingsOf(current.uri).statusBar) {
      this.item.hide();
      return;
    }
    const { report } = current;
    const problem = currentFile.analysis.targetProblem;
    const { text, label } = statusOf(report, problem);
    this.item.text = text;
    this.item.tooltip = tooltip(report, problem);
    this.item.accessibilityInformation = { label, role: "button" };
    this.item.show();
  }
}

function statusOf({ deployment, entry }: Report, problem: string | undefined): { text: string; label: string } {
  if (!deployment) {
    const label = problem ?? vscode.l10n.t("{0} could not be judged", entry);
    const text = problem === undefined ? vscode.l10n.t("no verdict") : vscode.l10n.t("unknown target");
    return { text: `$(question) ${text}`, label };
  }
  const { icon, words } = verdictOf(deployment);
  return { text: `$(${icon}) ${words}`, label: vscode.l10n.t("{0} {1}. Pick another target.", entry, words) };
}

/** The verdict in words and as an icon; never the one without the other. */
export function verdictOf({ verdict, boardName }: Pick<Deployment, "verdict" | "boardName">): {
  icon: string;
  words: string;
} {
  if (verdict === "fits") return { icon: "pass", words: vscode.l10n.t("fits {0}", boardName) };
  if (verdict === "does-not-fit") return { icon: "error", words: vscode.l10n.t("does not fit {0}", boardName) };
  return { icon: "question", words: vscode.l10n.t("cannot say if it fits {0}", boardName) };
}

function tooltip({ deployment, entry, macs, params }: Report, problem: string | undefined): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (value: string) => text.appendText(value).appendMarkdown("\n\n");
  line(entry);
  if (problem !== undefined) line(problem);
  if (deployment) {
    const { boardName, runtimeName, dtype, ramBytes, flashBytes, limits, latencyMs, measured, reasons } = deployment;
    line(`${boardName} · ${runtimeName} · ${dtype}`);
    line(vscode.l10n.t("RAM {0}", of(ramBytes.total, limits.ramBytes)));
    line(vscode.l10n.t("Flash {0}", of(flashBytes.total, limits.flashBytes)));
    if (measured) {
      line(vscode.l10n.t("Time {0}, from {1}", timeText(deployment, timeWords()) ?? "?", measuredFrom(measured)));
    } else if (latencyMs) {
      line(
        vscode.l10n.t(
          "Time {0}, between {1} and {2}",
          formatMs(latencyMs.mid),
          formatMs(latencyMs.low),
          formatMs(latencyMs.high),
        ),
      );
    }
    for (const reason of reasons.slice(0, 3)) line(reason);
  }
  line(vscode.l10n.t("{0} MACs, {1} parameters", formatCount(macs), formatCount(params.total)));
  line(vscode.l10n.t("Click to pick another target."));
  return text;
}

function of(used: Known, limit: Known): string {
  return limit === null ? formatBytes(used) : vscode.l10n.t("{0} of {1}", formatBytes(used), formatBytes(limit));
}
