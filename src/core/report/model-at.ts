// Which model of a file a line belongs to: what every view about "the model under the cursor" shows.
import type { FileAnalysis, Report } from "./report";

/** Lines between a line and the nearest line before it that the model's own code is made at; infinite when all come after. */
function distance(report: Report, file: string, line: number): number {
  const lines = [
    ...(report.place?.file === file ? [report.place.line] : []),
    ...report.layers.flatMap(({ stack }) => stack.flatMap((place) => (place.file === file ? [place.line] : []))),
  ];
  return Math.min(...lines.map((own) => (own <= line ? line - own : Number.POSITIVE_INFINITY)));
}

/**
 * The model whose code is at the line (from 1) or nearest before it; the first model of the file when the line is above all.
 * Of models that share the line, one that could be made comes before one that could not.
 */
export function modelAt({ file, reports }: FileAnalysis, line: number): Report | undefined {
  let best: { report: Report; distance: number } | undefined;
  for (const report of reports) {
    const own = { report, distance: distance(report, file, line) };
    const isBetter =
      !best ||
      own.distance < best.distance ||
      (own.distance === best.distance && best.report.status === "error" && report.status !== "error");
    if (isBetter) best = own;
  }
  return best?.report;
}
