// "Benchmark Model": one panel that runs the model under the cursor. Here is what it needs from the editor and the server; what it
// does is in src/webview/benchmark.
import * as vscode from "vscode";
import type { PlanAnswer } from "../core/9-benchmark/plan";
import type { Report } from "../core/report/report";
import { BENCHMARK_REQUEST, type BenchmarkParams, type ModelRef } from "../server/protocol";
import type { Subject, ToExtension, ToPage } from "../webview/benchmark/messages";
import type { Analyses } from "./analyses";
import { BenchmarkChoices, type MadeRival } from "./benchmark-choices";
import { BenchmarkHistory } from "./benchmark-history";
import type { ServerHandle } from "./client";
import { askCalibration, forgetCalibration, storeCalibration } from "./calibrate";
import { isCell, servedSchemes } from "./documents";
import { modelOf, refOf } from "./models";
import { pageHtml, webviewRoot } from "./page";
import { goTo } from "./reveal";

/** What the panel shows, from one sending of a model to the next. */
interface Shown {
  subject: Subject;
  choices: BenchmarkChoices;
  /** True once the page wants to know what the model can be compared with. */
  wantsChoices: boolean;
  rival: MadeRival | undefined;
  answer: PlanAnswer | undefined;
  /** The answer for a page that is being opened: asked for while the page loads. */
  first: Promise<PlanAnswer | undefined> | undefined;
  isEdited: boolean;
}

