// The quantities of a report that a budget may limit and a receipt compares.
import type { Quantities } from "../report/finding";
import type { Report } from "../report/report";
import { timeOf } from "../report/time-text";

/** What limits are held against: as `quantitiesOf`, with the time that was measured where there is one for this very model. */
export function limitedQuantities(report: Report): Quantities {
  return { ...quantitiesOf(report), latencyMs: report.deployment ? timeOf(report.deployment) : null };
}

/** Each is null where it is not known. Times are estimates, so that two models can be compared. */
export function quantitiesOf(report: Report): Quantities {
  return {
    macs: report.macs,
    params: report.params.total,
    ramBytes: report.deployment?.ramBytes.total ?? null,
    flashBytes: report.deployment?.flashBytes.total ?? null,
    latencyMs: report.deployment?.latencyMs?.mid ?? null,
  };
}
