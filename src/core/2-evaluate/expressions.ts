// What each kind of expression means. Total: an expression that cannot be known gives an opaque value with its reason;
// exceptions of the user's language travel as Raised.
import type { ComprehensionExpr, DictExpr, Expr, LogicalExpr, TemplateExpr } from "../1-syntax/tree";
import { assign, readTarget } from "./assign";
import { getAttribute } from "./attributes";
import { evaluateCall } from "./calls";
import { defineClass, makeFunction, superOf } from "./classes";
import { attempt, forkOn } from "./fork";
import { LIMITS } from "./limits";
import type { Machine } from "./machine";
import { Scope } from "./scope";
import { Unknown } from "./signals";
import {
  bool,
  DictValue,
  ELLIPSIS,
  float,
  InstanceValue,
  int,
  isNone,
  isOpaque,
  IteratorValue,
  ListValue,
  NONE,
  type OpaqueValue,
  PropertyValue,
  SliceValue,
  StringValue,
  str,
  TupleValue,
  UNDEFINED,
  type Value,
} from "./values";

export function evaluate(vm: Machine, expr: Expr, scope: Scope): Value {
  vm.step();
  switch (expr.kind) {
    case "name":
      return readName(vm, expr.id, scope);
    case "number":
      return expr.isFloat ? float(expr.value) : int(expr.value);
    case "string":
      return new StringValue(expr.value, expr.bytes);
    case "constant":
      return expr.value === "none" ? NONE : expr.value === "ellipsis" ? ELLIPSIS : bool(expr.value);
    case "attribute": {
      const object = evaluate(vm, expr.object, scope);
      if (expr.optional && isNone(object)) return UNDEFINED;
      if (object.kind === "host") vm.at(expr.span);
      return getAttribute(vm, object, memberName(vm, expr.name));
    }
    case "call":
      return evaluateCall(vm, expr, scope);
    case "binary": {
      const left = evaluate(vm, expr.left, scope);
      const right = evaluate(vm, expr.right, scope);
      vm.at(expr.span);
      return vm.dialect.binary(vm, expr.op, left, right);
    }
    case "compare": {
      let left = evaluate(vm, expr.first, scope);
      let result: Value = UNDEFINED;
      for (const { op, value } of expr.rest) {
        const right = evaluate(vm, value, scope);
        vm.at(expr.span);
        result = vm.dialect.compare(vm, op, left, right);
        if (expr.rest.length > 1) {
          const truth = vm.truth(result);
          if (truth !== true) return result;
        }
        left = right;
      }
      return result;
    }
    case "unary": {
      if (expr.op === "typeof" && expr.operand.kind === "name" && scope.find(expr.operand.id) === undefined) {
        return str("undefined");
      }
      if (expr.op === "delete") {
        deleteProperty(vm, expr.operand, scope);
        return bool(true);
      }
      const operand = evaluate(vm, expr.operand, scope);
      if (expr.op === "not") {
        const truth = vm.truth(operand);
        return isOpaque(truth) ? truth : bool(!truth);
      }
      if (expr.op === "void") return UNDEFINED;
      vm.at(expr.span);
      return vm.dialect.unary(vm, expr.op, operand);
    }
    case "logical":
      return evaluateLogical(vm, expr, scope);
    case "conditional": {
      const truth = vm.truth(evaluate(vm, expr.test, scope));
      if (!isOpaque(truth)) return evaluate(vm, truth ? expr.then : expr.otherwise, scope);
      return forkOn(
        vm,
        truth,
        () => evaluate(vm, expr.then, scope),
        () => evaluate(vm, expr.otherwise, scope),
      );
    }
    case "sequence": {
      const items = spreadItems(vm, expr.elements, scope);
      if (isOpaque(items)) {
        if (expr.type !== "list") return items;
        const unknown = new ListValue([]);
        unknown.taint = items;
        return unknown;
      }
      if (expr.type === "list") return new ListValue(items);
      if (expr.type === "tuple") return new TupleValue(items);
      return makeSet(vm, items);
    }
    case "dict":
      return expr.object ? objectLiteral(vm, expr, scope) : dictLiteral(vm, expr, scope);
    case "index": {
      const object = evaluate(vm, expr.object, scope);
      if (expr.optional && isNone(object)) return UNDEFINED;
      const index = evaluate(vm, expr.index, scope);
      vm.at(expr.span);
      return vm.dialect.getIndex(vm, object, index);
    }
    case "slice":
      return new SliceValue(
        expr.lower ? evaluate(vm, expr.lower, scope) : NONE,
        expr.upper ? evaluate(vm, expr.upper, scope) : NONE,
        expr.step ? evaluate(vm, expr.step, scope) : NONE,
      );
    case "template":
      return evaluateTemplate(vm, expr, scope);
    case "function":
      return makeFunction(vm, expr.definition, scope);
    case "class":
      return defineClass(vm, expr.definition, scope);
    case "comprehension":
      return evaluateComprehension(vm, expr, scope);
    case "assign": {
      if (expr.op === null) {
        const value = evaluate(vm, expr.value, scope);
        // A walrus in a comprehension binds in the function around it.
        assign(vm, expr.target, value, vm.language === "python" ? scope.functionScope() : scope);
        return value;
      }
      const old = readTarget(vm, expr.target, scope);
      if (expr.op === "??" || expr.op === "and" || expr.op === "or") {
        if (expr.op === "??") {
          if (!isNone(old)) return old;
        } else {
          const truth = vm.truth(old);
          if (isOpaque(truth)) return truth;
          if (truth === (expr.op === "or")) return old;
        }
        const value = evaluate(vm, expr.value, scope);
        assign(vm, expr.target, value, scope);
        return value;
      }
      const value = vm.dialect.inPlace(vm, expr.op, old, evaluate(vm, expr.value, scope));
      assign(vm, expr.target, value, scope);
      return value;
    }
    case "update": {
      const old = vm.unary("+", readTarget(vm, expr.target, scope));
      const value = vm.dialect.binary(vm, expr.delta > 0 ? "+" : "-", old, int(1));
      assign(vm, expr.target, value, scope);
      return expr.prefix ? value : old;
    }
    case "await":
      // Async code is passed through: a promise is its value.
      return evaluate(vm, expr.value, scope);
    case "yield": {
      const nothing = vm.language === "python" ? NONE : UNDEFINED;
      const value = expr.value ? evaluate(vm, expr.value, scope) : nothing;
      const yields = vm.activation.yields;
      if (!yields) return vm.unknown("`yield` outside a generator");
      if (expr.from) for (const item of vm.items(value)) yields.push(item);
      else yields.push(value);
      if (yields.length > LIMITS.loopIterations) throw vm.giveUp("a generator gives too many values");
      return (expr.from && value.kind === "iterator" ? value.result : null) ?? nothing;
    }
    case "spread":
      return evaluate(vm, expr.value, scope);
    case "comma": {
      let last: Value = UNDEFINED;
      for (const value of expr.values) last = evaluate(vm, value, scope);
      return last;
    }
    case "hole":
      return vm.unknown(expr.reason);
  }
}

