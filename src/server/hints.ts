// The hint at the end of a line that makes layers: its share of the budget and the shape of its output, at most 24 characters,
// because the editor cuts what is longer. Pure. A hint stands where the lens of its line stands, and moves with it.
import { formatBytes, formatCount, formatShape, formatShare, sumKnown } from "../core/report/format";
import type { FileAnalysis, Known, Report } from "../core/report/report";
import { type LineGroup, lineGroups } from "./lenses";
import type { HintSetting } from "./settings";

export const MAX_HINT_LENGTH = 24;
/** A line with this share of its model's MACs, or more, matters. */
const WORTH_SHARE = 0.05;

/** What one line says; `id` is the one of its lens. */
export interface Hint {
  id: string;
  label: string;
  /** One sentence above the details of the tooltip: what the share is a share of. */
  meaning: string;
  /** True for a line with a large share, at the peak of the RAM, or of unknown cost. */
  matters: boolean;
}

/** The hints of a file, one for each line that makes layers, by the id of the line's lens. */
export function hintsOf(analysis: FileAnalysis): ReadonlyMap<string, Hint> {
  const hints = new Map<string, Hint>();
  for (const group of lineGroups(analysis)) {
    const hint = hintOf(analysis.file, group);
    if (hint) hints.set(hint.id, hint);
  }
  return hints;
}

/** True when the setting lets the hint be seen. */
export function showsHint(hint: Hint, setting: HintSetting): boolean {
  return setting === "all" || (setting === "peak" && hint.matters);
}

interface Cost {
  /** Longest first; the first that leaves room for the shape is taken. */
  texts: string[];
  meaning: string;
}

function hintOf(file: string, group: LineGroup): Hint | undefined {
  const shares = group.shares.map(({ report, rows }) => ({
    report,
    macs: sumKnown(rows.map(({ macs }) => macs)),
    rows,
  }));
  const first = shares[0];
  if (!first) return undefined;
  const isMadeHere = shares.some(({ rows }) => rows.some(({ line }) => line === group.line));
  const peaks = shares.flatMap(({ report: { deployment } }) => {
    const place = deployment?.peak?.place;
    return deployment && place?.file === file && place.line === group.line ? [deployment] : [];
  });
  const shape = shapeText(group);
  const cost = peaks[0] ? peakCost(peaks[0]) : macsCost(shares);
  const isDear = shares.some(
    ({ report, macs }) => macs !== null && report.macs !== null && report.macs > 0 && macs / report.macs >= WORTH_SHARE,
  );
  const isUnknown = shares.some(({ macs }) => macs === null);
  return {
    id: `line:${group.line}`,
    label: fit(cost?.texts ?? [], shape),
    meaning: cost?.meaning ?? "This line takes no MACs; the shape is that of its output, without the batch.",
    matters: peaks.length > 0 || (isMadeHere && (isDear || isUnknown)),
  };
}

/** RAM is what is scarce where it is fullest: its share goes before that of the MACs. */
function peakCost({ peak, limits, boardName, ramBytes }: NonNullable<Report["deployment"]>): Cost | undefined {
  const used = ramBytes.total ?? peak?.bytes ?? null;
  if (used === null) return undefined;
  const share = limits.ramBytes === null ? formatBytes(used) : formatShare(used, limits.ramBytes);
  const of =
    limits.ramBytes === null ? "" : ` of the ${formatBytes(limits.ramBytes)} that ${boardName} leaves the model`;
  return {
    texts: [`peak ${share} RAM`, `peak ${share}`],
    meaning: `RAM is fullest here: the model needs ${formatBytes(used)}${of}.`,
  };
}

/** The share of the MACs: of the limit where a budget has one, else of the model; a range where models differ. */
function macsCost(shares: readonly { report: Report; macs: Known }[]): Cost | undefined {
  if (shares.every(({ macs }) => macs === 0)) return undefined;
  if (shares.some(({ macs }) => macs === null)) {
    return { texts: ["? MACs", "?"], meaning: "The MACs of this line are not known; the reason is below." };
  }
  const totals = shares.map(({ report }) => {
    const limit = report.limits.find(({ name }) => name === "macs");
    return limit ? { total: limit.limit, limit } : { total: report.macs, limit: undefined };
  });
  const first = totals[0];
  const isOneLimit = first?.limit !== undefined && totals.every(({ limit }) => limit?.limit === first.total);
  if (totals.some(({ total }) => total === null)) {
    const counts = range(
      shares.map(({ macs }) => macs ?? 0),
      formatCount,
    );
    return {
      texts: [`${counts} MACs`, counts],
      meaning: "A count, for the MACs of the whole model are not known.",
    };
  }
  const share = range(
    shares.map(({ macs }, index) => (macs ?? 0) / (totals[index]?.total || 1)),
    (part) => formatShare(part, 1),
  );
  if (isOneLimit && first?.limit) {
    const limit = formatCount(first.limit.limit);
    return {
      texts: [`${share} of ${limit} MACs`, `${share} of ${limit}`, share],
      meaning: `${share} of the ${limit} MACs that ${first.limit.source} allows.`,
    };
  }
  return { texts: [`${share} MACs`, share], meaning: `${share} of the MACs of the model.` };
}

/** `12 %` where all agree, `9–12 %` where two whole shares are the ends, else the largest: `≤ 640 k`. */
function range(values: readonly number[], format: (value: number) => string): string {
  const low = format(Math.min(...values));
  const high = format(Math.max(...values));
  if (low === high) return high;
  return /^\d+ %$/.test(low) && /^\d+ %$/.test(high) ? `${low.replace(" %", "")}–${high}` : `≤ ${high}`;
}

/** The shape of the line's one output, or how many layers it makes; empty where models differ. */
function shapeText({ shares }: LineGroup): string {
  const texts = shares.map(({ rows }) => {
    const only = rows.length === 1 ? rows[0] : undefined;
    if (!only) return `${rows.length} layers`;
    return only.calls === 0 ? "does not run" : formatShape(only.runShape);
  });
  return new Set(texts).size === 1 ? (texts[0] ?? "") : "";
}

function fit(costs: readonly string[], shape: string): string {
  const withShape = [...costs.map((cost) => [cost, shape]), [shape]].map((parts) =>
    parts.filter((part) => part !== "").join(" · "),
  );
  const candidates = shape === "" ? costs : costs.length === 0 ? [shape] : [...withShape.slice(0, -1), ...costs];
  const found = candidates.find((text) => text.length <= MAX_HINT_LENGTH);
  return found ?? `${(candidates.at(-1) ?? "").slice(0, MAX_HINT_LENGTH - 1)}…`;
}
