// How a model is measured: the first run apart, then warm-up, then runs with the outputs read back until the median is stable or the
// time is up, then every layer on its own in batches long enough for the clock. The page gets its turn between batches.
import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../../core/9-benchmark/plan";
import { compile, type Program } from "./executor/compile";
import { Running } from "./executor/program";
import type { LayerTiming, Result, Timing } from "./result";
import { isStable, timingOf } from "./statistics";

/** Thrown when the reader cancels. */
export class Cancelled extends Error {}

export interface MeasureOptions {
  backend: string;
  details: string;
  /** Longest time spent on the whole model and on all layers together. */
  wholeMs: number;
  layersMs: number;
  isCancelled(): boolean;
  /** `done` from 0 to 1; `first` with the first steady numbers of the whole model. */
  onProgress(done: number, what: string): void;
  onWhole?(whole: Timing, firstMs: number): void;
  now?: () => number;
}

const WARM_UPS = 2;
const LEAST_RUNS = 10;
const STABLE_SHARE = 0.02;
const BATCHES = 5;
/** The clock of a page steps by 0.1 ms: a batch this long is read to 1 %. */
const BATCH_MS = 8;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Waits until what was computed is there: kernels of a GPU run on after the call. */
async function readBack(tensors: readonly tf.Tensor[]): Promise<void> {
  if (tf.getBackend() === "webgpu") await Promise.all(tensors.map((tensor) => tensor.data()));
  else for (const tensor of tensors) tensor.dataSync();
}

/** Kernels of one layer that follow each other. */
interface Segment {
  layer: number;
  from: number;
  to: number;
}

export function segmentsOf({ kernels }: Program): Segment[] {
  const segments: Segment[] = [];
  kernels.forEach(({ layer }, index) => {
    const last = segments.at(-1);
    if (last?.layer === layer) last.to = index + 1;
    else segments.push({ layer, from: index, to: index + 1 });
  });
  return segments;
}

export async function measure(plan: Plan, options: MeasureOptions): Promise<Result> {
  const now = options.now ?? (() => performance.now());
  const check = async (done: number, what: string): Promise<void> => {
    options.onProgress(done, what);
    await pause();
    if (options.isCancelled()) throw new Cancelled("cancelled");
  };
  await check(0, "prepare");
  const outside = tf.memory().numTensors;
  const started = now();
  const program = compile(plan);
  const running = new Running(program);
  try {
    const tensorsBefore = tf.memory().numTensors;
    const prepareMs = now() - started;
    await check(0.02, "first");
    const begun = now();
    await readBack(running.run());
    const firstMs = now() - begun;
    for (let index = 0; index < WARM_UPS; index++) {
      await check(0.05, "warm-up");
      await readBack(running.run());
    }
    const whole = timingOf(await repeatWhole(running, options, check, now));
    options.onWhole?.(whole, firstMs);
    const layers = await timeLayers(running, options, check, now);
    running.releaseOutputs();
    const tensorsAfter = tf.memory().numTensors;
    await check(1, "done");
    return {
      date: new Date().toISOString(),
      entry: plan.entry,
      backend: options.backend,
      details: options.details,
      version: tf.version_core,
      macs: plan.macs,
      prepareMs,
      firstMs,
      whole,
      layers,
      sumMs: layers.reduce((sum, { median }) => sum + median, 0),
      tensorsBefore,
      tensorsAfter,
      remarks: program.remarks.map(({ kind, what, layer }) => `${kind}: ${what} (${plan.layers[layer]?.name ?? ""})`),
    };
  } finally {
    running.dispose();
    const left = tf.memory().numTensors - outside;
    if (left > 0) console.warn(`${left} tensors were not disposed`);
  }
}

type Check = (done: number, what: string) => Promise<void>;

async function repeatWhole(
  running: Running,
  options: MeasureOptions,
  check: Check,
  now: () => number,
): Promise<number[]> {
  const samples: number[] = [];
  const start = now();
  let pausedAt = start;
  for (;;) {
    const begun = now();
    await readBack(running.run());
    const end = now();
    samples.push(end - begun);
    const spent = end - start;
    // Short runs go on in a row: giving the page its turn after each would cool the caches.
    if (end - pausedAt > 50) {
      await check(0.05 + 0.35 * Math.min(1, spent / options.wholeMs), "whole");
      pausedAt = now();
    }
    if (samples.length >= 3 && spent > options.wholeMs) break;
    if (samples.length >= LEAST_RUNS && spent > options.wholeMs / 8 && isStable(samples, STABLE_SHARE)) break;
  }
  return samples;
}

async function timeLayers(
  running: Running,
  options: MeasureOptions,
  check: Check,
  now: () => number,
): Promise<LayerTiming[]> {
  const { program } = running;
  const { plan } = program;
  const segments = segmentsOf(program);
  const samples = plan.layers.map((): number[] => new Array<number>(BATCHES).fill(0));
  const counts = plan.layers.map(() => 0);
  const batchMs = Math.min(BATCH_MS, Math.max(0.4, options.layersMs / Math.max(1, segments.length) / (BATCHES + 2)));
  running.releaseOutputs();
  let pausedAt = now();
  for (const [index, segment] of segments.entries()) {
    // What the layer needs lies in its slots: it can be run as often as wanted before the model goes on.
    const repeat = async (times: number): Promise<number> => {
      const begun = now();
      for (let time = 0; time < times; time++) running.segment(segment.from, segment.to, time + 1 < times);
      await readBack(running.resultsOf(segment.to));
      const spent = now() - begun;
      running.forget(segment.from, segment.to);
      return spent;
    };
    await repeat(1);
    let times = 1;
    let once = await repeat(1);
    while (once * 2 < batchMs && times < 4096) {
      times = Math.min(4096, Math.max(times * 2, Math.floor((times * batchMs) / Math.max(once, 0.05))));
      once = await repeat(times);
    }
    const own = samples[segment.layer] as number[];
    for (let batch = 0; batch < BATCHES; batch++) {
      own[batch] = (own[batch] as number) + (await repeat(times)) / times;
      if (now() - pausedAt > 50) {
        const done = 0.4 + 0.6 * ((index + batch / BATCHES) / segments.length);
        await check(done, plan.layers[segment.layer]?.name || "operations");
        pausedAt = now();
      }
    }
    counts[segment.layer] = (counts[segment.layer] as number) + times * BATCHES;
    for (let kernel = segment.from; kernel < segment.to; kernel++) running.step(kernel);
  }
  return plan.layers.map(({ name, type, macs }, layer) => {
    const remarks = program.remarks.filter((remark) => remark.layer === layer);
    const { runs: _batches, ...timing } = timingOf(samples[layer] as number[]);
    return {
      ...timing,
      runs: counts[layer] as number,
      name,
      type,
      macs,
      bytes: bytesOf(plan, layer),
      remark: remarks.some(({ kind }) => kind === "missing") ? "missing" : remarks.length > 0 ? "stand-in" : null,
    };
  });
}

/** Bytes that a layer's operations read and write, each tensor once. */
function bytesOf(plan: Plan, layer: number): number {
  const tensors = new Set<number>();
  for (const step of plan.steps) {
    if (step.layer !== layer) continue;
    for (const tensor of [...step.operands, ...step.inputs, ...step.weights, ...step.outputs]) tensors.add(tensor);
  }
  return [...tensors].reduce((sum, index) => {
    const tensor = plan.tensors[index];
    const size = tensor?.shape.reduce((product, dim) => product * dim, 1) ?? 0;
    return sum + size * (tensor?.dtype === "bool" ? 1 : 4);
  }, 0);
}
