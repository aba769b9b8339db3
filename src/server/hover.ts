// The hover over a line that makes layers, or a model's own line: the arithmetic behind the numbers of the lens, what the line becomes
// on the target, and why something is not known. Markdown; what comes from the user's files is escaped, so that it stays text.
// Pure. Which lenses there are is decided in lenses.ts; a lens's id says what a hover is about.

import type { Deployment, OperatorRow } from "../core/report/deployment";
import { otherCounts } from "../core/report/counters";
import { formatBytes, formatFullShape, formatMs, formatShare, sumKnown } from "../core/report/format";
import { measuredFrom, operatorsTime, timeText } from "../core/report/time-text";
import { formulaLegend, formulaNumbers, formulaSymbols, type MacsFormula } from "../core/report/formula";
import type { FileAnalysis, Known, LayerRow, Report, ReportShape, SourcePlace } from "../core/report/report";
import { type LineShare, lineGroups, modelTotals } from "./lenses";
import { uriOfPath } from "./paths";

/** More models than this at one place are counted, not shown. */
const MAX_MODELS = 3;
/** More products than this in one row are summed, not written out. */
const MAX_PRODUCTS = 3;
const MAX_OPERATORS = 12;
const MAX_REASONS = 3;
const MAX_BUFFERS = 4;

/** Markdown for the lenses `ids` (those of one line), or undefined when the analysis has none of them. */
export function hoverOf(analysis: FileAnalysis, ids: readonly string[]): string | undefined {
  const parts = ids.flatMap((id) => {
    const [kind, number] = id.split(":");
    return kind === "model" ? modelParts(analysis, Number(number)) : lineParts(analysis, Number(number));
  });
  return parts.length === 0 ? undefined : parts.join("\n\n---\n\n");
}

function modelParts(analysis: FileAnalysis, index: number): string[] {
  const report = analysis.reports[index];
  if (report === undefined) return [];
  const lines = [`**${escapeMarkdown(report.entry)}** ${escapeMarkdown(modelTotals(report))}`];
  if (report.status === "error") return [lines.join("\n\n")];
  const facts: [string, string][] = [];
  for (const input of report.inputs) {
    facts.push([
      "Input",
      `${escapeMarkdown(input.name)} ${formatFullShape(input.shape)} ${escapeMarkdown(input.dtype)}`,
    ]);
  }
  if (report.outputs.length > 0)
    facts.push(["Output", report.outputs.map(({ shape }) => formatFullShape(shape)).join(", ")]);
  facts.push(["Parameters", parameters(report.params.total, report.params.trainable)]);
  facts.push(["MACs", exact(report.macs)], ["Multiplications", exact(report.multiplications)]);
  const dearest = dearestOf(report.layers);
  if (dearest && report.layers.length > 1 && report.macs !== null)
    facts.push(["Dearest layer", `${title(dearest)}, ${share(dearest.macs, report)}`]);
  lines.push(table(facts), ...reasons(report, report.layers, null), ...assumptions(report));
  if (report.deployment) lines.push(...costOnTarget(report.deployment));
  return [lines.join("\n\n")];
}

function lineParts(analysis: FileAnalysis, line: number): string[] {
  const group = lineGroups(analysis).find((candidate) => candidate.line === line);
  if (group === undefined) return [];
  // Models that agree on a line are told once.
  const byText = new Map<string, Report[]>();
  for (const share of group.shares) {
    const text = shareText(share, line, analysis.file);
    byText.set(text, [...(byText.get(text) ?? []), share.report]);
  }
  const parts = [...byText].slice(0, MAX_MODELS).map(([text, reports]) => {
    const names = reports.slice(0, MAX_MODELS).map(({ entry }) => escapeMarkdown(entry));
    const rest = reports.length > names.length ? ` and ${reports.length - names.length} more` : "";
    return group.shares.length === 1 ? text : `In ${names.join(", ")}${rest}:\n\n${text}`;
  });
  if (byText.size > parts.length) parts.push(`${byText.size - parts.length} more models differ on this line.`);
  return parts;
}

function shareText({ report, rows }: LineShare, line: number, file: string): string {
  const only = rows.length === 1 ? rows[0] : undefined;
  const lines = only === undefined ? several(report, rows) : one(report, only);
  lines.push(...reasons(report, rows, line));
  if (report.deployment) lines.push(...lineOnTarget(report.deployment, line, file, rows));
  return lines.join("\n\n");
}

