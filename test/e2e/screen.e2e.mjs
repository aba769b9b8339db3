// What a person sees: opens examples in the real workbench, reads the lenses from the screen, types and watches them stay,
// and takes the picture that the README shows.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../vscode-host/browser.mjs";
import { startServer } from "../vscode-host/server.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const WAIT_MS = 120_000;

/** A calm window for reading and for the picture. */
const SETTINGS = {
  "breadcrumbs.enabled": false,
  "editor.codeLensFontSize": 12,
  "editor.fontSize": 14,
  "editor.minimap.enabled": false,
  "editor.renderLineHighlight": "none",
  "editor.scrollBeyondLastLine": false,
  "editor.stickyScroll.enabled": false,
  "editor.wordBasedSuggestions": "off",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "explorer.compactFolders": false,
  // These settings themselves, which lie in the opened folder because the web has its user settings in the browser.
  "files.exclude": { ".vscode": true },
  "window.autoDetectColorScheme": false,
  "window.commandCenter": false,
  "workbench.colorTheme": "Dark Modern",
  "workbench.layoutControl.enabled": false,
  "workbench.navigationControl.enabled": false,
  "workbench.tips.enabled": false,
};

let scratch;
let server;
let browser;
let page;

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), "model-budget-"));
  const examples = join(scratch, "examples");
  cpSync(join(root, "examples"), examples, { recursive: true });
  mkdirSync(join(examples, ".vscode"));
  writeFileSync(join(examples, ".vscode", "settings.json"), JSON.stringify(SETTINGS));
  const launched = await launchBrowser();
  browser = launched.browser;
  console.log(`Browser: ${launched.name}`);
  server = await startServer({ install: root });
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(server.address({ folder: examples }));
  await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: WAIT_MS });
  // The themes come with the extensions, a little after the window.
  await page.locator(".monaco-workbench.vs-dark").waitFor({ timeout: WAIT_MS });
});

after(async () => {
  await browser?.close();
  server?.stop();
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

afterEach(async () => {
  await command("View: Revert and Close Editor");
  await page.locator(".tabs-container .tab").first().waitFor({ state: "detached", timeout: WAIT_MS });
});

/** A test that leaves a picture of what was on the screen when it failed. */
function look(name, body) {
  test(name, async () => {
    try {
      await body();
    } catch (error) {
      const picture = join(root, "dist", "test", `${name.replaceAll(/\W+/g, "-")}.png`);
      await page?.screenshot({ path: picture }).catch(() => undefined);
      throw Object.assign(error, { message: `${error.message}\nThe screen at that moment: ${picture}` });
    }
  });
}

/** Types into the quick input and takes the first proposal once it shows `expected`. */
async function pick(key, text, expected) {
  await page.keyboard.press(key);
  const input = page.locator(".quick-input-widget input.input");
  await input.waitFor({ timeout: WAIT_MS });
  await input.fill(text);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: expected }).first().click({ timeout: WAIT_MS });
  await input.waitFor({ state: "hidden", timeout: WAIT_MS });
}

/** Runs a command of the palette by its name. */
function command(name) {
  return pick("F1", `>${name}`, name);
}

/** Opens a file of the examples and waits for its first lens. */
async function open(file) {
  await pick("Control+P", file, basename(file));
  await page.locator(".codelens-decoration:visible").first().waitFor({ timeout: WAIT_MS });
}

/** Texts of the lenses on the screen, from top to bottom. */
function lensTexts() {
  return page.evaluate(() =>
    [...document.querySelectorAll(".codelens-decoration")]
      .map((element) => ({
        top: element.getBoundingClientRect().top,
        text: element.textContent.replaceAll("\u00a0", " ").trim(),
      }))
      .filter(({ text }) => text !== "")
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text),
  );
}

/** Waits until a lens with this text is on the screen. */
async function lens(text) {
  try {
    await page.locator(".codelens-decoration:visible", { hasText: text }).first().waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`No lens says "${text}". On the screen:\n${(await lensTexts()).join("\n")}`);
  }
}

