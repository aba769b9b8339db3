// `check` and `init` as their users meet them. Counts by hand: Dense(10) on 20 features is 200 MACs and 210 parameters.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeLimit } from "../../../src/cli/init-command";

const root = join(__dirname, "..", "..", "..");
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const MODEL =
  "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([keras.Input((20,)), layers.Dense(10)])\n";

/** A workspace with these files, and the command line in it. */
function workspace(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "model-budget-"));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist", "cli.js"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
    return { code: status, out: stdout, err: stderr };
  };
  return { folder, run };
}

describe("check", () => {
  const limited = (macs: string) => JSON.stringify({ limits: { macs } });

  it("is content within the budget", () => {
    const { run } = workspace({ "model.py": MODEL, "model-budget.json": limited("200") });
    const { code, out, err } = run("check");
    expect(err).toBe("model-budget: 1 model in 1 file: 0 errors, 0 warnings\n");
    expect(out).toBe("");
    expect(code).toBe(0);
  });

  it("fails over the budget and says where and by how much", () => {
    const { run } = workspace({ "src/model.py": MODEL, "model-budget.json": limited("150") });
    const { code, out } = run("check");
    expect(code).toBe(1);
    expect(out).toContain(
      "src/model.py\n  4:1  error  model takes 200 MACs, 33 % over the 150 that model-budget.json allows.  over-budget",
    );
  }); // prettier-ignore

  it("looks for models in folders, and leaves out what is installed or has no framework", () => {
    const { run } = workspace({
      "a/model.py": MODEL,
      "b/tool.py": "print('hello')\n",
      ".venv/lib/model.py": MODEL,
      "node_modules/x/model.py": MODEL,
    });
    expect(run("check").err).toContain("1 model in 1 file");
    expect(run("check", "a", "b").err).toContain("1 model in 1 file");
  });

  it("fails on more warnings than allowed", () => {
    const unknown = `import keras\nfrom keras import layers\n\n# budget: macs < 5\ndef build(units):\n    return keras.Sequential([keras.Input((20,)), layers.Dense(units)])\n`;
    const { run } = workspace({ "model.py": unknown });
    expect(run("check").code).toBe(0);
    const { code, err } = run("check", "--max-warnings", "0");
    expect(err).toContain("more than the 0 warnings");
    expect(code).toBe(1);
  });

  it("fails under the asked coverage", () => {
    const spectral =
      "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(8, 8)\n\n    def forward(self, x):\n        return torch.fft.fft(self.fc(x)).real\n\nNet()(torch.zeros(1, 8))\n";
    const { run } = workspace({ "model.py": spectral });
    expect(run("check").code).toBe(0);
    const { code, err } = run("check", "--require-coverage", "90");
    expect(err).toContain("of the operations have a known cost, under the 90 %");
    expect(code).toBe(1);
  });

  it("says that a board is too small when somebody chose it", () => {
    const big = MODEL.replace("(20,)", "(2000,)").replace("Dense(10)", "Dense(1000)");
    const { run } = workspace({ "model.py": big });
    expect(run("check").code).toBe(0);
    const { code, out } = run("check", "--board", "arduino-nano-33-ble-sense");
    expect(code).toBe(1);
    expect(out).toMatch(/model does not fit Arduino Nano 33 BLE Sense .*it needs \S+ MiB of \S+ (K|M)iB flash/);
  });

  it("judges for a board of the budget's own, less what the application reserves", () => {
    const board = {
      id: "our-sensor",
      name: "Our sensor",
      mcu: "nRF52832",
      core: "cortex-m4f",
      clockMhz: 64,
      ramBytes: { total: 65_536, largestBank: 65_536 },
      flashBytes: { total: 524_288, usable: 524_288 },
    };
    const budget = (ram: string) => JSON.stringify({ board: "our-sensor", boards: [board], reserve: { ram } });
    const { run, folder } = workspace({ "model.py": MODEL, "model-budget.json": budget("1 KiB") });
    expect(run("check").code).toBe(0);
    writeFileSync(join(folder, "model-budget.json"), budget("64 KiB"));
    const { code, out } = run("check");
    expect(out).toMatch(/model does not fit Our sensor .* of 0 B RAM\./);
    expect(code).toBe(1);
  });

  it("writes SARIF with rules and places", () => {
    const { run } = workspace({ "model.py": MODEL, "model-budget.json": limited("150") });
    const log = JSON.parse(run("check", "--format", "sarif").out) as {
      version: string;
      runs: { tool: { driver: { name: string; rules: { id: string }[] } }; results: object[] }[];
    };
    expect(log.version).toBe("2.1.0");
    expect(log.runs[0]?.tool.driver).toMatchObject({ name: "Model Budget", rules: [{ id: "over-budget" }] });
    expect(log.runs[0]?.results).toMatchObject([
      {
        ruleId: "over-budget",
        level: "error",
        locations: [
          { physicalLocation: { artifactLocation: { uri: "model.py" }, region: { startLine: 4, startColumn: 1 } } },
        ],
      },
    ]);
  }); // prettier-ignore

  it("writes annotations, Markdown, CSV and JSON", () => {
    const { run } = workspace({ "model.py": MODEL, "model-budget.json": limited("150") });
    expect(run("check", "--format", "github").out).toBe(
      "::error file=model.py,line=4,col=1,title=Model Budget%3A over-budget::model takes 200 MACs, 33 %25 over the 150 that model-budget.json allows.\n",
    );
    expect(run("check", "--format", "markdown").out).toContain("| error | model.py:4 | model takes 200 MACs");
    expect(run("check", "--format", "csv").out).toContain(
      'error,model.py,4,1,over-budget,model,"model takes 200 MACs, 33',
    );
    const [report] = JSON.parse(run("check", "--format", "json").out) as { macs: number; findings: object[] }[];
    expect(report?.macs).toBe(200);
    expect(report?.findings).toMatchObject([{ rule: "over-budget", level: "error", line: 4 }]);
  }); // prettier-ignore

  it.each([
    ["a path that is not there", ["check", "nowhere"], "nowhere: no such file or folder"],
    ["a bad number", ["check", "--max-warnings", "many"], "must be a number"],
    ["an environment that is none", ["check", "--python", "model.py"], "model.py: no Python environment with packages"],
    ["a budget file that is not there", ["check", "--config", "none.json"], "none.json: no such budget file"],
  ])("%s is wrong use", (_what, args, message) => {
    const { code, err } = workspace({ "model.py": MODEL }).run(...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it("a budget file with a mistake is bad configuration", () => {
    const { code, err } = workspace({ "model.py": MODEL, "model-budget.json": '{\n  "limts": {}\n}' }).run("check");
    expect(err).toContain('model-budget.json:2:3: there is no "limts" here; did you mean "limits"?');
    expect(code).toBe(2);
  });
});

describe("init", () => {
  it("writes limits with head room and a baseline, which check then keeps", () => {
    const { run, folder } = workspace({ "model.py": MODEL });
    const { code, err } = run("init");
    expect(code).toBe(0);
    expect(err).toContain("wrote model-budget.json with limits 10 % over what 1 model cost today");
    expect(err).toContain("the smallest known board that it fits");
    const file = JSON.parse(readFileSync(join(folder, "model-budget.json"), "utf8")) as { models: object[] };
    expect(file.models).toMatchObject([
      {
        file: "model.py",
        entry: "model",
        limits: { macs: "220", params: "240" },
        baseline: { macs: 200, params: 210 },
      },
    ]);
    expect(run("check").code).toBe(0);
    writeFileSync(join(folder, "model.py"), MODEL.replace("Dense(10)", "Dense(12)"));
    expect(run("check").out).toContain("model takes 240 MACs, 9 % over the 220");
  });

  it("does not overwrite a budget unless told to", () => {
    const { run } = workspace({ "model.py": MODEL, "model-budget.json": "{}" });
    expect(run("init")).toMatchObject({ code: 2, err: expect.stringContaining("--force") });
    expect(run("init", "--force").code).toBe(0);
  });

  it.each([
    ["macs", 1_122_000, "1.2 M"],
    ["params", 231, "240"],
    ["ram", 60_988, "61 kB"],
    ["latency", 39.3, "40 ms"],
    ["macs", 220, "220"],
  ] as const)("rounds %s %s up to %s", (name, value, text) => expect(writeLimit(name, value)).toBe(text));
});
