// What each kind of statement does. A completion tells how a block ended; undefined is "ran to its end".
import type {
  ForStmt,
  IfStmt,
  MatchStmt,
  Pattern,
  RaiseStmt,
  Stmt,
  SwitchStmt,
  TryStmt,
  WhileStmt,
  WithStmt,
} from "../1-syntax/tree";
import { assign, readTarget, setVariable } from "./assign";
import { findAttribute } from "./attributes";
import { makeInstance } from "./calls";
import { defineClass, defineFunction, makeFunction } from "./classes";
import { evaluate, evaluateTest } from "./expressions";
import { dependsOn, fork } from "./fork";
import { executeExport, executeImport, executeImportFrom } from "./imports";
import { joinValues } from "./journal";
import { LIMITS } from "./limits";
import type { Machine } from "./machine";
import { Scope } from "./scope";
import { Raised, Unknown } from "./signals";
import {
  DictValue,
  hashKey,
  InstanceValue,
  int,
  isOpaque,
  NONE,
  type OpaqueValue,
  str,
  UNDEFINED,
  type Value,
} from "./values";

export type Completion =
  | undefined
  | { type: "return"; value: Value }
  | { type: "break" | "continue"; label: string | undefined };

/** Runs a function body; the value of its `return`, undefined when it ran to its end. */
export function executeBody(vm: Machine, body: readonly Stmt[], scope: Scope): Value | undefined {
  const completion = executeBlock(vm, body, scope);
  return completion?.type === "return" ? completion.value : undefined;
}

export function executeBlock(vm: Machine, body: readonly Stmt[], scope: Scope): Completion {
  for (const statement of body) {
    const completion = execute(vm, statement, scope);
    if (completion) return completion;
  }
  return undefined;
}

/** JavaScript: function declarations exist before the block runs, `var` names are known in the whole function. */
export function hoist(vm: Machine, body: readonly Stmt[], scope: Scope): void {
  if (vm.language !== "javascript") return;
  for (const statement of body) {
    if (statement.kind === "function-definition") {
      scope.variables.set(statement.definition.name, makeFunction(vm, statement.definition, scope));
    }
  }
}

