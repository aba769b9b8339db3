// Exceptions of the user's language: `raise`, `try` with its handlers, and `with`, whose managers may take an exception.
import type { RaiseStmt, Stmt, TryStmt, WithStmt } from "../1-syntax/tree";
import { assign } from "./assign";
import { findAttribute } from "./attributes";
import { evaluate } from "./expressions";
import { makeInstance } from "./instances";
import type { Machine } from "./machine";
import { Scope } from "./scope";
import { Raised } from "./signals";
import { type Completion, executeBlock, executeDelete } from "./statements";
import { isOpaque, NONE, str, type Value } from "./values";

/** The exception of a `raise`, with what it was raised from and what was being handled then. */
export function raise(vm: Machine, statement: RaiseStmt, scope: Scope): Raised {
  const error = raised(vm, statement.value ? evaluate(vm, statement.value, scope) : null, statement.span);
  const { value } = error;
  if (vm.language !== "python" || value?.kind !== "instance") return error;
  const context = vm.state.get("exception");
  if (context instanceof Raised && context.value !== value) {
    vm.touch(value);
    value.fields.set("__context__", exceptionValue(vm, context));
  }
  if (statement.cause) {
    vm.touch(value);
    value.fields.set("__cause__", evaluate(vm, statement.cause, scope));
  }
  return error;
}

function raised(vm: Machine, value: Value | null, span: Stmt["span"]): Raised {
  vm.at(span);
  if (value === null) {
    const current = vm.state.get("exception");
    return current instanceof Raised ? current : vm.error("RuntimeError", "no active exception to re-raise");
  }
  if (value.kind === "class") {
    const made = vm.call(value);
    return new Raised(value.name, "", vm.here(), made, vm.stack());
  }
  if (value.kind === "instance") {
    const message = vm.text(value);
    const shown = value.fields.get("message") ?? null;
    const text = shown?.kind === "string" ? shown.value : isOpaque(message) ? "" : message;
    return new Raised(value.type.name, text, vm.here(), value, vm.stack(), vm.activation.module.isRecipe);
  }
  if (isOpaque(value)) return new Raised("Exception", value.reason, vm.here(), value, vm.stack());
  const text = vm.text(value);
  return new Raised("Error", isOpaque(text) ? "" : text, vm.here(), value, vm.stack());
}

const IMPORT_ERRORS = new Set(["ImportError", "ModuleNotFoundError", "Exception", "BaseException"]);
const NAME_ERRORS = new Set(["NameError", "UnboundLocalError"]);

function handles(statement: TryStmt, errors: ReadonlySet<string>, bare: boolean): boolean {
  return statement.handlers.some(({ type }) => {
    if (type === null) return bare;
    const names = type.kind === "sequence" ? type.elements : [type];
    return names.some((one) => {
      const name = one.kind === "name" ? one.id : one.kind === "attribute" ? one.name : "";
      return errors.has(name);
    });
  });
}

type Handler = TryStmt["handlers"][number];

/** The first handler of a `try` that catches this exception. */
export function handlerFor(vm: Machine, statement: TryStmt, error: Raised, scope: Scope): Handler | undefined {
  return statement.handlers.find(({ type }) => type === null || catches(vm, error, evaluate(vm, type, scope)));
}

/** Binds what a Python handler catches; what is given back ends the handling. */
export function handling(vm: Machine, handler: Handler, error: Raised, scope: Scope): () => void {
  if (handler.target) assign(vm, handler.target, exceptionValue(vm, error), scope);
  const before = vm.state.get("exception");
  vm.state.set("exception", error);
  return () => {
    vm.state.set("exception", before);
    // Python forgets the name of a handled exception.
    if (handler.target) executeDelete(vm, handler.target, scope);
  };
}