function one(report: Report, row: LayerRow): string[] {
  const facts: [string, string][] = [
    ["Output", `${output(row.runShape, row)}, ${formatBytes(row.activationBytes)}`],
    ["MACs", `${macsText(row)}${row.macs === null ? "" : `, ${share(row.macs, report)}`}`],
    ["Multiplications", multiplications(row.multiplications, row.macs)],
    ["Parameters", parameters(row.params, row.trainableParams)],
  ];
  const formulas = row.formula ?? [];
  if (formulas.length > 0 && formulas.length <= MAX_PRODUCTS) {
    facts.splice(2, 0, ["Formula", `\`${formulaSymbols(formulas)}\` (${escapeMarkdown(formulaLegend(formulas))})`]);
  }
  for (const { matrix } of formulas) {
    if (!matrix) continue;
    const { rows, columns, stored, uses } = matrix;
    facts.push([
      "As a dense matrix",
      `${count(rows)} × ${count(columns)} = ${count(rows * columns)} values; the ${count(stored)} stored ones are each used ${times(uses)}`,
    ]);
  }
  const separable = separableText(row);
  if (separable !== undefined) facts.push(["As depthwise and pointwise", separable]);
  const others = othersText(row, report);
  if (others !== undefined) facts.push(["Other counters print", others]);
  if (row.calls === 0) facts.push(["Calls", "does not run in an inference"]);
  if (row.calls > 1) facts.push(["Calls", `runs ${times(row.calls)} in one inference`]);
  if (row.stack.length > 0) facts.push(["Made by", row.stack.map(link).join(" ← ")]);
  return [`**${title(row)}**`, table(facts)];
}

/** What a depthwise and a pointwise convolution of the same sizes cost: 1/N + 1/D_K² of a standard one. */
function separableText({ formula, macs }: LayerRow): string | undefined {
  const [only] = formula ?? [];
  if (formula?.length !== 1 || only?.of !== "convolution" || macs === null || macs === 0) return undefined;
  const of = (symbol: string) => only.factors.filter((factor) => factor.symbol === symbol).map(({ value }) => value);
  const filters = of("N")[0];
  const kernel = of("D_K").reduce((product, side) => product * side, 1);
  if (filters === undefined || kernel === 1 || of("M")[0] === 1) return undefined;
  const share = 1 / filters + 1 / kernel;
  return `${count(Math.round(macs * share))}, ${formatShare(share, 1)} (1/N + 1/D\\_K² = 1/${filters} + 1/${kernel})`;
}

/** `torchinfo, ptflops 1,196,032 (the bias counts at every output); fvcore, THOP the same`. */
function othersText(row: LayerRow, report: Report): string | undefined {
  const groups = new Map<string, string[]>();
  for (const { counter, unit, value, why } of otherCounts(row, report.framework)) {
    const same = unit === "macs" ? value === row.macs : why === null;
    const number = unit === "flops" ? `${count(value)} FLOPs` : same ? "the same" : count(value);
    const reason = why ?? (unit === "flops" ? "two for each MAC" : null);
    const text = `${number}${reason === null ? "" : ` (${reason})`}`;
    groups.set(text, [...(groups.get(text) ?? []), escapeMarkdown(counter)]);
  }
  if (groups.size === 0) return undefined;
  return [...groups].map(([text, counters]) => `${counters.join(", ")}: ${text}`).join("; ");
}

function several(report: Report, rows: readonly LayerRow[]): string[] {
  const sum = (of: (row: LayerRow) => Known) => sumKnown(rows.map(of));
  const kinds = new Map<string, number>();
  for (const { type } of rows) kinds.set(type, (kinds.get(type) ?? 0) + 1);
  const names = [...kinds].map(([type, number]) => `${number} ${escapeMarkdown(type)}`).join(", ");
  const macs = sum((row) => row.macs);
  const facts: [string, string][] = [
    ["MACs", `${exact(macs)}${macs === null ? "" : `, ${share(macs, report)}`}`],
    [
      "Multiplications",
      multiplications(
        sum((row) => row.multiplications),
        macs,
      ),
    ],
    [
      "Parameters",
      parameters(
        sum((row) => row.params),
        sum((row) => row.trainableParams),
      ),
    ],
    ["Outputs", `${formatBytes(sum((row) => row.activationBytes))} together`],
  ];
  const lines = [`**${rows.length} layers** (${names}), together:`, table(facts)];
  const dearest = dearestOf(rows);
  if (dearest) lines.push("The dearest of them:", ...one(report, dearest));
  return lines;
}

