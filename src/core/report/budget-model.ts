// What a view of a model's budget needs of its report, and no more: it travels to a page at every change.
import type { Deployment } from "./deployment";
import type { Report } from "./report";

export type BudgetModel = Pick<
  Report,
  | "entry"
  | "framework"
  | "status"
  | "error"
  | "place"
  | "assumptions"
  | "inputs"
  | "unknowns"
  | "params"
  | "macs"
  | "limits"
> & { deployment?: Omit<Deployment, "operators" | "timeline"> };

export function budgetModelOf(report: Report): BudgetModel {
  const { entry, framework, status, error, place, assumptions, inputs, unknowns, params, macs, limits } = report;
  const model: BudgetModel = {
    entry,
    framework,
    status,
    place,
    assumptions,
    inputs,
    unknowns,
    params,
    macs,
    limits,
    ...(error !== undefined && { error }),
  };
  if (report.deployment) {
    const { operators: _operators, timeline: _timeline, ...deployment } = report.deployment;
    model.deployment = deployment;
  }
  return model;
}
