// What a model would cost with another width or another size of its input. The levers are found once; each question is answered
// by evaluating the changed text, so the numbers are those the change would have.
import { budgetModelOf } from "../report/budget-model";
import type { TextEdit } from "../report/finding";
import type { Lever, Levers, NoLever, WhatIfAnswer, WhatIfSettings } from "../report/what-if";
import { mergeEdits } from "./edit";
import { introduceWidthMultiplier } from "./levers/introduce-multiplier";
import type { LeverContext } from "./levers/lever";
import { findInputResolutions, imageOf, type InputResolution } from "./levers/resolution";
import { findWidthMultipliers, type WidthMultiplier } from "./levers/width-multiplier";

/** Multipliers on offer where any is allowed: from the first of these steps to a half more than today, or 1. */
const WIDTH_STEP = 0.05;
const LEAST_WIDTH = 0.1;
const MORE = 1.5;

/** The values a width multiplier may take, ascending, the present one among them. */
export function widthChoices({ current, allowed }: Pick<WidthMultiplier, "current" | "allowed">): number[] {
  const choices = new Set([current]);
  const most = Math.max(1, current * MORE);
  if (allowed) for (const value of allowed) choices.add(value);
  else if (Number.isInteger(current) && current > 1) {
    // A whole number may have to stay one.
    for (let value = 1; value <= most; value++) choices.add(value);
  } else {
    const steps = Math.round(most / WIDTH_STEP);
    for (let step = Math.round(LEAST_WIDTH / WIDTH_STEP); step <= steps; step++)
      choices.add(Number((step * WIDTH_STEP).toFixed(2)));
  }
  return [...choices].sort((a, b) => a - b);
}

/** One model and the questions about it. Finding levers costs several analyses, a question costs one. */
export class WhatIf {
  private found:
    | { width: WidthMultiplier | undefined; isNew: boolean; resolution: InputResolution | undefined }
    | undefined;

  constructor(private readonly context: LeverContext) {}

  private get levers(): NonNullable<WhatIf["found"]> {
    if (!this.found) {
      const [own] = findWidthMultipliers(this.context);
      const width = own ?? introduceWidthMultiplier(this.context);
      const [resolution] = findInputResolutions(this.context);
      this.found = { width, isNew: own === undefined, resolution };
    }
    return this.found;
  }

  describe(): Levers {
    if (this.context.report.status === "error") {
      const none: NoLever = { reason: "unknown-model" };
      return { width: none, resolution: none };
    }
    const { width, isNew, resolution } = this.levers;
    return {
      width: width
        ? { name: width.name, place: width.place, current: width.current, choices: widthChoices(width), isNew }
        : { reason: "none-found" },
      resolution: resolution
        ? resolutionLever(resolution)
        : { reason: imageOf(this.context) ? "none-found" : "not-an-image" },
    };
  }

  /** The model with other settings, and the edits that make it so. */
  ask({ width, resolution }: WhatIfSettings): WhatIfAnswer {
    const { context, levers } = this;
    const edits: TextEdit[] = [];
    if (width !== null) edits.push(...(levers.width?.edits(width) ?? []));
    if (resolution !== null && levers.resolution) {
      const { current, sizes, edits: editsFor } = levers.resolution;
      const size = [current, ...sizes].find(({ height }) => height === resolution);
      if (size) edits.push(...editsFor(size));
    }
    const merged = mergeEdits(edits);
    if (!merged) return { failure: "the two changes are written in the same place" };
    const report = merged.length === 0 ? context.report : context.evaluate(merged);
    if (!report) return { failure: "the file has no such model then" };
    if (report.status === "error") return { failure: report.error ?? "the model cannot be made" };
    return { model: budgetModelOf(report), timeline: report.deployment?.timeline ?? null, edits: merged };
  }
}

function resolutionLever({ place, current, sizes }: InputResolution): Lever {
  const ascending = [...sizes].reverse();
  ascending.push(current);
  return {
    name: null,
    place,
    current: current.height,
    choices: ascending.map(({ height }) => height),
    texts: ascending.map(({ height, width }) => `${height}×${width}`),
    isNew: false,
  };
}
