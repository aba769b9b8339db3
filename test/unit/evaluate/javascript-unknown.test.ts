// What JavaScript programs give where something is not known: never an invented value, never an exception of ours, and what
// does not depend on it stays known. Expected values follow from reading each program.
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../src/core/2-evaluate/limits";
import { run } from "./javascript-machine";

const RANDOM = "Math.random() gives another number each time";
const unknown = { unknown: RANDOM };
const source = "const u = Math.random();\n";

describe("an unknown operand or argument", () => {
  test.each([
    "u + 1",
    "1 - u",
    "'a' + u",
    "`x${u}`",
    "u === 1",
    "u == null",
    "u < 2",
    "-u",
    "!u",
    "typeof u",
    "u.length",
    "u[0]",
    "u.map((x) => x)",
    "u(1)",
    "[1, 2][u]",
    "({ a: 1 })[u]",
    "Math.floor(u * 10)",
    "Math.max(1, u)",
    "parseInt(u)",
    "String(u)",
    "'ab'.repeat(u)",
    "'abc'.slice(u)",
    "[1, u] + ''",
    "[1, u].join('-')",
    "[u, 1].indexOf(1)",
    "[1, 2].filter((x) => x > u)",
    "[1, 2].find((x) => x > u)",
    "[3, 1].sort((a, b) => u)",
    "[u, 'b'].sort()",
    "[1].concat(u)",
    "new Array(u)",
    "Array.from({ length: u })",
    "Array.from(u)",
    "[...u]",
    "Math.max(...u)",
    "Object.keys(u)",
    "Object.entries({ ...u })",
    "Object.assign({}, u)",
    "JSON.stringify({ a: u })",
    "JSON.parse(u)",
    "new Set(u)",
    "new Map([[u, 1]])",
    "new Map([[1, 2]]).get(u)",
    "new Float32Array(u)",
    "u instanceof Array",
    "[] instanceof u",
    "'a' in u",
    "u in { a: 1 }",
    "/a/.test(u)",
    "'a'.replace(/a/, u)",
    "(5).toFixed(u)",
    "await u",
    "u ?? 1",
    "u?.x.y",
    "structuredClone({ a: u })",
    "Promise.all(u)",
  ])("makes %s unknown", (expression) => {
    expect(run(source, expression)).toEqual(unknown);
  });

  test.each([
    ["[1, u].length", 2],
    ["[u, 2][1]", 2],
    ["[5, u].indexOf(5)", 0],
    ["[u, 3].map(() => 1)", [1, 1]],
    ["({ a: u, b: 2 }).b", 2],
    ["Object.keys({ a: u })", ["a"]],
    ["({ ...u, b: 2 }).b", 2],
    ["typeof [u]", "object"],
    ["[[u]].flat().length", 1],
    ["[1, 2, 3].reduce((n) => n + 1, 0)", 3],
    ["u && false", false],
    ["u || true", true],
    ["new Map([['k', u]]).size", 1],
    ["((a, b = 4) => b)(u)", 4],
    ["Array.isArray([u])", true],
    ["[u] instanceof Array", true],
  ])("leaves %s known", (expression, value) => {
    expect(run(source, expression)).toEqual(value);
  });

  test("is handed to what waits for it", () => {
    expect(run("let seen = 0; fetch('m').then((r) => r.json()).then(() => { seen = 1 });", "seen")).toBe(1);
  });
});

