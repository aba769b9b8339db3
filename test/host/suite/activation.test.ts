// The extension starts for the files it serves, its commands work, and it says nothing it was not asked for.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWithoutSaving, lensesWhenReady, openExample } from "./helpers";

const ID = "model-budget.model-budget";

describe("activation", () => {
  it("comes with the first Python file", async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, "the extension is installed");
    const { document } = await openExample("mlperf-tiny/keyword_spotting.py");
    await lensesWhenReady(document);
    assert.equal(extension.isActive, true);
    await closeWithoutSaving();
  });

  it("has the commands and the setting it promises", async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const command of ["modelBudget.showOutput", "modelBudget.restartServer", "modelBudget.explain"]) {
      assert.ok(commands.includes(command), command);
    }
    assert.equal(vscode.workspace.getConfiguration("modelBudget").get("codeLens"), "layers");
    await vscode.commands.executeCommand("modelBudget.showOutput");
  });

  it("contributes only what the manifest can show", () => {
    const extension = vscode.extensions.getExtension(ID);
    const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
    for (const { command } of manifest.contributes.commands) assert.match(command, /^modelBudget\./);
  });

  it("shows the lenses again after the server was restarted", async () => {
    const { document } = await openExample("mlperf-tiny/keyword_spotting.py");
    const before = await lensesWhenReady(document);
    await vscode.commands.executeCommand("modelBudget.restartServer");
    assert.deepEqual(await lensesWhenReady(document), before);
    await closeWithoutSaving();
  });

  it("explains a lens that is clicked", async () => {
    const { document } = await openExample("mlperf-tiny/keyword_spotting.py");
    await lensesWhenReady(document);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
      1,
    );
    const command = lenses[0]?.command;
    assert.ok(command);
    const text = await vscode.commands.executeCommand<string>(command.command, ...(command.arguments ?? []));
    assert.match(text, /layer +type +output +params +MACs/);
    assert.match(text, /DepthwiseConv2D/);
    await closeWithoutSaving();
  });
});
