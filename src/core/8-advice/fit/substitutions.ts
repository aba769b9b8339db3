// Layers that a search may replace by cheaper ones, with the fixes of the rules: a convolution by a depthwise-separable one,
// Flatten before a dense layer by an average. Which of them, in which order, and the edits on a text that other changes were made
// in already.
import type { Quantities, TextEdit } from "../../report/finding";
import type { Report } from "../../report/report";
import { mergeEdits } from "../edit";
import { placeOf } from "../places";
import { quantitiesOf } from "../quantities";
import type { Rule, RuleContext } from "../rule";
import { flattenDenseCouldPool } from "../rules/flatten-dense-could-pool";
import { standardConvCouldBeSeparable } from "../rules/standard-conv-could-be-separable";

const KINDS: readonly { rule: Rule; words: string; name: (count: number) => string }[] = [
  {
    rule: standardConvCouldBeSeparable,
    words: "depthwise-separable",
    name: (count) => `${count} convolution${count > 1 ? "s" : ""} to depthwise-separable`,
  },
  {
    rule: flattenDenseCouldPool,
    words: "average instead of Flatten",
    name: () => "Flatten to an average",
  },
];

/** A layer by the number of its site: other changes move lines, they keep the order of the layers. */
export interface Substitution {
  kind: number;
  site: number;
  /** Line in the text that was looked at. */
  line: number;
  /** MACs of the site's layers. */
  macs: number;
  edits: TextEdit[];
}

export const idOf = ({ kind, site }: Substitution): string => `${kind}:${site}`;

/** What could be replaced in a model, the layers with most MACs first. */
export function substitutionsOf(context: RuleContext): Substitution[] {
  const siteAt = new Map(context.sites.map((site, index) => [JSON.stringify(placeOf(site)), index]));
  const macsAt = (line: number) =>
    context.report.layers.reduce((sum, row) => sum + (row.line === line ? (row.macs ?? 0) : 0), 0);
  const found: Substitution[] = [];
  for (const [kind, { rule }] of KINDS.entries()) {
    for (const { place, fixes } of rule.check(context)) {
      const site = siteAt.get(JSON.stringify(place));
      const [fix] = fixes;
      if (site !== undefined && fix)
        found.push({ kind, site, line: place.line, macs: macsAt(place.line), edits: fix.edits });
    }
  }
  return found.sort((a, b) => b.macs - a.macs);
}

/** The edits that make these substitutions in a model; undefined when one is none any more, or their edits collide. */
export function substitutionEdits(context: RuleContext, ids: readonly string[]): TextEdit[] | undefined {
  const found = new Map(substitutionsOf(context).map((one) => [idOf(one), one]));
  const chosen = ids.map((id) => found.get(id));
  if (chosen.some((one) => one === undefined)) return undefined;
  return mergeEdits(chosen.flatMap((one) => one?.edits ?? []));
}

/** Chosen substitutions in words: "depthwise-separable in lines 7, 10". */
export function substitutionWords(chosen: readonly Substitution[]): string[] {
  return KINDS.flatMap(({ words }, kind) => {
    const lines = chosen.filter((one) => one.kind === kind).map(({ line }) => line);
    if (lines.length === 0) return [];
    return [`${words} in line${lines.length > 1 ? "s" : ""} ${lines.sort((a, b) => a - b).join(", ")}`];
  });
}

/** What a search has to choose from, in words: "3 convolutions to depthwise-separable". */
export function substitutionNames(all: readonly Substitution[]): string[] {
  return KINDS.flatMap(({ name }, kind) => {
    const count = all.filter((one) => one.kind === kind).length;
    return count > 0 ? [name(count)] : [];
  });
}

/**
 * How much of the needs in `broken` one change saves for each MAC it costs, both as shares of the model; 0 when it saves nothing
 * of them, for then it is of no use.
 */
export function worthOf(before: Report, after: Report, broken: readonly (keyof Quantities)[]): number {
  const [old, now] = [quantitiesOf(before), quantitiesOf(after)];
  const share = (key: keyof Quantities): number => {
    const [from, to] = [old[key], now[key]];
    return from === null || to === null || from <= 0 ? 0 : (from - to) / from;
  };
  const saved = broken.reduce((sum, key) => sum + share(key), 0);
  return saved <= 0 ? 0 : saved / Math.max(share("macs"), 1e-6);
}
