// What each kind of TypeScript/JavaScript statement is lowered to, modules and classes included.

import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { printStatements } from "./typescript-print";

const reader = createTypescriptReader(ts);

const CASES: Record<string, [source: string, tree: string][]> = {
  declarations: [
    ["const a = 1, b = a; let c; var d: number = 2", "const a = 1\nconst b = a\nlet c\nvar d = 2"],
    ["const { a, b: { c = 1 }, ...d } = x", 'const {"a": a, "b": {"c": c = 1}, ...d} = x'],
    ["const [a, , [b] = [1], ...c] = x", "const [a, , [b] = [1], ...c] = x"],
    ["const { ['k' + i]: a, 'b-c': d } = x", 'const {(+ "k" i): a, "b-c": d} = x'],
    ["using r = f()", "let r = f()"],
    ["declare const tf: any; declare function f(): void; declare class C { x: number }", ""],
    ["interface A { x: number } type B = A | string;", ""],
    ['"use strict"; x', '"use strict"\nx'],
    ["; debugger;", ""],
  ],
  functions: [
    ["function f(a: number, b?: string): number { return a }", "function f(a, b) { return a }"],
    ["function f(a: number): void; function f(a: string): void; function f(a: any) {}", "function f(a) {}"],
    ["async function f() { for await (const x of y) g(x) }", "async function f() { for const x of y { g(x) } }"],
    [
      "function outer() { inner(); function inner() {} return }",
      "function outer() { inner(); function inner() {}; return }",
    ],
  ],
  branches: [
    ["if (a) b; else if (c) { d } else e", "if a { b } else { if c { d } else { e } }"],
    ["if (a) {}", "if a {}"],
    [
      "switch (k) { case 1: case 'b': f(); break; default: g() }",
      'switch k [case 1 {}, case "b" { f(); break }, default { g() }]',
    ],
    ["switch (k) { case 1: { let x = 1; break } }", "switch k [case 1 { { let x = 1; break } }]"],
  ],
  loops: [
    ["for (let i = 0, n = 3; i < n; i++) f(i)", "for { let i = 0; let n = 3 } [(< i n)] [(i++)] { f(i) }"],
    ["for (i = 0; ; ) { break }", "for { (= i 0) } [] [] { break }"],
    ["for (;;) {}", "for {} [] [] {}"],
    ["for (const [k, v] of Object.entries(o)) f(k, v)", "for const [k, v] of Object.entries(o) { f(k, v) }"],
    ["for (var k in o) f(k)", "for var k in o { f(k) }"],
    ["for (x.y of z) {}", "for x.y of z {}"],
    ["for ({ a } of z) {}", 'for {"a": a} of z {}'],
    ["while (x) x--", "while x { (x--) }"],
    ["do { f() } while (x < 3)", "do { f() } while (< x 3)"],
    [
      "outer: for (const a of b) { for (;;) continue outer }",
      "outer: for const a of b { for {} [] [] { continue outer } }",
    ],
    ["a: b: while (1) break a", "a: { b: while 1 { break a } }"],
    ["a: { break a }", "a: { break a }"],
    ["a: f()", "a: { f() }"],
    ["a: switch (x) { default: break a }", "a: switch x [default { break a }]"],
  ],
  "errors and scopes": [
    ["try { f() } catch (e) { g(e) } finally { h() }", "try { f() } catch e { g(e) } finally { h() }"],
    ["try { f() } catch { g() }", "try { f() } catch { g() }"],
    ["try { f() } catch ({ message }) {}", 'try { f() } catch {"message": message} {}'],
    ["throw new Error('x')", 'raise new Error("x")'],
    ["{ let a = 1 }", "{ let a = 1 }"],
    ["with (o) f()", "<with statement { f() }>"],
  ],
  enums: [
    ["enum E { A, B = 5, C, 'd-e' = 'x' }", 'enum E { A, B = 5, C, d-e = "x" }'],
    ["export const enum E { A = 1 << 2, B = A | 1 }", "enum E { A = (<< 1 2), B = (| A 1) }\nexport E"],
    ["declare enum E { A = 3 }", "enum E { A = 3 }"],
  ],
  classes: [
    ["class A extends tf.layers.Layer implements I {}", "class A(tf.layers.Layer) {  }"],
    [
      "class A { constructor(x) { super(x) } build(s) {} static get className() { return 'A' } set y(v) {} async *g() {} }",
      'class A() { method "constructor" function constructor(x) { super(x) }; method "build" function build(s) {}; ' +
        'static get "className" function className() { return "A" }; set "y" function y(v) {}; method "g" async function* g() {} }',
    ],
    [
      "class A { x; y: number = 1; static z = 2; #p = 3; 'q r' = 4; [k] = 5; readonly w?: number }",
      'class A() { field "x"; field "y" = 1; static field "z" = 2; field "#p" = 3; field "q r" = 4; field k = 5; field "w" }',
    ],
    ["class A { static { f(this) } }", 'class A() { static static-block "" function() { f(this) } }'],
    [
      "class A { #m() {} [Symbol.iterator]() {} }",
      'class A() { method "#m" function #m() {}; method Symbol.iterator function() {} }',
    ],
    [
      "abstract class A { abstract f(): void; declare x: number; g(): void; g(a?: number) {} [k: string]: any; }",
      'class A() { method "g" function g(a) {} }',
    ],
    ["@reg('a') class A { @log m() {} }", '@reg("a") class A() { method "m" @log function m() {} }'],
    ["class A<T> extends B<T> { f = <U,>(x: U) => this.y }", 'class A(B) { field "f" = arrow(x) { return this.y } }'],
    [
      "class A { accessor x = 1; handler = async () => {} }",
      'class A() { field "x" = 1; field "handler" = async arrow() {} }',
    ],
  ],
  "parameter properties": [
    [
      "class A extends B { constructor(private x: number, readonly y = 2, z?: string) { super(z); f() } }",
      'class A(B) { field "x"; field "y"; method "constructor" function constructor(x, y = 2, z) ' +
        "{ super(z); (= this.x x); (= this.y y); f() } }",
    ],
    [
      "class A { constructor(public x: number) {} }",
      'class A() { field "x"; method "constructor" function constructor(x) { (= this.x x) } }',
    ],
    [
      "class A { n = 1; constructor(public x: number) {} }",
      'class A() { field "x"; field "n" = 1; method "constructor" function constructor(x) { (= this.x x) } }',
    ],
    // A field that reads the property has to come after it.
    [
      "class A { n = 1; m = f(this.units); [k] = 2; static s = 3; constructor(private units: number) { g() } }",
      'class A() { field "units"; field "n"; field "m"; field k; static field "s" = 3; method "constructor" ' +
        "function constructor(units) { (= this.units units); (= this.n 1); (= this.m f(this.units)); (= this[k] 2); g() } }",
    ],
    [
      "class A { constructor(private x: number); constructor(x: any) {} }",
      'class A() { method "constructor" function constructor(x) {} }',
    ],
  ],
  imports: [
    ["import * as tf from '@tensorflow/tfjs'", 'import "@tensorflow/tfjs" as tf'],
    ["import tf from 'a'", 'from "a" import default as tf'],
    ["import d, { a, b as c, type T, default as e } from 'a'", 'from "a" import default as d, a, b as c, default as e'],
    ["import d, * as ns from 'a'", 'from "a" import default as d\nimport "a" as ns'],
    ["import './side'", 'import "./side"'],
    ["import {} from './side'", 'import "./side"'],
    ["import type { A } from 'a'; import type B from 'b'; import { type C } from 'c'", ""],
    ["import { 'x y' as z } from 'a'", 'from "a" import x y as z'],
    ["import data from './d.json' with { type: 'json' }", 'from "./d.json" import default as data'],
    ["import fs = require('fs')", 'const fs = require("fs")'],
    ["import L = tf.layers.Layer", "const L = tf.layers.Layer"],
    ["import type fs = require('fs')", ""],
    ["const { a } = require('b')", 'const {"a": a} = require("b")'],
    ["const m = await import('./m')", 'const m = (await import("./m"))'],
  ],
  exports: [
    ["export const a = 1, { b, c: [d] } = x", 'const a = 1\nconst {"b": b, "c": [d]} = x\nexport a, b, d'],
    ["export function f() {}", "function f() {}\nexport f"],
    ["export async function f(): Promise<void>; export async function f() {}", "async function f() {}\nexport f"],
    ["export class A {}", "class A() {  }\nexport A"],
    ["export default function f() {}", "function f() {}\nexport f as default"],
    ["export default function () {}", "export default function() {}"],
    ["export default class {}", "export default class() {  }"],
    ["export default abstract class A {}", "class A() {  }\nexport A as default"],
    ["export default build(3)", "export default build(3)"],
    ["export { a, b as c, d as default, type T }", "export a, b as c, d as default"],
    ["export { a, default as b } from './m'", 'export a, default as b from "./m"'],
    ["export * from './m'", 'export * from "./m"'],
    ["export * as ns from './m'", 'export * as ns from "./m"'],
    ["export {} from './m'", 'import "./m"'],
    ["export {}", ""],
    ["export type { A } from 'a'; export type B = 1; export interface C {}; export declare const d: 1", ""],
    ["export = build", "(= module.exports build)"],
    ["export import A = B.C", "const A = B.C\nexport A"],
    ["export as namespace tf", ""],
    ["module.exports = { a }; exports.b = 1", '(= module.exports {"a": a})\n(= exports.b 1)'],
  ],
  namespaces: [
    [
      "namespace N { const a = 1; export const b = a; export function f() {} }",
      "var N = (or N {})\n{ const a = 1; const b = a; (= N.b b); function f() {}; (= N.f f) }",
    ],
    ["export namespace N { export let a = 1 }", "var N = (or N {})\n{ let a = 1; (= N.a a) }\nexport N"],
    [
      "namespace A.B { export const c = 1 }",
      "var A = (or A {})\n{ var B = (or B {}); { const c = 1; (= B.c c) }; (= A.B B) }",
    ],
    ["namespace T { export interface X {} }", ""],
    ["declare module 'm' { const x: 1 } declare global { var y: 2 } declare namespace Z { const a: 1 }", ""],
  ],
};

