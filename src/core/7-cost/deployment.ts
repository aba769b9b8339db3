// What a model costs on a target: RAM, flash, latency, energy and the verdict, from its deployed graph. Each part is computed by
// its own module; here they are put together, judged against the board, and every gap gets its reason.
import type { Place } from "../2-evaluate/values";
import type { DeployedGraph, DeployedOperator, DeployType } from "../6-deploy/deployed-graph";
import type { MeasuredModel } from "../config/measured-model";
import type { Deployment } from "../report/deployment";
import type { Finding } from "../report/finding";
import type { Known, SourcePlace } from "../report/report";
import type { Board, DeployTarget, Runtime } from "../targets/target";
import { applyMeasured, measuredOn } from "./calibration/apply";
import { energyOf } from "./energy";
import { latencyOf } from "./latency/latency";
import { codeSize, linkedOperators } from "./memory/code-size";
import { modelFile } from "./memory/flash";
import type { KernelSet } from "./memory/operators/context";
import { ramBytes } from "./memory/ram";
import { type Arena, type KnownArena, tflmArena } from "./memory/tflm-arena";
import { missingOperators, supportFindings } from "./operator-support";
import { liveBuffer, timelineOf } from "./timeline";

/** A lowered model, or why it could not be lowered. */
export type LoweredModel = { graph: DeployedGraph } | { unknown: readonly { reason: string; place: Place | null }[] };

/**
 * How far RAM and flash may be off (docs/accuracy.md). A limit inside the margin is too close to call.
 */
const MARGIN = 0.05;
const ARM_CORE = /^cortex-m/;
const MVE_CORE = /^cortex-m(55|85)$/;
const DSP_CORE = /^cortex-m(4f|7|33)$/;

/** Answers for one model and many targets; what targets share is computed once. */
export class Deployer {
  private readonly lowered = new Map<DeployType, LoweredModel>();
  private readonly arenas = new Map<string, Arena>();

  /** `file` is the analysed file: places in it are preferred. `layerOf` names the row of the report an operator belongs to. */
  constructor(
    private readonly lower: (type: DeployType) => LoweredModel,
    private readonly file: string,
    private readonly placesOf: (operator: DeployedOperator) => SourcePlace[],
    private readonly layerOf: (operator: DeployedOperator) => string | null,
    /** What was measured in this project, on any target. */
    private readonly calibration: readonly MeasuredModel[] = [],
  ) {}

  private graphOf(type: DeployType): LoweredModel {
    let lowered = this.lowered.get(type);
    if (!lowered) {
      lowered = this.lower(type);
      this.lowered.set(type, lowered);
    }
    return lowered;
  }

  private arenaOf(graph: DeployedGraph, kernels: KernelSet): Arena {
    const key = `${graph.type} ${kernels}`;
    let arena = this.arenas.get(key);
    if (!arena) {
      arena = tflmArena(graph, kernels);
      this.arenas.set(key, arena);
    }
    return arena;
  }

  private readonly placeOf = (operator: DeployedOperator): SourcePlace | null => {
    const places = this.placesOf(operator);
    return places.find(({ file }) => file === this.file) ?? places[0] ?? null;
  };

  /** Findings of the runtime: operators it lacks. */
  findings(target: DeployTarget, report: { file: string; entry: string; place: SourcePlace | null }): Finding[] {
    const lowered = this.graphOf(target.type);
    return "graph" in lowered ? supportFindings(lowered.graph, target.runtime, this.placeOf, report) : [];
  }

