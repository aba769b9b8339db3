// What natives (built-ins, standard libraries, framework primitives) may ask of the interpreter.
// An interface, so that natives can be written and read without the interpreter's insides.
import type { BinaryOp, CompareOp, Language } from "../1-syntax/tree";
import type { Raised, Unknown } from "./signals";
import type {
  Arguments,
  ClassValue,
  DictValue,
  Frame,
  InstanceValue,
  ListValue,
  ModuleValue,
  OpaqueValue,
  SetValue,
  Value,
} from "./values";
import type { Scope } from "./scope";

/** Anything whose change must be noted, so that a branch on an unknown condition can be undone and joined. */
export type Mutable = ListValue | SetValue | DictValue | ClassValue | InstanceValue | ModuleValue | Scope | Journaled;

/** A mutable thing of a framework (a graph under construction) that takes part in undo and join. */
export interface Journaled {
  readonly kind: "journaled";
  /** A copy of the state, for `restore`. */
  save(): unknown;
  restore(state: unknown): void;
  /** Called with the states after either side of an unknown condition; leaves the joined state in place. */
  join(left: unknown, right: unknown, why: OpaqueValue): void;
}

export interface Vm {
  /** Calls anything callable. Gives an opaque value when the callee is opaque. May throw Raised. */
  call(callee: Value, positional?: readonly Value[], keywords?: ReadonlyMap<string, Value>): Value;
  callWith(callee: Value, args: Arguments): Value;

  /** Attribute by the rules of the running dialect; raises (or gives opaque) when absent. */
  getAttribute(object: Value, name: string): Value;
  /** The same, undefined when absent. */
  findAttribute(object: Value, name: string): Value | undefined;
  setAttribute(object: Value, name: string, value: Value): void;
  getIndex(object: Value, index: Value): Value;
  setIndex(object: Value, index: Value, value: Value): void;

  binary(op: BinaryOp, left: Value, right: Value): Value;
  compare(op: CompareOp, left: Value, right: Value): Value;
  unary(op: "-" | "+" | "~" | "not", operand: Value): Value;
  /** Truth of a value by the running dialect; opaque when it is not known. */
  truth(value: Value): boolean | OpaqueValue;
  /** Equality as `==` (Python) or `===` (JavaScript) sees it; opaque when not known. */
  equals(left: Value, right: Value): boolean | OpaqueValue;

  /** All items of an iterable, at most `LIMITS.loopIterations`; opaque when they are not known. */
  iterate(value: Value): Value[] | OpaqueValue;
  /** The same, but throws Unknown when they are not known. */
  items(value: Value): Value[];
  /** What `str(value)` prints, or opaque. */
  text(value: Value): string | OpaqueValue;
  /** What `repr(value)` prints, or opaque. */
  repr(value: Value): string | OpaqueValue;
  isInstance(value: Value, cls: Value): boolean | OpaqueValue;
  /** Name of the value's type as the running dialect prints it: "int", "list", "Conv2d". */
  typeName(value: Value): string;

  /** Note a change before making it. */
  touch(target: Mutable): void;

  /** An opaque value with the current place. */
  unknown(reason: string, dimension?: string): OpaqueValue;
  /** An Unknown to throw: `throw vm.giveUp("…")`. */
  giveUp(reason: string): Unknown;
  /** A Raised to throw: `throw vm.error("ValueError", "…")`. */
  error(type: string, message: string): Raised;

  /** The chain of calls at this moment, user code only (frames inside recipes are left out). */
  stack(): Frame | null;
  /** Language of the code that is running. */
  readonly language: Language;
  /** Imports a module by its dotted name (Python) or specifier (JavaScript); undefined when there is none. */
  importModule(name: string, language: Language): Value | undefined;
  /** Folder of the file that is evaluated: what Python has first in sys.path. */
  scriptFolder(): string;
  /** A module of the program that has been loaded, by its full name or as the running module's `__name__`. */
  loadedModule(name: string): ModuleValue | undefined;
  /** Runs a recipe (a source file of ours) as a module: parsed once per process, run once per evaluation, hidden from provenance. */
  loadRecipe(name: string, source: string, language: Language): ModuleValue;
  /** Counts steps of work against the limits; natives that loop, or copy many items, call it. */
  step(count?: number): void;
  /** Things frameworks keep for one evaluation (the graph being built, name counters), by key. */
  readonly state: Map<string, unknown>;
}
