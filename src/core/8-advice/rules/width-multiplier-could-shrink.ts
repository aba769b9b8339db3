// A model that is over its budget and would keep it with fewer channels in every layer: the width multiplier α of MobileNets
// (Howard et al. 2017, §3.3). Depthwise and first layers cost in proportion to α, all others to α².
import type { Receipt } from "../../report/finding";
import { formatCount } from "../../report/format";
import { firstGood } from "../largest-that-fits";
import { introduceWidthMultiplier } from "../levers/introduce-multiplier";
import { imageOf } from "../levers/resolution";
import { findWidthMultipliers, type WidthMultiplier } from "../levers/width-multiplier";
import { brokenBy, keepsBudget } from "../over-the-budget";
import { ACCURACY_SOURCE, mobileNetOf, publishedTop1, publishedWidths } from "../published-accuracy";
import type { ProposedFix, Rule, RuleContext } from "../rule";

/** Where any value is accepted, multiples of this are tried. */
const STEP = 0.05;
const LEAST = 0.1;
/** Values people use, for further choices. */
const USUAL = [0.25, 0.35, 0.5, 0.75, 1];
/** Choices below the largest that fits. */
const MORE_CHOICES = 3;

export const widthMultiplierCouldShrink: Rule = {
  id: "width-multiplier-could-shrink",
  level: "information",
  summary: "The model is over its budget; with a smaller width multiplier it keeps it.",
  *check(context) {
    const { report } = context;
    const broken = brokenBy(context);
    if (broken.length === 0) return;
    const [there] = findWidthMultipliers(context);
    const lever = there ?? introduceWidthMultiplier(context);
    const choices = lever ? choicesOf(context, lever) : [];
    const [largest] = choices;
    if (!lever || largest === undefined) return;
    const accuracy = accuracyOf(context, lever);
    const called = lever.name ?? "the width multiplier";
    const set = lever.allowed ? ` of ${lever.allowed.join(", ")}` : "";
    const published = [lever.current, ...choices].flatMap((alpha) => {
      const top1 = accuracy(alpha);
      return top1 ? [`${top1} with ${alpha}`] : [];
    });
    yield {
      place: lever.place,
      needsFix: true,
      fixes: choices.map((alpha): ProposedFix => {
        const shown = accuracy(alpha);
        return {
          title:
            (there ? `Set ${called} to ${alpha}` : `Introduce a width multiplier of ${alpha}`) +
            (shown ? ` (${shown} on ImageNet)` : ""),
          edits: lever.edits(alpha),
          pays: isLess,
        };
      }),
      message: (best) =>
        `${report.entry} ${broken.join(" and ")}. ` +
        (there
          ? `Its width multiplier ${called} is ${lever.current}: ${largest} is the largest${set} with which it keeps to that`
          : `It has no width multiplier: with one of ${largest} for all its channel counts it keeps to that`) +
        `, with ${formatCount(best?.after.macs ?? null)} MACs instead of ${formatCount(best?.before.macs ?? null)} and ` +
        `${formatCount(best?.after.params ?? null)} parameters instead of ${formatCount(best?.before.params ?? null)}.` +
        (published.length > 1 ? ` Published accuracy: ${published.join(", ")} (${ACCURACY_SOURCE}).` : "") +
        " Train again afterwards.",
    };
  },
};

const isLess = ({ before, after }: Receipt) => (after.params ?? 0) < (before.params ?? 0);

/** The largest value with which the model keeps its budget, and smaller ones; empty when there is none. */
function choicesOf(context: RuleContext, lever: WidthMultiplier): number[] {
  const { current, allowed } = lever;
  const isWhole = Number.isInteger(current) && current > 1;
  const steps = isWhole
    ? Array.from({ length: current - 1 }, (_, index) => current - 1 - index)
    : Array.from({ length: Math.ceil(current / STEP) }, (_, index) => Number(((index + 1) * STEP).toFixed(2)))
        .filter((value) => value >= LEAST && value < current)
        .reverse();
  const values = allowed ? allowed.filter((value) => value < current).reverse() : steps;
  const at = firstGood(values, (value) => keepsBudget(context, context.evaluate(lever.edits(value))));
  const largest = values[at];
  if (largest === undefined) return [];
  const version = mobileNetOf(context.traced, current);
  const usual = allowed ?? (isWhole ? [] : version ? publishedWidths(version) : USUAL);
  const smaller = usual.filter((value) => value < largest).reverse();
  // Rounding may give two values the same widths.
  const paramsOf = (value: number) => context.evaluate(lever.edits(value))?.params.total;
  const choices = [largest];
  for (const value of smaller.slice(0, MORE_CHOICES))
    if (paramsOf(value) !== paramsOf(choices.at(-1) as number)) choices.push(value);
  return choices;
}

/** Published accuracy by α, as text with its input size, where the model is a MobileNet. */
function accuracyOf(context: RuleContext, { current }: WidthMultiplier): (alpha: number) => string | undefined {
  const version = mobileNetOf(context.traced, current);
  const size = imageOf(context)?.size;
  return (alpha) => {
    const top1 = version && size && size.height === size.width ? publishedTop1(version, alpha, size.height) : undefined;
    return top1 === undefined ? undefined : `${top1.toFixed(1)} %`;
  };
}
