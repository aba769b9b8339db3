// Models that comments declare: `# budget: …` beside a class, a function or a line gives inputs, limits or an entry of its
// own to the model there. Reading the comments is config's business.
import type { Program } from "../1-syntax/tree";
import { applyLimits, type DeclaredModel } from "../config/file-budget";
import type { Directives } from "../config/directives";
import type { Candidate } from "./model";

/** What the comments of a file declare; limits relative to a baseline have none here and are problems. */
export function declaredByComments(directives: Directives): {
  models: DeclaredModel[];
  problems: { line: number; message: string }[];
} {
  const problems: { line: number; message: string }[] = [];
  const models = directives.budgets.map(({ line, limits, inputs, entry }) => {
    const applied = applyLimits(limits, {}, `the comment in line ${line}`, null);
    for (const name of applied.missing) {
      problems.push({
        line,
        message: `a limit relative to a baseline belongs into the budget file, not a comment (${name})`,
      });
    }
    return { entry, inputs, limits: applied.limits, line };
  });
  return { models, problems };
}

/** Lines of a file that make a model: where the editor shows it, and the calls that made it, as in `model = build()`. */
export function linesOfModel({ place, model }: Candidate, file: string): Set<number> {
  const lines = new Set<number>();
  if (place?.file === file) lines.add(place.span.line);
  for (let frame = model.madeAt; frame; frame = frame.parent) {
    if (frame.place.file === file) lines.add(frame.place.span.line);
  }
  return lines;
}

/**
 * The line of code a comment speaks about: its own, when code stands before it, else the next line that is neither comment,
 * decorator nor blank.
 */
export function lineMeant(lines: readonly string[], program: Program, line: number): number {
  const mark = program.language === "python" ? /^\s*#/ : /^\s*(\/\/|\/?\*)/;
  if (!mark.test(lines[line - 1] ?? "")) return line;
  let at = line;
  while (at < lines.length) {
    at++;
    const text = lines[at - 1] ?? "";
    if (text.trim() !== "" && !mark.test(text) && !/^\s*@/.test(text)) return at;
  }
  return line;
}
