// Which lines changed the budget since another version of a file: both are analysed with the same budget and target, and their
// lines are matched by a diff of the texts. Markdown out.
import { diffArrays } from "diff";
import { filePath, readDocument } from "../core/1-syntax/document";
import { formatBytes, formatCount, formatMs, formatShare, sumKnown } from "../core/report/format";
import type { FileAnalysis, Known, LayerRow, Report } from "../core/report/report";
import { toMarkdown } from "../core/report/table";
import type { OpenDocument } from "./document";
import { escapeMarkdown } from "./hover";
import { pathOfUri } from "./paths";
import type { CompareParams } from "./protocol";
import type { RequestHost } from "./request-host";

/** More lines than this of one model are summed. */
const MAX_LINES = 40;
const MAX_CODE_LENGTH = 60;

export async function compareVersions(
  document: OpenDocument,
  { name, texts }: CompareParams,
  host: RequestHost,
): Promise<string> {
  const { path, text } = document;
  const file = filePath(path);
  const title = `# ${escapeMarkdown(file.slice(file.lastIndexOf("/") + 1))} compared with ${escapeMarkdown(name)}`;
  const request = await host.request(document);
  if ("silence" in request) return `${title}\n\n${escapeMarkdown(request.silence)}\n`;
  const others = new Map(Object.entries(texts).map(([uri, old]) => [pathOfUri(uri), old]));
  const committed = others.get(file);
  if (committed === undefined) return `${title}\n\nThe file is not in ${escapeMarkdown(name)}.\n`;
  // An open notebook is the text of its cells; so must its other version be.
  const source = file === path ? { text: committed } : readDocument(file, committed);
  if ("reason" in source) return `${title}\n\nThe file cannot be read in ${escapeMarkdown(name)}: ${source.reason}\n`;
  const old = source.text;
  others.set(path, old);
  const before = await host.analyzerWith((other) => others.get(other)).analyze(request);
  const after = await host.analyzer.analyze(request);
  return `${[title, ...comparison(before, after, matchLines(old, text), (line) => host.lineName(document, line))].join("\n\n")}\n`;
}

/** For a line of the old text (from 1) the line that is or replaces it, and the code of both. */
export interface LineMatch {
  newLine(line: number): number | undefined;
  oldCode(line: number): string;
  newCode(line: number): string;
}

/** Lines that are equal in both texts; in a stretch that was replaced the n-th stands for the n-th. */
export function matchLines(old: string, fresh: string): LineMatch {
  const oldLines = old.split(/\r?\n/);
  const newLines = fresh.split(/\r?\n/);
  const map = new Map<number, number>();
  let oldAt = 1;
  let newAt = 1;
  let removed = 0;
  for (const part of diffArrays(oldLines, newLines)) {
    const { length } = part.value;
    if (part.removed) {
      removed = length;
      oldAt += length;
      continue;
    }
    if (part.added) {
      for (let index = 0; index < Math.min(removed, length); index++) map.set(oldAt - removed + index, newAt + index);
      newAt += length;
    } else {
      for (let index = 0; index < length; index++) map.set(oldAt + index, newAt + index);
      oldAt += length;
      newAt += length;
    }
    removed = 0;
  }
  return {
    newLine: (line) => map.get(line),
    oldCode: (line) => oldLines[line - 1]?.trim() ?? "",
    newCode: (line) => newLines[line - 1]?.trim() ?? "",
  };
}

/** What changed, model by model, as blocks of Markdown. */
export function comparison(
  before: FileAnalysis,
  after: FileAnalysis,
  match: LineMatch,
  lineName: (line: number) => string,
): string[] {
  const blocks: string[] = [];
  const gone = keyed(before.reports);
  const unchanged: string[] = [];
  for (const [key, report] of keyed(after.reports)) {
    const old = gone.get(key);
    gone.delete(key);
    const entry = escapeMarkdown(report.entry);
    if (!old) {
      blocks.push(`## ${entry} is new`, totals(null, report));
      continue;
    }
    const lines = changedLines(old, report, match);
    if (lines.length === 0 && sameTotals(old, report)) unchanged.push(entry);
    else blocks.push(`## ${entry}`, totals(old, report), ...lineTable(lines, match, lineName));
  }
  for (const report of gone.values()) blocks.push(`## ${escapeMarkdown(report.entry)} is gone`, totals(report, null));
  if (blocks.length === 0) return ["Nothing that the budget counts has changed."];
  if (unchanged.length > 0) blocks.push(`Unchanged: ${unchanged.join(", ")}.`);
  return blocks;
}

function keyed(reports: readonly Report[]): Map<string, Report> {
  const seen = new Map<string, number>();
  return new Map(
    reports.map((report) => {
      const count = seen.get(report.entry) ?? 0;
      seen.set(report.entry, count + 1);
      return [`${report.entry}#${count}`, report];
    }),
  );
}

interface Quantity {
  name: string;
  of: (report: Report) => Known;
  format: (value: number) => string;
}

const QUANTITIES: readonly Quantity[] = [
  { name: "MACs", of: ({ macs }) => macs, format: formatCount },
  { name: "Parameters", of: ({ params }) => params.total, format: formatCount },
  { name: "RAM", of: ({ deployment }) => deployment?.ramBytes.total ?? null, format: formatBytes },
  { name: "Flash", of: ({ deployment }) => deployment?.flashBytes.total ?? null, format: formatBytes },
  { name: "Time, estimated", of: ({ deployment }) => deployment?.latencyMs?.mid ?? null, format: formatMs },
];

