// The trees of the sidebar as the editor asks them, and their commands: rows, order, filter, and a fix that is applied also when
// the text has changed since it was found.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ModelBudgetApi } from "../../../src/extension/activate";
import { closeWithoutSaving, lensesOf, lensesWhenReady, lineWith, openExample, until } from "./helpers";

async function api(): Promise<ModelBudgetApi> {
  const extension = vscode.extensions.getExtension<ModelBudgetApi>("model-budget.model-budget");
  assert.ok(extension);
  return extension.activate();
}

/** Labels of a tree's rows with their numbers, indented by level. */
function rowsOf<Node>(tree: vscode.TreeDataProvider<Node>, levels: number, node?: Node, indent = ""): string[] {
  const children = (tree.getChildren(node) ?? []) as Node[];
  return children.flatMap((child) => {
    const item = tree.getTreeItem(child) as vscode.TreeItem;
    const own = `${indent}${String(item.label)}: ${String(item.description)}`;
    return levels > 1 ? [own, ...rowsOf(tree, levels - 1, child, `${indent}  `)] : [own];
  });
}

describe("the sidebar", () => {
  afterEach(closeWithoutSaving);

  it("lists the layers of the file in blocks, in the order asked for", async () => {
    const { document } = await openExample("mlperf-tiny/visual_wake_words.py");
    await lensesWhenReady(document);
    const { sidebar } = await api();
    const { layers } = sidebar;
    const rows = await until(
      "the layers",
      () => Promise.resolve(rowsOf(layers, 2)),
      (found) => found.length > 10,
    );
    assert.match(rows[0] ?? "", /^build_mobilenet_v1\(alpha=0\.25\): 7\.49 M MACs · 98\.8 KiB RAM · ≈ /);
    assert.equal(rows.filter((row) => row.startsWith("  separable_block ")).length, 13);
    assert.match(rows.find((row) => row.startsWith("  separable_block 1:")) ?? "", /461 k MACs · 54 KiB RAM/);

    layers.setSort("macs");
    const macs = rowsOf(layers, 2)
      .slice(1)
      .map((row) => Number(/([\d.]+) k MACs/.exec(row)?.[1] ?? 0));
    assert.deepEqual(
      macs,
      [...macs].sort((a, b) => b - a),
    );
    assert.equal(macs[0], 756);
    layers.setSort("order");

    layers.setFilter("depthwise");
    assert.equal(rowsOf(layers, 3).filter((row) => row.includes("depthwise_conv2d")).length, 13);
    layers.setFilter("no such layer");
    assert.deepEqual(rowsOf(layers, 1), []);
    await vscode.commands.executeCommand("modelBudget.layers.clearFilter");
    assert.equal(rowsOf(layers, 1).length, 1);
  });

  it("goes to the line of a layer", async () => {
    const editor = await openExample("mlperf-tiny/visual_wake_words.py");
    await lensesWhenReady(editor.document);
    const { sidebar } = await api();
    const [model] = sidebar.layers.getChildren();
    assert.ok(model);
    const dense = sidebar.layers.getChildren(model).find((node) => node.kind === "layer" && node.label === "dense");
    assert.ok(dense);
    const { command } = sidebar.layers.getTreeItem(dense);
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
    const line = editor.document.lineAt(editor.selection.active.line).text;
    assert.match(line, /layers\.Dense\(num_classes/);
  });

  it("follows the cursor while the layers are seen, unless told not to", async () => {
    await openExample("mlperf-tiny/visual_wake_words.py");
    const { sidebar } = await api();
    const { layers } = sidebar;
    await vscode.commands.executeCommand("modelBudget.layers.focus");
    const editor = await openExample("mlperf-tiny/visual_wake_words.py");
    const { document } = editor;
    await lensesWhenReady(document);
    const to = (text: string) => {
      const at = new vscode.Position(lineWith(document, text), 8);
      editor.selection = new vscode.Selection(at, at);
    };
    const selected = (label: string) =>
      until(
        `${label} selected`,
        () => Promise.resolve(layers.selection.map((node) => (node.kind === "model" ? "model" : node.label))),
        (labels) => labels.join() === label,
      );
    to("layers.Dense(num_classes");
    await selected("dense");
    to("layers.DepthwiseConv2D(");
    await selected("depthwise_conv2d");
    assert.equal(vscode.window.activeTextEditor, editor);

    const follows = () => vscode.workspace.getConfiguration("modelBudget").get("layersFollowCursor");
    await vscode.commands.executeCommand("modelBudget.layers.unfollow");
    assert.equal(follows(), false);
    to("layers.Flatten()");
    await lensesOf(document);
    await selected("depthwise_conv2d");
    await vscode.commands.executeCommand("modelBudget.layers.follow");
    assert.equal(follows(), true);
    await selected("flatten");
    await vscode.workspace
      .getConfiguration("modelBudget")
      .update("layersFollowCursor", undefined, vscode.ConfigurationTarget.Global);
  });

  it("applies a suggestion, to fresh findings when the text has changed since", async () => {
    const { document } = await openExample("mlperf-tiny/image_classification.py");
    await lensesWhenReady(document);
    const { sidebar } = await api();
    const { suggestions } = sidebar;
    const rules = await until(
      "suggestions",
      () => Promise.resolve(suggestions.getChildren()),
      (found) => found.some((node) => node.kind === "rule" && node.rule === "standard-conv-could-be-separable"),
    );
    const rule = rules.find((node) => node.kind === "rule" && node.rule === "standard-conv-could-be-separable");
    assert.ok(rule?.kind === "rule");
    const [finding] = rule.children;
    assert.ok(finding?.fix);
    assert.match(String(suggestions.getTreeItem(finding).description), /MACs \(−\d+ %\)/);

    const standard = document.getText().split("layers.Conv2D(").length - 1;
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "# one line more\n");
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand("modelBudget.suggestions.apply", finding);
    assert.match(document.getText(), /^# one line more\n/);
    const count = (text: string) => document.getText().split(text).length - 1;
    assert.deepEqual([count("layers.SeparableConv2D("), count("layers.Conv2D(")], [1, standard - 1]);
  });
});
