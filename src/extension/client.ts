// The language client: how the server is started, for which files, and what happens when it ends.
// Every problem goes to the output channel; nothing here pops up.

import { join } from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";
import { EXPLAIN_COMMAND, type InitializationOptions } from "../server/protocol";

const LANGUAGES = ["python", "typescript", "javascript", "typescriptreact", "javascriptreact", "html", "vue", "svelte"];

/** A server that ended is started again, but not more often than this within the window: a crash at every start must end. */
const MAX_RESTARTS = 4;
const RESTART_WINDOW_MS = 3 * 60 * 1000;

/** Owns the one running client; a restart makes a new one, because a client that failed to start cannot start again. */
export class ServerHandle implements vscode.Disposable {
  private current: LanguageClient | undefined;
  private readonly started: ((client: LanguageClient) => void)[] = [];

  constructor(
    private readonly extensionPath: string,
    private readonly channel: vscode.LogOutputChannel,
    /** Commands this extension has, so that lenses can offer them. */
    private readonly commands: readonly string[],
  ) {}

  /** The client of the present server, for the tests. */
  get client(): LanguageClient | undefined {
    return this.current;
  }

  /** Calls `listener` with every client that has started, the present one too. */
  onStarted(listener: (client: LanguageClient) => void): void {
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
    const client = new QuietClient("modelBudget", "Model Budget", this.serverOptions(), this.clientOptions());
    this.current = client;
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
    const client = this.current;
    this.current = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A server that never ran cannot be stopped; that is no news to the user.
      this.channel.debug(`Stopping the language server: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    void this.stop();
  }

  private serverOptions(): ServerOptions {
    const module = join(this.extensionPath, "dist", "server.js");
    return {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
    };
  }

  private clientOptions(): LanguageClientOptions {
    const initializationOptions: InitializationOptions = {
      showsExplanations: true,
      followsAnalyses: true,
      commands: this.commands,
    };
    const { channel } = this;
    return {
      documentSelector: LANGUAGES.flatMap((language) => [
        { scheme: "file", language },
        { scheme: "untitled", language },
      ]),
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
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
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
