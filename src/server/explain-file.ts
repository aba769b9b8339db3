// Why a file shows what it shows, as Markdown: what was found, for which target, what is not known and why, what was assumed,
// how long it took and which settings hold.
import { filePath } from "../core/1-syntax/document";
import { formatBytes, formatCount, formatMs } from "../core/report/format";
import { timeText } from "../core/report/time-text";
import type { FileAnalysis, Report, SourcePlace } from "../core/report/report";
import { toMarkdown } from "../core/report/table";
import type { OpenDocument } from "./document";
import { escapeMarkdown } from "./hover";
import { DEFAULT_SETTINGS, type Settings } from "./settings";
import { budgetFor, type RequestHost } from "./request-host";

const FRAMEWORKS: Readonly<Record<Report["framework"], string>> = {
  keras: "Keras",
  torch: "PyTorch",
  tfjs: "TensorFlow.js",
  unknown: "an unknown framework",
};

export async function explainFile(document: OpenDocument, host: RequestHost): Promise<string> {
  const settings = await host.settings(document.uri);
  const { analysis } = document;
  const path = filePath(document.path);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const where: PlaceText = ({ file, line }) => placeText(file, line, document, host);
  const parts = [`# ${escapeMarkdown(name)}`];
  if (!analysis) parts.push("The file was not analysed yet; ask again in a moment.");
  else {
    parts.push(seen(analysis));
    if (document.isHolding) {
      parts.push(
        "The text as it is now gives less than the text a moment ago – it does not parse, or a model is gone – so what is shown is of the text before.",
      );
    }
    parts.push(
      ...models(analysis, where),
      ...problems(analysis, where),
      ...unknowns(analysis, where),
      ...assumptions(analysis),
    );
  }
  parts.push(...target(document, analysis, settings, host));
  if (analysis) parts.push(...times(analysis));
  parts.push("## Settings", settingsTable(settings), `Model Budget ${host.version}`);
  return `${parts.join("\n\n")}\n`;
}

function seen({ reports, nothingFound }: FileAnalysis): string {
  if (nothingFound !== undefined) return `**Nothing is shown**: ${escapeMarkdown(nothingFound)}`;
  const frameworks = [...new Set(reports.map(({ framework }) => FRAMEWORKS[framework]))];
  return `Seen: ${frameworks.join(", ")}; ${reports.length} ${reports.length === 1 ? "model" : "models"}.`;
}

const VERDICTS = { fits: "fits", "does-not-fit": "does not fit", "cannot-say": "cannot say" } as const;

function models({ reports }: FileAnalysis, where: PlaceText): string[] {
  if (reports.length === 0) return [];
  const rows = reports.map((report) => {
    const { deployment } = report;
    const failed = report.status === "error";
    return [
      escapeMarkdown(report.entry),
      report.place ? where(report.place) : "",
      FRAMEWORKS[report.framework],
      failed ? "could not be made" : deployment ? VERDICTS[deployment.verdict] : "no target",
      formatCount(report.macs),
      formatCount(report.params.total),
      deployment ? formatBytes(deployment.ramBytes.total) : "?",
      deployment ? formatBytes(deployment.flashBytes.total) : "?",
      (deployment && timeText(deployment)) ?? "?",
    ];
  });
  const head = ["Model", "Where", "Framework", "Verdict", "MACs", "Parameters", "RAM", "Flash", "Time"];
  const right = "right" as const;
  const left = "left" as const;
  const aligns = [left, left, left, left, right, right, right, right, right];
  return ["## Models", markdownTable(head, rows, aligns)];
}

/** Cells are Markdown already. */
function markdownTable(...[head, rows, aligns]: Parameters<typeof toMarkdown>): string {
  return toMarkdown(head, rows, aligns).replaceAll("\\\\|", "\\|").trimEnd();
}

function problems({ file, syntaxProblems, commentProblems }: FileAnalysis, where: PlaceText): string[] {
  const at = (line: number) => where({ file, line });
  const lines = [
    ...syntaxProblems.map(
      ({ line, message }) => `- ${at(line)} does not parse: ${escapeMarkdown(message)}; the rest was still read`,
    ),
    ...commentProblems.map(({ line, message }) => `- the comment of ${at(line)}: ${escapeMarkdown(message)}`),
  ];
  return lines.length === 0 ? [] : ["## Skipped", lines.join("\n")];
}

