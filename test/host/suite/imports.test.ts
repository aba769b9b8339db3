// A file that imports another one shows new costs when the other one changes, in the editor or on disk.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import {
  closeWithoutSaving,
  deleteExample,
  lensesOf,
  lensesWhenReady,
  openExample,
  until,
  writeExample,
} from "./helpers";

const SIZES = "imported_sizes.py";
const NET = "importing_net.py";

describe("imports", () => {
  before(async () => {
    await writeExample(SIZES, "UNITS = 8\n");
    await writeExample(
      NET,
      "import torch.nn as nn\nfrom imported_sizes import UNITS\nmodel = nn.Sequential(nn.Linear(4, UNITS))\n",
    );
  });

  after(async () => {
    await deleteExample(SIZES);
    await deleteExample(NET);
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

    await writeExample(SIZES, "UNITS = 32\n");
    await shows("160");
    await vscode.window.showTextDocument(document);
    await closeWithoutSaving();
  });
});
