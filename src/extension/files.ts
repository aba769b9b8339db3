// Answers the server's requests for what it cannot read itself: files of virtual file systems, and in a web worker every file
// and the parsers of the extension. Only reads.
import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import {
  ASSET_REQUEST,
  type AssetParams,
  FILES_REQUEST,
  type FilesAnswer,
  type FilesParams,
  type FolderEntries,
} from "../server/protocol";

/** Longer files are data, not code or settings of a model. */
const MAX_FILE_BYTES = 5_000_000;

/** The files of dist/ a server may ask for. */
const ASSETS = new Set(["web-tree-sitter.wasm", "tree-sitter-python.wasm", "web/typescript.js"]);

/** Lets a client, before it starts, answer what its server asks for. */
export function provideFiles(client: BaseLanguageClient, extensionUri: vscode.Uri): void {
  client.onRequest(FILES_REQUEST, async ({ folders, files }: FilesParams): Promise<FilesAnswer> => {
    const [listed, read] = await Promise.all([Promise.all(folders.map(entriesOf)), Promise.all(files.map(textOf))]);
    return { folders: listed, files: read };
  });
  client.onRequest(ASSET_REQUEST, async ({ name }: AssetParams): Promise<Uint8Array> => {
    if (!ASSETS.has(name)) throw new Error(`No file for a server is called ${name}`);
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, "dist", ...name.split("/")));
    // A buffer of its own: a view into a larger one would be sent as a whole.
    return new Uint8Array(bytes);
  });
}

async function entriesOf(uri: string): Promise<FolderEntries | null> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(uri));
    const names = (kind: vscode.FileType) => entries.filter(([, type]) => type & kind).map(([name]) => name);
    return { files: names(vscode.FileType.File), folders: names(vscode.FileType.Directory) };
  } catch {
    return null;
  }
}

async function textOf(uri: string): Promise<string | null> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.parse(uri));
    return bytes.length > MAX_FILE_BYTES ? null : new TextDecoder().decode(bytes);
  } catch {
    return null;
  }
}
