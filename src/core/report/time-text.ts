// The time of one inference for people: what was measured where a report from a board holds for the model, else the estimate.
import type { Deployment, MeasuredTime, OperatorRow } from "./deployment";
import { formatMs, sumKnown } from "./format";
import type { Known } from "./report";

/** The words of a language. */
export interface TimeWords {
  measured: string;
  simulated: string;
}

const ENGLISH: TimeWords = { measured: "measured", simulated: "simulated" };

/** The time that counts: measured, else the middle of the estimate; null when neither is known. */
export function timeOf({ measured, latencyMs }: Pick<Deployment, "measured" | "latencyMs">): Known {
  return measured?.latencyMs ?? latencyMs?.mid ?? null;
}

/** "412 ms measured", "≈ 1.17 s", "0.182 ms (Vela summary)"; null when no time is known. */
export function timeText(
  { measured, latencyMs }: Pick<Deployment, "measured" | "latencyMs">,
  words: TimeWords = ENGLISH,
): string | null {
  if (!measured) return latencyMs ? `≈ ${formatMs(latencyMs.mid)}` : null;
  const ms = formatMs(measured.latencyMs);
  return measured.basis === "estimated" ? `${ms} (${measured.format})` : `${ms} ${words[measured.basis]}`;
}

/** Where a measured time comes from: "log.txt (MLPerf Tiny log), read 2026-11-26". */
export function measuredFrom({ report, format, date }: MeasuredTime): string {
  return `${report} (${format}), read ${date}`;
}

/**
 * The time of operators together: measured where the report has all of them, else the sum of the estimates. Null when one is not
 * known.
 */
export function operatorsTime(operators: readonly OperatorRow[]): { ms: Known; isMeasured: boolean } {
  const isMeasured =
    operators.some(({ measuredMs }) => measuredMs !== undefined) &&
    operators.every(({ measuredMs, measuredWith }) => measuredMs !== undefined || measuredWith !== undefined);
  const ms = sumKnown(operators.map(({ latencyMs, measuredMs }) => (isMeasured ? (measuredMs ?? 0) : latencyMs)));
  return { ms, isMeasured };
}
