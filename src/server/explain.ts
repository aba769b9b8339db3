// What a click on a lens prints: the layers behind its numbers, what is unknown and what was assumed, as plain text.
// Pure. Which lenses there are is decided in lenses.ts; where the text is shown, by the editor.

import { formatBytes, formatCount, formatFullShape, formatShare, sumKnown } from "../core/report/format";
import type { FileAnalysis, LayerRow, Report, UnknownRecord } from "../core/report/report";
import { lineGroups, modelTotals } from "./lenses";
import { layerCells } from "./table";

/** Text for the lens `id` of this analysis, or undefined when the analysis has no such lens. */
export function explain(analysis: FileAnalysis, id: string): string | undefined {
  const [kind, number] = id.split(":");
  if (kind === "model") {
    const report = analysis.reports[Number(number)];
    return report === undefined ? undefined : explainRows(report, report.layers, placeText(analysis.file, report));
  }
  const group = lineGroups(analysis).find((candidate) => candidate.line === Number(number));
  if (group === undefined) return undefined;
  return group.shares
    .map(({ report, rows }) => explainRows(report, rows, `${analysis.file}:${group.line}`))
    .join("\n\n");
}

function placeText(file: string, report: Report): string {
  return report.place === null ? file : `${report.place.file}:${report.place.line}`;
}

function explainRows(report: Report, rows: readonly LayerRow[], place: string): string {
  const lines = [`${report.entry}, ${place}`, modelTotals(report)];
  if (report.inputs.length > 0) {
    const inputs = report.inputs.map((input) => `${input.name} ${formatFullShape(input.shape)} ${input.dtype}`);
    lines.push(`Input: ${inputs.join(", ")}`);
  }
  if (rows.length > 0) lines.push("", ...table(report, rows));
  if (report.unknowns.length > 0)
    lines.push("", "Not known:", ...report.unknowns.map((unknown) => `  ${reason(unknown)}`));
  if (report.assumptions.length > 0) lines.push("", "Assumed:", ...report.assumptions.map((text) => `  ${text}`));
  return lines.join("\n");
}

function reason(unknown: UnknownRecord): string {
  return unknown.line === null ? unknown.reason : `${unknown.reason} (${unknown.file}:${unknown.line})`;
}

function table(report: Report, rows: readonly LayerRow[]): string[] {
  const cells = [
    ["layer", "type", "output", "params", "MACs", "share", "memory"],
    ...rows.map((row) => [row.calls > 1 ? `${row.name} (${row.calls} calls)` : row.name, ...layerCells(row, report)]),
  ];
  if (rows.length > 1) {
    const macs = sumKnown(rows.map((row) => row.macs));
    cells.push([
      `${rows.length} layers`,
      "",
      "",
      formatCount(sumKnown(rows.map((row) => row.params))),
      formatCount(macs),
      formatShare(macs, report.macs),
      formatBytes(sumKnown(rows.map((row) => row.activationBytes))),
    ]);
  }
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  return cells.map((row) =>
    row
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
