// The budget file (model-budget.json, the key "modelBudget" of package.json, the table [tool.model-budget] of
// pyproject.toml): its schema, from which the published JSON Schema is made, and reading it with the place of every
// problem. Finding the file is the business of the platform; user boards in it are read by targets/.
import { closest } from "fastest-levenshtein";
import { parse as parseToml, TomlError } from "smol-toml";
import * as z from "zod/mini";
import { type JsonPath, positionAt, readPlacedJson, type TextPosition } from "./placed-json";
import { RULE_IDS, type RuleId } from "../report/rule-ids";
import { MEASURED_MODEL, type MeasuredModel } from "./measured-model";
import { LIMIT_NAMES, type Limit, type LimitName, parseBytes, parseLimit, parseShape } from "./quantity";
import { told } from "./schema";

const quantity = () => z.union([z.string(), z.number()]);
const limits = () =>
  z.strictObject({
    macs: z.optional(
      told(quantity(), 'Multiply-accumulates of one inference: "3 M", "250 k", or "+5 %" of the baseline.'),
    ),
    params: z.optional(told(quantity(), 'Stored values: "250 k", or "+5 %" of the baseline.')),
    ram: z.optional(told(quantity(), 'RAM in all: "64 kB" (1000 bytes each), "64 KiB" (1024 bytes each), or "+5 %".')),
    flash: z.optional(told(quantity(), 'Flash in all, weights, container and code: "300 kB", "300 KiB", or "+5 %".')),
    latency: z.optional(told(z.string(), 'Time of one inference, the middle of the estimate: "40 ms", or "+5 %".')),
  });
const level = z.enum(["error", "warning", "information", "hint", "off"]);
const model = z.strictObject({
  file: told(z.string(), "The source file that defines the model, relative to this file."),
  entry: z.optional(
    told(z.string(), 'An expression in the file\'s own language that makes the model: "build(alpha=0.25)".'),
  ),
  input: z.optional(
    told(
      z.union([z.string(), z.array(z.string()), z.record(z.string(), z.string())]),
      'Shapes of the inputs, batch first: "1x3x96x96", a list of them, or an object by name.',
    ),
  ),
  limits: z.optional(told(limits(), "What this model may cost.")),
  baseline: z.optional(
    told(
      z.strictObject({
        macs: z.optional(z.number()),
        params: z.optional(z.number()),
        ram: z.optional(z.number()),
        flash: z.optional(z.number()),
        latency: z.optional(z.number()),
      }),
      "What the model cost when it was recorded (counts, bytes, ms): relative limits refer to it.",
    ),
  ),
  message: z.optional(told(z.string(), "What to say besides the numbers when a limit is broken.")),
});

/** The whole file. media/model-budget.schema.json is made from this, by a test that says so when it is old. */
export const BUDGET_FILE = z.strictObject({
  $schema: z.optional(z.string()),
  board: z.optional(told(z.string(), "The board the models shall run on; model-budget targets lists them.")),
  runtime: z.optional(
    told(z.string(), 'The runtime that executes them: "tflm-cmsis-nn", or with a version "x-cube-ai@8.1.0".'),
  ),
  dtype: z.optional(told(z.enum(["int8", "float32"]), "Type of the deployed models.")),
  reserve: z.optional(
    told(
      z.strictObject({
        ram: z.optional(told(quantity(), 'RAM the application itself needs: "64 KiB".')),
        flash: z.optional(told(quantity(), 'Flash the application itself needs: "200 KiB".')),
      }),
      "What the application itself needs; the models get the rest.",
    ),
  ),
  limits: z.optional(told(limits(), "What every model may cost that has no limit of its own.")),
  rules: z.optional(
    told(
      z.strictObject(
        Object.fromEntries(RULE_IDS.map((id) => [id, z.optional(level)])) as Record<
          RuleId,
          z.ZodMiniOptional<typeof level>
        >,
      ),
      'Levels of rules that differ from their own: {"over-budget": "warning"}.',
    ),
  ),
  boards: z.optional(told(z.array(z.record(z.string(), z.unknown())), "Boards of your own, see docs/targets.md.")),
  models: z.optional(told(z.array(model), "Models with inputs and limits of their own.")),
  calibration: z.optional(
    told(z.array(MEASURED_MODEL), "What reports from boards measured; written by model-budget calibrate."),
  ),
});

