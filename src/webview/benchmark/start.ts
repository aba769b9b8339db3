// Runs a plan on a backend. A chunk of its own: it holds TensorFlow.js.
import type { Plan } from "../../core/9-benchmark/plan";
import { type BackendName, detailsOf, flagsOf, use } from "./kernels";
import { Cancelled, measure, type MeasureOptions } from "./measure";
import type { Result } from "./result";

/** Longest time for the rounds of measuring. */
const LIMIT_MS = 8000;

/** The result, or null when the reader cancelled. */
export async function start(
  plan: Plan,
  name: BackendName,
  follow: Pick<MeasureOptions, "isCancelled" | "onProgress" | "onWhole">,
): Promise<Result | null> {
  await use(name);
  try {
    const result = await measure(plan, {
      backend: name,
      details: await detailsOf(name),
      limitMs: LIMIT_MS,
      ...follow,
    });
    return { ...result, flags: flagsOf() };
  } catch (error) {
    if (error instanceof Cancelled) return null;
    throw error;
  }
}
