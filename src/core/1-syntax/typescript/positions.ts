// From the parser's offsets to spans. The parser gives a node its leading blanks and comments, so the start has to be
// found by skipping them; lines break where an editor breaks them (\n, \r\n, \r; not U+2028 as in JavaScript).
// Nodes are asked for nearly in source order, so the last line and the last start are remembered.

import type { Span } from "../tree";

/** The first offset at or after `position` that is neither blank nor comment. */
export function skipTrivia(text: string, position: number): number {
  let at = position;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 32 || (code >= 9 && code <= 13)) {
      at++;
    } else if (code === 47 && text.charCodeAt(at + 1) === 47) {
      at = lineEnd(text, at + 2);
    } else if (code === 47 && text.charCodeAt(at + 1) === 42) {
      const close = text.indexOf("*/", at + 2);
      at = close < 0 ? text.length : close + 2;
    } else if (code === 35 && at === 0 && text.charCodeAt(1) === 33) {
      at = lineEnd(text, 2); // "#!" of a script
    } else if (code > 127 && /\s/.test(text.charAt(at))) {
      at++;
    } else {
      return at;
    }
  }
}

/** Where the line of JavaScript that holds `position` ends; U+2028 and U+2029 end one too. */
export function lineEnd(text: string, position: number): number {
  for (let at = position; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13 || code === 0x2028 || code === 0x2029) {
      return at;
    }
  }
  return text.length;
}

/** The end of the next match, or -1. */
function nextMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Makes the spans of one text. `shift` is how many characters the parsed text has in front of the real one. */
export class Positions {
  private readonly lineStarts: number[];
  private line = 0;
  private lastPosition = -1;
  private lastStart = -1;

  constructor(
    private readonly parsed: string,
    private readonly length: number = parsed.length,
    private readonly shift = 0,
  ) {
    this.lineStarts = [0];
    // Searching for "\n" is several times faster than looking at each character; texts with "\r" are the rare case.
    const lineBreak = parsed.includes("\r") ? /\r\n?|\n/g : undefined;
    for (let at = shift; ; ) {
      at = lineBreak ? nextMatch(lineBreak, parsed, at) : parsed.indexOf("\n", at) + 1;
      if (at <= 0 || at > shift + length) {
        break;
      }
      this.lineStarts.push(at - shift);
    }
  }

  /** The span of a parser node, without its leading blanks and comments. */
  ofNode(node: { pos: number; end: number }): Span {
    return this.of(this.startOf(node), node.end);
  }

  /** Where the node's first token starts; a missing node has no width. */
  startOf(node: { pos: number; end: number }): number {
    const { pos, end } = node;
    if (pos >= end) {
      return pos;
    }
    if (pos !== this.lastPosition) {
      this.lastPosition = pos;
      this.lastStart = skipTrivia(this.parsed, pos);
    }
    return Math.min(this.lastStart, end);
  }

  /** Whether the offset `to` stands on a later line than `from` that is not indented deeper than the line of `from`. */
  continuesOutside(from: number, to: number): boolean {
    const fromLine = this.lineOf(from - this.shift);
    const toLine = this.lineOf(to - this.shift);
    return toLine > fromLine && this.indentation(toLine) <= this.indentation(fromLine);
  }

  private indentation(line: number): number {
    const start = (this.lineStarts[line] ?? 0) + this.shift;
    let at = start;
    while (this.parsed.charCodeAt(at) === 32 || this.parsed.charCodeAt(at) === 9) {
      at++;
    }
    return at - start;
  }

  /** The span between two offsets of the parsed text. */
  of(parsedStart: number, parsedEnd: number): Span {
    const start = this.clamp(parsedStart);
    const end = Math.max(start, this.clamp(parsedEnd));
    const endLine = this.lineOf(end);
    const endColumn = end - (this.lineStarts[endLine] ?? 0) + 1;
    // The end first: it leaves the hint at the start, next to where the node's first child is.
    const line = this.lineOf(start);
    const column = start - (this.lineStarts[line] ?? 0) + 1;
    return { start, end, line: line + 1, column, endLine: endLine + 1, endColumn };
  }

  private clamp(parsedOffset: number): number {
    return Math.min(Math.max(parsedOffset - this.shift, 0), this.length);
  }

  private lineOf(offset: number): number {
    const starts = this.lineStarts;
    let low = this.line;
    if (offset >= (starts[low] ?? 0) && offset < (starts[low + 1] ?? Number.POSITIVE_INFINITY)) {
      return low;
    }
    low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    this.line = low;
    return low;
  }
}
