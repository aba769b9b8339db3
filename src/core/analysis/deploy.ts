// Adds to a report what the model costs on boards: lowers the traced model when it is first asked for and costs the result.
import type { AnalyzeRequest } from "../analyze";
import type { TracedModel } from "../5-models/model";
import type { DeployedOperator } from "../6-deploy/deployed-graph";
import { lower } from "../6-deploy/lower";
import { Deployer } from "../7-cost/deployment";
import { costOf } from "../7-cost/operation-cost";
import { placesOf } from "../7-cost/report";
import type { Report } from "../report/report";

/** Adds what the model costs on the asked targets. */
export function deploy(traced: TracedModel, report: Report, request: AnalyzeRequest): void {
  const { target, compare, timeline, budget } = request;
  if ((!target || target === "budget") && !compare) return;
  // A layer of a framework is looked for where it was made; other operations where they run.
  const leaves = new Set(traced.layers.flatMap((entry) => (entry.isLeaf ? [entry.instance] : [])));
  const names = new Map(traced.layers.map(({ instance, name }) => [instance, name]));
  const rows = new Set(report.layers.map(({ name }) => name));
  /** The layer that does the work of an operator: of what was fused into it, what multiplies, else what came first. */
  const layerOf = ({ sources }: DeployedOperator): string | null => {
    const source = sources.find((one) => costOf(one).state === "costed" && costOf(one).macs !== 0) ?? sources[0];
    if (!source) return null;
    const own = source.layers.flatMap((layer) => names.get(layer) ?? []).findLast((name) => rows.has(name));
    return own ?? (rows.has("") ? "" : null);
  };
  const deployer = new Deployer(
    (type) => lower(traced, { type }),
    report.file,
    ({ sources }) =>
      sources.flatMap(({ layers, stack }) => placesOf(layers.findLast((layer) => leaves.has(layer))?.madeAt ?? stack)),
    layerOf,
    budget?.calibration,
  );
  if (target && target !== "budget") {
    const deployment = deployer.deployment(target, timeline);
    report.deployment = deployment;
    const { ramBytes, flashBytes, latencyMs, unknowns } = deployment;
    if (ramBytes.total === null || flashBytes.total === null || latencyMs === null) {
      report.unknowns.push(...unknowns.map((reason) => ({ reason, file: report.file, line: null, column: null })));
    }
    report.findings.push(...deployer.findings(target, report));
  }
  if (compare) report.boards = compare.map((one) => deployer.deployment(one));
}
