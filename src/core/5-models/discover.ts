// Finds the models of a file: objects at module level, what builder functions return, classes that can be made from evidence
// or defaults. One candidate for each builder, class or object, in the order of the file.
import type { Expr, Program, Stmt } from "../1-syntax/tree";
import { evaluate } from "../2-evaluate/expressions";
import { evaluateIn, guarded, type Outcome } from "../2-evaluate/interpreter";
import type { Machine } from "../2-evaluate/machine";
import { packageRootOf } from "../2-evaluate/packages";
import { Scope } from "../2-evaluate/scope";
import type { Raised } from "../2-evaluate/signals";
import {
  type Arguments,
  type ClassValue,
  type FunctionValue,
  type InstanceValue,
  isNone,
  isOpaque,
  type ModuleValue,
  OpaqueValue,
  type Place,
  UNDEFINED,
  type Value,
} from "../2-evaluate/values";
import type { Framework } from "../4-frameworks/framework";
import { Evidence, type MainCode, runEntries, runMain } from "./evidence";
import { type Guess, insideModels, runDeferred, runUncalled } from "./inside";
import type { Candidate } from "./model";

export interface Discovery {
  candidates: Candidate[];
  evidence: Evidence;
  /**
   * Builders and classes that could not be made, with the reason. They were called without arguments, which they may never be;
   * it is certain that they would fail where no parameter waits for a value (its default is None or unknown).
   */
  failures: { name: string; place: Place; reason: string; raised: Raised; isCertain: boolean }[];
}

/** Text of an argument for the entry of a report. */
function showArgument(vm: Machine, value: Value): string {
  const text = vm.dialect.repr(vm, value);
  return isOpaque(text) || text.length > 40 ? "…" : text;
}

function showCall(vm: Machine, name: string, args: Arguments): string {
  const shown = args.positional.map((value) => showArgument(vm, value));
  for (const [key, value] of args.keywords) shown.push(`${key}=${showArgument(vm, value)}`);
  return `${name}(${shown.join(", ")})`;
}

/** True when no argument is unknown: a call with unknown ones tells less than the function's defaults. */
function isKnownCall(args: Arguments): boolean {
  return !args.unknown && !args.positional.some(isOpaque) && ![...args.keywords.values()].some(isOpaque);
}

/** Arguments for a function nobody calls: nothing where defaults exist, named unknowns for required parameters. */
function guessedArguments(vm: Machine, fn: FunctionValue, skipFirst: boolean): { args: Arguments; missing: string[] } {
  const args: Arguments = { positional: [], keywords: new Map(), unknown: null };
  const missing: string[] = [];
  fn.definition.parameters.forEach((parameter, index) => {
    if ((skipFirst && index === 0) || parameter.kind === "rest" || parameter.kind === "keyword-rest") return;
    if (fn.defaults.has(index) || parameter.fallback) return;
    missing.push(parameter.name);
    const place = { file: fn.module.file ?? "", span: parameter.span };
    const value = new OpaqueValue(`the argument '${parameter.name}' of ${fn.name} has no value in this file`, place);
    if (vm.language === "python" && parameter.kind !== "positional-only") args.keywords.set(parameter.name, value);
    else args.positional.push(value);
  });
  return { args, missing };
}

/** True when a call without arguments says something about the function: every default is a value to work with, and none are passed on. */
function hasRealDefaults(fn: FunctionValue): boolean {
  const passesOn = fn.definition.parameters.some(({ kind }) => kind === "rest" || kind === "keyword-rest");
  return !passesOn && [...fn.defaults.values()].every((value) => !isNone(value) && !isOpaque(value));
}

function definitionsOf(body: readonly Stmt[]): { functions: Map<string, Stmt>; classes: Map<string, Stmt> } {
  const functions = new Map<string, Stmt>();
  const classes = new Map<string, Stmt>();
  const visit = (statements: readonly Stmt[]): void => {
    for (const statement of statements) {
      if (statement.kind === "function-definition") functions.set(statement.definition.name, statement);
      else if (statement.kind === "class-definition") classes.set(statement.definition.name, statement);
      else if (statement.kind === "if") {
        visit(statement.then);
        visit(statement.otherwise);
      } else if (statement.kind === "try") visit(statement.body);
    }
  };
  visit(body);
  return { functions, classes };
}