export function execute(vm: Machine, statement: Stmt, scope: Scope): Completion {
  vm.step();
  switch (statement.kind) {
    case "expression":
      evaluate(vm, statement.value, scope);
      return undefined;
    case "assignment": {
      const value = evaluate(vm, statement.value, scope);
      for (const target of statement.targets) assign(vm, target, value, scope);
      return undefined;
    }
    case "augmented": {
      const old = readTarget(vm, statement.target, scope);
      const value = evaluate(vm, statement.value, scope);
      vm.at(statement.span);
      assign(vm, statement.target, vm.dialect.inPlace(vm, statement.op, old, value), scope);
      return undefined;
    }
    case "annotation":
      return undefined;
    case "declare": {
      const declaring = statement.scope === "var" ? scope.functionScope() : scope;
      if (
        statement.value === null &&
        statement.scope === "var" &&
        declaring.variables.has(targetName(statement.target))
      ) {
        return undefined;
      }
      const value = statement.value ? evaluate(vm, statement.value, scope) : UNDEFINED;
      assign(vm, statement.target, value, scope, declaring);
      if (statement.scope === "const" && statement.target.kind === "name") {
        declaring.constants ??= new Set();
        declaring.constants.add(statement.target.id);
      }
      return undefined;
    }
    case "if":
      return executeIf(vm, statement, scope);
    case "while":
      return executeWhile(vm, statement, scope);
    case "for":
      return executeFor(vm, statement, scope);
    case "counter-for": {
      const outer = new Scope(scope, "block");
      executeBlock(vm, statement.init, outer);
      // Each turn has its own copy of the loop variables, so closures made in it keep their values.
      let turn = new Scope(scope, "block");
      turn.variables = new Map(outer.variables);
      for (let count = 0; ; count++) {
        const test = statement.test ? evaluateTest(vm, statement.test, turn) : true;
        if (isOpaque(test)) {
          return maybeOnce(vm, test, () => executeBlock(vm, statement.body, new Scope(turn, "block")));
        }
        if (!test) return undefined;
        if (count >= LIMITS.loopIterations) throw vm.giveUp(`a loop runs more than ${LIMITS.loopIterations} times`);
        const completion = executeBlock(vm, statement.body, new Scope(turn, "block"));
        if (completion && leavesLoop(completion, statement.label)) return afterLoop(completion, statement.label);
        const next = new Scope(scope, "block");
        next.variables = new Map(turn.variables);
        turn = next;
        if (statement.update) evaluate(vm, statement.update, turn);
      }
    }
    case "return":
      return { type: "return", value: statement.value ? evaluate(vm, statement.value, scope) : bare(vm) };
    case "break":
    case "continue":
      return { type: statement.kind, label: statement.label };
    case "pass":
      return undefined;
    case "function-definition": {
      if (vm.language === "javascript") {
        if (!scope.variables.has(statement.definition.name)) hoist(vm, [statement], scope);
        return undefined;
      }
      setVariable(vm, statement.definition.name, defineFunction(vm, statement.definition, scope), scope);
      return undefined;
    }
    case "class-definition": {
      const cls = defineClass(vm, statement.definition, scope);
      assign(
        vm,
        { kind: "name", id: statement.definition.name, span: statement.definition.nameSpan },
        cls,
        scope,
        vm.language === "javascript" ? scope : undefined,
      ); // prettier-ignore
      return undefined;
    }
    case "import":
      executeImport(vm, statement, scope);
      return undefined;
    case "import-from":
      executeImportFrom(vm, statement, scope);
      return undefined;
    case "export":
      executeExport(vm, statement, scope);
      return undefined;
    case "raise":
      throw raise(vm, statement, scope);
    case "try":
      return executeTry(vm, statement, scope);
    case "with":
      return executeWith(vm, statement, scope);
    case "assert": {
      const test = evaluateTest(vm, statement.test, scope);
      if (test === false) {
        const message = statement.message ? vm.text(evaluate(vm, statement.message, scope)) : "";
        vm.at(statement.span);
        throw vm.error("AssertionError", isOpaque(message) ? "" : message);
      }
      return undefined;
    }
    case "delete":
      for (const target of statement.targets) executeDelete(vm, target, scope);
      return undefined;
    case "global":
    case "nonlocal": {
      scope.redirected ??= new Map();
      for (const name of statement.names) {
        const home =
          statement.kind === "global" ? scope.moduleScope() : (scope.parent?.holder(name) ?? scope.moduleScope());
        scope.redirected.set(name, home);
      }
      return undefined;
    }
    case "match":
      return executeMatch(vm, statement, scope);
    case "switch":
      return executeSwitch(vm, statement, scope);
    case "block": {
      const inner = new Scope(scope, "block");
      hoist(vm, statement.body, inner);
      const completion = executeBlock(vm, statement.body, inner);
      if (completion?.type === "break" && completion.label !== undefined && completion.label === statement.label)
        return undefined;
      return completion;
    }
    case "enum": {
      const type = vm.builtins("javascript").find("Object");
      if (type?.kind !== "class") return undefined;
      const members = new InstanceValue(type);
      const inner = new Scope(scope, "block");
      let next: Value = int(0);
      for (const member of statement.members) {
        const value = member.value ? evaluate(vm, member.value, inner) : next;
        members.fields.set(member.name, value);
        inner.variables.set(member.name, value);
        if (value.kind === "number") {
          members.fields.set(String(value.value), str(member.name));
          next = int(value.value + 1);
        }
      }
      scope.variables.set(statement.name, members);
      return undefined;
    }
    case "hole":
      return executeBlock(vm, statement.parts, scope);
  }
}

