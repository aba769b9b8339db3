// What a model costs on a board, as a person reads it in a terminal: the verdict first, then RAM, flash, latency and energy,
// what is alive when memory is fullest, and why something is not known. Below it, the table of all boards.
import color from "picocolors";
import { formatBytes, formatMicrojoules, formatMs } from "../core/report/format";
import { measuredFrom, timeOf, timeText } from "../core/report/time-text";
import type { Deployment } from "../core/report/deployment";
import type { Known, SourcePlace } from "../core/report/report";
import { plainTable } from "./tables";

const SHOWN_ALIVE = 6;

export const VERDICT_WORDS = { fits: "fits", "does-not-fit": "does not fit", "cannot-say": "cannot say" } as const;

function verdict(text: Deployment["verdict"]): string {
  const words = VERDICT_WORDS[text];
  if (text === "fits") return color.green(words);
  return text === "does-not-fit" ? color.red(words) : color.yellow(words);
}

function of(used: Known, limit: Known): string {
  return `${formatBytes(used)}${limit === null ? "" : ` of ${formatBytes(limit)}`}`;
}

function at(place: SourcePlace | null): string {
  return place ? ` (${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line})` : "";
}

export function deploymentText(deployment: Deployment): string {
  const { ramBytes: ram, flashBytes: flash, limits, latencyMs: latency, energyUj: energy, peak } = deployment;
  const title = `${color.bold("On the board")} ${deployment.boardName} · ${deployment.runtimeName} · ${deployment.dtype}`;
  const lines = [`${title}: ${verdict(deployment.verdict)}`];
  const part = (name: string, text: string, detail: string) =>
    lines.push(`  ${color.bold(name.padEnd(8))} ${text}${detail === "" ? "" : color.dim(`  ${detail}`)}`);
  part(
    "RAM",
    of(ram.total, limits.ramBytes),
    `activations ${formatBytes(ram.activations)} + scratch ${formatBytes(ram.scratch)} + persistent ${formatBytes(ram.persistent)}`,
  );
  part(
    "Flash",
    of(flash.total, limits.flashBytes),
    `weights ${formatBytes(flash.weights)} + container ${formatBytes(flash.container)} + code ${formatBytes(flash.code)}`,
  );
  if (deployment.measured) part("Latency", timeText(deployment) ?? "?", `from ${measuredFrom(deployment.measured)}`);
  else if (latency)
    part(
      "Latency",
      `${formatMs(latency.mid)} (${formatMs(latency.low)} to ${formatMs(latency.high)})`,
      `mostly ${latency.dominatedBy}; from ${latency.basis}`,
    );
  else part("Latency", "?", "");
  if (energy)
    part(
      "Energy",
      `about ${formatMicrojoules(energy.mid)} (${formatMicrojoules(energy.low)} to ${formatMicrojoules(energy.high)})`,
      "estimate from published power",
    );
  if (peak) {
    lines.push(`  ${color.bold("Fullest")}  at ${peak.op}${at(peak.place)}, ${formatBytes(peak.bytes)} alive:`);
    for (const { name, shape, bytes, place } of peak.alive.slice(0, SHOWN_ALIVE)) {
      lines.push(
        color.dim(`    ${formatBytes(bytes)}  ${name}${shape.length > 0 ? ` ${shape.join("×")}` : ""}${at(place)}`),
      );
    }
    if (peak.alive.length > SHOWN_ALIVE) lines.push(color.dim(`    and ${peak.alive.length - SHOWN_ALIVE} more`));
  }
  for (const reason of deployment.reasons) lines.push(`  ${color.yellow("because")} ${reason}`);
  for (const assumption of deployment.assumptions) lines.push(color.dim(`  assumed: ${assumption}`));
  return lines.join("\n");
}

const ORDER = { fits: 0, "cannot-say": 1, "does-not-fit": 2 } as const;

/** All boards: those it fits on first, the fastest first among them. */
export function boardsText(boards: readonly Deployment[]): string {
  const sorted = [...boards].sort(
    (a, b) =>
      ORDER[a.verdict] - ORDER[b.verdict] ||
      (timeOf(a) ?? Infinity) - (timeOf(b) ?? Infinity) ||
      (a.board < b.board ? -1 : 1),
  );
  const rows = sorted.map((one) => [
    one.board,
    one.runtime,
    verdict(one.verdict),
    of(one.ramBytes.total, one.limits.ramBytes),
    of(one.flashBytes.total, one.limits.flashBytes),
    one.measured
      ? (timeText(one) ?? "?")
      : one.latencyMs
        ? `${formatMs(one.latencyMs.low)} to ${formatMs(one.latencyMs.high)}`
        : "?",
  ]);
  const head = ["Board", "Runtime", "Verdict", "RAM", "Flash", "Latency"];
  return plainTable(head, rows, ["left", "left", "left", "right", "right", "right"]);
}
