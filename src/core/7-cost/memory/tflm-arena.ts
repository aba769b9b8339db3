// The tensor arena of TensorFlow Lite Micro for a deployed graph and a kernel library: what AllocateTensors() takes on a
// 32-bit Arm core, to the byte. Head: activations and scratch, planned together. Tail: what stays. What an operator needs is
// in `operators/`; an operator whose need is not known makes the arena unknown, with the reason.
import type { DeployedGraph, DeployedOperator } from "../../6-deploy/deployed-graph";
import { greedyPlanner } from "./greedy-planner";
import { type Lifetimes, lifetimesOf, type OperatorPosition, subgraphsOf } from "./lifetimes";
import { type KernelSet, type OperatorMemory, OperatorNode } from "./operators/context";
import { operatorMemory } from "./operators/rules";
import { alignUp, type MemoryPlan, type MemoryPlanner, type PlannedBuffer } from "./planner";
import { tailOf } from "./tail";
import { runtimeTensorBytes } from "./tensor-bytes";
import { MAX_SCRATCH_REQUESTS_PER_OPERATOR, RUNTIME_STRUCT_BYTES as STRUCT } from "./tflm-structs";

/** A buffer of the arena's head, for a chart of memory over time. */
export interface ArenaBuffer {
  kind: "tensor" | "scratch";
  subgraph: number;
  /** Index of the tensor in its subgraph; -1 for scratch. */
  tensor: number;
  /** The operator that makes it, or whose scratch it is; null for graph inputs. */
  operator: DeployedOperator | null;
  /** As asked for; `paddedBytes` is what it takes. */
  bytes: number;
  paddedBytes: number;
  /** From the arena's start. */
  offset: number;
  /** Steps, inclusive: index into the arena's `steps`; -1 for what no operator touches. */
  first: number;
  last: number;
}

/** The fullest moment of the head. */
export interface ArenaPeak {
  step: number;
  /** The operator that runs then; null before the first. */
  operator: DeployedOperator | null;
  /** Buffers alive then, in order of offset. */
  alive: ArenaBuffer[];
  /** Their padded bytes. */
  aliveBytes: number;
  /** What the planner leaves unused even then: the head is larger than any moment needs. */
  gapBytes: number;
  /** Buffers that reach the head's end: alive at the peak, or, when there is a gap, at another moment. */
  topmost: ArenaBuffer[];
}

export interface KnownArena {
  known: true;
  kernels: KernelSet;
  /** Head without scratch. */
  activationsBytes: number;
  /** What scratch adds to the head. */
  scratchBytes: number;
  headBytes: number;
  /** Tail. */
  persistentBytes: number;
  /** Head and tail: what arena_used_bytes() answers. */
  totalBytes: number;
  /** The smallest arena that allocates: planning itself needs room before the plan is in force. */
  minArenaBytes: number;
  peak: ArenaPeak;
  /** Padded bytes in use at each step. */
  aliveBytes: number[];
  buffers: ArenaBuffer[];
  /** What runs at each step; null at the start of a graph. */
  steps: (DeployedOperator | null)[];
}

/** Why an arena is not known. */
export interface ArenaGap {
  /** Null when no operator is to blame. */
  operator: DeployedOperator | null;
  reason: string;
}

export interface UnknownArena {
  known: false;
  kernels: KernelSet;
  /** Head without scratch, which does not depend on the kernels; null when a tensor's size is not known. */
  activationsBytes: number | null;
  gaps: ArenaGap[];
}

export type Arena = KnownArena | UnknownArena;

interface UnplacedBuffer {
  about: Omit<ArenaBuffer, "offset">;
  /** What the model file prescribes, if it does. */
  fixedOffset?: number;
}

