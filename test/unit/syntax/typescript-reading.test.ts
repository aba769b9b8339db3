// Half-typed and broken text, problems, spans and comments.

import ts from "typescript";
import { describe, expect, it } from "vitest";
import { typescriptApi } from "../../../src/core/1-syntax/typescript/api";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import type { Span, Stmt } from "../../../src/core/1-syntax/tree";
import { printExpression, printStatement, printStatements } from "./typescript-print";

const reader = createTypescriptReader(ts);

describe("half-typed text", () => {
  const HALF: [what: string, line: string, tree: string][] = [
    ["a dot", "model.", "<missing name after the dot model>"],
    ["an optional dot", "const y = model.layers[0]?.", "const y = <missing name after the dot model.layers[0]>"],
    ["an open call", "model.add(", "model.add()"],
    ["an argument", "model.add(tf.layers.", "model.add(<missing name after the dot tf.layers>)"],
    [
      "a value",
      "model.add(tf.layers.dense({ units: }));",
      'model.add(tf.layers.dense({"units": <missing expression>}))',
    ],
    ["a declaration", "const x =", "const x = <missing expression>"],
    ["an operator", "x = 1 +", "(= x (+ 1 <missing expression>))"],
    ["an empty argument", "f(a,, b)", "f(a, b)"],
    ["a computed member", "a[", "a[<missing expression>]"],
    ["an import", "import { a } from", 'from "" import a'],
    ["a new", "new", "new <missing expression>()"],
  ];

  it.each(HALF)("keeps the neighbours of %s", (_, line, tree) => {
    const { body, problems } = reader.read(`const before = 1;\n${line}\nif (before) { after(2); }\n`);
    const printed = body.map(printStatement);
    expect(printed[0]).toBe("const before = 1");
    expect(printed.at(-1)).toBe("if before { after(2) }");
    expect(printed.slice(1, -1).join("\n")).toBe(tree);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.span.line).toBeGreaterThanOrEqual(2);
  });

  it("keeps what follows an unfinished method", () => {
    const { body } = reader.read("class A {\n  build(s) { this. }\n  call(x) { return x }\n}\nnew A()");
    expect(printStatements(body)).toBe(
      'class A() { method "build" function build(s) { <missing name after the dot this> }; ' +
        'method "call" function call(x) { return x } }\nnew A()',
    );
  });

  it.each([
    [
      "a dot above a statement of the same object",
      "model.\nmodel.compile();",
      "<missing name after the dot model>\nmodel.compile()",
    ],
    ["a dot above a property", "f({\n  a: b.\n  c: 1,\n})", 'f({"a": <missing name after the dot b>, "c": 1})'],
    [
      "a dot with a comment",
      "let y; x = a. // which?\n\ny = 1",
      "let y\n(= x <missing name after the dot a>)\n(= y 1)",
    ],
    [
      "no dot before a word that is only a member",
      "x = utils.\nencode(y);\nutils.encode(z)",
      "(= x utils.encode(y))\nutils.encode(z)",
    ],
    ["an indented chain", "tf.\n  layers.\n    dense()", "tf.layers.dense()"],
    ["a leading dot", "a\n.b\n.c()", "a.b.c()"],
  ])("cuts %s where the line ends", (_, source, tree) => {
    expect(printStatements(reader.read(source).body)).toBe(tree);
  });

  it.each([
    ["a branch without statement", "if (a) else b", "if a { <missing statement> } else { b }"],
    ["a declaration without name", "let;\nf()", "let\nf()"],
    [
      "a class member",
      "class A { x = ; f() {} }",
      'class A() { field "x" = <missing expression>; method "f" function f() {} }',
    ],
    ["a parameter", "function f(a, = 1) {}", "function f(a, {1} -> <missing expression>) {}"],
    ["a decorator of nothing", "@a", "<missing declaration>"],
    ["an unfinished jump", "for (;;) { break; continue", "for {} [] [] { break; continue }"],
    ["methods among targets", "({ a() {} } = x)", '(= {"a": <not assignable>} x)'],
  ])("reads %s", (_, source, tree) => {
    expect(printStatements(reader.read(source).body)).toBe(tree);
  });
});

describe("problems", () => {
  it("have a message and a place", () => {
    const { problems } = reader.read("const a = 1;\nconst b = ;\n");
    expect(problems).toEqual([
      { message: "Expression expected.", span: { start: 23, end: 24, line: 2, column: 11, endLine: 2, endColumn: 12 } },
    ]);
  });

  it("are none in text that is fine", () => {
    expect(reader.read("#!/usr/bin/env node\nconst a = 1\n").problems).toEqual([]);
    expect(reader.read("")).toEqual({ language: "javascript", body: [], problems: [], comments: [] });
  });
});

