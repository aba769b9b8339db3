// From the analysis of one file to its lenses: one for each model, one for each source line that makes layers.
// Pure. Numbers become text in core/report/format; where lenses stand after an edit is the business of positions.ts.

import type { Deployment } from "../core/report/deployment";
import { formatBytes, formatCount, formatMs, formatShape, sumKnown } from "../core/report/format";
import { measuredFrom, timeText } from "../core/report/time-text";
import type { FileAnalysis, Known, LayerRow, Report, SourcePlace } from "../core/report/report";
import type { Position } from "./positions";
import type { LensSetting } from "./settings";

/** One lens. `id` names it within its analysis, so that a click can be answered after the lens has moved. */
export interface Lens {
  id: string;
  kind: "model" | "layers";
  position: Position;
  title: string;
  tooltip: string;
}

/** The rows of one model that one source line makes. */
export interface LineShare {
  report: Report;
  rows: LayerRow[];
}

/** Everything one source line makes, first model first. */
export interface LineGroup {
  /** From 1, as in the analysis. */
  line: number;
  column: number;
  shares: LineShare[];
}

/** More models than this on one line are counted, not listed: a file of hundred variants stays readable. */
const MAX_MODELS_PER_LINE = 3;
const MAX_REASON_LENGTH = 120;

/** The lenses of a file, in reading order. Positions count from 0. */
export function lensesOf(analysis: FileAnalysis): Lens[] {
  const lenses = [...modelLenses(analysis), ...layerLenses(analysis)];
  return lenses.sort(
    (a, b) =>
      a.position.line - b.position.line ||
      (a.kind === b.kind ? 0 : a.kind === "model" ? -1 : 1) ||
      a.position.character - b.position.character,
  );
}

/** The lenses that a setting leaves. */
export function visibleLenses(lenses: readonly Lens[], setting: LensSetting): Lens[] {
  if (setting === "off") return [];
  return setting === "models" ? lenses.filter((lens) => lens.kind === "model") : [...lenses];
}

function modelLenses(analysis: FileAnalysis): Lens[] {
  const byLine = new Map<number, { index: number; report: Report; place: { line: number; column: number } }[]>();
  analysis.reports.forEach((report, index) => {
    const place = modelPlace(analysis.file, report);
    const group = byLine.get(place.line) ?? [];
    group.push({ index, report, place });
    byLine.set(place.line, group);
  });
  const lenses: Lens[] = [];
  for (const [line, group] of byLine) {
    const shown = group.length > MAX_MODELS_PER_LINE ? group.slice(0, MAX_MODELS_PER_LINE) : group;
    shown.forEach(({ index, report, place }, position) => {
      const name = group.length > 1 ? `${report.entry}: ` : "";
      const more = group.length - shown.length;
      const rest = more > 0 && position === shown.length - 1 ? ` · and ${models(more)} more here` : "";
      lenses.push({
        id: `model:${index}`,
        kind: "model",
        position: { line: line - 1, character: Math.max(0, place.column - 1) },
        title: `Model Budget: ${name}${modelTotals(report)}${rest}`,
        tooltip: modelTooltip(report),
      });
    });
  }
  return lenses;
}

/** Where a model's own lens stands: where it is defined, else where this file first calls for it, else the first line. */
function modelPlace(file: string, report: Report): { line: number; column: number } {
  if (report.place !== null && report.place.file === file) return report.place;
  for (const row of report.layers) {
    const outermost = row.stack.findLast((place) => place.file === file);
    if (outermost !== undefined) return outermost;
    if (row.line !== null) return { line: row.line, column: row.column ?? 1 };
  }
  return { line: 1, column: 1 };
}

/** The totals of a model in one line, with what is missing and why. */
export function modelTotals(report: Report): string {
  if (report.status === "error") return `cost not known, because ${clip(report.error ?? firstReason(report))}`;
  const { deployment } = report;
  const totals = [
    ...(deployment ? [verdictText(deployment)] : []),
    `${formatCount(report.macs)} MACs`,
    `${formatCount(report.params.total)} params`,
    ...(deployment ? boardTotals(deployment) : [`${formatBytes(report.activationBytes)} activations`]),
  ].join(" · ");
  if (report.status !== "partial") return totals;
  return `${totals} (partial: unknown, because ${clip(firstReason(report))}${moreReasons(report)})`;
}

/** The verdict in words: `fits Arduino Nano 33 BLE Sense`. */
export function verdictText({ verdict, boardName }: Deployment): string {
  const verdicts = { fits: "fits", "does-not-fit": "does not fit", "cannot-say": "cannot say if it fits" } as const;
  return `${verdicts[verdict]} ${boardName}`;
}

/** RAM, flash and latency on the board; what is not known is left to the tooltip, which says why. */
function boardTotals(deployment: Deployment): string[] {
  const { ramBytes, flashBytes, limits } = deployment;
  const time = timeText(deployment);
  const of = (have: Known, limit: Known, what: string) =>
    have === null ? [] : [`${formatBytes(have)}${limit === null ? "" : ` of ${formatBytes(limit)}`} ${what}`];
  return [
    ...of(ramBytes.total, limits.ramBytes, "RAM"),
    ...of(flashBytes.total, limits.flashBytes, "flash"),
    ...(time === null ? [] : [time]),
  ];
}

function deploymentTooltip(deployment: Deployment): string[] {
  const { runtimeName, boardName, dtype, latencyMs, measured, reasons, peak } = deployment;
  const lines = [`On ${boardName} with ${runtimeName}, ${dtype}:`];
  if (measured) lines.push(`${timeText(deployment)}: ${measuredFrom(measured)}`);
  else if (latencyMs) {
    const { low, high, dominatedBy } = latencyMs;
    lines.push(`between ${formatMs(low)} and ${formatMs(high)} an inference, most of it in ${dominatedBy}`);
  }
  if (peak) {
    lines.push(
      `RAM is fullest in ${peak.op}${peak.place ? ` (line ${peak.place.line})` : ""}: ${formatBytes(peak.bytes)}`,
    );
  }
  lines.push(...reasons);
  return lines;
}

