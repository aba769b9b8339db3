// Lenses stay at their code while the text around it changes: every way an edit can lie to a place.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Edit,
  type Position,
  shiftPosition,
  shiftThroughEdits,
  wholeTextEdit,
} from "../../../src/server/positions";

const at = (line: number, character: number): Position => ({ line, character });
const edit = (start: Position, end: Position, text: string): Edit => ({ start, end, text });

describe("shiftPosition", () => {
  const place = at(5, 4);
  it.each<[string, Edit, Position | undefined]>([
    ["text after it", edit(at(5, 10), at(7, 0), "x\ny"), at(5, 4)],
    ["a line inserted above", edit(at(2, 0), at(2, 0), "x = 1\n"), at(6, 4)],
    ["a line removed above", edit(at(2, 0), at(3, 0), ""), at(4, 4)],
    ["a line break typed just before it", edit(at(5, 4), at(5, 4), "\n"), at(6, 0)],
    ["an indented line break typed just before it", edit(at(5, 4), at(5, 4), "\n    "), at(6, 4)],
    ["a line typed at the start of its line", edit(at(5, 0), at(5, 0), "pass\n"), at(6, 4)],
    ["indentation added", edit(at(5, 0), at(5, 0), "  "), at(5, 6)],
    ["indentation removed", edit(at(5, 0), at(5, 4), ""), at(5, 0)],
    ["a line break of Windows above", edit(at(1, 0), at(1, 0), "a\r\nb\r\n"), at(7, 4)],
    ["its first character deleted", edit(at(5, 4), at(5, 5), ""), at(5, 4)],
    ["its first word replaced", edit(at(5, 4), at(5, 9), "model"), at(5, 4)],
    ["its own line deleted", edit(at(5, 0), at(6, 0), ""), undefined],
    ["a block around it deleted", edit(at(3, 0), at(9, 0), ""), undefined],
    ["a block around it cut to one character", edit(at(3, 0), at(9, 0), "x"), undefined],
    ["a block around it replaced by as many lines", edit(at(3, 0), at(9, 0), "a\nb\nc\nd\ne\nf\n"), at(5, 4)],
    ["the end of the line above joined to it", edit(at(4, 8), at(5, 4), " "), at(4, 9)],
  ])("%s", (_, change, expected) => expect(shiftPosition(place, change)).toEqual(expected));

  it("gives up after the edit that removed the line", () => {
    const edits = [edit(at(4, 0), at(8, 0), ""), edit(at(0, 0), at(0, 0), "x\n")];
    expect(shiftThroughEdits(place, edits)).toBeUndefined();
  });

  it("keeps a place on the same text through edits elsewhere", () => {
    const line = fc.constantFrom("a", "bb", "", "    ccc");
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 6 }),
        fc.array(line, { maxLength: 6 }),
        fc.array(line),
        (head, tail, added) => {
          const text = [...head, "MARK", ...tail];
          const cut = Math.floor(head.length / 2);
          const change = edit(at(cut, 0), at(head.length, 0), added.map((part) => `${part}\n`).join(""));
          const after = [...text.slice(0, cut), ...added, ...text.slice(head.length)];
          const moved = shiftPosition(at(head.length, 0), change);
          expect(after[moved?.line ?? -1]).toBe("MARK");
        },
      ),
    );
  });
});

describe("wholeTextEdit", () => {
  const apply = (text: string, change: Edit): string => {
    const offset = (position: Position) => {
      const lines = text.split("\n").slice(0, position.line);
      return lines.reduce((sum, current) => sum + current.length + 1, 0) + position.character;
    };
    return text.slice(0, offset(change.start)) + change.text + text.slice(offset(change.end));
  };

  it("is the difference of the two texts", () => {
    const text = fc.array(fc.constantFrom("a", "b", "", "c"), { maxLength: 8 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const change = wholeTextEdit(before, after);
        if (change === undefined) expect(after).toBe(before);
        else expect(apply(before, change)).toBe(after);
      }),
    );
  });

  it("moves a line below an added one that starts alike", () => {
    const change = wholeTextEdit("a\n    b\n", "a\n    c\n    b\n");
    expect(change && shiftPosition(at(1, 4), change)).toEqual(at(2, 4));
  });

  it("touches only what differs", () => {
    expect(wholeTextEdit("a\nb\nc\nd", "a\nX\nY\nc\nd")).toEqual(edit(at(1, 0), at(1, 1), "X\nY"));
  });
});
