// Random expressions of operators and built-in methods, run by the evaluator and by the JavaScript engine that runs the tests:
// both must agree on the value, or on the kind of exception. The seed is fixed, so a failure can be repeated.
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { evaluateIn, runText } from "../../../src/core/2-evaluate/interpreter";
import { machineWith } from "../../support/evaluate";
import { plain } from "./javascript-machine";

const reader = createTypescriptReader(ts);

/** A small generator of random numbers (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Kind = "number" | "text" | "list" | "object" | "boolean" | "any";

class Maker {
  constructor(private readonly random: () => number) {}
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }
  /** An expression of this kind, at most `depth` deep. */
  make(kind: Kind, depth: number): string {
    const n = (d = depth - 1) => this.make("number", d);
    const s = (d = depth - 1) => this.make("text", d);
    const l = (d = depth - 1) => this.make("list", d);
    const o = (d = depth - 1) => this.make("object", d);
    const b = (d = depth - 1) => this.make("boolean", d);
    const any = (d = depth - 1) => this.make("any", d);
    const small = () => this.pick(["0", "1", "2", "3", "-1", "-2"]);
    if (depth <= 0) {
      const leaves: Record<Exclude<Kind, "any">, string[]> = {
        number: ["0", "1", "2", "3", "7", "-1", "0.5", "-2.5", "255", "1e21", "NaN", "Infinity", "-0", "4294967297"],
        text: ['""', '"a"', '"abc"', '"3"', '" 4 "', '"a,b"', '"x1y22"', '"0x1f"', '"Héllo"'],
        list: ["[]", "[1, 2, 3]", '["b", "a"]', "[[1], [2, [3]]]", '[3, 20, "100"]', "[null, undefined, NaN]"],
        object: ["{}", "{ a: 1 }", "{ b: 2, 1: 0, a: [1] }", "{ n: null, f: 1.5 }"],
        boolean: ["true", "false"],
      };
      if (kind === "any")
        return this.pick([
          ...Object.values(leaves)
            .flat()
            .map((leaf) => `(${leaf})`),
          "null",
          "undefined",
        ]);
      return `(${this.pick(leaves[kind])})`;
    }
    switch (kind) {
      case "number":
        return this.pick([
          () => n(0),
          () => `(${n()} ${this.pick(["+", "-", "*", "/", "%", "|", "&", "^", "<<", ">>", ">>>"])} ${n()})`,
          () => `(${any()} ${this.pick(["-", "*", "/", "%", "|"])} ${any()})`,
          () => `${this.pick(["-", "+", "~"])}${any()}`,
          () =>
            `Math.${this.pick(["floor", "ceil", "round", "trunc", "abs", "sign", "sqrt", "cbrt", "log2", "fround"])}(${n()})`,
          () => `Math.${this.pick(["max", "min", "pow", "atan2", "imul", "hypot"])}(${n()}, ${n()})`,
          () => `${s()}.length`,
          () => `${l()}.length`,
          () => `${l()}.indexOf(${any()}, ${small()})`,
          () => `${l()}.lastIndexOf(${any()})`,
          () => `${s()}.${this.pick(["indexOf", "lastIndexOf"])}(${s()})`,
          () => `${s()}.charCodeAt(${small()})`,
          () => `Number(${any()})`,
          () => `parseInt(${s()}, ${this.pick(["undefined", "10", "16", "2"])})`,
          () => `parseFloat(${s()})`,
          () => `${l()}.findIndex((x, i) => x > i)`,
          () => `${l()}.push(${any()})`,
        ])();
      case "text":
        return this.pick([
          () => s(0),
          () => `(${s()} + ${any()})`,
          () => `(${any()} + ${s()})`,
          () => `\`\${${any()}}-\${${n()}}\``,
          () => `String(${any()})`,
          () => `typeof ${any()}`,
          () => `${s()}.${this.pick(["slice", "substring", "substr"])}(${small()}, ${small()})`,
          () => `${s()}.${this.pick(["toUpperCase", "toLowerCase", "trim", "trimStart", "trimEnd"])}()`,
          () => `${s()}.${this.pick(["padStart", "padEnd"])}(${small()}, ${s(0)})`,
          () => `${s()}.repeat(${small()})`,
          () => `${s()}.charAt(${small()})`,
          () => `${s()}.replace(${this.pick(["/[a-c]/g", "/\\d+/", '"a"'])}, ${this.pick(['"<$&>"', "(m) => m + m"])})`,
          () => `${l()}.join(${this.pick(["", '"-"', "undefined"])})`,
          () => `JSON.stringify(${any()})`,
          () => `${n()}.toString(${this.pick(["", "2", "16", "36"])})`,
          () => `${n()}.toFixed(${small()})`,
          () => `${n()}.toPrecision(${this.pick(["1", "3", "10"])})`,
          () => `${s()}.concat(${any()}, ${any()})`,
        ])();
      case "list":
        return this.pick([
          () => l(0),
          () => `[${any()}, ${any()}]`,
          () => `[...${l()}, ${any()}]`,
          () => `[...${s()}]`,
          () => `${l()}.map((x, i) => ${this.pick(["[x, i]", "x + i", "String(x)", "-x", "typeof x"])})`,
          () => `${l()}.filter((x) => ${this.pick(["x", "x > 1", "typeof x === 'number'"])})`,
          () => `${l()}.slice(${small()}, ${small()})`,
          () => `${l()}.concat(${any()}, ${l()})`,
          () => `${l()}.flat(${this.pick(["", "1", "Infinity"])})`,
          () => `${l()}.splice(${small()}, ${small()}, ${any()})`,
          () => `${l()}.fill(${any()}, ${small()})`,
          () => `${l()}.reverse()`,
          () => `${l()}.sort()`,
          () => `${l()}.sort((a, b) => a - b)`,
          () => `Object.${this.pick(["keys", "values", "entries"])}(${o()})`,
          () => `Object.keys(${any()} ?? 0)`,
          () => `Array.from(${l()}, (x) => x)`,
          () => `Array.from({ length: ${this.pick(["0", "2", "'3'", "-1", "1.7"])} }, (_, i) => i * 2)`,
          () => `${s()}.split(${this.pick(['""', '","', "/\\d/", "undefined"])})`,
          () => `[...new Set(${l()})]`,
          () => `[...new Map(Object.entries(${o()}))]`,
          () =>
            `Array.from(new ${this.pick(["Float32Array", "Int8Array", "Uint8ClampedArray", "Uint16Array"])}([${n()}, ${n()}]))`,
          () => `(([a, b = 5, ...c]) => [a, b, c])(${l()})`,
          () => `Array(${this.pick(["2", "3"])}).fill(${any()})`,
          () => `${l()}.copyWithin(${small()}, ${small()})`,
          () => `Array.of(${any()}, ${any()})`,
        ])();
      case "object":
        return this.pick([
          () => o(0),
          () => `({ ...${any()}, z: ${any()} })`,
          () => `({ [${s()}]: ${any()} })`,
          () => `Object.assign({}, ${any()}, ${o()})`,
          () => `(({ a, ...rest }) => rest)(${o()})`,
          () => `Object.fromEntries(${l()}.map((x, i) => ["k" + i, x]))`,
          () => `JSON.parse(JSON.stringify(${o()}))`,
        ])();
      case "boolean":
        return this.pick([
          () => b(0),
          () => `(${any()} ${this.pick(["==", "!=", "===", "!==", "<", "<=", ">", ">="])} ${any()})`,
          () => `!${any()}`,
          () => `(${s()} in ${o()})`,
          () => `${l()}.includes(${any()})`,
          () => `${l()}.${this.pick(["some", "every"])}((x) => x)`,
          () => `${s()}.${this.pick(["startsWith", "endsWith", "includes"])}(${s()})`,
          () => `Number.${this.pick(["isInteger", "isNaN", "isFinite"])}(${any()})`,
          () => `Object.is(${any()}, ${any()})`,
          () => `Array.isArray(${any()})`,
          () => `${any()} instanceof ${this.pick(["Array", "Object", "String"])}`,
        ])();
      case "any":
        return this.pick([
          () => any(0),
          () => n(),
          () => s(),
          () => l(),
          () => o(),
          () => b(),
          () => `(${any()} ?? ${any()})`,
          () => `(${any()} || ${any()})`,
          () => `(${any()} && ${any()})`,
          () => `(${b()} ? ${any()} : ${any()})`,
          () => `${l()}[${this.pick(["0", "1", '"length"', "-1"])}]`,
          () => `${o()}.a`,
          () => `(${any()}?.[0])`,
          () => `${l()}.${this.pick(["pop", "shift"])}()`,
          () => `${l()}.at(${small()})`,
          () => `${l()}.find((x) => x)`,
          () => `${l()}.reduce((a, x) => a + x)`,
          () => `${l()}.reduceRight((a, x) => [a, x], ${n(0)})`,
        ])();
    }
  }
}

/** What JSON keeps of a value, with the names of its exceptions; lone surrogates and cycles do not come up. */
function real(expression: string): unknown {
  try {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- the real engine is what we compare with
    const value = new Function(`return (${expression});`)() as unknown;
    return { value: JSON.parse(JSON.stringify([value])) as unknown };
  } catch (error) {
    return { error: (error as Error).name };
  }
}

const vm = machineWith();
const module = runText(vm, "", "javascript", "main");

function ours(expression: string): unknown {
  vm.resetBudget();
  const expr = reader.readExpression(expression);
  if (!expr) return { error: "SyntaxError" };
  const outcome = evaluateIn(vm, module, expr);
  if (outcome.value) return { value: JSON.parse(JSON.stringify([plain(vm, outcome.value)])) as unknown };
  return { error: outcome.raised?.type ?? outcome.reason };
}

describe("random expressions", () => {
  for (const seed of [1, 2, 3, 4]) {
    test(`seed ${seed}`, () => {
      const maker = new Maker(randomFrom(seed));
      for (let round = 0; round < 800; round++) {
        const expression = maker.make("any", 1 + (round % 4));
        expect(ours(expression), expression).toEqual(real(expression));
      }
    });
  }
});