/** True when a function body returns something somewhere: only such a function can be a builder. */
function returnsValue(body: readonly Stmt[]): boolean {
  return body.some((statement) => {
    switch (statement.kind) {
      case "return":
        return statement.value !== null && !(statement.value.kind === "constant");
      case "if":
        return returnsValue(statement.then) || returnsValue(statement.otherwise);
      case "for":
      case "while":
      case "with":
      case "block":
      case "counter-for":
        return returnsValue(statement.body);
      case "try":
        return returnsValue(statement.body) || statement.handlers.some((handler) => returnsValue(handler.body));
      case "switch":
        return statement.cases.some((one) => returnsValue(one.body));
      case "match":
        return statement.cases.some((one) => returnsValue(one.body));
      default:
        return false;
    }
  });
}

/** Runs the module's own `main` code and finds its models. `load` runs the module itself. */
export function discover(
  vm: Machine,
  frameworks: readonly Framework[],
  program: Program,
  file: string,
  load: () => ModuleValue | undefined,
): Discovery & { module: ModuleValue | undefined } {
  const evidence = new Evidence(vm, file, frameworks);
  let module: ModuleValue | undefined;
  let main: MainCode | null = null;
  evidence.collect(() => {
    module = load();
    if (module) {
      vm.resetBudget();
      main = runMain(vm, module, program.body);
      if (module.language === "python") runEntries(vm, module, program.body, evidence.called);
    }
  });
  const failures: Discovery["failures"] = [];
  const atLoad = new Map(module?.scope?.variables);
  if (module && module.language === "javascript") runDeferred(vm, module, evidence);
  if (!module?.scope) return { candidates: [], evidence, failures, module };
  const home = module;
  const variables = home.scope?.variables ?? new Map<string, Value>();
  const { functions, classes } = definitionsOf(program.body);
  const candidates: Candidate[] = [];
  const taken = new Set<InstanceValue>();
  const add = (entry: string, model: InstanceValue, place: Place | null, assumptions: string[] = []): void => {
    const framework = evidence.frameworkOf(model);
    if (!framework || taken.has(model)) return;
    taken.add(model);
    candidates.push({ entry, framework, model, place, assumptions });
  };
  const placeOf = (statement: Stmt): Place => ({
    file,
    span:
      statement.kind === "function-definition" || statement.kind === "class-definition"
        ? statement.definition.nameSpan
        : statement.span,
  });

  // Builders that were seen to give a model: the first call tells the arguments.
  const builders = new Set<string>();
  const passedOn = new Set<InstanceValue>();
  for (const { fn, args, model } of evidence.returned) {
    const statement = functions.get(fn.name);
    if (!statement) continue;
    if (builders.has(fn.name) || !isKnownCall(args)) {
      passedOn.add(model);
      continue;
    }
    builders.add(fn.name);
    add(showCall(vm, fn.name, args), model, placeOf(statement));
  }
  // A model that one builder passes on to another is the inner one's: keep one candidate for each object.
  const parts = new Set<string>();
  for (const { cls, args, model, isPart } of evidence.constructed) {
    const statement = classes.get(cls.name);
    if (!statement) continue;
    if (isPart) {
      parts.add(cls.name);
      continue;
    }
    if (candidates.some((candidate) => candidate.model.type === cls) || !isKnownCall(args)) continue;
    add(showCall(vm, cls.name, args), model, placeOf(statement));
  }
  const ran = main as MainCode | null;
  for (const [statement, bound] of [
    ...program.body.map((one) => [one, atLoad] as const),
    ...program.body.map((one) => [one, variables] as const),
    ...(ran?.statements ?? []).map((one) => [one, ran?.scope.variables ?? variables] as const),
  ]) {
    for (const name of assignedNames(statement)) {
      const value = bound.get(name);
      if (value?.kind !== "instance" || placeMade(vm, value)?.file !== file || passedOn.has(value)) continue;
      if (isBareFunction(vm, value, evidence.frameworkOf(value))) continue;
      add(name, value, { file, span: statement.span });
    }
  }

  // Builders and classes nobody uses here: called with their defaults, required arguments as named unknowns.
  const attempts: { name: string; missing: string[]; place: Place; make: () => Value; isCertain: boolean }[] = [];
  for (const [name, statement] of functions) {
    const fn = variables.get(name);
    if (builders.has(name) || fn?.kind !== "function" || fn.module !== home || fn.definition.isGenerator) continue;
    if (statement.kind !== "function-definition" || !returnsValue(statement.definition.body)) continue;
    const { args, missing } = guessedArguments(vm, fn, false);
    attempts.push({
      name,
      missing,
      place: placeOf(statement),
      make: () => vm.callWith(fn, args),
      isCertain: hasRealDefaults(fn),
    });
  }
  const usedAsBase = new Set(
    [...variables.values()].flatMap((value) => (value.kind === "class" ? value.mro.slice(1) : [])),
  );
  for (const [name, statement] of classes) {
    const cls = variables.get(name);
    if (cls?.kind !== "class" || parts.has(name) || candidates.some((candidate) => candidate.model.type === cls))
      continue;
    if (!frameworks.some((framework) => framework.isModelClass(vm, cls)) || usedAsBase.has(cls)) continue;
    const init = cls.find("__init__") ?? cls.find("constructor");
    const guess = init?.kind === "function" ? guessedArguments(vm, init, vm.language === "python") : null;
    const args = guess?.args ?? { positional: [], keywords: new Map(), unknown: null };
    attempts.push({
      name,
      missing: guess?.missing ?? [],
      place: placeOf(statement),
      make: () => vm.callWith(cls, args),
      isCertain: init?.kind !== "function" || hasRealDefaults(init),
    });
  }
  const before = candidates.length;
  for (const { name, missing, place, make, isCertain } of attempts.sort(
    (a, b) => a.missing.length - b.missing.length,
  )) {
    // With arguments missing, only what no other model of the file contains is worth showing.
    if (missing.length > 0 && (before > 0 || parts.has(name))) continue;
    vm.resetBudget();
    const seen = evidence.constructed.length;
    let outcome: ReturnType<typeof guarded> | undefined;
    evidence.collect(() => {
      outcome = guarded(vm, home, make);
    });
    for (const one of evidence.constructed.slice(seen)) if (one.isPart) parts.add(one.cls.name);
    if (!outcome) continue;
    if (outcome.value === null) {
      if (missing.length === 0 && outcome.raised)
        failures.push({
          name,
          place: outcome.raised.place ?? place,
          reason: outcome.reason,
          raised: outcome.raised,
          isCertain,
        });
      continue;
    }
    if (outcome.value.kind !== "instance") continue;
    const shown = missing.length === 0 ? `${name}()` : `${name}(${missing.join(", ")})`;
    add(shown, outcome.value, place);
  }
  const guess: Guess = (fn, skipFirst) => guessedArguments(vm, fn, skipFirst);
  runUncalled(vm, home, evidence, frameworks, guess, candidates.length > 0);
  const models = [...candidates.map(({ model }) => model), ...passedOn];
  for (const { entry, model } of insideModels(vm, program, home, evidence, models))
    add(entry, model, model.madeAt?.place ?? null);
  // A script that trains a model of another file shows that one.
  if (candidates.length === 0) {
    for (const { cls, args, model } of evidence.imported) {
      if (candidates.some((candidate) => candidate.model.type === cls) || !isKnownCall(args)) continue;
      add(showCall(vm, cls.name, args), model, model.madeAt?.place ?? null);
    }
  }
  const kept = candidates.filter((candidate) => !isPartOfAnother(candidate, parts, classes, candidates));
  kept.sort((a, b) => (a.place?.span.start ?? 0) - (b.place?.span.start ?? 0));
  return { candidates: kept, evidence, failures, module: home };
}

