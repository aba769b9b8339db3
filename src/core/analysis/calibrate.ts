// What a report from a board says of a model: finds the model of the file that the report fits, matches the operators, and works
// out what would be kept in the budget file and what would change.
import type { AnalyzeRequest, CalibrateRequest } from "../analyze";
import type { DeployedGraph } from "../6-deploy/deployed-graph";
import { lower } from "../6-deploy/lower";
import { runtimeKey, workOf } from "../7-cost/calibration/apply";
import { fingerprint } from "../7-cost/calibration/fingerprint";
import { type Matching, matchOperators } from "../7-cost/calibration/match";
import { graphFeatures } from "../7-cost/latency/features";
import { isSameMeasured, type MeasuredModel } from "../config/measured-model";
import type { CalibrationAnswer, CalibrationProposal } from "../report/calibration";
import type { Deployment } from "../report/deployment";
import type { Report } from "../report/report";
import { type BoardReport, sumOfOperators } from "../targets/board-report/board-report";
import { readBoardReport } from "../targets/board-report/read";
import type { DeployTarget } from "../targets/target";
import { analyzeModels, type RunModel } from "./examine";
import { analyzeFile } from "./models";
import type { OpenSource, Sources } from "./sources";

/** A model that the report fits. */
interface Candidate {
  graph: DeployedGraph;
  model: Report & { deployment: Deployment };
  matching: Matching;
}

interface Found extends Candidate {
  target: DeployTarget;
  report: BoardReport;
}

export function calibrateFile(
  sources: Sources,
  request: CalibrateRequest & { targetProblem?: string },
  open: OpenSource,
): CalibrationAnswer {
  const read = readBoardReport(request.report);
  if ("problem" in read) return read;
  const { target } = request;
  if (request.targetProblem !== undefined) return { problem: request.targetProblem };
  if (target === undefined || target === "budget") return { problem: "no board is chosen" };
  const models = modelsOf(sources, request, open);
  if (models.length === 0) return { problem: "there is no model in the file" };
  const problems: string[] = [];
  const fitting: Candidate[] = [];
  for (const { traced, report } of models) {
    const lowered = lower(traced, { type: target.type });
    if (!report.deployment || "unknown" in lowered) {
      problems.push(`${report.entry}: ${report.deployment?.reasons[0] ?? report.error ?? "it could not be lowered"}`);
      continue;
    }
    const matched = matchOperators(
      read.report,
      lowered.graph.operators.map((operator) => ({
        op: operator.op,
        outputShape: lowered.graph.tensors[operator.outputs[0] ?? -1]?.shape ?? [],
        macs: operator.macs,
      })),
    ); // prettier-ignore
    if ("problem" in matched)
      problems.push(models.length === 1 ? matched.problem : `${report.entry}: ${matched.problem}`);
    else fitting.push({ graph: lowered.graph, model: { ...report, deployment: report.deployment }, ...matched });
  }
  const [only, another] = fitting;
  if (!only) return { problem: problems.join("; ") };
  // The same model under two names is one model.
  if (another && fitting.some(({ graph }) => fingerprint(graph) !== fingerprint(only.graph))) {
    return {
      problem: `the report fits several models: ${fitting.map(({ model }) => model.entry).join(", ")}; say which`,
    };
  }
  return propose(sources, request, open, { target, report: read.report, ...only });
}

function modelsOf(sources: Sources, request: CalibrateRequest, open: OpenSource): RunModel[] {
  const { analysis, models } = analyzeModels(sources, request, open);
  const wanted = request.index === undefined ? null : (analysis.reports[request.index] ?? null);
  return wanted === null ? models : models.filter(({ report }) => report === wanted);
}

