// `calibrate` as its users meet it: a log of MLPerf Tiny's keyword spotting on a NUCLEO-L4R5ZI, for the example of it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readBudget } from "../../../src/core/config/budget-file";

const root = join(__dirname, "..", "..", "..");
const reports = join(root, "test/data/board-reports");
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function workspace() {
  const folder = mkdtempSync(join(tmpdir(), "model-budget-"));
  made.push(folder);
  for (const name of ["keyword_spotting.py", "visual_wake_words.py"])
    cpSync(join(root, "examples/mlperf-tiny", name), join(folder, name));
  cpSync(join(reports, "mlperf-l4r5zi-kws.txt"), join(folder, "log.txt"));
  cpSync(join(reports, "mltk-visual-wake-words.txt"), join(folder, "profiling_report-mvp-embedded.txt"));
  cpSync(join(reports, "vela-per-layer.csv"), join(folder, "net_per-layer.csv"));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist", "cli.js"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
    return { code: status, out: stdout, err: stderr };
  };
  const budget = () => readBudget(readFileSync(join(folder, "model-budget.json"), "utf8"), "json");
  return { folder, run, budget };
}

const TARGET = ["--board", "nucleo-l4r5zi", "--runtime", "x-cube-ai@7.3.0"];

describe("calibrate", () => {
  it("keeps what the board took, and takes it back", () => {
    const { run, budget } = workspace();
    const { code, out, err } = run("calibrate", "keyword_spotting.py", "log.txt", ...TARGET);
    expect(err).toBe("model-budget: wrote model-budget.json; take it back with --forget\n");
    expect(code).toBe(0);
    expect(out).toContain("now 75.1 ms measured");
    expect(budget()?.problems).toEqual([]);
    expect(budget()?.budget.calibration).toMatchObject([
      { file: "keyword_spotting.py", report: "log.txt", latencyMs: 75.056 },
    ]);
    expect(run("report", "keyword_spotting.py", ...TARGET).out).toMatch(/Latency +75\.1 ms measured +from log\.txt/);
    const forgotten = run("calibrate", "keyword_spotting.py", "--forget");
    expect(forgotten.err).toBe("model-budget: forgot 1 measurement in model-budget.json\n");
    expect(budget()?.budget.calibration).toEqual([]);
    expect(run("calibrate", "keyword_spotting.py", "--forget").code).toBe(2);
  });

  it("judges limits by what was measured", () => {
    const { folder, run } = workspace();
    const models = [{ file: "keyword_spotting.py", limits: { latency: "74 ms" } }];
    const target = { board: "nucleo-l4r5zi", runtime: "x-cube-ai@7.3.0" };
    writeFileSync(join(folder, "model-budget.json"), JSON.stringify({ ...target, models }));
    expect(run("check", "keyword_spotting.py").code).toBe(0);
    expect(run("calibrate", "keyword_spotting.py", "log.txt").code).toBe(0);
    const { code, out } = run("check", "keyword_spotting.py");
    expect(code).toBe(1);
    expect(out).toContain("takes 75.1 ms for one inference, 1 % over the 74 ms");
  });

  it("prints which operator is which, and with --dry-run writes nothing", () => {
    const { run, budget } = workspace();
    const { code, out } = run("calibrate", "visual_wake_words.py", "profiling_report-mvp-embedded.txt", "--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/^ 1 +quantize +11\.8 ms +–$/m);
    expect(out).toMatch(/^ 2 +conv_2d +8\.8 ms +CONV_2D +498 k +≈ [\d.]+ ms$/m);
    expect(out).toContain("31 of 33 operators matched");
    expect(out).toContain("warning: an accelerator (MVP) did part of the work");
    expect(budget).toThrow("no such file");
  });

  it("refuses reports of other models, other files, and ticks without a clock", () => {
    const { run } = workspace();
    const told = (...args: string[]) => run("calibrate", "visual_wake_words.py", ...args);
    expect(told("log.txt")).toMatchObject({
      code: 1,
      err: "model-budget: the report is of another model: it has 2,656,768 MACs, this one 7,489,664\n",
    });
    expect(told("keyword_spotting.py").err).toContain("is none of the reports that are read");
    expect(told("net_per-layer.csv").err).toContain("with --clock MHZ");
    expect(told("net_per-layer.csv", "--clock", "500").err).toContain("the report is of another model");
    expect(told("missing.txt")).toMatchObject({ code: 2 });
    expect(told()).toMatchObject({ code: 2 });
  });
});
