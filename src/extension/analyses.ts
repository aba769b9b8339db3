// The latest analysis of each open file, as the server shows it, and the model the cursor is in. Views listen here instead of
// asking the server themselves.
import * as vscode from "vscode";
import { modelAt } from "../core/report/model-at";
import type { Report } from "../core/report/report";
import { ANALYSED_NOTIFICATION, ANALYSIS_REQUEST, type DocumentParams, type ShownAnalysis } from "../server/protocol";
import type { ServerHandle } from "./client";
import { fileOf, isCell, servedSchemes } from "./documents";

/** The model a command or a view is about. */
export interface CurrentModel {
  uri: vscode.Uri;
  report: Report;
  /** Position of the report among those of its file. */
  index: number;
  shown: ShownAnalysis;
}

export class Analyses implements vscode.Disposable {
  private readonly byUri = new Map<string, ShownAnalysis>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly moved = new vscode.EventEmitter<CurrentModel | undefined>();
  private readonly subscriptions: vscode.Disposable[];
  /** The editor last looked at: a view that takes the focus does not change what it shows. */
  private editor = vscode.window.activeTextEditor;
  private lastKey = "";

  /** The analysis or the findings of a file are new. For what is shown in that file. */
  readonly onDidChange = this.changed.event;
  /** Another model is under the cursor (undefined: none), or an analysis is new, of whatever file. For views of what is current. */
  readonly onDidChangeCurrent = this.moved.event;

  constructor(private readonly server: ServerHandle) {
    server.onStarted((client) => {
      this.byUri.clear();
      client.onNotification(ANALYSED_NOTIFICATION, ({ uri }: DocumentParams) => void this.fetch(uri));
      const open = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments];
      for (const { uri } of open) void this.fetch(uri.toString());
    });
    this.subscriptions = [
      this.changed,
      this.moved,
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        // A file takes the place of another; the output, a view or nothing does not.
        if (editor && (isCell(editor.document) || servedSchemes().has(editor.document.uri.scheme)))
          this.editor = editor;
        this.announce();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor === this.editor) this.announce();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.byUri.delete(uri.toString());
        if (this.editor?.document.uri.toString() === uri.toString()) this.editor = undefined;
        this.announce();
      }),
      vscode.workspace.onDidCloseNotebookDocument(({ uri }) => {
        this.byUri.delete(uri.toString());
        this.announce();
      }),
    ];
  }

  /** The analysis of a file; of a notebook, also by the URI of one of its cells. */
  of(uri: vscode.Uri): ShownAnalysis | undefined {
    return this.byUri.get(fileOf(uri).toString());
  }

  /** Whether what is said of a version of a file, or of a notebook's joined cells, is said of the text as it is now. */
  isOfNewest(uri: vscode.Uri, version: number | undefined): boolean {
    const shown = this.of(uri);
    const versionOf = (one: string) =>
      vscode.workspace.textDocuments.find((open) => open.uri.toString() === one)?.version;
    if (!shown?.cells) return version !== undefined && versionOf(uri.toString()) === version;
    return shown.version === version && shown.cells.every((cell) => cell.version === versionOf(cell.uri));
  }

  /** The analysis of the file last looked at; undefined when there is none yet. */
  get currentFile(): ShownAnalysis | undefined {
    return this.editor && this.of(this.editor.document.uri);
  }

  /** Line of the cursor (from 1) in the text that was analysed; undefined when there is no analysis. */
  get cursorLine(): number | undefined {
    const { editor, currentFile } = this;
    if (!editor || !currentFile) return undefined;
    // The lines of a notebook's analysis are those of all its cells.
    const start = currentFile.cells?.find((cell) => cell.uri === editor.document.uri.toString())?.line ?? 0;
    return start + editor.selection.active.line + 1;
  }

  /** The model under the cursor, else the first of the file. */
  get current(): CurrentModel | undefined {
    const { editor, currentFile: shown, cursorLine } = this;
    if (!editor || !shown || cursorLine === undefined) return undefined;
    const report = modelAt(shown.analysis, cursorLine);
    const uri = fileOf(editor.document.uri);
    return report && { uri, report, index: shown.analysis.reports.indexOf(report), shown };
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async fetch(uri: string): Promise<void> {
    const shown = await this.server.request<ShownAnalysis | null>(ANALYSIS_REQUEST, { uri } satisfies DocumentParams);
    if (!shown) return;
    this.byUri.set(uri, shown);
    this.lastKey = "";
    this.changed.fire(vscode.Uri.parse(uri));
    this.announce();
  }

  private announce(): void {
    const { current } = this;
    const key = current ? `${current.uri.toString()}#${current.index}` : "none";
    if (key === this.lastKey) return;
    this.lastKey = key;
    this.moved.fire(current);
  }
}
