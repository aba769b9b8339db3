// The editor around a model, read from the screen: hints at line ends and how they behave under typing, actions in the lens, the
// mark of the peak, the status bar, the target picker, asking for an input shape, the page that explains a file, the
// walkthrough. Pictures of the walkthrough are taken here.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { before } from "node:test";
import {
  clickLine,
  command,
  folder,
  lens,
  look,
  open,
  page,
  picturePath,
  scrollToTop,
  useWorkbench,
  WAIT_MS,
} from "./workbench.mjs";

useWorkbench();

/** A model whose input nobody described. */
const SHAPELESS = "shapeless.py";
before(() =>
  writeFileSync(
    join(folder, SHAPELESS),
    `import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        return self.head(self.pool(self.conv(x)).flatten(1))
`,
  ),
);

const KWS = "mlperf-tiny/keyword_spotting.py";
const STATUS = "[id='model-budget.model-budget.modelBudget.target']";

/** A picture of a part of the window for the walkthrough. */
async function walkthroughPicture(name, clip) {
  const path = picturePath(join("walkthrough", name));
  mkdirSync(dirname(path), { recursive: true });
  await page.mouse.move(1399, 899);
  await page.screenshot({ path, ...(clip && { clip }) });
}

/** Text of the lines on the screen with their hints, from top to bottom. */
function lines() {
  return page.evaluate(() =>
    [...document.querySelectorAll(".editor-instance .view-line")]
      .map((element) => ({
        top: element.getBoundingClientRect().top,
        text: element.textContent.replaceAll("\u00a0", " "),
      }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text),
  );
}

/** Waits until the line with this code ends with this hint. */
async function hint(code, text) {
  try {
    await page.waitForFunction(
      ([wantedCode, wantedText]) =>
        [...document.querySelectorAll(".editor-instance .view-line")].some((element) => {
          const line = element.textContent.replaceAll("\u00a0", " ");
          return line.includes(wantedCode) && line.trimEnd().endsWith(wantedText);
        }),
      [code, text],
      { timeout: WAIT_MS },
    );
  } catch {
    assert.fail(`No line with "${code}" ends with "${text}". On the screen:\n${(await lines()).join("\n")}`);
  }
}

/** Waits for the status bar to say this. */
async function status(text) {
  try {
    await page.locator(STATUS, { hasText: text }).waitFor({ timeout: WAIT_MS });
  } catch {
    assert.fail(`The status bar does not say "${text}" but: ${await page.locator(STATUS).allTextContents()}`);
  }
}

/** Runs a command that asks something: its list takes the place of the palette's. */
async function commandThatAsks(name) {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input.input");
  await input.waitFor({ timeout: WAIT_MS });
  await input.fill(`>${name}`);
  await row(name).click({ timeout: WAIT_MS });
}

/** Row of the quick pick that shows this. */
function row(text) {
  return page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
}

function setting(values) {
  const path = join(folder, ".vscode", "settings.json");
  const old = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...old, ...values }));
}

function readSetting(name) {
  return JSON.parse(readFileSync(join(folder, ".vscode", "settings.json"), "utf8"))[name];
}

look("hints at line ends tell the share of the budget and the shape", async () => {
  await open(KWS);
  await scrollToTop("def build_ds_cnn");
  await hint("model.add(Conv2D(filters, (10, 4)", "12 % MACs · 25×5×64");
  await hint("model.add(Conv2D(filters, (1, 1)", "77 % MACs · 4 layers");
  const pool = (await lines()).find((line) => line.includes("AveragePooling2D("));
  assert.ok(pool && !pool.includes("·"), `a line that takes no part has no hint: ${pool}`);
  setting({ "modelBudget.inlayHints": "all" });
  await hint("model.add(Dense(", "<1 % MACs · 12");
  setting({ "modelBudget.inlayHints": "off" });
  await page.waitForFunction(
    () => !document.querySelector(".editor-instance .view-lines")?.textContent.includes("MACs\u00a0·"),
  );
  setting({ "modelBudget.inlayHints": undefined });
  await hint("model.add(Conv2D(filters, (10, 4)", "12 % MACs · 25×5×64");
});

