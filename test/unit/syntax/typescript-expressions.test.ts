// What each kind of TypeScript/JavaScript expression is lowered to.

import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { printExpression } from "./typescript-print";

const reader = createTypescriptReader(ts);

function lowered(source: string): string {
  const expression = reader.readExpression(source);
  return expression ? printExpression(expression) : "does not parse";
}

const CASES: Record<string, [source: string, tree: string][]> = {
  "names and literals": [
    ["model", "model"],
    ["this.x", "this.x"],
    ["super.build(s)", "super.build(s)"],
    ["__proto", "__proto"],
    ["undefined", "undefined"],
    ["null", "null"],
    ["true", "true"],
    ["0x1F", "31"],
    ["0b101", "5"],
    ["1_000_000", "1000000"],
    [".5e-3", "0.0005"],
    ["123n", 'BigInt("123")'],
    ["0x10n", 'BigInt("0x10")'],
    ["'a\\n\\u0041\\x42'", '"a\\nAB"'],
    ["`plain`", '"plain"'],
    ["/a\\/b/gi", 'new RegExp("a\\\\/b", "gi")'],
    ["/[/]/", 'new RegExp("[/]")'],
    ["new.target", "new.target"],
    ["import.meta.url", "import.meta.url"],
  ],
  templates: [
    ["`conv${i}_${j + 1}`", "`conv${i}_${(+ j 1)}`"],
    ["`${a}`", "`${a}`"],
    ["`a${`b${c}`}`", "`a${`b${c}`}`"],
    ["tag`x${1}y\\n`", 'tag(["x", "y\\n"], 1)'],
    ["a.tag`only`", 'a.tag(["only"])'],
  ],
  arrays: [
    ["[1, 'a', ...rest]", '[1, "a", ...rest]'],
    ["[1, , 2]", "[1, undefined, 2]"],
    ["[]", "[]"],
    ["[[1], [2, [3]]]", "[[1], [2, [3]]]"],
  ],
  objects: [
    ["{}", "{}"],
    ["{ units: 10, 'b': 1, 3: 2, 0x10: 4 }", '{"units": 10, "b": 1, "3": 2, "16": 4}'],
    ["{ a, ...b, [k]: 1, ['x' + y]: 2 }", '{"a": a, ...b, k: 1, (+ "x" y): 2}'],
    [
      "{ build(s) { return s }, async call() {} }",
      '{"build": function build(s) { return s }, "call": async function call() {}}',
    ],
    ["{ *it() { yield 1 } }", '{"it": function* it() { (yield 1) }}'],
    ["{ get n() { return 1 }, set n(v) {} }", '{get "n": function n() { return 1 }, set "n": function n(v) {}}'],
    ["{ f: (x) => x, g: function () {} }", '{"f": arrow(x) { return x }, "g": function() {}}'],
  ],
  operators: [
    ["-x + +y - ~z", "(- (+ (- x) (+ y)) (~ z))"],
    ["!a", "(not a)"],
    ["2 ** 3 ** 2", "(** 2 (** 3 2))"],
    ["a * (b + c) / d % e", "(% (/ (* a (+ b c)) d) e)"],
    ["a << 1 >> 2 >>> 3", "(>>> (>> (<< a 1) 2) 3)"],
    ["a & b | c ^ d", "(| (& a b) (^ c d))"],
    ["a == b", "(== a b)"],
    ["a === b !== c", "(!== (=== a b) c)"],
    ["a < b", "(< a b)"],
    ["a != b && c >= d || e", "(or (and (!= a b) (>= c d)) e)"],
    ["a ?? b", "(?? a b)"],
    ["'k' in o", '(in "k" o)'],
    ["#k in o", '(in "#k" o)'],
    ["x instanceof tf.Tensor", "(instanceof x tf.Tensor)"],
    ["typeof x === 'number'", '(=== (typeof x) "number")'],
    ["void 0", "(void 0)"],
    ["delete o.k", "(delete o.k)"],
    ["a ? b : c ? d : e", "(? a b (? c d e))"],
    ["(a, b, c)", "(, a b c)"],
    ["'a' + 'b' + \"c\"", '"abc"'],
    ["'a' + n + 'b'", '(+ (+ "a" n) "b")'],
    ["await f(x)", "(await f(x))"],
  ],
  assignments: [
    ["a = b = c", "(= a (= b c))"],
    ["a += 1", "(+= a 1)"],
    ["a.b **= 2", "(**= a.b 2)"],
    ["a[i] >>>= 2", "(>>>= a[i] 2)"],
    ["a ??= b", "(??= a b)"],
    ["a ||= b", "(or= a b)"],
    ["a &&= b", "(and= a b)"],
    ["i++", "(i++)"],
    ["--a.n", "(--a.n)"],
    ["[a, b] = [b, a]", "(= [a, b] [b, a])"],
    ["[a, , b = 1, ...c] = x", "(= [a, , b = 1, ...c] x)"],
    [
      "{ a, b: c.d, e = 1, 'f': [g] = h, [k]: l, ...r } = x",
      '(= {"a": a, "b": c.d, "e": e = 1, "f": [g] = h, k: l, ...r} x)',
    ],
    ["(a as any).b = 1", "(= a.b 1)"],
    ["(<any>a).b! = 1", "(= a.b 1)"],
    ["f() += 1", "(+= <not assignable f()> 1)"],
  ],
  "calls and accesses": [
    ["tf.layers.dense({ units: 10 })", 'tf.layers.dense({"units": 10})'],
    ["f(a, ...b, c)", "f(a, ...b, c)"],
    ["new Foo", "new Foo()"],
    ["new tf.Sequential({}).add(x)", "new tf.Sequential({}).add(x)"],
    ["new (f())(1)", "new f()(1)"],
    ["a['b'][0]", 'a["b"][0]'],
    ["this.#w", "this.#w"],
    ["import('./m')", 'import("./m")'],
    ["(0, m.f)(x)", "(, 0 m.f)(x)"],
    ["require('@tensorflow/tfjs')", 'require("@tensorflow/tfjs")'],
  ],
  "optional chains": [
    ["a?.b", "a?.b"],
    ["a?.[0]", "a?.[0]"],
    ["f?.(x)", "f?.(x)"],
    // The whole rest of the chain is skipped, so each of its links is optional.
    ["a?.b.c(d)[e]", "a?.b?.c?.(d)?.[e]"],
    ["a.b?.c", "a.b?.c"],
    ["(a?.b).c", "a?.b.c"],
    ["a?.b!.c", "a?.b?.c"],
  ],
  functions: [
    ["x => x * 2", "arrow(x) { return (* x 2) }"],
    ["() => ({ a: 1 })", 'arrow() { return {"a": 1} }'],
    ["async (x) => { await x }", "async arrow(x) { (await x) }"],
    ["function () {}", "function() {}"],
    ["function named(a, b = 1, ...c) { return a }", "function named(a, b = 1, ...c) { return a }"],
    ["function* g() { const x = yield; yield* h() }", "function* g() { const x = (yield); (yield* h()) }"],
    ["async function* g() {}", "async function* g() {}"],
    ["({ a, b = 2 }, [c], d) => 0", 'arrow({0} -> {"a": a, "b": b = 2}, {1} -> [c], d) { return 0 }'],
    ["({ a } = {}) => a", 'arrow({0} -> {"a": a} = {}) { return a }'],
    ["(...[a, b]) => 0", "arrow(...{0} -> [a, b]) { return 0 }"],
    ["function (this: Foo, x?: number): void {}", "function(x) {}"],
    ["<T,>(x: T): T => x", "arrow(x) { return x }"],
    ["(x): x is Foo => true", "arrow(x) { return true }"],
  ],
  "erased types": [
    ["x as number", "x"],
    ["x as const", "x"],
    ["[1, 2] as const satisfies readonly number[]", "[1, 2]"],
    ["x!.y!", "x.y"],
    ["<number>x", "x"],
    ["<tf.Tensor4D>layer.apply(<any>y)", "layer.apply(y)"],
    ["f<number, string>(x)", "f(x)"],
    ["new Map<string, number[]>()", "new Map()"],
    ["f<number>", "f"],
    ["(x as unknown as number) + 1", "(+ x 1)"],
  ],
  JSX: [
    ["<Foo a={b} {...c} d='e'>text {f(x)} <Bar g={1}/></Foo>", "<JSX b, c, f(x), <JSX 1>>"],
    ["<><p>{a}</p>{/* note */}</>", "<JSX <JSX a>>"],
  ],
  classes: [
    ["class extends A { x = 1 }", 'class(A) { field "x" = 1 }'],
    ["class B {}", "class B() {  }"],
  ],
};

for (const [group, cases] of Object.entries(CASES)) {
  describe(group, () => {
    it.each(cases)("%s", (source, tree) => {
      expect(lowered(source)).toBe(tree);
    });
  });
}

describe("readExpression", () => {
  it.each(["", "a b", "a) + (b", "const x = 1", "f(", "a;", "...a"])("refuses %s", (source) => {
    expect(reader.readExpression(source)).toBeUndefined();
  });

  it("places spans in the text itself", () => {
    const text = "build({\n  alpha: 0.25 // small\n})  // note";
    const call = reader.readExpression(text);
    expect(call?.span).toEqual({ start: 0, end: 33, line: 1, column: 1, endLine: 3, endColumn: 3 });
  });
});
