// A model that is over its budget and would keep it with a smaller input image: the resolution multiplier ρ of MobileNets
// (Howard et al. 2017, §3.4). Activations and MACs fall with ρ², weights stay.
import type { Receipt } from "../../report/finding";
import { formatBytes, formatCount } from "../../report/format";
import { firstGood } from "../largest-that-fits";
import { findInputResolutions, type ImageSize, type InputResolution } from "../levers/resolution";
import { brokenBy, keepsBudget } from "../over-the-budget";
import {
  ACCURACY_SOURCE,
  mobileNetOf,
  type MobileNetVersion,
  publishedTop1,
  publishedWidths,
} from "../published-accuracy";
import type { Rule, RuleContext } from "../rule";

/** Choices below the largest that fits. */
const MORE_CHOICES = 2;
/** Images smaller than this share of the old side are another task. */
const LEAST_SHARE = 0.25;

const show = ({ height, width }: ImageSize) => `${height}×${width}`;

export const resolutionCouldShrink: Rule = {
  id: "resolution-could-shrink",
  level: "information",
  summary: "The model is over its budget; with a smaller input image it keeps it.",
  *check(context) {
    const { report } = context;
    const broken = brokenBy(context);
    if (broken.length === 0) return;
    const [lever] = findInputResolutions(context);
    const sizes = lever ? choicesOf(context, lever) : [];
    const [largest] = sizes;
    if (!lever || !largest) return;
    const accuracy = accuracyOf(context);
    const all = [lever.current, ...sizes];
    const published = all.flatMap((size) => {
      const top1 = accuracy(size);
      return top1 ? [`${top1} at ${show(size)}`] : [];
    });
    yield {
      place: lever.place,
      needsFix: true,
      fixes: sizes.map((size) => {
        const top1 = accuracy(size);
        return {
          title: `Set the input to ${show(size)}${top1 ? ` (${top1} on ImageNet)` : ""}`,
          edits: lever.edits(size),
          changesImageSize: true,
          pays: isLess,
        };
      }),
      message: (best) =>
        `${report.entry} ${broken.join(" and ")}. With an input of ${show(largest)} instead of ${show(lever.current)} it keeps to ` +
        `that: ${formatCount(best?.after.macs ?? null)} MACs instead of ${formatCount(best?.before.macs ?? null)}` +
        (best && best.before.ramBytes !== null
          ? ` and ${formatBytes(best.after.ramBytes)} of RAM instead of ${formatBytes(best.before.ramBytes)}`
          : "") +
        "." +
        (published.length > 1 ? ` Published accuracy: ${published.join(", ")} (${ACCURACY_SOURCE}).` : "") +
        " Images must then come in that size, and the model must be trained again.",
    };
  },
};

const isLess = ({ before, after }: Receipt) =>
  (after.macs ?? 0) < (before.macs ?? 0) || (after.ramBytes ?? 0) < (before.ramBytes ?? 0);

/** The largest size with which the model keeps its budget, and smaller ones; empty when there is none. */
function choicesOf(context: RuleContext, { sizes, current, edits }: InputResolution): ImageSize[] {
  const sensible = sizes.filter(({ height }) => height >= LEAST_SHARE * current.height);
  const at = firstGood(sensible, (size) => keepsBudget(context, context.evaluate(edits(size))));
  if (at < 0) return [];
  const smaller = sensible.slice(at + 1).filter(({ height }) => height % 32 === 0 || sensible.length <= MORE_CHOICES);
  return [sensible[at] as ImageSize, ...smaller.slice(0, MORE_CHOICES)];
}

/** Published accuracy by input size, where the model is a MobileNet of a published width. */
function accuracyOf({ traced }: RuleContext): (size: ImageSize) => string | undefined {
  const versions: readonly MobileNetVersion[] = [1, 2];
  const found = versions
    .flatMap((version) => publishedWidths(version).map((alpha) => [version, alpha] as const))
    .find(([version, alpha]) => mobileNetOf(traced, alpha) === version);
  return ({ height, width }) => {
    const top1 = found && height === width ? publishedTop1(found[0], found[1], height) : undefined;
    return top1 === undefined ? undefined : `${top1.toFixed(1)} %`;
  };
}
