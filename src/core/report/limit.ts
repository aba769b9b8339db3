// A limit of a budget as it holds for one model.

/** `limit` is a count, bytes or milliseconds, by name. */
export interface AppliedLimit {
  name: "macs" | "params" | "ram" | "flash" | "latency";
  limit: number;
  /** Where it is written, for messages: "model-budget.json", "the comment in line 12". */
  source: string;
  /** What its author wants said when it is broken. */
  message: string | null;
}
