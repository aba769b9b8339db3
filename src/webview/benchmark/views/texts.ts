// Numbers and steps of a run in words. Pure, but for the language of the page.
import type { Deployment } from "../../../core/report/deployment";
import { formatBytes, formatCount } from "../../../core/report/format";
import type { Known } from "../../../core/report/report";
import * as boardTime from "../../../core/report/time-text";
import { t } from "../../shared/l10n";
import type { BackendName } from "../measure/backends";
import type { Need } from "../measure/memory";
import type { Spread } from "../measure/pair";
import type { Result } from "../measure/result";

/** Below this a time is the cost of calling the kernel. */
export const CALL_MS = 0.02;

export const timeText = (ms: number): string => (ms < CALL_MS ? `< ${CALL_MS}` : ms.toFixed(ms < 1 ? 3 : 2));

export const percentText = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

export const rateText = (macs: number | null, ms: number): string =>
  macs === null || macs === 0 || ms <= 0 ? "" : `${formatCount((macs / ms) * 1000)}/s`;

/** How many times as much: "1.25×". */
export const ratioText = (ratio: number): string => `${ratio.toFixed(2)}×`;

/** The time of one inference on the board: measured, estimated or not known. */
export const boardTimeText = (deployment: Deployment): string =>
  boardTime.timeText(deployment, { measured: t("measured"), simulated: t("simulated") }) ?? t("not known");

export function verdictText(verdict: Deployment["verdict"]): string {
  return { fits: t("fits"), "does-not-fit": t("does not fit"), "cannot-say": t("cannot say") }[verdict];
}

/** Bytes, of what there is where that is known. */
export const bytesOfText = (used: Known, limit: Known): string =>
  limit === null ? formatBytes(used) : t("{0} of {1}", formatBytes(used), formatBytes(limit));

/** How fast the whole model multiplies. */
export const speedText = ({ macs, whole }: Result): string =>
  macs === null || macs === 0 ? "–" : t("{0} MACs/s", formatCount((macs / whole.median) * 1000));

/** A step of a run, as the measuring code names it, for people; what it does not know is a layer. */
export function phaseText(what: string): string {
  switch (what) {
    case "load":
      return t("Loading the kernels");
    case "prepare":
      return t("Making random weights and choosing kernels");
    case "first":
      return t("First run");
    case "warm-up":
      return t("Warming up");
    case "whole":
      return t("Timing the whole model");
    case "done":
      return t("Done");
    case "":
    case "operations":
      return t("Timing the model's own code");
    default:
      return t("Timing {0}", what);
  }
}

/** What a run ended with instead of a result, in words that say what to do. */
export function problemText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/context lost|CONTEXT_LOST|device (was|is) lost|external Instance reference/i.test(message))
    return t("The graphics context was lost. Close other graphics-heavy pages and run again, or choose wasm.");
  if (/memory|allocat|out of bounds|Invalid (typed )?array length/i.test(message))
    return t(
      "There is not enough memory here for this model ({0}). Close other programs, or try a smaller width or input.",
      message,
    );
  return message;
}

export function refusalText({ totalBytes, weightBytes }: Need, roomBytes: number, backend: BackendName): string {
  return t(
    "It needs at least {0} of memory here, {1} of it for weights, and {2} can hold {3}. Nothing was allocated. Try a smaller width or input.",
    formatBytes(totalBytes),
    formatBytes(weightBytes),
    backend,
    formatBytes(roomBytes),
  );
}

/** How much faster the second of two models is; a difference smaller than the noise is said to be none. */
export function speedUpText({ median, low, high }: Spread): string {
  const factor = t("{0}× as fast", median.toFixed(2));
  if (low > 1) return factor;
  return high < 1 ? t("{0} (slower)", factor) : t("{0} (no clear difference)", factor);
}

export function runLabel({ name, date, backend, whole, entry }: Result): string {
  const made = `${new Date(date).toLocaleString()} · ${entry} · ${backend} · ${whole.median.toFixed(2)} ms`;
  return name ? `${name} · ${made}` : made;
}
