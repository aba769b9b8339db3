// A model whose cost is not known although a budget limits it: a budget that cannot be checked must not look kept.
import { QUANTITY_OF } from "../../config/quantity";
import { limitedQuantities } from "../quantities";
import type { Rule } from "../rule";

export const unknownCost: Rule = {
  id: "unknown-cost",
  level: "warning",
  summary: "A quantity that the budget limits is not known.",
  *check({ report }) {
    const quantities = limitedQuantities(report);
    const missing = report.limits.filter(({ name }) => quantities[QUANTITY_OF[name]] === null).map(({ name }) => name);
    if (missing.length === 0 || !report.place) return;
    const reason = report.unknowns[0]?.reason ?? report.error ?? "it could not be worked out";
    yield {
      place: report.place,
      needsFix: false,
      fixes: [],
      message: () => `The budget limits ${missing.join(", ")} of ${report.entry}, which is unknown, because ${reason}.`,
    };
  },
};
