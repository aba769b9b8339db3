// Builds what ships: dist/extension.js (VS Code client), dist/server.js (language server), dist/cli.js (command line),
// beside them what they load only when needed (dist/typescript.js, the two WebAssembly files of the Python parser), the same
// for the browser in dist/web, and dist/webview, one script and style sheet for each folder of src/webview.
//   node esbuild.mjs [--watch] [--minify]
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, context } from "esbuild";
import { common, dist, webviews, workers } from "./esbuild.options.mjs";

const require = createRequire(import.meta.url);
const watch = process.argv.includes("--watch");
const minify = process.argv.includes("--minify");

const shipped = { ...common, sourcemap: !minify, minify };
const bundles = [
  { ...shipped, entryPoints: { server: "src/server/main.ts", extension: "src/extension/main.ts" } },
  {
    ...shipped,
    entryPoints: { cli: "src/cli/main.ts" },
    banner: { js: `#!/usr/bin/env node\n${shipped.banner.js}` },
  },
  ...workers.map((options) => ({ ...options, sourcemap: !minify, minify })),
  { ...webviews, sourcemap: !minify, minify },
];

/** The compiler changes only with its version: its bundles are built once and then left alone. */
async function buildTypescript() {
  const source = require.resolve("typescript");
  const forms = [
    { outdir: dist, platform: "node", format: "cjs", target: "node20" },
    // A script whose one name src/platform/browser.ts looks for.
    {
      outdir: join(dist, "web"),
      platform: "browser",
      format: "iife",
      globalName: "modelBudgetTypescript",
      target: "es2022",
    },
  ];
  for (const form of forms) {
    const target = join(form.outdir, "typescript.js");
    if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) continue;
    await build({
      ...form,
      entryPoints: { typescript: source },
      bundle: true,
      minify: true,
      legalComments: "none",
      logLevel: "error",
    });
  }
}

function copyParser() {
  const files = [
    join(dirname(require.resolve("web-tree-sitter")), "web-tree-sitter.wasm"),
    join(dirname(require.resolve("tree-sitter-python/package.json")), "tree-sitter-python.wasm"),
  ];
  for (const file of files) copyFileSync(file, join(dist, file.slice(dirname(file).length + 1)));
}

/** Begins the folder of the pages with the kernels of the benchmark; a page is not cross-origin isolated, so the build with threads is of no use. */
function copyKernels() {
  const file = "tfjs-backend-wasm-simd.wasm";
  const from = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist", file);
  // Chunks are named by their contents: without this those of earlier builds would be packaged, too.
  rmSync(join(dist, "webview"), { recursive: true, force: true });
  mkdirSync(join(dist, "webview"), { recursive: true });
  copyFileSync(from, join(dist, "webview", file));
}

mkdirSync(dist, { recursive: true });
try {
  await buildTypescript();
  copyParser();
  copyKernels();
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
