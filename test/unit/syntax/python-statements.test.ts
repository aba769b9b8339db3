// Each Python statement against its tree, printed one statement a line.

import { describe, expect, test } from "vitest";
import { pythonReader } from "./python-fixture";
import { printProgram } from "./python-print";

const reader = await pythonReader();

function check(source: string, expected: string): void {
  const program = reader.read(source);
  expect(program.problems).toEqual([]);
  expect(printProgram(program.body)).toBe(expected.replace(/^\n|\n\s*$/g, ""));
}

test.each([
  ["a = b", "a = b"],
  ["a = b = c", "a = b = c"],
  ["a, b = c", "<a b> = c"],
  ["(a, [b, *c]) = d", "<a <b *c>> = d"],
  ["(a) = b", "a = b"],
  ["a, = b", "<a> = b"],
  ["a.b, c[0] = d", "<a.b c[0]> = d"],
  ["a = b, *c", "a = (tuple b *c)"],
  ["a = yield b", "a = (yield b)"],
  ["a: int", "a: int"],
  ["a: list[int] = []", "a: list[int] = (list)"],
  ["self.a: Tuple[int, ...] = ()", "self.a: Tuple[(tuple int ...)] = (tuple)"],
  ["a: int | None = None", "a: (| int None) = None"],
  ["a += b", "a += b"],
  ["a[0] //= b", "a[0] //= b"],
  ["a @= b", "a @= b"],
  ["type(x).a = 1", "(call type x).a = 1"],
  ["type(x, y)[0].a = 1", "(call type x y)[0].a = 1"],
  ["type X = int", "X = int"],
  ["type X[T: int, *Ts] = list[T]", "X = list[T]"],
  ["type = 1", "type = 1"],
  ["match = match(x)", "match = (call match x)"],
])("assignment %s", check);

test.each([
  ["a", "a"],
  ["a; b;", "a\nb"],
  ["a, b", "(tuple a b)"],
  ["f(a,\n  b)", "(call f a b)"],
  ["a + \\\n b", "(+ a b)"],
  ["pass", "pass"],
  ["return", "return"],
  ["return a, *b", "return (tuple a *b)"],
  ["raise", "raise"],
  ["raise A from b", "raise A"],
  ["raise A, 'message'", "raise A"],
  ["assert a, b", "assert a, b"],
  ["del a, b[0]", "del a, b[0]"],
  ["del (a, b)", "del a, b"],
  ["global a, b", "global a, b"],
  ["nonlocal a", "nonlocal a"],
  ["print 'a', b", '(call print "a" b)'],
  ["print >>f, a", "(call print file=f a)"],
  ["print('a')", '(call print "a")'],
  ["exec code in scope", "(call exec code scope)"],
])("simple statement %s", check);

test.each([
  ["import a", "import a"],
  ["import a.b as c, d", "import a.b as c\nimport d"],
  ["from a import b", "from a import b"],
  ["from a.b import (c as d, e,)", "from a.b import c as d, e"],
  ["from a import *", "from a import *"],
  ["from . import a", "from . import a"],
  ["from ...a import b", "from ...a import b"],
  ["from __future__ import annotations", "from __future__ import annotations"],
])("import %s", check);

