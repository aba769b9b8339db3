// The benchmark panel in the real workbench: runs models of all three frameworks on the wasm kernels, reads the table, follows a row
// to the source, cancels a run, switches the board, compares with a change and applies it, saves pictures, and names runs.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { benchmark, closePanel, finished, notice, panel, rows, until } from "./benchmark-panel.mjs";
import { folder, lens, lensTexts, look, open, page, picturePath, useWorkbench, WAIT_MS } from "./workbench.mjs";

useWorkbench({ settings: { "modelBudget.codeLens": "models", "modelBudget.inlayHints": "off" } });

/** Saves the picture of what is shown under a name, and gives its bytes. */
async function savePicture(name) {
  const path = join(folder, name);
  await panel().locator("#save-png").click();
  const input = page.locator(".quick-input-widget input.input");
  // The dialog writes its own proposal first.
  await until(async () => (await input.inputValue()).endsWith(".png"), "the dialog");
  await input.fill(path);
  await until(async () => (await input.inputValue()) === path, "the path");
  await page.keyboard.press("Enter");
  await until(() => existsSync(path) && readFileSync(path).length > 0, name);
  await input.waitFor({ state: "hidden", timeout: WAIT_MS });
  return readFileSync(path);
}

/** Width and height of a PNG file. */
function sizeOfPng(bytes) {
  assert.equal(bytes.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

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
  await notice("Cancelled");
  // Arrows move along the rows, Enter leads to the line.
  await rows().first().focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.locator(".statusbar-item", { hasText: "Ln 49," }).first().waitFor({ timeout: WAIT_MS });
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

look("the model runs in turns with a narrower one; the picture of both is saved; the change is applied", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await benchmark();
  await finished();
  const one = await savePicture("one.png");
  const { width, height } = sizeOfPng(one);
  assert.ok(width >= 1000 && height >= 1000 && one.length > 20_000, `${width}×${height}, ${one.length} bytes`);
  const choice = panel().locator('#rival optgroup[label="Width multiplier"] option').first();
  await choice.waitFor({ state: "attached", timeout: WAIT_MS });
  await panel()
    .locator("#rival")
    .selectOption(await choice.getAttribute("value"));
  await panel().locator("#run-both").click();
  try {
    await panel().locator("#apply").waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`No comparison. On the page:\n${await panel().locator("body").innerText()}`);
  }
  assert.match(await panel().locator("#speed-up").innerText(), /^\d+\.\d\d× as fast/);
  assert.match(await panel().locator("#predicted").innerText(), /^\d+\.\d\d× as fast$/);
  const macs = panel().locator("table.quantities tr", { hasText: "MACs" });
  assert.match(await macs.innerText(), /7\.49 M\s+\d+(\.\d+)? [kM]\s+−\d+ %/);
  await page.screenshot({ path: picturePath("benchmark-compare") });
  const both = await savePicture("both.png");
  assert.equal(sizeOfPng(both).width, width);
  assert.notDeepEqual(both, one);
  await panel().locator("#apply").click();
  await panel().locator(".pair-head", { hasText: "Applied" }).waitFor({ timeout: WAIT_MS });
  await until(async () => !(await lensTexts()).join().includes("7.49 M MACs"), "the lens of the changed code");
  await notice("The code has changed since");
  await closePanel();
});

look("runs get names and are forgotten", async () => {
  await open("pytorch-cnn/model.py");
  await benchmark();
  await finished();
  const history = panel().locator(".history");
  if ((await history.getAttribute("open")) === null) await history.locator("summary").click();
  const runs = panel().locator(".runs li");
  const count = await runs.count();
  await panel().locator("#run").click();
  await until(async () => (await runs.count()) === count + 1, "the second run");
  await runs.first().locator(".run-name").fill("quiet machine");
  await page.keyboard.press("Tab");
  await panel()
    .locator("#compare option", { hasText: "quiet machine" })
    .waitFor({ state: "attached", timeout: WAIT_MS });
  await runs.nth(1).getByText("Delete").click();
  await until(async () => (await runs.count()) === count, "the deletion");
  await panel().locator("#forget-all").click();
  await until(async () => (await runs.count()) === 0, "the end of all runs");
  await closePanel();
});