export class Benchmark implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shown: Shown | undefined;
  private board: string | undefined;
  private watcher: vscode.Disposable | undefined;
  /** Changes with every edit of a text. */
  private generation = 0;
  private readonly history: BenchmarkHistory;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: ServerHandle,
    private readonly analyses: Analyses,
  ) {
    this.history = new BenchmarkHistory(context.workspaceState);
    this.subscriptions = [
      vscode.commands.registerCommand("modelBudget.benchmark", (ref?: ModelRef) => this.show(ref)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && (isCell(document) || servedSchemes().has(document.uri.scheme)))
          this.generation++;
      }),
      analyses.onDidChange((uri) => void this.analysed(uri)),
    ];
  }

  dispose(): void {
    this.panel?.dispose();
    this.watcher?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
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
    this.board = undefined;
    const shown = this.take(subject);
    if (this.panel) {
      this.panel.reveal();
      await this.sendModel();
      return;
    }
    shown.first = this.ask(this.paramsOf(subject));
    this.open();
  }

  private subjectOf(ref: ModelRef | undefined): Subject | undefined {
    const model = modelOf(this.analyses, ref);
    if (!model) return undefined;
    const { path } = model.uri;
    return { ...refOf(model), entry: model.report.entry, fileName: path.slice(path.lastIndexOf("/") + 1) };
  }

  /** From now on the panel is about this model. */
  private take(subject: Subject): Shown {
    const choices = new BenchmarkChoices(subject, this.server, this.analyses, () => this.generation);
    const shown: Shown = {
      subject,
      choices,
      wantsChoices: false,
      rival: undefined,
      answer: undefined,
      first: undefined,
      isEdited: false,
    };
    this.shown = shown;
    this.watcher?.dispose();
    const uri = vscode.Uri.parse(subject.uri);
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), subject.fileName.replaceAll(/[*?[\]{}]/g, "?")),
      true,
      true,
    );
    watcher.onDidDelete(() => this.post({ type: "gone", reason: goneText(subject) }));
    this.watcher = watcher;
    return shown;
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
      this.shown = undefined;
      this.watcher?.dispose();
      this.watcher = undefined;
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
    const { shown } = this;
    if (!shown) return;
    const { subject } = shown;
    switch (message.type) {
      case "ready":
        await this.sendModel();
        break;
      case "reload":
        // Edits may have given the model another name.
        this.take(this.subjectOf(subject) ?? subject);
        await this.sendModel();
        break;
      case "go":
        await goTo(message.place);
        break;
      case "board":
        this.board = message.board;
        await this.sendBoard(shown);
        break;
      case "calibrate":
        this.post({
          type: "calibration",
          answer: await askCalibration(this.server, { ...this.paramsOf(subject), report: message.report }),
        });
        break;
      case "keep-calibration": {
        const problem = await storeCalibration(this.server, { ...this.paramsOf(subject), report: message.report });
        if (problem !== undefined) this.post({ type: "calibration", answer: { problem } });
        await this.sendBoard(shown);
        break;
      }
      case "forget-calibration":
        await forgetCalibration(this.server, this.paramsOf(subject));
        await this.sendBoard(shown);
        break;
      case "set-input":
        await vscode.commands.executeCommand("modelBudget.setInputShape", subject);
        break;
      case "find-choices":
        await this.findChoices(shown);
        break;
      case "compare":
        await this.compare(shown, message.id);
        break;
      case "apply":
        if (shown.rival && (await shown.choices.apply(shown.rival))) this.post({ type: "applied" });
        else
          void vscode.window.showInformationMessage(
            vscode.l10n.t("The code has changed meanwhile; nothing was applied."),
          );
        break;
      case "done":
        await this.history.add(message.subject, message.result);
        break;
      case "rename":
        await this.history.rename(subject, message.date, message.name);
        this.post({ type: "history", history: this.history.of(subject) });
        break;
      case "forget":
        await this.history.forget(subject, message.date);
        this.post({ type: "history", history: this.history.of(subject) });
        break;
      case "save":
        await save(message.name, message.content);
        break;
    }
  }

  /** A plan of the server from the text as it is now; undefined when the file or the server does not answer. */
  private async ask(params: BenchmarkParams): Promise<PlanAnswer | undefined> {
    if (!(await isThere(vscode.Uri.parse(params.uri)))) return undefined;
    return (await this.server.request<PlanAnswer | null>(BENCHMARK_REQUEST, params)) ?? undefined;
  }

  private paramsOf({ uri, index, entry }: Subject): BenchmarkParams {
    return { uri, index, named: entry, ...(this.board !== undefined && { board: this.board }) };
  }

  private async sendModel(): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    const { subject } = shown;
    const { first } = shown;
    shown.first = undefined;
    const answer = await (first ?? this.ask(this.paramsOf(subject)));
    if (this.shown !== shown) return;
    shown.answer = answer;
    if (answer) this.post({ type: "model", subject, answer, history: this.history.of(subject) });
    else {
      const reason = (await isThere(vscode.Uri.parse(subject.uri)))
        ? vscode.l10n.t("The language server does not answer; see its output.")
        : goneText(subject);
      this.post({ type: "nothing", reason });
    }
  }

  private async sendBoard(shown: Shown): Promise<void> {
    const answer = await this.ask(this.paramsOf(shown.subject));
    const { rival, subject } = shown;
    const own = rival && (await this.ask({ ...rival.params, ...(this.board !== undefined && { board: this.board }) }));
    if (this.shown !== shown) return;
    if (answer) this.post({ type: "board", answer, rival: own ?? null });
    else this.post({ type: "gone", reason: goneText(subject) });
  }

  private sendChoices(shown: Shown, isSearching: boolean): void {
    if (this.shown === shown) this.post({ type: "choices", choices: shown.choices.list(), isSearching });
  }

  private async findChoices(shown: Shown): Promise<void> {
    shown.wantsChoices = true;
    this.sendChoices(shown, true);
    await shown.choices.findLevers();
    this.sendChoices(shown, false);
  }

  private async compare(shown: Shown, id: string): Promise<void> {
    const made = await shown.choices.make(id, this.board);
    if (this.shown !== shown) return;
    if ("reason" in made) {
      this.post({ type: "no-rival", reason: made.reason });
      return;
    }
    shown.rival = made;
    const { choice, answer, canApply } = made;
    this.post({ type: "rival", rival: { choice, answer, canApply } });
  }

  /** Something is new about a file: a model that could not run may run now, another may be out of date. */
  private async analysed(uri: vscode.Uri): Promise<void> {
    const { shown } = this;
    if (shown?.answer === undefined || uri.toString() !== shown.subject.uri) return;
    const { subject, answer } = shown;
    const report = this.analyses.of(uri)?.analysis.reports[subject.index];
    if (shown.wantsChoices) this.sendChoices(shown, false);
    if (sameModel(report, answer.report)) return;
    if ("none" in answer.result) {
      this.take({ ...subject, entry: report?.entry ?? subject.entry });
      await this.sendModel();
    } else if (!shown.isEdited) {
      shown.isEdited = true;
      this.post({ type: "edited" });
    }
  }
}

/** True when two reports are of the same model at the same places. */
function sameModel(a: Report | null | undefined, b: Report | null | undefined): boolean {
  const key = (report: Report | null | undefined) =>
    report && JSON.stringify([report.status, report.error, report.place, report.inputs, report.layers]);
  return key(a) === key(b);
}

function goneText({ fileName }: Subject): string {
  return vscode.l10n.t("{0} was deleted, moved or cannot be read.", fileName);
}

/** Opens a file for the server, which knows open ones only; false when there is none. */
async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    if (uri.path.endsWith(".ipynb")) await vscode.workspace.openNotebookDocument(uri);
    else await vscode.workspace.openTextDocument(uri);
    return true;
  } catch {
    return false;
  }
}

/** Asks where, then writes a file. */
async function save(name: string, content: string | ArrayBuffer): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const target = await vscode.window.showSaveDialog({
    filters: { [ending.toUpperCase()]: [ending] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (!target) return;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  await vscode.workspace.fs.writeFile(target, bytes);
}
