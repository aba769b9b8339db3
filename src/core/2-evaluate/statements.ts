// What each kind of statement does. A completion tells how a block ended; undefined is "ran to its end".
import type { ForStmt, IfStmt, Stmt, WhileStmt } from "../1-syntax/tree";
import { deleteAttribute } from "./attributes";
import { assign, readTarget, setVariable } from "./assign";
import { defineClass, defineFunction, makeFunction } from "./classes";
import { evaluate, evaluateTest } from "./expressions";
import { executeTry, executeWith, raise } from "./exceptions";
import { fork } from "./fork";
import { executeExport, executeImport, executeImportFrom } from "./imports";
import { joinValues } from "./journal";
import { LIMITS } from "./limits";
import { executeMatch, executeSwitch } from "./matching";
import type { Machine } from "./machine";
import { Scope } from "./scope";
import { InstanceValue, int, isOpaque, NONE, type OpaqueValue, str, UNDEFINED, type Value } from "./values";

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
      const end = statement.test ? Number.POSITIVE_INFINITY : vm.beginLoop();
      for (let count = 0; ; count++) {
        vm.turn(end);
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
export function branch(
  vm: Machine,
  condition: OpaqueValue,
  left: () => Completion,
  right: () => Completion,
): Completion {
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
  const end = vm.beginLoop();
  for (let turn = 0; ; turn++) {
    vm.turn(end);
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
  const isStream = iterable.kind === "iterator" || iterable.kind === "instance";
  const end = isStream ? vm.beginLoop() : Number.POSITIVE_INFINITY;
  for (let next = source.next(); !next.done; next = source.next()) {
    vm.turn(end);
    if (++count > LIMITS.loopIterations) throw vm.giveUp(`a loop runs more than ${LIMITS.loopIterations} times`);
    const completion = turn(next.value);
    if (completion && leavesLoop(completion, statement.label)) return afterLoop(completion, statement.label);
  }
  return executeBlock(vm, statement.otherwise, scope);
}

export function executeDelete(vm: Machine, target: Parameters<typeof assign>[1], scope: Scope): void {
  if (target.kind === "name") {
    const holder = scope.redirected?.get(target.id) ?? scope;
    vm.touch(holder);
    holder.variables.delete(target.id);
  } else if (target.kind === "attribute") {
    deleteAttribute(vm, evaluate(vm, target.object, scope), target.name);
  } else if (target.kind === "index") {
    const object = evaluate(vm, target.object, scope);
    if (!isOpaque(object)) vm.dialect.deleteIndex(vm, object, evaluate(vm, target.index, scope));
  } else if (target.kind === "unpack") {
    for (const element of target.elements) if (element) executeDelete(vm, element.target, scope);
  }
}
