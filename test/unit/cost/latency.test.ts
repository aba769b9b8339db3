import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DeployedGraph, DeployedOperator, DeployedTensor } from "../../../src/core/6-deploy/deployed-graph";
import { energyOf } from "../../../src/core/7-cost/energy";
import { FEATURES, graphFeatures } from "../../../src/core/7-cost/latency/features";
import { latencyOf } from "../../../src/core/7-cost/latency/latency";
import { missingOperators, supportFindings } from "../../../src/core/7-cost/operator-support";
import { createCatalogue } from "../../../src/core/targets/catalogue";
import { calibrate, leaveOut, MAIN_CORES, quantile, rowsOf } from "../../accuracy/latency/calibrate";
import { readMeasurements } from "../../accuracy/latency/measurements";

const folder = join(__dirname, "../../accuracy/latency");
const rows = readMeasurements(folder);
const shipped = readFileSync(join(__dirname, "../../../src/core/targets/latency-calibration.json"), "utf8");
const catalogue = createCatalogue();

function target(boardName: string, runtimeName: string) {
  const board = catalogue.board(boardName);
  const runtime = catalogue.runtime(runtimeName);
  if ("problem" in board || "problem" in runtime) throw new Error("no such target");
  return [board.found, runtime.found] as const;
}

/** MLPerf Tiny keyword spotting (DS-CNN) as converted to int8: mlcommons/tiny kws_ref_model.tflite. */
function keywordSpotting(): DeployedGraph {
  const tensors: DeployedTensor[] = [];
  const operators: DeployedOperator[] = [];
  const add = (shape: number[], constantBytes = 0) =>
    tensors.push({ shape, type: "INT8", constantBytes, variable: false, scales: 1 }) - 1;
  const input = add([1, 49, 10, 1]);
  let last = input;
  const apply = (op: string, shape: number[], macs: number, weights?: number[]) => {
    const inputs = weights
      ? [
          last,
          add(
            weights,
            weights.reduce((a, b) => a * b),
          ),
        ]
      : [last];
    last = add(shape);
    operators.push({ op, inputs, outputs: [last], options: {}, macs, sources: [] });
  };
  apply("CONV_2D", [1, 25, 5, 64], 320000, [64, 10, 4, 1]);
  for (let block = 0; block < 4; block++) {
    apply("DEPTHWISE_CONV_2D", [1, 25, 5, 64], 72000, [1, 3, 3, 64]);
    apply("CONV_2D", [1, 25, 5, 64], 512000, [64, 1, 1, 64]);
  }
  apply("AVERAGE_POOL_2D", [1, 1, 1, 64], 0);
  apply("RESHAPE", [1, 64], 0);
  apply("FULLY_CONNECTED", [1, 12], 768, [12, 64]);
  apply("SOFTMAX", [1, 12], 0);
  return { type: "int8", tensors, inputs: [input], outputs: [last], operators, assumptions: [] } as DeployedGraph;
}

describe("features", () => {
  it("are those of the published table", () => {
    // Row mlperf_kws_int8 of models.csv, computed there from the .tflite file.
    const row = rows.find(({ model }) => model === "mlperf_kws_int8");
    expect(graphFeatures(keywordSpotting())).toEqual(row?.features);
  });
});

describe("the calibration", () => {
  it("is what the measurements give", () => {
    expect(JSON.stringify(calibrate(rows))).toBe(JSON.stringify(JSON.parse(shipped)));
  }, 180_000);

  it("predicts families it has not seen within the goals", () => {
    const left = leaveOut(rowsOf(rows, "optimised-int8"), (row) => row.family).filter(
      ({ row, footing }) => footing === "board" && MAIN_CORES.includes(row.core),
    );
    const errors = left.map(({ error }) => Math.abs(Math.exp(error) - 1));
    expect(left.length).toBeGreaterThan(240);
    expect(quantile(errors, 0.5)).toBeLessThan(0.1);
    expect(quantile(errors, 0.9)).toBeLessThan(0.26);
  }, 60_000);
});

