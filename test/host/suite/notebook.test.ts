// A notebook that is open: its cells have diagnostics, hovers and a line in their status bars, and typing moves nothing.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { exampleUri, until } from "./helpers";

/** A server's answer to a cell, as the provider of status items gets it. */
interface Api {
  server: { request<Answer>(method: string, params: unknown): Promise<Answer | undefined> };
}

async function textsOf(cell: vscode.NotebookCell): Promise<string[]> {
  const extension = vscode.extensions.getExtension<Api>("model-budget.model-budget");
  const { server } = (await extension?.activate()) ?? assert.fail("the extension is there");
  const params = { uri: cell.document.uri.toString() };
  const items = await server.request<{ text: string }[]>("modelBudget/cell", params);
  return (items ?? []).map(({ text }) => text);
}

describe("notebooks", () => {
  let notebook: vscode.NotebookDocument;
  const cellWith = (text: string) => {
    const found = notebook.getCells().find(({ document }) => document.getText().includes(text));
    return found ?? assert.fail(`a cell with ${text}`);
  };

  before(async () => {
    notebook = await vscode.workspace.openNotebookDocument(exampleUri("notebook/gestures.ipynb"));
    await vscode.window.showNotebookDocument(notebook);
  });
  after(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));

  it("show MACs and verdict below the cell of the model, the layers' sum below the other", async () => {
    const [text] = await until(
      "the status of the cell",
      () => textsOf(cellWith("tf.keras.Sequential")),
      (texts) => texts.length > 0,
    );
    assert.match(text ?? "", /^522 k MACs · fits Arduino Nano 33 BLE Sense$/);
    assert.deepEqual(await textsOf(cellWith("layers.Dense(4")), ["2 layers · 256 MACs"]);
    assert.deepEqual(await textsOf(cellWith("import tensorflow")), []);
  });

  it("have hovers with the arithmetic of a layer", async () => {
    const { document } = cellWith("layers.Dense(4");
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      new vscode.Position(1, 2),
    );
    const texts = hovers.flatMap(({ contents }) => (contents as vscode.MarkdownString[]).map(({ value }) => value));
    assert.ok(
      texts.some((text) => text.includes("64·4 = 256")),
      texts.join("\n"),
    );
  });

  it("are explained as a file is, with the cells as places", async () => {
    const text = await until(
      "an explanation",
      async () => {
        await vscode.window.showNotebookDocument(notebook);
        await vscode.commands.executeCommand("modelBudget.explainFile");
        const page = vscode.workspace.textDocuments.find(({ uri }) => uri.path === "/gestures.ipynb explained.md");
        return page?.getText() ?? "";
      },
      (page) => page.includes("Seen: Keras; 1 model."),
    );
    assert.match(text, /^# gestures\\\.ipynb$/m);
    assert.match(text, /^\| model \| code cell \d, line \d \| Keras \| fits \|/m);
    const pages = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ label }) => label.includes("explained"));
    await vscode.window.tabGroups.close(pages);
    await vscode.window.showNotebookDocument(notebook);
  });

  it("have diagnostics on the cell they belong to, and new numbers after an edit of another cell", async () => {
    const sizes = cellWith("FILTERS = [16, 32, 64]").document;
    const edit = new vscode.WorkspaceEdit();
    const start = sizes.getText().indexOf("64]");
    edit.replace(sizes.uri, new vscode.Range(sizes.positionAt(start), sizes.positionAt(start + 2)), "256");
    assert.ok(await vscode.workspace.applyEdit(edit));
    const model = cellWith("tf.keras.Sequential");
    // 30,720 + 163,840 + 32·256·160 + 256·4
    await until(
      "the new MACs",
      () => textsOf(model),
      ([text]) => text?.startsWith("1.51 M MACs") === true,
    );
    const diagnostics = await until(
      "a diagnostic",
      async () => vscode.languages.getDiagnostics(model.document.uri).filter(({ source }) => source === "Model Budget"),
      (found) => found.length > 0,
    );
    assert.equal(diagnostics[0]?.range.start.line, 2);
  });
});
