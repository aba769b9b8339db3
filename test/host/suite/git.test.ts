// "Compare with Git HEAD" against a real repository, made by the test: the editor's Git extension is asked, and the page tells the
// lines that cost more. Needs Node and git.
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { closeWithoutSaving, until } from "./helpers";

const BLOCKS = `from tensorflow.keras import layers

def head(x, classes):
    return layers.Dense(classes)(x)
`;

const NET = `from tensorflow import keras
from tensorflow.keras import layers
from blocks import head

inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(8, 3)(inputs)
x = layers.Conv2D(16, 3)(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, head(x, 10))
`;

describe("compare with Git HEAD", () => {
  let folder = "";
  const at = (name: string) => join(folder, name);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", ...args], { cwd: folder });

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "model-budget-git-")));
    writeFileSync(at("blocks.py"), BLOCKS);
    writeFileSync(at("net.py"), NET);
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "first");
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  afterEach(async () => {
    const pages = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ label }) => label.includes("compared"));
    await vscode.window.tabGroups.close(pages);
    await closeWithoutSaving();
    git("reset", "--quiet", "--hard");
  });

  /** The page of a comparison of a file, when it says what it should. */
  const page = async (name: string, says: RegExp) => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(at(name)));
    return until(
      `a comparison with ${says}`,
      async () => {
        await vscode.window.showTextDocument(document);
        await vscode.commands.executeCommand("modelBudget.compareWithHead");
        const shown = vscode.workspace.textDocuments.find(({ uri }) => uri.path === `/${name} compared.md`);
        return shown?.getText() ?? "";
      },
      (text) => says.test(text),
    );
  };

  const replace = async (name: string, old: string, fresh: string) => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(at(name)));
    await vscode.window.showTextDocument(document);
    const start = document.getText().indexOf(old);
    assert.ok(start >= 0);
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(start), document.positionAt(start + old.length));
    edit.replace(document.uri, range, fresh);
    await vscode.workspace.applyEdit(edit);
    return document;
  };

  it("says that nothing changed, and then which line typed since costs what", async () => {
    await page("net.py", /Nothing that the budget counts has changed\./);
    await replace("net.py", "Conv2D(16, 3)", "Conv2D(32, 3)");
    const text = await page("net.py", /^\| line 7 \|/m);
    const head = git("rev-parse", "HEAD").toString().slice(0, 7);
    assert.ok(text.startsWith(`# net\\.py compared with HEAD \\(${head}\\)`), text);
    // 3·3·3·8·30·30 = 194,400 stays; 3·3·8·16·28·28 = 903,168 and 16·10 double.
    assert.match(text, /^\| MACs \| 1\.1 M \| 2 M \| \+903 k \(\+82 %\) \|$/m);
    assert.match(text, /^\| line 7 \| `x = layers\.Conv2D\(32, 3\)\(x\)` \| \+903 k \(\+100 %\) \|/m);
  });

  it("counts what was typed in a file that the model imports, saved or not", async () => {
    const document = await replace(
      "blocks.py",
      "layers.Dense(classes)(x)",
      "layers.Dense(classes)(layers.Dense(100)(x))",
    );
    // 16·10 = 160 before; 16·100 + 100·10 = 2600 now.
    const says = /^\| line 9 \| `model = keras\.Model\(inputs, head\(x, 10\)\)` \| \+2\.44 k \(\+1525 %\)/m;
    const text = await page("net.py", says);
    assert.match(text, /1 → 2 layers/);
    await document.save();
    await page("net.py", says);
  });

  it("compares a renamed file with itself under its old name", async () => {
    git("mv", "net.py", "network.py");
    await page("network.py", /Nothing that the budget counts has changed\./);
    git("mv", "network.py", "net.py");
  });
});
