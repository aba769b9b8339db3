// What the accuracy scripts share: loading the project's TypeScript, reading CSV, and tables in docs/accuracy.md.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** `import text from "./recipe.py?raw"` gives the file's text, as in the project's bundles. */
const rawText = {
  name: "raw-text",
  setup(plugin) {
    plugin.onResolve({ filter: /\?raw$/ }, (args) => ({
      path: join(args.resolveDir, args.path.slice(0, -4)),
      namespace: "raw-text",
    }));
    plugin.onLoad({ filter: /.*/, namespace: "raw-text" }, (args) => ({
      contents: readFileSync(args.path, "utf8"),
      loader: "text",
    }));
  },
};

/** Imports what the given modules (paths from the project's root) export, all in one object. */
export async function importSources(...paths) {
  // Beside the packages, so that those that are not bundled are found.
  const outfile = join(root, "node_modules", `.accuracy-${process.pid}-${Date.now()}.mjs`);
  const contents = paths.map((path) => `export * from ${JSON.stringify(`./${path}`)};`).join("\n");
  await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    plugins: [rawText],
    outfile,
    logLevel: "error",
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

/** Rows of a CSV file without quoting, as objects by its header. */
export function readCsv(path) {
  const [header, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const fields = line.split(",");
    return Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]));
  });
}

export function readJsonLines(path) {
  return readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** The value below which a share of the sorted values lies; NaN without values. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

export function markdownTable(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Puts text between `<!-- NAME -->` and `<!-- /NAME -->` in docs/accuracy.md. */
export function writeSection(name, text) {
  const path = join(root, "docs", "accuracy.md");
  const page = readFileSync(path, "utf8");
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start) throw new Error(`docs/accuracy.md has no section ${name}`);
  writeFileSync(path, `${page.slice(0, start + open.length)}\n${text}\n${page.slice(end)}`);
}
