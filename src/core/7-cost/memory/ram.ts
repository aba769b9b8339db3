// RAM an application spends on a model: the arena, the interpreter and the op resolver. The stack and the application's own
// memory are not included.
import type { KnownArena } from "./tflm-arena";
import { INTERPRETER_BYTES, OP_RESOLVER_BYTES, OP_RESOLVER_SLOT_BYTES } from "./tflm-structs";

/** @param operators how many different operators the model uses, which is how many slots its op resolver needs */
export function ramBytes(arena: KnownArena, operators: number): number {
  return arena.minArenaBytes + INTERPRETER_BYTES + OP_RESOLVER_BYTES + OP_RESOLVER_SLOT_BYTES * operators;
}
