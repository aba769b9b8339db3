// What a search for a fitting model found, as text: a table of variants, and what to do with them.
import color from "picocolors";
import type { Quantities } from "../core/report/finding";
import type { FitResult } from "../core/report/fit";
import { changesText } from "../core/report/fit-text";
import { formatBytes, formatCount, formatMs, formatShare } from "../core/report/format";
import { type Align, toCsv, toMarkdown } from "../core/report/table";
import { plainTable } from "./tables";

export const FIT_FORMATS = ["text", "json", "markdown", "csv"] as const;
export type FitFormat = (typeof FIT_FORMATS)[number];

const HEAD = ["", "What changes", "MACs", "Kept", "Parameters", "RAM", "Flash", "Latency"];
const ALIGNS: Align[] = ["right", "left", "right", "right", "right", "right", "right", "right"];

function cells(number: string, what: string, quantities: Quantities, kept: number | null): string[] {
  const { macs, params, ramBytes, flashBytes, latencyMs } = quantities;
  return [
    number,
    what,
    formatCount(macs),
    formatShare(kept, 1),
    formatCount(params),
    formatBytes(ramBytes),
    formatBytes(flashBytes),
    latencyMs === null ? "?" : formatMs(latencyMs),
  ];
}

/** The model as it is, then the variants with their numbers, or the one that comes nearest. */
function rows({ before, variants, closest, outcome }: FitResult): string[][] {
  const own = outcome === "found" && variants[0]?.changes.length === 0 ? [] : [cells("", "as it is", before, 1)];
  const found = variants.map((one, index) =>
    cells(String(index + 1), changesText(one), one.receipt.after, one.macsKept),
  );
  const nearest = closest
    ? [cells("", `nearest: ${changesText(closest)}`, closest.receipt.after, closest.macsKept)]
    : [];
  return [...own, ...found, ...nearest];
}

const csvRow = (number: string, what: string, q: Quantities, kept: number | null, dtype: string, verdict: string) =>
  [number, what, q.macs, kept, q.params, q.ramBytes, q.flashBytes, q.latencyMs, dtype, verdict].map((value) =>
    value === null ? "" : String(value),
  );

/** Numbers without units: bytes, milliseconds, the share of the MACs from 0 to 1. */
function csv({ variants, closest }: FitResult): string {
  const head = [
    "variant",
    "changes",
    "macs",
    "macs_kept",
    "params",
    "ram_bytes",
    "flash_bytes",
    "latency_ms",
    "dtype",
    "verdict",
  ];
  const all = closest ? [closest] : variants;
  return toCsv(
    head,
    all.map((one, index) =>
      csvRow(
        closest ? "" : String(index + 1),
        changesText(one),
        one.receipt.after,
        one.macsKept,
        one.dtype,
        one.verdict,
      ),
    ),
  );
}

/** The result in a format other than JSON. */
export function fitText(result: FitResult, file: string, format: Exclude<FitFormat, "json">): string {
  if (format === "csv") return csv(result);
  const table = rows(result);
  if (format === "markdown") return toMarkdown(HEAD, table);
  const title = `${color.bold(result.entry)}  ${color.dim(`${file} · ${result.boardName} · ${result.runtimeName} · ${result.dtype}`)}`;
  return `\n${title}\n\n${plainTable(HEAD, table, ALIGNS)}\n\n`;
}
