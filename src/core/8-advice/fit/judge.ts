// Whether a variant fits, how far it is from fitting, and which variants are worth showing.
import { QUANTITY_OF } from "../../config/quantity";
import type { Deployment } from "../../report/deployment";
import type { Quantities } from "../../report/finding";
import type { FitVariant } from "../../report/fit";
import type { Report } from "../../report/report";
import { quantitiesOf } from "../quantities";

/** A need this near to the board's limit is too close to call, as the verdict has it (7-cost/deployment.ts). */
const NEAR = 1.05;

/** A report as it is with one of its deployments. */
export function deployedAs(report: Report, dtype: Deployment["dtype"]): Report {
  const deployment = [report.deployment, ...(report.boards ?? [])].find((one) => one?.dtype === dtype);
  return deployment ? { ...report, deployment } : report;
}

/** Needed over allowed for everything that is limited, by the board or by a budget; null where a need is not known. */
function loads(report: Report): (number | null)[] {
  const quantities = quantitiesOf(report);
  const { limits } = report.deployment ?? {};
  const board = [
    [quantities.ramBytes, limits?.ramBytes ?? null] as const,
    [quantities.flashBytes, limits?.flashBytes ?? null] as const,
  ];
  const budget = report.limits.map(({ name, limit }) => [quantities[QUANTITY_OF[name]], limit] as const);
  return [...board, ...budget].map(([need, limit]) => (need === null || limit === null ? null : need / limit));
}

/** The board takes it and every limit of a budget holds. */
export function fits(report: Report): boolean {
  if (report.deployment?.verdict !== "fits") return false;
  const quantities = quantitiesOf(report);
  return report.limits.every(({ name, limit }) => {
    const need = quantities[QUANTITY_OF[name]];
    return need !== null && need <= limit;
  });
}

/** The largest share of a limit that is needed: above 1 by how much it is over. Infinite where something is not known. */
export function overrun(report: Report): number {
  return Math.max(0, ...loads(report).map((load) => load ?? Number.POSITIVE_INFINITY));
}

/** The quantities with a limit that does not hold. */
export function brokenBy(report: Report): (keyof Quantities)[] {
  const quantities = quantitiesOf(report);
  const { limits, verdict } = report.deployment ?? {};
  const broken = new Set<keyof Quantities>();
  const check = (key: keyof Quantities, limit: number | null | undefined, margin: number) => {
    const need = quantities[key];
    if (need !== null && limit !== null && limit !== undefined && need * margin > limit) broken.add(key);
  };
  const margin = verdict === "fits" ? 1 : NEAR;
  check("ramBytes", limits?.ramBytes, margin);
  check("flashBytes", limits?.flashBytes, margin);
  for (const { name, limit } of report.limits) check(QUANTITY_OF[name], limit, 1);
  return [...broken];
}
/** As good in RAM, latency and MACs kept, and better in one of them; what is not known is compared with nothing. */
function dominates(a: FitVariant, b: FitVariant): boolean {
  const costs: [number | null, number | null][] = [
    [a.receipt.after.ramBytes, b.receipt.after.ramBytes],
    [a.receipt.after.latencyMs, b.receipt.after.latencyMs],
    [b.macsKept, a.macsKept],
  ];
  const known = costs.flatMap(([own, other]) => (own === null || other === null ? [] : [[own, other] as const]));
  return known.every(([own, other]) => own <= other) && known.some(([own, other]) => own < other);
}

const sameNumbers = (a: FitVariant, b: FitVariant) =>
  a.dtype === b.dtype && JSON.stringify(a.receipt.after) === JSON.stringify(b.receipt.after);

/** The variants that no other one dominates, most MACs first; of several with the same numbers the first one. */
export function paretoSet(variants: readonly FitVariant[]): FitVariant[] {
  return variants
    .filter((one, index) => !variants.slice(0, index).some((other) => sameNumbers(other, one)))
    .filter((one) => !variants.some((other) => dominates(other, one)))
    .sort((a, b) => (b.macsKept ?? 0) - (a.macsKept ?? 0));
}
