// One open file: its text, the last analysis worth showing, and its lenses and hints moved through all edits since.
// Decides whether a fresh analysis replaces the old one. Pure: no timers, no protocol; server.ts drives it.

import { TextDocument } from "vscode-languageserver-textdocument";
import type { FileAnalysis, Report } from "../core/report/report";
import { type Hint, hintsOf } from "./hints";
import { type Lens, lensesOf } from "./lenses";
import { type Edit, type Position, shiftThroughEdits, wholeTextEdit } from "./positions";

/** A change as the protocol sends it; without a range it is the whole new text. */
export type ContentChange = { range: { start: Edit["start"]; end: Edit["end"] }; text: string } | { text: string };

/**
 * What became of a fresh analysis: `shown` when it changed what is to be seen, `same` when it did not, `held` when it knows
 * less than the last good one and waits until the typing has settled or the text parses again.
 */
export type Outcome = "shown" | "same" | "held";

export class OpenDocument {
  private document: TextDocument;
  private shownAnalysis: FileAnalysis | undefined;
  private shownVersion = 0;
  private heldAnalysis: FileAnalysis | undefined;
  private shifted: Lens[] = [];
  private hints: ReadonlyMap<string, Hint> = new Map();

  constructor(
    readonly uri: string,
    /** Path under which the analyzer knows the file. */
    readonly path: string,
    languageId: string,
    version: number,
    text: string,
  ) {
    this.document = TextDocument.create(uri, languageId, version, text);
  }

  get version(): number {
    return this.document.version;
  }

  get text(): string {
    return this.document.getText();
  }

  /** The analysis whose numbers are shown; its lines are those of the text it was made from. */
  get analysis(): FileAnalysis | undefined {
    return this.shownAnalysis;
  }

  /** Version of the text the shown analysis was made from. */
  get analysisVersion(): number {
    return this.shownVersion;
  }

  /** True when the newest analysis waits because it knows less than the one shown. */
  get isHolding(): boolean {
    return this.heldAnalysis !== undefined;
  }

  /** The lenses at their places in the newest text. */
  get lenses(): readonly Lens[] {
    return this.shifted;
  }

  /** The hints at the ends of their lines in the newest text; they went with the lenses of their lines. */
  get lineHints(): { hint: Hint; position: Position }[] {
    return this.shifted.flatMap(({ id, position: { line } }) => {
      const hint = this.hints.get(id);
      return hint === undefined ? [] : [{ hint, position: this.endOfLine(line) }];
    });
  }

  /** After the last character of a line. */
  private endOfLine(line: number): Position {
    const text = this.document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
    return { line, character: text.replace(/[\r\n]+$/, "").length };
  }

  /** Takes edits in the order they were made and moves the lenses along. */
  change(changes: readonly ContentChange[], version: number): void {
    const edits: Edit[] = [];
    for (const change of changes) {
      if ("range" in change) {
        edits.push({ start: change.range.start, end: change.range.end, text: change.text });
        this.document = TextDocument.update(this.document, [change], version);
      } else {
        const edit = wholeTextEdit(this.text, change.text);
        if (edit !== undefined) edits.push(edit);
        this.document = TextDocument.update(this.document, [change], version);
      }
    }
    if (changes.length === 0) this.document = TextDocument.update(this.document, [], version);
    this.heldAnalysis = undefined;
    this.shifted = this.shifted.flatMap((lens) => {
      const position = shiftThroughEdits(lens.position, edits);
      return position === undefined ? [] : [{ ...lens, position }];
    });
  }

  /** Offers the analysis of exactly the present text. */
  offer(fresh: FileAnalysis): Outcome {
    const shown = this.shownAnalysis;
    if (shown !== undefined && knowsLess(fresh, shown)) {
      this.heldAnalysis = fresh;
      return "held";
    }
    return this.show(fresh, this.version);
  }

  /** Shows an analysis whatever it knows: the file is silenced, or speaks again. */
  replace(fresh: FileAnalysis): Outcome {
    return this.show(fresh, this.version);
  }

  /**
   * Takes what was held back, now that nobody types. A text that does not parse stays held: its numbers would be those of
   * half a file.
   */
  settle(): Outcome {
    const held = this.heldAnalysis;
    if (held === undefined) return "same";
    if (held.syntaxProblems.length > 0) return "held";
    return this.show(held, this.version);
  }

  private show(fresh: FileAnalysis, version: number): Outcome {
    const isFirst = this.shownAnalysis === undefined;
    this.heldAnalysis = undefined;
    this.shownAnalysis = fresh;
    this.shownVersion = version;
    const lenses = lensesOf(fresh);
    const hints = hintsOf(fresh);
    const same = !isFirst && sameLenses(lenses, this.shifted) && sameHints(hints, this.hints);
    this.shifted = lenses;
    this.hints = hints;
    return same ? "same" : "shown";
  }
}

const STATUS_RANK: Record<Report["status"], number> = { exact: 2, partial: 1, error: 0 };

/**
 * True when a fresh analysis lost something the shown one knew: a model is gone or known less well. What the user deleted is
 * lost too, until the typing settles; its lenses went with its lines. An analysis with syntax problems is only held when
 * it also lost something: a file that never parses in full still gets fresh numbers.
 */
function knowsLess(fresh: FileAnalysis, shown: FileAnalysis): boolean {
  const freshModels = new Map(keyed(fresh.reports));
  for (const [key, old] of keyed(shown.reports)) {
    const now = freshModels.get(key);
    if (now === undefined || STATUS_RANK[now.status] < STATUS_RANK[old.status]) return true;
    if (fresh.syntaxProblems.length > shown.syntaxProblems.length && now.layers.length < old.layers.length) return true;
  }
  return false;
}

/** Models by entry, the n-th of the same entry apart. */
function keyed(reports: readonly Report[]): [string, Report][] {
  const seen = new Map<string, number>();
  return reports.map((report) => {
    const count = seen.get(report.entry) ?? 0;
    seen.set(report.entry, count + 1);
    return [`${report.entry}#${count}`, report];
  });
}

function sameLenses(a: readonly Lens[], b: readonly Lens[]): boolean {
  return (
    a.length === b.length &&
    a.every((lens, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        lens.id === other.id &&
        lens.title === other.title &&
        lens.tooltip === other.tooltip &&
        lens.position.line === other.position.line &&
        lens.position.character === other.position.character
      );
    })
  );
}

function sameHints(a: ReadonlyMap<string, Hint>, b: ReadonlyMap<string, Hint>): boolean {
  return (
    a.size === b.size &&
    [...a].every(([id, { label, matters }]) => label === b.get(id)?.label && matters === b.get(id)?.matters)
  );
}
