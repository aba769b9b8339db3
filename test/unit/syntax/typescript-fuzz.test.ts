// Any text gives a program: real constructs with characters cut, tokens dropped, doubled and put in, never throw, never
// leave the text with a span, and never lose a parser's finding.

import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { Program, Span } from "../../../src/core/1-syntax/tree";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { printStatements } from "./typescript-print";

const reader = createTypescriptReader(ts);

const SOURCE = `#!/usr/bin/env node
"use strict";
import * as tf from '@tensorflow/tfjs'; // the library
import d, { a as b, type T } from "./m";
/* a block */
export const enum Size { Small = 1, Large = Small << 2 }
export default class Net<T> extends tf.layers.Layer implements I {
  static className = 'Net'; #w?: tf.Variable; [k: string]: any;
  constructor(private readonly units: number, { rate = 0.5, ...rest }: Options = {}) { super(rest as any); }
  get n(): number { return this.#w!.shape?.[0] ?? 1_000n; }
  static { register(this); }
  async *call(x: tf.Tensor, ...more: T[]) { for await (const [i, v] of more.entries()) yield* f(i, v); }
}
function build({ alpha = 1, layers: [first, , ...others] = [] }, depth?: number): tf.LayersModel {
  outer: for (let i = 0, n = others.length; i < n; i += 2) {
    switch (others[i]) { case "conv": model.add(tf.layers.conv2d({ filters: 8 * alpha, kernelSize: [3, 3] })); break;
      default: continue outer; }
  }
  try { if (depth > 3) { throw new Error(\`too deep \${depth + 1}\`); } else do { depth--; } while (depth); }
  catch (e) { console.log(e); } finally { }
  const g = async <U,>(y: U) => ({ y, ['k' + 1]: /[/*]\\/x/g, get z() { return 1 }, ...others });
  return (<Foo bar={first}>text</Foo>), typeof g === 'function' && delete o.p ? void 0 : new.target;
}
namespace N.M { export let q = (await import('./n')).default; }
export { build as make }; export * as ns from './p'; module.exports = build;
`;

const TOKENS = SOURCE.match(/\s+|\w+|[^\s\w]/g) ?? [];

/** Reads, and checks all that holds for every text. */
function check(text: string): Program {
  const program = reader.read(text);
  const printed = printStatements(program.body);
  expect(printed).not.toMatch(/the parser failed|unexpected/);
  const seen = (span: Span) => {
    const inside = span.start >= 0 && span.start <= span.end && span.end <= text.length;
    if (!inside || span.line < 1 || span.column < 1 || span.endLine < span.line) {
      throw new Error(`span ${JSON.stringify(span)} in a text of ${text.length}`);
    }
  };
  const walk = (value: unknown) => {
    if (Array.isArray(value)) {
      value.forEach(walk);
    } else if (value && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) {
        if (key === "span" || key === "nameSpan") {
          seen(inner as Span);
        } else {
          walk(inner);
        }
      }
    }
  };
  walk(program);
  return program;
}

const position = fc.nat(TOKENS.length - 1);
const token = fc.constantFrom(...TOKENS, "${", "`", "*/", "<", "</", "=>", "...", "?.", "\0", "\u2028", "\ud800", "@");

describe("any text", () => {
  it("is read where it is whole", () => {
    const { problems, comments } = check(SOURCE);
    expect(problems).toEqual([]);
    expect(comments.map((comment) => comment.text)).toEqual(["the library", "a block"]);
  });

  it("is read when cut anywhere", () => {
    for (let end = 0; end < SOURCE.length; end += 7) {
      check(SOURCE.slice(0, end));
    }
  }, 60_000);

  it("is read without a token", () => {
    for (let index = 0; index < TOKENS.length; index += 2) {
      check([...TOKENS.slice(0, index), ...TOKENS.slice(index + 1)].join(""));
    }
  }, 60_000);

  it("is read with tokens put in, dropped and moved", () => {
    const edit = fc.oneof(
      fc.record({ at: position, drop: fc.nat(6), insert: fc.constant("") }),
      fc.record({ at: position, drop: fc.constant(0), insert: token }),
      fc.record({ at: position, drop: fc.nat(3), insert: token }),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        const tokens = [...TOKENS];
        for (const { at, drop, insert } of edits) {
          tokens.splice(at, drop, insert);
        }
        check(tokens.join(""));
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("is read from loose tokens and characters", () => {
    const loose = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(""));
    fc.assert(
      fc.property(fc.oneof(loose, fc.string({ unit: "binary" }), fc.string()), (text) => void check(text)),
      {
        numRuns: 1000,
      },
    );
    fc.assert(
      fc.property(loose, (text) => {
        const span = reader.readExpression(text)?.span;
        expect(span === undefined || (span.start >= 0 && span.end <= text.length)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  }, 60_000);

  it("is read the same twice", () => {
    expect(reader.read(SOURCE)).toEqual(reader.read(SOURCE));
  });
});