/** What applies to one model of the workspace. */
export interface ModelBudget {
  /** Path relative to the budget file. */
  file: string;
  entry: string | null;
  inputs: { name?: string; shape: (number | null)[] }[];
  limits: Partial<Record<LimitName, Limit>>;
  /** Recorded numbers that relative limits refer to: counts, bytes, ms. */
  baseline: Partial<Record<LimitName, number>>;
  /** What to say besides the numbers when a limit is broken. */
  message: string | null;
}

/** A budget as the product uses it. */
export interface Budget {
  board: string | null;
  runtime: string | null;
  dtype: "int8" | "float32" | null;
  reserve: { ramBytes: number; flashBytes: number };
  /** Limits of every model that has none of its own. */
  limits: Partial<Record<LimitName, Limit>>;
  rules: Readonly<Record<string, z.infer<typeof level>>>;
  /** Board records of the user, not yet checked. */
  boards: readonly Record<string, unknown>[];
  models: readonly ModelBudget[];
  /** What was measured on boards, as the file holds it. */
  calibration: readonly MeasuredModel[];
}

export interface BudgetProblem extends TextPosition {
  message: string;
}

export type BudgetFileKind = "json" | "package.json" | "pyproject.toml";

/**
 * Reads a budget. Problems say what is wrong, where, and what would be right; the parts without problems still count.
 * Null for a package.json or pyproject.toml that holds no budget.
 */
export function readBudget(text: string, kind: BudgetFileKind): { budget: Budget; problems: BudgetProblem[] } | null {
  const problems: BudgetProblem[] = [];
  const source = kind === "pyproject.toml" ? fromToml(text, problems) : fromJson(text, kind, problems);
  if (source === null)
    return problems.length > 0 && kind === "json" ? { budget: toBudget({}, () => {}), problems } : null;
  const at = (path: JsonPath, message: string) => problems.push({ ...source.placeOf(path), message });
  const checked = BUDGET_FILE.safeParse(source.value);
  if (checked.success) return { budget: toBudget(checked.data, at), problems };
  const bad = new Set<string>();
  for (const issue of checked.error.issues) {
    const path = issue.path as JsonPath;
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        const known = keysAt(path);
        at(
          [...path, key],
          `there is no "${key}" here; did you mean "${closest(key, known)}"? Known: ${known.join(", ")}`,
        );
        drop(source.value, [...path, key]);
      }
      continue;
    }
    at(path, `${path.length > 0 ? `"${path.join(".")}"` : "the budget"} ${explain(issue)}`);
    bad.add(JSON.stringify(path));
    drop(source.value, path);
  }
  const rest = BUDGET_FILE.safeParse(source.value);
  return { budget: toBudget(rest.success ? rest.data : {}, at), problems };
}

interface Source {
  value: unknown;
  placeOf(path: JsonPath): TextPosition;
}

function fromJson(text: string, kind: BudgetFileKind, problems: BudgetProblem[]): Source | null {
  const { value, problem, placeOf } = readPlacedJson(text);
  if (kind === "package.json") {
    const home = (value as Record<string, unknown> | null | undefined)?.["modelBudget"];
    return home === undefined ? null : { value: home, placeOf: (path) => placeOf(["modelBudget", ...path]) };
  }
  if (problem) problems.push(problem);
  return value === undefined ? null : { value, placeOf };
}

