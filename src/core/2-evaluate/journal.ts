// Undo and join for branches on unknown conditions: remembers the state of everything that changes while a side runs,
// so that the other side starts from the same state, and what both left behind can be joined.
import { Scope } from "./scope";
import { isOpaque, type OpaqueValue, TupleValue, type Value } from "./values";
import type { Mutable } from "./vm";

type Slots = Map<unknown, unknown>;

interface SavedSlots {
  slots: Slots;
  taint: OpaqueValue | null;
}
interface SavedItems {
  items: Value[];
  taint: OpaqueValue | null;
}

/** A copy of the state of a mutable thing. */
function save(target: Mutable): unknown {
  if (target instanceof Scope) return { slots: new Map(target.variables), taint: null } satisfies SavedSlots;
  switch (target.kind) {
    case "list":
      return { items: target.items.slice(), taint: target.taint } satisfies SavedItems;
    case "set":
    case "dict":
      return { slots: new Map<unknown, unknown>(target.entries), taint: target.taint } satisfies SavedSlots;
    case "instance":
      return { slots: new Map(target.fields), taint: target.taint } satisfies SavedSlots;
    case "class":
      return { members: new Map(target.members), statics: new Map(target.statics) };
    case "module":
      return { slots: new Map(target.members), taint: null } satisfies SavedSlots;
    default:
      return target.save();
  }
}

function restore(target: Mutable, state: unknown): void {
  if (target instanceof Scope) {
    target.variables = new Map((state as SavedSlots).slots as Map<string, Value>);
    return;
  }
  switch (target.kind) {
    case "list": {
      const saved = state as SavedItems;
      target.items = saved.items.slice();
      target.taint = saved.taint;
      return;
    }
    case "set":
      target.entries = new Map((state as SavedSlots).slots as Map<string, Value>);
      target.taint = (state as SavedSlots).taint;
      return;
    case "dict":
      target.entries = new Map((state as SavedSlots).slots as Map<string, { key: Value; value: Value }>);
      target.taint = (state as SavedSlots).taint;
      return;
    case "instance":
      target.fields = new Map((state as SavedSlots).slots as Map<string, Value>);
      target.taint = (state as SavedSlots).taint;
      return;
    case "class": {
      const saved = state as { members: Map<string, Value>; statics: Map<string, Value> };
      target.members = new Map(saved.members);
      target.statics = new Map(saved.statics);
      return;
    }
    case "module":
      target.members = new Map((state as SavedSlots).slots as Map<string, Value>);
      return;
    default:
      target.restore(state);
  }
}

/** The value that holds on both sides, or opaque with the condition's reason. */
export function joinValues(left: Value | undefined, right: Value | undefined, why: OpaqueValue): Value {
  if (left === undefined || right === undefined) return why;
  if (sameValue(left, right)) return right;
  if (isOpaque(left)) return left;
  if (isOpaque(right)) return right;
  if (left.kind === "tuple" && right.kind === "tuple" && left.items.length === right.items.length) {
    return new TupleValue(left.items.map((item, index) => joinValues(item, right.items[index], why)));
  }
  if (left.kind === "host" && right.kind === "host" && left.joinWith) return left.joinWith(right, why);
  return why;
}

/** True when two values cannot be told apart. */
export function sameValue(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case "number":
      return right.kind === "number" && Object.is(left.value, right.value) && left.isFloat === right.isFloat;
    case "string":
      return right.kind === "string" && left.value === right.value;
    case "boolean":
      return right.kind === "boolean" && left.value === right.value;
    case "none":
    case "undefined":
    case "ellipsis":
      return true;
    case "tuple":
      return (
        right.kind === "tuple" &&
        left.items.length === right.items.length &&
        left.items.every((item, index) => sameValue(item, right.items[index] as Value))
      );
    case "method":
      return right.kind === "method" && left.self === right.self && sameValue(left.callable, right.callable);
    default:
      return false;
  }
}

function joinSlots(left: Slots, right: Slots, why: OpaqueValue, joinSlot: (a: unknown, b: unknown) => unknown): Slots {
  const joined: Slots = new Map();
  for (const key of new Set<unknown>([...left.keys(), ...right.keys()]))
    joined.set(key, joinSlot(left.get(key), right.get(key)) ?? why);
  return joined;
}