/** JavaScript `delete object.name` and `delete object[key]`; of anything else it deletes nothing. */
function deleteProperty(vm: Machine, operand: Expr, scope: Scope): void {
  if (operand.kind !== "attribute" && operand.kind !== "index") return;
  const object = evaluate(vm, operand.object, scope);
  const key = operand.kind === "attribute" ? str(operand.name) : evaluate(vm, operand.index, scope);
  if (!isOpaque(object)) vm.dialect.deleteIndex(vm, object, key);
}

/** Python's private names: `self.__x` inside class A is the attribute `_A__x`. */
export function memberName(vm: Machine, name: string): string {
  if (!name.startsWith("__") || name.endsWith("__") || vm.language !== "python") return name;
  const home = vm.activation.callee?.home;
  return home ? `_${home.name.replace(/^_+/, "")}${name}` : name;
}

function isUnboundLocal(scope: Scope, id: string): boolean {
  for (let one: Scope | null = scope; one; one = one.parent) if (one.locals) return one.locals.has(id);
  return false;
}

function readName(vm: Machine, id: string, scope: Scope): Value {
  const redirected = scope.redirected?.get(id);
  const value = (redirected ?? scope).find(id);
  if (value !== undefined) return value;
  if (!redirected && isUnboundLocal(scope, id)) {
    if (vm.activation.catchesNames) {
      const message = `cannot access local variable '${id}' where it is not associated with a value`;
      throw vm.error("UnboundLocalError", message);
    }
    return vm.unknown(`the local variable '${id}' has no value here`);
  }
  const page = vm.language === "javascript" ? vm.environment.pageGlobals?.[id] : undefined;
  if (page !== undefined)
    return vm.importModule(page, "javascript") ?? vm.unknown(`the module '${page}' was not found`);
  if (id === "super") return superOf(vm, scope) ?? vm.unknown("`super` outside a class");
  const module = vm.activation.module;
  const exported = module.members.get(id);
  if (exported !== undefined) return exported;
  const cls = scope.type === "class" ? undefined : scope.find("__class__");
  if (id === "__class__" && cls) return cls;
  if (vm.activation.catchesNames) throw vm.error("NameError", `name '${id}' is not defined`);
  return vm.unknown(`the name '${id}' is not defined here`);
}