describe("latency", () => {
  const kws = keywordSpotting();

  it("holds the published time, with what dominates and what it is founded on", () => {
    // MLPerf Tiny v1.0, NUCLEO-L4R5ZI: KWS 75.06 ms under X-CUBE-AI 7.3.0; v0.7, EK-RA6M4: 50.57 ms under TFLM + CMSIS-NN.
    for (const [board, runtime, version, published] of [
      ["nucleo-l4r5zi", "x-cube-ai", "7.3.0", 75.06],
      ["ek-ra6m4", "tflm-cmsis-nn", null, 50.57],
    ] as const) {
      const latency = latencyOf(kws, ...target(board, runtime), version);
      if ("reason" in latency) throw new Error(latency.reason);
      const { low, mid, high, dominatedBy, basis } = latency.estimate;
      expect(low).toBeLessThan(published);
      expect(high).toBeGreaterThan(published);
      expect(Math.abs(mid / published - 1)).toBeLessThan(0.25);
      expect(dominatedBy).toMatch(/convolutions \(\d+ %\)$/);
      expect(basis).toMatch(/^published measurements of .* on /);
    }
  });

  it("shares out over the operators", () => {
    const latency = latencyOf(kws, ...target("nucleo-l4r5zi", "x-cube-ai"), null);
    if ("reason" in latency) throw new Error(latency.reason);
    expect(latency.operatorsMs).toHaveLength(kws.operators.length);
    const sum = latency.operatorsMs.reduce((a, b) => a + b);
    expect(sum).toBeCloseTo(latency.estimate.mid, 0);
    expect(Math.min(...latency.operatorsMs)).toBeGreaterThan(0);
  });

  it("of a board nobody measured borrows from its core, says so, and has a wider range", () => {
    const own = latencyOf(kws, ...target("nucleo-f446re", "tflm-cmsis-nn"), null);
    const borrowed = latencyOf(kws, ...target("adafruit-feather-m4", "tflm-cmsis-nn"), null);
    if ("reason" in own || "reason" in borrowed) throw new Error("unknown");
    expect(borrowed.estimate.basis).toContain("borrowed");
    const width = ({ low, high }: { low: number; high: number }) => high / low;
    expect(width(borrowed.estimate)).toBeGreaterThan(width(own.estimate));
  });

  it("is not told where nothing was published", () => {
    expect(latencyOf(kws, ...target("gap9-evk", "tflm-reference"), null)).toEqual({
      reason: expect.stringContaining("riscv-pulp"),
    });
    expect(latencyOf({ ...kws, type: "float32" }, ...target("nucleo-l4r5zi", "tflm-cmsis-nn"), null)).toEqual({
      reason: expect.stringContaining("float32"),
    });
    expect(latencyOf(kws, ...target("nucleo-l4r5zi", "x-cube-ai"), "1.2.3")).toEqual({
      reason: expect.stringContaining("measured: "),
    });
  });
});

describe("energy", () => {
  it("is latency times the published power, for boards that have one", () => {
    // MLPerf Tiny v0.7, EK-RA6M4, KWS: 3797 µJ in 50.57 ms.
    const [board] = target("ek-ra6m4", "tflm-cmsis-nn");
    const energy = energyOf({ low: 50.57, mid: 50.57, high: 50.57 }, board);
    expect(energy?.low).toBeLessThanOrEqual(3800);
    expect(energy?.high).toBeGreaterThanOrEqual(3796);
    expect(energyOf({ low: 1, mid: 1, high: 1 }, target("teensy41", "tflm-cmsis-nn")[0])).toBeNull();
  });
});

describe("operator support", () => {
  const kws = keywordSpotting();

  it("names what a runtime lacks, once for each line", () => {
    const [, tinymaix] = target("raspberry-pi-pico", "tinymaix");
    expect(missingOperators(kws, tinymaix)).toEqual(["AVERAGE_POOL_2D"]);
    const place = { file: "/m.py", line: 7, column: 3, endLine: 7, endColumn: 9 };
    const findings = supportFindings(kws, tinymaix, () => place, { file: "/m.py", entry: "kws()", place: null });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: "unsupported-operator", level: "error", line: 7, entry: "kws()" });
    expect(findings[0]?.message).toContain("AVERAGE_POOL_2D");
  });

  it("says nothing where the list is not known or holds everything", () => {
    expect(missingOperators(kws, target("nucleo-l4r5zi", "x-cube-ai")[1])).toBeNull();
    expect(missingOperators(kws, target("nucleo-l4r5zi", "tflm-cmsis-nn")[1])).toEqual([]);
  });
});

it("features have a weight in every profile", () => {
  const { profiles } = JSON.parse(shipped) as { profiles: Record<string, { weights: Record<string, object> }> };
  for (const { weights } of Object.values(profiles)) {
    for (const one of Object.values(weights)) expect(Object.keys(one)).toEqual([...FEATURES]);
  }
});
