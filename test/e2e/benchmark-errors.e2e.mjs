// What the benchmark panel says when something is in the way: no model, an unknown input, too little memory, a lost graphics context, a
// panel that is closed, code that changes and a file that is deleted in the middle of a run.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchmark, closePanel, finished, notice, panel, rows, until } from "./benchmark-panel.mjs";
import { command, folder, look, open, page, pick, picturePath, useWorkbench, WAIT_MS } from "./workbench.mjs";

useWorkbench({ settings: { "modelBudget.codeLens": "models", "modelBudget.inlayHints": "off" } });

const keras = (layers) => `from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([
${layers.map((layer) => `    ${layer},\n`).join("")}])
`;

const write = (name, text) => writeFileSync(join(folder, name), text);

/** The page's own frame, in which code can be run. */
const frame = async () => (await panel().locator("body").elementHandle()).ownerFrame();

/** Starts a run and waits until it is under way. */
async function run() {
  await panel().locator("#run").click();
  await panel().locator("#cancel").waitFor({ timeout: WAIT_MS });
}

look("without a model under the cursor it says so and opens nothing", async () => {
  await pick("Control+P", "README.md", "README.md");
  await command("Model Budget: Benchmark Model");
  // The message itself goes after a while; the list of them keeps it, which is opened again until it is there.
  const message = page.locator(".notifications-center .notification-list-item", {
    hasText: "no model under the cursor",
  });
  await until(async () => {
    await command("Notifications: Show Notifications");
    return (await message.count()) > 0;
  }, "the message");
  assert.equal(await page.locator("iframe.webview").count(), 0);
  await command("Notifications: Clear All Notifications");
});

look("an unknown input shape is asked for, and the run starts by itself once it is known", async () => {
  write(
    "unknown.py",
    `import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.head = nn.Conv2d(8, 4, 1)

    def forward(self, x):
        return self.head(self.conv(x))
`,
  );
  await open("unknown.py");
  await benchmark();
  await notice("This model cannot be run");
  await page.screenshot({ path: picturePath("benchmark-unknown-input") });
  await panel().locator("#set-input").click();
  await page
    .locator(".quick-input-list .monaco-list-row", { hasText: "1x3x96x96" })
    .first()
    .click({ timeout: WAIT_MS });
  await finished();
  assert.equal(await rows().count(), 2);
  await closePanel();
});

look("a model that is too large is refused with its size", async () => {
  write("huge.py", keras(["keras.Input((512, 512, 1))", "layers.Flatten()", "layers.Dense(8192)"]));
  await open("huge.py");
  await benchmark();
  await notice(/needs at least 8 GiB of memory here.*Nothing was allocated/);
  await page.screenshot({ path: picturePath("benchmark-memory") });
  await closePanel();
});

look("a graphics context that is lost ends the run in words, and the next run has a new one", async () => {
  await open("mlperf-tiny/visual_wake_words.py");
  await benchmark();
  await finished();
  const inside = await frame();
  await inside.evaluate(() => {
    const made = [];
    for (const { prototype } of [OffscreenCanvas, HTMLCanvasElement]) {
      const getContext = prototype.getContext;
      prototype.getContext = function (...args) {
        const context = getContext.apply(this, args);
        if (String(args[0]).startsWith("webgl")) made.push(context);
        return context;
      };
    }
    window.loseContexts = () => {
      for (const context of made) context?.getExtension("WEBGL_lose_context")?.loseContext();
    };
  });
  await panel().locator("#backend").selectOption("webgl");
  await run();
  await panel()
    .locator(".progress", { hasText: /Timing/ })
    .waitFor({ timeout: WAIT_MS });
  await inside.evaluate(() => window.loseContexts());
  await notice("The graphics context was lost");
  await panel().locator("#run").waitFor({ timeout: WAIT_MS });
  await run();
  await panel().locator("#run").waitFor({ timeout: WAIT_MS });
  assert.equal(await panel().locator(".problem").count(), 0);
  await closePanel();
});

look("edits and the end of the file are told, and the numbers stay", async () => {
  write("gone.py", keras(["keras.Input((32, 32, 3))", "layers.Conv2D(8, 3)", "layers.Conv2D(4, 3)"]));
  await open("gone.py");
  await benchmark();
  await finished();
  await run();
  await page.locator(".editor-instance .view-line", { hasText: "Conv2D(8" }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.type("layers.Conv2D(6, 1), ");
  await notice("The code has changed since");
  await panel().locator("#run").waitFor({ timeout: WAIT_MS });
  assert.equal(await rows().count(), 2);
  await panel().locator("#reload").click();
  await until(async () => (await rows().count()) === 3, "the changed model");
  await panel().locator("#run").waitFor({ timeout: WAIT_MS });
  rmSync(join(folder, "gone.py"));
  await notice("gone.py was deleted");
  assert.equal(await rows().count(), 3);
  await closePanel();
});

look("nothing is left running when the panel is closed in the middle", async () => {
  await open("mlperf-tiny/image_classification.py");
  await benchmark();
  await panel().locator("#cancel").waitFor({ timeout: WAIT_MS });
  const inside = await frame();
  await closePanel();
  await until(() => inside.isDetached(), "the end of the page");
  await benchmark();
  await finished();
  await closePanel();
});
