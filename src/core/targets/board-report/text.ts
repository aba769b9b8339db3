// Small readers the formats share: numbers as tools print them, and rows of CSV.

/** "1,397,308" or "99.405"; null for anything else. */
export function numberOf(text: string | undefined): number | null {
  const plain = text?.trim().replaceAll(",", "") ?? "";
  return /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/** The number in the first group of a pattern. */
export function numberIn(text: string, pattern: RegExp): number | null {
  return numberOf(pattern.exec(text)?.[1]);
}

/** The text in the first group of a pattern. */
export function textIn(text: string, pattern: RegExp): string | null {
  return pattern.exec(text)?.[1]?.trim() || null;
}

/** The fields of a line of CSV; a field in quotes may hold commas and doubled quotes. */
export function csvFields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? "").trim(),
  );
}

/** The value in the middle, or the mean of the two there; null for no values. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}
