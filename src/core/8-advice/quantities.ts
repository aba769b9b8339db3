// The quantities of a report that a budget may limit and a receipt compares.
import type { Quantities } from "../report/finding";
import type { Report } from "../report/report";

/** Each is null where it is not known. */
export function quantitiesOf(report: Report): Quantities {
  return {
    macs: report.macs,
    params: report.params.total,
    ramBytes: null,
    flashBytes: null,
    latencyMs: null,
  };
}
