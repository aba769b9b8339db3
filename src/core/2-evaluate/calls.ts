// Calls: arguments, binding of parameters, running functions. Instances are made in instances.ts.
import type { CallExpr, Parameter } from "../1-syntax/tree";
import { assign } from "./assign";
import { bindMember, findAttribute, getAttribute } from "./attributes";
import { mayCall } from "./callbacks";
import { superOf } from "./classes";
import { evaluate } from "./expressions";
import { makeGenerator } from "./generators";
import { constructBase, constructFromFunction, instantiate } from "./instances";
import { joinValues } from "./journal";
import { LIMITS } from "./limits";
import { localsOf } from "./locals";
import type { Activation, Machine } from "./machine";
import { Scope } from "./scope";
import { LimitReached, Unknown } from "./signals";
import { executeBody, hoist } from "./statements";
import { evaluateText } from "./texts";
import {
  type Arguments,
  DictValue,
  type FunctionValue,
  isNone,
  isOpaque,
  IteratorValue,
  ListValue,
  NONE,
  type OpaqueValue,
  SuperValue,
  TupleValue,
  UNDEFINED,
  type Value,
} from "./values";

export function evaluateCall(vm: Machine, expr: CallExpr, scope: Scope): Value {
  const { callee: calleeExpr } = expr;
  if (calleeExpr.kind === "name" && vm.language === "python") {
    const special = callOfScope(vm, calleeExpr.id, expr, scope);
    if (special !== undefined) return special;
  }
  // A JavaScript function found in a field is called with the object it was found in as `this`.
  let receiver: Value | undefined;
  let callee: Value;
  if (calleeExpr.kind === "attribute") {
    receiver = evaluate(vm, calleeExpr.object, scope);
    if (calleeExpr.optional && isNone(receiver)) return UNDEFINED;
    if (receiver.kind === "host") vm.at(calleeExpr.span);
    callee = getAttribute(vm, receiver, calleeExpr.name);
  } else if (calleeExpr.kind === "index" && vm.language === "javascript") {
    receiver = evaluate(vm, calleeExpr.object, scope);
    if (calleeExpr.optional && isNone(receiver)) return UNDEFINED;
    callee = vm.dialect.getIndex(vm, receiver, evaluate(vm, calleeExpr.index, scope));
  } else {
    callee = evaluate(vm, calleeExpr, scope);
  }
  if (expr.optional && isNone(callee)) return UNDEFINED;
  const args: Arguments = { positional: [], keywords: new Map(), unknown: null };
  if (expr.isNew) args.isNew = true;
  for (const argument of expr.args) {
    const value = evaluate(vm, argument.value, scope);
    if (argument.spread === "list") {
      const items = vm.iterate(value);
      if (isOpaque(items)) args.unknown ??= items;
      else for (const item of items) args.positional.push(item);
    } else if (argument.spread === "dict") {
      spreadKeywords(vm, value, args);
    } else if (argument.name !== undefined) {
      setKeyword(vm, args, argument.name, value);
    } else {
      args.positional.push(value);
    }
  }
  vm.at(expr.span);
  if (isNone(callee)) {
    const shown =
      calleeExpr.kind === "name"
        ? `'${calleeExpr.id}'`
        : calleeExpr.kind === "attribute"
          ? `'${calleeExpr.name}'`
          : "this";
    throw vm.error("TypeError", `${shown} is ${vm.language === "python" ? "None" : callee.kind} and cannot be called`);
  }
  if (receiver && receiver.kind !== "super" && !args.isNew) {
    // JavaScript methods are not bound: found in another object, they get that object.
    const fn = callee.kind === "method" ? callee.callable : callee;
    if (fn.kind === "function" && fn.module.language === "javascript") return callFunction(vm, fn, args, receiver);
  }
  return callWith(vm, callee, args);
}

const SCOPE_CALLS = new Set(["super", "globals", "locals", "eval", "exec"]);

