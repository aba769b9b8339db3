// The benchmark panel in the real workbench: runs models of all three frameworks on the wasm kernels, reads the table, follows a row
// to the source, cancels a run, and switches the board.
import assert from "node:assert/strict";
import { command, lens, look, open, page, picturePath, useWorkbench, WAIT_MS } from "./workbench.mjs";

useWorkbench({ settings: { "modelBudget.codeLens": "models", "modelBudget.inlayHints": "off" } });

/** The panel's page. */
const panel = () => page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");

async function benchmark() {
  await command("Model Budget: Benchmark Model");
  await panel().locator("main").first().waitFor({ timeout: WAIT_MS });
}

/** Waits for the end of a run; fails with what the page says. */
async function finished() {
  try {
    await panel().locator("table tbody tr").first().waitFor({ timeout: WAIT_MS });
    await panel().locator("#run").waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`No result. On the page:\n${await panel().locator("body").innerText()}`);
  }
}

/** Closes the panel, so that the editor is the only tab again. */
async function closePanel() {
  const tab = page.locator(".tab", { hasText: "Benchmark" }).first();
  await tab.click({ button: "middle" });
  await tab.waitFor({ state: "detached", timeout: WAIT_MS });
}

const rows = () => panel().locator("table tbody tr");

look("a Keras model runs on wasm; a row leads to its line; another board gives another verdict", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await lens("7.49 M MACs");
  const started = Date.now();
  await benchmark();
  try {
    const progress = panel().locator(".progress", { hasText: /whole model [\d.]+ ms/ });
    await progress.waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`No first result. On the page:\n${await panel().locator("body").innerText()}`);
  }
  console.log(`First result ${Date.now() - started} ms after the command was typed`);
  await finished();
  const names = await rows().locator("td:first-child").allInnerTexts();
  assert.ok(names.length > 25, `${names.length} rows`);
  const whole = Number.parseFloat(await panel().locator("#whole").innerText());
  assert.ok(whole > 0.1 && whole < 5000, `${whole} ms`);
  assert.match(await panel().locator("main").innerText(), /No tensor leaked/);
  await page.screenshot({ path: picturePath("benchmark") });
  const verdict = panel().locator("#verdict");
  assert.equal(await verdict.innerText(), "fits");
  // 64 KiB of RAM.
  await panel().locator("#board").selectOption({ label: "nRF52832 DK" });
  await verdict.filter({ hasText: "does not fit" }).waitFor({ timeout: WAIT_MS });
  await rows().filter({ hasText: "DepthwiseConv2D" }).first().click();
  await page.locator(".statusbar-item", { hasText: "Ln 29," }).first().waitFor({ timeout: WAIT_MS });
  await panel().locator("#run").click();
  await panel().locator("#cancel").click();
  await panel().locator(".problem", { hasText: "Cancelled" }).waitFor({ timeout: WAIT_MS });
  await closePanel();
});

look("a PyTorch model runs, with its layers named as PyTorch names them", async () => {
  await open("pytorch-cnn/model.py");
  await benchmark();
  await finished();
  const types = await rows().locator("td:nth-child(2)").allInnerTexts();
  assert.ok(types.includes("Conv2d"), types.join());
  await closePanel();
});

look("a TensorFlow.js model runs", async () => {
  await open("tfjs-typescript/src/model.ts");
  await benchmark();
  await finished();
  const types = await rows().locator("td:nth-child(2)").allInnerTexts();
  assert.ok(types.includes("Conv1D"), types.join());
  await closePanel();
});