/** Truth of an expression used as a condition; sees through `and`/`or` with one unknown side when the other decides. */
export function evaluateTest(vm: Machine, expr: Expr, scope: Scope): boolean | OpaqueValue {
  return vm.truth(evaluate(vm, expr, scope));
}

function evaluateLogical(vm: Machine, expr: LogicalExpr, scope: Scope): Value {
  const left = evaluate(vm, expr.left, scope);
  if (expr.op === "??") return isNone(left) ? evaluate(vm, expr.right, scope) : left;
  const truth = vm.truth(left);
  if (!isOpaque(truth)) return truth === (expr.op === "or") ? left : evaluate(vm, expr.right, scope);
  // The right side may decide alone: `unknown and False` is false, `unknown or True` is true.
  const right = attempt(vm, () => evaluate(vm, expr.right, scope));
  if (right === undefined) return truth;
  const decided = vm.truth(right);
  return !isOpaque(decided) && decided === (expr.op === "or") && right.kind === "boolean" ? right : truth;
}

/** Elements with spreads unpacked; the first unknown spread is the result instead. */
export function spreadItems(vm: Machine, elements: readonly Expr[], scope: Scope): Value[] | OpaqueValue {
  const items: Value[] = [];
  for (const element of elements) {
    if (element.kind === "spread") {
      const more = vm.iterate(evaluate(vm, element.value, scope));
      if (isOpaque(more)) return more;
      for (const item of more) items.push(item);
    } else {
      items.push(evaluate(vm, element, scope));
    }
  }
  return items;
}

/** A set of these items, made by the language's own class, which knows how its values compare. */
function makeSet(vm: Machine, items: Value[]): Value {
  return vm.call(vm.builtins("python").find("set") ?? NONE, [new ListValue(items)]);
}

function dictLiteral(vm: Machine, expr: DictExpr, scope: Scope): Value {
  const dict = new DictValue();
  for (const { key, value } of expr.entries) {
    if (key === null) {
      const other = evaluate(vm, value, scope);
      if (other.kind === "dict") {
        for (const entry of other.entries.values()) vm.dialect.setIndex(vm, dict, entry.key, entry.value);
        dict.taint ??= other.taint;
      } else if (isOpaque(other)) {
        dict.taint ??= other;
      } else {
        const entries = vm.call(getAttribute(vm, other, "items"));
        for (const pair of vm.items(entries)) {
          if (pair.kind === "tuple" && pair.items[0]) {
            vm.dialect.setIndex(vm, dict, pair.items[0], pair.items[1] ?? NONE);
          }
        }
      }
    } else {
      const name = evaluate(vm, key, scope);
      if (isOpaque(name)) {
        evaluate(vm, value, scope);
        dict.taint ??= name;
      } else {
        vm.dialect.setIndex(vm, dict, name, evaluate(vm, value, scope));
      }
    }
  }
  return dict;
}

function objectLiteral(vm: Machine, expr: DictExpr, scope: Scope): Value {
  const type = vm.builtins("javascript").find("Object");
  if (type?.kind !== "class") return vm.unknown("object literals need the JavaScript built-ins");
  const object = new InstanceValue(type);
  for (const entry of expr.entries) {
    if (entry.key === null) {
      const other = evaluate(vm, entry.value, scope);
      const keys = vm.dialect.keys(vm, other);
      if (isOpaque(keys)) {
        object.taint = keys;
        for (const name of object.fields.keys()) object.fields.set(name, keys);
        continue;
      }
      for (const key of keys) {
        if (key.kind === "string") object.fields.set(key.value, vm.getIndex(other, key));
      }
      continue;
    }
    const key = vm.text(evaluate(vm, entry.key, scope));
    if (isOpaque(key)) continue;
    const value = evaluate(vm, entry.value, scope);
    if (entry.accessor) {
      const old = object.fields.get(key);
      const getter = entry.accessor === "get" ? value : old?.kind === "property" ? old.getter : null;
      const setter = entry.accessor === "set" ? value : old?.kind === "property" ? old.setter : null;
      object.fields.set(key, new PropertyValue(getter, setter));
    } else {
      object.fields.set(key, value);
    }
  }
  return object;
}

