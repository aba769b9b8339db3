// Findings as people and continuous integration read them: text by file, JSON, SARIF, GitHub's annotations, Markdown, CSV.
import color from "picocolors";
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import { RULES } from "../core/8-advice/rules/index";
import type { Finding, Level } from "../core/report/finding";

export const CHECK_FORMATS = ["text", "json", "jsonl", "sarif", "github", "markdown", "csv"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

const PAINT: Readonly<Record<Level, (text: string) => string>> = {
  error: color.red,
  warning: color.yellow,
  information: color.blue,
  hint: color.dim,
};

/** A finding with the path people know its file by. */
export interface Told extends Finding {
  shownFile: string;
}

function textOf(findings: readonly Told[]): string {
  const lines: string[] = [];
  for (const file of new Set(findings.map((one) => one.shownFile))) {
    lines.push("", color.underline(file));
    for (const one of findings.filter(({ shownFile }) => shownFile === file)) {
      const fixable = one.fixes.length > 0 ? color.dim(" [can be fixed in the editor]") : "";
      lines.push(
        `  ${color.dim(`${one.line ?? 1}:${one.column ?? 1}`)}  ${PAINT[one.level](one.level)}  ${one.message}  ${color.dim(one.rule)}${fixable}`,
      );
    }
  }
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}

/** GitHub reads one command a line; `%`, line ends, and in properties `:` and `,` are escaped. */
function githubOf(findings: readonly Told[]): string {
  const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const command = { error: "error", warning: "warning", information: "notice", hint: "notice" } as const;
  return findings
    .map((one) => {
      const place = `file=${property(one.shownFile)},line=${one.line ?? 1},col=${one.column ?? 1}`;
      return `::${command[one.level]} ${place},title=${property(`Model Budget: ${one.rule}`)}::${data(one.message)}\n`;
    })
    .join("");
}

function markdownOf(findings: readonly Told[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const rows = findings.map(
    (one) => `| ${one.level} | ${cell(one.shownFile)}:${one.line ?? 1} | ${cell(one.message)} | ${one.rule} |`,
  );
  return ["| level | place | finding | rule |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}

function csvOf(findings: readonly Told[]): string {
  const cell = (value: string | number) =>
    /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  const rows = findings.map((one) =>
    [one.level, one.shownFile, one.line ?? 1, one.column ?? 1, one.rule, one.entry, one.message].map(cell).join(","),
  );
  return ["level,file,line,column,rule,entry,message", ...rows, ""].join("\n");
}

function sarifOf(findings: readonly Told[], version: string): string {
  const builder = new SarifBuilder();
  const run = new SarifRunBuilder().initSimple({
    toolDriverName: "Model Budget",
    toolDriverVersion: version,
    url: "https://github.com/model-budget/model-budget",
  });
  const used = new Set(findings.map(({ rule }) => rule));
  for (const id of used) {
    const summary = RULES.find((rule) => rule.id === id)?.summary ?? "An operator that the runtime lacks.";
    run.addRule(
      new SarifRuleBuilder().initSimple({
        ruleId: id,
        shortDescriptionText: summary,
        helpUri: `https://github.com/model-budget/model-budget/blob/main/docs/rules/${id}.md`,
      }),
    );
  }
  const levels = { error: "error", warning: "warning", information: "note", hint: "note" } as const;
  for (const one of findings) {
    run.addResult(
      new SarifResultBuilder().initSimple({
        ruleId: one.rule,
        level: levels[one.level],
        messageText: one.message,
        fileUri: one.shownFile,
        startLine: one.line ?? 1,
        startColumn: one.column ?? 1,
        endLine: one.endLine ?? one.line ?? 1,
        endColumn: one.endColumn ?? (one.column ?? 1) + 1,
      }),
    );
  }
  builder.addRun(run);
  return `${builder.buildSarifJsonString({ indent: true })}\n`;
}

/** The findings in a format that lists findings; JSON formats are the reports' business. */
export function findingsText(
  findings: readonly Told[],
  format: Exclude<CheckFormat, "json" | "jsonl">,
  version: string,
): string {
  switch (format) {
    case "text":
      return textOf(findings);
    case "sarif":
      return sarifOf(findings, version);
    case "github":
      return githubOf(findings);
    case "markdown":
      return markdownOf(findings);
    case "csv":
      return csvOf(findings);
  }
}
