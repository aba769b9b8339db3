// The same screen where the extension has no Node: its server is a web worker, and files come through the editor.
import assert from "node:assert/strict";
import { command, lens, look, open, page, root, useWorkbench, WAIT_MS } from "./workbench.mjs";
import { join } from "node:path";

useWorkbench({ host: "web" });

look("in the web worker host a Keras model shows its cost", async () => {
  await open("mlperf-tiny/keyword_spotting.py");
  await lens("2.66 M MACs · 24.9 k params · ");
  await lens("25×5×64 · 320 k MACs · 2.62 k params · 31.3 KiB");
  await page.screenshot({ path: join(root, "dist", "test", "web-host.png") });
  await command("Model Budget: Show Output");
  await page
    .locator(".panel .view-line", { hasText: /a.web.worker/ })
    .first()
    .waitFor({ timeout: WAIT_MS });
  assert.equal(await page.locator(".notification-toast").count(), 0);
  await command("View: Hide Panel");
  await page.locator(".view-line", { hasText: "Sequential(name" }).first().click();
});

look("in the web worker host a TypeScript model shows its cost", async () => {
  await open("tfjs-typescript/src/model.ts");
  await lens("215 k MACs · 7.1 k params · ");
});
