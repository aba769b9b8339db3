// Builds what ships: dist/extension.js (VS Code client), dist/server.js (language server), dist/cli.js (command line),
// and beside them what they load only when needed: dist/typescript.js and the two WebAssembly files of the Python parser.
//   node esbuild.mjs [--watch] [--minify]
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "dist");
const require = createRequire(import.meta.url);
const watch = process.argv.includes("--watch");
const minify = process.argv.includes("--minify");

/** The module form of this library makes a `require` of its own, which the lazy require below would call. */
const parserAsCommonJs = {
  name: "parser-as-commonjs",
  setup(plugin) {
    plugin.onResolve({ filter: /^web-tree-sitter$/ }, () => ({ path: require.resolve("web-tree-sitter") }));
  },
};

/** `typescript` is large and only wanted for TypeScript and JavaScript files: it becomes a file of its own, loaded on demand. */
const typescriptApart = {
  name: "typescript-apart",
  setup(plugin) {
    plugin.onResolve({ filter: /^typescript$/ }, () => ({ path: "./typescript.js", external: true }));
  },
};

/** `import text from "./recipe.py?raw"` gives the file's text, as in the tests' bundler. */
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
      watchFiles: [args.path],
    }));
  },
};

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  outdir: dist,
  sourcemap: !minify,
  minify,
  logLevel: "warning",
  // `import("typescript")` becomes a lazy require, whose result has the module's names whatever the loader makes of CommonJS.
  supported: { "dynamic-import": false },
  // ES modules of libraries ask for their own address; in a CommonJS file that is the file itself.
  define: { "import.meta.url": "importMetaUrl" },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  external: ["vscode"],
  // Its CommonJS form requires its parts in a way that cannot be bundled.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  plugins: [parserAsCommonJs, typescriptApart, rawText],
};

const bundles = [
  { ...common, entryPoints: { server: "src/server/main.ts", extension: "src/extension/extension.ts" } },
  {
    ...common,
    entryPoints: { cli: "src/cli/main.ts" },
    banner: { js: `#!/usr/bin/env node\n${common.banner.js}` },
  },
];

/** The compiler changes only with its version: its bundle is built once and then left alone. */
async function buildTypescript() {
  const source = require.resolve("typescript");
  const target = join(dist, "typescript.js");
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return;
  await build({
    entryPoints: { typescript: source },
    outdir: dist,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    legalComments: "none",
    logLevel: "error",
  });
}

function copyParser() {
  const files = [
    join(dirname(require.resolve("web-tree-sitter")), "web-tree-sitter.wasm"),
    join(dirname(require.resolve("tree-sitter-python/package.json")), "tree-sitter-python.wasm"),
  ];
  for (const file of files) copyFileSync(file, join(dist, file.slice(dirname(file).length + 1)));
}

mkdirSync(dist, { recursive: true });
try {
  await buildTypescript();
  copyParser();
  if (watch) {
    for (const options of bundles) await (await context({ ...options, logLevel: "info" })).watch();
  } else {
    for (const options of bundles) await build(options);
    chmodSync(join(dist, "cli.js"), 0o755);
  }
} catch (error) {
  // esbuild has printed its own errors with their places.
  if (!Array.isArray(error?.errors)) console.error(`The build failed: ${error?.message ?? error}`);
  process.exitCode = 1;
}
