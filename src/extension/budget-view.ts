// The Budget view: a page that shows the model under the cursor. Here is what it needs from the editor and the server; what it
// draws is in src/webview/budget.
import * as vscode from "vscode";
import { budgetModelOf } from "../core/report/budget-model";
import type { Timeline } from "../core/report/deployment";
import type { Levers, WhatIfAnswer, WhatIfSettings } from "../core/report/what-if";
import {
  LEVERS_REQUEST,
  type ModelRef,
  TIMELINE_REQUEST,
  WHAT_IF_REQUEST,
  type WhatIfParams,
} from "../server/protocol";
import type { BudgetState, ToExtension, ToPage } from "../webview/budget/messages";
import type { Analyses, CurrentModel } from "./analyses";
import { applyEdits } from "./apply-edits";
import type { ServerHandle } from "./client";
import { refOf } from "./models";
import { pageHtml, webviewRoot } from "./page";
import { goTo } from "./reveal";

const VIEW = "modelBudget.budget";
/** Levers are looked for when nothing has changed for so long: it takes several analyses. */
const REST_MS = 500;

/** Languages that may hold a model, for the state while one is read. */
const LANGUAGES = /^(python|typescript|javascript|typescriptreact|javascriptreact|html|vue|svelte)$/;

export class BudgetView implements vscode.WebviewViewProvider, vscode.Disposable {
  private view: vscode.WebviewView | undefined;
  private readonly subscriptions: vscode.Disposable[];
  /** What the page shows; answers to older questions are dropped. */
  private key = "";
  private model: CurrentModel | undefined;
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  /** The last settings asked for while an earlier question was on its way. */
  private next: WhatIfSettings | undefined;
  private isAsking = false;
  private commands: ReadonlySet<string> = new Set();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly server: ServerHandle,
    private readonly analyses: Analyses,
  ) {
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(VIEW, this),
      analyses.onDidChangeCurrent(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      vscode.commands.registerCommand("modelBudget.showBudget", (model?: ModelRef) => this.show(model)),
    ];
  }

  dispose(): void {
    clearTimeout(this.restTimer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    this.view = view;
    this.commands = new Set(await vscode.commands.getCommands(true));
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(this.extensionUri)] };
    webview.onDidReceiveMessage((message: ToExtension) => this.receive(message));
    view.onDidChangeVisibility(() => this.update(true));
    view.onDidDispose(() => {
      this.view = undefined;
    });
    webview.html = pageHtml(webview, this.extensionUri, { name: "budget", title: vscode.l10n.t("Budget") });
  }

  /** Brings the view to the front, with the model of a lens when one is given. */
  async show(model?: ModelRef): Promise<void> {
    const shown = model && this.analyses.of(vscode.Uri.parse(model.uri));
    const place = model && shown?.analysis.reports[model.index]?.place;
    if (place) await goTo(place, { keepFocus: true });
    await vscode.commands.executeCommand(`${VIEW}.focus`);
  }

  private async receive(message: ToExtension): Promise<void> {
    switch (message.type) {
      case "ready":
        this.update(true);
        break;
      case "go":
        await goTo(message.place);
        break;
      case "try":
        if (message.key === this.key) await this.ask(message.settings);
        break;
      case "apply":
        await this.apply(message.settings);
        break;
      case "run":
        await this.run(message.command);
        break;
    }
  }

  private async run(command: Extract<ToExtension, { type: "run" }>["command"]): Promise<void> {
    const ref = this.model && refOf(this.model);
    if (command === "open-example") await vscode.commands.executeCommand("modelBudget.openExample");
    else if (command === "open-file") await vscode.commands.executeCommand("workbench.action.files.openFile");
    else if (command === "pick-target") await vscode.commands.executeCommand("modelBudget.pickTarget", ref);
    else if (command === "fit") await vscode.commands.executeCommand("modelBudget.fit", ref);
    else await vscode.commands.executeCommand("modelBudget.setInputShape", ref);
  }

  private stateOf(current: CurrentModel | undefined): BudgetState {
    if (current) {
      const { uri, index, report, shown } = current;
      const id = `${uri.toString()}#${index}`;
      return { kind: "model", key: `${id}@${shown.version}`, id, model: budgetModelOf(report) };
    }
    const file = this.analyses.currentFile;
    if (file) {
      const { analysis } = file;
      return {
        kind: "no-model",
        file: analysis.file,
        reason: analysis.nothingFound ?? vscode.l10n.t("nothing in the file is a model"),
      };
    }
    const document = vscode.window.activeTextEditor?.document;
    return document && LANGUAGES.test(document.languageId)
      ? { kind: "reading", file: document.uri.path }
      : { kind: "no-file" };
  }

  /** Shows what there is now; `isNew` when the page knows nothing yet. */
  private update(isNew = false): void {
    if (!this.view?.visible) return;
    const { current } = this.analyses;
    const state = this.stateOf(current);
    const key = state.kind === "model" ? `${state.key} ${JSON.stringify(state.model)}` : JSON.stringify(state);
    if (key === this.key && !isNew) return;
    this.key = key;
    this.model = current;
    this.next = undefined;
    this.view.description = state.kind === "model" ? undefined : "";
    this.post({
      type: "state",
      state: state.kind === "model" ? { ...state, key } : state,
      canPickTarget: this.commands.has("modelBudget.pickTarget"),
      canSetInput: this.commands.has("modelBudget.setInputShape"),
      canFit: this.commands.has("modelBudget.fit"),
    });
    clearTimeout(this.restTimer);
    if (!current || current.report.status === "error") return;
    const ref = refOf(current);
    void this.answer<Timeline>(key, TIMELINE_REQUEST, ref).then((timeline) => {
      if (timeline !== undefined) this.post({ type: "timeline", key, timeline });
    });
    this.restTimer = setTimeout(() => {
      void this.answer<Levers>(key, LEVERS_REQUEST, ref).then((levers) => {
        if (levers) this.post({ type: "levers", key, levers });
      });
    }, REST_MS);
  }

  private post(message: ToPage): void {
    void this.view?.webview.postMessage(message);
  }

  /** An answer of the server; undefined when the page shows something else by then. */
  private async answer<Answer>(key: string, method: string, params: unknown): Promise<Answer | null | undefined> {
    const answer = await this.server.request<Answer | null>(method, params);
    return key === this.key ? answer : undefined;
  }

  /** Asks what would be; while an answer is on its way only the latest question waits. */
  private async ask(settings: WhatIfSettings): Promise<void> {
    this.next = settings;
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      while (this.next && this.model) {
        const asked: WhatIfSettings = this.next;
        this.next = undefined;
        const { key } = this;
        const params: WhatIfParams = { ...refOf(this.model), settings: asked };
        const answer = await this.answer<WhatIfAnswer>(key, WHAT_IF_REQUEST, params);
        if (!answer) continue;
        const outcome = "failure" in answer ? answer : { model: answer.model, timeline: answer.timeline };
        this.post({ type: "outcome", key, settings: asked, outcome });
      }
    } finally {
      this.isAsking = false;
    }
  }

  /** Writes settings into the code: worked out afresh for the text as it is, and only if it has not changed meanwhile. */
  private async apply(settings: WhatIfSettings): Promise<void> {
    const { model } = this;
    if (!model) return;
    const document = await vscode.workspace.openTextDocument(model.uri);
    const { version } = document;
    const params: WhatIfParams = { ...refOf(model), settings };
    const answer = await this.server.request<WhatIfAnswer | null>(WHAT_IF_REQUEST, params);
    const isApplied =
      answer &&
      "edits" in answer &&
      document.version === version &&
      (await applyEdits(answer.edits, vscode.l10n.t("Change the model")));
    if (!isApplied)
      void vscode.window.showInformationMessage(vscode.l10n.t("The code has changed meanwhile; nothing was applied."));
  }
}
