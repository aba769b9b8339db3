// RAM an application spends on a model: the arena, the interpreter and the op resolver. The stack and the application's own
// memory are not included.
import type { KnownArena } from "./tflm-arena";
import { INTERPRETER_BYTES, OP_RESOLVER_BYTES, OP_RESOLVER_SLOT_BYTES } from "./tflm-structs";

/**
 * RAM in bytes, in parts that add up: what holds tensors, what scratch adds to it, and what stays (tail of the arena, interpreter
 * and op resolver, with the rounding of the arena's size and what planning needs beyond the plan).
 *
 * @param operators how many different operators the model uses, which is how many slots its op resolver needs
 */
export function ramBytes(arena: KnownArena, operators: number) {
  const total = arena.minArenaBytes + INTERPRETER_BYTES + OP_RESOLVER_BYTES + OP_RESOLVER_SLOT_BYTES * operators;
  const { activationsBytes: activations, scratchBytes: scratch } = arena;
  return { activations, scratch, persistent: total - activations - scratch, total };
}
