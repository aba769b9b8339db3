// Numbers as people read them: the one place that turns counts, bytes, shapes and shares into text.
// The lens, the explanation and the command line all print through these functions, so they never disagree.
// A null is printed as `?`; why it is unknown is told by whoever shows it. No layout, no colour here.

import type { Known, ReportShape } from "./report";

const UNKNOWN = "?";
const COUNT_UNITS = ["", "k", "M", "G", "T", "P"] as const;
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Steps of `step`; three significant digits above it, exact below. Rounding may carry into the next unit (999,950 is 1 M). */
function scale(value: number, units: readonly string[], step: 1000 | 1024): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const sign = value < 0 ? "-" : "";
  let rest = Math.abs(value);
  let unit = 0;
  if (rest < step) {
    const exact = Number.isInteger(rest) ? rest : Number(rest.toPrecision(3));
    return withUnit(`${sign}${exact}`, units[0] ?? "");
  }
  while (unit < units.length - 1 && rounded(rest) >= step) {
    rest /= step;
    unit++;
  }
  return withUnit(`${sign}${rounded(rest)}`, units[unit] ?? "");
}

/** Three significant digits; from 1000 on (1000 to 1023 of a binary unit) the whole number. */
function rounded(value: number): number {
  return value >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}

function withUnit(digits: string, unit: string): string {
  return unit === "" ? digits : `${digits} ${unit}`;
}

/** A count such as MACs or parameters: `832`, `24.9 k`, `2.66 M`; `?` when not known. */
export function formatCount(value: Known): string {
  return value === null ? UNKNOWN : scale(value, COUNT_UNITS, 1000);
}

/** A size in bytes, KiB = 1024 B as the memories of boards are sold: `768 B`, `8 KiB`, `31.3 KiB`; `?` when not known. */
export function formatBytes(value: Known): string {
  return value === null ? UNKNOWN : scale(value, BYTE_UNITS, 1024);
}

/**
 * A shape without its batch dimension (the first one): `25×5×64`. A free or unknown dimension is `?`,
 * a batch of scalars is `scalar`, a shape of unknown rank is `?`.
 */
export function formatShape(shape: ReportShape | null): string {
  if (shape === null) return UNKNOWN;
  const rest = shape.slice(1);
  if (rest.length === 0) return "scalar";
  return rest.map((dimension) => (dimension === null ? UNKNOWN : String(dimension))).join("×");
}

/** A shape with its batch dimension: `1×25×5×64`, `?×10`. */
export function formatFullShape(shape: ReportShape | null): string {
  if (shape === null) return UNKNOWN;
  if (shape.length === 0) return "scalar";
  return shape.map((dimension) => (dimension === null ? UNKNOWN : String(dimension))).join("×");
}

/**
 * The share of `part` in `total` as whole percent: `47 %`. What is there but rounds to nothing is `<1 %`, what is
 * nearly all is `>99 %`; `?` when either is not known or the total is 0.
 */
export function formatShare(part: Known, total: Known): string {
  if (part === null || total === null || !(total > 0)) return UNKNOWN;
  const percent = (100 * part) / total;
  if (percent > 0 && percent < 0.5) return "<1 %";
  if (percent < 100 && percent >= 99.5) return ">99 %";
  return `${Math.round(percent)} %`;
}

/** The sum of quantities, null as soon as one of them is not known. */
export function sumKnown(values: Iterable<Known>): Known {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

/** A time: `0.82 ms`, `75.1 ms`, `1.2 s`. */
export function formatMs(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}

/** An energy: `420 µJ`, `4.1 mJ`. */
export function formatMicrojoules(uj: number): string {
  return uj >= 1000 ? `${Number((uj / 1000).toPrecision(2))} mJ` : `${Number(uj.toPrecision(2))} µJ`;
}