const VERDICTS = { fits: "fits", "does-not-fit": "does not fit", "cannot-say": "cannot say" } as const;

function totals(before: Report | null, after: Report | null): string {
  const show = (report: Report | null, { of, format }: Quantity) => {
    const value = report && of(report);
    return report === null ? "" : value === null ? "?" : format(value);
  };
  const rows = QUANTITIES.map((quantity) => [
    quantity.name,
    show(before, quantity),
    show(after, quantity),
    before && after ? change(quantity.of(before), quantity.of(after), quantity.format) : "",
  ]);
  const verdict = (report: Report | null) => (report?.deployment ? VERDICTS[report.deployment.verdict] : "");
  const board = (after ?? before)?.deployment?.boardName;
  if (board) rows.push([`On ${escapeMarkdown(board)}`, verdict(before), verdict(after), ""]);
  const head = ["", "before", "now", "change"];
  if (before && after) return toMarkdown(head, rows, ["left", "right", "right", "right"]).trimEnd();
  const only = before ? 1 : 2;
  const sides = [head, ...rows].map((row) => [row[0] ?? "", row[only] ?? ""]);
  return toMarkdown(sides[0] ?? [], sides.slice(1), ["left", "right"]).trimEnd();
}

/** `+1.2 M (+12 %)`, `none`, or `?` when one side is not known. */
function change(before: Known, after: Known, format: (value: number) => string): string {
  if (before === null || after === null) return before === after ? "" : "?";
  if (before === after) return "none";
  const sign = after > before ? "+" : "−";
  const amount = `${sign}${format(Math.abs(after - before))}`;
  return before > 0 ? `${amount} (${sign}${formatShare(Math.abs(after - before), before)})` : amount;
}

function sameTotals(before: Report, after: Report): boolean {
  return QUANTITIES.every(({ of }) => of(before) === of(after));
}

interface Cost {
  macs: Known;
  params: Known;
  layers: number;
}

/** A line whose cost is another one; `line` is one of the new text, or of the old one when the line is gone. */
export interface ChangedLine {
  line: number;
  isGone: boolean;
  before: Cost | null;
  after: Cost | null;
}

/** The lines of a model whose MACs or parameters changed, the largest change of MACs first. */
export function changedLines(before: Report, after: Report, match: LineMatch): ChangedLine[] {
  const old = byLine(before);
  const now = byLine(after);
  const moved = new Map<number, number>();
  const changed: ChangedLine[] = [];
  for (const [line, cost] of old) {
    const at = match.newLine(line);
    if (at === undefined || moved.has(at)) changed.push({ line, isGone: true, before: cost, after: null });
    else moved.set(at, line);
  }
  for (const line of new Set([...moved.keys(), ...now.keys()])) {
    const from = moved.get(line);
    const was = (from === undefined ? null : old.get(from)) ?? null;
    const is = now.get(line) ?? null;
    if (was?.macs !== is?.macs || was?.params !== is?.params) {
      changed.push({ line, isGone: false, before: was, after: is });
    }
  }
  const size = (one: ChangedLine) => Math.abs((one.after?.macs ?? 0) - (one.before?.macs ?? 0));
  return changed.sort((a, b) => size(b) - size(a) || a.line - b.line);
}

/** Costs by the innermost line of the file; what is made in other files only is no line's. */
function byLine({ layers }: Report): Map<number, Cost> {
  const rows = new Map<number, LayerRow[]>();
  for (const row of layers) if (row.line !== null) rows.set(row.line, [...(rows.get(row.line) ?? []), row]);
  return new Map(
    [...rows].map(([line, own]) => [
      line,
      {
        macs: sumKnown(own.map(({ macs }) => macs)),
        params: sumKnown(own.map(({ params }) => params)),
        layers: own.length,
      },
    ]),
  );
}

function lineTable(lines: readonly ChangedLine[], match: LineMatch, lineName: (line: number) => string): string[] {
  if (lines.length === 0)
    return ["No line of this file costs more or less than before; what changed is made in another file."];
  const rows = lines
    .slice(0, MAX_LINES)
    .map(({ line, isGone, before, after }) => [
      isGone ? `line ${line} before` : lineName(line),
      inlineCode(isGone ? match.oldCode(line) : match.newCode(line)),
      change(before ? before.macs : 0, after ? after.macs : 0, formatCount),
      change(before ? before.params : 0, after ? after.params : 0, formatCount),
      isGone
        ? "gone"
        : before === null
          ? "new"
          : before.layers === after?.layers
            ? ""
            : `${before.layers} → ${after?.layers ?? 0} layers`,
    ]);
  const more = lines.length > MAX_LINES ? [`${lines.length - MAX_LINES} more lines changed by less.`] : [];
  const head = ["Where", "Code", "MACs", "Parameters", ""];
  return [toMarkdown(head, rows, ["left", "left", "right", "right", "left"]).trimEnd(), ...more];
}

/** Code in a cell: what would end it is taken out. */
function inlineCode(code: string): string {
  const line = code.replaceAll("`", "'");
  return line === "" ? "" : `\`${line.length > MAX_CODE_LENGTH ? `${line.slice(0, MAX_CODE_LENGTH - 1)}…` : line}\``;
}