  /** @param withTimeline also says where every buffer lies, and how long */
  deployment(target: DeployTarget, withTimeline = false): Deployment {
    const { board, runtime, type } = target;
    const lowered = this.graphOf(type);
    const deployment = emptyDeployment(target);
    if ("unknown" in lowered) {
      const reasons = lowered.unknown.map(({ reason, place }) =>
        place ? `${reason} (line ${place.span.line})` : reason,
      );
      deployment.reasons.push(...new Set(reasons.length > 0 ? reasons : ["the model could not be lowered"]));
      deployment.unknowns.push(...deployment.reasons);
      return deployment;
    }
    const { graph } = lowered;
    deployment.assumptions.push(...graph.assumptions);
    const missing = missingOperators(graph, runtime);
    if (missing === null) deployment.reasons.push(`the operators of ${runtime.name} are not known`);
    else if (missing.length > 0) deployment.reasons.push(`${runtime.name} has no ${missing.join(", ")}`);

    const kernels = kernelSet(runtime, board);
    const arena = kernels ? this.arenaOf(graph, kernels) : null;
    this.addRam(deployment, graph, runtime, arena);
    addFlash(deployment, graph, runtime, kernels);
    if (kernels && !ARM_CORE.test(board.core)) {
      deployment.assumptions.push("memory and code as on a 32-bit Arm core");
    }

    const measured = measuredOn(target, this.calibration);
    const latency = latencyOf(graph, board, runtime, target.version, measured.scale);
    if ("reason" in latency) deployment.reasons.push(latency.reason);
    else {
      deployment.latencyMs = latency.estimate;
      if (latency.refit)
        deployment.refit = {
          factor: Number(latency.refit.factor.toPrecision(4)),
          models: latency.refit.alike === null ? measured.scale.length : 1,
        };
    }
    const alive = new Map(arena?.known ? arena.steps.map((one, step) => [one, arena.aliveBytes[step]] as const) : []);
    deployment.operators = graph.operators.map((operator, index) => ({
      op: operator.op,
      outputShape: graph.tensors[operator.outputs[0] ?? -1]?.shape ?? [],
      macs: operator.macs,
      latencyMs: "reason" in latency ? null : Number((latency.operatorsMs[index] ?? 0).toPrecision(3)),
      aliveBytes: alive.get(operator) ?? null,
      layer: this.layerOf(operator),
      place: this.placeOf(operator),
    }));
    applyMeasured(deployment, graph, measured.models);
    const time = deployment.measured?.latencyMs;
    const timeMs = time === undefined ? deployment.latencyMs : { low: time, mid: time, high: time };
    deployment.energyUj = timeMs && energyOf(timeMs, board);
    if (withTimeline && arena?.known) deployment.timeline = timelineOf(arena, graph, this.placeOf);
    deployment.unknowns.push(...deployment.reasons);
    judge(deployment, graph, board, (missing?.length ?? 0) > 0);
    return deployment;
  }

  private addRam(deployment: Deployment, graph: DeployedGraph, runtime: Runtime, arena: Arena | null): void {
    if (!arena) {
      deployment.reasons.push(`how ${runtime.name} lays out memory is not known`);
      return;
    }
    if (!arena.known) {
      deployment.ramBytes.activations = arena.activationsBytes;
      for (const { reason, operator } of arena.gaps) {
        deployment.reasons.push(operator ? `memory of ${operator.op}: ${reason}` : reason);
      }
      return;
    }
    deployment.ramBytes = ramBytes(arena, linkedOperators(graph).length);
    deployment.peak = this.peakOf(arena, graph);
  }

  private peakOf({ peak }: KnownArena, graph: DeployedGraph): Deployment["peak"] {
    return {
      op: peak.operator?.op ?? "input",
      place: peak.operator ? this.placeOf(peak.operator) : null,
      bytes: peak.aliveBytes,
      alive: peak.alive.map((buffer) => liveBuffer(buffer, graph, this.placeOf)),
    };
  }
}

/** The kernels TFLM is built with on a board; null for a runtime whose memory has no model here. */
function kernelSet(runtime: Runtime, board: Board): KernelSet | null {
  if (runtime.memory !== "tflm") return null;
  if (runtime.kernels !== "cmsis-nn") return "reference";
  if (MVE_CORE.test(board.core)) return "cmsis-nn-mve";
  return DSP_CORE.test(board.core) ? "cmsis-nn-dsp" : "cmsis-nn-c";
}

