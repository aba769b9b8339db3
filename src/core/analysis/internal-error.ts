// A mistake of ours, told as one: it must cost neither the other files nor what is known already.

/** What a person reads of an exception that should not have been. */
export function internalError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `internal error of Model Budget: ${message}; please report it with the file`;
}
