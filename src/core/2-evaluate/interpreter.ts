// The interpreter's front: run a file or a text as a module, evaluate an expression in it.
// Everything that can go wrong in user code comes back as a value with a reason; see machine.ts for the state behind it.
import type { Expr, Language, Program } from "../1-syntax/tree";
import { evaluate } from "./expressions";
import type { Machine } from "./machine";
import { moduleActivation, reasonOf, runModule } from "./modules";
import { Scope } from "./scope";
import { Raised } from "./signals";
import { ModuleValue, OpaqueValue, type Value } from "./values";

/** What evaluating something came to: a value, or the exception that ended it. */
export type Outcome = { value: Value; raised: null } | { value: null; raised: Raised | null; reason: string };

/** Runs a program that was read from a file as that file's module (once per machine), so that others may import it. */
export function runProgram(vm: Machine, path: string, language: Language, program: Program): ModuleValue {
  const known = vm.modules.get(path);
  if (known) return known;
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
  const module = new ModuleValue(name, path, language);
  vm.modules.set(path, module);
  runModule(vm, module, program);
  return module;
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
  const endStatement = vm.beginStatement();
  try {
    return { value: vm.within(moduleActivation(vm, module), body), raised: null };
  } catch (error) {
    vm.depth = depth;
    vm.frame = frame;
    const reason = reasonOf(error);
    return { value: null, raised: error instanceof Raised ? error : null, reason };
  } finally {
    endStatement();
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
