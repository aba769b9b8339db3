// The layers of a model as a table to paste: exact numbers for programs, readable ones for people. Pure.
import { formatBytes, formatCount, formatShape, formatShare } from "../core/report/format";
import type { Known, LayerRow, Report } from "../core/report/report";
import { type Align, toCsv, toLatex, toMarkdown } from "../core/report/table";
import { modelTotals } from "./lenses";
import type { TableFormat } from "./protocol";

const ALIGNS: readonly Align[] = ["left", "left", "left", "right", "right", "right", "right"];

/** One row for each layer and, for people, one with the totals. What is not known is `?`, in CSV an empty field. */
export function tableOf(report: Report, format: TableFormat): string {
  const { layers } = report;
  if (format === "csv")
    return toCsv(["layer", "type", "output", "params", "macs", "activation_bytes"], layers.map(csvRow));
  const rows = layers.map((row) => [row.name === "" ? "(model)" : row.name, ...layerCells(row, report)]);
  // Several layers share weights or run one after the other: the totals are those of the model, and bytes have none.
  rows.push([
    "Total",
    "",
    "",
    formatCount(report.params.total),
    formatCount(report.macs),
    formatShare(report.macs, report.macs),
    "",
  ]);
  const head = ["Layer", "Type", "Output", "Parameters", "MACs", "Share", "Memory"];
  const caption = `${report.entry}: ${modelTotals(report)}`;
  if (format === "latex") return toLatex(head, rows, { aligns: ALIGNS, caption, hasTotal: true });
  return `${caption.replaceAll(/[*_`<]/g, "\\$&")}\n\n${toMarkdown(head, rows, ALIGNS)}`;
}

/** Type, output, parameters, MACs, their share of the model's, and memory of a layer, for people. */
export function layerCells(row: LayerRow, { macs }: Report): string[] {
  return [
    row.type,
    formatShape(row.runShape),
    formatCount(row.params),
    formatCount(row.macs),
    formatShare(row.macs, macs),
    formatBytes(row.activationBytes),
  ];
}

function csvRow({ name, type, runShape, params, macs, activationBytes }: LayerRow): string[] {
  const exact = (value: Known) => (value === null ? "" : String(value));
  return [
    name,
    type,
    runShape?.map((size) => size ?? "?").join("x") ?? "",
    exact(params),
    exact(macs),
    exact(activationBytes),
  ];
}
