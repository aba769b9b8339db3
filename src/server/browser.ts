// Entry of the language server in a web worker, started by src/extension/main.web.ts. Files and the parsers' code come from
// the editor. Only wires the platform to server.ts; no feature lives here.

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { version } from "../../package.json";
import { createAnalyzer } from "../core/analyzer";
import { browserReaders } from "../platform/browser";
import { ASSET_REQUEST, type AssetParams } from "./protocol";
import { serve } from "./server";

const worker = globalThis as unknown as ConstructorParameters<typeof BrowserMessageReader>[0];
const connection = createConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker));

const readers = browserReaders((name) =>
  connection.sendRequest<Uint8Array<ArrayBuffer>>(ASSET_REQUEST, { name } satisfies AssetParams),
);

serve(connection, {
  version,
  runtime: "a web worker",
  createAnalyzer: (_overlay, _environmentOf, clientFiles) => createAnalyzer(clientFiles, readers),
  readFile: () => undefined,
});
