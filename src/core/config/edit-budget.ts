// Writes into a budget as people keep it: what is not changed stays as it is written, comments and order too. JSON is edited by
// its tree; of TOML only what is needed here is written: keys of the budget's own table, and one more model.
import { applyEdits, findNodeAtLocation, modify, parseTree } from "jsonc-parser";
import type { BudgetFileKind } from "./budget-file";

/** New values of keys of the budget; undefined takes a key out. */
export type BudgetValues = Partial<Record<"board" | "runtime" | "dtype", string | undefined>>;

/** A model of the budget with the shape of its input, as it is written in the file. */
export interface WrittenInput {
  /** Path relative to the budget file. */
  file: string;
  entry: string | null;
  input: string | readonly string[];
}

/** The text of a new budget file. */
export const NEW_BUDGET = "{}\n";

const KEY_OF: Readonly<Record<BudgetFileKind, readonly string[]>> = {
  json: [],
  "package.json": ["modelBudget"],
  "pyproject.toml": ["tool", "model-budget"],
};

function setJson(text: string, path: (string | number)[], value: unknown, isInsertion = false): string {
  const indent = /\n(\t|[ ]+)\S/.exec(text)?.[1] ?? "  ";
  const formattingOptions = {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
  return applyEdits(
    text,
    modify(text, path, value, {
      formattingOptions,
      isArrayInsertion: isInsertion,
      // A new key goes first: behind another one, the formatter would rewrite that one's lines.
      getInsertionIndex: () => 0,
    }),
  );
}

/** The text with these keys set. */
export function setBudgetValues(text: string, kind: BudgetFileKind, values: BudgetValues): string {
  let changed = text;
  for (const [key, value] of Object.entries(values)) {
    changed =
      kind === "pyproject.toml" ? setToml(changed, key, value) : setJson(changed, [...KEY_OF[kind], key], value);
  }
  return changed;
}

/** A key of the table [tool.model-budget], which is made where only tables below it exist. */
function setToml(text: string, key: string, value: string | undefined): string {
  const lines = text.split("\n");
  const isHeader = (line: string) => /^\s*\[/.test(line);
  const header = lines.findIndex((line) => /^\s*\[\s*tool\s*\.\s*"?model-budget"?\s*\]/.test(line));
  if (header < 0) {
    if (value === undefined) return text;
    const below = lines.findIndex((line) => /^\s*\[+\s*tool\s*\.\s*"?model-budget"?\s*\./.test(line));
    const made = ["[tool.model-budget]", `${key} = ${JSON.stringify(value)}`, ""];
    lines.splice(below < 0 ? lines.length : below, 0, ...made);
    return lines.join("\n");
  }
  const rest = lines.slice(header + 1).findIndex(isHeader);
  const end = rest < 0 ? lines.length : header + 1 + rest;
  const at = lines.findIndex(
    (line, index) => index > header && index < end && new RegExp(`^\\s*"?${key}"?\\s*=`).test(line),
  );
  if (value === undefined) {
    if (at >= 0) lines.splice(at, 1);
  } else if (at >= 0) {
    const comment = /\s+#.*$/.exec(lines[at] ?? "")?.[0] ?? "";
    lines[at] = `${/^\s*/.exec(lines[at] ?? "")?.[0] ?? ""}${key} = ${JSON.stringify(value)}${comment}`;
  } else lines.splice(header + 1, 0, `${key} = ${JSON.stringify(value)}`);
  return lines.join("\n");
}

/** The text with a board of the user's own at the end of `boards`; undefined for TOML, where it is left to the user. */
export function addBoard(text: string, kind: BudgetFileKind, board: unknown): string | undefined {
  if (kind === "pyproject.toml") return undefined;
  const path = [...KEY_OF[kind], "boards"];
  return hasArray(text, path) ? setJson(text, [...path, -1], board, true) : setJson(text, path, [board]);
}

/**
 * The text with the input of a model: of the entry that `models` has for it, which is the one at `known`, else of a new one.
 * Undefined when the entry stands in TOML, where it is left to the user.
 */
export function setModelInput(
  text: string,
  kind: BudgetFileKind,
  known: number | null,
  { file, entry, input }: WrittenInput,
): string | undefined {
  if (kind === "pyproject.toml") {
    if (known !== null) return undefined;
    const end = text === "" || text.endsWith("\n") ? "" : "\n";
    const name = entry === null ? "" : `entry = ${JSON.stringify(entry)}\n`;
    return `${text}${end}\n[[tool.model-budget.models]]\nfile = ${JSON.stringify(file)}\n${name}input = ${JSON.stringify(input)}\n`;
  }
  const path = [...KEY_OF[kind], "models"];
  if (known !== null) return setJson(text, [...path, known, "input"], input);
  const model = { file, ...(entry !== null && { entry }), input };
  return hasArray(text, path) ? setJson(text, [...path, -1], model, true) : setJson(text, path, [model]);
}

function hasArray(text: string, path: readonly (string | number)[]): boolean {
  const root = parseTree(text);
  return root !== undefined && findNodeAtLocation(root, [...path])?.type === "array";
}
