// The greedy planner of TensorFlow Lite Micro, byte for byte (memory_planner/greedy_memory_planner.cc): buffers with a
// prescribed offset first, then the others by size; each takes the first gap that is large enough between the buffers that
// are alive at the same time, in order of offset. First fit decreasing can exceed the least possible size.
import type { MemoryPlanner, PlannedBuffer } from "./planner";

interface Placed {
  buffer: PlannedBuffer;
  offset: number;
}

function aliveTogether(a: PlannedBuffer, b: PlannedBuffer): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The first gap for `wanted` between the placed buffers, which are in order of offset. */
function firstGap(wanted: PlannedBuffer, placed: readonly Placed[]): number {
  let end = 0;
  for (const { buffer, offset } of placed) {
    if (!aliveTogether(wanted, buffer)) continue;
    if (offset - end >= wanted.bytes) return end;
    end = Math.max(end, offset + buffer.bytes);
  }
  return end;
}

/** Inserts behind those of the same offset, so that the order is that of the runtime's list. */
function insert(placed: Placed[], entry: Placed): void {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.offset ?? 0) <= entry.offset) low = middle + 1;
    else high = middle;
  }
  placed.splice(low, 0, entry);
}

export const greedyPlanner: MemoryPlanner = {
  name: "greedy",
  plan(buffers) {
    const offsets = new Array<number>(buffers.length).fill(0);
    const placed: Placed[] = [];
    const order = buffers.map((buffer, index) => ({ buffer, index }));
    const fixed = order.filter(({ buffer }) => buffer.fixedOffset !== undefined);
    // Equal sizes: the later buffer first, as the runtime fills its list from the back and sorts it stably.
    const free = order
      .filter(({ buffer }) => buffer.fixedOffset === undefined)
      .sort((a, b) => b.buffer.bytes - a.buffer.bytes || b.index - a.index);
    let headBytes = 0;
    for (const { buffer, index } of [...fixed, ...free]) {
      const offset = buffer.fixedOffset ?? firstGap(buffer, placed);
      offsets[index] = offset;
      insert(placed, { buffer, offset });
      headBytes = Math.max(headBytes, offset + buffer.bytes);
    }
    return { offsets, headBytes };
  },
};
