// RAM that is fullest in the first layers, where the maps are still large: the memory of the whole model is set by a few layers
// of high resolution (Lin et al. 2021, MCUNetV2, §3.1). A stride there, or running those layers patch by patch, brings it down.
import type { Operation } from "../../3-graph/operation";
import type { Deployment } from "../../report/deployment";
import type { Receipt, TextEdit } from "../../report/finding";
import { formatBytes, formatShare } from "../../report/format";
import type { SourcePlace } from "../../report/report";
import { withoutLayer } from "../around";
import type { CallSite } from "../call-site";
import { imageOf } from "../levers/resolution";
import { Neighbours } from "../neighbours";
import type { ProposedFix, Rule, RuleContext } from "../rule";
import { namesItsClass, type Site } from "../sites";

/** The rest of the model must need less than this share of the peak. */
const REST_SHARE = 0.5;
/** A stage of more operators than this share is not the first layers but the model. */
const MOST_OPERATORS = 0.5;
/** Share of the board's RAM below which nobody minds. */
const WORTH_SHARE = 0.5;
/** Share of the RAM that a fix must save. */
const WORTH_SAVING = 0.1;

interface Peak {
  place: SourcePlace;
  bytes: number;
  /** What the operators behind the stage of high resolution need at most. */
  restBytes: number;
  /** Rows and columns of the maps at the peak. */
  map: readonly [number, number];
}

export const earlyHighResolutionPeak: Rule = {
  id: "early-high-resolution-peak",
  level: "information",
  summary: "The first layers, at high resolution, set the RAM of the whole model.",
  *check(context) {
    const { deployment } = context.report;
    const peak = deployment && peakOf(context, deployment);
    if (!peak) return;
    const total = deployment.ramBytes.total;
    const saved = ({ before, after }: Receipt) => (before.ramBytes ?? 0) - (after.ramBytes ?? 0);
    const pays = (receipt: Receipt) => saved(receipt) >= WORTH_SAVING * (receipt.before.ramBytes ?? Infinity);
    const { bytes, restBytes, map } = peak;
    yield {
      place: peak.place,
      needsFix: false,
      fixes: fixesFor(context, peak).map((fix) => ({ ...fix, pays })),
      message: (best) =>
        `The RAM is fullest here, at ${map.join("×")} positions: ${formatBytes(bytes)} of tensors are alive, behind these layers at ` +
        `most ${formatBytes(restBytes)}. ` +
        (best
          ? `With a stride of 2 already here the model needs ${formatBytes(best.after.ramBytes)} of RAM instead of ` +
            `${formatBytes(total)} (${formatShare(saved(best), total)} less); train again afterwards. `
          : "An earlier stride or pooling brings that down. ") +
        "The other way is to run these layers patch by patch (MCUNetV2): they then hold a part of their maps at a time, and the peak " +
        `falls towards the ${formatBytes(restBytes)} of the rest, while the borders of the patches are computed more than once.`,
    };
  },
};

/** The peak, when it lies in a first stage of high resolution and the rest of the model needs much less. */
function peakOf(context: RuleContext, { operators, ramBytes, limits, peak }: Deployment): Peak | undefined {
  const image = imageOf(context)?.size;
  if (!image || !peak || ramBytes.total === null || operators.some(({ aliveBytes }) => aliveBytes === null))
    return undefined;
  if (limits.ramBytes !== null && ramBytes.total < WORTH_SHARE * limits.ramBytes) return undefined;
  const [largest] = [...peak.alive].sort((a, b) => b.bytes - a.bytes);
  const [, rows, columns] = largest?.shape ?? [];
  if (!largest?.place || rows === undefined || columns === undefined || largest.shape.length !== 4) return undefined;
  // High resolution: at most one halving of the image before it.
  if (4 * rows * columns < image.height * image.width) return undefined;
  const isLower = ({ outputShape: [, height = 1, width = 1], outputShape }: Deployment["operators"][number]) =>
    2 * (outputShape.length === 4 ? height * width : 1) < rows * columns;
  const stage = operators.findIndex(isLower);
  // The first operator behind the stage still reads its maps.
  const restBytes = Math.max(0, ...operators.slice(stage + 1).map(({ aliveBytes }) => aliveBytes ?? 0));
  if (stage < 0 || stage > MOST_OPERATORS * operators.length || restBytes > REST_SHARE * peak.bytes) return undefined;
  return { place: largest.place, bytes: peak.bytes, restBytes, map: [rows, columns] };
}

/** A stride in place of the pooling behind a convolution, and a stride in the first convolution that has none. */
function fixesFor(context: RuleContext, { map }: Peak): ProposedFix[] {
  const neighbours = new Neighbours(context.traced);
  const early = context.sites.filter((site) => namesItsClass(site) && isFullConvolution(site, map));
  const instead = early.flatMap((site): ProposedFix[] => {
    const pool = poolingAfter(context, neighbours, site);
    const source = pool && context.fileOf(pool.call.file);
    const without = source && withoutLayer(source, pool.call);
    const stride = setStride(context, site.call);
    if (!without || !stride) return [];
    return [{ title: "Stride by 2 instead of pooling afterwards", edits: [stride, ...without] }];
  });
  const [first] = early;
  const stride = first && setStride(context, first.call);
  return [...instead.slice(0, 1), ...(stride ? [{ title: "Stride by 2 already here", edits: [stride] }] : [])];
}

/** One convolution of stride 1 whose maps have about the resolution of the peak, or more. */
function isFullConvolution({ operations }: Site, [rows, columns]: Peak["map"]): boolean {
  const [operation, ...more] = operations.filter(({ attributes }) => attributes.kind === "conv");
  const a = operation?.attributes;
  if (!operation || more.length > 0 || a?.kind !== "conv" || a.transposed || a.kernel.length !== 2) return false;
  if (a.strides.some((stride) => stride !== 1) || a.kernel.every((size) => size === 1)) return false;
  const shape = operation.outputs[0]?.shape ?? [];
  const [height, width] = a.layout === "channels-last" ? shape.slice(1, 3) : shape.slice(2, 4);
  return typeof height === "number" && typeof width === "number" && 2 * height * width >= rows * columns;
}

/** The pooling by 2 that alone reads a convolution, after its normalisation and activation. */
function poolingAfter(context: RuleContext, neighbours: Neighbours, site: Site): Site | undefined {
  let one: Operation | undefined = site.operations.find(({ attributes }) => attributes.kind === "conv");
  for (let steps = 0; one && steps < 5; steps++) {
    const next: Operation | undefined = neighbours.onlyReader(one);
    const a = next?.attributes;
    if (a?.kind === "pool") {
      const home = context.sites.find(({ operations }) => next !== undefined && operations.includes(next));
      const halves = !a.global && a.strides.every((stride) => stride === 2);
      return halves && home?.operations.length === 1 && namesItsClass(home) ? home : undefined;
    }
    if (a?.kind !== "norm" && a?.kind !== "activation" && a?.kind !== "identity") return undefined;
    one = next;
  }
  return undefined;
}

function setStride({ traced }: RuleContext, call: CallSite): TextEdit | undefined {
  const name = traced.framework.name === "torch" ? "stride" : "strides";
  if (call.hasSpread || (call.language === "javascript" && !call.args.every(({ named }) => named))) return undefined;
  const written = call.find(name);
  return written ? call.setValue(written, "2") : call.append(call.write(name, "2"));
}