/** Where code of the project made a value: a builder of an installed package stands for the call of it. */
function placeMade(vm: Machine, value: InstanceValue): Place | null {
  let frame = value.madeAt;
  while (frame?.parent && packageRootOf(vm, frame.place.file) !== undefined) frame = frame.parent;
  return frame?.place ?? null;
}

/** A library layer on its own that holds nothing, such as a loss, an activation or an image transform: no model. */
function isBareFunction(vm: Machine, value: InstanceValue, framework: Framework | undefined): boolean {
  if (framework?.name !== "torch" || !value.type.module?.isRecipe) return false;
  const layers = framework.layersOf(vm, value);
  return layers.length === 1 && layers.every((layer) => layer.weights.length === 0);
}

/** A class that was guessed and turned out to be a block of a model found later. */
function isPartOfAnother(
  candidate: Candidate,
  parts: Set<string>,
  classes: Map<string, Stmt>,
  all: readonly Candidate[],
): boolean {
  const name = candidate.model.type.name;
  return parts.has(name) && classes.has(name) && candidate.entry.startsWith(`${name}(`) && all.length > 1;
}

function assignedNames(statement: Stmt): string[] {
  if (statement.kind === "assignment") {
    return statement.targets.flatMap((target) => (target.kind === "name" ? [target.id] : []));
  }
  if (statement.kind === "declare" && statement.target.kind === "name") return [statement.target.id];
  return [];
}