function bare(vm: Machine): Value {
  return vm.language === "python" ? NONE : UNDEFINED;
}

function targetName(target: { kind: string; id?: string }): string {
  return target.kind === "name" ? (target.id ?? "") : "";
}

// --- branches -------------------------------------------------------------------------------------------------------

function executeIf(vm: Machine, statement: IfStmt, scope: Scope): Completion {
  const test = evaluateTest(vm, statement.test, scope);
  const run = (body: readonly Stmt[]) => {
    if (vm.language === "python") return executeBlock(vm, body, scope);
    const inner = new Scope(scope, "block");
    hoist(vm, body, inner);
    return executeBlock(vm, body, inner);
  };
  if (!isOpaque(test)) return run(test ? statement.then : statement.otherwise);
  return branch(
    vm,
    test,
    () => run(statement.then),
    () => run(statement.otherwise),
  ); // prettier-ignore
}

/** Both sides of an unknown condition. A side that returns is remembered as what may have been returned. */
function branch(vm: Machine, condition: OpaqueValue, left: () => Completion, right: () => Completion): Completion {
  const activation = vm.activation;
  const pending = activation.maybeReturned.length;
  return fork(vm, condition, left, right, (a, b, why) => {
    if (a?.type === "return" && b?.type === "return")
      return { type: "return", value: joinValues(a.value, b.value, why) };
    const early = a?.type === "return" ? a : b?.type === "return" ? b : undefined;
    if (early) {
      activation.maybeReturned.splice(Math.max(pending, 0), 0, { value: early.value, why });
      return a?.type === "return" ? b : a;
    }
    // One side leaves the loop: whether it does is not known; going on keeps what both agree on.
    return a && b ? b : undefined;
  });
}

/** Runs something that happens an unknown number of times: once, joined with not at all. */
function maybeOnce(vm: Machine, condition: OpaqueValue, body: () => Completion): Completion {
  return branch(
    vm,
    condition,
    () => {
      const completion = body();
      return completion?.type === "return" ? completion : undefined;
    },
    () => undefined,
  ); // prettier-ignore
}

// --- loops ----------------------------------------------------------------------------------------------------------

function leavesLoop(completion: NonNullable<Completion>, label: string | undefined): boolean {
  if (completion.type === "return") return true;
  if (completion.label !== undefined && completion.label !== label) return true;
  return completion.type === "break";
}

/** What a loop gives when its body ended it: a break meant for this loop is used up. */
function afterLoop(completion: NonNullable<Completion>, label: string | undefined): Completion {
  if (completion.type === "return") return completion;
  return completion.label !== undefined && completion.label !== label ? completion : undefined;
}

function executeWhile(vm: Machine, statement: WhileStmt, scope: Scope): Completion {
  const inner = () => (vm.language === "python" ? scope : new Scope(scope, "block"));
  for (let turn = 0; ; turn++) {
    if (statement.testFirst || turn > 0) {
      const test = evaluateTest(vm, statement.test, scope);
      if (isOpaque(test)) return maybeOnce(vm, test, () => executeBlock(vm, statement.body, inner()));
      if (!test) return executeBlock(vm, statement.otherwise, scope);
    }
    if (turn >= LIMITS.whileIterations) throw vm.giveUp(`a loop runs more than ${LIMITS.whileIterations} times`);
    const completion = executeBlock(vm, statement.body, inner());
    if (completion && leavesLoop(completion, statement.label)) return afterLoop(completion, statement.label);
  }
}

