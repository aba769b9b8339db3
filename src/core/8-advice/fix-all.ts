// "Fix all of this kind in this model": the first fixes of one rule as one change, evaluated together, for savings do not simply
// add up.
import type { CombinedFix, Finding, TextEdit } from "../report/finding";
import type { Report } from "../report/report";
import { tryEdits } from "./advise";
import { mergeEdits } from "./edit";
import type { LeverContext } from "./levers/lever";

/** The first fixes that can be made together: what collides with an earlier one is left out. */
function together(findings: readonly Finding[]): { edits: TextEdit[]; count: number } {
  let edits: TextEdit[] = [];
  let count = 0;
  for (const { fixes } of findings) {
    const merged = fixes[0] && mergeEdits([...edits, ...fixes[0].edits]);
    // The same fix for another finding is in already.
    if (!merged || merged.length === edits.length) continue;
    edits = merged;
    count++;
  }
  return { edits, count };
}

const isLess = (after: number | null, before: number | null) => after === null || before === null || after <= before;

/** For every rule with several fixes in a model: all of them at once, where the model then still is what it was. */
export function combinedFixes({ report, evaluate }: Pick<LeverContext, "report" | "evaluate">): CombinedFix[] {
  const fixable = report.findings.filter(({ fixes }) => fixes.length > 0);
  return [...new Set(fixable.map(({ rule }) => rule))].flatMap((rule): CombinedFix[] => {
    const { edits, count } = together(fixable.filter((one) => one.rule === rule));
    const outcome = count > 1 ? tryEdits(report, edits, evaluate) : undefined;
    if (!outcome) return [];
    const { before, after } = outcome.receipt;
    if (!isLess(after.macs, before.macs) || !isLess(after.params, before.params)) return [];
    return [{ rule, count, title: `Fix all ${count} of this kind in ${report.entry}`, ...outcome }];
  });
}

/** The combined fix of a finding's kind in its model. */
export function combinedFixOf(report: Report, { rule }: Finding): CombinedFix | undefined {
  return report.combinedFixes?.find((one) => one.rule === rule);
}