function propose(sources: Sources, request: CalibrateRequest, open: OpenSource, found: Found): CalibrationAnswer {
  const { target, report, model, matching } = found;
  const before = model.deployment;
  const measured = measuredModel(request, found);
  const known = request.budget?.calibration ?? [];
  const calibration = [...known.filter((one) => !isSameMeasured(one, measured)), measured];
  const again: AnalyzeRequest = { ...request, budget: { limits: [], models: [], ...request.budget, calibration } };
  const after = analyzeFile(sources, again, open).reports.find(({ entry }) => entry === model.entry)?.deployment;
  if (!after) return { problem: "the model could not be analysed again" };
  const predicted = before.latencyMs && before.latencyMs.mid / (before.refit?.factor ?? 1);
  const proposal: CalibrationProposal = {
    report,
    entry: model.entry,
    ...matching,
    measured,
    ratio: predicted === null ? null : Number((measured.latencyMs / predicted).toPrecision(3)),
    before,
    after,
    warnings: warningsOf(report, target),
  };
  return { proposal };
}

function measuredModel(request: CalibrateRequest, { target, report, model, graph, matching }: Found): MeasuredModel {
  const rounded = (ms: number) => Number(ms.toPrecision(5));
  const operatorsMs = Object.fromEntries(
    matching.matches.flatMap(({ report: at, model: places }) => {
      const ms = report.operators[at]?.latencyMs;
      return ms === null || ms === undefined ? [] : [[places.join("+"), rounded(ms)] as const];
    }),
  );
  return {
    file: request.storedAs,
    entry: model.entry,
    board: target.board.id,
    runtime: runtimeKey(target),
    dtype: target.type,
    report: request.report.name,
    format: report.format,
    date: request.date,
    basis: report.basis,
    ...(report.accelerator !== null && { accelerator: report.accelerator }),
    latencyMs: rounded(report.latencyMs ?? 0),
    ...(Object.keys(operatorsMs).length > 0 && { operatorsMs }),
    fingerprint: fingerprint(graph),
    work: workOf(graphFeatures(graph)),
  };
}

/** Runtimes that a kind of report comes from. */
const RUNTIMES_OF: readonly [RegExp, RegExp][] = [
  [/^TFLM|^MLTK/, /^tflm/],
  [/^ST /, /^x-cube-ai/],
];

/** The family of a chip, where its name is one of ST's. */
const chipOf = (text: string) => /STM32\s?([A-Z]\w{3})/i.exec(text)?.[1]?.toUpperCase();

function warningsOf(report: BoardReport, { board, runtime }: DeployTarget): string[] {
  const warnings: string[] = [];
  const [theirs, ours] = [chipOf(report.board ?? ""), chipOf(board.mcu)];
  if (theirs !== undefined && ours !== undefined && theirs !== ours)
    warnings.push(`the report comes from an STM32${theirs}, the target is ${board.name} (${board.mcu})`);
  if (
    report.accelerator !== null &&
    report.basis === "measured" &&
    !board.notes?.some((note) => note.startsWith("accelerator"))
  )
    warnings.push(`${board.name} has no ${report.accelerator}, so the time is of another board: choose that one first`);
  if (report.clockMhz !== null && report.accelerator === null && Math.abs(report.clockMhz / board.clockMhz - 1) > 0.02)
    warnings.push(`it ran at ${report.clockMhz} MHz, the target counts with ${board.clockMhz} MHz`);
  const expected = RUNTIMES_OF.find(([format]) => format.test(report.format))?.[1];
  if (expected && !expected.test(runtime.id)) warnings.push(`a ${report.format} does not come from ${runtime.name}`);
  if (report.basis !== "measured")
    warnings.push(`its times are ${report.basis}: they are shown, and no estimate is fitted to them`);
  else if (report.accelerator !== null)
    warnings.push(`an accelerator (${report.accelerator}) did part of the work: no other estimate is fitted to it`);
  if (report.operators.length === 0 && report.macs === null)
    warnings.push("it names no operators, so whether it is of this model cannot be checked");
  else if (report.operators.length > 0 && report.operators.every(({ macs }) => macs === null))
    warnings.push("it says nothing of their sizes: the operators were compared by kind and order alone");
  const sum = sumOfOperators(report.operators);
  if (sum !== null && report.latencyMs !== null && Math.abs(sum / report.latencyMs - 1) > 0.1)
    warnings.push("the times of its operators do not add up to that of the whole");
  return warnings;
}
