// A real VS Code workbench in a headless browser for the tests in this folder: one window on a copy of the examples, and what a
// person does in it (open a file, run a command, read lenses). Each test leaves a picture when it fails.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../vscode-host/browser.mjs";
import { startServer } from "../vscode-host/server.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const WAIT_MS = 120_000;

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

/** The page of the window, and the folder it has open. Set before the first test. */
export let page;
export let folder;

/** Makes the extension run in the web worker host, as in a browser without a server. */
const WEB_HOST = { "remote.extensionKind": { "model-budget.model-budget": ["web"] } };

/**
 * Opens the window before the tests of a file and closes it after them; `settings` are added to the usual ones. `host` is where the
 * extension runs: in "node" or in the "web" worker.
 */
export function useWorkbench({ settings = {}, host = "node" } = {}) {
  let scratch;
  let server;
  let browser;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), "model-budget-"));
    folder = join(scratch, "examples");
    cpSync(join(root, "examples"), folder, { recursive: true });
    mkdirSync(join(folder, ".vscode"));
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
    const launched = await launchBrowser();
    browser = launched.browser;
    console.log(`Browser: ${launched.name}`);
    server = await startServer({ install: root, settings: host === "web" ? WEB_HOST : {} });
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(server.address({ folder }));
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
}

/** Where a picture made by a test goes; with --picture those of media/ are rewritten. */
export function picturePath(name) {
  const folder = process.env.MODEL_BUDGET_PICTURES ?? join(root, "dist", "test");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}

/** A test that leaves a picture of what was on the screen when it failed. */
export function look(name, body) {
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

/**
 * Types into the quick input and takes the first proposal once it shows `expected`. Its list is made when it opens: a file that was
 * just written may not be in it, so the input is opened again.
 */
export async function pick(key, text, expected) {
  const input = page.locator(".quick-input-widget input.input");
  const found = page.locator(".quick-input-list .monaco-list-row", { hasText: expected }).first();
  const end = Date.now() + WAIT_MS;
  for (;;) {
    await page.keyboard.press(key);
    await input.waitFor({ timeout: WAIT_MS });
    await input.fill(text);
    try {
      await found.click({ timeout: 10_000 });
      break;
    } catch (error) {
      if (Date.now() > end) throw error;
      await page.keyboard.press("Escape");
      await input.waitFor({ state: "hidden", timeout: WAIT_MS });
    }
  }
  await input.waitFor({ state: "hidden", timeout: WAIT_MS });
}

/** Runs a command of the palette by its name. */
export function command(name) {
  return pick("F1", `>${name}`, name);
}

/** Opens a file of the examples and waits for its first lens. */
export async function open(file) {
  await pick("Control+P", file, basename(file));
  await page.locator(".codelens-decoration:visible").first().waitFor({ timeout: WAIT_MS });
}

/** Texts of the lenses on the screen, from top to bottom. */
export function lensTexts() {
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
export async function lens(text) {
  try {
    await page.locator(".codelens-decoration:visible", { hasText: text }).first().waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`No lens says "${text}". On the screen:\n${(await lensTexts()).join("\n")}`);
  }
}

/** Puts the cursor at the end of the line that shows `text`. */
export async function clickLine(text) {
  await page.locator(".view-line", { hasText: text }).first().click();
  await page.keyboard.press("End");
}

/** Scrolls, a line at a time, until the line that shows `text` is the topmost. */
export async function scrollToTop(text) {
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
