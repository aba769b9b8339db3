// What the benchmark itself costs: each model is measured by the panel's code in a plain page and by a bare loop over the same kernels,
// on wasm unless another backend is named. Prints both medians, the sum of the layers against the whole, and how long everything took.
//   node test/bench/benchmark.mjs [wasm|webgl|webgpu|cpu [MODEL…]]
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { common, root, webviews } from "../../esbuild.options.mjs";
import { launchBrowser } from "../vscode-host/browser.mjs";
import { ensureInstalled } from "../vscode-host/install.mjs";

/** Without a GPU these are computed by the processor: that shows that they work, not how fast a GPU is. */
const SOFTWARE_GPU = ["--enable-unsafe-swiftshader", "--disable-gpu-watchdog"];
const GPU_FLAGS = {
  webgl: ["--use-gl=angle", "--use-angle=swiftshader", ...SOFTWARE_GPU],
  webgpu: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan", ...SOFTWARE_GPU],
};
const [backend = "wasm", ...chosen] = process.argv.slice(2);
await ensureInstalled();
const outdir = join(root, "node_modules", ".cache", "bench");
const require = createRequire(import.meta.url);
await build({ ...common, entryPoints: { analyzer: join(root, "src/platform/node.ts") }, outdir });
await build({
  ...webviews,
  splitting: false,
  entryPoints: { "benchmark-page": join(root, "test/bench/benchmark-page.mjs") },
  outdir,
});
const wasm = "tfjs-backend-wasm-simd.wasm";
copyFileSync(
  join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist", wasm),
  join(outdir, wasm),
);
const { createNodeAnalyzer } = require(join(outdir, "analyzer.js"));

/** A chain of 300 small convolutions. */
const deep = join(outdir, "models", "deep.py");
mkdirSync(dirname(deep), { recursive: true });
writeFileSync(
  deep,
  `from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([keras.Input((16, 16, 8))])
for _ in range(300):
    model.add(layers.Conv2D(8, 3, padding="same", activation="relu"))
`,
);
const examples = join(root, "examples");
const MODELS = [
  ["visual wake words", join(examples, "mlperf-tiny/visual_wake_words.py"), examples],
  ["keyword spotting", join(examples, "mlperf-tiny/keyword_spotting.py"), examples],
  ["image classification", join(examples, "mlperf-tiny/image_classification.py"), examples],
  ["PyTorch CNN", join(examples, "pytorch-cnn/model.py"), examples],
  ["300 layers", deep, dirname(deep)],
];

const server = createServer(async (request, response) => {
  const name = request.url === "/" ? null : request.url.slice(1);
  if (name === null) {
    response.setHeader("content-type", "text/html");
    response.end('<!DOCTYPE html><script type="module" src="/benchmark-page.js"></script>');
    return;
  }
  try {
    const body = await readFile(join(outdir, name));
    response.setHeader("content-type", name.endsWith(".wasm") ? "application/wasm" : "text/javascript");
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const { browser, name: browserName } = await launchBrowser(GPU_FLAGS[backend]);
try {
  console.log(browserName);
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => typeof window.runBenchmark === "function");
  const rows = [];
  for (const [name, file, folder] of MODELS) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    const { result } = await createNodeAnalyzer().plan({ file, root: folder, index: 0 });
    if (!("plan" in result)) throw new Error(`${name}: ${result.none.reason}`);
    const started = performance.now();
    const run = ([plan, backend]) => window.runBenchmark(plan, backend);
    const measured = await page.evaluate(run, [result.plan, backend]);
    const seconds = (performance.now() - started) / 1000;
    const loops = await page.evaluate(([plan, backend]) => window.compareLoops(plan, backend), [result.plan, backend]);
    rows.push({
      model: name,
      layers: measured.layers.length,
      "whole ms": round(measured.whole.median),
      "±": percent(measured.whole.spread),
      "panel loop ms": round(loops.oursMs),
      "bare loop ms": round(loops.bareMs),
      overhead: percent(loops.ratio - 1),
      "sum / whole": round(measured.sumMs / measured.whole.median),
      "first run ms": round(measured.firstMs),
      "all s": round(seconds),
      tensors: measured.tensorsAfter - measured.tensorsBefore,
    });
  }
  console.table(rows);
} finally {
  await browser.close();
  server.close();
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

function round(value) {
  return Number(value.toPrecision(3));
}
