// Two models side by side: which layers belong together, the speed-up of turns, what both need of memory, and a whole run in turns.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "../../../src/core/9-benchmark/plan";
import type { Report } from "../../../src/core/report/report";
import { createNodeAnalyzer } from "../../../src/platform/node";
import { pairToCsv } from "../../../src/webview/benchmark/views/export";
import { Cancelled, type MeasureOptions } from "../../../src/webview/benchmark/measure/measure";
import { measureBoth } from "../../../src/webview/benchmark/measure/measure-both";
import { needOf, roomOf } from "../../../src/webview/benchmark/measure/memory";
import { pairLayers, predictedSpeedUp, speedUpOf } from "../../../src/webview/benchmark/measure/pair";
import type { LayerTiming } from "../../../src/webview/benchmark/measure/result";

const layer = (name: string, type: string, macs = 0): LayerTiming => ({
  name,
  type,
  macs,
  bytes: 1,
  median: 1,
  p90: 1,
  spread: 0,
  runs: 1,
  remark: null,
});

const namesOf = (before: LayerTiming[], after: LayerTiming[]) =>
  pairLayers(before, after).map((pair) => [pair.before?.name ?? null, pair.after?.name ?? null]);

describe("layers of two models", () => {
  it("are paired by what they are where Keras numbers them anew", () => {
    // The second of three convolutions becomes a separable one, so that the third is conv2d_1 now.
    const before = [layer("conv2d", "Conv2D", 10), layer("conv2d_1", "Conv2D", 20), layer("conv2d_2", "Conv2D", 30)];
    const after = [
      layer("conv2d", "Conv2D", 10),
      layer("separable_conv2d", "SeparableConv2D", 5),
      layer("conv2d_1", "Conv2D", 30),
    ];
    expect(namesOf(before, after)).toEqual([
      ["conv2d", "conv2d"],
      ["conv2d_1", null],
      [null, "separable_conv2d"],
      ["conv2d_2", "conv2d_1"],
    ]);
  });

  it("are paired by name where all their work changes", () => {
    const before = [layer("stem", "Conv2d", 8), layer("block.0", "Conv2d", 8), layer("head", "Linear", 4)];
    const after = [layer("stem", "Conv2d", 2), layer("head", "Linear", 1)];
    expect(namesOf(before, after)).toEqual([
      ["stem", "stem"],
      ["block.0", null],
      ["head", "head"],
    ]);
  });

  it("that are only new or only gone all have a row", () => {
    expect(namesOf([layer("a", "A")], [layer("b", "B")])).toEqual([
      ["a", null],
      [null, "b"],
    ]);
    expect(namesOf([], [layer("b", "B")])).toEqual([[null, "b"]]);
    expect(namesOf([], [])).toEqual([]);
  });

  it("are paired in a moment, hundreds of them", () => {
    const many = Array.from({ length: 600 }, (_, index) => layer(`conv2d_${index}`, "Conv2D", index));
    const begun = performance.now();
    expect(pairLayers(many, many.slice(1))).toHaveLength(600);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("the speed-up", () => {
  it("is the median over turns, with its quartiles", () => {
    // numpy.percentile([2, 2, 2.5, 4], [25, 50, 75])
    const turns = [4, 2, 2.5, 2].map((before) => ({ before, after: 1 }));
    expect(speedUpOf(turns)).toEqual({ median: 2.25, low: 2, high: 2.875 });
  });

  it("predicted for the board is the ratio of its latencies, and not known where one of them is not", () => {
    const report = (mid: number | null) =>
      ({ deployment: { latencyMs: mid === null ? null : { low: mid, mid, high: mid } } }) as Report;
    expect(predictedSpeedUp(report(30), report(20))).toBe(1.5);
    expect(predictedSpeedUp(report(30), report(null))).toBeNull();
    expect(predictedSpeedUp(null, report(20))).toBeNull();
  });
});

const SOURCE = (filters: number, units = 4) => `
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([
    keras.Input((16, 16, 3)),
    layers.Conv2D(${filters}, 3, padding="same"),
    layers.Flatten(),
    layers.Dense(${units}),
])
`;

async function planOf(text: string): Promise<Plan> {
  const file = "/project/model.py";
  const analyzer = createNodeAnalyzer((path) => (path === file ? text : undefined));
  const { result } = await analyzer.plan({ file, root: "/project", index: 0 });
  if (!("plan" in result)) throw new Error(result.none.reason);
  return result.plan;
}

describe("memory", () => {
  it("is that of weights and of the activations that live together", async () => {
    const weights = 4 * (3 * 3 * 3 * 8 + 8 + 16 * 16 * 8 * 4 + 4);
    const input = 4 * 16 * 16 * 3;
    // At the flattening: the convolution's output and as much again.
    const need = needOf(await planOf(SOURCE(8)));
    expect(need.weightBytes).toBe(weights + input);
    expect(need.totalBytes).toBe(weights + input + 2 * 4 * 16 * 16 * 8);
  });

  it("of a model with 8 GB of weights is more than any backend holds", async () => {
    const need = needOf(await planOf(SOURCE(1024, 8192)));
    // 16·16·1024 inputs of 8192 units, float32.
    expect(need.weightBytes).toBeGreaterThan(8e9);
    expect(need.totalBytes).toBeGreaterThan(roomOf("wasm", 8));
    expect(roomOf("cpu", 2)).toBe(2 * 2 ** 30);
  });
});

describe("a run of both", () => {
  const resolve = createRequire(import.meta.url).resolve;
  let before: string | undefined;

  beforeAll(async () => {
    before = tf.getBackend();
    setWasmPaths(`${dirname(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"))}/`);
    await tf.setBackend("wasm");
  });
  afterAll(async () => {
    if (before) await tf.setBackend(before);
  });

  const options = (more: Partial<MeasureOptions> = {}): MeasureOptions => ({
    backend: "wasm",
    details: "",
    limitMs: 600,
    isCancelled: () => false,
    onProgress: () => undefined,
    ...more,
  });

  it("measures both models in turns, finds the smaller one faster and leaves no tensor", async () => {
    const tensors = tf.memory().numTensors;
    const seen: number[] = [];
    const plans = [await planOf(SOURCE(512)), await planOf(SOURCE(8))] as const;
    const pair = await measureBoth(plans, options({ onProgress: (done) => seen.push(done) }));
    expect(tf.memory().numTensors).toBe(tensors);
    // 64 times the filters.
    expect(pair.speedUp.median).toBeGreaterThan(2);
    expect(pair.speedUp.low).toBeLessThanOrEqual(pair.speedUp.median);
    expect(pair.before.whole.median).toBeGreaterThan(pair.after.whole.median);
    expect(pair.before.layers.map(({ name }) => name)).toEqual(plans[0].layers.map(({ name }) => name));
    expect(pair.after.layers.filter(({ macs, median }) => macs !== 0 && !(median > 0))).toEqual([]);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(pairToCsv(pair).trimEnd().split("\n")).toHaveLength(1 + pair.before.layers.length);
  });

  it("ends when it is cancelled, and gives everything of both back", async () => {
    const tensors = tf.memory().numTensors;
    const plans = [await planOf(SOURCE(8)), await planOf(SOURCE(16))] as const;
    let calls = 0;
    await expect(measureBoth(plans, options({ isCancelled: () => ++calls > 6 }))).rejects.toThrow(Cancelled);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
