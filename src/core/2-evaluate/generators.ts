// Python generators that run as their values are asked for: an endless one can be taken from, values can be sent in, and a
// context manager made of one does its second half after the body. Only statements that hold a `yield` are run here, step
// by step; all others are run whole. A `yield` deep inside an expression is run with its whole statement at once.
import type { Expr, ForStmt, Stmt, TryStmt, WhileStmt, WithStmt } from "../1-syntax/tree";
import { assign } from "./assign";
import { evaluate, evaluateTest } from "./expressions";
import { LIMITS } from "./limits";
import type { Activation, Machine } from "./machine";
import type { Scope } from "./scope";
import { LimitReached, Raised, Unknown } from "./signals";
import { enterManagers, handlerFor, handling } from "./exceptions";
import { type Completion, execute } from "./statements";
import { type FunctionValue, IteratorValue, isOpaque, NONE, type Value } from "./values";

/** Yields values of the user's generator, is sent what `send` gives, and returns how the statements ended. */
type Steps<T> = Generator<Value, T, Value>;

/** An iterator over a running generator function. */
export class GeneratorValue extends IteratorValue {
  private finished = false;
  constructor(
    private readonly vm: Machine,
    private readonly activation: Activation,
    private readonly steps: Steps<Completion>,
  ) {
    super(() => this.send(NONE));
  }
  /** Goes on to the next `yield` with the value of the present one; undefined at the end. */
  send(value: Value): Value | undefined {
    return this.resume(() => this.steps.next(value));
  }
  /** Goes on with an exception raised at the present `yield`. */
  raise(error: Raised): Value | undefined {
    return this.resume(() => this.steps.throw(error));
  }
  /** Ends it where it stands; `finally` blocks run. */
  close(): void {
    this.resume(() => this.steps.return(undefined));
    this.finished = true;
  }
  private resume(step: () => IteratorResult<Value, Completion>): Value | undefined {
    if (this.finished) return undefined;
    const { vm } = this;
    if (vm.depth >= LIMITS.callDepth) throw new LimitReached(`calls nest more than ${LIMITS.callDepth} deep`);
    vm.depth++;
    try {
      const next = vm.within(this.activation, step);
      if (!next.done) return next.value;
      this.finished = true;
      this.result = next.value?.type === "return" ? next.value.value : NONE;
      return undefined;
    } catch (signal) {
      this.finished = true;
      throw signal;
    } finally {
      vm.depth--;
    }
  }
}

/** The generator a call of a Python generator function gives. */
export function makeGenerator(vm: Machine, fn: FunctionValue, scope: Scope, activation: Activation): Value {
  return new GeneratorValue(vm, activation, runBlock(vm, fn.definition.body, scope));
}

const holding = new WeakMap<Stmt, boolean>();

/** True when a statement has a `yield` of its own function in it. */
function holdsYield(statement: Stmt): boolean {
  let known = holding.get(statement);
  if (known === undefined) {
    known = searches(statement);
    holding.set(statement, known);
  }
  return known;
}

/** Looks through a node of the tree for `yield`, not into functions and classes inside. */
function searches(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(searches);
  if (typeof node !== "object" || node === null) return false;
  const { kind } = node as { kind?: string };
  if (kind === "yield") return true;
  if (kind === "function" || kind === "function-definition" || kind === "class-definition" || kind === "class")
    return false;
  return Object.values(node).some(searches);
}

function* runBlock(vm: Machine, body: readonly Stmt[], scope: Scope): Steps<Completion> {
  for (const statement of body) {
    const completion = holdsYield(statement)
      ? yield* runStatement(vm, statement, scope)
      : execute(vm, statement, scope);
    if (completion) return completion;
  }
  return undefined;
}

function* runStatement(vm: Machine, statement: Stmt, scope: Scope): Steps<Completion> {
  vm.step();
  switch (statement.kind) {
    case "expression":
      if (statement.value.kind !== "yield") break;
      yield* valueOf(vm, statement.value, scope);
      return undefined;
    case "assignment": {
      if (statement.value.kind !== "yield") break;
      const value = yield* valueOf(vm, statement.value, scope);
      for (const target of statement.targets) assign(vm, target, value, scope);
      return undefined;
    }
    case "return":
      if (statement.value?.kind !== "yield") break;
      return { type: "return", value: yield* valueOf(vm, statement.value, scope) };
    case "if": {
      const test = evaluateTest(vm, statement.test, scope);
      if (isOpaque(test)) throw new Unknown(test);
      return yield* runBlock(vm, test ? statement.then : statement.otherwise, scope);
    }
    case "while":
      return yield* runWhile(vm, statement, scope);
    case "for":
      return yield* runFor(vm, statement, scope);
    case "try":
      return yield* runTry(vm, statement, scope);
    case "with":
      return yield* runWith(vm, statement, scope);
    default:
  }
  return yield* runWhole(vm, statement, scope);
}

