// Writes into a budget as people keep it: what is not changed stays as it is written, comments and order too. JSON is edited by
// its tree; of TOML only what is needed here is written: keys of the budget's own table, and one more model.
import { applyEdits, findNodeAtLocation, modify, parseTree } from "jsonc-parser";
import type { BudgetFileKind } from "./budget-file";
import { isSameMeasured, type MeasuredModel } from "./measured-model";

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

/** The text with a measurement: in place of the one of the same model on the same target, else behind the others. */
export function setMeasured(
  text: string,
  kind: BudgetFileKind,
  known: readonly MeasuredModel[],
  measured: MeasuredModel,
): string {
  const at = known.findIndex((one) => isSameMeasured(one, measured));
  if (kind === "pyproject.toml") {
    const without = at < 0 ? text : removeTomlTable(text, at);
    const end = without === "" || without.endsWith("\n") ? "" : "\n";
    return `${without}${end}\n${tomlTable(measured)}`;
  }
  const path = [...KEY_OF[kind], "calibration"];
  if (at >= 0) return setJson(text, [...path, at], measured);
  return hasArray(text, path) ? setJson(text, [...path, -1], measured, true) : setJson(text, path, [measured]);
}

/** The text without some measurements; the key goes with the last one. */
export function removeMeasured(
  text: string,
  kind: BudgetFileKind,
  known: readonly MeasuredModel[],
  isGone: (one: MeasuredModel) => boolean,
): string {
  if (kind !== "pyproject.toml" && known.every(isGone))
    return setJson(text, [...KEY_OF[kind], "calibration"], undefined);
  let changed = text;
  for (let at = known.length - 1; at >= 0; at--) {
    const one = known[at];
    if (!one || !isGone(one)) continue;
    changed =
      kind === "pyproject.toml"
        ? removeTomlTable(changed, at)
        : setJson(changed, [...KEY_OF[kind], "calibration", at], undefined);
  }
  return changed;
}

const TOML_MEASURED = /^\s*\[\[\s*tool\s*\.\s*"?model-budget"?\s*\.\s*calibration\s*\]\]/;

/** One measurement as a table of an array of tables. */
function tomlTable(measured: MeasuredModel): string {
  const value = (one: unknown): string =>
    typeof one === "object" && one !== null
      ? `{ ${Object.entries(one)
          .map(([key, inner]) => `${JSON.stringify(key)} = ${value(inner)}`)
          .join(", ")} }`
      : JSON.stringify(one);
  const lines = Object.entries(measured).map(([key, one]) => `${key} = ${value(one)}\n`);
  return `[[tool.model-budget.calibration]]\n${lines.join("")}`;
}

/** Takes the measurement at a place out: its header and the lines up to the next header, with the empty line before it. */
function removeTomlTable(text: string, at: number): string {
  const lines = text.split("\n");
  const starts = lines.flatMap((line, index) => (TOML_MEASURED.test(line) ? [index] : []));
  const start = starts[at];
  if (start === undefined) return text;
  const next = lines.findIndex((line, index) => index > start && /^\s*\[{1,2}[\w\s."'-]+\]{1,2}\s*(#.*)?$/.test(line));
  const from = lines[start - 1] === "" ? start - 1 : start;
  lines.splice(from, (next < 0 ? lines.length : next) - from, ...(next < 0 ? [""] : []));
  return lines.join("\n");
}

function hasArray(text: string, path: readonly (string | number)[]): boolean {
  const root = parseTree(text);
  return root !== undefined && findNodeAtLocation(root, [...path])?.type === "array";
}