export function executeTry(vm: Machine, statement: TryStmt, scope: Scope): Completion {
  const activation = vm.activation;
  const outer = activation.catchesImports;
  const outerNames = activation.catchesNames;
  const block = (body: readonly Stmt[]) =>
    executeBlock(vm, body, vm.language === "python" ? scope : new Scope(scope, "block"));
  let completion: Completion;
  try {
    activation.catchesImports = outer || handles(statement, IMPORT_ERRORS, true);
    activation.catchesNames = outerNames || handles(statement, NAME_ERRORS, false);
    try {
      completion = block(statement.body);
    } finally {
      activation.catchesImports = outer;
      activation.catchesNames = outerNames;
    }
    if (!completion) completion = executeBlock(vm, statement.otherwise, scope);
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    const handler = handlerFor(vm, statement, error, scope);
    if (!handler) {
      const last = block(statement.finally);
      if (last) return last;
      throw error;
    }
    const inner = vm.language === "python" ? scope : new Scope(scope, "block");
    if (handler.target)
      assign(vm, handler.target, exceptionValue(vm, error), inner, vm.language === "python" ? undefined : inner);
    const before = vm.state.get("exception");
    vm.state.set("exception", error);
    try {
      completion = executeBlock(vm, handler.body, inner);
    } finally {
      vm.state.set("exception", before);
      // Python forgets the name of a handled exception.
      if (vm.language === "python" && handler.target) executeDelete(vm, handler.target, scope);
      const last = block(statement.finally);
      // A `return` in `finally` wins.
      if (last) completion = last;
    }
    return completion;
  }
  const last = block(statement.finally);
  return last ?? completion;
}

function exceptionClass(vm: Machine, name: string): Value | undefined {
  return vm.builtins(vm.language).find(name);
}

function catches(vm: Machine, error: Raised, type: Value): boolean {
  const types = type.kind === "tuple" ? type.items : [type];
  return types.some((one) => {
    if (isOpaque(one)) return false;
    if (one.kind !== "class") return false;
    if (error.value?.kind === "instance") return error.value.type.isSubclassOf(one);
    const cls = exceptionClass(vm, error.type);
    return cls?.kind === "class" ? cls.isSubclassOf(one) : one.name === "Exception" || one.name === error.type;
  });
}

/** The object a handler binds. */
function exceptionValue(vm: Machine, error: Raised): Value {
  if (error.value) return error.value;
  const cls = exceptionClass(vm, error.type);
  if (cls?.kind !== "class") return vm.unknown(`the exception ${error.type}: ${error.message}`);
  return cls.construct || vm.language === "javascript"
    ? vm.call(cls, [str(error.message)])
    : makeInstance(vm, cls, { positional: [str(error.message)], keywords: new Map(), unknown: null });
}

/** Enters the managers of a `with`; what is given back leaves them, and tells whether an exception was swallowed. */
export function enterManagers(vm: Machine, statement: WithStmt, scope: Scope): (error: Raised | null) => boolean {
  const managers: Value[] = [];
  for (const { value, target } of statement.items) {
    const manager = evaluate(vm, value, scope);
    let entered: Value = manager;
    const enter = isOpaque(manager) ? undefined : findAttribute(vm, manager, "__enter__");
    if (enter && !isOpaque(enter)) entered = vm.call(enter);
    managers.push(manager);
    if (target) assign(vm, target, entered, scope);
  }
  return (error) => {
    let handled = false;
    for (const manager of managers.reverse()) {
      const exit = isOpaque(manager) ? undefined : findAttribute(vm, manager, "__exit__");
      if (!exit || isOpaque(exit)) continue;
      const pending = error && !handled ? error : null;
      const type = pending ? classOf(vm, pending) : NONE;
      const result = vm.call(exit, [type, pending ? exceptionValue(vm, pending) : NONE, NONE]);
      if (pending && vm.truth(result) === true) handled = true;
    }
    return handled;
  };
}

function classOf(vm: Machine, error: Raised): Value {
  return error.value?.kind === "instance" ? error.value.type : (exceptionClass(vm, error.type) ?? NONE);
}

export function executeWith(vm: Machine, statement: WithStmt, scope: Scope): Completion {
  const leave = enterManagers(vm, statement, scope);
  let completion: Completion;
  try {
    completion = executeBlock(vm, statement.body, scope);
  } catch (error) {
    if (error instanceof Raised && leave(error)) return undefined;
    throw error;
  }
  leave(null);
  return completion;
}