/** Runs a statement at once and hands its yields on afterwards. */
function* runWhole(vm: Machine, statement: Stmt, scope: Scope): Steps<Completion> {
  const yields: Value[] = [];
  const completion = vm.within({ ...vm.activation, yields }, () => execute(vm, statement, scope));
  for (const value of yields) yield value;
  return completion;
}

function* valueOf(vm: Machine, expr: Expr & { kind: "yield" }, scope: Scope): Steps<Value> {
  const value = expr.value ? evaluate(vm, expr.value, scope) : NONE;
  if (!expr.from) return yield value;
  const items = vm.dialect.iterate(vm, value);
  if (isOpaque(items)) throw new Unknown(items);
  if (!(value instanceof GeneratorValue)) {
    for (let next = items.next(); !next.done; next = items.next()) yield next.value;
    return value.kind === "iterator" ? (value.result ?? NONE) : NONE;
  }
  // What is sent here or raised here goes to the inner generator.
  let next = value.next();
  while (next !== undefined) {
    let sent: Value;
    try {
      sent = yield next;
    } catch (signal) {
      if (!(signal instanceof Raised)) throw signal;
      next = value.raise(signal);
      continue;
    }
    next = value.send(sent);
  }
  return value.result ?? NONE;
}

function* runWhile(vm: Machine, statement: WhileStmt, scope: Scope): Steps<Completion> {
  // Steps between two values are the asker's as much as the generator's: only the number of turns counts here.
  for (let turn = 0; ; turn++) {
    vm.step();
    const test = evaluateTest(vm, statement.test, scope);
    if (isOpaque(test)) throw new Unknown(test);
    if (!test) return yield* runBlock(vm, statement.otherwise, scope);
    if (turn >= LIMITS.loopIterations) throw vm.giveUp(`a loop runs more than ${LIMITS.loopIterations} times`);
    const completion = yield* runBlock(vm, statement.body, scope);
    if (completion?.type === "return") return completion;
    if (completion?.type === "break") return undefined;
  }
}

function* runFor(vm: Machine, statement: ForStmt, scope: Scope): Steps<Completion> {
  const items = vm.dialect.iterate(vm, evaluate(vm, statement.iterable, scope));
  if (isOpaque(items)) throw new Unknown(items);
  let count = 0;
  for (let next = items.next(); !next.done; next = items.next()) {
    if (++count > LIMITS.loopIterations) throw vm.giveUp(`a loop runs more than ${LIMITS.loopIterations} times`);
    assign(vm, statement.target, next.value, scope);
    const completion = yield* runBlock(vm, statement.body, scope);
    if (completion?.type === "return") return completion;
    if (completion?.type === "break") return undefined;
  }
  return yield* runBlock(vm, statement.otherwise, scope);
}

function* runTry(vm: Machine, statement: TryStmt, scope: Scope): Steps<Completion> {
  let completion: Completion;
  try {
    try {
      completion = yield* runBlock(vm, statement.body, scope);
      if (!completion) completion = yield* runBlock(vm, statement.otherwise, scope);
    } catch (error) {
      const handler = error instanceof Raised ? handlerFor(vm, statement, error, scope) : undefined;
      if (!handler) throw error;
      const done = handling(vm, handler, error as Raised, scope);
      try {
        completion = yield* runBlock(vm, handler.body, scope);
      } finally {
        done();
      }
    }
  } finally {
    const last = yield* runBlock(vm, statement.finally, scope);
    // A `return` in `finally` wins over how the rest ended, an exception too.
    // oxlint-disable-next-line no-unsafe-finally -- that is what Python does
    if (last) return last;
  }
  return completion;
}

function* runWith(vm: Machine, statement: WithStmt, scope: Scope): Steps<Completion> {
  const leave = enterManagers(vm, statement, scope);
  let completion: Completion;
  try {
    completion = yield* runBlock(vm, statement.body, scope);
  } catch (error) {
    if (error instanceof Raised && leave(error)) return undefined;
    throw error;
  }
  leave(null);
  return completion;
}
