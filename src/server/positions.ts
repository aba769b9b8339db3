// Moves places through edits, so that what was computed for an older text still stands at the right line of the newer one.
// Pure. Positions count from 0 as in the language server protocol; what stands at a place is not this file's business.

/** A place between two characters, both numbers from 0, `character` in UTF-16 units. */
export interface Position {
  line: number;
  character: number;
}

/** One replacement: the text from `start` to `end` became `text`. */
export interface Edit {
  start: Position;
  end: Position;
  text: string;
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** Number of line breaks in a text and the length of what follows the last one. `\r\n` is one break. */
function measure(text: string): { breaks: number; lastLength: number } {
  let breaks = 0;
  let lineStart = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 13 && text.charCodeAt(index + 1) === 10) continue;
    if (code === 10 || code === 13) {
      breaks++;
      lineStart = index + 1;
    }
  }
  return { breaks, lastLength: text.length - lineStart };
}

/**
 * Where `position` stands after `edit`, or undefined when the edit removed the line it stood on.
 * Text typed exactly at the position pushes it on: a line inserted above a statement moves the statement.
 */
export function shiftPosition(position: Position, edit: Edit): Position | undefined {
  if (before(position, edit.start)) return position;
  const { breaks, lastLength } = measure(edit.text);
  if (!before(position, edit.end)) {
    const line = position.line - (edit.end.line - edit.start.line) + breaks;
    if (position.line !== edit.end.line) return { line, character: position.character };
    const from = breaks > 0 ? lastLength : edit.start.character + lastLength;
    return { line, character: from + position.character - edit.end.character };
  }
  // The edit replaces the character at the position. What is left of the line, or takes its place, keeps it.
  if (edit.end.line === position.line) {
    return { line: edit.start.line + breaks, character: breaks > 0 ? 0 : edit.start.character };
  }
  const offset = position.line - edit.start.line;
  if (edit.text.trim() === "" || offset > breaks) return undefined;
  return { line: position.line, character: position.character };
}

/** Where `position` stands after all `edits`, each applied to the text the one before it left. */
export function shiftThroughEdits(position: Position, edits: readonly Edit[]): Position | undefined {
  let current: Position | undefined = position;
  for (const edit of edits) {
    if (current === undefined) return undefined;
    current = shiftPosition(current, edit);
  }
  return current;
}

/**
 * The one edit that turns `old` into `fresh`: what lies between their common start and their common end.
 * For editors that send the whole text instead of what changed.
 */
export function wholeTextEdit(old: string, fresh: string): Edit | undefined {
  if (old === fresh) return undefined;
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old.charCodeAt(head) === fresh.charCodeAt(head)) head++;
  let tail = 0;
  while (tail < shorter - head && old.charCodeAt(old.length - 1 - tail) === fresh.charCodeAt(fresh.length - 1 - tail)) {
    tail++;
  }
  return {
    start: positionAt(old, head),
    end: positionAt(old, old.length - tail),
    text: fresh.slice(head, fresh.length - tail),
  };
}

function positionAt(text: string, offset: number): Position {
  const { breaks, lastLength } = measure(text.slice(0, offset));
  return { line: breaks, character: lastLength };
}
