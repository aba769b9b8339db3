// What a person does in the benchmark panel of the workbench, for the tests of it.
import assert from "node:assert/strict";
import { command, page, WAIT_MS } from "./workbench.mjs";

/** The panel's page. */
export const panel = () => page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");

export async function benchmark() {
  await command("Model Budget: Benchmark Model");
  await panel().locator("main").first().waitFor({ timeout: WAIT_MS });
}

/** Waits for the end of a run; fails with what the page says. */
export async function finished() {
  try {
    await panel().locator("table.layers tbody tr").first().waitFor({ timeout: WAIT_MS });
    await panel().locator("#run").waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`No result. On the page:\n${await panel().locator("body").innerText()}`);
  }
}

/** Closes the panel, so that the editor is the only tab again. */
export async function closePanel() {
  const tab = page.locator(".tab", { hasText: "Benchmark" }).first();
  await tab.click({ button: "middle" });
  await tab.waitFor({ state: "detached", timeout: WAIT_MS });
}

export const rows = () => panel().locator("table.layers tbody tr");

/** Waits until the page says something above the result; fails with what it says instead. */
export async function notice(expected) {
  try {
    await panel().locator(".notice, .problem, .message", { hasText: expected }).first().waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`Not said: ${expected}. On the page:\n${await panel().locator("body").innerText()}`);
  }
}

/** Waits for something that is not on the screen. */
export async function until(holds, what) {
  const end = Date.now() + WAIT_MS;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`${what} did not come`);
    await page.waitForTimeout(200);
  }
}