function fromToml(text: string, problems: BudgetProblem[]): Source | null {
  const headerAt = text.search(/^\s*\[tool\.model-budget/m);
  if (headerAt < 0) return null;
  const here = positionAt(text, headerAt + (/^\s*/.exec(text.slice(headerAt))?.[0].length ?? 0));
  try {
    const tool = parseToml(text)["tool"] as Record<string, unknown> | undefined;
    // TOML keeps no places: a key is looked for by its text below the table's header.
    const placeOf = (path: JsonPath) => {
      const key = path.findLast((part) => typeof part === "string");
      const found =
        key === undefined ? -1 : text.slice(headerAt).search(new RegExp(`^\\s*"?${escape(String(key))}"?\\s*=`, "m"));
      return found < 0
        ? here
        : positionAt(text, headerAt + found + (/^\s*/.exec(text.slice(headerAt + found))?.[0].length ?? 0));
    };
    return { value: tool?.["model-budget"], placeOf };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    problems.push({
      line: error.line,
      column: error.column,
      message: `this is not TOML: ${error.message.split("\n")[0]}`,
    });
    return null;
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Names a schema knows at a path. */
function keysAt(path: JsonPath): string[] {
  const last = path.findLast((part) => typeof part === "string");
  if (last === "limits" || last === "baseline") return [...LIMIT_NAMES];
  if (last === "reserve") return ["ram", "flash"];
  if (last === "rules") return [...RULE_IDS];
  if (last === "models") return Object.keys(model.shape);
  if (last === "calibration") return Object.keys(MEASURED_MODEL.shape);
  return Object.keys(BUDGET_FILE.shape);
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `must be one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_type")
    return `must be ${issue.expected === "record" ? "an object" : `of type ${issue.expected}`}`;
  if (issue.code === "invalid_union") return "must be a text or a number";
  return `is not right: ${issue.message}`;
}

/** Takes what is wrong out, so that the rest still counts. */
function drop(value: unknown, path: JsonPath): void {
  const owner = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
  const key = path.at(-1);
  if (typeof owner === "object" && owner !== null && key !== undefined) {
    if (Array.isArray(owner)) owner.splice(Number(key), 1);
    else delete (owner as Record<string | number, unknown>)[key];
  }
}

function toBudget(file: z.infer<typeof BUDGET_FILE>, at: (path: JsonPath, message: string) => void): Budget {
  const readLimits = (written: z.infer<ReturnType<typeof limits>> | undefined, path: JsonPath) => {
    const found: Partial<Record<LimitName, Limit>> = {};
    for (const name of LIMIT_NAMES) {
      const one = written?.[name];
      if (one === undefined) continue;
      const parsed = parseLimit(name, one);
      if ("error" in parsed) at([...path, name], parsed.error);
      else found[name] = parsed;
    }
    return found;
  };
  const readSize = (written: string | number | undefined, path: JsonPath): number => {
    if (written === undefined) return 0;
    const parsed = parseBytes(written);
    if ("value" in parsed) return parsed.value;
    at(path, parsed.error);
    return 0;
  };
  const readInputs = (written: z.infer<typeof model>["input"], path: JsonPath): ModelBudget["inputs"] => {
    const named: [string | undefined, string][] =
      written === undefined
        ? []
        : typeof written === "string"
          ? [[undefined, written]]
          : Array.isArray(written)
            ? written.map((one) => [undefined, one])
            : Object.entries(written);
    return named.flatMap(([name, text]) => {
      const shape = parseShape(text);
      if (!("error" in shape)) return [name === undefined ? { shape } : { name, shape }];
      at(path, shape.error);
      return [];
    });
  };
  return {
    board: file.board ?? null,
    runtime: file.runtime ?? null,
    dtype: file.dtype ?? null,
    reserve: {
      ramBytes: readSize(file.reserve?.ram, ["reserve", "ram"]),
      flashBytes: readSize(file.reserve?.flash, ["reserve", "flash"]),
    },
    limits: readLimits(file.limits, ["limits"]),
    rules: dropUndefined(file.rules ?? {}),
    boards: file.boards ?? [],
    models: (file.models ?? []).map((one, index) => ({
      file: one.file,
      entry: one.entry ?? null,
      inputs: readInputs(one.input, ["models", index, "input"]),
      limits: readLimits(one.limits, ["models", index, "limits"]),
      baseline: dropUndefined(one.baseline ?? {}),
      message: one.message ?? null,
    })),
    calibration: file.calibration ?? [],
  };
}

function dropUndefined<K extends string, T>(record: Partial<Record<K, T | undefined>>): Partial<Record<K, T>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<Record<K, T>>;
}
