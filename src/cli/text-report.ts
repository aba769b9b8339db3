// The report as a person reads it in a terminal: totals first, one right-aligned row for each layer with a bar for its share
// of the MACs, then what is assumed and what is not known. Colour only where the terminal wants it (picocolors decides).
import color from "picocolors";
import { formatBytes, formatCount, formatFullShape, formatShape, formatShare } from "../core/report/format";
import type { FileAnalysis, LayerRow, Report, ReportShape } from "../core/report/report";
import { boardsText, deploymentText } from "./deployment-text";
import { plainTable } from "./tables";

const BAR_CELLS = 12;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of `share` (0 to 1) in block characters, at least a sliver for anything above 0. */
export function bar(share: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(share * BAR_CELLS * 8));
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

function exact(value: number | null): string {
  return value === null ? "?" : value.toLocaleString("en-US");
}

function layerTable(report: Report): string {
  return plainTable(
    ["Layer", "Type", "Output", "Params", "MACs", "Activations", "Share of MACs"],
    report.layers.map((row) => cells(row, report.macs)),
    ["left", "left", "right", "right", "right", "right", "left"],
  );
}

function cells(row: LayerRow, total: number | null): string[] {
  const share = row.macs !== null && total ? row.macs / total : 0;
  const quiet = row.macs === 0 && row.params === 0;
  const show = (text: string) => (quiet ? color.dim(text) : text);
  const name = row.calls > 1 ? `${row.name} (×${row.calls})` : row.name;
  return [
    show(name || "(model)"),
    show(row.type),
    show(formatShape(row.runShape)),
    show(row.params === 0 ? "–" : exact(row.params)),
    show(row.macs === 0 ? "–" : exact(row.macs)),
    show(formatBytes(row.activationBytes)),
    share > 0 ? `${color.cyan(bar(share))} ${formatShare(share, 1)}` : "",
  ];
}

function modelReport(report: Report, file: string): string {
  const where = report.place ? `${file}:${report.place.line}` : file;
  const title = `${color.bold(report.entry)}  ${color.dim(`${report.framework} · ${where}`)}`;
  const lines = ["", title];
  if (report.inputs.length > 0) {
    const shapes = (list: { shape: ReportShape | null }[]) =>
      list.map(({ shape }) => formatFullShape(shape)).join(", ");
    lines.push(color.dim(`input ${shapes(report.inputs)} → output ${shapes(report.outputs) || "?"}`));
  }
  if (report.layers.length > 0) lines.push("", layerTable(report), "");
  const frozen =
    report.params.total !== null && report.params.trainable !== null
      ? report.params.total - report.params.trainable
      : 0;
  lines.push(
    `${color.bold("MACs")}         ${exact(report.macs)}${report.macs === null ? "" : color.dim(`  (${formatCount(report.macs)})`)}`,
    `${color.bold("Parameters")}   ${exact(report.params.total)}${frozen > 0 ? color.dim(`  (${exact(frozen)} of them not trainable)`) : ""}`,
    `${color.bold("Activations")}  ${formatBytes(report.activationBytes)} at the peak${color.dim(`, ${report.inputs[0]?.dtype ?? "float32"}, batch 1`)}`,
  );
  if (report.deployment) lines.push("", deploymentText(report.deployment));
  if (report.boards) lines.push("", boardsText(report.boards));
  for (const assumption of report.assumptions) lines.push(color.dim(`assumed: ${assumption}`));
  // What the deployment does not know is told there.
  const unknowns = report.unknowns.filter(({ reason }) => !report.deployment?.reasons.includes(reason));
  for (const { reason, line, file: at } of unknowns.slice(0, 8)) {
    const place = line === null ? "" : ` (${at.slice(at.lastIndexOf("/") + 1)}:${line})`;
    lines.push(`${color.yellow("unknown, because")} ${reason}${place}`);
  }
  if (unknowns.length > 8) lines.push(color.yellow(`and ${unknowns.length - 8} more things are unknown`));
  return `${lines.join("\n")}\n`;
}

/** All models of a file; the empty text when there are none (standard error says why). */
export function textReport(analysis: FileAnalysis, file: string): string {
  return analysis.reports
    .filter((report) => report.status !== "error")
    .map((report) => modelReport(report, file))
    .join("");
}
