// "Benchmark Model": one panel that runs the model under the cursor. Here is what it needs from the editor and the server; what it
// does is in src/webview/benchmark.
import * as vscode from "vscode";
import type { PlanAnswer } from "../core/9-benchmark/plan";
import { BENCHMARK_REQUEST, type BenchmarkParams, type ModelRef } from "../server/protocol";
import type { Subject, ToExtension, ToPage } from "../webview/benchmark/messages";
import type { Result } from "../webview/benchmark/result";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";
import { modelOf, refOf } from "./models";
import { pageHtml, webviewRoot } from "./page";
import { goTo } from "./reveal";

/** Results that are kept for each model. */
const KEPT = 10;

export class Benchmark implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private subject: Subject | undefined;
  private board: string | undefined;
  /** The answer for the page that is being opened: asked for while the page loads. */
  private first: Promise<PlanAnswer | null> | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: ServerHandle,
    private readonly analyses: Analyses,
  ) {
    this.subscription = vscode.commands.registerCommand("modelBudget.benchmark", (ref?: ModelRef) => this.show(ref));
  }

  dispose(): void {
    this.panel?.dispose();
    this.subscription.dispose();
  }

  /** Opens the panel on a model, the one under the cursor unless a lens names one, and starts a run. */
  async show(ref?: ModelRef): Promise<void> {
    const subject = this.subjectOf(ref);
    if (!subject) {
      const { nothingFound } = this.analyses.currentFile?.analysis ?? {};
      void vscode.window.showInformationMessage(
        nothingFound ?? vscode.l10n.t("There is no model under the cursor: open a file that defines one."),
      );
      return;
    }
    this.subject = subject;
    this.board = undefined;
    if (this.panel) {
      this.panel.reveal();
      await this.sendModel();
      return;
    }
    this.first = this.ask();
    this.open();
  }

  private subjectOf(ref: ModelRef | undefined): Subject | undefined {
    const model = modelOf(this.analyses, ref);
    if (!model) return undefined;
    const { path } = model.uri;
    return { ...refOf(model), entry: model.report.entry, fileName: path.slice(path.lastIndexOf("/") + 1) };
  }

  private open(): void {
    const { extensionUri } = this.context;
    const panel = vscode.window.createWebviewPanel(
      "modelBudget.benchmark",
      vscode.l10n.t("Benchmark"),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [webviewRoot(extensionUri)] },
    );
    this.panel = panel;
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    panel.webview.onDidReceiveMessage((message: ToExtension) => this.receive(message));
    panel.webview.html = pageHtml(panel.webview, extensionUri, {
      name: "benchmark",
      title: vscode.l10n.t("Benchmark"),
      runsWasm: true,
    });
  }

  private post(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }

  private async receive(message: ToExtension): Promise<void> {
    switch (message.type) {
      case "ready":
      case "reload":
        await this.sendModel();
        break;
      case "go":
        await goTo(message.place);
        break;
      case "board": {
        this.board = message.board;
        const answer = await this.ask();
        if (answer) this.post({ type: "board", answer });
        break;
      }
      case "set-input":
        await vscode.commands.executeCommand("modelBudget.setInputShape", this.subject);
        break;
      case "done":
        await this.keep(message.result);
        break;
      case "save":
        await save(message.name, message.content);
        break;
    }
  }

  private async ask(): Promise<PlanAnswer | null> {
    const { subject, board } = this;
    if (!subject) return null;
    const params: BenchmarkParams = {
      uri: subject.uri,
      index: subject.index,
      ...(board === undefined ? {} : { board }),
    };
    return (await this.server.request<PlanAnswer | null>(BENCHMARK_REQUEST, params)) ?? null;
  }

  private async sendModel(): Promise<void> {
    const { subject, first } = this;
    this.first = undefined;
    const answer = await (first ?? this.ask());
    if (subject && answer) this.post({ type: "model", subject, answer, history: this.history(subject) });
    else this.post({ type: "nothing", reason: vscode.l10n.t("The language server does not answer; see its output.") });
  }

  private keyOf({ uri, index }: Subject): string {
    return `benchmark ${uri}#${index}`;
  }

  private history(subject: Subject): Result[] {
    return this.context.workspaceState.get<Result[]>(this.keyOf(subject)) ?? [];
  }

  private async keep(result: Result): Promise<void> {
    if (!this.subject) return;
    await this.context.workspaceState.update(
      this.keyOf(this.subject),
      [result, ...this.history(this.subject)].slice(0, KEPT),
    );
  }
}

/** Asks where, then writes a file. */
async function save(name: string, content: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {});
  if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(content));
}
