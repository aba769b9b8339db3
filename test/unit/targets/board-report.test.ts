// Readers of board reports, on what real tools printed (test/data/board-reports). Expected numbers are those in the reports, or
// follow from them by the arithmetic beside them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BoardReport } from "../../../src/core/targets/board-report/board-report";
import { stKinds } from "../../../src/core/targets/board-report/kinds";
import { readBoardReport, REPORT_FORMATS } from "../../../src/core/targets/board-report/read";

const folder = join(__dirname, "../../data/board-reports");
const textOf = (name: string) => readFileSync(join(folder, name), "utf8");

function readText(text: string, name = "report.txt", tickMhz: number | null = null): BoardReport {
  const read = readBoardReport({ text, name, tickMhz });
  if ("problem" in read) throw new Error(read.problem);
  return read.report;
}

const read = (name: string, as = name, tickMhz: number | null = null) => readText(textOf(name), as, tickMhz);
const problemOf = (text: string, name = "report.txt") => {
  const found = readBoardReport({ text, name, tickMhz: null });
  return "problem" in found ? found.problem : "";
};

describe("a TFLM benchmark log", () => {
  const report = read("tflm-person-detect.txt");

  it("has the operators in order, timed by a tick that the log itself tells", () => {
    expect(report.operators).toHaveLength(31);
    expect(report.operators.slice(0, 3).map(({ kinds }) => kinds)).toEqual([
      ["DEPTHWISE_CONV_2D"],
      ["DEPTHWISE_CONV_2D"],
      ["CONV_2D"],
    ]);
    // 249,561 ticks are 9 ms and something: 25 MHz is the only whole number that agrees with every line.
    expect(report.operators[2]?.latencyMs).toBeCloseTo(249_561 / 25_000, 6);
    expect(report.notes).toContain("a tick is 1/25 µs, from the ticks and milliseconds it prints");
  });

  it("adds up to the total the log states", () => {
    expect(report.latencyMs).toBeCloseTo(2_820_774 / 25_000, 6);
  });

  it("of a simulator is no measurement", () => {
    expect(report).toMatchObject({ basis: "simulated", board: "cortex_m_corstone_300" });
    expect(report.sizes).toEqual([{ what: "arena, with what the benchmark itself allocates in it", bytes: 84_436 }]);
  });

  // What MicroProfiler::Log prints after the line of the benchmark; two runs of one model.
  const runs = [100_000, 300_000].map((ticks) =>
    [
      `WithPersonDataIterations(1) took ${ticks + 500} ticks (${Math.floor((ticks + 500) / 1000)} ms)`,
      `CONV_2D took ${ticks} ticks (${Math.floor(ticks / 1000)} ms).`,
      "SOFTMAX took 500 ticks (0 ms).",
    ].join("\r\n"),
  );

  it("with several runs gives their mean", () => {
    const text = ["InitializeBenchmarkRunner took 4 ticks (0 ms).", ...runs].join("\r\n\r\n");
    const { operators, latencyMs, notes } = readText(text);
    expect(operators.map(({ type, latencyMs: ms }) => [type, ms])).toEqual([
      ["CONV_2D", 200],
      ["SOFTMAX", 0.5],
    ]);
    expect(latencyMs).toBe(200.5);
    expect(notes).toContain("mean of 2 runs");
  });

  it("with whole iterations only gives the time of one", () => {
    expect(readText("KeywordRunNIerations(10) took 385160 ticks (385 ms)").latencyMs).toBeCloseTo(38.516, 6);
  });

  it("that does not tell its tick needs the clock", () => {
    const csv = '"Event","Tag","Ticks"\n0,CONV_2D,64000\n1,FULLY_CONNECTED,6400\n';
    expect(problemOf(csv)).toContain("does not say how long one is");
    const report = readText(csv, "log.csv", 64);
    expect(report.operators.map(({ latencyMs }) => latencyMs)).toEqual([1, 0.1]);
    expect(report.latencyMs).toBeCloseTo(1.1, 9);
  });

  it("with sums for each kind has a time and no operators", () => {
    const sums =
      '"Unique Tag","Total ticks across all events with that tag."\nCONV_2D, 900000\nSOFTMAX, 100000\n"total number of ticks", 1000000\n';
    expect(readText(sums, "log.csv", 100)).toMatchObject({ latencyMs: 10, operators: [] });
  });
});

