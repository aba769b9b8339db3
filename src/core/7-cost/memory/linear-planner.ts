// Every buffer gets memory of its own: the upper bound, and what a runtime needs when all tensors must be kept.
import type { MemoryPlanner } from "./planner";

export const linearPlanner: MemoryPlanner = {
  name: "linear",
  plan(buffers) {
    const offsets: number[] = [];
    let end = 0;
    for (const buffer of buffers) {
      offsets.push(end);
      end += buffer.bytes;
    }
    return { offsets, headBytes: end };
  },
};
