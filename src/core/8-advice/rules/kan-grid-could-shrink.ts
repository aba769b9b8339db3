// A Kolmogorov-Arnold network whose weights are mostly spline coefficients: each connection has grid size + spline order of
// them (Liu et al. 2024, KAN, §2.2), so the grid decides what the model takes.
import type { Expr, FunctionDefinition } from "../../1-syntax/tree";
import { type AnyNode, walk } from "../../1-syntax/walk";
import type { InstanceValue } from "../../2-evaluate/values";
import { elements } from "../../3-graph/shape";
import type { Receipt, TextEdit } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import type { Rule, RuleContext } from "../rule";

/** The grid that is proposed: the smallest the KAN paper starts its grid extension from. */
const SMALL_GRID = 3;
/** Share of the parameters in spline coefficients from which the grid matters. */
const WORTH_SHARE = 0.5;

const saved = ({ before, after }: Receipt) => (before.params ?? 0) - (after.params ?? 0);

export const kanGridCouldShrink: Rule = {
  id: "kan-grid-could-shrink",
  level: "information",
  summary: "Spline coefficients make most of a KAN; a smaller grid has fewer.",
  *check(context) {
    const { traced, report } = context;
    const total = report.params.total;
    let splines = 0;
    let grid = 0;
    let order = 0;
    for (const { instance, weights } of traced.layers) {
      const size = numberOf(instance, "grid_size");
      const degree = numberOf(instance, "spline_order");
      if (size === undefined || degree === undefined) continue;
      for (const { shape } of weights) {
        const count = shape && shape.length === 3 && shape[2] === size + degree ? elements(shape) : 0;
        if (typeof count !== "number" || count === 0) continue;
        splines += count;
        grid = Math.max(grid, size);
        order = degree;
      }
    }
    if (total === null || grid <= SMALL_GRID || splines < WORTH_SHARE * total || !report.place) return;
    const edits = gridEdits(context);
    if (edits.length === 0) return;
    yield {
      place: report.place,
      needsFix: true,
      fixes: [{ title: `Use a grid of ${SMALL_GRID}`, edits, pays: (receipt) => saved(receipt) > 0 }],
      message: (best) =>
        `Spline coefficients are ${formatCount(splines)} of the ${formatCount(total)} parameters of ${report.entry} ` +
        `(${formatShare(splines, total)}): grid ${grid} + order ${order} = ${grid + order} for each connection. A grid of ` +
        `${SMALL_GRID} has ${SMALL_GRID + order} and saves ${formatCount(best && saved(best))} parameters, ` +
        `${formatShare(best && saved(best), total)} of the model. Train again afterwards.`,
    };
  },
};

function numberOf(instance: InstanceValue, field: string): number | undefined {
  const value = instance.fields.get(field);
  return value?.kind === "number" ? value.value : undefined;
}

/** Where a grid is written: as an argument of a call, or, when no call has one, as the default of a parameter. */
function gridEdits({ report, fileOf }: RuleContext): TextEdit[] {
  const source = fileOf(report.file);
  const asArguments: TextEdit[] = [];
  const asDefaults: TextEdit[] = [];
  const note = (value: Expr | null, list: TextEdit[]) => {
    if (value?.kind !== "number" || value.value <= SMALL_GRID) return;
    const { start, end } = value.span;
    list.push({ file: report.file, start, end, text: String(SMALL_GRID) });
  };
  walk(source?.program.body, (node: AnyNode) => {
    const one = node as unknown as Expr | { kind: "function-definition"; definition: FunctionDefinition };
    if (one.kind === "call") for (const { name, value } of one.args) if (name === "grid_size") note(value, asArguments);
    if (one.kind === "function-definition")
      for (const { name, fallback } of one.definition.parameters) if (name === "grid_size") note(fallback, asDefaults);
  });
  return asArguments.length > 0 ? asArguments : asDefaults;
}
