// Models that are made inside methods, callbacks and functions that return nothing: `class Trainer { createModel() {…} }`,
// `button.onclick = async () => {…}`, `methods: { build() {…} }`. First what nobody has called is tried, then the models that
// were made are sorted: one for each place, whole ones only, none that shares layers with a model that is known already.
import type { Expr, FunctionDefinition, Program, Span, Stmt, Target } from "../1-syntax/tree";
import { walk } from "../1-syntax/walk";
import { takeDeferred } from "../2-evaluate/callbacks";
import { guarded } from "../2-evaluate/interpreter";
import type { Machine } from "../2-evaluate/machine";
import {
  type Arguments,
  BoundMethod,
  type ClassValue,
  type FunctionValue,
  InstanceValue,
  isOpaque,
  type ModuleValue,
  OpaqueValue,
  type Value,
} from "../2-evaluate/values";
import type { Framework } from "../4-frameworks/framework";
import type { Evidence, MadeModel } from "./evidence";

/** Calls that are tried in one file at most, and rounds of callbacks that callbacks register. */
const MOST_CALLS = 40;

/** How a call is guessed: see `guessedArguments` of discover.ts. */
export type Guess = (fn: FunctionValue, skipFirst: boolean) => { args: Arguments; missing: string[] };

/** A model that was made inside a function, with what to call it. */
export interface InsideModel {
  entry: string;
  model: InstanceValue;
}

/** Runs functions that the program handed to timers, events and unknown code, and those these hand on. */
export function runDeferred(vm: Machine, home: ModuleValue, evidence: Evidence): void {
  let calls = 0;
  for (let waiting = takeDeferred(vm); waiting.length > 0 && calls < MOST_CALLS; waiting = takeDeferred(vm)) {
    for (const callee of waiting) {
      const fn = callee.kind === "method" ? callee.callable : callee;
      if (fn.kind !== "function" || fn.module !== home || ++calls > MOST_CALLS) continue;
      vm.resetBudget();
      const why = new OpaqueValue("what a callback is given is known only when the program runs", null);
      const args = fn.definition.parameters.filter(({ kind }) => kind === "normal").map(() => why);
      attemptCall(vm, home, evidence, () => vm.call(callee, args));
    }
  }
}

/** Calls something nobody is known to call: models that are there already stay as they are. */
function attemptCall(vm: Machine, home: ModuleValue, evidence: Evidence, call: () => Value): Value | null {
  const kept = new Set<unknown>();
  const visit = (value: Value, depth: number): void => {
    if (kept.has(value) || depth > 12) return;
    if (value.kind === "instance") {
      kept.add(value);
      for (const field of value.fields.values()) visit(field, depth + 1);
    } else if (value.kind === "list" || value.kind === "tuple") {
      kept.add(value);
      for (const item of value.items) visit(item, depth + 1);
    } else if (value.kind === "dict") {
      kept.add(value);
      for (const entry of value.entries.values()) visit(entry.value, depth + 1);
    }
  };
  for (const { model } of [...evidence.made, ...evidence.returned, ...evidence.constructed]) visit(model, 0);
  let value: Value | null = null;
  evidence.collect(() => {
    vm.journals.keeping(kept, () => {
      value = guarded(vm, home, call).value;
    });
  });
  return value;
}

/** Calls methods of plain classes and objects, and functions, that nothing has called and that need no arguments. */
export function runUncalled(
  vm: Machine,
  home: ModuleValue,
  evidence: Evidence,
  frameworks: readonly Framework[],
  guess: Guess,
  hasModels: boolean,
): void {
  const makes = new Map<FunctionDefinition, boolean>();
  const mayMake = (fn: FunctionValue): boolean => {
    const known = makes.get(fn.definition);
    if (known !== undefined) return known;
    const found = fn.module === home && !fn.definition.isGenerator && namesModel(fn.definition);
    makes.set(fn.definition, found);
    return found;
  };
  let calls = 0;
  const attempt = (fn: FunctionValue, self: Value | null): void => {
    if (evidence.ran.has(fn.definition) || !mayMake(fn)) return;
    const { args, missing } = guess(fn, self !== null && home.language === "python");
    if ((missing.length > 0 && (hasModels || evidence.made.length > 0)) || ++calls > MOST_CALLS) return;
    vm.resetBudget();
    const callee = self ? new BoundMethod(self, fn) : fn;
    attemptCall(vm, home, evidence, () => vm.callWith(callee, args));
  };
  const isPlain = (cls: ClassValue): boolean =>
    cls.module === home && !frameworks.some((framework) => framework.isModelClass(vm, cls));
  const seen = new Set<Value>();
  const visit = (value: Value, depth: number): void => {
    if (seen.has(value) || depth > 3) return;
    seen.add(value);
    if (value.kind === "function" && home.language === "javascript") attempt(value, null);
    else if (value.kind === "class" && isPlain(value)) tryClass(value);
    else if (value.kind === "instance" && home.language === "javascript" && !evidence.frameworkOf(value)) {
      if (value.type.module === home) tryMethods(value.type, value);
      for (const field of value.fields.values()) {
        if (field.kind === "function") attempt(field, value);
        else if (field.kind === "instance") visit(field, depth + 1);
      }
    } else if (value.kind === "instance" && value.type.module === home && isPlain(value.type)) {
      tryMethods(value.type, value);
    }
  };
  const tryMethods = (cls: ClassValue, self: InstanceValue): void => {
    for (const [name, member] of cls.members)
      if (member.kind === "function" && name !== "constructor" && !/^__\w+__$/.test(name)) attempt(member, self);
  };
  const tryClass = (cls: ClassValue): void => {
    for (const member of cls.statics.values()) if (member.kind === "function") attempt(member, cls);
    const methods = [...cls.members.values()].filter((member) => member.kind === "function");
    if (!methods.some((fn) => mayMake(fn) && !evidence.ran.has(fn.definition))) return;
    let self: Value | null | undefined = evidence.objects.get(cls)?.value;
    if (!self) {
      const init = cls.find("__init__") ?? cls.find("constructor");
      const { args, missing } =
        init?.kind === "function"
          ? guess(init, home.language === "python")
          : { args: { positional: [], keywords: new Map(), unknown: null }, missing: [] };
      if ((missing.length > 0 && (hasModels || evidence.made.length > 0)) || ++calls > MOST_CALLS) return;
      vm.resetBudget();
      self = attemptCall(vm, home, evidence, () => vm.callWith(cls, args));
    }
    if (self?.kind === "instance") tryMethods(cls, self);
  };
  for (const value of [...(home.scope?.variables.values() ?? []), ...home.members.values()]) visit(value, 0);
  runDeferred(vm, home, evidence);
}

