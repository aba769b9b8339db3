// Half-typed Python: the slip costs its own statement, the code around it is read as if it were not there, and problems
// name places of the text as written.

import { describe, expect, test } from "vitest";
import { pythonReader } from "./python-fixture";
import { printProgram } from "./python-print";

const reader = await pythonReader();

function check(source: string, expected: string, ...problems: string[]): void {
  const program = reader.read(source);
  expect(printProgram(program.body)).toBe(expected.replace(/^\n|\n\s*$/g, ""));
  const told = program.problems.map(({ message, span }) => `${message} @${source.slice(span.start, span.end)}`);
  expect(told).toEqual(problems.map((problem) => `Syntax error: ${problem}`));
}

const HOLE = '(HOLE "nothing written here yet")';

describe("brackets", () => {
  test("an open call ends where the next statement starts", () => {
    check("x = f(a, b\ny = 3\nclass A: pass", "x = (call f a b)\ny = 3\nclass A()\n  pass", '"(" is not closed @(');
    check(
      "x = f(a, [1,\nself.y = 3\n",
      "x = (call f a (list 1))\nself.y = 3",
      '"(" is not closed @(',
      '"[" is not closed @[',
    );
  });

  test("an open parameter list ends where the body starts", () => {
    check(
      "def f(self, x\n  return x\ndef g(): pass",
      "def f(self, x)\n  return x\ndef g()\n  pass",
      '"(" is not closed @(',
      '":" expected @',
    );
  });

  test("brackets that do not match", () => {
    check("x = f(a[1)\ny = 2", "x = (call f a[1])\ny = 2", '"[" is not closed @[');
    check("f(a))\ny = 1", "(call f a)\ny = 1", 'nothing opens this ")" @)');
  });

  test("a missing comma between lines", () => {
    check("m = [\n  a,\n  b\n  c,\n]\n", "m = (list a b c)", "comma expected @");
  });

  test("arguments at the statement's own indentation stay arguments", () => {
    check("f(\na,\nb=1,\n)\nx =", `(call f a b=1)\nx = ${HOLE}`, "expression expected @");
  });
});

describe("strings", () => {
  test("an open string ends at the line end, before the brackets around it", () => {
    check('x = f("abc)\ny = 2', 'x = (call f "abc")\ny = 2', 'string is not closed @"abc');
    check('x = "abc\ny = 2', 'x = "abc"\ny = 2', 'string is not closed @"abc');
  });

  test("an open replacement field", () => {
    check('x = f"a{b\ny = 2', 'x = (f "a" {b})\ny = 2', 'string is not closed @f"a{b');
  });

  test("an open triple quote does not swap code and docstrings", () => {
    check(
      'x = """abc\ndef f(): pass\nclass B:\n  """Doc."""\n  def g(self): pass',
      'x = "abc"\ndef f()\n  pass\nclass B()\n  "Doc."\n  def g(self)\n    pass',
      'string is not closed @"""abc',
    );
  });
});

describe("unfinished statements", () => {
  test("a dangling dot does not take the next line", () => {
    check("x = self.\ny = 3", 'x = (HOLE "attribute name not written yet" self)\ny = 3', "expression expected @");
    check("x = f(a, b.)", 'x = (call f a (HOLE "attribute name not written yet" b))', "expression expected @");
  });

  test.each([
    ["x =", `x = ${HOLE}`],
    ["x = a +", `x = (+ a ${HOLE})`],
    ["x = not", `x = (not ${HOLE})`],
    ["f(a, k=)", `(call f a k=${HOLE})`],
    ["f(, a)", `(call f ${HOLE} a)`],
    ["f(a,, b)", `(call f a ${HOLE} b)`],
    ["x = {'a': }", `x = {"a": ${HOLE}}`],
    ["import", ""],
    ["from a import", "from a import "],
  ])("%s", (source, expected) => {
    const program = reader.read(`${source}\ny = 2\n`);
    expect(printProgram(program.body)).toBe(`${expected}\ny = 2`.trimStart());
    expect(program.problems.length).toBeGreaterThan(0);
  });

  test.each([
    ["class A", "class A()\n  pass"],
    ["def f", "def f()\n  pass"],
    ["if a ==", `if (a == ${HOLE})\n  pass`],
    ["for x in", `for x in ${HOLE}\n  pass`],
    ["while a", "while a\n  pass"],
  ])("header %s", (source, expected) => {
    const program = reader.read(`class B:\n  def g(self): a()\n\n${source}\ny = 2\n`);
    expect(printProgram(program.body)).toBe(`class B()\n  def g(self)\n    (call a)\n${expected}\ny = 2`);
    expect(program.problems.length).toBeGreaterThan(0);
  });

  test("a header without a block has an empty one", () => {
    check("def f(x):\nif a:\ny = 2", "def f(x)\nif a\ny = 2");
  });

  test("methods after the slip stay in their class", () => {
    check(
      "class A:\n  def f(self):\n    self.\n  def g(self): pass\n",
      'class A()\n  def f(self)\n    (HOLE "attribute name not written yet" self)\n  def g(self)\n    pass',
      "expression expected @",
    );
  });
});

test.each([
  ["f = lambda x", `f = (lambda (x) ${HOLE})`],
  ["f(lambda x, y)", `(call f (lambda (x, y) ${HOLE}))`],
  ["f = lambda", `f = (lambda () ${HOLE})`],
])("unfinished lambda %s", (source, expected) => {
  check(`${source}\ny = 2`, `${expected}\ny = 2`, "lambda without a value @");
});

test.each([
  ["class A[T = int](B): pass", "class A(B)\n  pass"],
  ["def f[T: int = bool](x: T): pass", "def f(x: T)\n  pass"],
  ["type A[T = int] = list[T]", "A = list[T]"],
  ["x, *y = a, *[b]", "<x *y> = (tuple a *(list b))"],
  ["for x in a, *(b, c):\n  pass", "for x in (tuple a *(tuple b c))\n  pass"],
])("valid code that the grammar does not read: %s", (source, expected) => {
  check(source, expected);
});

test("two words in a row are a hole with their pieces", () => {
  const program = reader.read("a = 1\nfoo bar(x)\nb = 2\n");
  const printed = printProgram(program.body);
  expect(printed).toContain("a = 1\n");
  expect(printed).toContain("(call bar x)");
  expect(printed).toContain("\nb = 2");
  expect(program.problems).toHaveLength(1);
});

describe("spaces copied from a page", () => {
  test("are read as plain ones and told once", () => {
    check(
      "x = f(1,\u00a0a=2)\ny\u00a0= 3\n",
      "x = (call f 1 a=2)\ny = 3",
      "Python does not take this space (U+00A0); write a plain one @\u00a0",
    );
  });

  test("stay what they are in text that parses", () => {
    check('x = "a\u00a0b"\n', 'x = "a\\u00a0b"');
  });
});
