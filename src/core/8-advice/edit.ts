// Changes of source text: what a fix does to a file. Offsets count UTF-16 units, as the program tree's spans do.

import type { TextEdit } from "../report/finding";

/** Edits without doubles, in order of place; undefined when two of them overlap and differ. */
export function mergeEdits(edits: readonly TextEdit[]): TextEdit[] | undefined {
  const sorted = [...edits].sort((a, b) => a.file.localeCompare(b.file) || a.start - b.start || a.end - b.end);
  const merged: TextEdit[] = [];
  for (const edit of sorted) {
    const last = merged.at(-1);
    if (last?.file === edit.file) {
      if (last.start === edit.start && last.end === edit.end && last.text === edit.text) continue;
      if (edit.start < last.end || (edit.start === last.start && edit.end === last.end)) return undefined;
    }
    merged.push(edit);
  }
  return merged;
}

/** The text of one file after its edits, which must not overlap; edits of other files are left out. */
export function applyEdits(file: string, text: string, edits: readonly TextEdit[]): string {
  const own = edits.filter((edit) => edit.file === file).sort((a, b) => b.start - a.start);
  let result = text;
  for (const { start, end, text: replacement } of own)
    result = result.slice(0, start) + replacement + result.slice(end);
  return result;
}