look("the lens of a model offers what can be done with it", async () => {
  await open(KWS);
  await lens("pick target");
});

look("the line where RAM is fullest is marked beside its number and in the overview ruler", async () => {
  await open(KWS);
  await scrollToTop("def build_ds_cnn");
  await hint("model.add(DepthwiseConv2D(", "· 4 layers");
  const mark = page.locator(".editor-instance .margin .cgmr").filter({ visible: true });
  await mark.first().waitFor({ timeout: WAIT_MS });
  const { image, top } = await mark.first().evaluate((element) => ({
    image: getComputedStyle(element).backgroundImage,
    top: element.getBoundingClientRect().top,
  }));
  assert.match(image, /peak-dark\.svg/);
  const marked = await page.evaluate((at) => {
    const near = [...document.querySelectorAll(".editor-instance .view-line")].find(
      (element) => Math.abs(element.getBoundingClientRect().top - at) < 4,
    );
    return near?.textContent.replaceAll("\u00a0", " ");
  }, top);
  assert.match(marked ?? "", /peak \d+ % RAM/, "the hint of the marked line says that it is the peak");
  const stripes = await page.evaluate(() => {
    const canvas = document.querySelector(".editor-instance canvas.decorationsOverviewRuler");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (Math.abs(data[at] - 0xe8) < 6 && Math.abs(data[at + 1] - 0xa3) < 6 && Math.abs(data[at + 2] - 0x3d) < 6)
        count++;
    }
    return count;
  });
  assert.ok(stripes > 0, "the overview ruler has our colour");
  setting({ "modelBudget.peakMarker": false });
  await mark.first().waitFor({ state: "detached", timeout: WAIT_MS });
  setting({ "modelBudget.peakMarker": undefined });
  await mark.first().waitFor({ timeout: WAIT_MS });
});

