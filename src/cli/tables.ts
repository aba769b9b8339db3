// Tables as commands print them for people: aligned text without lines. Other forms are in core/report/table.
import Table from "cli-table3";
import color from "picocolors";
import type { Align } from "../core/report/table";

/** Columns two spaces apart, the head dim, nothing at line ends. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly Align[],
): string {
  const none = "";
  const table = new Table({
    head: [...head],
    colAligns: [...aligns],
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: {
      top: none,
      "top-mid": none,
      "top-left": none,
      "top-right": none,
      bottom: none,
      "bottom-mid": none,
      "bottom-left": none,
      "bottom-right": none,
      left: none,
      "left-mid": none,
      mid: none,
      "mid-mid": none,
      right: none,
      "right-mid": none,
      middle: none,
    },
  }); // prettier-ignore
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split("\n");
  return [color.dim(lines[0]?.trimEnd() ?? ""), ...lines.slice(1).map((line) => line.trimEnd())].join("\n");
}
