// `model-budget targets`: the known boards with the runtimes that run on them.
import { RUNTIMES, runsOn, type Catalogue } from "../core/targets/catalogue";
import type { Board } from "../core/targets/target";
import { formatBytes } from "../core/report/format";
import { EXIT } from "./exit";
import { toCsv, toMarkdown } from "../core/report/table";
import { plainTable } from "./tables";

export const TARGET_FORMATS = ["text", "json", "csv", "markdown"] as const;
export type TargetFormat = (typeof TARGET_FORMATS)[number];

const HEAD = ["Board", "Name", "Core", "MHz", "RAM", "Largest bank", "Usable flash", "Runtimes"];

/** One object for each board in JSON; elsewhere one line for each board with its runtimes. */
export function targetsCommand(catalogue: Catalogue, format: TargetFormat): number {
  const rows = catalogue.boards.map((board) => ({ board, runtimes: runtimesOf(board) }));
  if (format === "json") {
    const value = rows.map(({ board, runtimes }) => ({ ...board, runtimes }));
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return EXIT.ok;
  }
  if (format === "csv") {
    const head = [
      "board",
      "name",
      "mcu",
      "core",
      "clock_mhz",
      "ram_bytes",
      "largest_bank_bytes",
      "flash_bytes",
      "usable_flash_bytes",
      "runtimes",
    ];
    const body = rows.map(({ board, runtimes }) =>
      [
        board.id,
        board.name,
        board.mcu,
        board.core,
        board.clockMhz,
        board.ramBytes.total,
        board.ramBytes.largestBank,
        board.flashBytes.total,
        board.flashBytes.usable,
        runtimes.join(" "),
      ].map((value) => String(value ?? "")),
    ); // prettier-ignore
    process.stdout.write(toCsv(head, body));
    return EXIT.ok;
  }
  const body = rows.map(({ board, runtimes }) => [
    board.id,
    board.name,
    board.core,
    String(board.clockMhz),
    formatBytes(board.ramBytes.total),
    formatBytes(board.ramBytes.largestBank),
    formatBytes(board.flashBytes.usable),
    format === "text" ? String(runtimes.length) : runtimes.join(", "),
  ]);
  if (format === "markdown") process.stdout.write(toMarkdown(HEAD, body));
  else {
    process.stdout.write(
      `${plainTable(HEAD, body, ["left", "left", "left", "right", "right", "right", "right", "right"])}\n\n`,
    );
    const names = RUNTIMES.map(({ id, name }) => [id, name]);
    process.stdout.write(`${plainTable(["Runtime", "Name"], names, ["left", "left"])}\n`);
  }
  return EXIT.ok;
}

function runtimesOf(board: Board): string[] {
  return RUNTIMES.filter((runtime) => runsOn(runtime, board)).map(({ id }) => id);
}
