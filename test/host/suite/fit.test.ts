// Fit to Board from the command to the changed text: the search, the list, the preview. The network with a stride of 32 takes
// (64/96)² of its convolutions' MACs on 64×64 pixels: (7,489,664 − 512)·4/9 + 512 = 3,329,024, where 512 are the last layer's.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWithoutSaving, lensesOf, lensesWhenReady, lineWith, openExample, until } from "./helpers";

const FILE = "mlperf-tiny/visual_wake_words.py";

describe("fit to board", () => {
  afterEach(closeWithoutSaving);

  it("finds a smaller input for a limit of RAM, and makes the change after a preview", async () => {
    const editor = await openExample(FILE);
    const { document } = editor;
    await lensesWhenReady(document);
    const line = lineWith(document, "def build_mobilenet_v1");
    await editor.edit((edit) => edit.insert(new vscode.Position(line, 0), "# budget: ram < 64 kB\n"));
    editor.selection = new vscode.Selection(line + 2, 0, line + 2, 0);
    const before = document.getText();
    await until(
      "a lens that offers it",
      async () => {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
          "vscode.executeCodeLensProvider",
          document.uri,
          Number.MAX_SAFE_INTEGER,
        );
        return lenses.map(({ command }) => command?.command);
      },
      (commands) => commands.includes("modelBudget.fit"),
    );

    const done = vscode.commands.executeCommand("modelBudget.fit");
    // Whatever is on the screen by now: the list of variants, then the preview of the chosen one.
    await until(
      "the change",
      async () => {
        await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
        if (document.getText() === before) await vscode.commands.executeCommand("refactorPreview.apply");
        return document.getText();
      },
      (text) => text !== before,
    );
    await done;
    assert.equal(document.getText(), before.replace("IMAGE_SIZE = 96", "IMAGE_SIZE = 64"));
    await until(
      "the lens of the smaller model",
      () => lensesOf(document),
      (lenses) => lenses.some(({ title }) => title.includes("3.33 M MACs")),
    );
  });
});
