// How this project's TypeScript becomes JavaScript: the options shared by what ships (esbuild.mjs) and by the benches.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(fileURLToPath(import.meta.url));
export const dist = join(root, "dist");
const require = createRequire(import.meta.url);

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
export const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  outdir: dist,
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

/**
 * What runs in a web worker: the extension (CommonJS, `vscode` is given to it) and the server (a script). Nothing of Node is
 * there, so an import of it fails the build.
 * @type {import("esbuild").BuildOptions[]}
 */
export const workers = [
  { entryPoints: { extension: "src/extension/main.web.ts" }, format: "cjs", external: ["vscode"] },
  { entryPoints: { server: "src/server/browser.ts" }, format: "iife", external: [] },
].map((options) => ({
  ...common,
  platform: "browser",
  target: "es2022",
  outdir: join(dist, "web"),
  mainFields: ["browser", "module", "main"],
  define: {},
  banner: {},
  plugins: [parserAsCommonJs, rawText],
  ...options,
}));

const pages = join(root, "src", "webview");

/**
 * One module for each page, in the browser; what several pages share and what a page loads late become chunks.
 * @type {import("esbuild").BuildOptions}
 */
export const webviews = {
  absWorkingDir: root,
  bundle: true,
  platform: "browser",
  format: "esm",
  splitting: true,
  target: "es2022",
  outdir: join(dist, "webview"),
  chunkNames: "chunk-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  entryPoints: Object.fromEntries(
    readdirSync(pages)
      .filter((name) => existsSync(join(pages, name, "main.tsx")))
      .map((name) => [name, join(pages, name, "main.tsx")]),
  ),
};