/** Tensors the planner places: without constant data, not variables, not empty, not handles of variables. */
function plannedTensors(graph: DeployedGraph, lifetimes: Lifetimes): UnplacedBuffer[] | ArenaGap {
  const planned: UnplacedBuffer[] = [];
  const offsets = Array.isArray(graph.offlineOffsets) ? graph.offlineOffsets : [];
  let position = 0;
  for (const [index, { tensors, operators }] of subgraphsOf(graph).entries()) {
    const makers = new Map<number, DeployedOperator>();
    for (const operator of operators) for (const output of operator.outputs) makers.set(output, operator);
    for (const [tensor, { variable, constantBytes, ...rest }] of tensors.entries()) {
      const fixed: number = offsets[position++] ?? -1;
      const maker = makers.get(tensor) ?? null;
      if (constantBytes > 0 || maker?.op === "VAR_HANDLE") continue;
      if (variable && fixed === -1) continue;
      const bytes = runtimeTensorBytes({ variable, constantBytes, ...rest });
      if (bytes === null) return { operator: maker, reason: "the size of its output is not known" };
      if (bytes === 0) continue;
      const { first, last } = lifetimes.tensors[index]?.[tensor] ?? { first: -1, last: -1 };
      planned.push({
        about: {
          kind: "tensor",
          subgraph: index,
          tensor,
          operator: maker,
          bytes,
          paddedBytes: alignUp(bytes),
          first,
          last,
        },
        ...(fixed === -1 ? {} : { fixedOffset: fixed }),
      });
    }
  }
  return planned;
}

function scratchBuffers(
  graph: DeployedGraph,
  lifetimes: Lifetimes,
  memory: readonly (readonly OperatorMemory[])[],
): UnplacedBuffer[] {
  return subgraphsOf(graph).flatMap(({ operators }, subgraph) =>
    operators.flatMap((operator, position) => {
      const { first, last } = lifetimes.scratch[subgraph]?.[position] ?? { first: -1, last: -1 };
      const requests = memory[subgraph]?.[position]?.scratch ?? [];
      return requests.map((bytes): UnplacedBuffer => {
        const paddedBytes = alignUp(bytes);
        return { about: { kind: "scratch", subgraph, tensor: -1, operator, bytes, paddedBytes, first, last } };
      });
    }),
  );
}

function place(buffers: readonly UnplacedBuffer[], planner: MemoryPlanner): MemoryPlan {
  return planner.plan(
    buffers.map(({ about: { paddedBytes, first, last }, fixedOffset }): PlannedBuffer => {
      const placed = { bytes: paddedBytes, first, last };
      return fixedOffset === undefined ? placed : { ...placed, fixedOffset };
    }),
  );
}

/** What every operator's kernel asks for, or why some of it is not known. */
function memoryOf(graph: DeployedGraph, kernels: KernelSet): { memory: OperatorMemory[][]; gaps: ArenaGap[] } {
  const gaps: ArenaGap[] = [];
  const memory = subgraphsOf(graph).map(({ operators, tensors }) =>
    operators.map((operator) => {
      const answer = operatorMemory(new OperatorNode(operator, kernels, tensors));
      if (typeof answer !== "string") return answer;
      gaps.push({ operator, reason: answer });
      return { persistent: [], scratch: [] };
    }),
  );
  return { memory, gaps };
}

/** Padded bytes in use at each step. */
function aliveBytesOf(buffers: readonly ArenaBuffer[], steps: number): number[] {
  const change = new Array<number>(steps + 1).fill(0);
  for (const { first, last, paddedBytes } of buffers) {
    if (first < 0) continue;
    change[first] = (change[first] ?? 0) + paddedBytes;
    change[last + 1] = (change[last + 1] ?? 0) - paddedBytes;
  }
  let alive = 0;
  return change.slice(0, steps).map((bytes) => {
    alive += bytes;
    return alive;
  });
}

