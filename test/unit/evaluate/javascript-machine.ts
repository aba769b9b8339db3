// Evaluates JavaScript for tests, and turns what comes out into plain data as `JSON.stringify` would.
import ts from "typescript";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { evaluateIn, runText } from "../../../src/core/2-evaluate/interpreter";
import type { Machine } from "../../../src/core/2-evaluate/machine";
import type { Value } from "../../../src/core/2-evaluate/values";
import { machineWith } from "../../support/evaluate";

const reader = createTypescriptReader(ts);

/** Plain data of a value; what is not known becomes `{ unknown: reason }`, what JSON has no form for undefined. */
export function plain(vm: Machine, value: Value): unknown {
  switch (value.kind) {
    case "opaque":
      return { unknown: value.reason };
    case "none":
      return null;
    case "boolean":
    case "string":
      return value.value;
    case "number":
      return Number.isFinite(value.value) ? value.value : null;
    case "list":
      return value.taint ? { unknown: value.taint.reason } : value.items.map((item) => plain(vm, item) ?? null);
    case "instance": {
      if (value.payload) return plain(vm, value.payload);
      const fields = [...value.fields].map(([key, field]) => {
        return [key, plain(vm, field.kind === "property" ? vm.getAttribute(value, key) : field)] as const;
      });
      return Object.fromEntries(fields.filter(([, item]) => item !== undefined));
    }
    default:
      return undefined;
  }
}

/** Plain data of an expression after a program; throws when the expression raised or was stopped. */
export function run(source: string, expression: string, files: Record<string, string> = {}): unknown {
  const vm = machineWith(files);
  const module = runText(vm, source, "javascript", "main");
  const expr = reader.readExpression(expression);
  if (!expr) throw new Error(`not an expression: ${expression}`);
  const outcome = evaluateIn(vm, module, expr);
  if (outcome.value) return plain(vm, outcome.value);
  throw new Error([outcome.reason, ...vm.failures.map(({ reason }) => reason)].join("; "));
}
