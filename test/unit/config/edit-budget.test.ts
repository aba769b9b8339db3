// What is written into a budget file: the new value, and nothing else changes.
import { describe, expect, it } from "vitest";
import type { MeasuredModel } from "../../../src/core/config/measured-model";
import { type BudgetFileKind, readBudget } from "../../../src/core/config/budget-file";
import {
  addBoard,
  NEW_BUDGET,
  removeMeasured,
  setBudgetValues,
  setMeasured,
  setModelInput,
} from "../../../src/core/config/edit-budget";

describe("setBudgetValues", () => {
  it("keeps comments, order and indentation of JSON", () => {
    const text = '{\n    // ours\n    "board": "a",\n    "limits": { "macs": "3 M" }\n}\n';
    expect(setBudgetValues(text, "json", { board: "b", dtype: "float32" })).toBe(
      '{\n    "dtype": "float32",\n    // ours\n    "board": "b",\n    "limits": { "macs": "3 M" }\n}\n',
    );
  });

  it("takes a key out", () => {
    const text = '{\n  "board": "a",\n  "runtime": "x"\n}\n';
    expect(setBudgetValues(text, "json", { board: "b", runtime: undefined })).toBe('{\n  "board": "b"\n}\n');
  });

  it("writes under its own key of package.json", () => {
    const text = '{\n  "name": "app",\n  "modelBudget": {\n    "board": "a"\n  }\n}\n';
    expect(setBudgetValues(text, "package.json", { board: "b" })).toBe(text.replace('"a"', '"b"'));
  });

  it.each([
    [
      '[tool.model-budget]\nboard = "a" # ours\n[tool.other]\nboard = "z"\n',
      '[tool.model-budget]\nboard = "b" # ours\n[tool.other]\nboard = "z"\n',
    ],
    [
      '[tool.model-budget]\n[tool.model-budget.limits]\nmacs = "3 M"\n',
      '[tool.model-budget]\nboard = "b"\n[tool.model-budget.limits]\nmacs = "3 M"\n',
    ],
    [
      '[project]\n[tool.model-budget.limits]\nmacs = "3 M"\n',
      '[project]\n[tool.model-budget]\nboard = "b"\n\n[tool.model-budget.limits]\nmacs = "3 M"\n',
    ],
  ])("writes into the table of TOML: %j", (text, expected) => {
    const changed = setBudgetValues(text, "pyproject.toml", { board: "b" });
    expect(changed).toBe(expected);
    expect(readBudget(changed, "pyproject.toml")).toMatchObject({ budget: { board: "b" }, problems: [] });
  });

  it("takes a key out of TOML, and is silent where there is none", () => {
    const text = '[tool.model-budget]\nruntime = "x"\n';
    expect(setBudgetValues(text, "pyproject.toml", { runtime: undefined })).toBe("[tool.model-budget]\n");
    expect(setBudgetValues("[project]\n", "pyproject.toml", { runtime: undefined })).toBe("[project]\n");
  });
});

describe("addBoard", () => {
  it("begins the list or goes to its end", () => {
    const once = addBoard(NEW_BUDGET, "json", { id: "a" }) ?? "";
    expect(JSON.parse(once)).toEqual({ boards: [{ id: "a" }] });
    expect(JSON.parse(addBoard(once, "json", { id: "b" }) ?? "")).toEqual({ boards: [{ id: "a" }, { id: "b" }] });
    expect(addBoard("", "pyproject.toml", {})).toBeUndefined();
  });
});

describe("setModelInput", () => {
  const model = { file: "net.py", entry: "Net()", input: "1x3x32x32" };
  it("adds a model, or the input of one that is there", () => {
    const once = setModelInput(NEW_BUDGET, "json", null, model) ?? "";
    expect(JSON.parse(once)).toEqual({ models: [model] });
    const text = '{ "models": [{ "file": "a.py" }, { "file": "net.py", "limits": { "macs": "3 M" } }] }';
    expect(JSON.parse(setModelInput(text, "json", 1, model) ?? "")).toEqual({
      models: [{ file: "a.py" }, { file: "net.py", limits: { macs: "3 M" }, input: "1x3x32x32" }],
    });
  });

  it("appends a model to TOML, and leaves one that is there to the user", () => {
    const text = setModelInput("[tool.model-budget]\n", "pyproject.toml", null, model) ?? "";
    expect(readBudget(text, "pyproject.toml")).toMatchObject({
      budget: { models: [{ file: "net.py", entry: "Net()", inputs: [{ shape: [1, 3, 32, 32] }] }] },
      problems: [],
    });
    expect(setModelInput(text, "pyproject.toml", 0, model)).toBeUndefined();
  });
});

describe("setMeasured and removeMeasured", () => {
  const measured: MeasuredModel = {
    file: "kws.py",
    entry: 'build("small")',
    board: "nucleo-l4r5zi",
    runtime: "x-cube-ai@7.3.0",
    dtype: "int8",
    report: "log.txt",
    format: "MLPerf Tiny log",
    date: "2026-11-26",
    basis: "measured",
    latencyMs: 75.056,
    operatorsMs: { "0": 10.5, "1+2": 64 },
    fingerprint: "0123456789abcdef",
    work: { denseMacs: 768, operators: 13 },
  };
  const other: MeasuredModel = { ...measured, file: "ic.py", latencyMs: 226.89 };
  const again: MeasuredModel = { ...measured, latencyMs: 80 };

  it.each<[BudgetFileKind, string]>([
    ["json", '{\n  // ours\n  "board": "b" // the small one\n}\n'],
    ["package.json", '{ "name": "a", "modelBudget": { "board": "b" } }\n'],
    ["pyproject.toml", '# ours\n[tool.model-budget]\nboard = "b" # the small one\n\n[tool.other]\nx = [1,\n  2]\n'],
  ])("%s: adds, replaces and takes out, and leaves the rest as it is", (kind, text) => {
    const read = (changed: string) => {
      const found = readBudget(changed, kind);
      expect(found?.problems).toEqual([]);
      expect(found?.budget.board).toBe("b");
      return found?.budget.calibration ?? [];
    };
    const one = setMeasured(text, kind, [], measured);
    expect(read(one)).toEqual([measured]);
    const two = setMeasured(one, kind, [measured], other);
    expect(read(two)).toEqual([measured, other]);
    const replaced = setMeasured(two, kind, [measured, other], again);
    expect(new Set(read(replaced))).toEqual(new Set([again, other]));
    if (text.includes("ours")) expect(replaced).toMatch(/ours[^]*the small one/);
    const left = removeMeasured(replaced, kind, read(replaced), ({ file }) => file === "kws.py");
    expect(read(left)).toEqual([other]);
    const none = removeMeasured(left, kind, [other], () => true);
    expect(read(none)).toEqual([]);
    if (kind === "pyproject.toml") expect(none.trimEnd()).toBe(text.trimEnd());
  });

  it("tells what is wrong in an entry, and keeps the others", () => {
    const text = JSON.stringify({ calibration: [{ ...measured, latencyMs: -1 }, other] });
    const found = readBudget(text, "json");
    expect(found?.problems[0]?.message).toContain("calibration.0.latencyMs");
  });
});
