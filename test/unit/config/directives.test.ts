import { describe, expect, it } from "vitest";
import { readDirectives, splitItems } from "../../../src/core/config/directives";

const comment = (text: string, line = 1) => ({
  text,
  span: { start: 0, end: text.length + 1, line, column: 1, endLine: line, endColumn: text.length + 2 },
});

describe("budget directives", () => {
  it("reads limits, input and entry", () => {
    const { budgets, problems } = readDirectives([
      comment(
        " budget: macs < 3M, ram <= 64 kB, latency < 40 ms, input = 1x3x96x96, entry = build(0.25, classes=[1, 2])",
        7,
      ),
    ]); // prettier-ignore
    expect(problems).toEqual([]);
    expect(budgets).toEqual([
      {
        line: 7,
        limits: { macs: { value: 3e6 }, ram: { value: 64_000 }, latency: { value: 40 } },
        inputs: [{ shape: [1, 3, 96, 96] }],
        entry: "build(0.25, classes=[1, 2])",
      },
    ]);
  });

  it("reads named and typed inputs", () => {
    const { budgets } = readDirectives([comment("budget: input = ids:1x20:int64, input = 1x?x80")]);
    expect(budgets[0]?.inputs).toEqual([{ name: "ids", shape: [1, 20], dtype: "int64" }, { shape: [1, null, 80] }]);
  });

  it.each([
    ["budget: mac < 3M", 'did you mean "macs"?'],
    ["budget: macs = 3M", "write macs < 3M"],
    ["budget: ram < 64 bananas", "64 kB"],
    ["budget: input = big", "no shape"],
    ["budget: small", "not understood"],
    ["budget:", "says nothing"],
  ])("%s is a problem with its place", (text, message) => {
    const { problems } = readDirectives([comment(text, 4)]);
    expect(problems).toEqual([
      { line: 4, column: 1, endColumn: text.length + 2, message: expect.stringContaining(message) },
    ]);
  }); // prettier-ignore

  it("leaves ordinary comments alone", () => {
    const found = readDirectives([comment(" our budget: small"), comment(" budget-ignored is not one")]);
    expect(found).toEqual({ budgets: [], ignores: [], problems: [] });
  });
});

describe("ignore directives", () => {
  it("names rules", () => {
    const { ignores } = readDirectives([comment(" budget-ignore over-budget, shape-error", 3)]);
    expect(ignores).toEqual([{ line: 3, column: 1, endColumn: 41, rules: ["over-budget", "shape-error"] }]);
  });
  it("names all rules by naming none", () =>
    expect(readDirectives([comment("budget-ignore")]).ignores[0]?.rules).toEqual([]));
});

describe("splitting", () => {
  it("keeps brackets and quotes whole", () =>
    expect(splitItems('a < 1, entry = f("x,y", [1, 2]), b')).toEqual(["a < 1", 'entry = f("x,y", [1, 2])', "b"]));
});
