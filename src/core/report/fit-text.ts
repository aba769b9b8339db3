// What a search for a fitting model found, in sentences: the same in the terminal and in the editor.
import type { FitResult, FitVariant } from "./fit";

/** What a variant changes, in one line. */
export function changesText({ changes }: Pick<FitVariant, "changes">): string {
  return changes.length === 0 ? "nothing" : changes.join("; ");
}

/** One to three sentences: what came of it. */
export function outcomeText(result: FitResult): string {
  const { outcome, problem, variants, closest, boardName, evaluations, stopped, levers } = result;
  if (problem !== null) return problem;
  const cut =
    stopped === "limit"
      ? ` The search ended at its limit of ${evaluations} analyses; there may be more.`
      : stopped === "cancelled"
        ? " The search was cancelled; there may be more."
        : "";
  if (outcome === "found") {
    if (variants[0]?.changes.length === 0) return `The model fits ${boardName} as it is.`;
    const count = variants.length === 1 ? "One variant fits" : `${variants.length} variants fit`;
    return `${count} ${boardName}; each was analysed with its changes in place (${evaluations} analyses). Weights must be trained again.${cut}`;
  }
  const searched =
    levers.length > 0 ? `Looked at: ${levers.join(", ")}.` : "The source has nothing the search can change.";
  const why = closest?.reasons[0] ? ` The nearest does not: ${closest.reasons[0]}.` : "";
  return `Nothing that was tried fits ${boardName} (${evaluations} analyses). ${searched}${why}${cut}`;
}
