// `model-budget init`: measures the models of the workspace, adds head room and writes model-budget.json; names the smallest
// board that all of them fit.
import { existsSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { LIMIT_NAMES, type LimitName, QUANTITY_OF } from "../core/config/quantity";
import { quantitiesOf } from "../core/8-advice/quantities";
import { formatBytes } from "../core/report/format";
import type { Report } from "../core/report/report";
import { createNodeAnalyzer } from "../platform/node";
import { EXIT, UsageError } from "./exit";
import { modelFiles, toPosix } from "./model-files";
import { catalogueFor, comparedTargets, type TargetOptions, targetFor } from "./target-options";

/** A limit is this much over what the model costs today. */
const HEAD_ROOM = 1.1;

export interface InitOptions extends TargetOptions {
  force?: boolean;
}

/** A limit as people write it, rounded up to two significant digits. */
export function writeLimit(name: LimitName, value: number): string {
  const units =
    name === "ram" || name === "flash"
      ? (["B", "kB", "MB"] as const)
      : name === "latency"
        ? (["ms"] as const)
        : (["", "k", "M", "G"] as const);
  let rest = value;
  let unit = 0;
  while (unit < units.length - 1 && rest >= 1000) {
    rest /= 1000;
    unit++;
  }
  const step = 10 ** (Math.floor(Math.log10(Math.max(rest, 1e-9))) - 1);
  const rounded = Number((Math.ceil(rest / step - 1e-9) * step).toPrecision(2));
  return `${rounded} ${units[unit] ?? ""}`.trim();
}

/** One entry of `models` in the budget file. */
function budgetOf(report: Report, file: string): Record<string, unknown> {
  const quantities = quantitiesOf(report);
  const limits: Record<string, string> = {};
  const baseline: Record<string, number> = {};
  for (const name of LIMIT_NAMES) {
    const value = quantities[QUANTITY_OF[name]];
    if (value === null || value === 0) continue;
    limits[name] = writeLimit(name, value * HEAD_ROOM);
    baseline[name] = Number(value.toPrecision(name === "latency" ? 3 : 15));
  }
  return { file, entry: report.entry, limits, baseline };
}

/** Runs the command; gives the exit code. */
export async function initCommand(paths: readonly string[], options: InitOptions): Promise<number> {
  const path = resolve("model-budget.json");
  if (existsSync(path) && !options.force) {
    throw new UsageError("model-budget.json exists; edit it, or overwrite it with --force");
  }
  const catalogue = catalogueFor(options);
  const target = targetFor(options, catalogue);
  const compare = comparedTargets(options, catalogue);
  const analyzer = createNodeAnalyzer();
  const root = toPosix(process.cwd());
  const models: Record<string, unknown>[] = [];
  const fitting: Set<string>[] = [];
  for (const file of await modelFiles(paths)) {
    const shown = relative(root, file).replaceAll("\\", "/");
    const { reports } = await analyzer.analyze({ file, root, target, compare, budget: { limits: [], models: [] } });
    for (const report of reports) {
      const unknown = report.status === "error" || report.macs === null || report.params.total === null;
      // An entry that was shortened for people cannot be evaluated again.
      if (unknown || report.entry.includes("…")) {
        const why = unknown
          ? `unknown, because ${report.error ?? report.unknowns[0]?.reason}`
          : "its arguments are too long to write down";
        console.error(`model-budget: ${shown}: ${report.entry} is left out: ${why}`);
        continue;
      }
      models.push(budgetOf(report, shown));
      fitting.push(new Set((report.boards ?? []).flatMap((one) => (one.verdict === "fits" ? [one.board] : []))));
    }
  }
  if (models.length === 0) throw new UsageError("no model with known numbers was found; nothing was written");
  const file = { board: target.board.id, runtime: target.runtime.id, dtype: target.type, models };
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
  const size = `${models.length} model${models.length === 1 ? "" : "s"}`;
  console.error(
    `model-budget: wrote model-budget.json with limits ${Math.round((HEAD_ROOM - 1) * 100)} % over what ${size} cost today`,
  );
  const smallest = compare
    .map(({ board }) => board)
    .filter(({ id }) => fitting.every((ids) => ids.has(id)))
    .sort((a, b) => a.ramBytes.total - b.ramBytes.total || (a.flashBytes.total ?? 0) - (b.flashBytes.total ?? 0))[0];
  console.error(
    smallest
      ? `model-budget: the smallest known board that ${models.length === 1 ? "it fits" : "each of them fits"}: ${smallest.name} (${formatBytes(smallest.ramBytes.total)} RAM, ${formatBytes(smallest.flashBytes.total)} flash)`
      : "model-budget: no known board fits all of them for certain; compare with: model-budget report FILE --which-boards",
  );
  return EXIT.ok;
}
