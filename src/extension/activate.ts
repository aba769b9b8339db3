// The extension: a thin client that starts the language server and shows what it says; the same on the desktop and in the
// browser (main.ts, main.web.ts). No analysis happens here, so the extension host never waits for one.

import * as vscode from "vscode";
import { Analyses } from "./analyses";
import { Benchmark } from "./benchmark";
import { type Launch, ServerHandle } from "./client";
import { registerCommands } from "./commands";
import { registerCompareGit } from "./compare-git";
import { keepContextKeys } from "./context-keys";
import { registerCopyTable } from "./copy-table";
import { registerExample } from "./example";
import { registerExplainFile } from "./explain-file";
import { registerFit } from "./fit";
import { registerCalibrate } from "./calibrate";
import { registerInputShape } from "./input-shape";
import { registerCells } from "./notebook";
import { PeakMarks } from "./peak";
import { createSidebar, type Sidebar } from "./sidebar";
import { StatusBar } from "./status-bar";
import { registerTargetPicker } from "./target-picker";
import { registerToggleAll } from "./toggle-all";
import { VirtualDocuments } from "./virtual-documents";

/** What `activate` gives to the tests. */
export interface ModelBudgetApi {
  server: ServerHandle;
  analyses: Analyses;
  sidebar: Sidebar;
}

/** Starts everything; `launch` makes the server of this platform. */
export async function activateWith(context: vscode.ExtensionContext, launch: Launch): Promise<ModelBudgetApi> {
  const channel = vscode.window.createOutputChannel("Model Budget", { log: true });
  const { version, contributes } = context.extension.packageJSON as {
    version: string;
    contributes: { commands: { command: string }[] };
  };
  channel.info(`Model Budget ${version}, ${vscode.env.appName} ${vscode.version}`);
  const server = new ServerHandle(
    context.extensionUri,
    channel,
    launch,
    contributes.commands.map(({ command }) => command),
  );
  const analyses = new Analyses(server);
  const sidebar = createSidebar(context, server, analyses);
  const documents = new VirtualDocuments();
  context.subscriptions.push(
    channel,
    server,
    analyses,
    documents,
    sidebar,
    keepContextKeys(analyses),
    new StatusBar(analyses),
    new PeakMarks(analyses, context.extensionUri),
    ...registerCommands(server, channel),
    ...registerTargetPicker(server, analyses),
    ...registerCopyTable(server, analyses),
    registerCalibrate(server, analyses),
    registerInputShape(server, analyses, context.workspaceState),
    registerExplainFile(server, documents),
    registerCompareGit(server, documents),
    registerToggleAll(),
    registerFit(server, analyses),
    registerExample(context.extensionUri),
    registerCells(server, analyses),
    new Benchmark(context, server, analyses),
  );
  await server.start();
  return { server, analyses, sidebar };
}
