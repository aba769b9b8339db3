// Places of findings.
import type { Finding } from "../report/finding";
import type { SourcePlace } from "../report/report";
import type { Site } from "./sites";

/** The call that makes a site's layers. */
export function placeOf(site: Site): SourcePlace {
  const { line, column, endLine, endColumn } = site.call.call.span;
  return { file: site.call.file, line, column, endLine, endColumn };
}

/**
 * A place of several lines cut to its first one: a finding marks what is called and the opening of the call, not all of it.
 * Lines count from 1.
 */
export function firstLineOf<P extends Pick<Finding, "line" | "column" | "endLine" | "endColumn">>(
  place: P,
  lines: readonly string[],
): P {
  const { line, endLine } = place;
  const text = line === null ? undefined : lines[line - 1];
  if (line === null || endLine === null || endLine <= line || text === undefined) return place;
  return { ...place, endLine: line, endColumn: Math.max((place.column ?? 1) + 1, text.trimEnd().length + 1) };
}