/** Leaves in `target` what both states agree on; the current state is the right one. */
function join(target: Mutable, left: unknown, right: unknown, why: OpaqueValue): void {
  const value = (a: unknown, b: unknown) => joinValues(a as Value | undefined, b as Value | undefined, why);
  if (!(target instanceof Scope) && target.kind === "list") {
    const a = left as SavedItems;
    const b = right as SavedItems;
    target.taint = a.taint ?? b.taint ?? (a.items.length === b.items.length ? null : why);
    if (!target.taint) target.items = a.items.map((item, index) => joinValues(item, b.items[index], why));
    return;
  }
  const a = left as SavedSlots;
  const b = right as SavedSlots;
  if (target instanceof Scope) {
    target.variables = joinSlots(a.slots, b.slots, why, value) as Map<string, Value>;
    return;
  }
  switch (target.kind) {
    case "set": {
      const same = a.slots.size === b.slots.size && [...a.slots.keys()].every((key) => b.slots.has(key));
      target.taint = a.taint ?? b.taint ?? (same ? null : why);
      return;
    }
    case "dict": {
      type Entry = { key: Value; value: Value };
      target.taint = a.taint ?? b.taint;
      target.entries = joinSlots(a.slots, b.slots, why, (x, y) => {
        const one = (x ?? y) as Entry;
        return { key: one.key, value: value((x as Entry | undefined)?.value, (y as Entry | undefined)?.value) };
      }) as Map<string, Entry>;
      return;
    }
    case "instance":
      target.taint = a.taint ?? b.taint;
      target.fields = joinSlots(a.slots, b.slots, why, value) as Map<string, Value>;
      target.incomplete = a.taint ?? b.taint;
      return;
    case "class": {
      const one = left as { members: Slots; statics: Slots };
      const two = right as { members: Slots; statics: Slots };
      target.members = joinSlots(one.members, two.members, why, value) as Map<string, Value>;
      target.statics = joinSlots(one.statics, two.statics, why, value) as Map<string, Value>;
      return;
    }
    case "module":
      target.members = joinSlots(a.slots, b.slots, why, value) as Map<string, Value>;
      return;
    default:
      target.join(left, right, why);
  }
}

/** The open journals of an evaluation, outermost first. */
export class Journals {
  private readonly open: Map<Mutable, unknown>[] = [];

  /** Notes the state of a thing that is about to change, in every open journal that does not have it yet. */
  touch(target: Mutable): void {
    for (let index = this.open.length - 1; index >= 0; index--) {
      const journal = this.open[index] as Map<Mutable, unknown>;
      if (journal.has(target)) return;
      journal.set(target, save(target));
    }
  }

  /** How many unknown conditions are being followed inside each other. */
  get depth(): number {
    return this.open.length;
  }

  /** Runs `body` and gives what it changed, with the states before and after; changes are taken back when it throws. */
  private record<T>(body: () => T): { result: T; before: Map<Mutable, unknown>; after: Map<Mutable, unknown> } {
    const before = new Map<Mutable, unknown>();
    this.open.push(before);
    try {
      const result = body();
      this.open.pop();
      return { result, before, after: new Map([...before.keys()].map((target) => [target, save(target)] as const)) };
    } catch (error) {
      this.open.pop();
      for (const [target, state] of before) restore(target, state);
      throw error;
    }
  }

  /** Runs `body` and takes back what it changed of these things; the rest of what it did stays. */
  keeping<T>(kept: ReadonlySet<unknown>, body: () => T): T {
    const { result, before } = this.record(body);
    for (const [target, state] of before) {
      if (!kept.has(target)) continue;
      this.touch(target);
      restore(target, state);
    }
    return result;
  }

  /**
   * Runs both sides of an unknown condition from the same state. Afterwards the state is that of the right side; `keepLeft`
   * makes it that of the left side, `join` what both agree on. A side may report failure by throwing: its changes are taken
   * back, and `attempt` decides what the exception becomes.
   */
  fork<T>(
    left: () => T,
    right: () => T,
  ): { left: T; right: T; keepLeft: () => void; join: (why: OpaqueValue) => void } {
    const a = this.record(left);
    for (const [target, state] of a.before) restore(target, state);
    const b = this.record(right);
    const set = (states: Map<Mutable, unknown>) => {
      for (const [target, state] of states) {
        this.touch(target);
        restore(target, state);
      }
    };
    return {
      left: a.result,
      right: b.result,
      keepLeft: () => {
        set(b.before);
        set(a.after);
      },
      join: (why) => {
        for (const [target, state] of a.after) {
          this.touch(target);
          join(target, state, save(target), why);
        }
        for (const [target, state] of b.before) if (!a.after.has(target)) join(target, state, save(target), why);
      },
    };
  }
}
