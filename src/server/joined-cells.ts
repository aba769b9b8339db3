// The code cells of an open notebook as one text, and the way from its places to those of the cells and back. Pure; the client reads it
// too, to make edits.
import type { Position, Range, TextDocumentEdit } from "vscode-languageserver";
import { cellCode } from "../core/1-syntax/notebook";

/** One code cell. */
export interface Cell {
  uri: string;
  version: number;
  text: string;
}

/** A place in a document of the editor. */
export interface Located<Where> {
  uri: string;
  at: Where;
}

const LINE_BREAK = /\r\n|\r|\n/;

/** The code cells of a notebook as one text, one line break between two cells, and the way from and to the cells. */
export class JoinedCells {
  readonly text: string;
  /** First line and number of lines of each cell in the text, from 0. */
  readonly lines: { cell: Cell; start: number; count: number }[] = [];

  constructor(cells: readonly Cell[], isPython: boolean) {
    let start = 0;
    for (const cell of cells) {
      const count = cell.text.split(LINE_BREAK).length;
      this.lines.push({ cell, start, count });
      start += count;
    }
    this.text = cells.map(({ text }) => (isPython ? cellCode(text) : text)).join("\n");
  }

  /** Where a place of the text is in its cell; undefined in a notebook without code. */
  toCell({ line, character }: Position): Located<Position> | undefined {
    const found = this.lines.findLast(({ start }) => start <= line);
    return found && { uri: found.cell.uri, at: { line: line - found.start, character } };
  }

  /** Where a place of a cell is in the text. */
  fromCell({ uri, at }: Located<Position>): Position | undefined {
    const found = this.lines.find(({ cell }) => cell.uri === uri);
    return found && { line: found.start + at.line, character: at.character };
  }

  /** A range of the text in the cell it starts in; what ends at the start of the next cell ends where its own ends. */
  rangeToCell({ start, end }: Range): Located<Range> | undefined {
    const from = this.toCell(start);
    const own = from && this.lines.find(({ cell }) => cell.uri === from.uri);
    if (!from || !own) return undefined;
    const line = end.line - own.start;
    if (line < own.count) return { uri: from.uri, at: { start: from.at, end: { line, character: end.character } } };
    const last = own.cell.text.split(LINE_BREAK).at(-1) ?? "";
    return { uri: from.uri, at: { start: from.at, end: { line: own.count - 1, character: last.length } } };
  }

  /** Edits of the text as edits of cells; undefined when one of them reaches over the end of its cell. */
  editsOfCells({ edits }: TextDocumentEdit): TextDocumentEdit[] | undefined {
    const byCell = new Map<string, TextDocumentEdit>();
    for (const edit of edits) {
      if (!("newText" in edit)) return undefined;
      const found = this.rangeToCell(edit.range);
      const own = found && this.lines.find(({ cell }) => cell.uri === found.uri);
      const { end } = edit.range;
      if (!found || !own) return undefined;
      const limit = own.start + own.count;
      if (end.line > limit || (end.line === limit && end.character > 0)) return undefined;
      const { uri, version } = own.cell;
      const known = byCell.get(uri) ?? { textDocument: { uri, version }, edits: [] };
      // An annotation stays with its edit.
      known.edits.push({ ...edit, range: found.at });
      byCell.set(uri, known);
    }
    return [...byCell.values()];
  }
}
