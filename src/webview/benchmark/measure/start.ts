// Runs plans on a backend. A chunk of its own: it holds TensorFlow.js.
import type { Plan } from "../../../core/9-benchmark/plan";
import { type BackendName, detailsOf, flagsOf, forget, lossOf, use } from "./kernels";
import { Cancelled, measure, type MeasureOptions } from "./measure";
import { measureBoth } from "./measure-both";
import type { Pair } from "./pair";
import type { Result } from "./result";

/** Longest time for the rounds of measuring. */
const LIMIT_MS = 8000;

type Follow = Pick<MeasureOptions, "isCancelled" | "onProgress" | "onWhole">;

/** The result, or null when the reader cancelled. */
export async function start(plan: Plan, name: BackendName, follow: Follow): Promise<Result | null> {
  const result = await guarded(name, follow, (options) => measure(plan, options));
  return result && { ...result, flags: flagsOf() };
}

/** Both models in turns, or null when the reader cancelled. */
export async function startBoth(plans: readonly [Plan, Plan], name: BackendName, follow: Follow): Promise<Pair | null> {
  const pair = await guarded(name, follow, (options) => measureBoth(plans, { ...options, limitMs: 2 * LIMIT_MS }));
  if (!pair) return null;
  const flags = flagsOf();
  return { ...pair, before: { ...pair.before, flags }, after: { ...pair.after, flags } };
}

/** Measures while the backend lives. One that failed is given up, so that the next run starts with a fresh one. */
async function guarded<R>(
  name: BackendName,
  follow: Follow,
  work: (options: MeasureOptions) => Promise<R>,
): Promise<R | null> {
  await use(name);
  const isLost = lossOf(name);
  try {
    const result = await work({
      backend: name,
      details: await detailsOf(name),
      limitMs: LIMIT_MS,
      ...follow,
      isCancelled: () => isLost() || follow.isCancelled(),
    });
    // Kernels of a lost context end at once and give zeros.
    if (isLost()) throw new Error("context lost");
    return result;
  } catch (error) {
    if (isLost()) {
      forget(name);
      throw new Error("context lost");
    }
    if (error instanceof Cancelled) return null;
    forget(name);
    throw error;
  }
}
