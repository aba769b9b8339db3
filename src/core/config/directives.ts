// Comment directives: `# budget: macs < 3M, ram < 64 kB, input = 1x3x96x96, entry = build(0.25)` beside a class, function or
// line, and `# budget-ignore <rule>`; `//` in JavaScript. Reading only: what they apply to is decided by whoever has the
// models and findings.
import { closest } from "fastest-levenshtein";
import type { Comment } from "../1-syntax/tree";
import { LIMIT_NAMES, type Limit, type LimitName, parseLimit, parseShape } from "./quantity";

/** What a `budget:` comment asks for. */
export interface BudgetDirective {
  /** Line of the comment, from 1. */
  line: number;
  limits: Partial<Record<LimitName, Limit>>;
  inputs: { name?: string; shape: (number | null)[]; dtype?: string }[];
  /** An expression that makes the model. */
  entry: string | null;
}

/** A `budget-ignore` comment: rules that are silent on its line and the next line of code. */
export interface IgnoreDirective {
  line: number;
  column: number;
  endColumn: number;
  /** Empty for all rules. */
  rules: string[];
}

export interface DirectiveProblem {
  line: number;
  column: number;
  endColumn: number;
  message: string;
}

export interface Directives {
  budgets: BudgetDirective[];
  ignores: IgnoreDirective[];
  problems: DirectiveProblem[];
}

const BUDGET = /^\s*budget:(.*)$/;
const IGNORE = /^\s*budget-ignore\b(.*)$/;
const KEYS: readonly string[] = [...LIMIT_NAMES, "input", "entry"];

/** Splits at commas that stand outside brackets and quotes: an entry has commas of its own. */
export function splitItems(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let quote = "";
  let item = "";
  for (const char of text) {
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'" || char === "`") quote = char;
    else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    if (char === "," && depth <= 0 && quote === "") {
      items.push(item);
      item = "";
    } else item += char;
  }
  items.push(item);
  return items.map((one) => one.trim()).filter((one) => one !== "");
}

/** All directives among the comments of a file, in order. */
export function readDirectives(comments: readonly Comment[]): Directives {
  const directives: Directives = { budgets: [], ignores: [], problems: [] };
  for (const { text, span } of comments) {
    const { line, column, endColumn } = span;
    const problem = (message: string) => directives.problems.push({ line, column, endColumn, message });
    const ignore = IGNORE.exec(text);
    if (ignore) {
      const rules = (ignore[1] ?? "").split(/[\s,]+/).filter((rule) => rule !== "");
      directives.ignores.push({ line, column, endColumn, rules });
      continue;
    }
    const budget = BUDGET.exec(text);
    if (budget) directives.budgets.push(readBudget(budget[1] ?? "", line, problem));
  }
  return directives;
}

function readBudget(text: string, line: number, problem: (message: string) => void): BudgetDirective {
  const directive: BudgetDirective = { line, limits: {}, inputs: [], entry: null };
  const items = splitItems(text);
  if (items.length === 0) problem("this budget says nothing; write for example: budget: macs < 3M, ram < 64 kB");
  for (const item of items) {
    const [, key = "", sign = "", value = ""] = /^([\w-]+)\s*(<=|<|=|:)\s*(.+)$/.exec(item) ?? [];
    const limit = LIMIT_NAMES.find((name) => name === key);
    if (key === "") {
      problem(
        `"${item}" is not understood; write for example: macs < 3M, ram < 64 kB, input = 1x3x96x96, entry = build(0.25)`,
      );
    } else if (limit) {
      const parsed = sign.startsWith("<") ? parseLimit(limit, value) : { error: `write ${key} < ${value}` };
      if ("error" in parsed) problem(parsed.error);
      else directive.limits[limit] = parsed;
    } else if (key === "entry") {
      directive.entry = value;
    } else if (key === "input") {
      const [, name, shape = "", dtype] = /^(?:([A-Za-z_]\w*)\s*:\s*)?([^:]+?)(?::(\w+))?$/.exec(value) ?? [];
      const parsed = parseShape(shape);
      if ("error" in parsed) problem(parsed.error);
      else directive.inputs.push({ shape: parsed, ...(name && { name }), ...(dtype && { dtype }) });
    } else {
      problem(`a budget has no "${key}"; did you mean "${closest(key, KEYS)}"?`);
    }
  }
  return directive;
}
