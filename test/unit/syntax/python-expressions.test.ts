// Each Python expression against its tree, printed in prefix notation.

import { expect, test } from "vitest";
import { pythonReader } from "./python-fixture";
import { printExpr } from "./python-print";

const reader = await pythonReader();

function show(source: string): string {
  const expression = reader.readExpression(source);
  return expression ? printExpr(expression) : "does not parse";
}

test.each([
  ["x", "x"],
  ["größe", "gr\u00f6\u00dfe"],
  ["ﬁ", "fi"],
  ["True", "True"],
  ["None", "None"],
  ["...", "..."],
  ["print", "print"],
  ["match", "match"],
  ["type", "type"],
])("name or constant %s", (source, expected) => {
  expect(show(source)).toBe(expected);
});

test.each([
  ["0", "0"],
  ["1_000", "1000"],
  ["0xFF", "255"],
  ["0o17", "15"],
  ["0b101", "5"],
  ["0777", "511"],
  ["10L", "10"],
  ["1.5", "1.5f"],
  ["1.", "1f"],
  [".5", "0.5f"],
  ["1e3", "1000f"],
  ["1E-3", "0.001f"],
  ["1_0.2_5", "10.25f"],
  ["9007199254740993", "9007199254740992"],
  ["10j", '(HOLE "complex number")'],
  ["1.5J", '(HOLE "complex number")'],
  ["0.1 .hex", "0.1f.hex"],
])("number %s", (source, expected) => {
  expect(show(source)).toBe(expected);
});

test.each([
  ["'a'", '"a"'],
  ['"a\\n\\t\\\\"', '"a\\n\\t\\\\"'],
  [String.raw`'\x41\u00e9\U0001F600\101\0'`, String.raw`"A\u00e9\ud83d\ude00A\u0000"`],
  [String.raw`'\q\'\"'`, String.raw`"\\q'\""`],
  [String.raw`'\N{BULLET}'`, String.raw`"\ufffd"`],
  [String.raw`r'\n\''`, String.raw`"\\n\\'"`],
  [String.raw`b'\x00\xff\u1234'`, String.raw`b"\u0000\u00ff\\u1234"`],
  [String.raw`rb'\x00'`, String.raw`b"\\x00"`],
  ["u'a'", '"a"'],
  ["'a' \"b\" '''c'''", '"abc"'],
  ["'''a\r\nb'''", '"a\\nb"'],
  ["'a\\\nb'", '"ab"'],
  ["'{x}'", '"{x}"'],
  ["''", '""'],
])("string %s", (source, expected) => {
  expect(show(source)).toBe(expected);
});

test.each([
  ["f'a'", '"a"'],
  ["f''", '""'],
  ["f'{x}'", "(f {x})"],
  ["f'a{x}b{y}c'", '(f "a" {x} "b" {y} "c")'],
  ["f'{{{x}}}'", '(f "{" {x} "}")'],
  ["f'{x!r}'", "(f {x!r})"],
  ["f'{x:.2f}'", '(f {x:".2f"})'],
  ["f'{x!s:>{width}.{precision}}'", '(f {x!s:(f ">" {width} "." {precision})})'],
  ["f'{x = }'", '(f "x = " {x!r})'],
  ["f'{x=:.1f}'", '(f "x=" {x:".1f"})'],
  ["f'{a + b=}!'", '(f "a + b=" {(+ a b)!r} "!")'],
  ["f'{d[\"k\"]}'", '(f {d["k"]})'],
  ["f'{f\"{x}\"}'", "(f {(f {x})})"],
  ["f'{x, y}'", "(f {(tuple x y)})"],
  ["f'{lambda_}' 'b' f'{c}'", '(f {lambda_} "b" {c})'],
  [String.raw`rf'\d{x}'`, String.raw`(f "\\d" {x})`],
  [String.raw`f'{x}\n'`, String.raw`(f {x} "\n")`],
  ["f'''{\nx\n}'''", "(f {x})"],
  ["t'{x}'", '(HOLE "template string (t-string)" x)'],
])("f-string %s", (source, expected) => {
  expect(show(source)).toBe(expected);
});

