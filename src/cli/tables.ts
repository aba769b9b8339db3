// Tables in the forms commands print: aligned text without lines, CSV (RFC 4180), Markdown.
import Table from "cli-table3";
import color from "picocolors";

export type Align = "left" | "right";

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

export function toCsv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const field = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return [head, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

export function toMarkdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map((value) => value.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}
