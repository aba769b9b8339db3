// What a measurement of one's own is worth, as Markdown tables for docs/accuracy.md: models that were published for one board,
// clock and build are predicted once others of them count as measured, through the shipped refit.
import { likeness, ALIKE, refit } from "../../../src/core/7-cost/latency/refit";
import type { LatencyCalibration } from "../../../src/core/targets/latency-calibration";
import { type LeftOut, leaveOut, measuredTogether, PROFILES, quantile, rowsOf } from "./calibrate";
import type { Measurement } from "./measurements";

export interface Outcome {
  /** True when a model of the same make was measured. */
  alike: boolean;
  /** Predicted over measured time, log scale. */
  error: number;
  halfWidth: number;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const MOST_MEASURED = 3;

/** Every choice of so many from a list. */
function choices<T>(all: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return all.flatMap((one, at) => choices(all.slice(at + 1), count - 1).map((rest) => [one, ...rest]));
}

/** The prediction of `one` when `measured` were measured; the widths of the shipped calibration count. */
export function afterMeasuring(
  one: LeftOut,
  measured: readonly LeftOut[],
  calibration: LatencyCalibration,
  profile: string,
): Outcome {
  const widths = calibration.profiles[profile]?.halfWidths ?? { board: 0, core: 0, alike: 0 };
  const scale = Math.sqrt(Math.max(widths.core ** 2 - widths.board ** 2, widths.board ** 2));
  const spread = { model: widths.board, scale, alike: widths.alike };
  const fitted = refit(
    { ...one.prediction, spread },
    measured.map(({ prediction, row }) => ({ prediction, cycles: row.cycles })),
  );
  return fitted
    ? { alike: fitted.alike !== null, error: one.error + Math.log(fitted.factor), halfWidth: fitted.halfWidth }
    : { alike: false, error: one.error, halfWidth: widths[one.footing] };
}

function line(name: string, outcomes: readonly Outcome[]): string {
  const errors = outcomes.map(({ error }) => Math.abs(Math.exp(error) - 1));
  const held = outcomes.filter(({ error, halfWidth }) => Math.abs(error) <= halfWidth).length / outcomes.length;
  return `| ${name} | ${outcomes.length} | ${percent(quantile(errors, 0.5))} | ${percent(quantile(errors, 0.9))} | ${percent(held)} |`;
}

export function refitTables(rows: readonly Measurement[], calibration: LatencyCalibration): string {
  const out: string[] = [];
  for (const [title, fold, footing] of [
    ["The board was published", (row: Measurement) => row.family, "board"],
    ["The board was not published", (row: Measurement) => row.board, "core"],
  ] as const) {
    out.push("", title, "", "| predicted | n | median | p90 | in range |", "| --- | ---: | ---: | ---: | ---: |");
    for (const { name } of PROFILES) {
      const left = leaveOut(rowsOf(rows, name), fold).filter((one) => one.footing === footing);
      const groups = measuredTogether(left).filter((group) => new Set(group.map(({ row }) => row.family)).size > 1);
      if (groups.length < MOST_MEASURED + 1) continue;
      const isAlike = (one: LeftOut, other: LeftOut) => likeness(one.prediction, other.prediction) >= ALIKE;
      const collect = (count: number, wanted: (one: LeftOut, measured: readonly LeftOut[]) => boolean) =>
        groups.flatMap((group) =>
          group.flatMap((one) =>
            choices(
              group.filter((other) => other.row.model !== one.row.model),
              count,
            )
              .filter((measured) => wanted(one, measured))
              .map((measured) => afterMeasuring(one, measured, calibration, name)),
          ),
        );
      out.push(
        line(
          `${name}, nothing measured`,
          collect(0, () => true),
        ),
      );
      for (let count = 1; count <= MOST_MEASURED; count++) {
        const others = collect(
          count,
          (one, measured) =>
            new Set([one, ...measured].map(({ row }) => row.family)).size === count + 1 &&
            measured.every((other) => !isAlike(one, other)),
        );
        if (others.length > 0) out.push(line(`… ${count} other ${count === 1 ? "model" : "models"} measured`, others));
      }
      const alike = collect(1, (one, measured) => measured.every((other) => isAlike(one, other)));
      if (alike.length > 0) out.push(line("… a model of the same make measured", alike));
    }
  }
  return out.join("\n");
}
