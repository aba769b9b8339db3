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
  // From the end on; an insertion goes before what is replaced at the same place.
  const own = edits.filter((edit) => edit.file === file).sort((a, b) => b.start - a.start || b.end - a.end);
  let result = text;
  for (const { start, end, text: replacement } of own)
    result = result.slice(0, start) + replacement + result.slice(end);
  return result;
}

/**
 * One set of edits for two that follow each other: `second` changes the text that `first` made of `text`. Both concern one file
 * and overlap nothing of their own set; where they meet, one edit stands for both.
 */
export function composeEdits(
  file: string,
  text: string,
  first: readonly TextEdit[],
  second: readonly TextEdit[],
): TextEdit[] {
  const own = (edits: readonly TextEdit[]) => edits.filter((edit) => edit.file === file);
  const between = applyEdits(file, text, first);
  // Parts of the text between that either set touches, as places in that text.
  let shift = 0;
  const changed = own(first)
    .sort((a, b) => a.start - b.start)
    .map((edit) => {
      const start = edit.start + shift;
      shift += edit.text.length - (edit.end - edit.start);
      return { start, end: start + edit.text.length, original: edit };
    });
  const parts: { start: number; end: number; from: TextEdit[]; later: TextEdit[] }[] = [];
  const touched = [
    ...changed.map(({ start, end, original }) => ({ start, end, from: [original], later: [] as TextEdit[] })),
    ...own(second).map((edit) => ({ start: edit.start, end: edit.end, from: [] as TextEdit[], later: [edit] })),
  ].sort((a, b) => a.start - b.start || a.end - b.end);
  for (const part of touched) {
    const last = parts.at(-1);
    if (last && part.start <= last.end) {
      last.end = Math.max(last.end, part.end);
      last.from.push(...part.from);
      last.later.push(...part.later);
    } else parts.push({ ...part, from: [...part.from], later: [...part.later] });
  }
  let before = 0;
  return parts.map(({ start, end, from, later }) => {
    const growth = from.reduce((sum, edit) => sum + edit.text.length - (edit.end - edit.start), 0);
    const moved = later.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
    const edit = {
      file,
      start: start - before,
      end: end - before - growth,
      text: applyEdits(file, between.slice(start, end), moved),
    };
    before += growth;
    return edit;
  });
}
