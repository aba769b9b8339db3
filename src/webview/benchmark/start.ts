// Runs a plan on a backend. A chunk of its own: it holds TensorFlow.js.
import type { Plan } from "../../core/9-benchmark/plan";
import { type BackendName, detailsOf, use } from "./kernels";
import { Cancelled, measure, type MeasureOptions } from "./measure";
import type { Result } from "./result";

/** Longest times for the whole model and for all layers together. */
const WHOLE_MS = 2000;
const LAYERS_MS = 6000;

/** The result, or null when the reader cancelled. */
export async function start(
  plan: Plan,
  name: BackendName,
  follow: Pick<MeasureOptions, "isCancelled" | "onProgress" | "onWhole">,
): Promise<Result | null> {
  await use(name);
  try {
    return await measure(plan, {
      backend: name,
      details: detailsOf(name),
      wholeMs: WHOLE_MS,
      layersMs: LAYERS_MS,
      ...follow,
    });
  } catch (error) {
    if (error instanceof Cancelled) return null;
    throw error;
  }
}