function title(row: LayerRow): string {
  return row.name === "" ? "operations of the model itself" : escapeMarkdown(`${row.name} (${row.type})`);
}

/** The layer with most MACs; undefined where none has any. */
function dearestOf(rows: readonly LayerRow[]): LayerRow | undefined {
  let best: LayerRow | undefined;
  for (const row of rows) if ((row.macs ?? 0) > (best?.macs ?? 0)) best = row;
  return best;
}

function macsText(row: LayerRow): string {
  const formulas: MacsFormula[] = row.formula ?? [];
  if (row.macs === null || formulas.length === 0) return exact(row.macs);
  if (formulas.length > MAX_PRODUCTS) return `${exact(row.macs)} (sum of ${formulas.length} products)`;
  return `\`${formulaNumbers(formulas)} = ${count(row.macs)}\``;
}

function multiplications(all: Known, macs: Known): string {
  if (all === null || macs === null || all === macs) return exact(all);
  return `${count(all)}: the MACs and ${count(all - macs)} element by element`;
}

function parameters(total: Known, trainable: Known): string {
  if (total === null || trainable === null || total === trainable) return exact(total);
  return `${count(total)}, of which ${count(trainable)} trainable`;
}

function share(part: Known, report: Report): string {
  return report.macs === null
    ? "share unknown, for the MACs of the model are"
    : `${formatShare(part, report.macs)} of the model`;
}

function output(shape: ReportShape | null, row: LayerRow): string {
  return row.calls === 0 ? "none" : formatFullShape(shape);
}

/** Why something of these rows is not known: what was recorded for the line, else the first reasons of the model. */
function reasons(report: Report, rows: readonly LayerRow[], line: number | null): string[] {
  const isKnown = (row: LayerRow) => row.state !== "unknown" && row.macs !== null && row.params !== null;
  if (line === null ? report.status === "exact" : rows.every(isKnown)) return [];
  // What is not known on the target is told with the target.
  const ofTarget = new Set(report.deployment?.reasons);
  const own = report.unknowns.filter((unknown) => unknown.line !== null || !ofTarget.has(unknown.reason));
  const here = own.filter((unknown) => unknown.line === line && unknown.file === report.file);
  const all = line !== null && here.length > 0 ? here : own;
  const texts = [...new Set(all.map(({ reason }) => reason))];
  const shown = texts.slice(0, MAX_REASONS).map((text) => `- ${escapeMarkdown(text)}`);
  if (texts.length > shown.length) shown.push(`- and ${texts.length - shown.length} more`);
  return [["Not known, because", "", ...shown].join("\n")];
}

function assumptions({ assumptions: all }: Report): string[] {
  return all.length === 0 ? [] : [["Assumed", "", ...all.map((text) => `- ${escapeMarkdown(text)}`)].join("\n")];
}

const VERDICTS: Record<Deployment["verdict"], string> = {
  fits: "fits",
  "does-not-fit": "does not fit",
  "cannot-say": "cannot say whether it fits",
};

function targetName({ boardName, runtimeName, dtype }: Deployment): string {
  return escapeMarkdown(`${boardName}, ${runtimeName}, ${dtype}`);
}

function costOnTarget(deployment: Deployment): string[] {
  const { ramBytes, flashBytes, limits, latencyMs, measured, peak } = deployment;
  const of = (used: Known, limit: Known) =>
    `${formatBytes(used)}${limit === null ? "" : ` of ${formatBytes(limit)} the model can have`}`;
  const facts: [string, string][] = [
    ["RAM", of(ramBytes.total, limits.ramBytes)],
    ["Flash", of(flashBytes.total, limits.flashBytes)],
  ];
  if (measured) {
    facts.push(["Time", escapeMarkdown(`${timeText(deployment)}: ${measuredFrom(measured)}`)]);
  } else if (latencyMs) {
    facts.push([
      "Time",
      `${formatMs(latencyMs.mid)} (${formatMs(latencyMs.low)} to ${formatMs(latencyMs.high)}), mostly ${escapeMarkdown(latencyMs.dominatedBy)}`,
    ]);
  } else facts.push(["Time", "not known"]);
  if (peak) facts.push(["RAM is fullest at", `${escapeMarkdown(peak.op)}${peak.place ? `, ${link(peak.place)}` : ""}`]);
  return [
    `On **${targetName(deployment)}**: ${VERDICTS[deployment.verdict]}`,
    table(facts),
    ...targetReasons(deployment),
  ];
}

