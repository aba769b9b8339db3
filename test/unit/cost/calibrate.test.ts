// Calibrating the examples with reports of real boards, from the report's text to what is shown afterwards.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CalibrateRequest } from "../../../src/core/analyze";
import type { MeasuredModel } from "../../../src/core/config/measured-model";
import type { CalibrationProposal } from "../../../src/core/report/calibration";
import type { Deployment } from "../../../src/core/report/deployment";
import { operatorsTime, timeOf, timeText } from "../../../src/core/report/time-text";
import { createNodeAnalyzer } from "../../../src/platform/node";
import { createCatalogue } from "../../../src/core/targets/catalogue";
import { chooseTarget } from "../../../src/core/targets/choose";

const examples = join(__dirname, "../../../examples/mlperf-tiny");
const reports = join(__dirname, "../../data/board-reports");
const analyzer = createNodeAnalyzer();

function target(board: string, runtime: string) {
  const chosen = chooseTarget({ board, runtime, dtype: "int8" }, createCatalogue());
  if ("problem" in chosen) throw new Error(chosen.problem);
  return chosen.target;
}

const L4R5 = target("nucleo-l4r5zi", "x-cube-ai@7.3.0");

function request(model: string, report: string, more: Partial<CalibrateRequest> = {}): CalibrateRequest {
  return {
    file: join(examples, `${model}.py`),
    root: examples,
    target: L4R5,
    budget: { limits: [], models: [], calibration: [] },
    report: { text: readFileSync(join(reports, report), "utf8"), name: report, tickMhz: null },
    storedAs: `${model}.py`,
    date: "2026-11-26",
    ...more,
  };
}

async function proposed(asked: CalibrateRequest): Promise<CalibrationProposal> {
  const answer = await analyzer.calibrate(asked);
  if ("problem" in answer) throw new Error(answer.problem);
  return answer.proposal;
}

async function deploymentOf(model: string, calibration: readonly MeasuredModel[], more = {}): Promise<Deployment> {
  const analysis = await analyzer.analyze({
    file: join(examples, `${model}.py`),
    root: examples,
    target: L4R5,
    budget: { limits: [], models: [], calibration },
    ...more,
  });
  const [report] = analysis.reports;
  if (!report?.deployment) throw new Error("no deployment");
  return report.deployment;
}

describe("calibrating with an MLPerf Tiny log", () => {
  it("shows what the board took", async () => {
    const { measured, before, after, ratio, warnings } = await proposed(
      request("keyword_spotting", "mlperf-l4r5zi-kws.txt"),
    );
    expect(before.measured).toBeUndefined();
    expect(timeText(before)).toMatch(/^≈ /);
    // 75.0556 ms: 150 inferences between the board's two stamps.
    expect(measured).toMatchObject({
      latencyMs: 75.056,
      board: "nucleo-l4r5zi",
      runtime: "x-cube-ai@7.3.0",
      basis: "measured",
    });
    expect(after.measured).toEqual({
      latencyMs: 75.056,
      basis: "measured",
      report: "mlperf-l4r5zi-kws.txt",
      format: "MLPerf Tiny log",
      date: "2026-11-26",
    });
    expect(timeText(after)).toBe("75.1 ms measured");
    expect(ratio).toBeCloseTo(75.056 / (before.latencyMs?.mid ?? 0), 2);
    expect(after.latencyMs?.mid).toBeCloseTo(75.1, 5);
    expect(after.latencyMs?.basis).toContain("a model of the same make");
    // 75.056 ms at 32.95, 49.49 and 75.42 mW, which the board was measured to draw.
    expect(after.energyUj).toEqual({ low: 2500, mid: 3700, high: 5700 });
    expect(warnings).toEqual([]);
  });

  it("refits the other models of the project, and shows them as estimates", async () => {
    const { measured } = await proposed(request("keyword_spotting", "mlperf-l4r5zi-kws.txt"));
    const before = await deploymentOf("image_classification", []);
    // A board twice as slow as published.
    const after = await deploymentOf("image_classification", [{ ...measured, latencyMs: measured.latencyMs * 2 }]);
    expect(after.measured).toBeUndefined();
    expect(after.refit?.models).toBe(1);
    expect(after.refit?.factor).toBeGreaterThan(1.2);
    expect(after.refit?.factor).toBeLessThan(2.2);
    expect(after.latencyMs?.mid).toBeCloseTo((before.latencyMs?.mid ?? 0) * (after.refit?.factor ?? 0), -1);
    expect(after.latencyMs?.basis).toContain("another model measured on");
    const sum = after.operators.reduce((total, one) => total + (one.latencyMs ?? Number.NaN), 0);
    expect(sum / (after.latencyMs?.mid ?? 0)).toBeCloseTo(1, 1);
  });

  it("shows an edited model as an estimate again", async () => {
    const { measured } = await proposed(request("keyword_spotting", "mlperf-l4r5zi-kws.txt"));
    const file = join(examples, "keyword_spotting.py");
    const text = readFileSync(file, "utf8").replace("default=64", "default=48");
    expect(text).not.toBe(readFileSync(file, "utf8"));
    const edited = await createNodeAnalyzer((path) => (path === file ? text : undefined)).analyze({
      file,
      root: examples,
      target: L4R5,
      budget: { limits: [], models: [], calibration: [measured] },
    });
    const deployment = edited.reports[0]?.deployment;
    expect(deployment?.measured).toBeUndefined();
    expect(deployment?.refit).toBeDefined();
  });

  it("says nothing of another target", async () => {
    const { measured } = await proposed(request("keyword_spotting", "mlperf-l4r5zi-kws.txt"));
    for (const other of [
      target("nucleo-l4r5zi", "x-cube-ai"),
      target("nucleo-l4r5zi", "tflm-cmsis-nn"),
      target("stm32f746g-disco", "x-cube-ai@7.3.0"),
    ]) {
      const deployment = await deploymentOf("keyword_spotting", [measured], { target: other });
      expect(deployment.measured).toBeUndefined();
      expect(deployment.refit).toBeUndefined();
    }
  });

  it("of another model is refused", async () => {
    expect(await analyzer.calibrate(request("image_classification", "mlperf-l4r5zi-kws.txt"))).toEqual({
      problem: "the report is of another model: it has 2,656,768 MACs, this one 12,501,632",
    });
  });
});