function evaluateTemplate(vm: Machine, expr: TemplateExpr, scope: Scope): Value {
  let text = "";
  let unknown: OpaqueValue | null = null;
  for (const part of expr.parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = evaluate(vm, part.value, scope);
    const spec = part.format ? vm.text(evaluate(vm, part.format, scope)) : "";
    if (isOpaque(spec)) {
      unknown ??= spec;
      continue;
    }
    const shown = formatted(vm, value, part.conversion, spec);
    if (isOpaque(shown)) unknown ??= shown;
    else text += shown;
  }
  return unknown ?? str(text);
}

/** A value as a template prints it: converted by `!r` or `!s` first, then by its format. */
function formatted(vm: Machine, value: Value, conversion: string | undefined, spec: string): string | OpaqueValue {
  if (conversion === undefined) return vm.dialect.format(vm, value, spec);
  const text = conversion === "s" ? vm.text(value) : vm.repr(value);
  return isOpaque(text) || spec === "" ? text : vm.dialect.format(vm, str(text), spec);
}

function evaluateComprehension(vm: Machine, expr: ComprehensionExpr, scope: Scope): Value {
  const inner = new Scope(scope, "block");
  if (expr.type === "generator") return generatorExpression(vm, expr, scope, inner);
  // Names of a class body are not seen inside, except by the first iterable, which belongs to the outside.
  const items: Value[] = [];
  const dict = new DictValue();
  let unknown: OpaqueValue | null = null;
  const run = (clause: number): void => {
    const current = expr.clauses[clause];
    if (!current) {
      if (expr.type === "dict" && expr.key) {
        const key = evaluate(vm, expr.key, inner);
        vm.dialect.setIndex(vm, dict, key, evaluate(vm, expr.element, inner));
      } else {
        items.push(evaluate(vm, expr.element, inner));
      }
      return;
    }
    const values = vm.iterate(evaluate(vm, current.iterable, clause === 0 ? scope : inner));
    if (isOpaque(values)) {
      unknown ??= values;
      return;
    }
    for (const value of values.slice()) {
      vm.step();
      assign(vm, current.target, value, inner);
      let wanted = true;
      for (const condition of current.conditions) {
        const truth = evaluateTest(vm, condition, inner);
        if (isOpaque(truth)) {
          unknown ??= truth;
          wanted = false;
        } else if (!truth) {
          wanted = false;
        }
        if (!wanted) break;
      }
      if (wanted) run(clause + 1);
    }
  };
  run(0);
  if (expr.type === "dict") {
    dict.taint ??= unknown;
    return dict;
  }
  if (expr.type === "set") {
    const set = makeSet(vm, items);
    if (set.kind === "set") set.taint ??= unknown;
    return set;
  }
  const result = new ListValue(items);
  result.taint = unknown;
  return result;
}

/** A generator expression: its first iterable is taken now, all else when items are asked for, one by one. */
function generatorExpression(vm: Machine, expr: ComprehensionExpr, scope: Scope, inner: Scope): Value {
  function* produce(clause: number, outermost: Iterator<Value> | null): Generator<Value> {
    const current = expr.clauses[clause];
    if (!current) {
      yield evaluate(vm, expr.element, inner);
      return;
    }
    const values = outermost ?? vm.dialect.iterate(vm, evaluate(vm, current.iterable, inner));
    if (isOpaque(values)) throw new Unknown(values);
    for (let next = values.next(); !next.done; next = values.next()) {
      vm.step();
      assign(vm, current.target, next.value, inner);
      let wanted = true;
      for (const condition of current.conditions) {
        const truth = evaluateTest(vm, condition, inner);
        if (isOpaque(truth)) throw new Unknown(truth);
        wanted = truth;
        if (!wanted) break;
      }
      if (wanted) yield* produce(clause + 1, null);
    }
  }
  const first = expr.clauses[0];
  const source = first ? vm.dialect.iterate(vm, evaluate(vm, first.iterable, scope)) : null;
  if (source && isOpaque(source)) return source;
  const items = produce(0, source);
  const activation = vm.activation;
  return new IteratorValue(() => {
    const next = vm.within(activation, () => items.next());
    return next.done ? undefined : next.value;
  });
}
