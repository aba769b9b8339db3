// Runs JavaScript text through the reader and the interpreter, and turns what comes out into plain data for comparison.
import ts from "typescript";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { guarded, type Outcome, runText } from "../../../src/core/2-evaluate/interpreter";
import { evaluate } from "../../../src/core/2-evaluate/expressions";
import { javascriptDialect } from "../../../src/core/2-evaluate/javascript/dialect";
import { Machine } from "../../../src/core/2-evaluate/machine";
import { Scope } from "../../../src/core/2-evaluate/scope";
import type { Value } from "../../../src/core/2-evaluate/values";

const reader = createTypescriptReader(ts);

export function makeMachine(files: Record<string, string> = {}): Machine {
  return new Machine({
    readFile: (path) => files[path],
    isFile: (path) => path in files,
    isFolder: () => false,
    root: "/project",
    parse: (text) => reader.read(text),
    // No Python runs here, so one dialect does for both.
    dialects: { python: javascriptDialect, javascript: javascriptDialect },
    libraries: {},
  });
}

export interface Evaluated {
  vm: Machine;
  outcome: Outcome;
  failures: string[];
}

/** Evaluates an expression after a program. */
export function evaluateText(source: string, expression: string, files: Record<string, string> = {}): Evaluated {
  const vm = makeMachine(files);
  const module = runText(vm, source, "javascript");
  const expr = reader.readExpression(expression);
  if (!expr) throw new Error(`not an expression: ${expression}`);
  const scope = new Scope(module.scope, "block");
  const outcome = guarded(vm, module, () => evaluate(vm, expr, scope));
  return { vm, outcome, failures: vm.failures.map(({ reason }) => reason) };
}

/** Plain data of a value, as `JSON.stringify` and back would give it; what is not known becomes its reason. */
export function plain(vm: Machine, value: Value): unknown {
  switch (value.kind) {
    case "opaque":
      return { unknown: value.reason };
    case "none":
      return null;
    case "undefined":
    case "function":
    case "native":
    case "method":
    case "class":
      return undefined;
    case "boolean":
    case "string":
      return value.value;
    case "number":
      return Number.isFinite(value.value) ? value.value : null;
    case "list":
    case "tuple":
      return value.kind === "list" && value.taint
        ? { unknown: value.taint.reason }
        : value.items.map((item) => plain(vm, item) ?? null);
    case "instance":
      if (value.payload) return plain(vm, value.payload);
      return Object.fromEntries(
        [...value.fields]
          .map(
            ([key, item]) => [key, plain(vm, item.kind === "property" ? vm.getAttribute(value, key) : item)] as const,
          )
          .filter(([, item]) => item !== undefined),
      );
    default:
      return { kind: value.kind };
  }
}

/** The plain data of an expression after a program; throws when it raised or stopped. */
export function run(source: string, expression: string, files: Record<string, string> = {}): unknown {
  const { vm, outcome, failures } = evaluateText(source, expression, files);
  if (outcome.value === null) throw new Error([outcome.reason, ...failures].join("; "));
  return plain(vm, outcome.value);
}
