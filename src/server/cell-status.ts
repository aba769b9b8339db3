// What the status bar of a notebook's cell says: the cost and the verdict of each model that stands in it, else the sum of the
// layers it makes. Pure.
import { formatCount, sumKnown } from "../core/report/format";
import type { LayerRow, Report } from "../core/report/report";
import type { OpenDocument } from "./document";
import { lineGroups, verdictText } from "./lenses";
import type { CellStatus } from "./protocol";

/** More models than this in one cell are left to the lenses. */
const MAX_MODELS = 3;

/** The items of the cell whose lines (from 0) begin at `start` of the joined text. */
export function cellStatusOf({ uri, analysis, lenses }: OpenDocument, start: number, count: number): CellStatus[] {
  if (!analysis) return [];
  const here = lenses.filter(({ position: { line } }) => line >= start && line < start + count);
  const models = here.filter(({ kind }) => kind === "model").slice(0, MAX_MODELS);
  const items = models.flatMap(({ id, tooltip }): CellStatus[] => {
    const report = analysis.reports[Number(id.slice("model:".length))];
    return report ? [{ text: modelText(report, models.length > 1), tooltip, lens: { uri, id } }] : [];
  });
  if (items.length > 0) return items;
  const [first] = here;
  if (!first) return [];
  const ids = new Set(here.map(({ id }) => id));
  const groups = lineGroups(analysis).filter(({ line }) => ids.has(`line:${line}`));
  // Of several models the first one that has layers here; a layer that two lines share counts once.
  const report = groups[0]?.shares[0]?.report;
  const rows = new Set<LayerRow>(
    groups.flatMap(({ shares }) => shares.flatMap((share) => (share.report === report ? share.rows : []))),
  );
  if (rows.size === 0) return [];
  const macs = sumKnown([...rows].map((row) => row.macs));
  const layers = rows.size === 1 ? "1 layer" : `${rows.size} layers`;
  return [{ text: `${layers} · ${formatCount(macs)} MACs`, tooltip: first.tooltip, lens: { uri, id: first.id } }];
}

function modelText(report: Report, isOneOfMany: boolean): string {
  const { deployment } = report;
  const name = isOneOfMany ? `${report.entry}: ` : "";
  if (report.status === "error") return `${name}cost not known`;
  return `${name}${formatCount(report.macs)} MACs${deployment ? ` · ${verdictText(deployment)}` : ""}`;
}
