// Calibrating on the screen: a report from a board is dropped on the benchmark panel, kept, shown by the lens, and forgotten.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { benchmark, closePanel, finished, panel } from "./benchmark-panel.mjs";
import { folder, lens, look, open, page, picturePath, root, useWorkbench, WAIT_MS } from "./workbench.mjs";

useWorkbench({ settings: { "modelBudget.codeLens": "models", "modelBudget.inlayHints": "off" } });

look(
  "a report from a board dropped on the panel gives the model its measured time, until it is forgotten",
  async () => {
    await open("mlperf-tiny/visual_wake_words.py");
    await lens("7.49 M MACs");
    await benchmark();
    await finished();
    const report = readFileSync(join(root, "test/data/board-reports/mltk-visual-wake-words.txt"), "utf8");
    await panel()
      .locator("body")
      .evaluate((body, text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], "profiling_report-mvp-embedded.txt"));
        body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
      }, report);
    const section = panel().locator("#calibrate");
    await section.getByText("31 of 33 operators matched").waitFor({ timeout: WAIT_MS });
    assert.match(await section.innerText(), /not in the model: quantize, dequantize/);
    assert.match(await section.innerText(), /123 ms measured/);
    await page.screenshot({ path: picturePath("calibrate-proposal") });
    await panel().locator("#keep").click();
    await panel().locator("#measured", { hasText: "123 ms measured" }).waitFor({ timeout: WAIT_MS });
    await lens("123 ms measured");
    await page.screenshot({ path: picturePath("calibrate-kept") });
    const written = JSON.parse(readFileSync(join(folder, "model-budget.json"), "utf8"));
    assert.equal(written.calibration[0].latencyMs, 123.2);
    // A report of another model is refused.
    const other = join(root, "test/data/board-reports/mlperf-l4r5zi-ic.txt");
    await panel().locator("#report").setInputFiles(other);
    await section.getByText("the report is of another model").waitFor({ timeout: WAIT_MS });
    await panel().locator("#forget").click();
    await panel().locator("#measured").waitFor({ state: "detached", timeout: WAIT_MS });
    await lens("≈ 1.17 s");
    await closePanel();
  },
);
