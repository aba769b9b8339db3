// Python's eval() and exec() of a known text: read as a program and evaluated like any other code, in the scope they stand in
// or in the dicts they are given. What they make belongs to the place of the call.
import type { Machine } from "./machine";
import { evaluate } from "./expressions";
import { Scope } from "./scope";
import { executeBlock } from "./statements";
import { isNone, isOpaque, ModuleValue, NONE, type OpaqueValue, str, type Value } from "./values";

/** Calls `eval` or `exec` with these arguments. */
export function evaluateText(vm: Machine, name: "eval" | "exec", args: readonly Value[], scope: Scope): Value {
  const [text, globals, locals] = args;
  if (!text) throw vm.error("TypeError", `${name} expected at least 1 argument, got 0`);
  if (isOpaque(text)) return text;
  if (text.kind !== "string") return vm.unknown(`what is given to ${name}() is not a text`);
  const program = vm.environment.parse(text.value.trim(), "python", `${name}:${text.value}`);
  if (!program) return vm.unknown(`the text given to ${name}() is not read`);
  if (program.problems.length > 0) throw vm.error("SyntaxError", "invalid syntax");
  const own = scopeOf(vm, globals, locals);
  if (own && isOpaque(own)) return own;
  const inner = own ?? scope;
  const module = vm.activation.module;
  // Spans inside the text are no places of the file, so they are not noted.
  const unplaced = new ModuleValue(module.name, module.file, "python", true);
  unplaced.members = module.members;
  unplaced.scope = module.scope;
  return vm.within({ ...vm.activation, module: unplaced }, () => {
    if (name === "eval") {
      const [statement] = program.body;
      if (statement?.kind !== "expression" || program.body.length > 1) throw vm.error("SyntaxError", "invalid syntax");
      return evaluate(vm, statement.value, inner);
    }
    executeBlock(vm, program.body, inner);
    const target = locals?.kind === "dict" ? locals : globals;
    if (target?.kind === "dict") {
      for (const [key, value] of inner.variables) vm.dialect.setIndex(vm, target, str(key), value);
    }
    return NONE;
  });
}

/** A scope with the names of the dicts given; undefined when there are none. */
function scopeOf(vm: Machine, globals: Value | undefined, locals: Value | undefined): Scope | OpaqueValue | undefined {
  if (!globals || (isNone(globals) && isNone(locals))) return undefined;
  const scope = new Scope(vm.builtins("python"), "module");
  for (const dict of [globals, locals]) {
    if (!dict || isNone(dict)) continue;
    if (isOpaque(dict)) return dict;
    if (dict.kind !== "dict") return vm.unknown("the names eval() may use are not known");
    if (dict.taint) return dict.taint;
    for (const { key, value } of dict.entries.values())
      if (key.kind === "string") scope.variables.set(key.value, value);
  }
  return scope;
}
