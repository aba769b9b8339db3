// The sidebar in the real workbench: verdict, gauges, sliders and the memory chart of the Budget view, rows of the two trees, where
// their clicks lead, and what Apply does to the code. Read from the screen, in a dark, a light and a high-contrast theme.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  command,
  folder,
  lens,
  look,
  open,
  page,
  pick,
  picturePath,
  useWorkbench,
  WAIT_MS,
  root,
} from "./workbench.mjs";

useWorkbench({ settings: { "modelBudget.codeLens": "models", "modelBudget.inlayHints": "off" } });

/** The page of the Budget view. */
const budget = () => page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
const rows = (view) => page.locator(`.pane:has(.pane-header[aria-label^="${view}"]) .monaco-list-row`);
const row = (view, text) => rows(view).filter({ hasText: text }).first();

async function showBudget() {
  await command("Model Budget: Show Budget");
  await budget().locator("main, .empty").first().waitFor({ timeout: WAIT_MS });
}

/** Waits until a part of the page holds the text; fails with what the page says. */
async function says(selector, expected) {
  try {
    await budget().locator(selector, { hasText: expected }).first().waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`${selector} does not say ${expected}. On the page:\n${await budget().locator("body").innerText()}`);
  }
}

/** Waits until the cursor is in the line. */
async function cursorIn(line) {
  const status = page.locator(".statusbar-item", { hasText: /Ln \d+, Col/ });
  try {
    await status
      .filter({ hasText: `Ln ${line},` })
      .first()
      .waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`The cursor is at ${await status.first().innerText()}, not in line ${line}`);
  }
}

