// Collects the strings that people read from the sources of the extension and of the webviews into bundle.l10n.json, which is
// what translations start from.
//   node l10n/export.mjs
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { getL10nJson } from "@vscode/l10n-dev";

const here = dirname(fileURLToPath(import.meta.url));
const ROOTS = ["src/extension", "src/webview"].map((folder) => join(dirname(here), folder));

/** Pages import `t` from a file of ours; the exporter knows only the library behind it, and only calls of its `l10n.t`. */
const OUR_IMPORT = /import \{ t \} from "(?:\.\.?\/)+(?:shared\/)?l10n";/;
const OUR_CALL = /(?<![\w.$])t\(/g;

function asTheLibrary(contents) {
  if (!OUR_IMPORT.test(contents)) return contents;
  return contents.replace(OUR_IMPORT, 'import * as l10n from "@vscode/l10n";').replace(OUR_CALL, "l10n.t(");
}

/** The messages of the sources by their keys, sorted. */
export async function exportBundle() {
  const sources = ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true })
      .map((name) => join(root, String(name)))
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => ({
        extension: path.endsWith(".tsx") ? ".tsx" : ".ts",
        contents: asTheLibrary(readFileSync(path, "utf8")),
      })),
  );
  const found = await getL10nJson(sources);
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Text of the file that holds the messages. */
export async function exportText() {
  return `${JSON.stringify(await exportBundle(), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(here, "bundle.l10n.json"), await exportText());
}
