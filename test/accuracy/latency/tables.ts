// How well latency is predicted, as Markdown tables for docs/accuracy.md.
import type { LatencyCalibration } from "../../../src/core/targets/latency-calibration";
import { type LeftOut, leaveOut, MAIN_CORES, PROFILES, quantile, rowsOf } from "./calibrate";
import type { Measurement } from "./measurements";

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

function line(name: string, all: readonly LeftOut[], halfWidth: (one: LeftOut) => number): string {
  const errors = all.map(({ error }) => Math.abs(Math.exp(error) - 1));
  const held = all.filter((one) => Math.abs(one.error) <= halfWidth(one)).length / all.length;
  return `| ${name} | ${all.length} | ${percent(quantile(errors, 0.5))} | ${percent(quantile(errors, 0.9))} | ${percent(Math.max(...errors))} | ${percent(held)} |`;
}

export function latencyTables(rows: readonly Measurement[], calibration: LatencyCalibration): string {
  const out: string[] = [];
  const table = (title: string) =>
    out.push(
      "",
      title,
      "",
      "| rows | n | median | p90 | max | in range |",
      "| --- | ---: | ---: | ---: | ---: | ---: |",
    );
  for (const [title, fold, footing] of [
    ["A model family left out, its board known", (row: Measurement) => row.family, "board"],
    ["A board left out: the scale of its core and kernels is borrowed", (row: Measurement) => row.board, "core"],
  ] as const) {
    table(title);
    for (const { name } of PROFILES) {
      const width = (one: LeftOut) => calibration.profiles[name]?.halfWidths[one.footing] ?? 0;
      const left = leaveOut(rowsOf(rows, name), fold).filter((one) => one.footing === footing);
      out.push(line(name, left, width));
      if (name === "optimised-int8") {
        const main = left.filter(({ row }) => MAIN_CORES.includes(row.core));
        out.push(line("… on Cortex-M4F, M7, M33", main, width));
        for (const kernels of new Set(main.map(({ row }) => row.kernels))) {
          out.push(
            line(
              `… ${kernels}`,
              main.filter(({ row }) => row.kernels === kernels),
              width,
            ),
          ); // prettier-ignore
        }
      }
      if (name === "optimised-int8" && footing === "board") {
        for (const family of new Set(left.map(({ row }) => row.family))) {
          out.push(
            line(
              `… family ${family}`,
              left.filter(({ row }) => row.family === family),
              width,
            ),
          ); // prettier-ignore
        }
      }
    }
  }
  return out.join("\n");
}
