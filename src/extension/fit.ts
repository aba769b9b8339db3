// "Fit to Board": the search runs in the server under a notification that can cancel it; its variants are a list to choose from,
// and the one that is chosen is shown as a preview before anything is changed.
import * as vscode from "vscode";
import { WorkDoneProgress } from "vscode-languageclient";
import { formatBytes, formatCount, formatMs, formatShare } from "../core/report/format";
import { changesText } from "../core/report/fit-text";
import type { FitVariant } from "../core/report/fit";
import {
  FIT_REQUEST,
  type FitAnswer,
  type FitParams,
  type ModelRef,
  type TargetChoices,
  TARGETS_REQUEST,
} from "../server/protocol";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";
import { modelOf } from "./models";

interface VariantItem extends vscode.QuickPickItem {
  index: number;
}

interface Asked {
  uri: string;
  entry: string;
  /** Another board than the chosen one. */
  board?: string;
}

/** Registers the command; its argument is a ModelRef, without one it is about the model under the cursor. */
export function registerFit(server: ServerHandle, analyses: Analyses): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.fit", async (argument: unknown) => {
    const model = modelOf(analyses, argument);
    if (!model) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("There is no model to fit: open a file with one and put the cursor into it."),
      );
      return;
    }
    const { uri, index, report } = model;
    const asked: Asked = { uri: uri.toString(), entry: report.entry };
    for (;;) {
      const answer = await search(server, asked);
      if (!answer || (await offer(server, analyses, asked, answer)) !== "another board") return;
      const board = await pickBoard(server, { uri: asked.uri, index });
      if (board === undefined) return;
      asked.board = board;
    }
  });
}

/** A board of the list, with what the model costs there as it is. */
async function pickBoard(server: ServerHandle, model: ModelRef): Promise<string | undefined> {
  const items = server.request<TargetChoices | null>(TARGETS_REQUEST, model).then((choices) =>
    (choices?.boards ?? []).map(({ id, name, mcu, ramBytes, flashBytes, deployment }) => ({
      id,
      label: name,
      description: deployment?.verdict === "fits" ? vscode.l10n.t("fits as it is") : "",
      detail: [
        mcu,
        vscode.l10n.t("RAM {0}", formatBytes(ramBytes)),
        vscode.l10n.t("flash {0}", formatBytes(flashBytes)),
      ].join(" · "),
    })),
  );
  const placeHolder = vscode.l10n.t("The board the model shall fit");
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true, matchOnDetail: true }))?.id;
}

let searches = 0;

/** The answer of the server; undefined when the search was cancelled or could not be made. */
async function search(server: ServerHandle, model: Asked): Promise<FitAnswer | undefined> {
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
async function offer(
  server: ServerHandle,
  analyses: Analyses,
  { uri }: Asked,
  answer: FitAnswer,
): Promise<"another board" | undefined> {
  const { result, summary } = answer;
  const anotherBoard = vscode.l10n.t("Another Board…");
  if (result.variants.every(({ edits }) => edits.length === 0)) {
    const show = result.outcome === "found" ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    return (await show(summary, anotherBoard)) === anotherBoard ? "another board" : undefined;
  }
  const items: VariantItem[] = [
    ...result.variants.map((variant, index) => ({ index, label: changesText(variant), ...numbersOf(variant) })),
    { label: "", kind: vscode.QuickPickItemKind.Separator, index: -1 },
    { label: anotherBoard, index: -1 },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("{0} on {1}: {2} variants fit", result.entry, result.boardName, result.variants.length),
    placeHolder: vscode.l10n.t("Choose a variant; its changes are shown before they are made"),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return undefined;
  const variant = result.variants[chosen.index];
  if (!variant) return "another board";
  if (variant.edits.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("The source stays as it is; what changes is how it is deployed: {0}.", changesText(variant)),
    );
  } else await apply(server, analyses, uri, answer, chosen.index);
  return undefined;
}

/** Makes the edit; what is optional in it has the editor show it first. */
async function apply(
  server: ServerHandle,
  analyses: Analyses,
  uri: string,
  answer: FitAnswer,
  index: number,
): Promise<void> {
  const edit = answer.edits[index];
  // Of a notebook the server counts the versions.
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri);
  const version = document?.version ?? analyses.of(vscode.Uri.parse(uri))?.version;
  if (!edit || !server.client || version !== answer.version) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("The file has changed since the search; run Fit to Board again."),
    );
    return;
  }
  const converted = await server.client.protocol2CodeConverter.asWorkspaceEdit(edit);
  await vscode.workspace.applyEdit(converted, { isRefactoring: true });
}
