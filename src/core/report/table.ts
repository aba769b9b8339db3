// Tables in the forms programs and papers read: CSV (RFC 4180), Markdown, LaTeX (booktabs). Text in, text out.

export type Align = "left" | "right";

export function toCsv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const field = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return [head, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

export function toMarkdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly Align[] = [],
): string {
  const line = (row: readonly string[]) => `| ${row.map((value) => value.replaceAll("|", "\\|")).join(" | ")} |\n`;
  const rule = head.map((_, column) => (aligns[column] === "right" ? "--:" : "---"));
  return line(head) + line(rule) + rows.map(line).join("");
}

/** A `table` with a `tabular` for the package booktabs; the last row stands below a rule when it is the total. */
export function toLatex(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { aligns, caption, hasTotal }: { aligns: readonly Align[]; caption: string; hasTotal: boolean },
): string {
  const line = (row: readonly string[]) => `    ${row.map(escapeLatex).join(" & ")} \\\\`;
  const body = hasTotal ? rows.slice(0, -1) : rows;
  const total = hasTotal ? rows.slice(-1) : [];
  return [
    "\\begin{table}",
    "  \\centering",
    `  \\caption{${escapeLatex(caption)}}`,
    `  \\begin{tabular}{${aligns.map((align) => align[0]).join("")}}`,
    "    \\toprule",
    line(head),
    "    \\midrule",
    ...body.map(line),
    ...(total.length > 0 ? ["    \\midrule", ...total.map(line)] : []),
    "    \\bottomrule",
    "  \\end{tabular}",
    "\\end{table}",
    "",
  ].join("\n");
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "×": "$\\times$",
  "≈": "$\\approx$",
  "<": "$<$",
  ">": "$>$",
};

/** Text as LaTeX that prints exactly it. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\~^×≈<>#$%&_{}]/g, (char) => LATEX[char] ?? `\\${char}`);
}
