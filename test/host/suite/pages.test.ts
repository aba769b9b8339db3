// A page that holds JavaScript: the lens stands on the line of the page, and a TypeScript project gets its lenses from our server alone.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWithoutSaving, deleteExample, lensesWhenReady, lineWith, openExample, writeExample } from "./helpers";

const PAGE = "page_with_model.html";
const TEXT = `<!doctype html>
<html>
  <head><script src="https://cdn.jsdelivr.net/npm/@tensorflow/tfjs"></script></head>
  <body>
    <p>A model in a page: const model = not code;</p>
    <script>
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 8, inputShape: [4] }));
    </script>
  </body>
</html>
`;

describe("pages", () => {
  before(() => writeExample(PAGE, TEXT));
  after(() => deleteExample(PAGE));

  it("show the lenses of their scripts on the right lines", async () => {
    const { document } = await openExample(PAGE);
    assert.equal(document.languageId, "html");
    const lenses = await lensesWhenReady(document);
    const model = lenses.find(({ line }) => line === lineWith(document, "const model = tf"));
    const layer = lenses.find(({ line }) => line === lineWith(document, "model.add("));
    assert.match(model?.title ?? "", /40 params/);
    assert.match(layer?.title ?? "", /40 params/);
    await closeWithoutSaving();
  });
});

describe("TypeScript projects", () => {
  it("have lenses, and nothing of ours runs in the TypeScript server", async () => {
    const { document } = await openExample("tfjs-typescript/src/model.ts");
    const lenses = await lensesWhenReady(document);
    assert.ok(lenses.some(({ line }) => line === lineWith(document, "export function createGestureModel")));
    const extension = vscode.extensions.getExtension("model-budget.model-budget");
    const manifest = extension?.packageJSON as {
      contributes: Record<string, unknown>;
      extensionDependencies?: unknown;
    };
    assert.equal(manifest.contributes["typescriptServerPlugins"], undefined);
    assert.equal(manifest.extensionDependencies, undefined);
    await closeWithoutSaving();
  });
});
