// The buffers of an arena as a report shows them: named by what they hold, with the source line that made them. All of them over
// time, or those alive at one moment. Where they lie is the planner's business.
import type { DeployedGraph, DeployedOperator } from "../6-deploy/deployed-graph";
import type { LiveBuffer, Timeline } from "../report/deployment";
import type { SourcePlace } from "../report/report";
import type { ArenaBuffer, KnownArena } from "./memory/tflm-arena";

export type PlaceOf = (operator: DeployedOperator) => SourcePlace | null;

/** One buffer with its name and place. */
export function liveBuffer(
  { kind, operator, tensor, subgraph, bytes }: ArenaBuffer,
  graph: DeployedGraph,
  placeOf: PlaceOf,
): LiveBuffer {
  const maker = operator?.op;
  const name = kind === "scratch" ? `scratch of ${maker ?? "an operator"}` : maker ? `output of ${maker}` : "input";
  const shape = subgraph === 0 && kind === "tensor" ? (graph.tensors[tensor]?.shape ?? []) : [];
  return { name, shape, bytes, place: operator ? placeOf(operator) : null };
}

/** The arena over time. Buffers that no operator touches have no time and are left out. */
export function timelineOf(arena: KnownArena, graph: DeployedGraph, placeOf: PlaceOf): Timeline {
  return {
    headBytes: arena.headBytes,
    steps: arena.steps.map((operator) => ({
      op: operator?.op ?? "input",
      place: operator ? placeOf(operator) : null,
    })),
    peakStep: arena.peak.step,
    buffers: arena.buffers
      .filter(({ first }) => first >= 0)
      .map((buffer) => ({
        ...liveBuffer(buffer, graph, placeOf),
        kind: buffer.kind,
        arenaBytes: buffer.paddedBytes,
        offset: buffer.offset,
        first: buffer.first,
        last: buffer.last,
      })),
  };
}
