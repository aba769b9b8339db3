// The language server: the files and notebooks that are open, the settings, and who answers what. When files are analysed is told by
// scheduler.ts, what is shown of them by surfaces.ts.
// Free of node: how files are read and how messages travel is given by the entry (main.ts).

import {
  type CancellationToken,
  CodeActionKind,
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  InlayHintRefreshRequest,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { filePath } from "../core/1-syntax/document";
import type { Analyzer, AnalyzeRequest, SourceHost } from "../core/analyze";
import type { PlanAnswer } from "../core/9-benchmark/plan";
import { Advisor } from "./advisor";
import { ClientFiles, withClientFiles } from "./client-files";
import { type ContentChange, OpenDocument } from "./document";
import { isExcluded } from "./exclude";
import { Exploring } from "./exploring";
import { fitDocument } from "./fitter";
import { pathOfUri, rootOf, uriOfPath } from "./paths";
import { cellPlace, Notebooks } from "./notebooks";
import {
  ANALYSED_NOTIFICATION,
  ANALYSIS_REQUEST,
  BENCHMARK_REQUEST,
  type BenchmarkParams,
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
import { DEBOUNCE_MS, type OpenFile, Scheduler } from "./scheduler";
import { Surfaces } from "./surfaces";
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

class LensServer {
  private readonly files = new Map<string, OpenFile>();
  private readonly analyzer: Analyzer;
  private readonly clientFiles: ClientFiles;
  private readonly advisor: Advisor;
  private readonly exploring: Exploring;
  private readonly notebooks: Notebooks;
  private readonly surfaces: Surfaces;
  private folders: string[] = [];
  private canRefresh = false;
  private canRefreshHints = false;
  private canPullSettings = false;
  private canRegisterSettings = false;
  private canWatchFiles = false;
  private followsAnalyses = false;
  private knowsAnnotations = false;
  /** Chosen Python environments by workspace folder. */
  private readonly environments = new Map<string, string>();
  private readonly environmentOf = (root: string) => this.environments.get(root);
  private providesFiles = false;
  private pushedSettings: unknown;
  private readonly scheduler: Scheduler;

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
      generation: () => this.scheduler.generation,
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
    this.scheduler = new Scheduler(this.files, connection.console, {
      request: (document) => this.requestFor(document),
      analyze: (request) => this.analyzer.analyze(request),
      shown: () => this.refresh(),
      analysed: (uri) => this.tell(uri),
      advise: (uri) => this.advisor.schedule(uri),
    });
    this.surfaces = new Surfaces(this.notebooks, {
      file: (uri) => this.files.get(uri),
      settings: (uri) => this.settings(uri),
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
      this.scheduler.outdated(0);
    });
    this.surfaces.listen(connection);
    connection.onCodeAction((params) => this.notebooks.codeActions(params, (one) => this.advisor.codeActions(one)));
    connection.onRequest(FIT_REQUEST, (params: FitParams, token) => this.fit(params, token));
    answerRequests(connection, this.requestHost());
    connection.onRequest(ANALYSIS_REQUEST, ({ uri }: DocumentParams) => this.shownAnalysis(uri));
    connection.onRequest(TIMELINE_REQUEST, (model: ModelRef) => this.exploring.timeline(model));
    connection.onRequest(LEVERS_REQUEST, (model: ModelRef) => this.exploring.levers(model));
    connection.onRequest(WHAT_IF_REQUEST, ({ settings, ...model }: WhatIfParams) =>
      this.exploring.whatIf(model, settings),
    );
    connection.onRequest(BENCHMARK_REQUEST, (params: BenchmarkParams) => this.plan(params));
    connection.onShutdown(() => {
      this.scheduler.dispose();
      this.advisor.dispose();
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
    this.followsAnalyses = options?.followsAnalyses === true;
    this.surfaces.shows({
      explanations: options?.showsExplanations === true,
      commands: new Set(options?.commands),
    });
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
      this.scheduler.schedule(DEBOUNCE_MS);
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
    this.scheduler.cancelSettling(file);
    this.contentChanged(uri, file.document.path, DEBOUNCE_MS);
  }

  private saved(uri: string): void {
    const file = this.files.get(uri);
    if (file !== undefined) this.scheduler.settle(file);
  }

  private close(uri: string): void {
    const file = this.files.get(uri);
    if (file === undefined) return;
    this.files.delete(uri);
    this.scheduler.cancelSettling(file);
    file.markReady();
    this.advisor.forget(uri);
    // From now on the file's text is what is on disk, which may differ from what was typed.
    this.contentChanged(undefined, file.document.path, DEBOUNCE_MS);
  }

  private contentChanged(uri: string | undefined, path: string, delay: number): void {
    this.analyzer.invalidate(path);
    this.scheduler.changed(uri, delay);
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
}
