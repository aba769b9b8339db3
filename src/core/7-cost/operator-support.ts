// Operators a runtime lacks: a finding on the line that needs them, long before "Didn't find op for builtin opcode".
import type { DeployedGraph, DeployedOperator } from "../6-deploy/deployed-graph";
import type { Finding } from "../report/finding";
import type { SourcePlace } from "../report/report";
import { operatorsOf } from "../targets/catalogue";
import type { Runtime } from "../targets/target";

export const UNSUPPORTED_OPERATOR = "unsupported-operator";

/** Names of operators the runtime lacks, each once; empty when it has all, null when its list is not known. */
export function missingOperators(graph: DeployedGraph, runtime: Runtime): string[] | null {
  const list = operatorsOf(runtime);
  if (!list) return null;
  const known = new Set(list.operators);
  return [...new Set(graph.operators.map(({ op }) => op).filter((op) => !known.has(op)))];
}

/** One finding for each operator and line. `placeOf` gives the line that made an operator. */
export function supportFindings(
  graph: DeployedGraph,
  runtime: Runtime,
  placeOf: (operator: DeployedOperator) => SourcePlace | null,
  report: { file: string; entry: string; place: SourcePlace | null },
): Finding[] {
  const missing = new Set(missingOperators(graph, runtime) ?? []);
  const findings = new Map<string, Finding>();
  for (const operator of graph.operators) {
    if (!missing.has(operator.op)) continue;
    const place = placeOf(operator) ?? report.place;
    const key = `${operator.op}|${place?.file}|${place?.line}`;
    if (findings.has(key)) continue;
    findings.set(key, {
      rule: UNSUPPORTED_OPERATOR,
      level: "error",
      message: `${runtime.name} has no ${operator.op}, which this becomes when it is converted: the model would not start on the board. Replace it, or choose a runtime that has it.`,
      file: place?.file ?? report.file,
      line: place?.line ?? null,
      column: place?.column ?? null,
      endLine: place?.endLine ?? null,
      endColumn: place?.endColumn ?? null,
      entry: report.entry,
      related: [],
      fixes: [],
    });
  }
  return [...findings.values()];
}
