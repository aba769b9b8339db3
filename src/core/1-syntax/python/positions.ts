// Offsets of one text to spans with lines and columns. Nodes are lowered nearly in text order, so the line of the last
// look-up is tried first and the binary search is rare.

import type { Span } from "../tree";

/** Line starts of a text; a line ends with "\n", "\r\n" or a lone "\r". */
export class Positions {
  private readonly starts: number[] = [0];
  private last = 0;

  constructor(text: string) {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) this.starts.push(i + 1);
    }
  }

  /** Index of the line that holds this offset, from 0. */
  lineAt(offset: number): number {
    const { starts } = this;
    let line = this.last;
    if ((starts[line] ?? 0) > offset || (starts[line + 1] ?? Number.POSITIVE_INFINITY) <= offset) {
      let low = 0;
      let high = starts.length - 1;
      if ((starts[line] ?? 0) <= offset) {
        low = line + 1;
        high = Math.min(high, line + 8);
        if ((starts[high] ?? 0) <= offset) {
          low = high;
          high = starts.length - 1;
        }
      }
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      line = low;
      this.last = line;
    }
    return line;
  }

  /** Offset where a line (from 0) starts. */
  lineStart(line: number): number {
    return this.starts[line] ?? 0;
  }

  span(start: number, end: number): Span {
    const endLine = this.lineAt(end);
    const endColumn = end - this.lineStart(endLine) + 1;
    const line = this.lineAt(start);
    const column = start - this.lineStart(line) + 1;
    return { start, end, line: line + 1, column, endLine: endLine + 1, endColumn };
  }
}
