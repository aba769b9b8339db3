// Lines of a notebook's joined code become lines of its file, everywhere in an analysis.
import type { FileAnalysis } from "../report/report";

/** What stands at lines of a file; both from 1. */
interface Lined {
  line: number | null;
  endLine?: number | null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isLined(value: Record<string, unknown>): value is Record<string, unknown> & Lined {
  return typeof value.line === "number";
}

/**
 * Turns lines of a notebook's joined text into lines of its file: of every place, finding and reason that names the file, however
 * deep it stands, and of layers and problems, which are always of the file. Places that are shared are turned once.
 */
export function mapLines(analysis: FileAnalysis, fileLine: (line: number) => number): void {
  const ofFile = new Set<unknown>([...analysis.syntaxProblems, ...analysis.commentProblems]);
  for (const { layers } of analysis.reports) for (const layer of layers) ofFile.add(layer);
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (!isRecord(value) || seen.has(value)) return;
    seen.add(value);
    if (isLined(value) && (value.file === analysis.file || ofFile.has(value))) {
      if (value.line !== null) value.line = fileLine(value.line);
      if (typeof value.endLine === "number") value.endLine = fileLine(value.endLine);
    }
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(analysis);
}
