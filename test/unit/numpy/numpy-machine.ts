// Runs Python with the numpy and third-party libraries of ours, and writes values in the form of the recorded rows.
import { evaluateIn, type Outcome, runText } from "../../../src/core/2-evaluate/interpreter";
import { Machine } from "../../../src/core/2-evaluate/machine";
import { pythonDialect } from "../../../src/core/2-evaluate/python/dialect";
import type { ModuleValue, Value } from "../../../src/core/2-evaluate/values";
import type { Vm } from "../../../src/core/2-evaluate/vm";
import { Tensor } from "../../../src/core/3-graph/tensor";
import { numpyModules } from "../../../src/core/4-frameworks/numpy/index";
import { pythonReader } from "../syntax/python-fixture";

export type Libraries = Readonly<Record<string, (vm: Vm) => ModuleValue>>;

export interface Ran {
  vm: Machine;
  module: ModuleValue;
  outcome: Outcome;
  failures: string[];
}

/** Evaluates an expression after a program. */
export async function runPython(
  source: string,
  expression: string,
  libraries: Libraries = numpyModules,
  fallbackLibraries: Libraries = {},
): Promise<Ran> {
  const reader = await pythonReader();
  const vm = new Machine({
    readFile: () => undefined,
    isFile: () => false,
    isFolder: () => false,
    root: "/project",
    parse: (text) => reader.read(text),
    dialects: { python: pythonDialect, javascript: pythonDialect },
    libraries,
    fallbackLibraries,
  });
  const module = runText(vm, source, "python", "program");
  const expr = reader.readExpression(expression);
  if (!expr) throw new Error(`not an expression: ${expression}`);
  const outcome = evaluateIn(vm, module, expr);
  return { vm, module, outcome, failures: vm.failures.map(({ reason }) => reason) };
}

function number(value: number): unknown {
  return Number.isFinite(value) ? value : String(value).replace("Infinity", "inf").replace("NaN", "nan");
}

/** A value in the form of record_numpy.py; what is not known says why. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case "opaque":
      return { unknown: value.reason };
    case "none":
      return { none: true };
    case "boolean":
      return { bool: value.value };
    case "number":
      return value.isFloat ? { float: number(value.value) } : { int: value.value };
    case "string":
      return { str: value.value };
    case "list":
      return value.taint ? { unknown: value.taint.reason } : { list: value.items.map(plain) };
    case "tuple":
      return { tuple: value.items.map(plain) };
    case "host":
      if (value instanceof Tensor) {
        const shape = value.shape?.map((dim) => (typeof dim === "number" ? dim : "?")) ?? null;
        return { array: shape, dtype: value.dtype, data: value.data?.map((one) => number(one + 0)) ?? null };
      }
      return { other: value.typeName };
    default:
      return { other: value.kind };
  }
}
