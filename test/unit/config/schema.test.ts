// The published JSON Schema is made from the schema the product reads budgets with. To write it anew after a change:
// UPDATE_SCHEMA=1 npx vitest run test/unit/config/schema.test.ts
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import manifest from "../../../package.json";
import { BUDGET_FILE } from "../../../src/core/config/budget-file";

const path = join(__dirname, "..", "..", "..", "media", "model-budget.schema.json");
const made = {
  title: "Budget of neural networks on a microcontroller",
  ...z.toJSONSchema(BUDGET_FILE, { target: "draft-7" }),
};

it("is the schema budgets are read with", () => {
  if (process.env["UPDATE_SCHEMA"]) writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(JSON.stringify(made)));
});

it("is what the editor completes and checks budget files with", () => {
  expect(manifest.contributes.jsonValidation).toEqual([
    { fileMatch: "model-budget.json", url: "./media/model-budget.schema.json" },
  ]);
});
