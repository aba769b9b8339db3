// Quantities as people write them in a budget: `64 kB`, `3 M`, `40 ms`, `+5 %`. One grammar for the budget file, comment
// directives and options. kB and MB are powers of 1000 as SI has them, KB, KiB and MiB powers of 1024.
import type { Quantities } from "../report/finding";

/** What a budget may limit, by the name people write. */
export const LIMIT_NAMES = ["macs", "params", "ram", "flash", "latency"] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** The report's quantity behind a limit's name. */
export const QUANTITY_OF: Readonly<Record<LimitName, keyof Quantities>> = {
  macs: "macs",
  params: "params",
  ram: "ramBytes",
  flash: "flashBytes",
  latency: "latencyMs",
};

type Dimension = "count" | "bytes" | "ms";

const DIMENSION_OF: Readonly<Record<LimitName, Dimension>> = {
  macs: "count",
  params: "count",
  ram: "bytes",
  flash: "bytes",
  latency: "ms",
};

const UNITS: Readonly<Record<Dimension, ReadonlyMap<string, number>>> = {
  count: new Map([
    ["", 1],
    ["k", 1e3],
    ["K", 1e3],
    ["M", 1e6],
    ["G", 1e9],
  ]), // prettier-ignore
  bytes: new Map([
    ["", 1],
    ["B", 1],
    ["kB", 1e3],
    ["MB", 1e6],
    ["KB", 1024],
    ["KiB", 1024],
    ["MiB", 1024 ** 2],
  ]),
  ms: new Map([
    ["us", 1e-3],
    ["µs", 1e-3],
    ["ms", 1],
    ["s", 1e3],
  ]), // prettier-ignore
};

/** A limit: a number, or a share of a recorded baseline (`+5 %` is 1.05 times it). */
export type Limit = { value: number } | { timesBaseline: number };

const NUMBER = /^(\d[\d_,]*(?:\.\d+)?|\.\d+)\s*(\S*)$/;
const RELATIVE = /^([+-])\s*(\d+(?:\.\d+)?)\s*%$/;

/** Reads a limit; the error is one sentence that says what would be right. */
export function parseLimit(name: LimitName, written: string | number): Limit | { error: string } {
  const dimension = DIMENSION_OF[name];
  if (typeof written === "number") {
    if (dimension === "ms") return { error: `${name} needs a unit, for example "${written} ms"` };
    return Number.isFinite(written) && written >= 0
      ? { value: written }
      : { error: `${name} must be a number from 0 on` };
  }
  const text = written.trim();
  const relative = RELATIVE.exec(text);
  if (relative) return { timesBaseline: 1 + (Number(relative[2]) / 100) * (relative[1] === "-" ? -1 : 1) };
  const [, digits = "", unit = ""] = NUMBER.exec(text) ?? [];
  const factor = digits === "" ? undefined : UNITS[dimension].get(unit);
  if (factor === undefined) return { error: `"${written}" is no limit for ${name}; ${EXAMPLES[dimension]}` };
  return { value: Number(digits.replace(/[_,]/g, "")) * factor };
}

const EXAMPLES: Readonly<Record<Dimension, string>> = {
  count: 'write a count such as "3 M", "250 k" or 120000, or "+5 %" of the baseline',
  bytes:
    'write a size such as "64 kB", "256 KiB" or 65536 (kB is 1000 bytes, KB and KiB are 1024), or "+5 %" of the baseline',
  ms: 'write a time such as "40 ms" or "1.5 s", or "+5 %" of the baseline',
};

/** Reads a size in bytes (`64 KiB`, 65536). */
export function parseBytes(written: string | number): { value: number } | { error: string } {
  const limit = parseLimit("ram", written);
  if ("timesBaseline" in limit)
    return { error: `"${written}" is no size; write "64 kB", "256 KiB" or a number of bytes` };
  return limit;
}

/** Reads a shape such as `1x3x32x32` or `1×3×?×?`; `?` is a dimension that is not known. */
export function parseShape(written: string): (number | null)[] | { error: string } {
  const parts = written.trim().split(/[x×,]/);
  const shape = parts.map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : part.trim() === "?" ? null : undefined));
  if (shape.some((dimension) => dimension === undefined)) {
    return { error: `"${written}" is no shape; write the dimensions with the batch first, such as 1x3x96x96` };
  }
  return shape as (number | null)[];
}