describe("calibrating with a report of operators", () => {
  const asked = (name: string) => {
    const one = request("visual_wake_words", "mltk-visual-wake-words.txt", {
      target: target("nucleo-l4r5zi", "tflm-cmsis-nn"),
    });
    return { ...one, report: { ...one.report, name } };
  };

  it("gives every operator its time", async () => {
    const { after, onlyReport, measured } = await proposed(asked("profiling_report-mvp-embedded.txt"));
    expect(onlyReport).toHaveLength(2);
    expect(measured.accelerator).toBe("MVP");
    expect(after.operators[0]).toMatchObject({ op: "CONV_2D", measuredMs: 8.8 });
    const { ms, isMeasured } = operatorsTime(after.operators);
    expect(isMeasured).toBe(true);
    // The whole, 123.2 ms, without the two conversions of 11.8 and 0 ms that this model does not have; printed to one digit.
    expect(ms).toBeCloseTo(123.2 - 11.8, 0);
    expect(timeOf(after)).toBe(123.2);
  });

  it("on an accelerator or a simulator fits no other estimate", async () => {
    for (const name of ["profiling_report-mvp-embedded.txt", "profiling_report-mvp-simulated.txt"]) {
      const { measured, after, warnings } = await proposed(asked(name));
      expect(warnings.some((one) => one.includes("no other estimate") || one.includes("no estimate is fitted"))).toBe(
        true,
      );
      expect(after.refit).toBeUndefined();
      const other = await deploymentOf("keyword_spotting", [measured], {
        target: target("nucleo-l4r5zi", "tflm-cmsis-nn"),
      });
      expect(other.refit).toBeUndefined();
    }
    expect(timeText((await proposed(asked("profiling_report-mvp-simulated.txt"))).after)).toBe("123 ms simulated");
  });

  it("made with an accelerator warns on a board that has none", async () => {
    const one = asked("profiling_report-mvp-embedded.txt");
    const nucleo = await proposed(one);
    expect(nucleo.warnings[0]).toBe("NUCLEO-L4R5ZI has no MVP, so the time is of another board: choose that one first");
    const { warnings } = await proposed({ ...one, target: target("xg24-dk2601b", "tflm-cmsis-nn") });
    expect(warnings.join()).not.toContain("another board");
  });

  it("from another chip or runtime warns", async () => {
    const text = readFileSync(join(reports, "stedgeai2-validate.txt"), "utf8").replace("12960", "2656768");
    const report = {
      text: `${text}\n device : STM32F401xD/E @84/84MHz\n`,
      name: "network_validate_report.txt",
      tickMhz: null,
    };
    const { warnings } = await proposed({
      ...request("keyword_spotting", "mlperf-l4r5zi-kws.txt"),
      report,
      target: target("nucleo-l4r5zi", "tflm-cmsis-nn"),
    });
    expect(warnings).toHaveLength(3);
    expect(warnings.join()).toContain("STM32F401");
    expect(warnings.join()).toContain("84 MHz");
    expect(warnings.join()).toContain("does not come from");
  });
});
