// What a change saves, in one line.
import type { Receipt } from "./finding";
import { formatBytes, formatCount, formatShare } from "./format";

/** A receipt in one line: `12.5 M → 2.08 M MACs (−83 %), 78.7 k → 19.5 k parameters`. */
export function receiptText({ before, after }: Receipt): string {
  const parts: string[] = [];
  const add = (from: number | null, to: number | null, format: (value: number) => string, what: string) => {
    if (from === null || to === null || from === to) return;
    const change = formatShare(Math.abs(from - to), from);
    const sign = to < from ? "−" : "+";
    const share = from > 0 ? ` (${change.startsWith("<") ? `less than ${sign}1 %` : `${sign}${change}`})` : "";
    parts.push(`${format(from)} → ${format(to)} ${what}${share}`);
  };
  add(before.macs, after.macs, formatCount, "MACs");
  add(before.params, after.params, formatCount, "parameters");
  add(before.ramBytes, after.ramBytes, formatBytes, "RAM");
  add(before.flashBytes, after.flashBytes, formatBytes, "flash");
  add(before.latencyMs, after.latencyMs, (value) => `${Number(value.toPrecision(3))}`, "ms");
  return parts.join(", ");
}