look("hints never vanish or jump while someone types", async () => {
  await open(KWS);
  await scrollToTop("def build_ds_cnn");
  await hint("model.add(Conv2D(filters, (1, 1)", "77 % MACs · 4 layers");
  await clickLine("# A wide first kernel");
  // Looks at every frame from here on: how many hints there are, and whether each stands at the line of a layer.
  await page.evaluate(() => {
    window.hintWatch = { fewest: Number.POSITIVE_INFINITY, strays: [] };
    const watch = () => {
      const shown = [...document.querySelectorAll(".editor-instance .view-line")]
        .map((element) => element.textContent.replaceAll("\u00a0", " "))
        .filter((line) => /(% MACs|% RAM) ·/.test(line));
      window.hintWatch.fewest = Math.min(window.hintWatch.fewest, shown.length);
      for (const line of shown) if (!/model\.add\(/.test(line)) window.hintWatch.strays.push(line);
      window.hintWatch.frame = requestAnimationFrame(watch);
    };
    watch();
  });
  const before = (await lines()).filter((line) => /(% MACs|% RAM) ·/.test(line)).length;
  assert.ok(before >= 3, `${before} hints before the typing`);
  await page.keyboard.type('\nmodel.add(Conv2D(64, (3, 3), padding="same"))', { delay: 60 });
  await lens("49×10×64 · 282 k MACs · 640 params");
  await hint("model.add(Conv2D(filters, (1, 1)", "9 % MACs · 4 layers");
  const { fewest, strays } = await page.evaluate(() => {
    cancelAnimationFrame(window.hintWatch.frame);
    return window.hintWatch;
  });
  // The new line may push the lowest hint out of the window, no more.
  assert.ok(fewest >= before - 1, `${before} hints before, ${fewest} at the worst`);
  assert.deepEqual(strays, []);
});

look("the status bar has target and verdict, and the picker changes both", async () => {
  await open(KWS);
  await status("fits Arduino Nano 33 BLE Sense");
  await page.locator(STATUS).click();
  await row("Which boards fit?").waitFor({ timeout: WAIT_MS });
  const current = row("Arduino Nano 33 BLE Sense");
  assert.match(await current.textContent(), /256 KiB RAM · 960 KiB flash · 64 MHz · nRF52840/);
  assert.match(await current.textContent(), /fits · .*KiB RAM · .*KiB flash · ≈ \d+ ms/);
  assert.equal(await current.locator(".codicon-check").count(), 1, "the current board is marked");
  await page.locator(".quick-input-list .quick-input-list-separator", { hasText: "Arduino" }).first().waitFor();
  await walkthroughPicture("target", { x: 300, y: 0, width: 800, height: 520 });
  await page.keyboard.type("blue pill");
  await row("STM32F103 Blue Pill").click({ timeout: WAIT_MS });
  await status("does not fit STM32F103 Blue Pill");
  assert.equal(readSetting("modelBudget.board"), "bluepill-f103c8");
  // The editor brings a lens up to date when it is looked at.
  await page.locator(".view-line", { hasText: "def build_ds_cnn" }).first().click();
  await page.keyboard.press("PageUp");
  await lens("does not fit STM32F103 Blue Pill");
  setting({ "modelBudget.board": undefined });
  await status("fits Arduino Nano 33 BLE Sense");
  await lens("fits Arduino Nano 33 BLE Sense · 2.66 M MACs");
});

look("which boards fit is a list of its own, the fastest first, and goes back", async () => {
  await open(KWS);
  await commandThatAsks("Model Budget: Which Boards Fit?");
  await page
    .locator(".quick-input-list .quick-input-list-separator", { hasText: /fits \d+ of \d+ boards/ })
    .first()
    .waitFor({ state: "attached", timeout: WAIT_MS });
  assert.match(await row("fits ·").textContent(), /≈/);
  await page.keyboard.type("all boards");
  await row("All boards").click();
  await row("Runtime…").click({ timeout: WAIT_MS });
  await row("tflm-reference").waitFor({ timeout: WAIT_MS });
  await page.keyboard.press("Escape");
});

look("a choice goes into the budget file that governs the file", async () => {
  const budget = join(folder, "mlperf-tiny", "model-budget.json");
  writeFileSync(budget, '{\n  "limits": { "macs": "3 M" }\n}\n');
  try {
    await open(KWS);
    await hint("model.add(Conv2D(filters, (10, 4)", "11 % of 3 M · 25×5×64");
    await page.locator(STATUS).click();
    await row("Which boards fit?").waitFor({ timeout: WAIT_MS });
    await page.keyboard.type("nucleo-l4r5zi");
    await row("NUCLEO-L4R5ZI").click({ timeout: WAIT_MS });
    await status("fits NUCLEO-L4R5ZI");
    assert.deepEqual(JSON.parse(readFileSync(budget, "utf8")), { board: "nucleo-l4r5zi", limits: { macs: "3 M" } });
  } finally {
    rmSync(budget);
  }
});

look("a model without an input shape asks for it, and the answer is written above it", async () => {
  const file = join(folder, SHAPELESS);
  await open(SHAPELESS);
  await lens("set input shape…");
  await page.locator(".codelens-decoration a", { hasText: "set input shape…" }).click();
  await row("1x3x96x96").waitFor({ timeout: WAIT_MS });
  await row("Another shape…").click();
  const input = page.locator(".quick-input-widget input.input");
  await page.waitForFunction(() => document.querySelector(".quick-input-widget input.input")?.value === "1x3x?x?");
  await input.fill("1x3x32x32");
  await page.keyboard.press("Enter");
  // 3·3·3·8·32·32 + 8·10 = 221,264 MACs.
  await lens("221 k MACs");
  await page.locator(".view-line", { hasText: "# budget: input = 1x3x32x32" }).first().waitFor({ timeout: WAIT_MS });
  assert.match(readFileSync(file, "utf8"), /^# budget: input = 1x3x32x32\nclass Net/m);
});

look("a file is explained on a page", async () => {
  await open(KWS);
  await command("Model Budget: Explain This File");
  await page.locator(".tab", { hasText: "keyword_spotting.py explained" }).waitFor({ timeout: WAIT_MS });
  const text = await pageText("The last analysis took");
  assert.match(text, /Seen: Keras; 1 model/);
  assert.match(text, /build_ds_cnn\(.*line 26/);
  await page.screenshot({ path: picturePath("explained") });
  await command("View: Revert and Close Editor");
});

look("the layers are copied as a table", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(KWS);
  await command("Model Budget: Copy as LaTeX Table");
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("\\begin{tabular}"));
  await command("Model Budget: Copy as Markdown Table");
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("| Layer | Type | Output |"));
});