test.each([
  ["a + b * c", "(+ a (* b c))"],
  ["a - b - c", "(- (- a b) c)"],
  ["a ** b ** c", "(** a (** b c))"],
  ["-a ** b", "(- (** a b))"],
  ["a // b % c @ d", "(@ (% (// a b) c) d)"],
  ["a << b >> c", "(>> (<< a b) c)"],
  ["a & b ^ c | ~d", "(| (^ (& a b) c) (~ d))"],
  ["+a", "(+ a)"],
  ["not a == b", "(not (a == b))"],
  ["a or b and not c", "(or a (and b (not c)))"],
  ["a < b <= c != d", "(a < b <= c != d)"],
  ["a is not b", "(a is not b)"],
  ["a not in b", "(a not in b)"],
  ["a <> b", "(a != b)"],
  ["a if b else c if d else e", "(if b a (if d c e))"],
  ["(a := b + 1)", "(:= a (+ b 1))"],
  ["a ^ b & c ^ d & e & f", "(^ (^ a (& b c)) (& (& d e) f))"],
  ["a & (b ^ c)", "(& a (^ b c))"],
  ["await a ** b", "(** (await a) b)"],
  ["await x.y()", "(await (call x.y))"],
  ["(yield)", "(yield)"],
  ["(yield a, b)", "(yield (tuple a b))"],
  ["(yield from a)", "(yield-from a)"],
])("operator %s", (source, expected) => {
  expect(show(source)).toBe(expected);
});

test.each([
  ["()", "(tuple)"],
  ["(a)", "a"],
  ["(a,)", "(tuple a)"],
  ["a, b", "(tuple a b)"],
  ["a,", "(tuple a)"],
  ["[a, *b]", "(list a *b)"],
  ["[*a.b(c), *d[0], *e or f]", "(list *(call a.b c) *d[0] *(or e f))"],
  ["{a, b}", "(set a b)"],
  ["{}", "{}"],
  ["{a: b, **c}", "{a: b, **c}"],
  ["[x for x in y]", "(list-of x for x in y)"],
  ["{x for x in y if a if b}", "(set-of x for x in y if a if b)"],
  ["{k: v for k, v in y}", "(dict-of k: v for <k v> in y)"],
  ["(x for xs in y for x in xs if x)", "(generator-of x for xs in y for x in xs if x)"],
  ["[x async for x in y]", "(list-of x for x in y)"],
  ["[x for x in a, b]", "(list-of x for x in (tuple a b))"],
  ["[f() for f in (lambda: 1, g)]", "(list-of (call f) for f in (tuple (lambda () 1) g))"],
])("collection %s", (source, expected) => {
  expect(show(source)).toBe(expected);
});

test.each([
  ["a.b.c", "a.b.c"],
  ["f()", "(call f)"],
  ["f(a, b=c, *d, **e)", "(call f a b=c *d **e)"],
  ["f(*a.b, *c or d)", "(call f *a.b *(or c d))"],
  ["f(x for x in y)", "(call f (generator-of x for x in y))"],
  ["f(a := 1, print=2, match=3)", "(call f (:= a 1) print=2 match=3)"],
  ["x[0]", "x[0]"],
  ["x[a, b:c]", "x[(tuple a (slice b c _))]"],
  ["x[a,]", "x[(tuple a)]"],
  ["x[*a]", "x[(tuple *a)]"],
  ["x[:]", "x[(slice _ _ _)]"],
  ["x[::2]", "x[(slice _ _ 2)]"],
  ["x[a::]", "x[(slice a _ _)]"],
  ["x[..., None, 1:2:3]", "x[(tuple ... None (slice 1 2 3))]"],
  ["lambda: 0", "(lambda () 0)"],
  ["lambda x, *y, z=1, **k: (x, y)", "(lambda (x, *y, !z = 1, **k) (tuple x y))"],
  ["lambda x, /, y, *, z: x if y else z", "(lambda (/x, y, !z) (if y x z))"],
  ["lambda: (yield)", "(lambda* () (yield))"],
])("call, item or lambda %s", (source, expected) => {
  expect(show(source)).toBe(expected);
});

test.each(["", "  ", "x = 1", "f(", "a b", "import a", "a; b", "x)(y"])("%s is no expression", (source) => {
  expect(reader.readExpression(source)).toBeUndefined();
});