describe("an MLPerf Tiny log", () => {
  it("of the runner gives the median window of the board's stamps", () => {
    // (34,660,347 - 23,402,011) µs for 150 inferences; the published median throughput is 13.323 a second.
    const report = read("mlperf-l4r5zi-kws.txt");
    expect(report.latencyMs).toBeCloseTo(75.0556, 3);
    expect(report).toMatchObject({ format: "MLPerf Tiny log", macs: 2_656_768, operators: [], basis: "measured" });
  });

  it.each([
    ["ad", 131.95],
    ["ic", 4.407],
    ["kws", 13.323],
  ])("of %s agrees with the published throughput", (model, throughput) => {
    expect(1000 / (read(`mlperf-l4r5zi-${model}.txt`).latencyMs ?? 0)).toBeCloseTo(throughput, 2);
  });

  it("of results gives the stated median", () => {
    expect(read("mlperf-l4r5zi-kws-results.txt").latencyMs).toBeCloseTo(1000 / 13.323, 6);
  });

  it("of the board alone is read", () => {
    expect(read("mlperf-board-only.txt").latencyMs).toBeCloseTo(76.105, 3);
  });

  it("of accuracy has no time", () => {
    expect(problemOf("178204.058 ulp-mlperf: m-model-[kws01]\n178204.058 ulp-mlperf: Top-1: 90.1%\n")).toContain(
      "holds no time of an inference",
    );
  });
});

describe("a report of ST's tools", () => {
  it("by X-CUBE-AI 3 has the time of every c-layer", () => {
    const report = read("xcubeai3-rock-paper-scissors.txt");
    expect(report).toMatchObject({ latencyMs: 99.405, macs: 950_717, clockMhz: 84, board: "0x433/STM32F401xD/E" });
    expect(report.operators.map(({ type, latencyMs }) => [type, latencyMs])).toEqual([
      ["10011/(Merged Conv2d / Pool)", 31.126],
      ["10011/(Merged Conv2d / Pool)", 67.844],
      ["10005/(Dense)", 0.425],
      ["10014/(Softmax)", 0.01],
    ]);
    expect(report.operators[0]?.includes).toContain("MAX_POOL_2D");
  });

  it("by ST Edge AI 2 has the duration of a sample", () => {
    expect(read("stedgeai2-validate.txt")).toMatchObject({ latencyMs: 69.38, macs: 12_960, operators: [] });
  });

  // The table as ST's ai_runner prints it: c-layer, model layer, type, ms, share, cumulated share, name.
  const table = `
ST.AI Profiling results v2.0 - "network"
---------------------------------------------
nb sample(s)   :   16
duration       :   7.510 ms by sample (7.509/7.512/0.001)
macc           :   397,308
---------------------------------------------
   Inference time per node
   -------------------------------------------------------------------
   c_id    m_id   type                dur (ms)       %    cumul     name
   -------------------------------------------------------------------
   0       1      Conv2D                 5.010   66.7%    66.7%     conv2d_1
   1       7      Pool                   0.500    6.7%    73.4%     pool_7
   2       22     Dense                  2.000   26.6%   100.0%     gemm_22
   -------------------------------------------------------------------
   total                                 7.510
`;

  it("by ST Edge AI 2 has the time of every node, with its MACC where the report has those", () => {
    const { operators } = readText(`${table}\n 0  1  conv2d_1 (Conv2D)  47,542   smul_s8_s8\n`);
    expect(operators.map(({ type, name, latencyMs, macs }) => [type, name, latencyMs, macs])).toEqual([
      ["Conv2D", "conv2d_1", 5.01, 47_542],
      ["Pool", "pool_7", 0.5, null],
      ["Dense", "gemm_22", 2, null],
    ]);
  });

  it("by the application on the board is read", () => {
    const log = `
Results for "network", 16 inferences @80MHz/80MHz (complexity: 2852598 MACC)
 duration     : 30.000 ms (average)
 CPU cycles   : 2400000 (average)

 Inference time by c-node
  kernel  : 29.900ms (time passed in the c-kernel fcts)

 c_id  type                id       time (ms)
 ---------------------------------------------------
 0     Conv2dPool          0           29.000  96.99 %
 1     Dense               3            0.900   3.01 %
`;
    expect(readText(log)).toMatchObject({
      latencyMs: 30,
      clockMhz: 80,
      macs: 2_852_598,
      operators: [
        { type: "Conv2dPool", latencyMs: 29 },
        { type: "Dense", latencyMs: 0.9 },
      ],
    });
  });

  it("of an analysis has no time", () => {
    expect(problemOf(textOf("stedgeai2-analyze.txt"), "analyze.txt")).toBe(
      'analyze.txt is of the kind "ST Edge AI / X-CUBE-AI report" and holds no time of an inference',
    );
  });

  it("in JSON has the time of the whole and the layers", () => {
    // The form that ST's own client of the Developer Cloud reads.
    const result = {
      benchmark: {
        info: {
          environment: { device: "STM32H747I-DISCO", tools: [{ version: "2.2.0" }] },
          memory_footprint: { weights: 12_664, activations: 4292 },
          graphs: [
            {
              exec_time: { duration_ms: 12.5, cycles: 5_000_000, cycles_by_macc: 3 },
              nodes: [
                { description: "Conv2D", name: "conv2d_1", macc: 23_771 },
                { description: "Pool", name: "pool_7", macc: 480 },
              ],
            },
          ],
        },
      },
    };
    expect(readText(JSON.stringify(result), "benchmark.json")).toMatchObject({
      tool: "ST Edge AI 2.2.0",
      board: "STM32H747I-DISCO",
      latencyMs: 12.5,
      clockMhz: 400,
      macs: 24_251,
      operators: [
        { type: "Conv2D", macs: 23_771, latencyMs: null },
        { type: "Pool", macs: 480 },
      ],
    });
  });

  it("names layers that stand for several operators", () => {
    expect(stKinds("Conv2D (0x109)").kinds).toEqual(["CONV_2D", "DEPTHWISE_CONV_2D"]);
    expect(stKinds("10005/(Dense)").kinds[0]).toBe("FULLY_CONNECTED");
    expect(stKinds("something new").kinds).toEqual([]);
  });
});

