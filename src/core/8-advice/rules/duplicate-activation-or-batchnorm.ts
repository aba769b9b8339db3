// The same function twice in a row: relu of a relu and a second batch normalisation change nothing that matters, a softmax of
// a softmax flattens the probabilities. Most are slips of building blocks that each bring their own.
import type { Operation } from "../../3-graph/operation";
import { formatCount } from "../../report/format";
import { withoutLayer } from "../around";
import { before } from "../neighbours";
import { placeOf } from "../places";
import type { ProposedFix, Rule, RuleContext } from "../rule";
import { namesItsClass, type Site } from "../sites";

/** Functions that give the same when applied again. */
const IDEMPOTENT = new Set(["relu", "relu6"]);

export const duplicateActivationOrBatchnorm: Rule = {
  id: "duplicate-activation-or-batchnorm",
  level: "warning",
  summary: "An activation, softmax or batch normalisation follows itself.",
  *check(context) {
    for (const site of context.sites) {
      // Of a shared layer every use must be a second one: taking it out takes them all.
      const what = site.operations.map(repeated);
      const [first] = what;
      if (first === undefined || what.some((one) => one !== first)) continue;
      const [operation] = site.operations;
      const size = operation?.outputs[0]?.shape?.reduce<number>(
        (product, dim) => product * (typeof dim === "number" ? dim : 0),
        1,
      );
      yield {
        place: placeOf(site),
        needsFix: false,
        fixes: fixes(context, site),
        message: () => `${WHY[first]} Leave this one out${size ? `: it works on ${formatCount(size)} values` : ""}.`,
      };
    }
  },
};

type Repeated = "activation" | "softmax" | "norm";

const WHY: Readonly<Record<Repeated, string>> = {
  activation: "This activation does nothing: its input went through the same function already.",
  softmax: "A softmax of a softmax: probabilities go through it again and come out nearly equal.",
  norm: "A batch normalisation right after another one: what the first scales and shifts, the second scales and shifts again.",
};

/** What an operation repeats; undefined when it does something new. */
function repeated(operation: Operation): Repeated | undefined {
  const a = operation.attributes;
  const b = before(operation)?.attributes;
  if (a.kind === "activation" && b?.kind === "activation" && a.function === b.function && IDEMPOTENT.has(a.function))
    return "activation";
  if (a.kind === "softmax" && b?.kind === "softmax" && a.axis === b.axis && !b.log) return "softmax";
  if (a.kind === "norm" && b?.kind === "norm" && a.mode === "batch" && b.mode === "batch") return "norm";
  return undefined;
}

function fixes(context: RuleContext, site: Site): ProposedFix[] {
  const source = context.fileOf(site.call.file);
  const isAlone = namesItsClass(site) && site.call.args.every(({ name }) => name !== "name");
  const edits = source && isAlone ? withoutLayer(source, site.call) : undefined;
  const keeps = (before: number | null, after: number | null) => before !== null && after !== null && after <= before;
  return edits
    ? [
        {
          title: "Leave it out",
          edits,
          pays: ({ before, after }) => keeps(before.macs, after.macs) && keeps(before.params, after.params),
        },
      ]
    : [];
}
