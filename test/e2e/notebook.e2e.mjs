// A notebook on the screen: what its cells cost stands below them, a hover shows the arithmetic, and typing moves no cell.
import assert from "node:assert/strict";
import { look, page, pick, picturePath, useWorkbench, WAIT_MS } from "./workbench.mjs";

useWorkbench({ settings: { "notebook.globalToolbar": false, "modelBudget.inlayHints": "all" } });

const items = () =>
  page.evaluate(() =>
    [...document.querySelectorAll(".cell-status-item")]
      .map((element) => element.textContent.replaceAll("\u00a0", " ").trim())
      .filter((text) => text.includes("MACs")),
  );

look("cells show their cost, and keep their places while someone types", async () => {
  await pick("Control+P", "gestures.ipynb", "gestures.ipynb");
  const model = page.locator(".cell-status-item", { hasText: "522 k MACs · fits Arduino Nano 33 BLE Sense" });
  await model.first().waitFor({ timeout: WAIT_MS });
  await page.locator(".cell-status-item", { hasText: "2 layers · 256 MACs" }).first().waitFor({ timeout: WAIT_MS });
  assert.equal((await items()).length, 2);
  const line = page.locator(".cell .view-line", { hasText: "model.add(layers.Dense(4" }).first();
  await line.hover();
  await page.locator(".monaco-hover:visible", { hasText: "64·4 = 256" }).first().waitFor({ timeout: WAIT_MS });
  await page.screenshot({ path: picturePath("notebook") });
  await page.keyboard.press("Escape");

  await page.locator(".cell .view-line", { hasText: "FILTERS = [" }).first().click();
  await page.keyboard.press("End");
  // Watches the place of the model's cell in every frame from here on.
  await page.evaluate(() => {
    const cell = [...document.querySelectorAll(".monaco-list-row")].find((row) =>
      row.textContent.includes("Sequential"),
    );
    window.places = new Set();
    window.fewestItems = Number.POSITIVE_INFINITY;
    const watch = () => {
      window.places.add(Math.round(cell.getBoundingClientRect().top));
      const shown = [...document.querySelectorAll(".cell-status-item")].filter((one) =>
        one.textContent.includes("MACs"),
      );
      window.fewestItems = Math.min(window.fewestItems, shown.length);
      window.watching = requestAnimationFrame(watch);
    };
    watch();
  });
  await page.keyboard.type(" + [128]", { delay: 60 });
  await page.locator(".cell-status-item", { hasText: "1.18 M MACs" }).first().waitFor({ timeout: WAIT_MS });
  const { places, fewest } = await page.evaluate(() => {
    cancelAnimationFrame(window.watching);
    return { places: [...window.places], fewest: window.fewestItems };
  });
  assert.equal(places.length, 1, `the cell stood at ${places.join(", ")}`);
  assert.equal(fewest, 2, "both items were there all the time");
});
