// Entry of the language server under Node: `server.js --stdio` for any editor, `--node-ipc` from the VS Code client.
// Only wires the platform to server.ts; no feature lives here.

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { version } from "../../package.json";
import { createAnalyzer } from "../core/analyzer";
import { nodeHost, nodeReaders } from "../platform/node";
import { localOrClient } from "./client-files";
import { serve } from "./server";

const TRANSPORTS = /^--(stdio|node-ipc|socket=\d+|pipe=.+)$/;

if (process.argv.slice(2).some((argument) => TRANSPORTS.test(argument))) {
  serve(createConnection(ProposedFeatures.all), {
    version,
    runtime: `Node ${process.versions.node}`,
    createAnalyzer: (overlay, environmentOf, clientFiles) =>
      createAnalyzer(localOrClient(nodeHost(overlay, environmentOf), clientFiles), nodeReaders()),
    readFile: (path) => nodeHost().readFile(path),
  });
} else {
  process.stderr.write(
    "model-budget server: no transport given. Start it with --stdio (or --node-ipc from VS Code).\n",
  );
  process.exitCode = 2;
}