/** True when a function has a call in it that may make a model. */
function namesModel(definition: FunctionDefinition): boolean {
  let found = false;
  walk(definition.body, (node) => {
    const name = node as { kind: string; name?: unknown; id?: unknown };
    if (name.kind === "attribute" || name.kind === "name") {
      const text = name.kind === "attribute" ? name.name : name.id;
      if (typeof text === "string" && MAKERS.has(text)) found = true;
    }
    return !found;
  });
  return found;
}

const MAKERS: ReadonlySet<string> = new Set(["sequential", "model", "Sequential", "Model"]);

/** The models made inside functions that no candidate stands for: `known` are the candidates' models. */
export function insideModels(
  vm: Machine,
  program: Program,
  home: ModuleValue,
  evidence: Evidence,
  known: readonly InstanceValue[],
): InsideModel[] {
  const layersOf = (model: InstanceValue): Set<InstanceValue> => {
    const found = new Set<InstanceValue>([model]);
    guarded(vm, home, () => {
      for (const { instance } of evidence.frameworkOf(model)?.layersOf(vm, model) ?? [])
        if (instance.type.name !== "InputLayer") found.add(instance);
      return model;
    });
    return found;
  };
  const places = new Set(known.map(placeKey));
  const fresh: MadeModel[] = [];
  for (const one of evidence.made) {
    const key = placeKey(one.model);
    if (!one.isComplete || places.has(key)) continue;
    places.add(key);
    fresh.push(one);
  }
  if (fresh.length === 0) return [];
  const taken = new Set(known.flatMap((model) => [...layersOf(model)]));
  const layers = new Map(fresh.map((one) => [one, layersOf(one.model)] as const));
  const kept = fresh.filter((one) => {
    const own = layers.get(one) as Set<InstanceValue>;
    if (own.size < 2 || [...own].some((layer) => taken.has(layer))) return false;
    return !fresh.some((other, index) => {
      const theirs = layers.get(other) as Set<InstanceValue>;
      if (other === one || (theirs.size === own.size && index > fresh.indexOf(one)) || theirs.size < own.size)
        return false;
      return [...own].some((layer) => theirs.has(layer));
    });
  });
  return kept.map((one) => ({ entry: entryOf(vm, program, home, evidence, one), model: one.model }));
}

function placeKey(model: InstanceValue): string {
  const place = model.madeAt?.place;
  return place ? `${place.file}:${place.span.start}` : "";
}

/** An expression that gives the model where there is one: a call of a method, a variable of a function; else a variable's name. */
function entryOf(vm: Machine, program: Program, home: ModuleValue, evidence: Evidence, one: MadeModel): string {
  const method = one.givenBy.find((fn) => fn.home);
  if (method?.home) {
    const cls = method.home;
    const isStatic = cls.statics.get(method.name) === method || method.name === "constructor";
    const args = evidence.objects.get(cls)?.args.positional ?? [];
    const shown = args.map((value) => {
      const text = vm.dialect.repr(vm, value);
      return isOpaque(text) || text.length > 40 ? "…" : text;
    });
    const object = isStatic
      ? cls.name
      : `${home.language === "javascript" ? "new " : ""}${cls.name}(${shown.join(", ")})`;
    return `${object}.${method.name}()`;
  }
  const name = one.model.madeAt ? nameAt(program, one.model.madeAt.place.span) : null;
  const maker = one.maker?.name ?? "";
  const isTop = program.body.some((stmt) => definitionIn(stmt) === one.maker?.definition);
  if (maker !== "" && isTop) return `${maker} :: ${name ?? "return value"}`;
  return name ?? (maker === "" ? "model" : maker);
}

function definitionIn(statement: Stmt): FunctionDefinition | undefined {
  return statement.kind === "function-definition" ? statement.definition : undefined;
}

/** The variable or field that the innermost statement around a call binds. */
function nameAt(program: Program, span: Span): string | null {
  let found: string | null = null;
  walk(program.body, (node) => {
    if (node.span.start > span.start || node.span.end < span.end) return false;
    const statement = node as Stmt | Expr;
    const target: Target | undefined =
      statement.kind === "assignment"
        ? statement.targets[0]
        : statement.kind === "declare" || statement.kind === "assign"
          ? statement.target
          : undefined;
    if (target?.kind === "name") found = target.id;
    else if (target?.kind === "attribute") found = target.name;
    return true;
  });
  return found;
}