look("toggle all silences every surface and brings it back", async () => {
  await open(KWS);
  await status("Arduino Nano 33 BLE Sense");
  await command("Model Budget: Toggle All");
  await page
    .locator(".codelens-decoration:visible a", { hasText: "Model Budget:" })
    .first()
    .waitFor({ state: "detached", timeout: WAIT_MS });
  await page.locator(STATUS).waitFor({ state: "hidden", timeout: WAIT_MS });
  await page.waitForFunction(
    () => !document.querySelector(".editor-instance .view-lines")?.textContent.includes("MACs\u00a0·"),
    undefined,
    { timeout: WAIT_MS },
  );
  await command("Model Budget: Toggle All");
  await status("Arduino Nano 33 BLE Sense");
  await lens("2.66 M MACs");
  assert.equal(readSetting("modelBudget.enabled"), undefined);
});

look("a fix says what it saves (the walkthrough's picture)", async () => {
  await open("mlperf-tiny/image_classification.py");
  await page.locator(".squiggly-info").first().waitFor({ timeout: WAIT_MS });
  await clickLine("x = layers.Conv2D(");
  await page.keyboard.press("Control+.");
  await page
    .locator(".action-widget", { hasText: "Replace by a depthwise-separable convolution" })
    .waitFor({ timeout: WAIT_MS });
  const box = await page.locator(".action-widget").first().boundingBox();
  await walkthroughPicture("advice", {
    x: Math.max(0, box.x - 40),
    y: Math.max(0, box.y - 160),
    width: Math.min(1000, 1400 - Math.max(0, box.x - 40)),
    height: 420,
  });
  await page.keyboard.press("Escape");
});

look("the walkthrough has five steps with a picture each, and its first button opens a model", async () => {
  await commandThatAsks("Welcome: Open Walkthrough...");
  await row("Know what your model costs").click({ timeout: WAIT_MS });
  await page.locator(".getting-started-step").first().waitFor({ timeout: WAIT_MS });
  const steps = page.locator(".getting-started-step");
  assert.equal(await steps.count(), 5);
  await page.locator(".getting-started-step", { hasText: "Pick your board" }).click();
  await page.screenshot({ path: picturePath("walkthrough-steps") });
  await page.locator(".getting-started-step", { hasText: "Open a model" }).click();
  await page.locator(".getting-started-step .monaco-button", { hasText: "Open an Example" }).click();
  await lens("fits Arduino Nano 33 BLE Sense · 2.66 M MACs");
  await command("View: Revert and Close Editor");
});

/** Text of the Markdown page that is shown, once it contains something. */
async function pageText(expected) {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    for (const frame of page.frames()) {
      const text = await frame.evaluate(() => document.body?.innerText ?? "").catch(() => "");
      if (text.includes(expected) && frame !== page.mainFrame()) return text;
    }
    if (Date.now() > end) assert.fail(`No page says "${expected}".`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

assert.ok(existsSync(new URL("../../media/peak-dark.svg", import.meta.url)));
