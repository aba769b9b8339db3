// Boards a user describes: the schema of a board record, and reading a file of them with the place of every problem. The
// records of the budget file are checked by the same schema. The published boards.schema.json is made from it.
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import * as z from "zod/mini";
import type { Board } from "./target";

// zod would compile checks with `new Function`; nothing here may evaluate text.
z.config({ jitless: true });

const bytes = z.int().check(z.nonnegative());
const text = z.string().check(z.minLength(1));

export const BOARD = z.strictObject({
  id: z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  name: text,
  aliases: z.optional(z.array(text)),
  mcu: text,
  core: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  clockMhz: z.number().check(z.positive()),
  ramBytes: z.strictObject({ total: bytes, largestBank: z.nullable(bytes) }),
  flashBytes: z.strictObject({ total: z.nullable(bytes), usable: z.nullable(bytes) }),
  reserve: z.optional(z.strictObject({ ramBytes: z.optional(bytes), flashBytes: z.optional(bytes) })),
  notes: z.optional(z.array(z.string())),
  measuredAs: z.optional(z.array(z.string())),
  sources: z.optional(
    z.strictObject({
      clockMhz: z.optional(z.string()),
      ramBytes: z.optional(z.string()),
      flashBytes: z.optional(z.string()),
    }),
  ),
});

export const BOARD_FILE = z.strictObject({ $schema: z.optional(z.string()), boards: z.array(BOARD) });

export interface BoardProblem {
  /** Where in the record or file: ["boards", 0, "clockMhz"]. */
  path: readonly (string | number)[];
  message: string;
}

/** Checks one record; a path in a problem starts at the record. */
export function readBoard(record: unknown): { board: Board } | { problems: BoardProblem[] } {
  const checked = BOARD.safeParse(record);
  if (checked.success) return { board: checked.data as Board };
  return { problems: checked.error.issues.flatMap((issue) => problemsOf(issue, record)) };
}

function problemsOf(issue: z.core.$ZodIssue, record: unknown): BoardProblem[] {
  const path = issue.path as (string | number)[];
  const name = path.filter((part) => part !== "boards").join(".");
  if (issue.code === "unrecognized_keys") {
    const known =
      path.length === 0 || typeof path.at(-1) === "number" ? ` Known: ${Object.keys(BOARD.shape).join(", ")}.` : "";
    return issue.keys.map((key) => ({ path: [...path, key], message: `there is no "${key}" in a board.${known}` }));
  }
  const what = name === "" ? "a board" : `"${name}"`;
  if (issue.code === "invalid_type") {
    const expected = issue.expected === "record" ? "object" : issue.expected;
    const value = path.reduce<unknown>(
      (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
      record,
    );
    const missing = value === undefined ? " and is missing" : "";
    return [{ path, message: `${what} must be of type ${expected}${missing}` }];
  }
  if (issue.code === "invalid_format")
    return [{ path, message: `${what} must be lower case letters, digits and dashes` }];
  if (issue.code === "too_small") return [{ path, message: `${what} is too small` }];
  return [{ path, message: `${what} is not right: ${issue.message}` }];
}

/**
 * Reads `{"boards": [ … ]}` (or one record, or a list of them). Problems have a line and a column, from 1; boards without
 * problems still count.
 */
export function readBoardFile(source: string): {
  boards: Board[];
  problems: { line: number; column: number; message: string }[];
} {
  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first || !root) {
    const what = first
      ? printParseErrorCode(first.error).replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
      : "";
    return {
      boards: [],
      problems: [
        { ...lineAndColumn(source, first?.offset ?? 0), message: `this is not JSON:${what || " it is empty"}` },
      ],
    };
  }
  const value = valueOf(root) as { boards?: unknown } | unknown[];
  const list = Array.isArray(value) ? value : Array.isArray(value?.boards) ? value.boards : [value];
  const prefix = Array.isArray(value) ? [] : Array.isArray(value?.boards) ? ["boards"] : null;
  const boards: Board[] = [];
  const problems = list.flatMap((record, index) => {
    const read = readBoard(record);
    if ("board" in read) {
      boards.push(read.board);
      return [];
    }
    const before = prefix ? [...prefix, index] : [];
    return read.problems.map(({ path, message }) => ({ ...placeOf(source, root, [...before, ...path]), message }));
  });
  return { boards, problems };
}

/** Of the node at a path, or of the nearest one around it. */
function placeOf(source: string, root: Node, path: readonly (string | number)[]) {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    // For a property, its name is where people look.
    if (node) return lineAndColumn(source, (node.parent?.type === "property" ? node.parent : node).offset);
  }
  return lineAndColumn(source, root.offset);
}

function lineAndColumn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** The plain value of a node; jsonc-parser's own helper returns null prototypes, which schemas take for strangers. */
function valueOf(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(valueOf);
  if (node.type !== "object") return node.value as unknown;
  return Object.fromEntries(
    (node.children ?? []).flatMap(({ children }) =>
      children?.[0] && children[1] ? [[String(children[0].value), valueOf(children[1])]] : [],
    ),
  );
}
