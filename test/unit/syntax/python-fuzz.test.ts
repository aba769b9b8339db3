// Any text gives a program: cut, garbled and random texts neither throw nor take long, and every place lies in the text.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Program, Span } from "../../../src/core/1-syntax/tree";
import { pythonReader } from "./python-fixture";

const reader = await pythonReader();

const MODEL = `
import torch
from torch import nn

class Block(nn.Module):
    """A block – with é and 😀."""

    def __init__(self, cin, cout, *, stride=1, **kw):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel_size=3,
                              stride=stride, padding=1)
        self.names = [f"{i:>{kw['w']}}" for i in range(3) if i % 2]

    @property
    async def x(self):
        return {k: v for k, v in self.items()} or (yield)

    def forward(self, x):
        if x.shape[1:3] != (3, 3):
            raise ValueError(f"bad {x.shape = }" 'text')
        elif not x: pass
        else:
            for i, j in enumerate(x): x += self.conv(x)[..., ::2]
        with a as b, (c as d): del x
        try: match = lambda *a: a if b else c
        except (A, B) as e: raise
        return x

match point:
    case Point(x=0) | [1, *rest] if rest: print("a")
    case {"k": v, **r}: pass
`;
const LONG = readFileSync(new URL("../../../test/oracle/keras_macs.py", import.meta.url), "utf8");
const TOKENS =
  '( ) [ ] { } : ; , . = + * ** -> := @ \\ \' " """ f" { } # \n \t lambda def class if else for in import from async await match case yield * not is x 1 1. 0x \u00e9 \ud83d\ude00 \ud83d \0 \r \f'.split(
    " ",
  );

function places(value: unknown, found: Span[] = []): Span[] {
  if (typeof value !== "object" || value === null) return found;
  if ("endColumn" in value) found.push(value as Span);
  else for (const child of Object.values(value)) places(child, found);
  return found;
}

function checkPlaces(program: Program, text: string): void {
  const bad = places(program).filter((span) => {
    const isOrdered = 0 <= span.start && span.start <= span.end && span.end <= text.length;
    const isSameOrder = span.line < span.endLine || (span.line === span.endLine && span.column <= span.endColumn);
    return !isOrdered || !isSameOrder || span.column < 1 || span.line < 1;
  });
  expect(bad).toEqual([]);
}

function readQuickly(text: string): void {
  const start = performance.now();
  const program = reader.read(text);
  expect(performance.now() - start).toBeLessThan(3000);
  checkPlaces(program, text);
}

test.each([
  ["a model", MODEL, 400],
  ["a long file", LONG, 40],
])("%s cut anywhere", (_name, source, numRuns) => {
  fc.assert(
    fc.property(fc.nat(source.length), (end) => readQuickly(source.slice(0, end))),
    { numRuns },
  );
});

test.each([
  ["a model", MODEL, 600],
  ["a long file", LONG, 60],
])("%s with tokens put in and taken out", (_name, source, numRuns) => {
  const edit = fc.record({ at: fc.nat(source.length), remove: fc.nat(12), token: fc.constantFrom(...TOKENS) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = source;
      for (const { at, remove, token } of edits) text = text.slice(0, at) + token + text.slice(at + remove);
      readQuickly(text);
    }),
    { numRuns },
  );
});

test("tokens in any order", () => {
  const tokens = fc.array(fc.tuple(fc.constantFrom(...TOKENS), fc.constantFrom("", " ", "\n", "\n  ")), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(tokens, (list) => readQuickly(list.flat().join(""))),
    { numRuns: 800 },
  );
});

test("any characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      readQuickly(text);
      reader.readExpression(text);
    }),
    { numRuns: 400 },
  );
});

test.each([
  ["brackets", "(".repeat(20_000)],
  ["closed brackets", "[".repeat(5_000) + "]".repeat(5_000)],
  ["a sum", `x = ${"a + ".repeat(5_000)}a`],
  ["a chain of calls", `x${".f()".repeat(5_000)}`],
  ["indentation", Array.from({ length: 600 }, (_, i) => `${" ".repeat(i)}if x:`).join("\n")],
  ["elif", `if a: b\n${"elif a: b\n".repeat(2_000)}`],
  ["not", `${"not ".repeat(5_000)}x`],
  ["mismatched brackets", "([{".repeat(5_000) + ")".repeat(5_000)],
  ["quotes", "'\"".repeat(10_000)],
  ["f-strings", "f'{".repeat(2_000)],
  ["lambdas", "lambda x: ".repeat(3_000)],
])("deep or long: %s", (_name, text) => {
  readQuickly(text);
});
