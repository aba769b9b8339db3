// Places of findings.
import type { SourcePlace } from "../report/report";
import type { Site } from "./sites";

/** The call that makes a site's layers. */
export function placeOf(site: Site): SourcePlace {
  const { line, column, endLine, endColumn } = site.call.call.span;
  return { file: site.call.file, line, column, endLine, endColumn };
}
