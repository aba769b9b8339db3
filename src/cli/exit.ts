// Exit codes of every command, and the error that stands for wrong use.

export const EXIT = {
  ok: 0,
  /** A finding of level error (commands that judge). */
  findings: 1,
  /** Bad usage, bad configuration, internal error. */
  usage: 2,
} as const;

/** Wrong use: one sentence that names the place and the remedy. */
export class UsageError extends Error {}
