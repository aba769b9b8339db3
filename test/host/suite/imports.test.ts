// A file that imports another one shows new costs when the other one changes, in the editor or on disk.
import * as assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { closeWithoutSaving, examplesFolder, lensesOf, lensesWhenReady, openExample, until } from "./helpers";

const SIZES = "imported_sizes.py";
const NET = "importing_net.py";

describe("imports", () => {
  const path = (name: string) => join(examplesFolder(), name);

  before(() => {
    writeFileSync(path(SIZES), "UNITS = 8\n");
    writeFileSync(
      path(NET),
      "import torch.nn as nn\nfrom imported_sizes import UNITS\nmodel = nn.Sequential(nn.Linear(4, UNITS))\n",
    );
  });

  after(() => {
    rmSync(path(SIZES));
    rmSync(path(NET));
  });

  it("an unsaved edit in the imported file counts, and so does a change on disk", async () => {
    const { document } = await openExample(NET);
    const shows = (params: string) =>
      until(
        `${params} params`,
        () => lensesOf(document),
        (lenses) => lenses.some(({ title }) => title.includes(`${params} params`)),
      );
    await lensesWhenReady(document);
    await shows("40");

    const imported = await openExample(SIZES);
    const number = new vscode.Range(0, "UNITS = ".length, 0, "UNITS = 8".length);
    assert.ok(await imported.edit((edit) => edit.replace(number, "16")));
    await shows("80");
    await closeWithoutSaving();
    await shows("40");

    writeFileSync(path(SIZES), "UNITS = 32\n");
    await shows("160");
    await vscode.window.showTextDocument(document);
    await closeWithoutSaving();
  });
});