/** Starts a command that asks for something itself. */
async function start(name, placeholder) {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input.input");
  await input.fill(`>${name}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().click({ timeout: WAIT_MS });
  await page.locator(`.quick-input-widget input.input[placeholder^="${placeholder}"]`).waitFor({ timeout: WAIT_MS });
}

/** Changes a setting of the opened folder. */
function set(name, value) {
  const path = join(folder, ".vscode", "settings.json");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), [name]: value }));
}

/** Text of a file of the examples with a change, under a name of its own. */
function variant(file, name, change) {
  writeFileSync(join(folder, name), change(readFileSync(join(folder, file), "utf8")));
}

const withBudget = (text) =>
  text.replace("def build_mobilenet_v1", "# budget: ram < 80 kB, macs < 5M, latency < 2000 ms\ndef build_mobilenet_v1");

const lineOf = (file, text) =>
  readFileSync(join(folder, file), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

look("the budget view shows verdict, gauges and RAM over time; its links lead to the source", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await lens("fits Arduino Nano 33 BLE Sense · 7.49 M MACs");
  await showBudget();
  await says(".verdict", /^Fits$/);
  await says(".entry", "build_mobilenet_v1(alpha=0.25)");
  await says(".target", "Arduino Nano 33 BLE Sense · TFLM + CMSIS-NN · int8");
  await says(".gauge", /RAM\s*98\.8 KiB of 256 KiB/);
  await says(".gauge", /activations 72 KiB\s*persistent 26\.8 KiB/);
  await says(".gauge", /Flash\s*404 KiB of 960 KiB/);
  await says(".gauge", /MACs\s*7\.49 M/);
  await says(".gauge", /Latency\s*≈ 1\.17 s\s*.* to .* s/);
  const meter = budget().getByRole("meter", { name: "RAM" });
  assert.equal(await meter.getAttribute("aria-valuetext"), "98.8 KiB of 256 KiB, 39 %");

  const chart = budget().getByRole("slider", { name: /RAM over time/ });
  assert.match(await chart.getAttribute("aria-valuetext"), /CONV_2D · line 32 · 54 KiB in use, the peak/);
  await budget().locator(".alive .link", { hasText: "line 32" }).first().click();
  await cursorIn(lineOf("mlperf-tiny/visual_wake_words.py", "x = layers.Conv2D(filters, 1"));
  await chart.focus();
  await page.keyboard.press("End");
  await says(".readout", "SOFTMAX");
  await page.keyboard.press("Enter");
  await cursorIn(lineOf("mlperf-tiny/visual_wake_words.py", 'activation="softmax"'));
});

look("a slider shows what would be without touching the code, and Apply writes it", async () => {
  const file = "mlperf-tiny/visual_wake_words.py";
  await open(file);
  await showBudget();
  const slider = budget().getByRole("slider", { name: /Width multiplier/ });
  await slider.waitFor({ timeout: WAIT_MS });
  assert.equal(await slider.getAttribute("aria-valuetext"), "0.25");
  await slider.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
  await says(".lever-value", "0.25 → 0.5");
  await says(".verdict", "Would not fit");
  await says(".gauge", /MACs\s*27\.4 M\s*\+265 %/);
  await lens("7.49 M MACs");

  // Hidden and shown again, the sliders stand where they stood, and what would be is asked again.
  await command("View: Show Explorer");
  await page.locator("iframe.webview.ready").first().waitFor({ state: "hidden", timeout: WAIT_MS });
  await showBudget();
  await says(".lever-value", "0.25 → 0.5");
  await says(".gauge", /MACs\s*27\.4 M\s*\+265 %/);
  await says(".verdict", "Would not fit");

  const resolution = budget().getByRole("slider", { name: "Input resolution" });
  await resolution.focus();
  await page.keyboard.press("ArrowLeft");
  await says(".lever-value", "96×96 → ");
  await says(".gauge", /RAM\s*\d.*(−|\+)\d+ %/);
  await budget().getByRole("button", { name: "Reset" }).click();
  await says(".verdict", /^Fits$/);

  await slider.focus();
  await page.keyboard.press("ArrowLeft");
  await says(".verdict", "Would fit");
  await budget().getByRole("button", { name: "Apply to Code" }).click();
  await page
    .locator(".view-line", { hasText: "alpha=0.2)" })
    .or(page.locator(".view-line", { hasText: "alpha=0.2," }))
    .first()
    .waitFor({ timeout: WAIT_MS });
  await says(".entry", "alpha=0.2)");
  await says(".verdict", /^Fits$/);
});

look("the picture of the README: over budget, and what a smaller width would do", async () => {
  variant("mlperf-tiny/visual_wake_words.py", "person_detection.py", withBudget);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1000, height: 1240 });
  await open("person_detection.py");
  await showBudget();
  const slider = budget().getByRole("slider", { name: /Width multiplier/ });
  await slider.focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowLeft");
  await says(".lever-value", "0.25 → 0.15");
  await says(".verdict", /^Would fit$/);
  await budget().locator(".verdict").scrollIntoViewIfNeeded();
  await page.mouse.move(999, 1239);
  await page.screenshot({ path: picturePath("sidebar") });
  await page.setViewportSize(size);
});

look("the layers are a tree of blocks: sorted, filtered, coloured, and a click goes to the line", async () => {
  const file = "mlperf-tiny/visual_wake_words.py";
  await open(file);
  await showBudget();
  // The tree shows the line of the cursor, which the editor remembers: the first layers are wanted.
  await page.locator(".view-line", { hasText: "layers.Conv2D(int(32" }).first().click();
  const block = row("Layers", "separable_block 2");
  await block.waitFor({ timeout: WAIT_MS });
  await row("Layers", "separable_block 1").locator(".monaco-tl-twistie").click();
  const peak = row("Layers", "conv2d_1");
  await peak.waitFor({ timeout: WAIT_MS });
  assert.match(await peak.innerText(), /54 KiB RAM/);
  assert.match(await peak.getAttribute("aria-label"), /RAM is fullest here/);
  const tooltip = page.locator(".monaco-hover", { hasText: "RAM in use while it runs" }).first();
  // A list that is drawn again under the mouse takes its tooltip away: the mouse comes once more.
  for (let tries = 0; tries < 10 && !(await tooltip.isVisible()); tries++) {
    await page.mouse.move(900, 500);
    await peak.hover();
    await tooltip.waitFor({ timeout: 3000 }).catch(() => undefined);
  }
  await tooltip.waitFor({ timeout: WAIT_MS });
  assert.match(await tooltip.innerText(), /8·16·48·48/);
  await page.screenshot({ path: join(root, "dist", "test", "sidebar-tooltip.png") });
  await peak.click();
  await cursorIn(lineOf(file, "x = layers.Conv2D(filters, 1"));

  await start("Model Budget: Sort Layers By", "Sort layers by");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "MACs" }).first().click();
  await page.locator(".pane-header", { hasText: /Layers.*by MACs/s }).waitFor({ timeout: WAIT_MS });
  // Blocks and layers right below the model.
  const inside = rows("Layers").and(page.locator('[aria-level="2"]'));
  await inside.first().filter({ hasText: "separable_block 3" }).waitFor({ timeout: WAIT_MS });
  const texts = await inside.locator(".label-description").allInnerTexts();
  const macs = texts.map((text) => Number(/([\d.]+) k MACs/.exec(text)?.[1] ?? 0));
  assert.ok(macs.length > 3 && macs.every((value, index) => index === 0 || value <= macs[index - 1]), texts.join("\n"));

  await start("Model Budget: Filter Layers", "Words of a name");
  await page.locator(".quick-input-widget input.input").fill("depthwise");
  await page.locator(".pane-body .message", { hasText: "13 of 85 layers" }).waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("Enter");
  await command("Model Budget: Clear Layer Filter");
  await row("Layers", "separable_block 3").waitFor({ timeout: WAIT_MS });

  // The tree follows the cursor, and what is typed goes to the editor all the same.
  await page.locator(".view-line", { hasText: "layers.Dense(" }).first().click();
  await page
    .locator(".monaco-list-row.selected", { hasText: /^dense/ })
    .first()
    .waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("End");
  await page.keyboard.type("  # typed");
  await page.locator(".view-line", { hasText: "typed" }).first().waitFor({ timeout: WAIT_MS });
});

look("a suggestion is applied from its row", async () => {
  const file = "mlperf-tiny/image_classification.py";
  await open(file);
  await showBudget();
  const suggestion = row("Suggestions", "Line");
  await suggestion.waitFor({ timeout: WAIT_MS });
  await row("Suggestions", "Standard conv could be separable").waitFor({ timeout: WAIT_MS });
  const separable = rows("Suggestions")
    .filter({ hasText: /→ .* MACs \(−\d+ %\)/ })
    .first();
  await separable.hover();
  await separable.locator(".action-label[aria-label^='Apply']").click();
  await page.locator(".view-line", { hasText: "SeparableConv2D" }).first().waitFor({ timeout: WAIT_MS });
});

look("a broken budget, an input that is not known and a file without a model say what to do", async () => {
  variant("mlperf-tiny/visual_wake_words.py", "over.py", withBudget);
  writeFileSync(
    join(folder, "unknown.py"),
    "import torch.nn as nn\n\nclass Net(nn.Module):\n    def __init__(self, width):\n        super().__init__()\n        self.fc = nn.Conv2d(3, width, 3)\n\n    def forward(self, x):\n        return self.fc(x)\n\nnet = Net(16)\n",
  );
  writeFileSync(join(folder, "nothing.py"), "import numpy\n");
  await open("over.py");
  await showBudget();
  await says(".verdict", /^Over budget$/);
  await says(".gauge", /RAM\s*98\.8 KiB of 78\.1 KiB/);
  await command("View: Revert and Close Editor");

  await open("unknown.py");
  await says("#reasons-title", "What is not known, and why");
  await says(".advice", "# budget: input = 1x3x224x224");
  await command("View: Revert and Close Editor");

  await pick("Control+P", "nothing.py", "nothing.py");
  await says("h2", "No model in nothing.py");
  await says(".reason", "imports neither Keras");
});

look("light, dark and high contrast", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await showBudget();
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1000, height: 1040 });
  for (const view of ["Layers", "Suggestions"]) await page.locator(`.pane-header[aria-label^="${view}"]`).click();
  for (const [theme, marker, name] of [
    ["Light Modern", "vs", "light"],
    ["Default High Contrast", "hc-black", "contrast"],
    ["Default High Contrast Light", "hc-light", "contrast-light"],
    ["Dark Modern", "vs-dark", "dark"],
  ]) {
    set("workbench.colorTheme", theme);
    await page.locator(`.monaco-workbench.${marker}`).waitFor({ timeout: WAIT_MS });
    await says(".verdict", /^Fits$/);
    await budget()
      .getByRole("slider", { name: /Width multiplier/ })
      .waitFor({ timeout: WAIT_MS });
    await page.mouse.move(1399, 899);
    await budget().locator(".alive .link").first().waitFor({ timeout: WAIT_MS });
    await page.screenshot({ path: join(root, "dist", "test", `sidebar-${name}.png`) });
  }
  for (const view of ["Layers", "Suggestions"]) await page.locator(`.pane-header[aria-label^="${view}"]`).click();
  await page.setViewportSize(size);
});
