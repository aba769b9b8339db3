// A standard convolution that a depthwise-separable one could replace: a depthwise convolution of each channel, then a
// pointwise (1×1) one. Cost ratio 1/N + 1/D_K² for N filters and a D_K×D_K kernel (MobileNets, Howard et al. 2017, §3.1).
import { costOf } from "../../7-cost/operation-cost";
import type { Receipt, TextEdit } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import { placeOf } from "../places";
import type { Proposal, ProposedFix, Rule, RuleContext } from "../rule";
import { explicitEdits, separableEdits } from "../separable";
import type { Site } from "../sites";

/** Cost ratio above which the change does not pay. */
const WORTH_RATIO = 0.5;
/** Share of the model's MACs below which a layer is not worth the trouble. */
const WORTH_SHARE = 0.02;
/** Share of a line's MACs that may be in convolutions for which the change does not pay. */
const WORTH_REST = 0.2;
/** First layers read few channels: there is nothing to separate. */
const FEW_CHANNELS = 4;

export const standardConvCouldBeSeparable: Rule = {
  id: "standard-conv-could-be-separable",
  level: "information",
  summary: "A standard convolution costs several times what a depthwise-separable one does.",
  *check(context) {
    for (const site of context.sites) {
      const proposal = propose(context, site);
      if (proposal) yield proposal;
    }
  },
};

interface Conv {
  filters: number;
  channels: number;
  /** Kernel positions: D_K². */
  area: number;
  kernel: number[];
  macs: number;
}

/**
 * The convolutions of a site for which the change pays, the dearest first, with the MACs of all calls. A site may make
 * others too (a first layer, a 1×1 shortcut) as long as they are a small part of its work; undefined when they are not, or
 * when one of its convolutions cannot be separated.
 */
function standardConvolutions(site: Site): { convs: Conv[]; calls: number; macs: number } | undefined {
  const convs: Conv[] = [];
  let macs = 0;
  let otherMacs = 0;
  let calls = 0;
  for (const operation of site.operations) {
    const a = operation.attributes;
    if (a.kind !== "conv") continue;
    const cost = costOf(operation).macs;
    if (a.transposed || a.groups !== 1 || a.kernel.length > 2 || typeof cost !== "number") return undefined;
    const { inChannels: channels, outChannels: filters } = a;
    const kernel = a.kernel.filter((size) => typeof size === "number");
    if (typeof channels !== "number" || typeof filters !== "number" || kernel.length !== a.kernel.length)
      return undefined;
    const area = kernel.reduce((product, size) => product * size, 1);
    calls++;
    macs += cost;
    if (channels <= FEW_CHANNELS || area === 1 || 1 / filters + 1 / area > WORTH_RATIO) otherMacs += cost;
    else convs.push({ filters, channels, area, kernel, macs: cost });
  }
  convs.sort((a, b) => b.macs - a.macs);
  return convs.length > 0 && otherMacs <= WORTH_REST * macs ? { convs, calls, macs } : undefined;
}

function propose(context: RuleContext, site: Site): Proposal | undefined {
  const { macs: total } = context.report;
  const found = standardConvolutions(site);
  const first = found?.convs[0];
  if (!found || !first || total === null || found.macs < WORTH_SHARE * total) return undefined;
  const fixes = fixesFor(context, site);
  if (fixes.length === 0) return undefined;
  const { kernel, channels, filters, area } = first;
  const size = kernel.length === 1 ? `convolution with a kernel of ${area}` : `${kernel.join("×")} convolution`;
  const what = `${size}, ${channels} channels to ${filters},`;
  const ratio = 1 / filters + 1 / area;
  // D_K is the side of a square kernel; of another one only its area K counts.
  const isSquare = kernel.length === 2 && kernel[0] === kernel[1];
  const subject =
    found.calls > 1
      ? `This line makes ${found.calls} convolutions, the dearest a ${what.slice(0, -1)}. They take`
      : `This ${what} takes`;
  return {
    place: placeOf(site),
    needsFix: true,
    fixes,
    message: (best) => {
      const saved = best ? (best.before.macs ?? 0) - (best.after.macs ?? 0) : 0;
      return (
        `${subject} ${formatCount(found.macs)} MACs, ${formatShare(found.macs, total)} of the model. ` +
        `Depthwise-separable, such a layer takes 1/N + ${isSquare ? "1/D_K²" : "1/K"} = 1/${filters} + 1/${area} = ${formatShare(ratio, 1)} of that: ` +
        `the change saves ${formatCount(saved)} MACs, ${formatShare(saved, total)} of the model. Train again afterwards.`
      );
    },
  };
}

function fixesFor(context: RuleContext, site: Site): ProposedFix[] {
  const pays = ({ before, after }: Receipt) =>
    before.macs !== null && after.macs !== null && before.macs - after.macs >= WORTH_SHARE * before.macs;
  const fix = (title: string, edits: TextEdit[] | undefined): ProposedFix[] => (edits ? [{ title, edits, pays }] : []);
  return [
    ...fix("Replace by a depthwise-separable convolution", separableEdits(context, site)),
    ...fix("Replace by depthwise, batch normalisation, ReLU and pointwise layers", explicitEdits(context, site)),
  ];
}
