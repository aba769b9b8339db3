// The interpreter's front: run a file or a text as a module, evaluate an expression in it.
// Everything that can go wrong in user code comes back as a value with a reason; see machine.ts for the state behind it.
import type { Expr, Language } from "../1-syntax/tree";
import { evaluate } from "./expressions";
import type { Machine } from "./machine";
import { loadFile, moduleActivation, reasonOf, runModule } from "./modules";
import { Scope } from "./scope";
import { Raised } from "./signals";
import { ModuleValue, OpaqueValue, type Value } from "./values";

/** What evaluating something came to: a value, or the exception that ended it. */
export type Outcome = { value: Value; raised: null } | { value: null; raised: Raised | null; reason: string };

/** Runs a file of the workspace as a module (once per machine); undefined when it cannot be read. */
export function runFile(vm: Machine, path: string): ModuleValue | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
  return loadFile(vm, path, name);
}

/** Runs a text that is not a file as a module. */
export function runText(vm: Machine, text: string, language: Language, name = "__main__"): ModuleValue {
  const module = new ModuleValue(
    name,
    `${vm.environment.root}/${name}.${language === "python" ? "py" : "js"}`,
    language,
  );
  const program = vm.environment.parse(text, language, module.file as string);
  if (program) runModule(vm, module, program, name);
  return module;
}

/** Runs `body` as code of this module; catches whatever user code can cause. */
export function guarded(vm: Machine, module: ModuleValue, body: () => Value): Outcome {
  const depth = vm.depth;
  const frame = vm.frame;
  try {
    return { value: vm.within(moduleActivation(vm, module), body), raised: null };
  } catch (error) {
    vm.depth = depth;
    vm.frame = frame;
    const reason = reasonOf(error);
    return { value: null, raised: error instanceof Raised ? error : null, reason };
  }
}

/** Evaluates an expression in the scope of a module. */
export function evaluateIn(vm: Machine, module: ModuleValue, expr: Expr): Outcome {
  const scope = module.scope ?? new Scope(vm.builtins(module.language), "module");
  return guarded(vm, module, () => evaluate(vm, expr, new Scope(scope, "block")));
}

/** The value of an outcome; opaque with the reason when there is none. */
export function valueOf(outcome: Outcome): Value {
  return outcome.value ?? new OpaqueValue(outcome.reason, outcome.raised?.place ?? null);
}
