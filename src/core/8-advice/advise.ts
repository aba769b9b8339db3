// Runs the rules on one model and turns their proposals into findings. Every fix is evaluated before it is offered: the file
// is analysed with the edit in place, the model must still have the same inputs and outputs and no new unknowns, and the
// numbers of that analysis are the receipt. What does not hold is not offered.
import type { Finding, Level, OfferedFix, Quantities, Receipt, TextEdit } from "../report/finding";
import type { Report } from "../report/report";
import { mergeEdits } from "./edit";
import type { LeverContext } from "./levers/lever";
import { quantitiesOf } from "./quantities";
import type { Proposal, ProposedFix, Rule, RuleContext } from "./rule";

/** More fixes than this are not tried for one model: each costs an analysis of the file. */
const MAX_TRIED_FIXES = 60;

export interface AdviseOptions {
  rules: readonly Rule[];
  /** Levels that differ from a rule's own; `off` silences it. */
  levels?: Readonly<Record<string, Level | "off">>;
}

/** Height and width of an image stand for themselves or, where they may change, for any. */
function sameShapes(before: Report, after: Report, anyImageSize: boolean): boolean {
  const shapeOf = ({ shape }: Report["inputs"][number]) =>
    // The channels stand first or last; one of the two sizes stands in between in both cases.
    anyImageSize && shape.length === 4 ? [shape[0], Math.min(shape[1] ?? 0, shape[3] ?? 0)] : shape;
  const shapes = ({ inputs, outputs }: Report) => JSON.stringify([inputs.map(shapeOf), outputs]);
  return shapes(before) === shapes(after);
}

/** What the edits lead to; undefined when the model is not the same from outside, or less is known of it. */
export function tryEdits(
  before: Report,
  edits: readonly TextEdit[],
  evaluate: LeverContext["evaluate"],
  changesImageSize = false,
): { edits: TextEdit[]; receipt: Receipt } | undefined {
  const merged = mergeEdits(edits);
  if (!merged || merged.length === 0) return undefined;
  const after = evaluate(merged);
  if (!after || after.status === "error" || !sameShapes(before, after, changesImageSize)) return undefined;
  const receipt = { before: quantitiesOf(before), after: quantitiesOf(after) };
  for (const key of Object.keys(receipt.before) as (keyof Quantities)[]) {
    if (receipt.before[key] !== null && receipt.after[key] === null) return undefined;
  }
  return { edits: merged, receipt };
}

const savesMacs = ({ before, after }: Receipt) =>
  before.macs !== null && after.macs !== null && after.macs < before.macs;

/** A proposal as a finding, with the fixes that hold. */
export function findingOf(rule: Rule, level: Level, entry: string, proposal: Proposal, fixes: OfferedFix[]): Finding {
  const { file, line, column, endLine, endColumn } = proposal.place;
  return {
    rule: rule.id,
    level,
    message: proposal.message(fixes[0]?.receipt ?? null),
    file,
    line,
    column,
    endLine,
    endColumn,
    entry,
    related: proposal.related ?? [],
    fixes,
  };
}

/** The findings of all rules about one model, in order of place. */
export function advise(context: RuleContext, options: AdviseOptions): Finding[] {
  const findings: Finding[] = [];
  let tried = 0;
  const offer = (fix: ProposedFix): OfferedFix | undefined => {
    if (++tried > MAX_TRIED_FIXES) return undefined;
    const outcome = tryEdits(context.report, fix.edits, context.evaluate, fix.changesImageSize);
    if (!outcome || !(fix.pays ?? savesMacs)(outcome.receipt)) return undefined;
    return { title: fix.title, edits: outcome.edits, receipt: outcome.receipt };
  };
  for (const rule of options.rules) {
    const level = options.levels?.[rule.id] ?? rule.level;
    if (level === "off") continue;
    for (const proposal of rule.check(context)) {
      const fixes = proposal.fixes.flatMap((fix) => offer(fix) ?? []);
      if (proposal.needsFix && fixes.length === 0) continue;
      findings.push(findingOf(rule, level, context.report.entry, proposal, fixes));
    }
  }
  return findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
