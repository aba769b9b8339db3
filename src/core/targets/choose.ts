// The target somebody chose by names: in options, in a budget, or not at all. A name nobody has gives a sentence, never a
// guess.
import { readBoard } from "./board-file";
import { type Catalogue, createCatalogue, DEFAULT_BOARD, defaultRuntime, RUNTIMES, runsOn } from "./catalogue";
import type { Board, DeployTarget, Runtime } from "./target";

/** Names as people give them; null where nothing was said. */
export interface TargetChoice {
  board: string | null;
  /** A runtime, or RUNTIME@VERSION. */
  runtime: string | null;
  dtype: "int8" | "float32" | null;
  /** What the application itself needs. */
  reserve?: { ramBytes: number; flashBytes: number };
  /** Records of the user's own boards, not yet checked. */
  boards?: readonly Record<string, unknown>[];
}

/** The target, or what is wrong with the choice. Without any choice: the teaching board, its usual runtime, int8. */
export function chooseTarget(
  choice: TargetChoice,
  catalogue?: Catalogue,
): { target: DeployTarget } | { problem: string } {
  const own: Board[] = [];
  for (const record of choice.boards ?? []) {
    const read = readBoard(record);
    if ("problems" in read) return { problem: `a board of the budget is not right: ${read.problems[0]?.message}` };
    own.push(read.board);
  }
  const known = catalogue ?? createCatalogue(own);
  const found = known.board(choice.board ?? DEFAULT_BOARD);
  if ("problem" in found) return found;
  const { ramBytes = 0, flashBytes = 0 } = choice.reserve ?? {};
  const reserve = {
    ramBytes: (found.found.reserve?.ramBytes ?? 0) + ramBytes,
    flashBytes: (found.found.reserve?.flashBytes ?? 0) + flashBytes,
  };
  const board = ramBytes > 0 || flashBytes > 0 ? { ...found.found, reserve } : found.found;
  const type = choice.dtype ?? "int8";
  if (choice.runtime === null) return { target: { board, runtime: defaultRuntime(board), version: null, type } };
  const [name = "", version] = choice.runtime.split("@");
  const runtime = known.runtime(name);
  if ("problem" in runtime) return runtime;
  if (!runsOn(runtime.found, board)) {
    const others = RUNTIMES.filter((one) => runsOn(one, board)).map(({ id }) => id);
    return {
      problem: `${runtime.found.name} does not run on ${board.name} (${board.mcu}); runtimes that do: ${others.join(", ")}`,
    };
  }
  return { target: { board, runtime: runtime.found, version: version ?? null, type } };
}

/** Every board of a catalogue with the chosen runtime where that runs, or each with its usual one when none is chosen. */
export function everyBoard(
  catalogue: Catalogue,
  runtime: { runtime: Runtime; version: string | null } | null,
  type: DeployTarget["type"],
): DeployTarget[] {
  return catalogue.boards.flatMap((board) => {
    if (!runtime) return [{ board, runtime: defaultRuntime(board), version: null, type }];
    return runsOn(runtime.runtime, board) ? [{ board, ...runtime, type }] : [];
  });
}