/** The calls that see the scope they stand in: `super()`, `globals()`, `locals()`, `eval()`, `exec()`. */
function callOfScope(vm: Machine, name: string, expr: CallExpr, scope: Scope): Value | undefined {
  if (!SCOPE_CALLS.has(name)) return undefined;
  if (scope.find(name) !== vm.builtins("python").find(name)) return undefined;
  if (name === "super") {
    if (expr.args.length === 0) return superOf(vm, scope) ?? vm.unknown("`super()` outside a method");
    const [cls, self] = expr.args.map(({ value }) => evaluate(vm, value, scope));
    if (cls?.kind !== "class")
      return cls && isOpaque(cls) ? cls : vm.unknown("the first argument of `super` is not a class");
    return self ? new SuperValue(self, cls) : undefined;
  }
  if (name === "eval" || name === "exec") {
    if (expr.args.some(({ spread }) => spread)) return undefined;
    const given = expr.args.map(({ value }) => evaluate(vm, value, scope));
    vm.at(expr.span);
    return evaluateText(vm, name, given, scope);
  }
  const dict = new DictValue();
  const holder = name === "globals" ? scope.moduleScope() : scope.functionScope();
  holder.settle();
  for (const [key, value] of holder.variables) dict.put(key, value);
  return dict;
}

function setKeyword(vm: Machine, args: Arguments, name: string, value: Value): void {
  if (args.keywords.has(name)) throw vm.error("TypeError", `got multiple values for keyword argument '${name}'`);
  args.keywords.set(name, value);
}

function spreadKeywords(vm: Machine, value: Value, args: Arguments): void {
  if (value.kind === "dict") {
    args.unknown ??= value.taint;
    for (const { key, value: item } of value.entries.values())
      if (key.kind === "string") setKeyword(vm, args, key.value, item);
    return;
  }
  if (isOpaque(value)) {
    args.unknown ??= value;
    return;
  }
  const keys = findAttribute(vm, value, "keys");
  if (!keys) throw vm.error("TypeError", "argument after ** must be a mapping");
  for (const key of vm.items(vm.call(keys))) {
    if (key.kind === "string") setKeyword(vm, args, key.value, vm.getIndex(value, key));
  }
}

/** Calls anything callable. An opaque callee gives itself: what it returns is as unknown as it is. */
export function callWith(vm: Machine, callee: Value, args: Arguments): Value {
  switch (callee.kind) {
    case "opaque":
      noteGap(vm, args, callee);
      if (vm.language === "javascript") for (const arg of args.positional) mayCall(vm, arg, callee);
      return callee;
    case "function":
      if (args.isNew) return constructFromFunction(vm, callee, args);
      return callFunction(vm, callee, args);
    case "native":
      try {
        return callee.call(vm, args);
      } catch (error) {
        if (!(error instanceof Unknown)) throw error;
        noteGap(vm, args, error.value);
        noteIncomplete(vm, callee.name, args, error.value);
        return error.value;
      }
    case "method":
      if (callee.callable.kind === "function" && callee.callable.module.language === "javascript") {
        return callFunction(vm, callee.callable, args, callee.self);
      }
      return callWith(vm, callee.callable, { ...args, positional: [callee.self, ...args.positional] });
    case "class":
      return instantiate(vm, callee, args);
    case "staticmethod":
    case "classmethod":
      return callWith(vm, callee.callable, args);
    case "instance": {
      const member = callee.type.find("__call__");
      if (member) return callWith(vm, bindMember(vm, member, callee, callee.type), args);
      if (callee.type.unknownBase) return callee.type.unknownBase;
      break;
    }
    case "host": {
      try {
        const result = callee.call(vm, args);
        return result ?? vm.unknown(`what calling ${callee.typeName} gives is not known`);
      } catch (error) {
        if (error instanceof Unknown) return error.value;
        throw error;
      }
    }
    case "super":
      return constructBase(vm, callee, args);
    default:
  }
  throw vm.error("TypeError", `'${vm.typeName(callee)}' object is not callable`);
}

/** A call that got a tensor and whose work is not known may be work that totals miss. */
function noteGap(vm: Machine, args: Arguments, why: OpaqueValue): void {
  if (args.positional.some((value) => value.kind === "host" && value.isData)) vm.gaps.push(why);
}

/** Methods that use a model rather than build it. */
const RUNNING = new Set(["forward", "call", "__call__", "apply"]);

/** Natives that put something into the object they are called on. */
export const FILLING = new Set([
  "__init__",
  "append",
  "extend",
  "insert",
  "add",
  "add_module",
  "add_weight",
  "register_module",
  "register_parameter",
  "register_buffer",
  "__setitem__",
  "__setattr__",
  "update",
  "setdefault",
]); // prettier-ignore

/** An object that could not be filled is not complete: what it holds is not known from then on. */
function noteIncomplete(vm: Machine, name: string, args: Arguments, why: OpaqueValue): void {
  const self = args.positional[0];
  if (self?.kind !== "instance" || !FILLING.has(name)) return;
  vm.touch(self);
  self.incomplete ??= why;
}

