// Finds boards and runtimes by the names people give them. A catalogue holds the built-in boards and those of the user, which
// come first. Names are compared without case and punctuation; a name nobody has gets its nearest neighbours told.
import { distance } from "fastest-levenshtein";
import boardFile from "./boards.json";
import operatorLists from "./operators.json";
import runtimeFile from "./runtimes.json";
import type { Board, OperatorList, Runtime } from "./target";

export const DEFAULT_BOARD = "arduino-nano-33-ble-sense";
export const DEFAULT_RUNTIME = "tflm-cmsis-nn";
/** Runtimes tried, in this order, when none is chosen and the default does not run on the board. */
const FALLBACK_RUNTIMES = ["tflm-esp-nn", "tflm-reference"];
const NEAR_NAMES = 5;

export const BUILT_IN_BOARDS: readonly Board[] = boardFile.boards;
export const RUNTIMES: readonly Runtime[] = runtimeFile.runtimes as Runtime[];
const OPERATORS: Readonly<Record<string, OperatorList>> = operatorLists;

interface Named {
  id: string;
  name: string;
  aliases?: string[];
}

export type Found<T> = { found: T } | { problem: string };

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9+]/g, "");
}

function namesOf(one: Named): string[] {
  return [one.id, one.name, ...(one.aliases ?? [])];
}

/** The record with this id, name or alias; otherwise a sentence with the nearest ids. */
function find<T extends Named>(all: readonly T[], asked: string, what: string): Found<T> {
  const key = plain(asked);
  const found = all.find((one) => namesOf(one).some((name) => plain(name) === key));
  if (found) return { found };
  const near = all
    .map((one) => ({ id: one.id, away: Math.min(...namesOf(one).map((name) => nearness(key, plain(name)))) }))
    .sort((a, b) => a.away - b.away || (a.id < b.id ? -1 : 1))
    .slice(0, NEAR_NAMES);
  return { problem: `there is no ${what} '${asked}'; near names: ${near.map(({ id }) => id).join(", ")}` };
}

/** Edits from one name to the other as a share of the longer; a part of the name is near too. */
function nearness(asked: string, name: string): number {
  const contained = asked.length >= 3 && (name.includes(asked) || asked.includes(name));
  return contained ? 0.2 : distance(asked, name) / Math.max(asked.length, name.length, 1);
}

export interface Catalogue {
  boards: readonly Board[];
  board(name: string): Found<Board>;
  runtime(name: string): Found<Runtime>;
}

/** A catalogue with the user's boards before the built-in ones; a user's board replaces a built-in one of the same id. */
export function createCatalogue(userBoards: readonly Board[] = []): Catalogue {
  const own = new Set(userBoards.map(({ id }) => id));
  const boards = [...userBoards, ...BUILT_IN_BOARDS.filter(({ id }) => !own.has(id))];
  return {
    boards,
    board: (name) => find(boards, name, "board"),
    runtime: (name) => find(RUNTIMES, name, "runtime"),
  };
}

/** True when the runtime exists for the board's chip. */
export function runsOn(runtime: Runtime, board: Board): boolean {
  const { cores, mcus } = runtime.requires ?? {};
  const starts = (value: string, prefixes: readonly string[] | undefined) =>
    prefixes === undefined || prefixes.some((prefix) => value.toLowerCase().startsWith(prefix.toLowerCase()));
  return starts(board.core, cores) && starts(board.mcu, mcus);
}

/** The runtime taken when the user names none. */
export function defaultRuntime(board: Board): Runtime {
  const candidates = [DEFAULT_RUNTIME, ...FALLBACK_RUNTIMES].flatMap((id) => RUNTIMES.filter((one) => one.id === id));
  return candidates.find((one) => runsOn(one, board)) ?? (candidates.at(-1) as Runtime);
}

/** Operators of a runtime; null when its list is not known. */
export function operatorsOf(runtime: Runtime): OperatorList | null {
  return runtime.operators === null ? null : (OPERATORS[runtime.operators] ?? null);
}