describe("depth", () => {
  const only = (statements: Stmt[]) => {
    expect(statements).toHaveLength(1);
    return statements[0];
  };

  it.each([
    ["parentheses", `${"(".repeat(5000)}1${")".repeat(5000)}`],
    ["arrays", `${"[".repeat(2000)}${"]".repeat(2000)}`],
    ["array targets", `const ${"[".repeat(2000)}a${"]".repeat(2000)} = b`],
    ["blocks", `${"{".repeat(3000)}${"}".repeat(3000)}`],
    ["arrows", `x = ${"() => ".repeat(2000)}1`],
    ["calls", `x${".add(y)".repeat(20000)}`],
    ["else branches", `${"if (a) b; else ".repeat(3000)}c`],
    ["templates", `${"`${".repeat(2000)}1${"}`".repeat(2000)}`],
    ["JSX", `${"<p>".repeat(2000)}${"</p>".repeat(2000)}`],
    ["unclosed parentheses", "f(".repeat(100_000)],
  ])("is bounded for nested %s", (_, text) => {
    const { body } = reader.read(text);
    expect(JSON.stringify(only(body))).toContain("nested too deeply");
  });

  it("is bounded for sums, not for joined literals and sequences", () => {
    const sum = only(reader.read(`${"a + ".repeat(20_000)}a`).body);
    expect(JSON.stringify(sum)).toContain("expression too long");
    const text = only(reader.read(`${"'ab' +\n".repeat(20_000)}'c'`).body);
    expect(text).toMatchObject({ value: { kind: "string", value: `${"ab".repeat(20_000)}c` } });
    const comma = only(reader.read(`${"a, ".repeat(20_000)}b`).body);
    expect(comma?.kind === "expression" && comma.value.kind === "comma" && comma.value.values.length).toBe(20_001);
  });
});

describe("spans", () => {
  const at = (text: string, span: Span) => text.slice(span.start, span.end);

  it("leave out blanks and comments around a node", () => {
    const text = "/* a */ const x = // b\n  tf /* c */ . layers ; // d\n";
    const statement = reader.read(text).body[0];
    expect(statement?.kind).toBe("declare");
    if (statement?.kind === "declare" && statement.value?.kind === "attribute") {
      expect(at(text, statement.span)).toBe("x = // b\n  tf /* c */ . layers");
      expect(at(text, statement.value.span)).toBe("tf /* c */ . layers");
      expect(at(text, statement.value.nameSpan)).toBe("layers");
      expect(statement.value.span).toMatchObject({ line: 2, column: 3, endLine: 2, endColumn: 22 });
    }
  });

  it.each(["\n", "\r\n", "\r"])("count lines ended by %j", (end) => {
    const statements = reader.read(["a", "", "é𝕏; /*", "*/ b", "c"].join(end)).body;
    expect(statements.map(({ span }) => [span.line, span.column])).toEqual([
      [1, 1],
      [3, 1],
      [4, 4],
      [5, 1],
    ]);
  });

  it("count no line for U+2028, as editors do", () => {
    expect(reader.read("a\u2028b").body[1]?.span).toMatchObject({ line: 1, column: 3 });
  });

  it("have the name of a function or class, or no width without one", () => {
    const text = "function build() {}\nclass Net {}\n(() => 0)";
    const [build, net, arrow] = reader.read(text).body;
    expect(build?.kind === "function-definition" && at(text, build.definition.nameSpan)).toBe("build");
    expect(net?.kind === "class-definition" && at(text, net.definition.nameSpan)).toBe("Net");
    if (arrow?.kind === "expression" && arrow.value.kind === "function") {
      expect(arrow.value.definition.nameSpan).toMatchObject({ start: 34, end: 34 });
    }
  });
});

describe("comments", () => {
  const texts = (source: string) => reader.read(source).comments.map((comment) => comment.text);

  it("are found wherever they stand", () => {
    expect(
      texts("// one\nf(a /* two */, // three\n  b) /** four */\nclass A { /* five */ }\n`${x /* six */}`\n// seven"),
    ).toEqual(["one", "two", "three", "* four", "five", "six", "seven"]);
  });

  it("are not found inside literals", () => {
    expect(
      texts(
        "'http://a'; \"/* b */\"; `// c ${`/* d */`} // e`; /[/*]\\//; <p a='//f'>http://g {/* yes */}</p>; type T = '//h'; x // too",
      ),
    ).toEqual(["yes", "too"]);
  });

  it("have a place, and may be unclosed", () => {
    const { comments } = reader.read("a\n  // budget: ram 20k\nb /* open");
    expect(comments).toEqual([
      { text: "budget: ram 20k", span: { start: 4, end: 22, line: 2, column: 3, endLine: 2, endColumn: 21 } },
      { text: "open", span: { start: 25, end: 32, line: 3, column: 3, endLine: 3, endColumn: 10 } },
    ]);
  });
});

describe("the compiler", () => {
  it("is used through the listed exports alone", () => {
    const cut = Object.fromEntries(typescriptApi.map((name) => [name, ts[name]]));
    const small = createTypescriptReader(cut as unknown as Parameters<typeof createTypescriptReader>[0]);
    const text = "import a from 'b'; class C { static { new a?.b(`c${1}`) } } // d";
    expect(small.read(text)).toEqual(reader.read(text));
    const call = small.readExpression("f(x)");
    expect(call && printExpression(call)).toBe("f(x)");
  });

  it("gives one hole for text it fails on", () => {
    const failing = createTypescriptReader({
      ...ts,
      createSourceFile: () => {
        throw new Error("Debug Failure");
      },
    });
    expect(printStatements(failing.read("a").body)).toBe("<the parser failed on this text>");
    expect(failing.read("a").problems).toHaveLength(1);
    expect(failing.readExpression("a")).toBeUndefined();
  });
});
