// Whether a model keeps to what it was given: the board somebody chose, and the limits of its budget.
import { QUANTITY_OF } from "../config/quantity";
import { formatBytes, formatCount, formatMs } from "../report/format";
import type { AppliedLimit } from "../report/limit";
import type { Report } from "../report/report";
import { limitedQuantities, quantitiesOf } from "./quantities";
import type { RuleContext } from "./rule";

/** What a limit counts, after its value. */
export const WHAT: Readonly<Record<AppliedLimit["name"], string>> = {
  macs: "MACs",
  params: "parameters",
  ram: "of RAM",
  flash: "of flash",
  latency: "for one inference",
};

/** A quantity as text: `71.2 KiB`, `2.66 M`, `40 ms`. */
export function formatLimited(name: AppliedLimit["name"], value: number): string {
  if (name === "ram" || name === "flash") return formatBytes(value);
  return name === "latency" ? formatMs(value) : formatCount(value);
}

/**
 * What a model breaks, each a clause for a message: `does not fit Arduino Nano 33 BLE Sense`, `takes 3.2 M MACs of the 3 M
 * allowed`. Empty when it breaks nothing that is known.
 */
export function brokenBy({ report, targetIsChosen }: Pick<RuleContext, "report" | "targetIsChosen">): string[] {
  const broken: string[] = [];
  const { deployment, limits } = report;
  if (targetIsChosen && deployment?.verdict === "does-not-fit") {
    const { ramBytes, flashBytes } = deployment;
    const needs = [
      [ramBytes.total ?? ramBytes.activations, deployment.limits.ramBytes, "RAM"],
      [flashBytes.total ?? flashBytes.weights, deployment.limits.flashBytes, "flash"],
    ] as const;
    const over = needs.flatMap(([value, limit, what]) =>
      value !== null && limit !== null && value > limit
        ? [`${formatBytes(value)} of ${formatBytes(limit)} ${what}`]
        : [],
    );
    broken.push(`does not fit ${deployment.boardName}${over.length > 0 ? ` (${over.join(", ")})` : ""}`);
  }
  const quantities = limitedQuantities(report);
  for (const { name, limit } of limits) {
    const value = quantities[QUANTITY_OF[name]];
    if (value !== null && value > limit)
      broken.push(`takes ${formatLimited(name, value)} ${WHAT[name]} where ${formatLimited(name, limit)} are allowed`);
  }
  return broken;
}

/** True when a changed model keeps to all that `before` was given, for certain. */
export function keepsBudget(
  { report: before, targetIsChosen }: Pick<RuleContext, "report" | "targetIsChosen">,
  after: Report | undefined,
): boolean {
  if (!after || after.status === "error") return false;
  if (targetIsChosen && before.deployment?.verdict === "does-not-fit" && after.deployment?.verdict !== "fits")
    return false;
  const quantities = quantitiesOf(after);
  return before.limits.every(({ name, limit }) => {
    const value = quantities[QUANTITY_OF[name]];
    return value !== null && value <= limit;
  });
}
