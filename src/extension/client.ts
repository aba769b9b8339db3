// The language client: for which files the server is started, and what happens when it ends. How a server comes to life is told
// by the entry (main.ts, main.web.ts). Every problem goes to the output channel; nothing here pops up.

import * as vscode from "vscode";
import {
  type BaseLanguageClient,
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from "vscode-languageclient";
import { EXPLAIN_COMMAND, type InitializationOptions } from "../server/protocol";
import { servedDocuments, servedSchemes } from "./documents";
import { provideFiles } from "./files";

/** A client that is not started yet, and what ends its server when the client is gone. */
export interface Launched {
  client: BaseLanguageClient;
  end?(): void;
}

/** Makes a client with a server of its own. */
export type Launch = (extensionUri: vscode.Uri, options: LanguageClientOptions) => Launched;

/** A server that ended is started again, but not more often than this within the window: a crash at every start must end. */
const MAX_RESTARTS = 4;
const RESTART_WINDOW_MS = 3 * 60 * 1000;

/** Owns the one running client; a restart makes a new one, because a client that failed to start cannot start again. */
export class ServerHandle implements vscode.Disposable {
  private current: BaseLanguageClient | undefined;
  private endServer: (() => void) | undefined;
  private schemes = new Set<string>();
  private readonly folders: vscode.Disposable;
  private readonly started: ((client: BaseLanguageClient) => void)[] = [];

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly channel: vscode.LogOutputChannel,
    private readonly launch: Launch,
    /** Commands this extension has, so that lenses can offer them. */
    private readonly commands: readonly string[],
  ) {
    // A folder of another file system brings documents that the running client does not know of.
    this.folders = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      if ([...servedSchemes()].some((scheme) => !this.schemes.has(scheme))) void this.restart();
    });
  }

  /** The client of the present server, for the tests. */
  get client(): BaseLanguageClient | undefined {
    return this.current;
  }

  /** Calls `listener` with every client that has started, the present one too. */
  onStarted(listener: (client: BaseLanguageClient) => void): void {
    this.started.push(listener);
    if (this.current?.isRunning()) listener(this.current);
  }

  /** Asks the server; undefined when it does not run or cannot answer, which is logged. */
  async request<Answer>(
    method: string,
    params: unknown,
    token?: vscode.CancellationToken,
  ): Promise<Answer | undefined> {
    const client = this.current;
    if (!client?.isRunning()) return undefined;
    try {
      return await client.sendRequest<Answer>(method, params, token);
    } catch (error) {
      if (!token?.isCancellationRequested) this.channel.error(`${method}: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Starts the server; a failure is logged with its remedy. */
  async start(): Promise<void> {
    this.schemes = servedSchemes();
    const { client, end } = this.launch(this.extensionUri, this.clientOptions());
    silence(client);
    provideFiles(client, this.extensionUri);
    this.current = client;
    this.endServer = end;
    try {
      await client.start();
      for (const listener of this.started) listener(client);
    } catch (error) {
      this.channel.error(
        vscode.l10n.t(
          'The language server did not start: {0}. Run "Model Budget: Restart Server" to try again.',
          messageOf(error),
        ),
      );
    }
  }

  async restart(): Promise<void> {
    this.channel.info(vscode.l10n.t("Restarting the language server"));
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const { current: client, endServer } = this;
    this.current = undefined;
    this.endServer = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A server that never ran cannot be stopped; that is no news to the user.
      this.channel.debug(`Stopping the language server: ${messageOf(error)}`);
    } finally {
      endServer?.();
    }
  }

  dispose(): void {
    this.folders.dispose();
    void this.stop();
  }

  private clientOptions(): LanguageClientOptions {
    const initializationOptions: InitializationOptions = {
      showsExplanations: true,
      followsAnalyses: true,
      commands: this.commands,
      providesFiles: true,
    };
    const { channel } = this;
    return {
      documentSelector: servedDocuments(),
      outputChannel: channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions,
      initializationFailedHandler: () => false,
      errorHandler: restartingHandler(),
      middleware: {
        executeCommand: async (command, args, next) => {
          const result: unknown = await next(command, args);
          if (command === EXPLAIN_COMMAND && typeof result === "string") {
            channel.info(`\n${result}\n`);
            channel.show(true);
          }
          return result;
        },
      },
    };
  }
}

/** The library pops some errors up whatever the settings say; here they are only logged. */
function silence(client: BaseLanguageClient): void {
  const log = client.error.bind(client);
  client.error = (message, data) => log(message, data, false);
}

function restartingHandler(): ErrorHandler {
  let restarts: number[] = [];
  return {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: (): CloseHandlerResult => {
      const now = Date.now();
      restarts = restarts.filter((time) => now - time < RESTART_WINDOW_MS);
      if (restarts.length >= MAX_RESTARTS) {
        const message = vscode.l10n.t(
          'The language server ended {0} times within 3 minutes and stays off. Run "Model Budget: Restart Server" to try again.',
          MAX_RESTARTS + 1,
        );
        return { action: CloseAction.DoNotRestart, message, handled: true };
      }
      restarts.push(now);
      const message = vscode.l10n.t("The language server ended and is started again.");
      return { action: CloseAction.Restart, message, handled: true };
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