/** Puts the cursor at the end of the line that shows `text`. */
async function clickLine(text) {
  await page.locator(".view-line", { hasText: text }).first().click();
  await page.keyboard.press("End");
}

/** Scrolls, a line at a time, until the line that shows `text` is the topmost. */
async function scrollToTop(text) {
  const line = page.locator(".view-line", { hasText: text }).first();
  await line.waitFor({ timeout: WAIT_MS });
  const editor = await page.locator(".editor-instance .overflow-guard").first().boundingBox();
  for (let top = (await line.boundingBox()).y; top > editor.y + 2; top = (await line.boundingBox()).y) {
    await page.keyboard.press("Control+ArrowDown");
    await page.waitForFunction(
      ([element, old]) => element.getBoundingClientRect().y < old,
      [await line.elementHandle(), top],
    );
  }
}

look("the picture of the README", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await lens("fits Arduino Nano 33 BLE Sense · 7.49 M MACs · 222 k params · ");
  await scrollToTop("def separable_block");
  await lens("×13 · ");
  await page.mouse.move(1399, 899);
  await page.screenshot({ path: process.env.MODEL_BUDGET_PICTURE ?? join(root, "dist", "test", "codelens.png") });
});

look("the keyword spotting example shows its cost above the code", async () => {
  await open("mlperf-tiny/keyword_spotting.py");
  await lens("2.66 M MACs · 24.9 k params · ");
  await lens("25×5×64 · 320 k MACs · 2.62 k params · 31.3 KiB");
  await lens("×4 · 288 k MACs · 2.56 k params");
});

look("advice is underlined, and its fix is offered with what it saves", async () => {
  await open("mlperf-tiny/image_classification.py");
  await lens("×7 · 12.2 M MACs");
  await page.locator(".squiggly-info").first().waitFor({ timeout: WAIT_MS });
  await clickLine("x = layers.Conv2D(");
  await page.keyboard.press("Control+.");
  const fix = page.locator(".action-widget", { hasText: "Replace by a depthwise-separable convolution: 12.5 M" });
  await fix.waitFor({ timeout: WAIT_MS });
  await page.screenshot({ path: join(root, "dist", "test", "quick-fix.png") });
  await page.keyboard.press("Escape");
});

look("the TypeScript example shows its cost above the code", async () => {
  await open("tfjs-typescript/src/model.ts");
  await lens("215 k MACs · 7.1 k params · ");
});

look("lenses stay on the screen while someone types, and the new layer gets its own", async () => {
  await open("mlperf-tiny/keyword_spotting.py");
  await lens("25×5×64 · 320 k MACs");
  await clickLine("# A wide first kernel");
  const shown = (await lensTexts()).length;
  // Counts the lenses in every frame from here on.
  await page.evaluate(() => {
    window.fewestLenses = Number.POSITIVE_INFINITY;
    const count = () => {
      const lenses = [...document.querySelectorAll(".codelens-decoration")].filter(
        (element) => element.textContent.trim() !== "",
      );
      window.fewestLenses = Math.min(window.fewestLenses, lenses.length);
      window.watchingLenses = requestAnimationFrame(count);
    };
    count();
  });
  await page.keyboard.type('\nmodel.add(Conv2D(8, (3, 3), padding="same"))', { delay: 60 });
  await lens("49×10×8 · 35.3 k MACs · 80 params");
  const fewest = await page.evaluate(() => {
    cancelAnimationFrame(window.watchingLenses);
    return window.fewestLenses;
  });
  // The new line may push the lowest lens out of the window, no more.
  assert.ok(fewest >= shown - 1, `${shown} lenses before, ${fewest} at the worst`);
});

look("a click on a lens explains it in the output, and nothing pops up", async () => {
  await open("mlperf-tiny/keyword_spotting.py");
  await page.locator(".codelens-decoration:visible a", { hasText: "Model Budget:" }).first().click();
  await page.locator(".panel .view-line", { hasText: "average_pooling2d" }).first().waitFor({ timeout: WAIT_MS });
  assert.equal(await page.locator(".notification-toast").count(), 0);
  await command("View: Hide Panel");
  await page.locator(".view-line", { hasText: "Sequential(name" }).first().click();
});