describe("what an unknown does to a container", () => {
  test("an unknown key may have set any property", () => {
    const program = `${source}const o = { a: 1 }; o[u] = 2; const l = [1, 2]; l[u] = 9; const m = new Map([["k", 1]]); m.set(u, 2);`;
    for (const expression of ["o.a", "o.b", "Object.keys(o)", "l[0]", "l.length", "m.get('k')", "m.size"]) {
      expect(run(program, expression), expression).toEqual(unknown);
    }
  });

  test("what is set afterwards is known", () => {
    expect(run(`${source}const o = {}; o[u] = 2; o.units = 8;`, "o.units")).toBe(8);
    expect(run(`${source}const l = [1]; l.push(...u); l.length = 0; l.push(7);`, "l")).toEqual([7]);
  });

  test("an unknown spread into an object hides what it may have overwritten", () => {
    expect(run(source, "({ a: 1, ...u, b: 2 }).a")).toEqual(unknown);
    expect(run(source, "({ a: 1, ...u, b: 2 }).other")).toEqual(unknown);
    expect(run(`${source}const { b, ...rest } = { a: 1, ...u, b: 2 };`, "[b, rest.c]")).toEqual([2, unknown]);
  });

  test("a push under an unknown condition makes the contents unknown", () => {
    const reason = { unknown: `it depends on a condition that is not known: ${RANDOM}` };
    expect(run(`${source}const l = [1]; if (u) l.push(2);`, "l.length")).toEqual(reason);
  });

  test("an unknown number of arguments", () => {
    expect(run(`${source}const l = [1]; l.push(...u);`, "l.length")).toEqual(unknown);
    expect(run(source, "Math.max(1, ...u)")).toEqual(unknown);
    expect(run(source, "((...a) => a.length)(...u)")).toEqual(unknown);
  });
});

describe("a function handed to something unknown", () => {
  const depends = (reason: string) => ({ unknown: `it depends on a condition that is not known: ${reason}` });
  const later = depends("whether a timer or an event has come");

  test("leaves what it changes unknown and the rest known", () => {
    const program = `${source}let a = 1, b = 2; const l = []; u.forEach((x) => { a = 5; l.push(x); });`;
    expect(run(program, "[a, b, l]")).toEqual([depends(RANDOM), 2, depends(RANDOM)]);
  });

  test("may be a timer's or an event's", () => {
    expect(run("let a = 1, b = 2; setTimeout(() => { a = 3 }, 10);", "[a, b]")).toEqual([later, 2]);
    expect(run("let a = 1; document.addEventListener('load', () => { a = 3 });", "a")).toEqual(later);
    expect(run("let a = 1; const image = new Image(); image.onload = () => { a = 3 };", "a")).toEqual(
      depends("Image is known only in the page"),
    );
  });

  test("may register itself again, raise, or stop for another reason", () => {
    expect(run("let n = 0; function tick() { n++; requestAnimationFrame(tick) } tick();", "n > 0")).toEqual(later);
    expect(run("let a = 1; setTimeout(() => { a = 2; throw new Error('x') });", "a")).toBe(1);
    expect(run("let a = 1; setTimeout(() => { a = 2; [...document.x] });", "a")).toEqual(later);
  });

  test("settles a promise, and a failure that may come is none", () => {
    expect(run("", "await new Promise((done) => setTimeout(() => done(4), 10))")).toBe(4);
    expect(
      run(
        "",
        "await new Promise((done, fail) => { fetch('x').onerror = () => fail(new Error('x')); fetch('x').onload = () => done(4) })",
      ),
    ).toBe(4); // prettier-ignore
  });
});