/** An entry such as `train :: model`: a variable of a function, or its `return value`, with its arguments guessed. */
const LOCAL_ENTRY = /^\s*([\p{L}_$][\p{L}\p{N}_$]*)\s*::\s*(return value|[\p{L}_$][\p{L}\p{N}_$]*)\s*$/u;

/** True for an entry that names a variable inside a function. */
export function isLocalEntry(entry: string): boolean {
  return LOCAL_ENTRY.test(entry);
}

/** The value a variable has when the function that sets it ends, also when it ends early. */
export function evaluateLocal(vm: Machine, module: ModuleValue, entry: string): Outcome {
  const [, name = "", local = ""] = LOCAL_ENTRY.exec(entry) ?? [];
  const fn = module.scope?.variables.get(name);
  if (fn?.kind !== "function")
    return { value: null, raised: null, reason: `there is no function '${name}' in this file` };
  const { args } = guessedArguments(vm, fn, false);
  const before = module.scope?.find(local);
  let variables: Scope | undefined;
  const outer = vm.observer;
  vm.observer = {
    entered: (entered, scope) => {
      if (entered === fn) variables ??= scope;
    },
  };
  const outcome = guarded(vm, module, () => vm.callWith(fn, args));
  vm.observer = outer;
  if (local === "return value") return outcome;
  const after = module.scope?.find(local);
  // A variable of the file that the function sets counts as well.
  const value = variables?.variables.get(local) ?? (after === before ? undefined : after);
  if (value !== undefined) return { value, raised: null };
  const ended = outcome.value === null ? `: it ended early with ${outcome.reason}` : "";
  return { value: null, raised: outcome.raised, reason: `'${local}' has no value in '${name}'${ended}` };
}

/** False when the root name of an expression is not bound in a scope. */
function hasNames(scope: Scope | null, expr: Expr): boolean {
  if (expr.kind === "name") return scope?.find(expr.id) !== undefined;
  if (expr.kind === "call") return hasNames(scope, expr.callee);
  if (expr.kind === "attribute" || expr.kind === "index") return hasNames(scope, expr.object);
  return true;
}

/** An entry may name a module its file does not import, such as `torchvision.models.resnet18()`: that module is imported. */
function importRoots(vm: Machine, module: ModuleValue, expr: Expr): void {
  if (expr.kind === "call") {
    importRoots(vm, module, expr.callee);
    for (const argument of expr.args) importRoots(vm, module, argument.value);
  } else if (expr.kind === "attribute") {
    if (expr.object.kind !== "name") importRoots(vm, module, expr.object);
    else if (module.scope && module.scope.find(expr.object.id) === undefined) {
      const { id } = expr.object;
      const outcome = guarded(vm, module, () => vm.importModule(id, module.language) ?? UNDEFINED);
      if (outcome.value?.kind === "module") module.scope.variables.set(id, outcome.value);
    }
  }
}

/** The model that an `--entry` expression gives; a class gives the model its defaults make. */
export function candidateFor(
  vm: Machine,
  frameworks: readonly Framework[],
  module: ModuleValue,
  entry: string,
  expr: Expr | undefined,
  body: readonly Stmt[],
): { candidate: Candidate } | { error: string; place: Place | null; raised: Raised | null } {
  const evidence = new Evidence(vm, module.file ?? "", frameworks);
  if (expr) importRoots(vm, module, expr);
  let outcome = expr ? evaluateIn(vm, module, expr) : evaluateLocal(vm, module, entry);
  if (expr && !hasNames(module.scope, expr)) {
    // A name of the `main` code: what a person gets who runs the file.
    const main = runMain(vm, module, body);
    vm.resetBudget();
    if (main) outcome = guarded(vm, module, () => evaluate(vm, expr, new Scope(main.scope, "block")));
  }
  let value = outcome.value;
  if (value?.kind === "class" && frameworks.some((framework) => framework.isModelClass(vm, value as ClassValue))) {
    const cls = value;
    outcome = guarded(vm, module, () => vm.call(cls));
    value = outcome.value;
  }
  if (value === null) {
    const { raised } = outcome;
    return { error: "reason" in outcome ? outcome.reason : "", place: raised?.place ?? null, raised };
  }
  if (isOpaque(value))
    return { error: `the entry '${entry}' is not known: ${value.reason}`, place: value.place, raised: null };
  const framework = evidence.frameworkOf(value);
  if (!framework || value.kind !== "instance") {
    return { error: `the entry '${entry}' is not a model but ${vm.typeName(value)}`, place: null, raised: null };
  }
  return { candidate: { entry, framework, model: value, place: placeMade(vm, value), assumptions: [] } };
}
