// "Fit to Board": the search runs in the server under a notification that can cancel it; its variants are a list to choose from,
// and the one that is chosen is shown as a preview before anything is changed.
import * as vscode from "vscode";
import { WorkDoneProgress } from "vscode-languageclient";
import { formatBytes, formatCount, formatMs, formatShare } from "../core/report/format";
import { changesText } from "../core/report/fit-text";
import type { FitVariant } from "../core/report/fit";
import { FIT_REQUEST, type FitAnswer, type FitParams, type ModelRef } from "../server/protocol";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";

interface VariantItem extends vscode.QuickPickItem {
  index: number;
}

/** Registers the command; its argument is a ModelRef, without one it is about the model under the cursor. */
export function registerFit(server: ServerHandle, analyses: Analyses): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.fit", async (ref?: ModelRef) => {
    const model = modelOf(ref, analyses);
    if (!model) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("There is no model to fit: open a file with one and put the cursor into it."),
      );
      return;
    }
    const answer = await search(server, model);
    if (answer) await offer(server, model.uri, answer);
  });
}

function modelOf(ref: ModelRef | undefined, analyses: Analyses): { uri: string; entry: string } | undefined {
  const current = analyses.current;
  if (!ref) return current && { uri: current.uri.toString(), entry: current.report.entry };
  const report = analyses.of(vscode.Uri.parse(ref.uri))?.analysis.reports[ref.index];
  return report && { uri: ref.uri, entry: report.entry };
}

let searches = 0;

/** The answer of the server; undefined when the search was cancelled or could not be made. */
async function search(server: ServerHandle, model: { uri: string; entry: string }): Promise<FitAnswer | undefined> {
  const location = vscode.ProgressLocation.Notification;
  const title = vscode.l10n.t("Fitting {0}", model.entry);
  const answer = await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const workDoneToken = `fit-${++searches}`;
    let shown = 0;
    const listener = server.client?.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind !== "report") return;
      const { message = "", percentage = shown } = value;
      progress.report({ message, increment: percentage - shown });
      shown = percentage;
    });
    try {
      const found = await server.request<FitAnswer | null>(
        FIT_REQUEST,
        { ...model, workDoneToken } satisfies FitParams,
        token,
      );
      return token.isCancellationRequested ? "cancelled" : found;
    } finally {
      listener?.dispose();
    }
  });
  if (answer === "cancelled") return undefined;
  if (!answer) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        "{0} could not be fitted: the file was edited meanwhile, or the server does not answer.",
        model.entry,
      ),
    );
    return undefined;
  }
  return answer;
}

/** Numbers of a variant in one line. */
function numbersOf({ receipt: { after }, macsKept }: FitVariant): { description: string; detail: string } {
  const { macs, params, ramBytes, flashBytes, latencyMs } = after;
  return {
    description: vscode.l10n.t("{0} of the MACs kept", formatShare(macsKept, 1)),
    detail: [
      vscode.l10n.t("{0} MACs", formatCount(macs)),
      vscode.l10n.t("{0} parameters", formatCount(params)),
      vscode.l10n.t("RAM {0}", formatBytes(ramBytes)),
      vscode.l10n.t("flash {0}", formatBytes(flashBytes)),
      ...(latencyMs === null ? [] : [formatMs(latencyMs)]),
    ].join(" · "),
  };
}

/** Lets the user choose among what was found, or says why there is nothing. */
async function offer(server: ServerHandle, uri: string, answer: FitAnswer): Promise<void> {
  const { result, summary } = answer;
  if (result.outcome !== "found") {
    void vscode.window.showWarningMessage(summary);
    return;
  }
  if (result.variants.every(({ edits }) => edits.length === 0)) {
    void vscode.window.showInformationMessage(summary);
    return;
  }
  const items = result.variants.map(
    (variant, index): VariantItem => ({ index, label: changesText(variant), ...numbersOf(variant) }),
  );
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("{0} on {1}: {2} variants fit", result.entry, result.boardName, result.variants.length),
    placeHolder: vscode.l10n.t("Choose a variant; its changes are shown before they are made"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  const variant = chosen && result.variants[chosen.index];
  if (!variant) return;
  if (variant.edits.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("The source stays as it is; what changes is how it is deployed: {0}.", changesText(variant)),
    );
    return;
  }
  await apply(server, uri, answer, chosen.index);
}

/** Makes the edit; its annotations have the editor show it first. */
async function apply(server: ServerHandle, uri: string, answer: FitAnswer, index: number): Promise<void> {
  const edit = answer.edits[index];
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
  if (!edit || !server.client || document?.version !== answer.version) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("The file has changed since the search; run Fit to Board again."),
    );
    return;
  }
  const converted = await server.client.protocol2CodeConverter.asWorkspaceEdit(edit);
  await vscode.workspace.applyEdit(converted, { isRefactoring: true });
}
