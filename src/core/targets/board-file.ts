// Boards a user describes: the schema of a board record, and reading a file of them with the place of every problem. The
// records of the budget file are checked by the same schema. The published boards.schema.json is made from it.
import * as z from "zod/mini";
import { type JsonPath, readPlacedJson, type TextPosition } from "../config/placed-json";
import type { Board } from "./target";

// zod would compile checks with `new Function`; nothing here may evaluate text.
z.config({ jitless: true });

const bytes = z.int().check(z.nonnegative());
const text = z.string().check(z.minLength(1));

export const BOARD = z.strictObject({
  id: z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  name: text,
  aliases: z.optional(z.array(text)),
  vendor: z.optional(text),
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
  path: JsonPath;
  message: string;
}

/** Checks one record; a path in a problem starts at the record. */
export function readBoard(record: unknown): { board: Board } | { problems: BoardProblem[] } {
  const checked = BOARD.safeParse(record);
  if (checked.success) return { board: checked.data as Board };
  return { problems: checked.error.issues.flatMap((issue) => problemsOf(issue, record)) };
}

/** The boards among records of the user that have no problem. */
export function validBoards(records: readonly unknown[]): Board[] {
  return records.flatMap((record) => {
    const read = readBoard(record);
    return "board" in read ? [read.board] : [];
  });
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
  problems: (TextPosition & { message: string })[];
} {
  const { value, problem, placeOf } = readPlacedJson(source);
  if (problem || value === undefined) {
    const empty = { line: 1, column: 1, message: "this is not JSON: it is empty" };
    return { boards: [], problems: [problem ?? empty] };
  }
  const file = value as { boards?: unknown } | unknown[] | null;
  const named = Array.isArray(file) ? undefined : file?.boards;
  const list = Array.isArray(file) ? file : Array.isArray(named) ? named : [value];
  const pathOf = (index: number) => (Array.isArray(file) ? [index] : Array.isArray(named) ? ["boards", index] : []);
  const boards: Board[] = [];
  const problems = list.flatMap((record, index) => {
    const read = readBoard(record);
    if ("board" in read) {
      boards.push(read.board);
      return [];
    }
    return read.problems.map(({ path, message }) => ({ ...placeOf([...pathOf(index), ...path]), message }));
  });
  return { boards, problems };
}
