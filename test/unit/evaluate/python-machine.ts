// Runs Python text through the reader and the interpreter, and writes what comes out as Python's json module would.
import type { Reader } from "../../../src/core/1-syntax/tree";
import { evaluateIn, type Outcome, runText } from "../../../src/core/2-evaluate/interpreter";
import { Machine } from "../../../src/core/2-evaluate/machine";
import { pythonDialect } from "../../../src/core/2-evaluate/python/dialect";
import { numberText } from "../../../src/core/2-evaluate/python/text";
import type { Value } from "../../../src/core/2-evaluate/values";
import { pythonReader } from "../syntax/python-fixture";

export interface Evaluated {
  vm: Machine;
  outcome: Outcome;
  /** The value as text, or why there is none. */
  text: string;
  failures: string[];
}

export function pythonMachine(reader: Reader, files: Record<string, string> = {}): Machine {
  return new Machine({
    readFile: (path) => files[path],
    isFile: (path) => path in files,
    isFolder: (path) => Object.keys(files).some((name) => name.startsWith(`${path}/`)),
    root: "/project",
    parse: (text) => reader.read(text),
    // No JavaScript runs here, so one dialect does for both.
    dialects: { python: pythonDialect, javascript: pythonDialect },
    libraries: {},
  });
}

/** Evaluates an expression after a program. */
export async function evaluatePython(
  source: string,
  expression: string,
  files: Record<string, string> = {},
  name = "program",
): Promise<Evaluated> {
  const reader = await pythonReader();
  const vm = pythonMachine(reader, files);
  const module = runText(vm, source, "python", name);
  const expr = reader.readExpression(expression);
  if (!expr) throw new Error(`not an expression: ${expression}`);
  const outcome = evaluateIn(vm, module, expr);
  const text = outcome.value ? jsonText(outcome.value) : `raised: ${outcome.reason}`;
  return { vm, outcome, text, failures: vm.failures.map(({ reason }) => reason) };
}

/** A value as `json.dumps` writes it; what JSON cannot hold in angle brackets. */
export function jsonText(value: Value): string {
  switch (value.kind) {
    case "none":
      return "null";
    case "boolean":
      return String(value.value);
    case "number":
      return numberText(value.value, value.isFloat);
    case "string":
      return JSON.stringify(value.value);
    case "list":
    case "tuple":
      if (value.kind === "list" && value.taint) return `<unknown: ${value.taint.reason}>`;
      return `[${value.items.map(jsonText).join(", ")}]`;
    case "dict": {
      if (value.taint) return `<unknown: ${value.taint.reason}>`;
      const parts = [...value.entries.values()].map(({ key, value: item }) => `${jsonText(key)}: ${jsonText(item)}`);
      return `{${parts.join(", ")}}`;
    }
    case "opaque":
      return `<unknown: ${value.reason}>`;
    case "instance":
      return value.payload ? jsonText(value.payload) : `<${value.type.name}>`;
    default:
      return `<${value.kind}>`;
  }
}
