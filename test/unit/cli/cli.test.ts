// The command line as its users meet it: options, exit codes, messages, machine formats. Runs the built dist/cli.js.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(__dirname, "..", "..", "..");
const KWS = "examples/mlperf-tiny/keyword_spotting.py";

function cli(...args: string[]) {
  const run = spawnSync(process.execPath, [join(root, "dist", "cli.js"), ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  return { code: run.status, out: run.stdout, err: run.stderr, errLines: run.stderr.trim().split("\n") };
}

const temporary = mkdtempSync(join(tmpdir(), "model-budget-"));
afterAll(() => rmSync(temporary, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(temporary, name);
  writeFileSync(path, text);
  return path;
}

describe("report", () => {
  it("prints one JSON object for one model", () => {
    const { code, out, err } = cli("report", KWS, "--entry", "build_ds_cnn()", "--format", "json");
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      framework: "keras",
      status: "exact",
      params: { total: 24_908, trainable: 23_756 },
      macs: 2_656_768,
      unknowns: [],
    });
  });

  it("prints one line for each model as JSON lines", () => {
    const { out } = cli("report", KWS, "examples/pytorch-cnn/model.py", "--format", "jsonl");
    const frameworks = out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { framework: string }).framework);
    expect(new Set(frameworks)).toEqual(new Set(["keras", "torch"]));
  });

  it("prints a table whose numbers are right-aligned, without colour when it is not a terminal", () => {
    const { out } = cli("report", KWS, "--entry", "build_ds_cnn()");
    expect(out).not.toContain("\u001b[");
    const lines = out.split("\n");
    const head = lines.find((line) => line.startsWith("Layer"));
    const rows = lines.filter((line) => /^conv2d|^dense/.test(line));
    expect(rows.length).toBeGreaterThan(1);
    const end = (head?.indexOf("MACs") ?? 0) + "MACs".length;
    for (const row of rows) expect(row.slice(0, end)).toMatch(/\d$/);
    expect(out).toMatch(/MACs\s+2,656,768/);
    expect(out).toMatch(/Parameters\s+24,908 {2}\(1,152 of them not trainable\)/);
    expect(out).toContain("█");
  });

  it("takes the input shape that is given", () => {
    const { out } = cli(
      "report",
      "examples/pytorch-cnn/model.py",
      "--entry",
      "SmallCNN()",
      "--input",
      "1x3x64x64",
      "--format",
      "json",
    );
    const report = JSON.parse(out) as { macs: number | null; inputs: unknown; unknowns: { reason: string }[] };
    expect(report.inputs).toEqual([{ name: expect.any(String), shape: [1, 3, 64, 64], dtype: "float32" }]);
  });

  it("answers cases, one report a line with their ids", () => {
    const cases = write(
      "cases.jsonl",
      [
        {
          id: "a",
          root: join(root, "examples"),
          file: "mlperf-tiny/keyword_spotting.py",
          entry: "build_ds_cnn()",
          inputs: [[1, 49, 10, 1]],
        },
        { id: "b", root: join(root, "examples"), file: "no/such.py", entry: "x", inputs: [] },
        {
          id: "c",
          root: join(root, "examples"),
          file: "mlperf-tiny/keyword_spotting.py",
          entry: "nothing_here()",
          inputs: [],
        },
      ]
        .map((one) => JSON.stringify(one))
        .join("\n"),
    );
    const { code, out } = cli("report", "--cases", cases, "--format", "jsonl");
    const reports = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; status: string; macs: number | null; unknowns: unknown[] });
    expect(code).toBe(0);
    expect(reports.map(({ id, status, macs }) => [id, status, macs])).toEqual([
      ["a", "exact", 2_656_768],
      ["b", "error", null],
      ["c", "error", null],
    ]);
    for (const report of reports.slice(1)) expect(report.unknowns.length).toBeGreaterThan(0);
  });
});

describe("bad input gives one line that names the place and the remedy", () => {
  it("an unreadable path; other files are still reported", () => {
    const { code, out, errLines } = cli("report", "no/such.py", KWS, "--format", "jsonl");
    expect(code).toBe(2);
    expect(errLines).toEqual(["model-budget: no/such.py: no such file; check the path"]);
    expect(out).toContain('"macs":2656768');
  });

  it("a folder", () => {
    const { code, errLines } = cli("report", "examples");
    expect(code).toBe(2);
    expect(errLines).toEqual(["model-budget: examples: is not a file; name the file that defines the model"]);
  });

  it("a wrong flag", () => {
    const { code, err } = cli("report", KWS, "--entri", "x");
    expect(code).toBe(2);
    expect(err).toContain("unknown option '--entri'");
    expect(err).toContain("--help");
    expect(err).not.toContain("    at ");
  });

  it("a wrong format", () => {
    const { code, err } = cli("report", KWS, "--format", "yaml");
    expect(code).toBe(2);
    expect(err).toContain("text, json, jsonl");
  });

  it("a wrong shape", () => {
    const { code, err } = cli("report", KWS, "--input", "1x3xfoo");
    expect(code).toBe(2);
    expect(err).toContain("1x3x32x32");
  });

  it("no file", () => {
    const { code, errLines } = cli("report");
    expect(code).toBe(2);
    expect(errLines).toEqual(["model-budget: no file given; try: model-budget report model.py"]);
  });

  it("a file that does not parse is read around the gap", () => {
    const path = write(
      "half.py",
      "from tensorflow import keras\nx = (1,\nmodel = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])\n",
    );
    const { code, out, errLines } = cli("report", path, "--format", "jsonl");
    expect(code).toBe(0);
    expect(errLines[0]).toContain(`${path}:2:`);
    expect(JSON.parse(out)).toMatchObject({ params: { total: 15 }, macs: 12 });
  });

  it("a file without models says why", () => {
    const path = write("plain.py", "print('hello')\n");
    const { code, out, errLines } = cli("report", path);
    expect(code).toBe(0);
    expect(out).toBe("");
    expect(errLines).toEqual([
      `model-budget: ${path}: no model found: the file imports neither Keras, PyTorch nor TensorFlow.js`,
    ]);
  });

  it("a model whose input shape is unknown says so", () => {
    const path = write(
      "net.py",
      "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Conv2d(3, 8, 3)\n    def forward(self, x):\n        return self.c(x)\n",
    );
    const { code, out } = cli("report", path, "--format", "jsonl");
    const report = JSON.parse(out) as {
      params: unknown;
      macs: unknown;
      unknowns: { reason: string }[];
      assumptions: string[];
    };
    expect(code).toBe(0);
    expect(report).toMatchObject({ status: "partial", params: { total: 224 }, macs: null });
    expect(report.unknowns[0]?.reason).toMatch(/height.*not known/);
  });

  it("a line of a case file that is not a case", () => {
    const cases = write("cases.jsonl", '{"id":"a"}\n');
    const { code, errLines } = cli("report", "--cases", cases);
    expect(code).toBe(2);
    expect(errLines).toHaveLength(1);
    expect(errLines[0]).toContain(`${cases}:1 has no "file"`);
  });
});
