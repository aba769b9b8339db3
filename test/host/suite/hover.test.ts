// A hover shows the arithmetic behind a line, asked for as the editor asks.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWithoutSaving, lensesWhenReady, lineWith, openExample } from "./helpers";

async function hoverAt(document: vscode.TextDocument, text: string): Promise<vscode.MarkdownString[]> {
  const line = lineWith(document, text);
  const position = new vscode.Position(line, document.lineAt(line).firstNonWhitespaceCharacterIndex + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    position,
  );
  return hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]);
}

describe("hover", () => {
  it("shows the formula of a layer with its numbers and what the line becomes on the board", async () => {
    const { document } = await openExample("mlperf-tiny/keyword_spotting.py");
    await lensesWhenReady(document);
    const ours = (await hoverAt(document, "model.add(Conv2D(filters, (10, 4)")).filter(({ value }) =>
      value.includes("MACs"),
    );
    assert.equal(ours.length, 1, "one hover is ours");
    const [{ value, isTrusted, supportHtml }] = ours as [vscode.MarkdownString];
    assert.ok(value.includes("`10·4·1·64·25·5 = 320,000`"), value);
    assert.ok(value.includes("| CONV\\_2D | 1×25×5×64 | 320,000 |"), value);
    assert.ok(!isTrusted, "text of the user's files is not trusted");
    assert.ok(!supportHtml, "HTML stays text");
    const model = await hoverAt(document, "def build_ds_cnn");
    assert.ok(
      model.some(({ value: text }) => text.includes("| MACs | 2,656,768 |")),
      "the model's own line has its totals",
    );
    await closeWithoutSaving();
  });
});
