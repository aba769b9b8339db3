// The quantities of a report that a budget may limit and a receipt compares.
import type { Quantities } from "../report/finding";
import type { Report } from "../report/report";

/** Each is null where it is not known. */
export function quantitiesOf(report: Report): Quantities {
  return {
    macs: report.macs,
    params: report.params.total,
    ramBytes: report.deployment?.ramBytes.total ?? null,
    flashBytes: report.deployment?.flashBytes.total ?? null,
    latencyMs: report.deployment?.latencyMs?.mid ?? null,
  };
}
