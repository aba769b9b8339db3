// What is particular to the web worker host: that we are in it, and that files come through the editor.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { exampleUri } from "./helpers";

describe("the web host", () => {
  it("is a worker without Node, and the files are not on a disk of it", () => {
    assert.equal(vscode.env.uiKind, vscode.UIKind.Web);
    assert.equal(typeof Reflect.get(globalThis, "process")?.versions?.node, "undefined");
    assert.ok(exampleUri("README.md").scheme !== "file");
    const extension = vscode.extensions.getExtension("model-budget.model-budget");
    assert.equal(extension?.extensionKind, vscode.ExtensionKind.UI);
  });
});