function executeFor(vm: Machine, statement: ForStmt, scope: Scope): Completion {
  const iterable = evaluate(vm, statement.iterable, scope);
  const turn = (item: Value): Completion => {
    const inner = vm.language === "python" ? scope : new Scope(scope, "block");
    const declaring = statement.declare === "var" ? scope.functionScope() : statement.declare ? inner : undefined;
    assign(vm, statement.target, item, inner, declaring);
    return executeBlock(vm, statement.body, inner);
  };
  let source: Iterator<Value> | OpaqueValue;
  if (statement.over === "keys") {
    const keys = vm.dialect.keys(vm, iterable);
    source = isOpaque(keys) ? keys : keys[Symbol.iterator]();
  } else {
    source = vm.dialect.iterate(vm, iterable);
  }
  if (isOpaque(source)) {
    const unknown = source;
    return maybeOnce(vm, unknown, () => turn(unknown));
  }
  let count = 0;
  for (let next = source.next(); !next.done; next = source.next()) {
    if (++count > LIMITS.loopIterations) throw vm.giveUp(`a loop runs more than ${LIMITS.loopIterations} times`);
    const completion = turn(next.value);
    if (completion && leavesLoop(completion, statement.label)) return afterLoop(completion, statement.label);
  }
  return executeBlock(vm, statement.otherwise, scope);
}

// --- exceptions -----------------------------------------------------------------------------------------------------