const less = (limit: Known, reserve: number | undefined): Known =>
  limit === null ? null : Math.max(0, limit - (reserve ?? 0));

function emptyDeployment({ board, runtime, type }: DeployTarget): Deployment {
  return {
    board: board.id,
    boardName: board.name,
    runtime: runtime.id,
    runtimeName: runtime.name,
    dtype: type,
    ramBytes: { activations: null, scratch: null, persistent: null, total: null },
    flashBytes: { weights: null, container: null, code: null, total: null },
    latencyMs: null,
    energyUj: null,
    limits: {
      ramBytes: less(board.ramBytes.largestBank, board.reserve?.ramBytes),
      flashBytes: less(board.flashBytes.usable, board.reserve?.flashBytes),
    },
    reserve: { ramBytes: board.reserve?.ramBytes ?? 0, flashBytes: board.reserve?.flashBytes ?? 0 },
    verdict: "cannot-say",
    reasons: [],
    unknowns: [],
    assumptions: [],
    peak: null,
    operators: [],
  };
}

function addFlash(deployment: Deployment, graph: DeployedGraph, runtime: Runtime, kernels: KernelSet | null): void {
  const { weightsBytes, containerBytes } = modelFile(graph);
  deployment.flashBytes.weights = weightsBytes;
  if (!kernels) {
    deployment.reasons.push(`the code size of ${runtime.name} and its form of the model are not known`);
    return;
  }
  const code = codeSize(linkedOperators(graph), kernels);
  if (code.unmeasured.length > 0) {
    deployment.reasons.push(`the code size of ${code.unmeasured.join(", ")} was not measured`);
  }
  deployment.flashBytes = {
    weights: weightsBytes,
    container: containerBytes,
    code: code.bytes,
    total: code.bytes === null ? null : weightsBytes + containerBytes + code.bytes,
  };
}

/**
 * does-not-fit when what is known for certain exceeds a limit; fits when everything is known and within, with a margin for
 * what we may be off; else cannot-say.
 */
function judge(deployment: Deployment, graph: DeployedGraph, board: Board, lacksOperator: boolean): void {
  const { ramBytes: ram, flashBytes: flash, limits, reasons } = deployment;
  // Without a split of the memory into banks, all of it is an upper bound of the largest.
  const ramLimit = limits.ramBytes ?? less(board.ramBytes.total, board.reserve?.ramBytes);
  const ramLow = ram.total === null ? ram.activations : ram.total * (1 - MARGIN);
  const flashLow = flash.total === null ? flash.weights : flash.total * (1 - MARGIN);
  const over: string[] = [];
  if (ramLow !== null && ramLimit !== null && ramLow > ramLimit)
    over.push("the RAM it needs exceeds what the board has");
  if (flashLow !== null && limits.flashBytes !== null && flashLow > limits.flashBytes) {
    over.push("the flash it needs exceeds what the board has");
  }
  if (over.length > 0) {
    deployment.verdict = "does-not-fit";
    reasons.unshift(...over);
    return;
  }
  if (lacksOperator) return;
  if (graph.operators.length === 0) {
    reasons.push("none of its layers is an operator on the board, so there is nothing to run");
    return;
  }
  const within = (total: Known, limit: Known, what: string): boolean => {
    if (total === null) return false;
    if (limit === null) {
      reasons.push(`how much ${what} a model can have on this board is not known`);
      return false;
    }
    if (total * (1 + MARGIN) <= limit) return true;
    reasons.push(`the ${what} is too close to the limit to call`);
    return false;
  };
  const inRam = within(ram.total, limits.ramBytes, "RAM");
  const inFlash = within(flash.total, limits.flashBytes, "flash");
  if (inRam && inFlash) deployment.verdict = "fits";
}
