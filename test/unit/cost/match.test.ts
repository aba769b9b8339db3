// Operators of board reports found again in models that are evaluated from their source: the examples are the sources of MLPerf
// Tiny's models, the reports those that real tools printed of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Matching, matchOperators, type ModelOperator } from "../../../src/core/7-cost/calibration/match";
import type { BoardReport } from "../../../src/core/targets/board-report/board-report";
import { tfliteKinds } from "../../../src/core/targets/board-report/kinds";
import { readBoardReport } from "../../../src/core/targets/board-report/read";
import { createNodeAnalyzer } from "../../../src/platform/node";

const examples = join(__dirname, "../../../examples");
const reports = join(__dirname, "../../data/board-reports");

function reportOf(name: string, as = name): BoardReport {
  const read = readBoardReport({ text: readFileSync(join(reports, name), "utf8"), name: as, tickMhz: null });
  if ("problem" in read) throw new Error(read.problem);
  return read.report;
}

async function operatorsOf(file: string): Promise<ModelOperator[]> {
  const analysis = await createNodeAnalyzer().analyze({ file: join(examples, file), root: examples, target: "budget" });
  return analysis.reports[0]?.deployment?.operators ?? [];
}

function matched(report: BoardReport, model: readonly ModelOperator[]): Matching {
  const found = matchOperators(report, model);
  if ("problem" in found) throw new Error(found.problem);
  return found.matching;
}

const problem = (report: BoardReport, model: readonly ModelOperator[]) => {
  const found = matchOperators(report, model);
  return "problem" in found ? found.problem : "";
};

/** MobileNet v1 0.25 on 96x96 grey images as in TFLM's person_detect: a depthwise stem of 8, then blocks of (out, stride). */
function personDetect(): ModelOperator[] {
  const model: ModelOperator[] = [{ op: "DEPTHWISE_CONV_2D", outputShape: [1, 48, 48, 8], macs: 48 * 48 * 8 * 9 }];
  let [side, channels] = [48, 8];
  const blocks: [number, number][] = [
    [16, 1],
    [32, 2],
    [32, 1],
    [64, 2],
    [64, 1],
    [128, 2],
    [128, 1],
    [128, 1],
    [128, 1],
    [128, 1],
    [128, 1],
    [256, 2],
    [256, 1],
  ]; // prettier-ignore
  for (const [out, stride] of blocks) {
    side /= stride;
    model.push({ op: "DEPTHWISE_CONV_2D", outputShape: [1, side, side, channels], macs: side * side * channels * 9 });
    model.push({ op: "CONV_2D", outputShape: [1, side, side, out], macs: side * side * channels * out });
    channels = out;
  }
  return [
    ...model,
    { op: "AVERAGE_POOL_2D", outputShape: [1, 1, 1, 256], macs: 0 },
    { op: "CONV_2D", outputShape: [1, 1, 1, 2], macs: 512 },
    { op: "RESHAPE", outputShape: [1, 2], macs: 0 },
    { op: "SOFTMAX", outputShape: [1, 2], macs: 0 },
  ];
}

let vww: ModelOperator[];
let kws: ModelOperator[];
beforeAll(async () => {
  vww = await operatorsOf("mlperf-tiny/visual_wake_words.py");
  kws = await operatorsOf("mlperf-tiny/keyword_spotting.py");
});

describe("matching operators", () => {
  it("finds every operator of TFLM's person detection", () => {
    const model = personDetect();
    const { matches, onlyReport, onlyModel } = matched(reportOf("tflm-person-detect.txt"), model);
    expect(matches).toEqual(model.map((_, at) => ({ report: at, model: [at] })));
    expect([onlyReport, onlyModel]).toEqual([[], []]);
  });

  it("finds visual wake words in MLTK's profile of it, but for the conversions of its float interface", () => {
    const report = reportOf("mltk-visual-wake-words.txt");
    const { matches, onlyReport, onlyModel } = matched(report, vww);
    expect(
      matches.map(({ report: at, model }) => [report.operators[at]?.kinds[0], model.map((one) => vww[one]?.op)]),
    ).toEqual(vww.map(({ op }) => [op, [op]]));
    expect(onlyReport.map((at) => report.operators[at]?.type)).toEqual(["quantize", "dequantize"]);
    expect(onlyModel).toEqual([]);
  });

  it("lets a c-layer of ST stand for the operators it fused", () => {
    // The network of the report: two convolutions with pools, a dense layer and a softmax.
    const model: ModelOperator[] = [
      { op: "CONV_2D", outputShape: [1, 30, 30, 16], macs: 30 * 30 * 9 * 16 },
      { op: "MAX_POOL_2D", outputShape: [1, 15, 15, 16], macs: 0 },
      { op: "CONV_2D", outputShape: [1, 13, 13, 32], macs: 13 * 13 * 9 * 16 * 32 },
      { op: "MAX_POOL_2D", outputShape: [1, 6, 6, 32], macs: 0 },
      { op: "RESHAPE", outputShape: [1, 1152], macs: 0 },
      { op: "FULLY_CONNECTED", outputShape: [1, 3], macs: 3456 },
      { op: "SOFTMAX", outputShape: [1, 3], macs: 0 },
    ];
    const { matches, onlyReport, onlyModel } = matched(reportOf("xcubeai3-rock-paper-scissors.txt"), model);
    expect(matches.map(({ model: places }) => places)).toEqual([[0, 1], [2, 3], [5], [6]]);
    expect([onlyReport, onlyModel]).toEqual([[], [4]]);
  });

  it("tells equal kinds apart by their MACs", () => {
    const kinds = (type: string, macs: number) => ({ type, ...tfliteKinds(type), name: null, latencyMs: 1, macs });
    const model: ModelOperator[] = [100, 5000, 300].map((macs) => ({ op: "CONV_2D", outputShape: [1, 1, 1, 1], macs }));
    const report = {
      ...reportOf("tflm-person-detect.txt"),
      operators: [kinds("CONV_2D", 100), kinds("CONV_2D", 5000)],
    };
    expect(matched(report, model)).toEqual({
      matches: [
        { report: 0, model: [0] },
        { report: 1, model: [1] },
      ],
      onlyReport: [],
      onlyModel: [2],
    });
  });
});

describe("a report of another model", () => {
  it("is refused by its operators", () => {
    expect(problem(reportOf("tflm-person-detect.txt"), kws)).toBe(
      // 28 operators multiply there, of which the 9 here can be partners at most.
      "the report is of another model: its operator 1, DEPTHWISE_CONV_2D, has no partner here (19 such of 28)",
    );
    expect(problem(reportOf("mltk-visual-wake-words.txt"), kws)).toContain(
      "the report is of another model: its operator",
    );
  });

  it("is refused when it has too little of the model", () => {
    const report = reportOf("xcubeai3-rock-paper-scissors.txt");
    expect(problem(report, vww)).toContain("the report is of another model");
  });

  it("is refused by the MACs of the benchmark's model", () => {
    expect(problem(reportOf("mlperf-l4r5zi-kws.txt"), kws)).toBe("");
    expect(problem(reportOf("mlperf-l4r5zi-ic.txt"), kws)).toBe(
      "the report is of another model: it has 12,501,632 MACs, this one 2,656,768",
    );
  });

  it("is refused when it has far more operators", () => {
    const [operator] = reportOf("mltk-visual-wake-words.txt").operators;
    const report = { ...reportOf("mltk-visual-wake-words.txt"), operators: new Array(5000).fill(operator) };
    expect(problem(report, kws)).toContain("it has 5000 operators");
  });
});