/** The exception of a `raise`, with what it was raised from and what was being handled then. */
function raise(vm: Machine, statement: RaiseStmt, scope: Scope): Raised {
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
    return new Raised(value.type.name, text, vm.here(), value, vm.stack());
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

function executeTry(vm: Machine, statement: TryStmt, scope: Scope): Completion {
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

function executeWith(vm: Machine, statement: WithStmt, scope: Scope): Completion {
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

function executeDelete(vm: Machine, target: Parameters<typeof assign>[1], scope: Scope): void {
  if (target.kind === "name") {
    const holder = scope.redirected?.get(target.id) ?? scope;
    vm.touch(holder);
    holder.variables.delete(target.id);
  } else if (target.kind === "attribute") {
    const object = evaluate(vm, target.object, scope);
    if (object.kind === "instance") {
      vm.touch(object);
      object.fields.delete(target.name);
    }
  } else if (target.kind === "index") {
    const object = evaluate(vm, target.object, scope);
    if (!isOpaque(object)) vm.dialect.deleteIndex(vm, object, evaluate(vm, target.index, scope));
  } else if (target.kind === "unpack") {
    for (const element of target.elements) if (element) executeDelete(vm, element.target, scope);
  }
}

// --- match and switch -----------------------------------------------------------------------------------------------

function executeSwitch(vm: Machine, statement: SwitchStmt, scope: Scope): Completion {
  const subject = evaluate(vm, statement.subject, scope);
  const inner = new Scope(scope, "block");
  let start = -1;
  for (let index = 0; index < statement.cases.length && start < 0; index++) {
    const test = statement.cases[index]?.test;
    if (!test) continue;
    const same = vm.dialect.compare(vm, "===", subject, evaluate(vm, test, inner));
    const truth = vm.truth(same);
    if (isOpaque(truth)) throw new Unknown(dependsOn(vm, truth));
    if (truth) start = index;
  }
  if (start < 0) start = statement.cases.findIndex(({ test }) => test === null);
  if (start < 0) return undefined;
  for (const { body } of statement.cases.slice(start)) {
    const completion = executeBlock(vm, body, inner);
    if (!completion) continue;
    if (completion.type === "break" && (completion.label === undefined || completion.label === statement.label))
      return undefined;
    return completion;
  }
  return undefined;
}

function executeMatch(vm: Machine, statement: MatchStmt, scope: Scope): Completion {
  const subject = evaluate(vm, statement.subject, scope);
  const attempt = (index: number): Completion => {
    const current = statement.cases[index];
    if (!current) return undefined;
    const bindings = new Map<string, Value>();
    let matched = matches(vm, current.pattern, subject, bindings, scope);
    if (matched === true) {
      for (const [name, value] of bindings) setVariable(vm, name, value, scope);
      if (current.guard) matched = evaluateTest(vm, current.guard, scope);
    }
    if (isOpaque(matched)) {
      return branch(
        vm,
        matched,
        () => executeBlock(vm, current.body, scope),
        () => attempt(index + 1),
      ); // prettier-ignore
    }
    return matched ? executeBlock(vm, current.body, scope) : attempt(index + 1);
  };
  return attempt(0);
}

function matches(
  vm: Machine,
  pattern: Pattern,
  subject: Value,
  bindings: Map<string, Value>,
  scope: Scope,
): boolean | OpaqueValue {
  const all = (pairs: [Pattern, Value][]): boolean | OpaqueValue => {
    for (const [inner, value] of pairs) {
      const result = matches(vm, inner, value, bindings, scope);
      if (result !== true) return result;
    }
    return true;
  };
  if (pattern.kind === "capture") {
    if (pattern.name !== null) bindings.set(pattern.name, subject);
    return true;
  }
  if (pattern.kind === "as") {
    const result = matches(vm, pattern.pattern, subject, bindings, scope);
    if (result === true) bindings.set(pattern.name, subject);
    return result;
  }
  if (pattern.kind === "or") {
    for (const option of pattern.options) {
      const result = matches(vm, option, subject, bindings, scope);
      if (result !== false) return result;
    }
    return false;
  }
  if (isOpaque(subject)) return subject;
  switch (pattern.kind) {
    case "value":
      return vm.equals(subject, evaluate(vm, pattern.value, scope));
    case "star":
      return false;
    case "sequence": {
      if (subject.kind !== "list" && subject.kind !== "tuple") return false;
      const items = vm.iterate(subject);
      if (isOpaque(items)) return items;
      const star = pattern.elements.findIndex((element) => element.kind === "star");
      if (star < 0 ? items.length !== pattern.elements.length : items.length < pattern.elements.length - 1)
        return false;
      const after = star < 0 ? 0 : pattern.elements.length - star - 1;
      const pairs: [Pattern, Value][] = [];
      pattern.elements.forEach((element, index) => {
        if (element.kind === "star") {
          if (element.name !== null)
            bindings.set(
              element.name,
              vm.call(vm.builtins("python").find("list") ?? NONE, [
                vm.getIndex(subject, { kind: "slice", lower: int(star), upper: int(items.length - after), step: NONE }),
              ]),
            ); // prettier-ignore
        } else {
          const at = star >= 0 && index > star ? items.length - (pattern.elements.length - index) : index;
          pairs.push([element, items[at] as Value]);
        }
      });
      return all(pairs);
    }
    case "mapping": {
      if (subject.kind !== "dict") return false;
      const taken = new Set<string>();
      const pairs: [Pattern, Value][] = [];
      for (const { key, pattern: inner } of pattern.entries) {
        const name = evaluate(vm, key, scope);
        const has = vm.truth(vm.compare("in", name, subject));
        if (has !== true) return has;
        pairs.push([inner, vm.getIndex(subject, name)]);
        taken.add(hashKey(name));
      }
      if (pattern.rest !== null) {
        const rest = new DictValue(new Map([...subject.entries].filter(([key]) => !taken.has(key))));
        bindings.set(pattern.rest, rest);
      }
      return all(pairs);
    }
    case "class": {
      const cls = evaluate(vm, pattern.type, scope);
      const is = vm.isInstance(subject, cls);
      if (is !== true) return is;
      const pairs: [Pattern, Value][] = pattern.keywords.map(({ name, pattern: inner }) => [
        inner,
        vm.getAttribute(subject, name),
      ]);
      if (pattern.positional.length > 0) {
        const names = cls.kind === "class" ? cls.find("__match_args__") : undefined;
        if (names?.kind === "tuple") {
          pattern.positional.forEach((inner, index) => {
            const name = names.items[index];
            if (name?.kind === "string") pairs.push([inner, vm.getAttribute(subject, name.value)]);
          });
        } else {
          pairs.push([pattern.positional[0] as Pattern, subject]);
        }
      }
      return all(pairs);
    }
  }
}