for (const [group, cases] of Object.entries(CASES)) {
  describe(group, () => {
    it.each(cases)("%s", (source, tree) => {
      const program = reader.read(source);
      expect(printStatements(program.body)).toBe(tree);
      // `with`, labels on anything and `f() += 1` are read too; only what is no program at all is a problem.
      expect(program.problems).toEqual([]);
    });
  });
}

describe("dialects", () => {
  const cast = "const a = <number>x;\nconst f = <T>(y: T) => y;\nlet b";

  it("finds plain TypeScript when TSX has problems", () => {
    expect(printStatements(reader.read(cast).body)).toBe("const a = x\nconst f = arrow f(y) { return y }\nlet b");
    expect(reader.read(cast).problems).toEqual([]);
  });

  it("takes the dialect it is told", () => {
    expect(reader.read(cast, { dialect: "ts" }).problems).toEqual([]);
    expect(reader.read(cast, { dialect: "tsx" }).problems).not.toEqual([]);
    expect(printStatements(reader.read("const a = <p>{x}</p>", { dialect: "js" }).body)).toBe("const a = <JSX x>");
  });

  it("stays with TSX when TypeScript reads no better", () => {
    const { body, problems } = reader.read("const a = <p>{x}</p>; let = ;");
    expect(printStatements(body)).toContain("const a = <JSX x>");
    expect(problems).not.toEqual([]);
  });
});
