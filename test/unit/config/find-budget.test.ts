import { describe, expect, it } from "vitest";
import { findBudget } from "../../../src/core/config/find-budget";

const find = (files: Record<string, string>, file: string) => findBudget((path) => files[path], file, "/work");

describe("the nearest budget", () => {
  const files = {
    "/work/model-budget.json": '{"board": "root"}',
    "/work/a/package.json": '{"name": "a"}',
    "/work/b/package.json": '{"modelBudget": {"board": "package"}}',
    "/work/c/pyproject.toml": '[tool.model-budget]\nboard = "project"\n',
    "/work/c/model-budget.json": '{"board": "beside"}',
    "/model-budget.json": '{"board": "outside"}',
  };
  it.each([
    ["/work/m.py", "root"],
    ["/work/a/deep/m.py", "root"],
    ["/work/b/m.py", "package"],
    ["/work/c/m.py", "beside"],
  ])("of %s is %s", (file, board) => expect(find(files, file)?.budget.board).toBe(board));
  it("is not looked for outside the workspace", () =>
    expect(find({ "/model-budget.json": "{}" }, "/work/a/m.py")).toBeNull());
});
