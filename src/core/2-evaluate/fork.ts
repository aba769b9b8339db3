// Branches on unknown conditions: run both sides from the same state and keep what they agree on.
import { joinValues } from "./journal";
import { LIMITS } from "./limits";
import type { Machine } from "./machine";
import { Raised, Unknown } from "./signals";
import { OpaqueValue, type Value } from "./values";

/** What one side of an unknown condition came to. */
type Side<T> = { value: T } | { failed: Raised };

function side<T>(body: () => T): Side<T> {
  try {
    return { value: body() };
  } catch (error) {
    if (error instanceof Raised) return { failed: error };
    throw error;
  }
}

/** The reason a value that depends on an unknown condition is not known. */
export function dependsOn(vm: Machine, condition: OpaqueValue): OpaqueValue {
  const prefix = "it depends on a condition that is not known: ";
  if (condition.reason.startsWith(prefix)) return condition;
  return new OpaqueValue(prefix + condition.reason, condition.place ?? vm.here());
}

/**
 * Runs both sides of an unknown condition. A side that raises is not the one taken; when both raise, the first exception goes
 * on. What differs afterwards is opaque. `combine` joins the two results.
 */
export function fork<T>(
  vm: Machine,
  condition: OpaqueValue,
  left: () => T,
  right: () => T,
  combine: (left: T, right: T, why: OpaqueValue) => T,
): T {
  const why = dependsOn(vm, condition);
  if (vm.journals.depth >= LIMITS.nestedUnknownConditions) throw new Unknown(why);
  const both = vm.journals.fork(
    () => side(left),
    () => side(right),
  );
  if ("failed" in both.left) {
    if ("failed" in both.right) throw both.left.failed;
    return both.right.value;
  }
  if ("failed" in both.right) {
    both.keepLeft();
    return both.left.value;
  }
  both.join(why);
  return combine(both.left.value, both.right.value, why);
}

/** `fork` for values. */
export function forkOn(vm: Machine, condition: OpaqueValue, left: () => Value, right: () => Value): Value {
  return fork(vm, condition, left, right, joinValues);
}

/** The value, or undefined when it raises or is not known; what happened on the way stays. */
export function attempt(_vm: Machine, body: () => Value): Value | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof Raised || error instanceof Unknown) return undefined;
    throw error;
  }
}
