// What a person sees in the editor: opens examples in the real workbench, reads the lenses from the screen, types and watches
// them stay, and takes the picture that the README shows.
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  clickLine,
  command,
  lens,
  lensTexts,
  look,
  open,
  page,
  picturePath,
  root,
  scrollToTop,
  useWorkbench,
  WAIT_MS,
} from "./workbench.mjs";

useWorkbench();

look("the picture of the README", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await lens("fits Arduino Nano 33 BLE Sense · 7.49 M MACs · 222 k params · ");
  await scrollToTop("def separable_block");
  await lens("×13 · ");
  await page.mouse.move(1399, 899);
  await page.screenshot({ path: picturePath("codelens") });
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
