// Two models measured in turns, so that both see the same load of the machine: every round passes over the layers of the one and the
// other, then whole inferences alternate. The order changes from round to round, for what runs second finds other caches.
import * as tf from "@tensorflow/tfjs-core";
import type { Plan } from "../../../core/9-benchmark/plan";
import { Bench } from "./bench";
import { BUSY_MS, dispose, type MeasureOptions, paceOf, resultOf, SLOW, STABLE_SHARE, warmUp } from "./measure";
import { type Pair, speedUpOf } from "./pair";
import type { Result } from "./result";
import { isStable, timingOf } from "./statistics";

const LEAST_ROUNDS = 6;
const MOST_ROUNDS = 30;
/** Whole inferences of both take turns for so long in a round, and at least this often. */
const LEAST_TURNS = 2;

interface Side {
  plan: Plan;
  bench: Bench;
  prepareMs: number;
  firstMs: number;
  wholes: number[];
}

/** Both models are held at once. Throws what `measure` throws. */
export async function measureBoth(plans: readonly [Plan, Plan], options: MeasureOptions): Promise<Pair> {
  const now = options.now ?? (() => performance.now());
  const { check, checkIfBusy } = paceOf(options, now);
  const outside = tf.memory().numTensors;
  const sides: Side[] = [];
  try {
    for (const plan of plans) {
      await check(0, "prepare");
      const started = now();
      const bench = new Bench(plan, now);
      sides.push({ plan, bench, prepareMs: now() - started, firstMs: 0, wholes: [] });
    }
    const tensorsBefore = tf.memory().numTensors;
    for (const side of sides) {
      side.firstMs = await warmUp(side.bench, check);
      side.bench.endPass();
    }
    const [before, after] = sides as [Side, Side];
    const turns: { before: number; after: number }[] = [];
    const begun = now();
    for (let round = 0; round <= MOST_ROUNDS; round++) {
      const isTrial = round === 0;
      const share = (part: number) =>
        0.06 +
        0.92 * Math.min(1, Math.max((now() - begun) / options.limitMs / SLOW, (round + part) / (LEAST_ROUNDS + 1)));
      const order = round % 2 === 0 ? [before, after] : [after, before];
      for (const [place, { bench, plan }] of order.entries()) {
        for (const [index, { layer }] of bench.segments.entries()) {
          await bench.segment(index, isTrial);
          await checkIfBusy(share((place + index / bench.segments.length) / 2), plan.layers[layer]?.name ?? "");
        }
        bench.endPass();
      }
      if (isTrial) continue;
      const from = now();
      const own = { before: [] as number[], after: [] as number[] };
      for (let turn = 0; turn < LEAST_TURNS || now() - from < 2 * BUSY_MS; turn++) {
        for (const side of turn % 2 === 0 ? order : [...order].reverse()) {
          const ms = await side.bench.whole();
          side.wholes.push(ms);
          (side === before ? own.before : own.after).push(ms);
          await checkIfBusy(share(1), "whole");
        }
      }
      turns.push({ before: timingOf(own.before).median, after: timingOf(own.after).median });
      if (round === 1) options.onWhole?.(timingOf(before.wholes), before.firstMs);
      const spentMs = now() - begun;
      if (spentMs > options.limitMs * (round < LEAST_ROUNDS ? SLOW : 1)) break;
      const ratios = turns.map((turn) => turn.before / turn.after);
      if (round >= LEAST_ROUNDS && isStable(ratios, STABLE_SHARE)) break;
    }
    for (const { bench } of sides) bench.endPass();
    const tensorsAfter = tf.memory().numTensors;
    await check(1, "done");
    const result = ({ bench, prepareMs, firstMs, wholes }: Side, medians: readonly number[]): Result => {
      const own = resultOf(bench, options, { prepareMs, firstMs, wholes, tensorsBefore, tensorsAfter });
      // Every turn counts as much as it does in the speed-up, however many inferences it had.
      return { ...own, whole: { ...own.whole, median: timingOf(medians).median } };
    };
    return {
      before: result(
        before,
        turns.map((turn) => turn.before),
      ),
      after: result(
        after,
        turns.map((turn) => turn.after),
      ),
      speedUp: speedUpOf(turns),
    };
  } finally {
    dispose(
      sides.map(({ bench }) => bench),
      outside,
    );
  }
}
