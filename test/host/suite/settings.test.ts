// The setting works at once, in open editors, without a reload.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeWithoutSaving, lensesOf, lensesWhenReady, openExample, until } from "./helpers";

async function set(value: string | undefined): Promise<void> {
  await vscode.workspace
    .getConfiguration("modelBudget")
    .update("codeLens", value, vscode.ConfigurationTarget.Workspace);
}

describe("modelBudget.codeLens", () => {
  afterEach(async () => {
    await set(undefined);
    await closeWithoutSaving();
  });

  it("shows layers, models or nothing, live", async () => {
    const { document } = await openExample("mlperf-tiny/keyword_spotting.py");
    const all = await lensesWhenReady(document);
    const models = all.filter(({ title }) => title.startsWith("Model Budget: "));
    assert.ok(models.length > 0 && models.length < all.length);

    await set("models");
    const few = await until(
      "the lenses of models alone",
      () => lensesOf(document),
      (lenses) => lenses.length === models.length,
    );
    assert.deepEqual(few, models);

    await set("off");
    await until(
      "no lenses",
      () => lensesOf(document),
      (lenses) => lenses.length === 0,
    );

    await set("layers");
    await until(
      "all lenses",
      () => lensesOf(document),
      (lenses) => lenses.length === all.length,
    );
    assert.deepEqual(await lensesOf(document), all);
  });
});
