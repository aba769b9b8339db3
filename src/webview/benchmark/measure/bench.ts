// What is timed: whole inferences, and the kernels of each layer on the tensors they really get. One call is one sample; who decides
// how many are taken, and when, is measure.ts. All times are in milliseconds for one inference.
import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../../../core/9-benchmark/plan";
import { compile, type Program } from "../executor/compile";
import { Running } from "../executor/program";
import { tensorBytes } from "./memory";
import type { LayerTiming } from "./result";
import { timingOf } from "./statistics";

/** A sample lasts this many steps of the page's clock, so that it is read to 2 % and better. */
const LEAST_STEPS = 50;
/** Waiting for the kernels of a GPU costs milliseconds of its own: as many calls share one wait as take this long, by backend. */
const WAITED_SAMPLE_MS: Readonly<Record<string, number>> = { webgl: 20, webgpu: 50 };
/** A pass over all layers shall not take much longer than this where nobody waits. */
const PASS_MS = 700;
const MOST_REPEATS = 4096;

/** Kernels of one layer that follow each other. */
export interface Segment {
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

/** A model with its weights and inputs on the current backend, ready to be timed. */
export class Bench {
  readonly program: Program;
  readonly segments: readonly Segment[];
  /** Inferences of one sample of the whole model. */
  runsAtOnce = 1;
  private readonly running: Running;
  private readonly waitedMs: number | null;
  /** Least length of a sample. */
  private readonly leastMs: number;
  /** How often each segment is repeated in a sample; set by the pass that only tries. */
  private readonly repeats: number[];
  private readonly samples: number[][];

  /** Makes the weights: what that needs of memory is allocated here. */
  constructor(
    readonly plan: Plan,
    private readonly now: () => number,
  ) {
    this.program = compile(plan);
    this.segments = segmentsOf(this.program);
    this.running = new Running(this.program);
    this.repeats = this.segments.map(() => 1);
    this.samples = this.segments.map(() => []);
    this.waitedMs = WAITED_SAMPLE_MS[tf.getBackend()] ?? null;
    this.leastMs = this.waitedMs ?? LEAST_STEPS * clockStepMs(now);
  }

  /** One inference, its outputs read back. Chooses how many of them make a sample. */
  async once(): Promise<number> {
    const begun = this.now();
    await this.infer();
    const spentMs = this.now() - begun;
    this.runsAtOnce = Math.min(MOST_REPEATS, Math.ceil(this.leastMs / Math.max(spentMs, this.leastMs / 200)));
    return spentMs;
  }

  /** A sample of the whole model: the mean of `runsAtOnce` inferences, the outputs of each read back. */
  async whole(): Promise<number> {
    const begun = this.now();
    for (let run = 0; run < this.runsAtOnce; run++) await this.infer();
    return (this.now() - begun) / this.runsAtOnce;
  }

  private infer(): void | Promise<void> {
    return readBack(this.running.run());
  }

  /**
   * A sample of one segment; call it for each in turn, then `endPass`. What the segment needs lies in its slots, so that it can be
   * repeated before the model goes on. The result is read back once, at the end. A trial finds the number of repeats instead.
   */
  async segment(index: number, isTrial: boolean): Promise<number> {
    const { from, to } = this.segments[index] as Segment;
    if (index === 0) this.running.releaseOutputs();
    const repeat = async (times: number): Promise<number> => {
      const begun = this.now();
      for (let time = 0; time < times; time++) this.running.segment(from, to, time + 1 < times);
      await readBack(this.running.resultsOf(to));
      const spentMs = this.now() - begun;
      this.running.forget(from, to);
      return spentMs;
    };
    let times = this.repeats[index] as number;
    if (isTrial) {
      const share = PASS_MS / this.segments.length;
      const target = this.waitedMs ?? Math.max(this.leastMs / 10, Math.min(this.leastMs, share));
      await repeat(1);
      let spentMs = await repeat(times);
      while (spentMs < target * 0.7 && times < MOST_REPEATS) {
        const wanted = Math.ceil((times * target) / Math.max(spentMs, target / 20));
        times = Math.min(MOST_REPEATS, Math.max(times * 2, wanted));
        spentMs = await repeat(times);
      }
      this.repeats[index] = times;
    }
    const onceMs = (await repeat(times)) / times;
    if (!isTrial) (this.samples[index] as number[]).push(onceMs);
    this.running.through(from, to);
    return onceMs;
  }

  /** Gives back what a pass over the layers left. */
  endPass(): void {
    this.running.releaseOutputs();
  }

  /** What was measured of each layer of the plan, in order. A layer whose kernels stand apart has the sum of them. */
  layers(): LayerTiming[] {
    const { plan, program } = this;
    return plan.layers.map(({ name, type, macs }, layer) => {
      const own = this.segments.flatMap((segment, index) => (segment.layer === layer ? [index] : []));
      const passes = Math.min(...own.map((index) => (this.samples[index] as number[]).length));
      const sums = Array.from({ length: own.length === 0 ? 1 : passes }, (_, pass) =>
        own.reduce((sum, index) => sum + (this.samples[index]?.[pass] as number), 0),
      );
      const remarks = program.remarks.filter((remark) => remark.layer === layer);
      return {
        ...timingOf(sums),
        runs: own.reduce((sum, index) => sum + (this.repeats[index] as number) * passes, 0),
        name,
        type,
        macs,
        bytes: bytesOf(plan, layer),
        remark: remarks.some(({ kind }) => kind === "missing") ? "missing" : remarks.length > 0 ? "stand-in" : null,
      };
    });
  }

  dispose(): void {
    this.running.dispose();
  }
}

/** Waits until what was computed is there. Not a promise where the backend gives it at once: waiting for one costs time, too. */
function readBack(tensors: readonly tf.Tensor[]): void | Promise<void> {
  if (tf.getBackend() === "webgpu") return Promise.all(tensors.map((tensor) => tensor.data())).then(() => undefined);
  for (const tensor of tensors) tensor.dataSync();
}

/** The step of a clock: 0.1 ms in a page that is not isolated, 1 ms in some browsers. */
function clockStepMs(now: () => number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let steps = 0; steps < 4; steps++) {
    const from = now();
    let to = now();
    // A clock that stands still is one of a test.
    for (let tries = 0; to === from && tries < 1e6; tries++) to = now();
    if (to > from) least = Math.min(least, to - from);
  }
  return Number.isFinite(least) ? Math.max(0.02, least) : 0.1;
}

/** Bytes that a layer's operations read and write, each tensor once. */
function bytesOf(plan: Plan, layer: number): number {
  const tensors = new Set<number>();
  for (const step of plan.steps) {
    if (step.layer !== layer) continue;
    for (const tensor of [...step.operands, ...step.inputs, ...step.weights, ...step.outputs]) tensors.add(tensor);
  }
  return [...tensors].reduce((sum, index) => sum + tensorBytes(plan.tensors[index]), 0);
}
