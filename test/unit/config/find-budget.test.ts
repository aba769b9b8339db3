import { describe, expect, it } from "vitest";
import { findBudget } from "../../../src/core/config/find-budget";

const find = (files: Record<string, string>, file: string) => findBudget((path) => files[path], file, "/space");

describe("the nearest budget", () => {
  const files = {
    "/space/model-budget.json": '{"board": "root"}',
    "/space/a/package.json": '{"name": "a"}',
    "/space/b/package.json": '{"modelBudget": {"board": "package"}}',
    "/space/c/pyproject.toml": '[tool.model-budget]\nboard = "project"\n',
    "/space/c/model-budget.json": '{"board": "beside"}',
    "/model-budget.json": '{"board": "outside"}',
  };
  it.each([
    ["/space/m.py", "root"],
    ["/space/a/deep/m.py", "root"],
    ["/space/b/m.py", "package"],
    ["/space/c/m.py", "beside"],
  ])("of %s is %s", (file, board) => expect(find(files, file)?.budget.board).toBe(board));
  it("is not looked for outside the workspace", () =>
    expect(find({ "/model-budget.json": "{}" }, "/space/a/m.py")).toBeNull());
});
