// Every example shows the numbers its framework reports, which are recorded in examples/expected.json.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { formatCount } from "../../../src/core/report/format";
import { closeWithoutSaving, lensesOf, lensesWhenReady, lineWith, openExample, readExample, until } from "./helpers";

interface Expected {
  file: string;
  entry: string;
  params: { total: number };
  macs: number;
}

/** The models that are in the files as they stand; expected.json also holds variants for the command line. */
const SHOWN: Record<string, string[]> = {
  "mlperf-tiny/keyword_spotting.py": ["build_ds_cnn()"],
  "mlperf-tiny/visual_wake_words.py": ["build_mobilenet_v1()"],
  "mlperf-tiny/image_classification.py": ["build_resnet8()"],
  "mlperf-tiny/anomaly_detection.py": ["model"],
  "pytorch-cnn/model.py": ["SmallCNN()"],
  "tfjs-typescript/src/model.ts": ["createGestureModel()", "createImageModel()"],
  "tfjs-javascript/model.js": ["model"],
};

describe("examples", () => {
  let expected: Expected[];
  before(async () => {
    expected = JSON.parse(await readExample("expected.json")) as Expected[];
  });

  for (const [file, entries] of Object.entries(SHOWN)) {
    it(`${file} shows the totals of its models`, async () => {
      const { document } = await openExample(file);
      const lenses = await lensesWhenReady(document);
      for (const entry of entries) {
        const model = expected.find((candidate) => candidate.file === file && candidate.entry === entry);
        assert.ok(model, `expected.json has ${entry} of ${file}`);
        const totals = `${formatCount(model.macs)} MACs · ${formatCount(model.params.total)} params · `;
        const found = lenses.some(({ title }) => title.startsWith("Model Budget: ") && title.includes(totals));
        assert.ok(found, `${entry}: no lens says "${totals}" in ${JSON.stringify(lenses)}`);
      }
      assert.ok(
        lenses.some(({ title }) => !title.startsWith("Model Budget: ")),
        "there are lenses above layer lines",
      );
      assert.ok(!lenses.some(({ title }) => title.includes("?")), `nothing is unknown in ${JSON.stringify(lenses)}`);
      await closeWithoutSaving();
    });
  }

  it("advice is a diagnostic whose fix changes the line, saves what it says and takes the diagnostic along", async () => {
    const { document } = await openExample("mlperf-tiny/image_classification.py");
    const ours = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ code }) => codeOf(code) === "standard-conv-could-be-separable");
    const [diagnostic] = await until(
      "a diagnostic",
      async () => ours(),
      (found) => found.length > 0,
    );
    assert.ok(diagnostic);
    assert.match(diagnostic.message, /17 % of that: the change saves 10\.4 M MACs, 83 % of the model/);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title.startsWith("Replace by a depthwise-separable convolution: 12.5 M →"));
    assert.ok(fix?.edit, `among ${JSON.stringify(actions.map(({ title }) => title))}`);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(document.getText(), /layers\.SeparableConv2D\(/);
    await until(
      "the diagnostic to go",
      async () => ours(),
      (found) => found.length === 0,
    );
    const promised = /→ ([\d.]+ M) MACs/.exec(fix.title)?.[1];
    await until(
      "the promised MACs in the lens",
      () => lensesOf(document),
      (lenses) => lenses.some(({ title }) => title.startsWith("Model Budget:") && title.includes(`${promised} MACs`)),
    );
    await closeWithoutSaving();
  });

  it("the keyword spotting model shows shape, MACs and parameters of a layer, and the sum of a line in a loop", async () => {
    const { document } = await openExample("mlperf-tiny/keyword_spotting.py");
    const lenses = await lensesWhenReady(document);
    const at = (text: string) =>
      lenses.filter((lens) => lens.line === lineWith(document, text)).map((lens) => lens.title);
    const [title, ...others] = at("def build_ds_cnn");
    assert.deepEqual(others, []);
    assert.match(
      title ?? "",
      /^Model Budget: fits Arduino Nano 33 BLE Sense · 2\.66 M MACs · 24\.9 k params · [\d.]+ KiB of 256 KiB RAM · \d+ KiB of 960 KiB flash · ≈ \d+ ms$/,
    );
    assert.deepEqual(at("model.add(Conv2D(filters, (10, 4)"), ["25×5×64 · 320 k MACs · 2.62 k params · 31.3 KiB"]);
    assert.deepEqual(at("model.add(DepthwiseConv2D("), ["×4 · 288 k MACs · 2.56 k params · 125 KiB"]);
    assert.deepEqual(at("model.add(Conv2D(filters, (1, 1)"), ["×4 · 2.05 M MACs · 16.6 k params · 125 KiB"]);
    assert.deepEqual(at("model.add(Dense("), ["12 · 768 MACs · 780 params · 48 B"]);
    await closeWithoutSaving();
  });
});

/** A diagnostic's rule: the server gives a link with it. */
function codeOf(code: vscode.Diagnostic["code"]): unknown {
  return typeof code === "object" ? code.value : code;
}
