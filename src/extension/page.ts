// The HTML of a webview: one script and one style sheet of ours under a strict content security policy. What it shows is made by
// the script; no text of a user is ever written into the page. The page carries our translations (src/webview/shared/l10n.ts).
import * as vscode from "vscode";

export interface PageOptions {
  /** Name of a folder of src/webview: its main.tsx became dist/webview/<name>.js (and .css). */
  name: string;
  /** For screen readers and the tab of a panel. */
  title: string;
  /** Allows WebAssembly and blob workers. */
  runsWasm?: boolean;
}

/** The folder a webview's scripts and styles are loaded from. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist", "webview");
}

export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { name, title, runsWasm }: PageOptions,
): string {
  const nonce = crypto.randomUUID();
  const file = (ending: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), `${name}.${ending}`));
  const source = webview.cspSource;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${source}${runsWasm ? " 'wasm-unsafe-eval'" : ""}`,
    `style-src ${source} 'nonce-${nonce}'`,
    `font-src ${source}`,
    `img-src ${source} data: blob:`,
    ...(runsWasm ? [`connect-src ${source} blob:`, "worker-src blob:"] : []),
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${file("css")}">
  <title>${title}</title>
</head>
<body>
  <div id="app"></div>${translations()}
  <script type="module" nonce="${nonce}" src="${file("js")}"></script>
</body>
</html>`;
}

/** The bundle of the editor's language as a block of data; nothing in English, whose texts are the keys. */
function translations(): string {
  const { bundle } = vscode.l10n;
  if (!bundle) return "";
  const json = JSON.stringify(bundle).replaceAll("<", "\\u003c");
  return `\n  <script type="application/json" id="l10n">${json}</script>`;
}
