// A large dense layer that two thin ones could replace: its m×n weights as a product of m×r and r×n
// (Sainath et al. 2013, Low-rank matrix factorization for deep neural network training).
import type { Receipt, TextEdit } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import { before, Neighbours } from "../neighbours";
import { placeOf } from "../places";
import type { Rule, RuleContext } from "../rule";
import { namesItsClass, type Site } from "../sites";
import { inARow, isPlain, layerLike } from "../two-layers";

/** Share of the model's parameters below which a layer is not worth the trouble, and weights below which none is. */
const WORTH_SHARE = 0.2;
const WORTH_WEIGHTS = 10_000;
/** The two thin layers have at most this share of the weights. */
const KEPT_SHARE = 1 / 3;
/** Ranks are multiples of this, as runtimes like them; a smaller rank keeps too little. */
const RANK_STEP = 8;

export const denseCouldBeLowRank: Rule = {
  id: "dense-could-be-low-rank",
  level: "information",
  summary: "Two thin dense layers could stand for a large one.",
  *check(context) {
    const { report, sites } = context;
    const total = report.params.total;
    const neighbours = new Neighbours(context.traced);
    for (const site of sites) {
      const size = largeDense(site, neighbours);
      if (!size || total === null || size.m * size.n < Math.max(WORTH_WEIGHTS, WORTH_SHARE * total)) continue;
      const { m, n } = size;
      const rank = RANK_STEP * Math.floor((KEPT_SHARE * m * n) / (m + n) / RANK_STEP);
      const edits = rank >= RANK_STEP ? editsFor(context, site, rank) : undefined;
      if (!edits) continue;
      const saved = ({ before, after }: Receipt) => (before.params ?? 0) - (after.params ?? 0);
      yield {
        place: placeOf(site),
        needsFix: true,
        fixes: [
          {
            title: `Replace by two dense layers of rank ${rank}`,
            edits,
            pays: (receipt) => saved(receipt) > 0 && (receipt.after.macs ?? 0) <= (receipt.before.macs ?? 0),
          },
        ],
        message: (best) =>
          `This dense layer has ${m}×${n} = ${formatCount(m * n)} weights, ${formatShare(m * n, total)} of the model. As a ` +
          `product of ${m}×${rank} and ${rank}×${n} it would have ${formatCount(rank * (m + n))}: ` +
          `${formatCount(best && saved(best))} parameters less, ${formatShare(best && saved(best), total)} of the model. ` +
          "Train again afterwards, or start from the singular value decomposition of the weights.",
      };
    }
  },
};

/** Inputs and units of the one dense layer of a site, when it is not one of two thin ones already. */
function largeDense(site: Site, neighbours: Neighbours): { m: number; n: number } | undefined {
  const found = site.operations.filter(({ attributes }) => attributes.kind === "dense");
  const [operation] = found;
  const a = operation?.attributes;
  if (!operation || a?.kind !== "dense" || site.layers.length !== 1 || !namesItsClass(site)) return undefined;
  const previous = before(operation)?.attributes;
  const next = neighbours.onlyReader(operation)?.attributes;
  if (previous?.kind === "dense" || next?.kind === "dense") return undefined;
  const { inFeatures: m, outFeatures: n } = a;
  return typeof m === "number" && typeof n === "number" ? { m, n } : undefined;
}

function editsFor(context: RuleContext, site: Site, rank: number): TextEdit[] | undefined {
  const { call } = site;
  if (!isPlain(call)) return undefined;
  const r = String(rank);
  if (context.traced.framework.name === "torch") {
    if (!call.find("in_features") || !call.find("out_features")) return undefined;
    const first = layerLike(call, { out_features: r, bias: "False" });
    return inARow(context, site, [first, layerLike(call, { in_features: r })]);
  }
  const isPython = call.language === "python";
  const shapes = isPython ? ["input_shape", "input_dim"] : ["inputShape", "batchInputShape", "inputDim"];
  const own = new Set(["units", ...shapes]);
  const others = call.args.flatMap(({ name }) => (name === null || own.has(name) ? [] : [[name, null] as const]));
  const noBias: Record<string, string> = isPython ? { use_bias: "False" } : { useBias: "false" };
  const first = layerLike(call, { ...Object.fromEntries(others), units: r, ...noBias });
  const second = layerLike(call, Object.fromEntries(shapes.map((name) => [name, null])));
  return inARow(context, site, [first, second]);
}
