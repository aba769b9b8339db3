// What a memory planner is: it gives each buffer a place in one arena so that buffers alive at one time do not overlap.

/** A buffer to place. Times count steps of execution; both ends are alive. */
export interface PlannedBuffer {
  /** Already rounded up to the arena's alignment. */
  bytes: number;
  first: number;
  last: number;
  /** Place the model file prescribes; absent when the planner is free. */
  fixedOffset?: number;
}

export interface MemoryPlan {
  /** Bytes from the start of the arena, one per buffer in the order given. */
  offsets: number[];
  /** The arena's end: the largest offset + bytes; 0 without buffers. */
  headBytes: number;
}

export interface MemoryPlanner {
  name: string;
  plan(buffers: readonly PlannedBuffer[]): MemoryPlan;
}

/** Alignment of every buffer of a TensorFlow Lite Micro arena (micro_arena_constants.h), bytes. */
export const ARENA_ALIGNMENT = 16;

/** The least multiple of `alignment` that is not below `bytes`. */
export function alignUp(bytes: number, alignment = ARENA_ALIGNMENT): number {
  return Math.ceil(bytes / alignment) * alignment;
}
