// `match` and `switch`: which case a value takes, and what it binds.
import type { MatchStmt, Pattern, SwitchStmt } from "../1-syntax/tree";
import { setVariable } from "./assign";
import { evaluate, evaluateTest } from "./expressions";
import { dependsOn } from "./fork";
import type { Machine } from "./machine";
import { Scope } from "./scope";
import { Unknown } from "./signals";
import { branch, type Completion, executeBlock } from "./statements";
import { DictValue, hashKey, int, isOpaque, NONE, type OpaqueValue, type Value } from "./values";

export function executeSwitch(vm: Machine, statement: SwitchStmt, scope: Scope): Completion {
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

export function executeMatch(vm: Machine, statement: MatchStmt, scope: Scope): Completion {
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