describe("the environment", () => {
  test.each([
    ["Date.now()", "the current time is not known"],
    ["new Date().getFullYear()", "the current time is not known"],
    ["performance.now()", "the current time is not known"],
    ["document.getElementById('size').value", "document.getElementById is known only in the page"],
    ["window.innerWidth", "whether another script sets window.innerWidth is not known"],
    ["process.env.MODEL", "process.env.MODEL is known only when the program runs"],
    ["await (await fetch('x.json')).json()", "what fetch() gives is known only when the program runs"],
    ["localStorage.getItem('k')", "localStorage.getItem is known only in the page"],
    ["require('left-pad')(1)", "the module 'left-pad' was not found"],
    ["await new Promise(() => {})", "a promise is settled later"],
    ["(5).toLocaleString()", "how numbers are written depends on the reader's language"],
  ])("%s is unknown", (expression, reason) => {
    expect(run("", expression)).toEqual({ unknown: reason });
  });

  test("printing does nothing", () => {
    expect(run("console.log(missing, {}); console.table([1]);", "console.log('x') === undefined")).toBe(true);
  });

  test("a program has no arguments of its own", () => {
    expect(run("const n = Number(process.argv[2] ?? 3);", "n")).toBe(3);
  });

  test("the end of the program ends it", () => {
    expect(run("let x = 1; if (x) process.exit(0); x = 2;", "x")).toBe(1);
  });

  test("modules by require, import and import()", () => {
    const files = {
      "/lib/a.js": "const width = 8; function make(n) { return n * width } module.exports = { make, width };",
      "/lib/b.mjs": "export const depth = 3; export default [1, 2];",
    };
    expect(run("const { make } = require('./lib/a');", "make(2)", files)).toBe(16);
    expect(
      run(
        "import first, { depth } from './lib/b.mjs'; import * as b from './lib/b.mjs';",
        "[first, depth, b.depth]",
        files,
      ),
    ).toEqual([[1, 2], 3, 3]); // prettier-ignore
    expect(run("const b = await import('./lib/b.mjs');", "b.depth", files)).toBe(3);
  });

  test("what one evaluation writes into a built-in is not seen by the next", () => {
    expect(
      run("Math.TAU = 6; Array.prototype.first = function () { return this[0] };", "[Math.TAU, [7].first()]"),
    ).toEqual([6, 7]); // prettier-ignore
    expect(run("", "[typeof [].first, 'first' in []]")).toEqual(["undefined", false]);
  });
});

describe("exceptions", () => {
  test.each([
    ["undefined.x", "TypeError: Cannot read properties of undefined (reading 'x')"],
    ["null[0]", "TypeError: Cannot read properties of null (reading '0')"],
    ["[...5]", "TypeError: number is not iterable"],
    ["[1].map(3)", "TypeError: number is not a function"],
    ["new Array(-1)", "RangeError: Invalid array length"],
    ["JSON.parse('{')", "SyntaxError"],
    ["'a' in 'b'", "TypeError: Cannot use 'in' operator"],
    ["[].reduce((a) => a)", "TypeError: Reduce of empty array with no initial value"],
    ["new RegExp('(')", "SyntaxError"],
  ])("%s raises", (expression, message) => {
    expect(() => run("", expression)).toThrow(message);
  });
});

describe("limits", () => {
  test("an array, a string or a pattern that is too large is unknown", () => {
    expect(run("", `new Array(${LIMITS.listLength + 1}).length`)).toHaveProperty("unknown");
    expect(run("", "'ab'.repeat(1e9)")).toHaveProperty("unknown");
    expect(run("", "''.padStart(1e9)")).toHaveProperty("unknown");
    expect(run("const l = []; l[1e8] = 1;", "l.length")).toHaveProperty("unknown");
  });

  test("a pattern that could take forever is not run", () => {
    expect(run("", "/(a+)+$/.test('a'.repeat(40) + '!')")).toHaveProperty("unknown");
    expect(run("", "/(a|a)*b/.test('a'.repeat(40))")).toHaveProperty("unknown");
    expect(run("", "/a*a*a*a*a*b/.test('a'.repeat(5000))")).toHaveProperty("unknown");
    expect(run("", "/^conv(\\d+)_(\\d+)$/.test('conv2_1')")).toBe(true);
  });

  test("arrays that contain themselves print and clone without end", () => {
    expect(run("const a = [1]; a.push(a);", "String(a).length > 0")).toBe(true);
    expect(() => run("const a = {}; a.a = a;", "JSON.stringify(a)")).toThrow("circular");
    expect(run("const a = {}; a.a = a;", "structuredClone(a)")).toHaveProperty("unknown");
  });

  test("an endless generator gives what is taken from it", () => {
    expect(run("function* n() { let i = 0; while (true) yield i++ }", "[...n().take(3)]")).toEqual([0, 1, 2]);
  });

  test("typed arrays of images stay quick", () => {
    const started = performance.now();
    expect(run("const a = new Float32Array(224 * 224 * 3).fill(1);", "a.length")).toBe(150528);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});
