// A calibration as a person reads it in a terminal: the report, which operator is which, and what changes.
import color from "picocolors";
import type { CalibrationProposal } from "../core/report/calibration";
import { calibrationText } from "../core/report/calibration-text";
import { formatBytes, formatCount, formatMs, sumKnown } from "../core/report/format";
import { plainTable } from "./tables";

const ALIGNS = ["right", "left", "right", "left", "right", "right"] as const;

export function calibrationReport(proposal: CalibrationProposal): string {
  const { report, before, warnings } = proposal;
  const what = [report.tool, report.board, report.clockMhz === null ? null : `${report.clockMhz} MHz`];
  const lines = [
    `${color.bold(report.format)}${what.some((one) => one !== null) ? `  ${color.dim(what.filter((one) => one !== null).join(" · "))}` : ""}`,
  ];
  if (report.operators.length > 0) lines.push(matchTable(proposal), "");
  lines.push(
    `${before.boardName} · ${before.runtimeName} · ${before.dtype}`,
    calibrationText(proposal),
    ...report.sizes.map(({ what: meaning, bytes }) => color.dim(`${formatBytes(bytes)}  ${meaning}`)),
    ...report.notes.map((note) => color.dim(`note: ${note}`)),
    ...warnings.map((warning) => color.yellow(`warning: ${warning}`)),
  );
  return `${lines.join("\n")}\n`;
}

/** Operators of both sides in their order; a side without a partner is empty. */
function matchTable({ report, matches, onlyReport, onlyModel, before }: CalibrationProposal): string {
  const rows: { at: number; cells: string[] }[] = [];
  const theirs = (at: number | undefined) => {
    const one = at === undefined ? undefined : report.operators[at];
    return one
      ? [String((at ?? 0) + 1), one.type, one.latencyMs === null ? "?" : formatMs(one.latencyMs)]
      : ["", "–", ""];
  };
  const ours = (places: readonly number[]) => {
    const operators = places.flatMap((at) => before.operators[at] ?? []);
    const predicted = sumKnown(operators.map(({ latencyMs }) => latencyMs));
    return operators.length === 0
      ? ["–", "", ""]
      : [
          operators.map(({ op }) => op).join(" + "),
          formatCount(operators.reduce((sum, { macs }) => sum + macs, 0)),
          predicted === null ? "?" : `≈ ${formatMs(predicted)}`,
        ];
  };
  for (const { report: at, model } of matches) rows.push({ at: model[0] ?? 0, cells: [...theirs(at), ...ours(model)] });
  for (const at of onlyModel) rows.push({ at, cells: [...theirs(undefined), ...ours([at])] });
  for (const at of onlyReport) {
    const before = matches.findLast(({ report: other }) => other < at)?.model.at(-1) ?? -1;
    rows.push({ at: before + 0.5, cells: [...theirs(at), ...ours([])] });
  }
  rows.sort((a, b) => a.at - b.at);
  return plainTable(
    ["#", "in the report", "time", "in the model", "MACs", "estimate"],
    rows.map(({ cells }) => cells),
    ALIGNS,
  );
}
