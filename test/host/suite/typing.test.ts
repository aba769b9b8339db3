// While someone types, lenses stay at their code, are never gone between two good states, and bring new numbers after a pause.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWithoutSaving, lensesOf, lensesWhenReady, lineWith, openExample, type SeenLens, until } from "./helpers";

const FILE = "mlperf-tiny/keyword_spotting.py";

/** Types `text` one character at a time and calls `look` after each. */
async function type(
  editor: vscode.TextEditor,
  at: vscode.Position,
  text: string,
  look: () => Promise<void>,
): Promise<void> {
  editor.selection = new vscode.Selection(at, at);
  for (const character of text) {
    await vscode.commands.executeCommand("type", { text: character });
    await look();
  }
}

describe("typing", () => {
  let editor: vscode.TextEditor;
  let before: SeenLens[];

  beforeEach(async () => {
    editor = await openExample(FILE);
    // The test before may have typed here: what counts are the numbers of the text on disk.
    before = await until(
      "the lenses of the file",
      () => lensesOf(editor.document),
      (lenses) => lenses.some(({ title }) => title.includes("2.66 M MACs")),
    );
  });

  afterEach(closeWithoutSaving);

  it("a line inserted above moves the lenses with their code, at once and for good", async () => {
    const { document } = editor;
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "# a comment\n# another\n"));
    const moved = before.map(({ line, title }) => ({ line: line + 2, title }));
    assert.deepEqual(await lensesOf(document), moved);
    await until(
      "the same lenses after the analysis",
      () => lensesOf(document),
      (lenses) => lenses.length === before.length,
    );
    assert.deepEqual(await lensesOf(document), moved);
  });

  it("lenses are never gone while a new layer is typed, and it gets its own", async () => {
    const { document } = editor;
    const line = lineWith(document, "model.add(Flatten())");
    const end = document.lineAt(line).range.end;
    await type(editor, end, "\nmodel.add(Dense(32, activation='relu'))", async () => {
      const lenses = await lensesOf(document);
      assert.ok(
        lenses.length >= before.length,
        `${lenses.length} of ${before.length} lenses after ${document.lineAt(line + 1).text}`,
      );
    });
    const fresh = { line: line + 1, title: "32 · 2.05 k MACs · 2.08 k params · 128 B" };
    await until(
      "a lens above the new layer",
      () => lensesOf(document),
      (lenses) =>
        lenses.length === before.length + 1 &&
        lenses.some(({ line: at, title }) => at === fresh.line && title === fresh.title),
    );
  });

  it("a number typed over another one brings new costs", async () => {
    const { document } = editor;
    const offset = document.getText().indexOf("num_blocks=4");
    const start = document.positionAt(offset + "num_blocks=".length);
    await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, 1)), "3"));
    await until(
      "other totals",
      () => lensesOf(document),
      (lenses) => lenses.length === before.length && lenses[0]?.title !== before[0]?.title,
    );
  });

  it("a file that stops parsing keeps its lenses, and gets fresh ones when it parses again", async () => {
    const { document } = editor;
    const line = lineWith(document, "model.add(Flatten())");
    const insert = document.lineAt(line).range.end;
    // A bracket nobody closes reads the rest of the file as its arguments.
    await editor.edit((edit) => edit.insert(insert, "\n    model.add(Dense(("));
    const shifted = before.map((lens) => (lens.line > line ? { ...lens, line: lens.line + 1 } : lens));
    const broken = await lensesOf(document);
    assert.deepEqual(broken, shifted);
    // Another file's analysis comes after this one's: when it is there, this one's has been considered.
    const other = await openExample("mlperf-tiny/anomaly_detection.py");
    await lensesWhenReady(other.document);
    assert.deepEqual(await lensesOf(document), shifted);
    await closeWithoutSaving();
    editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.delete(new vscode.Range(insert, document.lineAt(line + 1).range.end)));
    await until(
      "the lenses of the whole file",
      () => lensesOf(document),
      (lenses) => lenses.length === before.length,
    );
    assert.deepEqual(await lensesOf(document), before);
  });

  it("a model that is deleted takes its lenses along", async () => {
    const { document } = editor;
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    await editor.edit((edit) => edit.delete(all));
    await until(
      "no lenses",
      () => lensesOf(document),
      (lenses) => lenses.length === 0,
    );
  });

  it("text that is no program raises nothing", async () => {
    const document = await vscode.workspace.openTextDocument({
      language: "python",
      content: 'def (:\n  ]]\x00 """ import\n',
    });
    await vscode.window.showTextDocument(document);
    assert.deepEqual(await lensesOf(document), []);
    await closeWithoutSaving();
    await vscode.window.showTextDocument(editor.document);
  });

  it("an unsaved file has lenses too", async () => {
    const content = "import torch.nn as nn\nmodel = nn.Sequential(nn.Linear(4, 8), nn.ReLU())\n";
    const document = await vscode.workspace.openTextDocument({ language: "python", content });
    await vscode.window.showTextDocument(document);
    const lenses = await lensesWhenReady(document);
    assert.ok(
      lenses.some(({ title }) => title.includes("40 params")),
      JSON.stringify(lenses),
    );
    await closeWithoutSaving();
    await vscode.window.showTextDocument(editor.document);
  });
});
