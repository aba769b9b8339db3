// The language server: open files in, lenses and hints out. Analysis waits for a pause in the typing, answers of an older text are
// dropped, and until a better answer is there the last good lenses stay where their code went.
// Free of node: how files are read and how messages travel is given by the entry (main.ts).

import {
  type CancellationToken,
  CodeActionKind,
  type CodeLens,
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type Hover,
  type InitializeParams,
  type InitializeResult,
  type InlayHint,
  InlayHintRefreshRequest,
  LSPErrorCodes,
  MarkupKind,
  type Range,
  ResponseError,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { filePath } from "../core/1-syntax/document";
import type { Analyzer, AnalyzeRequest, SourceHost } from "../core/analyze";
import type { PlanAnswer } from "../core/9-benchmark/plan";
import type { FileAnalysis } from "../core/report/report";
import { Advisor } from "./advisor";
import { cellStatusOf } from "./cell-status";
import { ClientFiles, withClientFiles } from "./client-files";
import { type ContentChange, OpenDocument } from "./document";
import { isExcluded } from "./exclude";
import { Exploring } from "./exploring";
import { explain } from "./explain";
import { fitDocument } from "./fitter";
import { hoverOf } from "./hover";
import { inlayHintsOf, tooltipOf } from "./inlay-hints";
import { codeLensesOf } from "./lens-actions";
import { visibleLenses } from "./lenses";
import { pathOfUri, rootOf, uriOfPath } from "./paths";
import { cellPlace, Notebooks, withCellPlaces } from "./notebooks";
import {
  ANALYSED_NOTIFICATION,
  ANALYSIS_REQUEST,
  BENCHMARK_REQUEST,
  type BenchmarkParams,
  CELL_REQUEST,
  type CellStatus,
  type DocumentParams,
  EXPLAIN_COMMAND,
  FILES_REQUEST,
  type FilesAnswer,
  type FilesParams,
  FIT_REQUEST,
  type FitAnswer,
  type FitParams,
  type InitializationOptions,
  LEVERS_REQUEST,
  type ModelRef,
  type ShownAnalysis,
  TIMELINE_REQUEST,
  WHAT_IF_REQUEST,
  type WhatIfParams,
} from "./protocol";
import type { RequestHost } from "./request-host";
import { answerRequests } from "./requests";
import { defaultsOf, readSettings, type Settings, SETTINGS_SECTION } from "./settings";
import type { EditedFiles } from "./workspace-edits";

/** What an entry gives the server. */
export interface Platform {
  /** Version of the product. */
  version: string;
  /** What the server runs on: `Node 22.1.0`. */
  runtime: string;
  createAnalyzer(
    /** The text of a file that is open in the editor, or undefined. */
    readOverlay: (path: string) => string | undefined,
    /** The Python environment chosen for a workspace folder, if any. */
    environmentOf: (root: string) => string | undefined,
    /** The files the platform cannot read itself. */
    clientFiles: SourceHost,
  ): Analyzer;
  /** Text of a file the platform can read, or undefined. */
  readFile(path: string): string | undefined;
}

/** A pause in the typing this long starts an analysis. */
const DEBOUNCE_MS = 200;
/** A result that knows less than the one shown is believed after a pause this long. */
const SETTLE_MS = 1500;
/** Longer texts are generated or data, not a model someone edits. In UTF-16 units. */
const MAX_TEXT_LENGTH = 1_000_000;

const WATCHED_FILES = "**/*.{py,ts,tsx,mts,cts,js,jsx,mjs,cjs}";
const CELL_LANGUAGES = ["python", "typescript", "javascript"];
/** A budget of the workspace changes what is over it. */
const BUDGET_FILES = "**/{model-budget.json,package.json,pyproject.toml}";

/** Serves one client until the connection ends. */
export function serve(connection: Connection, platform: Platform): void {
  const server = new LensServer(connection, platform);
  server.listen();
}

/** An open file with what the scheduler knows about it. */
interface OpenFile {
  document: OpenDocument;
  /** Resolves with the first analysis, or when the file is closed before. */
  ready: Promise<void>;
  markReady: () => void;
  settleTimer: ReturnType<typeof setTimeout> | undefined;
}

class LensServer {
  private readonly files = new Map<string, OpenFile>();
  private readonly analyzer: Analyzer;
  private readonly clientFiles: ClientFiles;
  private readonly advisor: Advisor;
  private readonly exploring: Exploring;
  private readonly notebooks: Notebooks;
  private folders: string[] = [];
  private canRefresh = false;
  private canRefreshHints = false;
  private canPullSettings = false;
  private canRegisterSettings = false;
  private canWatchFiles = false;
  private showsExplanations = false;
  private followsAnalyses = false;
  private knowsAnnotations = false;
  private commands: ReadonlySet<string> = new Set();
  /** Chosen Python environments by workspace folder. */
  private readonly environments = new Map<string, string>();
  private readonly environmentOf = (root: string) => this.environments.get(root);
  private providesFiles = false;
  private pushedSettings: unknown;
  private debounceTimer: ReturnType<typeof setTimeout> | undefined;
  private dueAt = 0;
  private isAnalysing = false;
  private mustAnalyseAgain = false;
  /** Changes with every edit, so that an analysis under way can see that it is out of date. */
  private generation = 0;
  private lastChanged: string | undefined;

  /** Files as edits change them. */
  private readonly editedFiles: EditedFiles;

  constructor(
    private readonly connection: Connection,
    private readonly platform: Platform,
  ) {
    const overlay = (path: string) => this.textOf(path);
    this.clientFiles = new ClientFiles(async (params) => this.filesOfClient(params), overlay);
    const { clientFiles, environmentOf } = this;
    this.analyzer = withClientFiles(platform.createAnalyzer(overlay, environmentOf, clientFiles), clientFiles);
    this.editedFiles = {
      textOf: (path) => this.knownText(path),
      uriOf: (path) => this.uriOf(path),
      versionOf: (path) => this.documentAt(path)?.version ?? null,
    };
    this.advisor = new Advisor(connection, this.analyzer, {
      document: (uri) => this.files.get(uri)?.document,
      files: this.editedFiles,
      knowsAnnotations: () => this.knowsAnnotations,
      request: async (document) => {
        const request = await this.wantedRequest(document);
        return request && (await this.settings(document.uri)).findings ? request : null;
      },
      publish: (params) => this.notebooks.publish(params),
      advised: (uri) => this.tell(uri),
    });
    this.exploring = new Exploring(this.analyzer, {
      request: async (uri) => {
        const document = this.files.get(uri)?.document;
        return document && ((await this.wantedRequest(document)) ?? undefined);
      },
      generation: () => this.generation,
    });
    this.notebooks = new Notebooks(connection, {
      opened: ({ path, ...opened }) => this.open(opened, path),
      changed: (uri, text) => {
        const version = (this.files.get(uri)?.document.version ?? 0) + 1;
        this.change(uri, [{ text }], version);
      },
      saved: (uri) => this.saved(uri),
      closed: (uri) => this.close(uri),
    });
  }

  listen(): void {
    const { connection } = this;
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => this.initialized());
    connection.onDidOpenTextDocument(({ textDocument }) => this.open(textDocument));
    connection.onDidChangeTextDocument(({ textDocument, contentChanges }) =>
      this.change(textDocument.uri, contentChanges, textDocument.version),
    );
    connection.onDidSaveTextDocument(({ textDocument }) => this.saved(textDocument.uri));
    connection.onDidCloseTextDocument(({ textDocument }) => this.close(textDocument.uri));
    connection.onDidChangeWatchedFiles(({ changes }) => {
      for (const { uri } of changes) {
        const path = pathOfUri(uri);
        // The editor's own text counts for what is open, and saving it changes nothing.
        if (path !== undefined && this.textOf(path) === undefined) this.contentChanged(undefined, path, DEBOUNCE_MS);
      }
    });
    connection.onDidChangeConfiguration(({ settings }) => {
      this.pushedSettings = (settings as Record<string, unknown> | null | undefined)?.[SETTINGS_SECTION];
      this.refresh();
      this.generation++;
      this.schedule(0);
    });
    connection.onCodeLens(({ textDocument }, token) => this.codeLenses(textDocument.uri, token));
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      this.inlayHints(textDocument.uri, range, token),
    );
    connection.languages.inlayHint.resolve((hint) => this.resolveHint(hint));
    connection.onHover(({ textDocument, position }, token) => this.hover(textDocument.uri, position.line, token));
    connection.onCodeAction((params) => this.notebooks.codeActions(params, (one) => this.advisor.codeActions(one)));
    connection.onExecuteCommand(({ command, arguments: args }) =>
      command === EXPLAIN_COMMAND ? this.explain(args?.[0]) : undefined,
    );
    connection.onRequest(FIT_REQUEST, (params: FitParams, token) => this.fit(params, token));
    answerRequests(connection, this.requestHost());
    connection.onRequest(ANALYSIS_REQUEST, ({ uri }: DocumentParams) => this.shownAnalysis(uri));
    connection.onRequest(TIMELINE_REQUEST, (model: ModelRef) => this.exploring.timeline(model));
    connection.onRequest(LEVERS_REQUEST, (model: ModelRef) => this.exploring.levers(model));
    connection.onRequest(WHAT_IF_REQUEST, ({ settings, ...model }: WhatIfParams) =>
      this.exploring.whatIf(model, settings),
    );
    connection.onRequest(BENCHMARK_REQUEST, (params: BenchmarkParams) => this.plan(params));
    connection.onRequest(CELL_REQUEST, ({ uri }: DocumentParams) => this.cellStatus(uri));
    connection.onShutdown(() => {
      clearTimeout(this.debounceTimer);
      this.advisor.dispose();
      for (const file of this.files.values()) clearTimeout(file.settleTimer);
    });
    this.notebooks.listen();
    connection.listen();
  }

  private requestHost(): RequestHost {
    const { analyzer, clientFiles, environmentOf, platform } = this;
    return {
      version: platform.version,
      analyzer,
      document: (uri) => this.files.get(uri)?.document,
      analyzerWith: (overlay) => {
        const files: SourceHost = {
          readFile: (path) => overlay(path) ?? clientFiles.readFile(path),
          isFile: (path) => clientFiles.isFile(path),
          isFolder: (path) => clientFiles.isFolder(path),
        };
        const readOverlay = (path: string) => overlay(path) ?? this.textOf(path);
        return withClientFiles(platform.createAnalyzer(readOverlay, environmentOf, files), clientFiles);
      },
      textOf: (path) => this.knownText(path),
      uriOf: (path) => this.uriOf(path),
      rootOf: (path) => rootOf(path, this.folders),
      request: (document) => this.requestFor(document),
      settings: (uri) => this.settings(uri),
      lineName: ({ uri }, line) => {
        const cells = this.notebooks.cellsOf(uri);
        return (cells && cellPlace(cells, line)) ?? `line ${line}`;
      },
    };
  }

  private initialize(params: InitializeParams): InitializeResult {
    const workspace = params.capabilities.workspace;
    this.canRefresh = workspace?.codeLens?.refreshSupport === true;
    this.canRefreshHints = workspace?.inlayHint?.refreshSupport === true;
    this.canPullSettings = workspace?.configuration === true;
    this.canRegisterSettings = workspace?.didChangeConfiguration?.dynamicRegistration === true;
    this.canWatchFiles = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.knowsAnnotations = workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;
    const options = params.initializationOptions as InitializationOptions | undefined;
    this.showsExplanations = options?.showsExplanations === true;
    this.followsAnalyses = options?.followsAnalyses === true;
    this.commands = new Set(options?.commands);
    this.providesFiles = options?.providesFiles === true;
    this.setFolders(params.workspaceFolders?.map((folder) => folder.uri) ?? []);
    return {
      serverInfo: { name: "model-budget", version: this.platform.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        notebookDocumentSync: {
          notebookSelector: [{ notebook: "jupyter-notebook", cells: CELL_LANGUAGES.map((language) => ({ language })) }],
        },
        codeLensProvider: { resolveProvider: false },
        inlayHintProvider: { resolveProvider: true },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        executeCommandProvider: { commands: [EXPLAIN_COMMAND] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  }

  private initialized(): void {
    const { client, workspace, console } = this.connection;
    console.info(`Language server ${this.platform.version} on ${this.platform.runtime}`);
    if (this.canRegisterSettings) {
      void client.register(DidChangeConfigurationNotification.type, { section: SETTINGS_SECTION });
    }
    if (this.canWatchFiles) {
      void client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: WATCHED_FILES }, { globPattern: BUDGET_FILES }],
      });
    }
    workspace.onDidChangeWorkspaceFolders(async () => {
      const folders = await workspace.getWorkspaceFolders();
      this.setFolders(folders?.map((folder) => folder.uri) ?? []);
      this.schedule(DEBOUNCE_MS);
    });
  }

  private setFolders(uris: readonly string[]): void {
    this.folders = uris.flatMap((uri) => pathOfUri(uri) ?? []);
  }

  private textOf(path: string): string | undefined {
    return this.documentAt(path)?.text;
  }

  /** Text of a file as the analyzer saw it last; undefined for one it cannot read. */
  private knownText(path: string): string | undefined {
    return this.textOf(path) ?? this.platform.readFile(path) ?? this.clientFiles.peek(path);
  }

  private uriOf(path: string): string {
    return this.documentAt(path)?.uri ?? uriOfPath(path);
  }

  private documentAt(path: string): OpenDocument | undefined {
    for (const { document } of this.files.values()) if (document.path === path) return document;
    return undefined;
  }

  private async filesOfClient(params: FilesParams): Promise<FilesAnswer | undefined> {
    if (!this.providesFiles) return undefined;
    try {
      return await this.connection.sendRequest<FilesAnswer>(FILES_REQUEST, params);
    } catch (error) {
      this.connection.console.error(`The editor gave no files: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  private open(
    opened: { uri: string; languageId: string; version: number; text: string },
    path = pathOfUri(opened.uri, opened.languageId),
  ): void {
    if (path === undefined) return;
    let markReady = () => {};
    const ready = new Promise<void>((resolve) => {
      markReady = resolve;
    });
    const document = new OpenDocument(opened.uri, path, opened.languageId, opened.version, opened.text);
    this.files.set(opened.uri, { document, ready, markReady, settleTimer: undefined });
    this.contentChanged(opened.uri, path, 0);
  }

  private change(uri: string, changes: readonly ContentChange[], version: number): void {
    const file = this.files.get(uri);
    if (file === undefined) return;
    file.document.change(changes, version);
    this.cancelSettling(file);
    this.contentChanged(uri, file.document.path, DEBOUNCE_MS);
  }

  private saved(uri: string): void {
    const file = this.files.get(uri);
    if (file !== undefined) this.settle(file);
  }

  private close(uri: string): void {
    const file = this.files.get(uri);
    if (file === undefined) return;
    this.files.delete(uri);
    this.cancelSettling(file);
    file.markReady();
    this.advisor.forget(uri);
    // From now on the file's text is what is on disk, which may differ from what was typed.
    this.contentChanged(undefined, file.document.path, DEBOUNCE_MS);
  }

  private contentChanged(uri: string | undefined, path: string, delay: number): void {
    this.analyzer.invalidate(path);
    this.generation++;
    this.lastChanged = uri;
    this.schedule(delay);
  }

  /** Starts an analysis after `delay` ms without another call; a file just opened does not wait for one being typed in. */
  private schedule(delay: number): void {
    const now = Date.now();
    const isPending = this.debounceTimer !== undefined;
    if (isPending && delay === 0 && this.dueAt <= now) return;
    clearTimeout(this.debounceTimer);
    this.dueAt = now + delay;
    this.debounceTimer = setTimeout(() => {
      this.debounceTimer = undefined;
      void this.analyseAll();
    }, delay);
  }

  /** Analyses every open file, the changed one first: an edit may concern all files that import it. */
  private async analyseAll(): Promise<void> {
    if (this.isAnalysing) {
      this.mustAnalyseAgain = true;
      return;
    }
    this.isAnalysing = true;
    try {
      do {
        this.mustAnalyseAgain = false;
        const { generation } = this;
        const changed = this.lastChanged === undefined ? undefined : this.files.get(this.lastChanged);
        const order = new Set([...(changed === undefined ? [] : [changed]), ...this.files.values()]);
        let mustRefresh = false;
        for (const file of order) {
          if (await this.analyse(file)) mustRefresh = true;
          // Between two files the edits and requests that came in get their turn.
          await new Promise((resolve) => setTimeout(resolve, 0));
          if (this.generation !== generation) break;
        }
        if (mustRefresh) this.refresh();
      } while (this.mustAnalyseAgain);
    } finally {
      this.isAnalysing = false;
    }
  }

  /** Analyses one file; true when its lenses changed. */
  private async analyse(file: OpenFile): Promise<boolean> {
    const { document } = file;
    const { version, path } = document;
    const request = await this.requestFor(document);
    const silence = "silence" in request ? request.silence : undefined;
    let fresh: FileAnalysis;
    if ("silence" in request) {
      fresh = {
        file: path,
        reports: [],
        syntaxProblems: [],
        commentProblems: [],
        nothingFound: request.silence,
        elapsedMs: 0,
      };
    } else {
      try {
        fresh = await this.analyzer.analyze(request);
      } catch (error) {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.connection.console.error(
          `${path} could not be analysed; its lenses stay as they were. Please report this:\n${reason}`,
        );
        file.markReady();
        return false;
      }
    }
    if (document.version !== version || this.files.get(document.uri) !== file) return false;
    const isFirst = document.analysis === undefined;
    const outcome = silence === undefined ? document.offer(fresh) : document.replace(fresh);
    const summary = summarize(fresh);
    if (isFirst) this.connection.console.info(summary);
    else
      this.connection.console.debug(
        outcome === "held" ? `${summary} Not shown yet: it knows less than before.` : summary,
      );
    file.markReady();
    if (outcome !== "held") this.tell(document.uri);
    this.advisor.schedule(document.uri);
    this.cancelSettling(file);
    if (outcome === "held") file.settleTimer = setTimeout(() => this.settle(file), SETTLE_MS);
    return outcome === "shown";
  }

  private settle(file: OpenFile): void {
    this.cancelSettling(file);
    if (file.document.settle() !== "shown") return;
    this.refresh();
    this.tell(file.document.uri);
  }

  private cancelSettling(file: OpenFile): void {
    clearTimeout(file.settleTimer);
    file.settleTimer = undefined;
  }

  /** Tells a client that follows analyses that there is something new of a document. */
  private tell(uri: string): void {
    if (this.followsAnalyses) void this.connection.sendNotification(ANALYSED_NOTIFICATION, { uri });
  }

  private async fit(params: FitParams, token: CancellationToken): Promise<FitAnswer | null> {
    const answer = await fitDocument(params, token, this.connection, this.analyzer, {
      document: (uri) => this.files.get(uri)?.document,
      files: this.editedFiles,
      knowsAnnotations: () => this.knowsAnnotations,
      request: (document) => this.wantedRequest(document),
    });
    const edits = answer?.edits.map((edit) => (edit && this.notebooks.inCells(params.uri, edit)) ?? null);
    return answer && { ...answer, edits: edits ?? [] };
  }

  private shownAnalysis(uri: string): ShownAnalysis | null {
    const document = this.files.get(uri)?.document;
    if (document?.analysis === undefined) return null;
    const { analysis, analysisVersion: version } = document;
    const isNewest = version === document.version;
    const cells = this.notebooks
      .cellsOf(uri)
      ?.lines.map(({ cell, start }) => ({ uri: cell.uri, line: start, version: isNewest ? cell.version : null }));
    return { uri, version, analysis, findings: this.advisor.findingsOf(uri), ...(cells && { cells }) };
  }

  /** What a cell of a notebook says below its code. */
  private cellStatus(uri: string): CellStatus[] {
    const found = this.notebooks.notebookOf(uri);
    const document = found && this.files.get(found.uri)?.document;
    const own = found?.cells.lines.find(({ cell }) => cell.uri === uri);
    if (!document || !own) return [];
    const items = cellStatusOf(document, own.start, own.count);
    return items.map((item) => ({ ...item, tooltip: this.withPlaces(item.tooltip, document) }));
  }

  /** A text about a document, in which the lines of a notebook are those of its cells. */
  private withPlaces(text: string, { uri, path }: OpenDocument): string {
    const cells = this.notebooks.cellsOf(uri);
    return cells ? withCellPlaces(text, path, cells) : text;
  }

  /** What the benchmark needs of a model, from the text as it is now. */
  private async plan({ uri, ...model }: BenchmarkParams): Promise<PlanAnswer> {
    const document = this.files.get(uri)?.document;
    const request = document ? await this.requestFor(document) : { silence: "the file is not open" };
    if ("silence" in request)
      return { result: { none: { reason: request.silence, place: null, action: null } }, report: null, boards: [] };
    return this.analyzer.plan({ ...request, ...model, timeline: true });
  }

  private refresh(): void {
    // An editor that ends while it is asked needs no refresh.
    if (this.canRefresh) this.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
    if (this.canRefreshHints) this.connection.sendRequest(InlayHintRefreshRequest.type).catch(() => undefined);
  }

  private async codeLenses(asked: string, token: CancellationToken): Promise<CodeLens[] | ResponseError<void>> {
    const notebook = this.notebooks.notebookOf(asked);
    const uri = notebook?.uri ?? asked;
    const file = this.files.get(uri);
    if (file === undefined) return [];
    const [settings] = await Promise.all([this.settings(uri), setOrCancelled(file.ready, token)]);
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
    if (notebook && !settings.notebookCodeLens) return [];
    const { lenses, analysis } = file.document;
    const commands = settings.codeLensActions ? this.commands : new Set<string>();
    const found = codeLensesOf(uri, visibleLenses(lenses, settings.codeLens), analysis, commands);
    if (!notebook) return found;
    return found.flatMap((lens) => {
      const place = notebook.cells.rangeToCell(lens.range);
      return place?.uri === asked ? [{ ...lens, range: place.at }] : [];
    });
  }

  private async inlayHints(
    asked: string,
    range: Range,
    token: CancellationToken,
  ): Promise<InlayHint[] | ResponseError<void>> {
    const notebook = this.notebooks.notebookOf(asked);
    const uri = notebook?.uri ?? asked;
    const file = this.files.get(uri);
    if (file === undefined) return [];
    const [settings] = await Promise.all([this.settings(uri), setOrCancelled(file.ready, token)]);
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
    if (!notebook) return inlayHintsOf(file.document, range, settings.inlayHints);
    const start = notebook.cells.fromCell({ uri: asked, at: range.start });
    const end = notebook.cells.fromCell({ uri: asked, at: range.end });
    if (!start || !end) return [];
    return inlayHintsOf(file.document, { start, end }, settings.inlayHints).flatMap((hint) => {
      const place = notebook.cells.toCell(hint.position);
      return place?.uri === asked ? [{ ...hint, position: place.at }] : [];
    });
  }

  private resolveHint(hint: InlayHint): InlayHint {
    const { uri } = (hint.data ?? {}) as { uri?: string };
    const document = uri === undefined ? undefined : this.files.get(uri)?.document;
    const tooltip = document && tooltipOf(document, hint);
    if (!document || !tooltip) return hint;
    return { ...hint, tooltip: { ...tooltip, value: this.withPlaces(tooltip.value, document) } };
  }

  /** What stands behind the numbers of a line; it follows the line as the lenses do, and needs no lens to be shown. */
  private async hover(asked: string, askedLine: number, token: CancellationToken): Promise<Hover | null> {
    const notebook = this.notebooks.notebookOf(asked);
    const at = { line: askedLine, character: 0 };
    const line = (notebook ? notebook.cells.fromCell({ uri: asked, at }) : at)?.line;
    const file = this.files.get(notebook?.uri ?? asked);
    if (file === undefined) return null;
    await setOrCancelled(file.ready, token);
    const { analysis, lenses } = file.document;
    if (token.isCancellationRequested || analysis === undefined) return null;
    const ids = lenses.filter(({ position }) => position.line === line).map(({ id }) => id);
    const found = hoverOf(analysis, ids);
    const value = found && this.withPlaces(found, file.document);
    return value === undefined ? null : { contents: { kind: MarkupKind.Markdown, value } };
  }

  /** What is asked of the analyzer for a document, or why nobody shall speak about it. */
  private async requestFor({ uri, path, text }: OpenDocument): Promise<AnalyzeRequest | { silence: string }> {
    if (text.length > MAX_TEXT_LENGTH) {
      return { silence: `The file is longer than ${MAX_TEXT_LENGTH} characters and is not read.` };
    }
    const settings = await this.settings(uri);
    const root = rootOf(path, this.folders);
    if (!settings.enabled) return { silence: "Model Budget is switched off by the setting modelBudget.enabled." };
    if (isExcluded(filePath(path), root, settings.exclude)) {
      return { silence: "The file is excluded by the setting modelBudget.exclude." };
    }
    if (settings.pythonEnvironment === "") this.environments.delete(root);
    else this.environments.set(root, settings.pythonEnvironment);
    return { file: path, root, target: "budget", defaults: defaultsOf(settings) };
  }

  /** The same; null where nobody shall speak. */
  private async wantedRequest(document: OpenDocument): Promise<AnalyzeRequest | null> {
    const request = await this.requestFor(document);
    return "silence" in request ? null : request;
  }

  private async settings(uri: string): Promise<Settings> {
    const section: unknown = this.canPullSettings
      ? await this.connection.workspace.getConfiguration({ scopeUri: uri, section: SETTINGS_SECTION })
      : this.pushedSettings;
    return readSettings(section);
  }

  private explain(argument: unknown): string {
    const { uri, id } = (argument ?? {}) as { uri?: unknown; id?: unknown };
    const document = typeof uri === "string" ? this.files.get(uri)?.document : undefined;
    const text = document?.analysis && typeof id === "string" ? explain(document.analysis, id) : undefined;
    const answer =
      (text && document && this.withPlaces(text, document)) ??
      "The lens is out of date; open the file and click it again.";
    if (!this.showsExplanations) this.connection.console.info(answer);
    return answer;
  }
}

function setOrCancelled(ready: Promise<void>, token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    const subscription = token.onCancellationRequested(() => resolve());
    void ready.then(() => {
      subscription.dispose();
      resolve();
    });
  });
}

function summarize(analysis: FileAnalysis): string {
  const { file, reports, syntaxProblems, nothingFound } = analysis;
  const found =
    reports.length === 0
      ? (nothingFound ?? "no model")
      : `${reports.length} ${reports.length === 1 ? "model" : "models"}`;
  const problem = syntaxProblems[0];
  const broken = problem === undefined ? "" : ` Line ${problem.line} does not parse: ${problem.message}`;
  return `${file}: ${found} (${analysis.elapsedMs.toFixed(1)} ms).${broken}`;
}