function targetReasons({ reasons: all }: Deployment): string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, MAX_REASONS).map((text) => `- ${escapeMarkdown(text)}`);
  if (all.length > shown.length) shown.push(`- and ${all.length - shown.length} more`);
  return [shown.join("\n")];
}

/** The operators a line becomes, what they take of the time, and the peak of the RAM when this line owns it. */
function lineOnTarget(deployment: Deployment, line: number, file: string, rows: readonly LayerRow[]): string[] {
  const isHere = (place: SourcePlace | null) => place !== null && place.file === file && place.line === line;
  const { operators, peak } = deployment;
  const name = targetName(deployment);
  if (operators.length === 0) {
    return [`On **${name}** it is not known what this becomes:`, ...targetReasons(deployment)];
  }
  const here = operators.filter(({ place }) => isHere(place));
  const lines: string[] = [];
  if (here.length === 0) {
    // A line that only calls for layers made further in has its operators there.
    const isMadeHere = rows.some((row) => row.line === line);
    if (!isMadeHere) return [];
    lines.push(`On **${name}** no operator comes from this line: it is folded into others, or does nothing there.`);
  } else {
    lines.push(`On **${name}** this becomes`, operatorTable(here, operators));
  }
  if (peak && isHere(peak.place)) {
    const alive = [...peak.alive].sort((a, b) => b.bytes - a.bytes);
    const buffers = alive
      .slice(0, MAX_BUFFERS)
      .map((one) => `${escapeMarkdown(one.name)} ${formatBytes(one.bytes)}`)
      .join(", ");
    const more = alive.length > MAX_BUFFERS ? ` and ${alive.length - MAX_BUFFERS} more` : "";
    lines.push(
      `**RAM is fullest here**: ${formatBytes(peak.bytes)} alive at ${escapeMarkdown(peak.op)}: ${buffers}${more}.`,
    );
  }
  return lines;
}

function operatorTable(here: readonly OperatorRow[], all: readonly OperatorRow[]): string {
  const total = operatorsTime(all);
  const row = (op: string, shape: string, macs: number, rows: readonly OperatorRow[]) => {
    const { ms, isMeasured } = operatorsTime(rows);
    // A share mixes nothing: measured of measured, estimated of estimated.
    const share = isMeasured === total.isMeasured ? formatShare(ms, total.ms) : "?";
    const time =
      ms === null ? "?" : `${formatMs(ms)}${isMeasured ? " measured" : ""}${share === "?" ? "" : `, ${share}`}`;
    return `| ${op} | ${shape} | ${count(macs)} | ${time} |`;
  };
  const dearestFirst =
    here.length > MAX_OPERATORS ? [...here].sort((a, b) => (b.latencyMs ?? b.macs) - (a.latencyMs ?? a.macs)) : here;
  const shown = dearestFirst
    .slice(0, MAX_OPERATORS)
    .map((one) => row(escapeMarkdown(one.op), one.outputShape.join("×") || "scalar", one.macs, [one]));
  if (here.length > 1) {
    const macs = here.reduce((sum, one) => sum + one.macs, 0);
    const left = here.length > MAX_OPERATORS ? ` (${here.length - MAX_OPERATORS} not listed)` : "";
    shown.push(row(`${here.length} operators${left}`, "", macs, here));
  }
  return ["| operator | output | MACs | time |", "|---|---|--:|--:|", ...shown].join("\n");
}

function table(facts: readonly (readonly [string, string])[]): string {
  return ["| | |", "|---|---|", ...facts.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function times(value: number): string {
  return value === 1 ? "once" : `${count(value)} times`;
}

function exact(value: Known): string {
  return value === null ? "not known" : count(value);
}

/** A place as a link to its line. */
export function link({ file, line }: SourcePlace): string {
  const name = file.slice(file.lastIndexOf("/") + 1);
  // Parentheses are what encodeURIComponent leaves and Markdown would end the address at.
  const address = uriOfPath(file).replace(/[()]/g, (found) => (found === "(" ? "%28" : "%29"));
  return `[${escapeMarkdown(name)}:${line}](${address}#L${line})`;
}

/** Text as Markdown that shows exactly it, on one line: every ASCII punctuation mark escaped, so no link, table cell, tag or entity begins. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[!-/:-@[-`{-~]/g, "\\$&");
}