/** Runs a user function. `this` of JavaScript is the first positional argument of a bound method. */
export function callFunction(vm: Machine, fn: FunctionValue, args: Arguments, newTarget?: Value): Value {
  const { definition } = fn;
  if (vm.depth >= LIMITS.callDepth)
    throw vm.error("RecursionError", `calls nest more than ${LIMITS.callDepth} deep (${fn.name})`);
  const scope = new Scope(fn.scope, "function");
  if (fn.module.language === "python") scope.locals = localsOf(definition);
  const outer = { frame: vm.frame, site: vm.site, siteFile: vm.siteFile };
  if (!fn.module.isRecipe) {
    const place = vm.here();
    if (place) {
      vm.frame = { place, functionName: fn.name, parent: vm.frame, depth: (vm.frame?.depth ?? 0) + 1 };
    }
  }
  const activation: Activation = {
    module: fn.module,
    dialect: vm.environment.dialects[fn.module.language],
    callee: fn,
    yields: null,
    maybeReturned: [],
    catchesImports: false,
    catchesNames: false,
  };
  vm.depth++;
  const before = vm.activation;
  vm.activation = activation;
  let positional = args.positional;
  try {
    if (fn.module.language === "javascript" && !definition.isArrow) {
      // A method was bound: its receiver comes first.
      if (newTarget) scope.variables.set("this", newTarget);
      else if (fn.home) {
        scope.variables.set("this", positional[0] ?? UNDEFINED);
        positional = positional.slice(1);
      } else {
        scope.variables.set("this", UNDEFINED);
      }
      scope.variables.set("arguments", new ListValue(positional.slice()));
    }
    bindParameters(vm, fn, { ...args, positional }, scope);
    if (definition.isGenerator) {
      return runGenerator(vm, fn, scope, activation);
    }
    vm.observer?.entered?.(fn, scope);
    hoist(vm, definition.body, scope);
    const result = finish(vm, activation, executeBody(vm, definition.body, scope));
    vm.observer?.returned?.(fn, args, result, vm.frame);
    return result;
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    // What the rest of the function would have done is not known: neither its result nor what it would have put into `self`.
    vm.gaps.push(error.value);
    if (fn.home && !RUNNING.has(fn.name)) {
      const self = args.positional[0] ?? newTarget;
      if (self?.kind === "instance") {
        vm.touch(self);
        self.incomplete ??= error.value;
      }
    }
    return error.value;
  } finally {
    vm.depth--;
    vm.activation = before;
    vm.frame = outer.frame;
    vm.site = outer.site;
    vm.siteFile = outer.siteFile;
  }
}

/** Joins what an unknown condition may have returned earlier with what was returned at the end. */
function finish(vm: Machine, activation: Activation, result: Value | undefined): Value {
  let value = result ?? (activation.dialect.language === "python" ? NONE : UNDEFINED);
  for (const { value: earlier, why } of activation.maybeReturned) {
    // An early `return` of nothing is a way out of a side path, not what callers use.
    if (isNone(earlier) && !isNone(value)) continue;
    if (isNone(value) && !isNone(earlier)) value = earlier;
    else value = joinValues(earlier, value, why);
  }
  void vm;
  return value;
}

function runGenerator(vm: Machine, fn: FunctionValue, scope: Scope, activation: Activation): Value {
  if (fn.module.language === "python" && !fn.definition.isAsync) return makeGenerator(vm, fn, scope, activation);
  let produced: Value[] | null = null;
  let position = 0;
  let unknown: OpaqueValue | null = null;
  const iterator = new IteratorValue(() => {
    if (!produced) {
      produced = [];
      const yields: Value[] = [];
      try {
        vm.within({ ...activation, yields }, () => {
          hoist(vm, fn.definition.body, scope);
          iterator.result = executeBody(vm, fn.definition.body, scope) ?? null;
        });
      } catch (error) {
        if (!(error instanceof Unknown || error instanceof LimitReached)) throw error;
        unknown = error instanceof Unknown ? error.value : vm.unknown(error.reason);
      }
      produced = yields;
    }
    if (position >= produced.length && unknown) throw new Unknown(unknown);
    return produced[position++];
  });
  return iterator;
}

