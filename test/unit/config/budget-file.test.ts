import { describe, expect, it } from "vitest";
import { readBudget } from "../../../src/core/config/budget-file";

describe("model-budget.json", () => {
  it("reads everything it may hold", () => {
    const text = JSON.stringify({
      $schema: "./node_modules/model-budget/media/model-budget.schema.json",
      board: "arduino-nano-33-ble-sense",
      runtime: "tflm-cmsis-nn",
      dtype: "int8",
      reserve: { ram: "64 KiB", flash: 200_000 },
      limits: { macs: "3 M", latency: "40 ms" },
      rules: { "large-kernel-could-stack": "off" },
      models: [
        {
          file: "src/model.py",
          entry: "build(0.25)",
          input: { image: "1x96x96x3" },
          limits: { ram: "+5 %" },
          baseline: { ram: 55_296 },
          message: "the camera needs the rest",
        },
      ],
    });
    expect(readBudget(text, "json")).toEqual({
      problems: [],
      budget: {
        calibration: [],
        board: "arduino-nano-33-ble-sense",
        runtime: "tflm-cmsis-nn",
        dtype: "int8",
        reserve: { ramBytes: 65_536, flashBytes: 200_000 },
        limits: { macs: { value: 3e6 }, latency: { value: 40 } },
        rules: { "large-kernel-could-stack": "off" },
        boards: [],
        models: [
          {
            file: "src/model.py",
            entry: "build(0.25)",
            inputs: [{ name: "image", shape: [1, 96, 96, 3] }],
            limits: { ram: { timesBaseline: 1.05 } },
            baseline: { ram: 55_296 },
            message: "the camera needs the rest",
          },
        ],
      },
    });
  });

  it.each([
    ['{\n  "bord": "x"\n}', 2, 3, 'did you mean "board"?'],
    ['{\n  "rules": {"over-budgets": "off"}\n}', 2, 13, 'did you mean "over-budget"?'],
    ['{\n  "limits": {"mac": "3 M"}\n}', 2, 14, 'did you mean "macs"?'],
    ['{\n  "dtype": "int4"\n}', 2, 3, "one of int8, float32"],
    ['{\n  "limits": {\n    "ram": "64 bananas"\n  }\n}', 3, 5, "64 kB"],
    ['{\n  "models": [\n    {"entry": "f()"}\n  ]\n}', 3, 5, '"models.0.file" must be'],
    ['{\n  "board": \n}', 3, 1, "not JSON"],
    ['{\n  "models": [{"file": "a.py", "input": "big"}]\n}', 2, 31, "no shape"],
  ])("says where and what: %s", (text, line, column, message) => {
    const problems = readBudget(text, "json")?.problems;
    expect(problems).toEqual([{ line, column, message: expect.stringContaining(message) }]);
  });

  it("keeps the rest when a part is wrong", () => {
    const read = readBudget('{"bord": "x", "board": "y", "limits": {"ram": "?", "macs": "3 M"}}', "json");
    expect(read?.problems).toHaveLength(2);
    expect(read?.budget.board).toBe("y");
    expect(read?.budget.limits).toEqual({ macs: { value: 3e6 } });
  });
});

describe("package.json and pyproject.toml", () => {
  it("reads the key of a package", () => {
    const text = '{"name": "x",\n "modelBudget": {"limits": {"macs": "3 M"},\n  "bord": 1}}';
    const read = readBudget(text, "package.json");
    expect(read?.budget.limits).toEqual({ macs: { value: 3e6 } });
    expect(read?.problems).toEqual([{ line: 3, column: 3, message: expect.stringContaining("board") }]);
  });
  it("is silent about a package without one", () => expect(readBudget('{"name": "x"}', "package.json")).toBeNull());

  const project =
    '[project]\nname = "x"\n\n[tool.model-budget]\nboard = "nano"\n\n[tool.model-budget.limits]\nram = "64 kB"\nmacs = "lots"\n';
  it("reads the table of a project", () => {
    const read = readBudget(project, "pyproject.toml");
    expect(read?.budget.board).toBe("nano");
    expect(read?.budget.limits).toEqual({ ram: { value: 64_000 } });
    expect(read?.problems).toEqual([{ line: 9, column: 1, message: expect.stringContaining('"lots" is no limit') }]);
  });
  it("is silent about a project without one", () =>
    expect(readBudget('[project]\nname = "x"\n', "pyproject.toml")).toBeNull());
});
