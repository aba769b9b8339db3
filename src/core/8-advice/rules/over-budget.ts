// A model that costs more than a budget allows: the limits of the budget file and of comments, each a finding of its own.
import { LIMIT_NAMES, QUANTITY_OF } from "../../config/quantity";
import { formatBytes } from "../../report/format";
import { formatLimited, WHAT } from "../over-the-budget";
import { limitedQuantities } from "../quantities";
import type { Rule } from "../rule";

export const overBudget: Rule = {
  id: "over-budget",
  level: "error",
  summary: "The model costs more than its budget allows.",
  *check({ report, targetIsChosen }) {
    const { deployment } = report;
    // What the RAM is full of when it is fullest, for limits of RAM.
    const alive = (deployment?.peak?.alive ?? []).flatMap(({ name, bytes, place }) =>
      place ? [{ message: `${formatBytes(bytes)} at the peak: ${name}`, place }] : [],
    );
    if (targetIsChosen && deployment?.verdict === "does-not-fit" && report.place) {
      const { ramBytes, flashBytes, limits } = deployment;
      const of = (have: number | null, limit: number | null, what: string) =>
        have !== null && limit !== null && have > limit
          ? [`${formatBytes(have)} of ${formatBytes(limit)} ${what}`]
          : [];
      const over = [
        ...of(ramBytes.total ?? ramBytes.activations, limits.ramBytes, "RAM"),
        ...of(flashBytes.total ?? flashBytes.weights, limits.flashBytes, "flash"),
      ];
      const numbers = over.length > 0 ? `: it needs ${over.join(" and ")}` : `: ${deployment.reasons[0]}`;
      yield {
        place: report.place,
        needsFix: false,
        fixes: [],
        related: alive,
        message: () =>
          `${report.entry} does not fit ${deployment.boardName} with ${deployment.runtimeName} (${deployment.dtype})${numbers}.`,
      };
    }
    const quantities = limitedQuantities(report);
    for (const name of LIMIT_NAMES) {
      const limit = report.limits.find((one) => one.name === name);
      const value = quantities[QUANTITY_OF[name]];
      if (!limit || value === null || value <= limit.limit || !report.place) continue;
      const over = Math.max(1, Math.round((100 * (value - limit.limit)) / limit.limit));
      const note = limit.message ? ` ${limit.message}` : "";
      yield {
        place: report.place,
        needsFix: false,
        fixes: [],
        related: name === "ram" ? alive : [],
        message: () =>
          `${report.entry} takes ${formatLimited(name, value)} ${WHAT[name]}, ${over} % over the ` +
          `${formatLimited(name, limit.limit)} that ${limit.source} allows.${note}`,
      };
    }
  },
};