function bindParameters(vm: Machine, fn: FunctionValue, args: Arguments, scope: Scope): void {
  const { parameters } = fn.definition;
  const { positional, keywords } = args;
  const python = fn.module.language === "python";
  let position = 0;
  let usedKeywords = 0;
  const fallbackFor = (parameter: Parameter, index: number): Value | undefined => {
    const known = fn.defaults.get(index);
    if (known !== undefined) return known;
    if (!python && parameter.fallback) return evaluate(vm, parameter.fallback, scope);
    return undefined;
  };
  for (let index = 0; index < parameters.length; index++) {
    const parameter = parameters[index] as Parameter;
    let value: Value | undefined;
    switch (parameter.kind) {
      case "rest": {
        const rest = positional.slice(position);
        position = positional.length;
        if (python) {
          if (args.unknown) value = args.unknown;
          else value = new TupleValue(rest);
        } else {
          const array = new ListValue(rest);
          array.taint = args.unknown;
          value = array;
        }
        break;
      }
      case "keyword-rest": {
        const rest = new DictValue();
        // `def f(*a, **k)` takes a keyword named `a` into `k`.
        const nameable = parameters.filter(({ kind }) => kind === "normal" || kind === "keyword-only");
        const names = new Set(nameable.map((one) => one.name));
        for (const [name, item] of keywords) {
          if (names.has(name)) continue;
          rest.put(name, item);
          usedKeywords++;
        }
        rest.taint = args.unknown;
        value = rest;
        break;
      }
      default: {
        const named = parameter.kind === "positional-only" ? undefined : keywords.get(parameter.name);
        if (parameter.kind !== "keyword-only" && position < positional.length) {
          value = positional[position++];
          if (named !== undefined && python) {
            throw vm.error("TypeError", `${fn.name}() got multiple values for argument '${parameter.name}'`);
          }
          if (!python && value?.kind === "undefined") value = fallbackFor(parameter, index) ?? UNDEFINED;
        } else if (named !== undefined) {
          value = named;
          usedKeywords++;
        } else if (args.unknown) {
          value = args.unknown;
        } else {
          value = fallbackFor(parameter, index);
          if (value === undefined && python) throw vm.error("TypeError", argumentProblem(fn, args));
          value ??= UNDEFINED;
        }
      }
    }
    if (parameter.target) assign(vm, parameter.target, value as Value, scope, scope);
    else scope.variables.set(parameter.name, value as Value);
  }
  if (!python) return;
  if (position < positional.length || usedKeywords < keywords.size) {
    throw vm.error("TypeError", argumentProblem(fn, args));
  }
}

export function plural(count: number): string {
  return count === 1 ? "" : "s";
}

/** "'a', 'b', and 'c'" */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")}${quoted.length > 2 ? "," : ""} and ${quoted.at(-1)}`;
}

/** What is wrong with the arguments of a Python call, in CPython's words and order of looking. */
function argumentProblem(fn: FunctionValue, args: Arguments): string {
  const { parameters } = fn.definition;
  const name = `${fn.home ? `${fn.home.name}.` : ""}${fn.name || "<lambda>"}()`;
  const byPlace = parameters.filter(({ kind }) => kind === "normal" || kind === "positional-only");
  const hasFallback = (parameter: Parameter): boolean => fn.defaults.has(parameters.indexOf(parameter));
  const given = args.positional.length;
  const nameable = new Set(
    parameters.filter(({ kind }) => kind === "normal" || kind === "keyword-only").map((one) => one.name),
  );
  const extra = [...args.keywords.keys()].find((key) => !nameable.has(key));
  if (extra !== undefined && !parameters.some(({ kind }) => kind === "keyword-rest")) {
    return `${name} got an unexpected keyword argument '${extra}'`;
  }
  if (given > byPlace.length && !parameters.some(({ kind }) => kind === "rest")) {
    const least = byPlace.filter((parameter) => !hasFallback(parameter)).length;
    const most = byPlace.length;
    const wanted = least < most ? `from ${least} to ${most}` : String(most);
    return `${name} takes ${wanted} positional argument${plural(most)} but ${given} ${given === 1 ? "was" : "were"} given`;
  }
  const isAbsent = (parameter: Parameter): boolean => !args.keywords.has(parameter.name) && !hasFallback(parameter);
  const absent = byPlace.slice(given).filter(isAbsent);
  const kind = absent.length > 0 ? "positional" : "keyword-only";
  const names = (
    absent.length > 0 ? absent : parameters.filter((one) => one.kind === "keyword-only" && isAbsent(one))
  ).map((parameter) => parameter.name);
  return `${name} missing ${names.length} required ${kind} argument${plural(names.length)}: ${listed(names)}`;
}
