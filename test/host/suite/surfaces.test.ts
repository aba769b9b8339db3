// Every surface has a switch, all obey the same excludes and the one that switches everything; hints follow the typing; commands
// about a model and about a file answer.
import * as vscode from "vscode";
import * as assert from "node:assert/strict";
import { closeWithoutSaving, lensesOf, lensesWhenReady, lineWith, openExample, until } from "./helpers";

const FILE = "mlperf-tiny/keyword_spotting.py";

interface SeenHint {
  line: number;
  character: number;
  label: string;
}

async function hintsOf(document: vscode.TextDocument): Promise<SeenHint[]> {
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    "vscode.executeInlayHintProvider",
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
  );
  return hints
    .map(({ position, label }) => ({ line: position.line, character: position.character, label: String(label) }))
    .filter(({ label }) => /MACs|RAM|×|layers/.test(label))
    .sort((a, b) => a.line - b.line);
}

async function hoversOf(document: vscode.TextDocument, text: string): Promise<string[]> {
  const line = lineWith(document, text);
  const position = new vscode.Position(line, document.lineAt(line).firstNonWhitespaceCharacterIndex + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    "vscode.executeHoverProvider",
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents.map((one) => (typeof one === "string" ? one : one.value)))
    .filter((text) => text.includes("MACs"));
}

async function set(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("modelBudget").update(name, value, vscode.ConfigurationTarget.Workspace);
}

describe("surfaces", () => {
  const changed = ["enabled", "exclude", "inlayHints", "codeLensActions", "board", "dtype"];
  afterEach(async () => {
    for (const name of changed) await set(name, undefined);
    await closeWithoutSaving();
  });

  it("hints stand at the ends of lines and follow the typing at once", async () => {
    const { document, ...editor } = await openExample(FILE);
    await lensesWhenReady(document);
    const before = await until(
      "hints",
      () => hintsOf(document),
      (hints) => hints.length > 0,
    );
    for (const { line, character } of before) assert.equal(character, document.lineAt(line).text.length);
    assert.ok(
      before.some(({ label }) => label === "12 % MACs · 25×5×64"),
      JSON.stringify(before),
    );
    assert.ok(
      before.some(({ label }) => /^peak \d+ % RAM/.test(label)),
      JSON.stringify(before),
    );
    for (const { label } of before) assert.ok(label.length <= 24, label);
    assert.ok(editor);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), "# one\n# two\n");
    await vscode.workspace.applyEdit(edit);
    const moved = before.map((hint) => ({ ...hint, line: hint.line + 2 }));
    assert.deepEqual(await hintsOf(document), moved);
  });

  it("hints have a density", async () => {
    const { document } = await openExample(FILE);
    await lensesWhenReady(document);
    const count = async (value: string, holds: (count: number) => boolean) => {
      await set("inlayHints", value);
      const hints = await until(
        `hints with ${value}`,
        () => hintsOf(document),
        (found) => holds(found.length),
      );
      return hints.length;
    };
    const all = await count("all", (found) => found > 8);
    const peak = await count("peak", (found) => found > 0 && found < all);
    assert.ok(peak < all);
    await count("off", (found) => found === 0);
  });

  for (const [name, value] of [
    ["enabled", false],
    ["exclude", ["**/mlperf-tiny/**"]],
  ] as const) {
    it(`${name} silences lenses, hints and hovers, live, and they come back`, async () => {
      const { document } = await openExample(FILE);
      const before = await lensesWhenReady(document);
      await set(name, value);
      await until(
        "no lenses",
        () => lensesOf(document),
        (lenses) => lenses.length === 0,
      );
      assert.deepEqual(await hintsOf(document), []);
      assert.deepEqual(await hoversOf(document, "model.add(Conv2D(filters, (10, 4)"), []);
      await set(name, undefined);
      await until(
        "all lenses",
        () => lensesOf(document),
        (lenses) => lenses.length === before.length,
      );
      assert.equal((await hoversOf(document, "model.add(Conv2D(filters, (10, 4)")).length, 1);
    });
  }

  it("board and type of the settings hold where no budget file names them", async () => {
    const { document } = await openExample(FILE);
    const says = (text: string) =>
      until(
        text,
        () => lensesOf(document),
        (lenses) => lenses.some(({ title }) => title.includes(text)),
      );
    await lensesWhenReady(document);
    await says("fits Arduino Nano 33 BLE Sense");
    await set("board", "bluepill-f103c8");
    await says("does not fit STM32F103 Blue Pill");
    await set("board", "teensy-4.1");
    await set("dtype", "float32");
    await says("fits Teensy 4.1");
  });

  it("a model's lens offers its actions, which a setting takes away", async () => {
    const { document } = await openExample(FILE);
    await lensesWhenReady(document);
    const actions = async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        document.uri,
        Number.MAX_SAFE_INTEGER,
      );
      return lenses.map(({ command }) => command?.command).filter((command) => command !== "modelBudget.explain");
    };
    assert.ok((await actions()).includes("modelBudget.pickTarget"));
    const commands = new Set(await vscode.commands.getCommands(true));
    for (const action of await actions()) assert.ok(commands.has(String(action)), `${action} is a command`);
    await set("codeLensActions", false);
    await until("no actions", actions, (found) => found.length === 0);
  });

  it("Toggle All writes one setting and takes it back", async () => {
    const { document } = await openExample(FILE);
    const before = await lensesWhenReady(document);
    await vscode.commands.executeCommand("modelBudget.toggleAll");
    assert.equal(vscode.workspace.getConfiguration("modelBudget").get("enabled"), false);
    await until(
      "no lenses",
      () => lensesOf(document),
      (lenses) => lenses.length === 0,
    );
    await vscode.commands.executeCommand("modelBudget.toggleAll");
    assert.equal(vscode.workspace.getConfiguration("modelBudget").inspect("enabled")?.workspaceValue, undefined);
    await until(
      "all lenses",
      () => lensesOf(document),
      (lenses) => lenses.length === before.length,
    );
  });

  it("the layers are copied as CSV with exact numbers", async () => {
    const { document } = await openExample(FILE);
    await lensesWhenReady(document);
    const text = await until(
      "a table",
      async () => {
        await vscode.commands.executeCommand("modelBudget.copyCsv");
        return vscode.env.clipboard.readText();
      },
      (copied) => copied.startsWith("layer,type,output,params,macs,activation_bytes\n"),
    );
    assert.match(text, /^conv2d,Conv2D,\S+,2624,320000,32000$/m);
  });

  for (const [what, language, content, expected] of [
    [
      "a file with a model",
      "python",
      "import torch.nn as nn\nmodel = nn.Sequential(nn.Linear(4, 8))\n",
      "Seen: PyTorch; 1 model.",
    ],
    ["a file without one", "python", "import os\n", "imports neither Keras, PyTorch nor TensorFlow.js"],
    ["a file that is not read", "plaintext", "import os\n", "is not read"],
  ] as const) {
    it(`${what} is explained`, async () => {
      const document = await vscode.workspace.openTextDocument({ language, content });
      await vscode.window.showTextDocument(document);
      const path = `/${document.uri.path} explained.md`;
      await until(
        "an explanation",
        async () => {
          await vscode.window.showTextDocument(document);
          await vscode.commands.executeCommand("modelBudget.explainFile");
          return vscode.workspace.textDocuments.find(({ uri }) => uri.path === path)?.getText() ?? "";
        },
        (text) => text.replaceAll("\\", "").includes(expected),
      );
      const pages = vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ label }) => /explained/.test(label));
      await vscode.window.tabGroups.close(pages);
      await vscode.window.showTextDocument(document);
    });
  }
});
