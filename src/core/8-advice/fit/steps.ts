// What a search for a variant that fits may change, as ladders of ever smaller models: values of the width multiplier, sizes of
// the input image. The first rung of each is the model as it is.
import type { TextEdit } from "../../report/finding";
import { introduceWidthMultiplier } from "../levers/introduce-multiplier";
import type { LeverContext } from "../levers/lever";
import { findInputResolutions } from "../levers/resolution";
import { findWidthMultipliers } from "../levers/width-multiplier";

/** One rung: the change in words, and its edits of the original text. */
export interface Step {
  /** Empty for the model as it is. */
  words: string;
  edits: readonly TextEdit[];
}

export interface Ladder {
  /** What it changes, with the present value: "alpha (1)". */
  name: string;
  /** At least the model as it is, which is the largest. */
  steps: readonly Step[];
}

/** Shares of the present width that are tried where the code does not say which are allowed. */
const WIDTHS = [0.9, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1];
/** The next size of an image is at most this share of the one before. */
const NEXT_SIZE = 0.9;

const AS_IT_IS: Step = { words: "", edits: [] };

const plain = (value: number): string => String(Number(value.toPrecision(3)));

/** Values of the model's width multiplier, or of one that is introduced; null where channel counts cannot be scaled. */
export function widthLadder(context: LeverContext): Ladder | null {
  const own = findWidthMultipliers(context)[0];
  const lever = own ?? introduceWidthMultiplier(context);
  if (!lever) return null;
  const { current, allowed, name } = lever;
  const values = allowed ?? WIDTHS.map((share) => Number((share * current).toPrecision(3)));
  const smaller = values.filter((value) => value < current).sort((a, b) => b - a);
  const words = own ? (name ?? "width") : "new width multiplier";
  return {
    name: own ? `${words} (${plain(current)})` : words,
    steps: [
      AS_IT_IS,
      ...smaller.map((value) => ({
        words: own ? `${words} ${plain(current)} → ${plain(value)}` : `${words} ${plain(value)}`,
        edits: lever.edits(value),
      })),
    ],
  };
}

/** Sizes of the model's input image; null where its size cannot be changed in the source. */
export function sizeLadder(context: LeverContext): Ladder | null {
  const [lever] = findInputResolutions(context);
  if (!lever) return null;
  const { current } = lever;
  const text = ({ height, width }: { height: number; width: number }) => `${height}×${width}`;
  const steps: Step[] = [AS_IT_IS];
  let last = current.height;
  for (const size of lever.sizes) {
    if (size.height > last * NEXT_SIZE) continue;
    last = size.height;
    steps.push({ words: `input ${text(current)} → ${text(size)}`, edits: lever.edits(size) });
  }
  return { name: `input ${text(current)}`, steps };
}