describe("compound statements", () => {
  test("if, elif, else nest", () => {
    check(
      "if a: b\nelif c:\n  d\n# comment\nelse:\n  e\n",
      `
if a
  b
else
  if c
    d
  else
    e
`,
    );
  });

  test("for and while with else, async for", () => {
    check(
      "for a, b in c, d:\n  break\nelse:\n  e\nwhile f:\n  continue\nelse: g\nasync def h():\n  async for i in j: pass",
      `
for <a b> in (tuple c d)
  break
else
  e
while f
  continue
else
  g
async def h()
  for i in j
    pass
`,
    );
  });

  test("try with every clause", () => {
    check(
      "try:\n  a\nexcept A:\n  b\nexcept (B, C) as e:\n  c\nexcept:\n  d\nelse:\n  f\nfinally:\n  g",
      `
try
  a
except A
  b
except (tuple B C) as e
  c
except
  d
else
  f
finally
  g
`,
    );
    check("try: a\nexcept* A as e: b\n", "try\n  a\nexcept A as e\n  b");
    check("try: a\nexcept A, B: b\n", "try\n  a\nexcept (tuple A B)\n  b");
  });

  test.each([
    ["with a: b", "with a\n  b"],
    ["with a as b, c(d) as (e, f): g", "with a as b, (call c d) as <e f>\n  g"],
    ["with (a as b, c as d,): e", "with a as b, c as d\n  e"],
    ["with (a as b): c", "with a as b\n  c"],
    ["with (a): c", "with a\n  c"],
    ["with (yield): c", "with (yield)\n  c"],
    ["async def f():\n  async with a as b: c", "async def f()\n  with a as b\n    c"],
  ])("%s", check);

  test("functions", () => {
    check(
      "@a\n@b.c(d)\ndef f(x, y: int = 1, *args: int, z, w=2, **kwargs) -> int:\n  '''Doc.'''\n  return x",
      `
@a
@(call b.c d)
def f(x, y: int = 1, *args: int, !z, !w = 2, **kwargs)
  "Doc."
  return x
`,
    );
    check("def f(a, /, b, *, c): pass", "def f(/a, b, !c)\n  pass");
    check("def f[T: int, **P](a: T): pass", "def f(a: T)\n  pass");
    check("def f():\n  yield 1\n  def g(): return 2", "generator def f()\n  (yield 1)\n  def g()\n    return 2");
    check("def f():\n  def g(): yield", "def f()\n  generator def g()\n    (yield)");
    check("async def f(): await g()", "async def f()\n  (await (call g))");
    check("def f(self, x): ...", "def f(self, x)\n  ...");
  });

  test("classes", () => {
    check(
      "@a\nclass A(B, metaclass=C, *D):\n  x: int = 1\n  y: str\n\n  def f(self):\n    pass\n\nclass E[T](F): pass\nclass G: pass",
      `
@a
class A(B metaclass=C *D)
  x: int = 1
  y: str
  def f(self)
    pass
class E(F)
  pass
class G()
  pass
`,
    );
  });

  test("match with every pattern", () => {
    check(
      `
match a, b:
  case 1 | -2 | "x" | None: pass
  case A.B if c: pass
  case x: pass
  case [a, _, *rest]: pass
  case (a, *_): pass
  case (a): pass
  case a, b: pass
  case {"k": v, -1: w, **rest}: pass
  case A.B(x, 0, k=[y], n=-1): pass
  case (A() | B()) as c: pass
  case _: pass
`,
      `
match (tuple a b)
  case (1 | (- 2) | "x" | None)
    pass
  case A.B if c
    pass
  case $x
    pass
  case [$a, _, *rest]
    pass
  case [$a, *_]
    pass
  case $a
    pass
  case [$a, $b]
    pass
  case {"k": $v, (- 1): $w, **rest}
    pass
  case A.B($x, 0, k=[$y], n=(- 1))
    pass
  case ((A() | B()) as c)
    pass
  case _
    pass
`,
    );
  });
});

describe("places", () => {
  test("offsets are UTF-16 units, lines and columns count from 1", () => {
    const text = 's = "é😀"\r\nüber = f(x)  # größe 😀\n';
    const program = reader.read(text);
    const [, second] = program.body;
    expect(second?.span).toEqual({ start: 11, end: 22, line: 2, column: 1, endLine: 2, endColumn: 12 });
    expect(second?.kind === "assignment" && text.slice(second.value.span.start, second.value.span.end)).toBe("f(x)");
    expect(program.comments.map((comment) => comment.text)).toEqual([" größe 😀"]);
    expect(text.slice(program.comments[0]?.span.start)).toBe("# größe 😀\n");
  });

  test("a lone carriage return ends a line", () => {
    const program = reader.read("a = 1\rb = 2");
    expect(program.body.map((statement) => [statement.span.start, statement.span.line])).toEqual([
      [0, 1],
      [6, 2],
    ]);
  });

  test("names have their own spans", () => {
    const text = "class A:\n  def method(self):\n    return self.value";
    const program = reader.read(text);
    const [statement] = program.body;
    if (statement?.kind !== "class-definition") throw new Error("no class");
    const [method] = statement.definition.body;
    if (method?.kind !== "function-definition") throw new Error("no method");
    const [result] = method.definition.body;
    if (result?.kind !== "return" || result.value?.kind !== "attribute") throw new Error("no attribute");
    const spans = [statement.definition.nameSpan, method.definition.nameSpan, result.value.nameSpan];
    expect(spans.map((span) => text.slice(span.start, span.end))).toEqual(["A", "method", "value"]);
  });

  test("a star before a call covers the whole argument", () => {
    const expression = reader.readExpression("[*a.b(c)]");
    if (expression?.kind !== "sequence") throw new Error("no list");
    const [star] = expression.elements;
    expect(star?.kind === "spread" && [star.span.start, star.span.end, star.value.span.start]).toEqual([1, 8, 2]);
  });
});

test("docstrings", () => {
  const docstring = (source: string) => {
    const [statement] = reader.read(source).body;
    return statement?.kind === "function-definition" ? statement.definition.docstring : undefined;
  };
  expect(docstring("def f():\n  'a' 'b'\n  pass")).toBe("ab");
  expect(docstring("def f():\n  r'''a\\d'''")).toBe("a\\d");
  expect(docstring("def f():\n  f'a'")).toBeUndefined();
  expect(docstring("def f():\n  b'a'")).toBeUndefined();
  expect(docstring("def f():\n  x = 'a'")).toBeUndefined();
});

test("form feeds and byte order marks are blanks", () => {
  check("\ufeffa = 1\n\f\nb = 2", "a = 1\nb = 2");
});
