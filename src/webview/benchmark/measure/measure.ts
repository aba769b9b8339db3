// How a model is measured: the first run apart, then warm-up, then rounds in which whole inferences and every layer on its own take
// turns, so that both see the same load of the machine. The page gets its turn between them. What is timed is in bench.ts.
import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../../../core/9-benchmark/plan";
import { Bench } from "./bench";
import type { Result, Timing } from "./result";
import { isStable, timingOf } from "./statistics";

/** Thrown when the reader cancels. */
export class Cancelled extends Error {}

export interface MeasureOptions {
  backend: string;
  details: string;
  /** Time for the rounds, in milliseconds. A slow model gets up to three times as much for the least number of rounds. */
  limitMs: number;
  isCancelled(): boolean;
  /** `done` from 0 to 1. */
  onProgress(done: number, what: string): void;
  /** The first steady numbers of the whole model. */
  onWhole?(whole: Timing, firstMs: number): void;
  now?: () => number;
}

const WARM_UPS = 2;
/** Whole inferences before the first numbers are shown take no longer than this. */
const FIRST_LOOK_MS = 250;
const LEAST_ROUNDS = 5;
const MOST_ROUNDS = 25;
/** A model that is too slow for the least number of rounds gets this many times the limit. */
export const SLOW = 3;
/** Rounds end when the medians of their first and second half differ by no more. */
export const STABLE_SHARE = 0.02;
/** A page that is busy for longer than this feels stuck. */
export const BUSY_MS = 50;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Tells how far a run is and gives the page its turn: always, or when it has waited long. */
export function paceOf(options: MeasureOptions, now: () => number) {
  let pausedAt = now();
  let done = 0;
  const check = async (share: number, what: string): Promise<void> => {
    done = Math.max(done, Math.min(1, share));
    options.onProgress(done, what);
    await pause();
    pausedAt = now();
    if (options.isCancelled()) throw new Cancelled("cancelled");
  };
  const checkIfBusy = async (share: number, what: string): Promise<void> => {
    if (now() - pausedAt > BUSY_MS) await check(share, what);
  };
  return { check, checkIfBusy };
}

/** What was measured of a bench as a whole; its layers know their own times. */
interface Measured {
  prepareMs: number;
  firstMs: number;
  wholes: readonly number[];
  tensorsBefore: number;
  tensorsAfter: number;
}

export function resultOf(bench: Bench, { backend, details }: MeasureOptions, measured: Measured): Result {
  const { plan, program } = bench;
  const { wholes, ...others } = measured;
  const layers = bench.layers();
  return {
    date: new Date().toISOString(),
    entry: plan.entry,
    backend,
    details,
    version: tf.version_core,
    macs: plan.macs,
    ...others,
    whole: { ...timingOf(wholes), runs: wholes.length * bench.runsAtOnce },
    layers,
    sumMs: layers.reduce((sum, { median }) => sum + median, 0),
    remarks: program.remarks.map(({ kind, what, layer }) => `${kind}: ${what} (${plan.layers[layer]?.name ?? ""})`),
  };
}

/** The first run, which is told apart, and those that only warm up; gives the milliseconds of the first. */
export async function warmUp(bench: Bench, check: ReturnType<typeof paceOf>["check"]): Promise<number> {
  await check(0.02, "first");
  const firstMs = await bench.once();
  for (let index = 0; index < WARM_UPS; index++) {
    await check(0.04, "warm-up");
    await bench.once();
  }
  return firstMs;
}

/** Gives benches back, and says in the console when more tensors are held than were before they were made. */
export function dispose(benches: readonly Bench[], tensorsOutside: number): void {
  for (const bench of benches) bench.dispose();
  const left = tf.memory().numTensors - tensorsOutside;
  if (left > 0) console.warn(`${left} tensors were not disposed`);
}

export async function measure(plan: Plan, options: MeasureOptions): Promise<Result> {
  const now = options.now ?? (() => performance.now());
  const { check, checkIfBusy } = paceOf(options, now);
  await check(0, "prepare");
  const outside = tf.memory().numTensors;
  const started = now();
  const bench = new Bench(plan, now);
  try {
    const tensorsBefore = tf.memory().numTensors;
    const prepareMs = now() - started;
    const firstMs = await warmUp(bench, check);

    await check(0.06, "whole");
    const look: number[] = [];
    const lookedFrom = now();
    do {
      look.push(await bench.whole());
      await checkIfBusy(0.06 + (0.04 * (now() - lookedFrom)) / FIRST_LOOK_MS, "whole");
    } while (now() - lookedFrom < FIRST_LOOK_MS && !isStable(look, STABLE_SHARE));
    options.onWhole?.(timingOf(look), firstMs);

    // Rounds. Those of the first look were taken before the layers' loops were warm, and do not count.
    const wholes: number[] = [];
    const sums: number[] = [];
    const begun = now();
    for (let round = 0; round <= MOST_ROUNDS; round++) {
      const share = (part: number) =>
        0.1 +
        0.88 * Math.min(1, Math.max((now() - begun) / options.limitMs / SLOW, (round + part) / (LEAST_ROUNDS + 1)));
      const isTrial = round === 0;
      let sum = 0;
      for (const [index, { layer }] of bench.segments.entries()) {
        sum += await bench.segment(index, isTrial);
        await checkIfBusy(share(index / bench.segments.length), plan.layers[layer]?.name ?? "");
      }
      bench.endPass();
      if (isTrial) continue;
      // Many short samples spread over the round, or one of a large model.
      const from = now();
      do {
        wholes.push(await bench.whole());
        await checkIfBusy(share(1), "whole");
      } while (now() - from < BUSY_MS);
      sums.push(sum);
      const spentMs = now() - begun;
      if (spentMs > options.limitMs * (round < LEAST_ROUNDS ? SLOW : 1)) break;
      if (round < LEAST_ROUNDS) continue;
      if (isStable(sums, STABLE_SHARE) && isStable(wholes, STABLE_SHARE)) break;
    }
    bench.endPass();
    const tensorsAfter = tf.memory().numTensors;
    await check(1, "done");
    return resultOf(bench, options, { prepareMs, firstMs, wholes, tensorsBefore, tensorsAfter });
  } finally {
    dispose([bench], outside);
  }
}
