import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits, composeEdits } from "../../../src/core/8-advice/edit";
import type { TextEdit } from "../../../src/core/report/finding";

const file = "/model.py";
const edit = (start: number, end: number, text: string): TextEdit => ({ file, start, end, text });

/** Edits of a text of this length that do not overlap. */
const editsOf = (length: number) =>
  fc.uniqueArray(fc.nat(length), { maxLength: 8 }).chain((cuts) => {
    const places = cuts.sort((a, b) => a - b);
    const pairs = places.flatMap((start, index) => (index % 2 === 0 ? [[start, places[index + 1] ?? start]] : []));
    return fc.tuple(
      ...pairs.map(([start, end]) =>
        fc.string({ maxLength: 4 }).map((text) => edit(start as number, end as number, text)),
      ),
    );
  });

describe("edits", () => {
  it("puts an insertion before what is replaced at the same place", () => {
    expect(applyEdits(file, "conv(x)", [edit(0, 0, "norm("), edit(0, 4, "dense"), edit(7, 7, ")")])).toBe(
      "norm(dense(x))",
    );
  });

  it("leaves edits of other files out", () => {
    expect(applyEdits(file, "abc", [{ ...edit(0, 1, "x"), file: "/other.py" }])).toBe("abc");
  });

  it("one set for two that follow each other makes the same text", () => {
    const cases = fc
      .string({ minLength: 0, maxLength: 30 })
      .chain((text) => fc.tuple(fc.constant(text), editsOf(text.length)))
      .chain(([text, first]) => {
        const between = applyEdits(file, text, first);
        return fc.tuple(fc.constant(text), fc.constant(first), fc.constant(between), editsOf(between.length));
      });
    fc.assert(
      fc.property(cases, ([text, first, between, second]) => {
        const composed = composeEdits(file, text, first, second);
        expect(applyEdits(file, text, composed)).toBe(applyEdits(file, between, second));
        for (const [index, { start }] of composed.entries()) {
          const previous = composed[index - 1];
          if (previous) expect(previous.end).toBeLessThan(start);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps what neither touches", () => {
    const text = "a = 1\nb = 2\nc = 3\n";
    const first = [edit(4, 5, "10")];
    const second = [edit(11, 12, "20")];
    expect(composeEdits(file, text, first, second)).toEqual([edit(4, 5, "10"), edit(10, 11, "20")]);
  });
});