/** Of equally full steps, the first at which a buffer reaches the head's end. */
function peakOf(
  buffers: readonly ArenaBuffer[],
  headBytes: number,
  steps: readonly (DeployedOperator | null)[],
  aliveAt: readonly number[],
): ArenaPeak {
  const aliveBytes = Math.max(0, ...aliveAt);
  const topmost = buffers.filter(({ offset, paddedBytes }) => offset + paddedBytes === headBytes);
  const reaches = (at: number) => topmost.some(({ first, last }) => first <= at && at <= last);
  const fullest = aliveAt.flatMap((bytes, at) => (bytes === aliveBytes ? [at] : []));
  const step = fullest.find(reaches) ?? fullest[0] ?? 0;
  const living = buffers
    .filter(({ first, last }) => first <= step && step <= last)
    .sort((a, b) => a.offset - b.offset || b.paddedBytes - a.paddedBytes);
  return {
    step,
    operator: steps[step] ?? null,
    alive: living,
    aliveBytes,
    gapBytes: headBytes - aliveBytes,
    topmost,
  };
}

/** Room for the requests, the allocation records and the planner's own lists, while the tail is nearly complete. */
function planningBytes(tailBytes: number, graph: DeployedGraph, requests: number, buffers: number): number {
  const subgraphs = subgraphsOf(graph);
  const tensors = subgraphs.reduce((count, subgraph) => count + subgraph.tensors.length, 0);
  const records =
    STRUCT.scratchRequest * (requests + MAX_SCRATCH_REQUESTS_PER_OPERATOR) +
    STRUCT.pointer * subgraphs.length +
    STRUCT.allocationInfo * (tensors + requests);
  return alignUp(tailBytes) + alignUp(records) + STRUCT.plannerPerBuffer * buffers;
}

/** @param planner the runtime's own is greedy; the linear one gives an upper bound */
export function tflmArena(graph: DeployedGraph, kernels: KernelSet, planner: MemoryPlanner = greedyPlanner): Arena {
  const lifetimes = lifetimesOf(graph);
  const tensors = plannedTensors(graph, lifetimes);
  const { memory, gaps } = memoryOf(graph, kernels);
  if (!Array.isArray(tensors)) return { known: false, kernels, activationsBytes: null, gaps: [tensors, ...gaps] };
  if (graph.offlineOffsets === "unread") {
    const reason = "the model file prescribes offsets (OfflineMemoryAllocation), which were not read";
    return { known: false, kernels, activationsBytes: null, gaps: [{ operator: null, reason }, ...gaps] };
  }
  const activations = place(tensors, planner).headBytes;
  if (gaps.length > 0) return { known: false, kernels, activationsBytes: activations, gaps };

  const scratch = scratchBuffers(graph, lifetimes, memory);
  const unplaced = [...tensors, ...scratch];
  const { offsets, headBytes } = place(unplaced, planner);
  const buffers = unplaced.map(({ about }, index): ArenaBuffer => ({ ...about, offset: offsets[index] ?? 0 }));
  const tail = tailOf(graph, kernels, memory);
  const totalBytes = headBytes + tail.bytes;
  const subgraphs = subgraphsOf(graph);
  const operatorAt = (position: OperatorPosition | null) =>
    position ? (subgraphs[position.subgraph]?.operators[position.operator] ?? null) : null;
  const steps = lifetimes.scopes.map(operatorAt);
  const aliveBytes = aliveBytesOf(buffers, steps.length);
  const planning = planningBytes(tail.bytesBeforePlan, graph, scratch.length, buffers.length);
  // With scratch the plan can differ and, rarely, come out smaller.
  const activationsBytes = Math.min(activations, headBytes);
  return {
    known: true,
    kernels,
    activationsBytes,
    scratchBytes: headBytes - activationsBytes,
    headBytes,
    persistentBytes: tail.bytes,
    totalBytes,
    minArenaBytes: alignUp(Math.max(totalBytes, planning)),
    peak: peakOf(buffers, headBytes, steps, aliveBytes),
    aliveBytes,
    buffers,
    steps,
  };
}