function unknowns({ reports }: FileAnalysis, where: PlaceText): string[] {
  const lines = reports.flatMap((report) => {
    // What is not known on the target is told with the target.
    const ofTarget = new Set(report.deployment?.reasons);
    const reasons = new Map<string, string>();
    if (report.status === "error") {
      reasons.set(report.error ?? "the reason was not recorded", report.place ? where(report.place) : "");
    }
    for (const { reason, file, line } of report.unknowns) {
      if (line === null && ofTarget.has(reason)) continue;
      reasons.set(reason, reasons.get(reason) || (line === null ? "" : where({ file, line })));
    }
    const shown = [...reasons].map(
      ([reason, place]) => `  - ${place === "" ? "" : `${place}: `}${escapeMarkdown(reason)}`,
    );
    return shown.length === 0 ? [] : [`- ${escapeMarkdown(report.entry)}`, ...shown];
  });
  return lines.length === 0 ? [] : ["## Not known, because", lines.join("\n")];
}

/** A place as people say it, without the name of the file that is explained; pages cannot link into files. */
type PlaceText = (place: Pick<SourcePlace, "file" | "line">) => string;

function placeText(file: string, line: number, document: OpenDocument, host: RequestHost): string {
  if (file === document.path) return host.lineName(document, line);
  return `${escapeMarkdown(file.slice(file.lastIndexOf("/") + 1))}, line ${line}`;
}

function assumptions({ reports }: FileAnalysis): string[] {
  const lines = reports.flatMap((report) => {
    const all = [...report.assumptions, ...(report.deployment?.assumptions ?? [])];
    return all.length === 0
      ? []
      : [`- ${escapeMarkdown(report.entry)}`, ...all.map((text) => `  - ${escapeMarkdown(text)}`)];
  });
  return lines.length === 0 ? [] : ["## Assumed", lines.join("\n")];
}

function target(
  document: OpenDocument,
  analysis: FileAnalysis | undefined,
  settings: Settings,
  host: RequestHost,
): string[] {
  const found = budgetFor(document, host);
  const budget = found ? `\`${found.path.slice(host.rootOf(document.path).length + 1)}\`` : null;
  const deployment = analysis?.reports.find((report) => report.deployment)?.deployment;
  const source = found?.budget.board
    ? `the board is named by ${budget}`
    : settings.board === ""
      ? "nobody chose a board, so it is the default one"
      : "the board is named by the setting modelBudget.board";
  const lines = [
    deployment
      ? `${escapeMarkdown(`${deployment.boardName}, ${deployment.runtimeName}, ${deployment.dtype}`)}; ${source}.`
      : analysis?.targetProblem
        ? `There is none, because ${escapeMarkdown(analysis.targetProblem)}; ${source}.`
        : `No model of the file was judged; ${source}.`,
  ];
  const reasons = new Set(analysis?.reports.flatMap((report) => report.deployment?.reasons ?? []));
  if (reasons.size > 0) lines.push([...reasons].map((reason) => `- ${escapeMarkdown(reason)}`).join("\n"));
  if (found) {
    const limits = Object.keys(found.budget.limits);
    lines.push(`Budget file: ${budget}${limits.length > 0 ? `, with limits for ${limits.join(", ")}` : ""}.`);
    const problems = found.problems.map(({ line, message }) => `- line ${line}: ${escapeMarkdown(message)}`);
    if (problems.length > 0) lines.push(problems.join("\n"));
  } else lines.push("No budget file governs the file.");
  return ["## Target", lines.join("\n\n")];
}

function times({ elapsedMs, reports }: FileAnalysis): string[] {
  const slowest = reports.reduce<Report | undefined>(
    (best, one) => (one.elapsedMs > (best?.elapsedMs ?? 0) ? one : best),
    undefined,
  );
  const most =
    slowest && reports.length > 1
      ? `, of which ${formatMs(slowest.elapsedMs)} for ${escapeMarkdown(slowest.entry)}, the slowest model`
      : "";
  return ["## Time", `The last analysis took ${formatMs(elapsedMs)}${most}.`];
}

function settingsTable(settings: Settings): string {
  const text = (value: unknown) => `\`${JSON.stringify(value).replaceAll("`", "'")}\``;
  const rows = Object.entries(settings).map(([name, value]) => {
    const usual = DEFAULT_SETTINGS[name as keyof Settings];
    return [
      `modelBudget.${name}`,
      text(value),
      JSON.stringify(value) === JSON.stringify(usual) ? "" : `default ${text(usual)}`,
    ];
  });
  return toMarkdown(["Setting", "Value", ""], rows).trimEnd();
}