function modelTooltip(report: Report): string {
  const lines = [`${report.entry}: click for the layers`];
  if (report.deployment) lines.push(...deploymentTooltip(report.deployment));
  for (const assumption of report.assumptions) lines.push(`Assumed: ${assumption}`);
  for (const unknown of report.unknowns) lines.push(`Unknown: ${unknown.reason}`);
  return lines.join("\n");
}

function firstReason(report: Report): string {
  return report.unknowns[0]?.reason ?? "the reason was not recorded";
}

function moreReasons(report: Report): string {
  const more = report.unknowns.length - 1;
  return more > 0 ? `; ${more} more` : "";
}

function layerLenses(analysis: FileAnalysis): Lens[] {
  const lenses: Lens[] = [];
  for (const group of lineGroups(analysis)) {
    const texts = group.shares.map(shareText);
    const first = group.shares[0];
    const title = texts[0];
    if (first === undefined || title === undefined) continue;
    // Models that agree on this line need no word about it; where they differ, the reader must know whose numbers these are.
    const differs = texts.some((text) => text !== title);
    lenses.push({
      id: `line:${group.line}`,
      kind: "layers",
      position: { line: group.line - 1, character: Math.max(0, group.column - 1) },
      title: differs ? `${title} · in ${first.report.entry}, 1 of ${models(group.shares.length)}` : title,
      tooltip: lineTooltip(group),
    });
  }
  return lenses;
}

/**
 * The source lines of the analysed file that make layers, in order. A layer belongs to the innermost line of this file that
 * made it; a line that called for several layers made further in has its own share, unless that is the whole model, whose
 * totals stand above the model already.
 */
export function lineGroups(analysis: FileAnalysis): LineGroup[] {
  const groups = new Map<number, LineGroup>();
  const add = (line: number, column: number, report: Report, rows: LayerRow[]) => {
    let group = groups.get(line);
    if (group === undefined) {
      group = { line, column, shares: [] };
      groups.set(line, group);
    }
    group.column = Math.min(group.column, column);
    group.shares.push({ report, rows });
  };
  for (const report of analysis.reports) {
    for (const { line, column, rows, innermost } of linesOf(analysis.file, report)) {
      const worthShowing = innermost || (rows.length > 1 && rows.length < report.layers.length);
      if (worthShowing) add(line, column, report, rows);
    }
  }
  return [...groups.values()].sort((a, b) => a.line - b.line);
}

interface ReportLine {
  line: number;
  column: number;
  rows: LayerRow[];
  /** True when some row has this line as its innermost one. */
  innermost: boolean;
}

function linesOf(file: string, report: Report): ReportLine[] {
  const lines = new Map<number, ReportLine>();
  for (const row of report.layers) {
    const seen = new Set<number>();
    const places: Pick<SourcePlace, "line" | "column">[] = row.stack.filter((place) => place.file === file);
    if (row.line !== null && places[0]?.line !== row.line) places.unshift({ line: row.line, column: row.column ?? 1 });
    places.forEach((place, depth) => {
      if (seen.has(place.line)) return;
      seen.add(place.line);
      const entry = lines.get(place.line) ?? { line: place.line, column: place.column, rows: [], innermost: false };
      entry.rows.push(row);
      entry.column = Math.min(entry.column, place.column);
      if (depth === 0) entry.innermost = true;
      lines.set(place.line, entry);
    });
  }
  return [...lines.values()];
}

/** What a line makes of one model: the shape of its one layer, or the number of its layers, and the sums. */
export function shareText(share: LineShare): string {
  const { rows } = share;
  const only = rows.length === 1 ? rows[0] : undefined;
  return [
    only === undefined ? `×${rows.length}` : formatShape(only.runShape),
    `${formatCount(sumKnown(rows.map((row) => row.macs)))} MACs`,
    `${formatCount(sumKnown(rows.map((row) => row.params)))} params`,
    formatBytes(sumKnown(rows.map((row) => row.activationBytes))),
  ].join(" · ");
}

function lineTooltip(group: LineGroup): string {
  const lines: string[] = [];
  for (const { report, rows } of group.shares) {
    const kinds = new Map<string, number>();
    for (const row of rows) kinds.set(row.type, (kinds.get(row.type) ?? 0) + 1);
    const layers = [...kinds].map(([type, count]) => (count > 1 ? `${count} ${type}` : type)).join(", ");
    lines.push(group.shares.length > 1 ? `${report.entry}: ${layers}` : layers);
    if (rows.some(hasUnknown)) lines.push(`Unknown: ${clip(reasonFor(report, group.line))}`);
  }
  lines.push("Output shape without the batch, MACs, parameters, bytes of the outputs at the model's own type");
  return lines.join("\n");
}

function hasUnknown(row: LayerRow): boolean {
  return row.state === "unknown" || row.macs === null || row.params === null || row.activationBytes === null;
}

/** The reason recorded for this very line, else the first of the model: what is unknown often starts further up. */
function reasonFor(report: Report, line: number): string {
  const here = report.unknowns.find((unknown) => unknown.line === line && unknown.file === report.file);
  return here?.reason ?? firstReason(report);
}

function models(count: number): string {
  return count === 1 ? "1 model" : `${count} models`;
}

/** One line, short enough to stand above code. */
function clip(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MAX_REASON_LENGTH ? line : `${line.slice(0, MAX_REASON_LENGTH - 1).trimEnd()}…`;
}
