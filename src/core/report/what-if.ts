// What a model would cost with another width or another size of its input: the levers its source has, and the answer to one
// question. Questions are answered by evaluating the changed text (analysis/explore.ts).
import type { BudgetModel } from "./budget-model";
import type { Timeline } from "./deployment";
import type { TextEdit } from "./finding";
import type { SourcePlace } from "./report";

/** One thing in the source that sets how large the model is. */
export interface Lever {
  /** What the code calls it: `alpha`; null where it has no name. */
  name: string | null;
  place: SourcePlace;
  current: number;
  /** The values it may take, ascending, the current one among them. */
  choices: readonly number[];
  /** How a choice reads where a number does not say it all: `96×64`. */
  texts?: readonly string[];
  /** True when the source has none yet: applying a value puts one in. */
  isNew: boolean;
}

/** Why a model has no such lever. */
export interface NoLever {
  reason: "none-found" | "not-an-image" | "unknown-model";
}

export interface Levers {
  width: Lever | NoLever;
  resolution: Lever | NoLever;
}

/** The values asked for; null leaves a lever where it is. */
export interface WhatIfSettings {
  width: number | null;
  resolution: number | null;
}

export type WhatIfAnswer =
  | { model: BudgetModel; timeline: Timeline | null; edits: TextEdit[] }
  /** Why the model cannot be made so: what its code says. */
  | { failure: string };
