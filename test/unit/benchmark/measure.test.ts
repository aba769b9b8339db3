// The measuring method on a clock and a machine that can be relied on: quantiles, stability, ranks, and a whole run of an example.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePlan } from "../../../src/core/9-benchmark/make-plan";
import type { Plan } from "../../../src/core/9-benchmark/plan";
import { toCsv } from "../../../src/webview/benchmark/views/export";
import { segmentsOf } from "../../../src/webview/benchmark/measure/bench";
import { Cancelled, measure, type MeasureOptions } from "../../../src/webview/benchmark/measure/measure";
import { compile } from "../../../src/webview/benchmark/executor/compile";
import { isStable, quantile, rankCorrelation, timingOf } from "../../../src/webview/benchmark/measure/statistics";
import { traceModel } from "../../support/trace";

describe("statistics", () => {
  it("interpolates quantiles as numpy does", () => {
    // numpy.percentile([1, 2, 3, 10], [25, 50, 90])
    const found = [0.25, 0.5, 0.9].map((share) => Number(quantile([1, 2, 3, 10], share).toFixed(9)));
    expect(found).toEqual([1.75, 2.5, 7.9]);
  });
  it("gives the median, not the mean, of samples with an outlier", () => {
    expect(timingOf([5, 1, 1, 1, 100])).toMatchObject({ median: 1, runs: 5 });
  });
  it("calls samples stable when both halves agree", () => {
    expect(isStable([1, 1.01, 0.99, 1, 1, 1, 1, 1.01, 1, 1], 0.02)).toBe(true);
    expect(isStable([2, 2, 2, 2, 2, 1, 1, 1, 1, 1], 0.02)).toBe(false);
    expect(isStable([1, 1, 1, 1], 0.02)).toBe(false);
  });
  it("correlates ranks as scipy does", () => {
    // scipy.stats.spearmanr([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])
    const pairs = [1, 2, 3, 4, 5].map((x, i) => [x, [5, 6, 7, 8, 7][i] as number] as const);
    expect(rankCorrelation(pairs)).toBeCloseTo(0.8207826816681233, 12);
    expect(rankCorrelation([[1, 2]])).toBeNull();
  });
});

describe("a run", () => {
  const resolve = createRequire(import.meta.url).resolve;
  const examples = join(__dirname, "..", "..", "..", "examples");
  let before: string | undefined;
  let plan: Plan;

  beforeAll(async () => {
    before = tf.getBackend();
    setWasmPaths(`${dirname(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"))}/`);
    await tf.setBackend("wasm");
    const file = join(examples, "mlperf-tiny", "keyword_spotting.py");
    const result = makePlan(traceModel({ file, root: examples, entry: "build_ds_cnn()" }), file);
    if (!("plan" in result)) throw new Error(result.none.reason);
    plan = result.plan;
  });
  afterAll(async () => {
    if (before) await tf.setBackend(before);
  });

  const options = (more: Partial<MeasureOptions> = {}): MeasureOptions => ({
    backend: "wasm",
    details: "",
    limitMs: 400,
    isCancelled: () => false,
    onProgress: () => undefined,
    ...more,
  });

  it("times every layer and leaves no tensor behind", async () => {
    const tensors = tf.memory().numTensors;
    const seen: number[] = [];
    const result = await measure(plan, options({ onProgress: (done) => seen.push(done) }));
    expect(tf.memory().numTensors).toBe(tensors);
    expect(result.tensorsAfter).toBe(result.tensorsBefore);
    expect(result.layers.map(({ name }) => name)).toEqual(plan.layers.map(({ name }) => name));
    expect(result.layers.filter(({ macs, median }) => macs !== 0 && !(median > 0))).toEqual([]);
    expect(result.sumMs).toBeCloseTo(
      result.layers.reduce((sum, { median }) => sum + median, 0),
      9,
    );
    expect(result.whole.runs).toBeGreaterThanOrEqual(3);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(toCsv(result).trimEnd().split("\n")).toHaveLength(1 + result.layers.length);
  });

  it("ends when it is cancelled, and gives everything back", async () => {
    const tensors = tf.memory().numTensors;
    let calls = 0;
    await expect(measure(plan, options({ isCancelled: () => ++calls > 2 }))).rejects.toThrow(Cancelled);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("runs the kernels of a layer that follow each other together", () => {
    const segments = segmentsOf(compile(plan));
    expect(segments[0]?.from).toBe(0);
    segments.slice(1).forEach((segment, index) => expect(segment.from).toBe(segments[index]?.to));
  });
});
