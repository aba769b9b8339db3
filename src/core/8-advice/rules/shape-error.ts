// Code that cannot run: the place where the framework would raise while the model is built or run, as channels that do not
// fit or a number of filters that is no whole number. What user code raises itself, and what is only not known, is not said.
import type { Raised } from "../../2-evaluate/signals";
import type { TracedModel } from "../../5-models/model";
import { placesOf } from "../../7-cost/report";
import type { Proposal, Rule } from "../rule";

/** What frameworks raise for arguments and shapes that do not fit; other exceptions have other causes. */
const SHAPE_ERRORS = new Set(["ValueError", "TypeError", "RuntimeError", "IndexError", "AssertionError"]);

export const shapeError: Rule = {
  id: "shape-error",
  level: "error",
  summary: "The framework would raise here: shapes or arguments do not fit.",
  *check({ traced, report }) {
    const raised = traced.failure?.raised;
    const proposal = raised && speaksFor(traced, raised) ? shapeErrorAt(raised, report.file) : undefined;
    if (proposal) yield proposal;
  },
};

/** What to say about an exception; undefined when it is not the framework's, or none of its calls is in `file`. */
export function shapeErrorAt(raised: Raised, file: string): Proposal | undefined {
  if (!raised.fromFramework || !SHAPE_ERRORS.has(raised.type)) return undefined;
  const places = placesOf(raised.stack);
  const at = places.findIndex((place) => place.file === file);
  const place = places[at];
  if (!place) return undefined;
  return {
    place,
    needsFix: false,
    fixes: [],
    related: places.flatMap((one, index) =>
      index === at ? [] : [{ message: index < at ? "raised in this call" : "called from here", place: one }],
    ),
    message: () =>
      `The framework raises ${raised.type} here: ${raised.message}. The model cannot run; make the sizes on both sides of this ` +
      "call agree.",
  };
}

/** Operations between dense layers that leave the rank as it is. */
const KEEPS_RANK = new Set(["dense", "activation", "norm", "identity"]);

/**
 * An input that only the first layer implies may have another rank than the model wants. Then the first layer must have taken
 * it, and of a stack of dense layers only features that do not fit are spoken of.
 */
function speaksFor(traced: TracedModel, raised: Raised): boolean {
  if (!traced.inputsImplied) return true;
  const { operations } = traced.graph;
  const first = operations.find(({ weights }) => weights.length > 0)?.attributes.kind;
  const isStack = operations.every(({ attributes }) => KEEPS_RANK.has(attributes.kind));
  return first === "conv" || (first === "dense" && isStack && raised.message.startsWith("mat1 and mat2"));
}