describe("files of Vela", () => {
  it("are estimates for an accelerator", () => {
    const report = read("vela-summary.csv");
    expect(report).toMatchObject({
      basis: "estimated",
      accelerator: "Ethos_U85_256",
      clockMhz: 1000,
      latencyMs: 0.181758,
      macs: 7_077_252,
    });
    // 72.734375 and 237.796875 KiB.
    expect(report.sizes.map(({ bytes }) => bytes)).toEqual([74_480, 243_504]);
  });

  it("with a row for each layer count cycles: the clock is told", () => {
    expect(problemOf(textOf("vela-per-layer.csv"), "net_per-layer.csv")).toContain("does not say its clock");
    const { operators, latencyMs } = read("vela-per-layer.csv", "net_per-layer.csv", 500);
    expect(operators.map(({ type, macs, latencyMs: ms }) => [type, macs, ms])).toEqual([
      ["CONV_2D", 73_008, 7312 / 500_000],
      ["MAX_POOL_2D", 6912, 2992 / 500_000],
    ]);
    expect(latencyMs).toBeCloseTo(10_304 / 500_000, 9);
  });
});

describe("a profile of MLTK", () => {
  it("has the layers with their units", () => {
    const report = read("mltk-visual-wake-words.txt", "profiling_report-mvp-embedded.txt");
    expect(report).toMatchObject({ basis: "measured", accelerator: "MVP", clockMhz: 78, latencyMs: 123.2 });
    expect(report.operators).toHaveLength(33);
    expect(report.operators[0]).toMatchObject({ kinds: ["QUANTIZE"], latencyMs: 11.8, macs: 0 });
    expect(report.operators[12]).toMatchObject({ kinds: ["DEPTHWISE_CONV_2D"], latencyMs: 0.75, macs: 20_700 });
  });

  it("is a measurement only when its name says so", () => {
    expect(read("mltk-visual-wake-words.txt", "profiling_report-mvp-simulated.txt").basis).toBe("simulated");
    expect(read("mltk-visual-wake-words.txt", "output.txt").basis).toBe("simulated");
  });

  it("in JSON is read", () => {
    const json = {
      summary: { name: "m", accelerator: "None", macs: 2500, n_layers: 1, cpu_clock_rate: 78e6, time: 0.0019 },
      layers: [{ index: 0, opcode: "conv_2d", macs: 2500, cpu_cycles: 148_200, time: 0.0019 }],
    };
    expect(readText(JSON.stringify(json), "profiling_report-none-embedded.json")).toMatchObject({
      basis: "measured",
      accelerator: null,
      latencyMs: 1.9,
      operators: [{ kinds: ["CONV_2D"], latencyMs: 1.9, macs: 2500 }],
    });
  });
});

describe("any other text", () => {
  it.each([
    "",
    "hello",
    "{}",
    "[1, 2]",
    "{ not JSON",
    "a,b,c\n1,2,3",
    "#".repeat(50),
    "took ticks (ms)",
    "NaN took 1 ticks",
  ])("%j names the formats that are read", (text) => {
    expect(problemOf(text)).toContain(REPORT_FORMATS);
  });
});
