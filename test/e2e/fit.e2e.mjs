// Fit to Board on the screen: the list of variants, the preview of the chosen one, and the text after it.
import { join } from "node:path";
import { clickLine, command, lens, look, open, page, root, useWorkbench, WAIT_MS } from "./workbench.mjs";

useWorkbench({ settings: { "modelBudget.board": "nrf52832-dk" } });

look("a model that does not fit gets variants that do, and a preview before the change", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await lens("does not fit nRF52832 DK");
  await clickLine("def build_mobilenet_v1");
  await command("Model Budget: Fit to Board");
  const rows = page.locator(".quick-input-list .monaco-list-row");
  await rows.filter({ hasText: "input 96×96 → 64×64" }).waitFor({ timeout: WAIT_MS });
  await page.screenshot({ path: join(root, "dist", "test", "fit-variants.png") });
  await rows.filter({ hasText: "44 % of the MACs kept" }).click();
  await page.locator(".pane-body, .panel", { hasText: "IMAGE_SIZE = 9664" }).last().waitFor({ timeout: WAIT_MS });
  await page.screenshot({ path: join(root, "dist", "test", "fit-preview.png") });
  await page.getByRole("button", { name: "Apply" }).click();
  await page.locator(".view-line", { hasText: "IMAGE_SIZE = 64" }).waitFor({ timeout: WAIT_MS });
  await lens("fits nRF52832 DK · 3.33 M MACs");
  await page.screenshot({ path: join(root, "dist", "test", "fit-applied.png") });
});
