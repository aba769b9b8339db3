// Attention whose cost is mostly the square of the sequence: T×T scores for T positions, in time and in memory.
import type { Operation } from "../../3-graph/operation";
import { costOf } from "../../7-cost/operation-cost";
import { placesOf } from "../../7-cost/report";
import { formatCount, formatShare } from "../../report/format";
import type { SourcePlace } from "../../report/report";
import type { Rule, RuleContext } from "../rule";
import { libraryLayerOf } from "../sites";

/** Share of the model's MACs in products of T×T scores from which the square matters. */
const WORTH_SHARE = 0.2;
/** Sequences shorter than this are no trouble. */
const LONG = 64;
/** Operations between the product of queries and keys and its softmax: scale, mask, reshape. */
const STEPS_BETWEEN = 6;

interface Attention {
  place: SourcePlace;
  length: number;
  scores: number;
  macs: number;
  calls: number;
}

export const attentionQuadratic: Rule = {
  id: "attention-quadratic",
  level: "information",
  summary: "Attention over a long sequence costs the square of its length.",
  *check(context) {
    const total = context.report.macs;
    if (total === null) return;
    for (const { place, length, scores, macs, calls } of attentions(context)) {
      if (macs < WORTH_SHARE * total) continue;
      yield {
        place,
        needsFix: false,
        fixes: [],
        message: () =>
          `Attention over ${length} positions makes ${formatCount(scores)} scores${calls > 1 ? `, ${calls} times` : ""}. Their ` +
          `products take ${formatCount(macs)} MACs, ${formatShare(macs, total)} of the model, and grow with the square of the ` +
          `length: half the positions take a quarter, ${formatCount(Math.round(macs / 4))}. Shorten the sequence first (larger ` +
          "patches, a strided convolution), or attend within windows.",
      };
    }
  },
};

/** Products of queries and keys with their softmax, by the place that makes them. */
function attentions({ traced, report }: RuleContext): Attention[] {
  const found = new Map<string, Attention>();
  for (const softmax of traced.graph.operations) {
    const shape = softmax.inputs[0]?.shape;
    if (softmax.attributes.kind !== "softmax" || !shape || shape.length < 3) continue;
    if (!shape.every((dim) => typeof dim === "number")) continue;
    const [rows, columns] = shape.slice(-2) as [number, number];
    const product = rows === columns && rows >= LONG ? productBefore(softmax) : undefined;
    const macs = product && costOf(product).macs;
    const frame = product && (libraryLayerOf(product)?.madeAt ?? product.stack);
    const place = placesOf(frame ?? null).find((one) => one.file === report.file);
    if (typeof macs !== "number" || !place) continue;
    const key = `${place.line}:${place.column}`;
    const scores = shape.reduce<number>((size, dim) => size * (dim as number), 1);
    const known = found.get(key) ?? { place, length: rows, scores, macs: 0, calls: 0 };
    known.calls++;
    // Scores times values take as many again.
    known.macs += 2 * macs;
    found.set(key, known);
  }
  return [...found.values()];
}

function productBefore(softmax: Operation): Operation | undefined {
  let one = softmax.inputs[0]?.producer;
  for (let steps = 0; one && steps < STEPS_BETWEEN; steps++) {
    const { kind } = one.attributes;
    if (kind === "matmul" || kind === "contraction") return one;
    if (kind !== "elementwise" && kind !== "move" && kind !== "identity") return undefined;
    one = one.inputs[0]?.producer;
  }
  return undefined;
}
