// Every limit of the evaluation, one by one: a program that hits it, and the reason it then gives. No clock is involved but
// one that the test itself holds.
import { describe, expect, it } from "vitest";
import { runText } from "../../../src/core/2-evaluate/interpreter";
import { LIMITS } from "../../../src/core/2-evaluate/limits";
import { Machine } from "../../../src/core/2-evaluate/machine";
import type { Value } from "../../../src/core/2-evaluate/values";
import { evaluateText, machineWith, plain } from "../../support/evaluate";
import { reportOf } from "../torch/harness";

const NESTED = "for i in range(10000):\n    for j in range(10000):\n        i * j\n";
const CONDITIONS = Array.from(
  { length: LIMITS.nestedUnknownConditions + 1 },
  (_, depth) => `${"    ".repeat(depth + 1)}if somewhere.flag${depth}:\n`,
).join("");
const INSIDE = "    ".repeat(LIMITS.nestedUnknownConditions + 2);

/** What `expression` is unknown for. */
function reasonFor(source: string, expression: string): unknown {
  const { value } = evaluateText(source, expression);
  return (value as { unknown?: string }).unknown;
}

/** Why a model that makes this many additions has no total. */
function unrolled(additions: number): unknown {
  const source = `from torch import nn
class Net(nn.Module):
    def forward(self, x):
        for i in range(${additions / 10_000}):
            for j in range(10000):
                x = x + 1
        return x
`;
  const report = reportOf(source, "Net()", [{ shape: [1, 2] }]);
  return typeof report === "string" ? report : report.unknowns[0]?.reason;
}

const cases: Record<keyof typeof LIMITS, () => void> = {
  steps: () => {
    const { vm } = evaluateText(NESTED.repeat(6), "1");
    expect(vm.failures.at(-1)?.reason).toBe(`evaluation stopped after ${LIMITS.steps} steps`);
    expect(vm.failures.length).toBeLessThan(6);
  },
  statementSteps: () => {
    const { vm, value } = evaluateText(`${NESTED}after = 3\n`, "after");
    expect(vm.failures[0]?.reason).toBe(`one statement takes more than ${LIMITS.statementSteps} steps`);
    expect(value).toBe(3);
  },
  loopSteps: () => {
    const source = `def f():\n    while True:\n        ${NESTED.trimEnd().replaceAll("\n", "\n        ")}\n`;
    expect(reasonFor(source.replaceAll("10000", "50"), "f()")).toBe(`a loop takes more than ${LIMITS.loopSteps} steps`);
  },
  callDepth: () => {
    expect(reasonFor("def f(n):\n    return f(n + 1)\n", "f(0)")).toBe(
      `RecursionError: calls nest more than ${LIMITS.callDepth} deep (f)`,
    );
  },
  loopIterations: () => {
    const loop = "def f():\n    for i in range(10**9):\n        pass\n";
    expect(reasonFor(loop, "f()")).toBe(`a loop runs more than ${LIMITS.loopIterations} times`);
    expect(reasonFor("def g():\n    while True:\n        yield 1\n", "list(g())")).toBe(
      `a loop runs more than ${LIMITS.loopIterations} times`,
    );
  },
  whileIterations: () => {
    expect(reasonFor("def f():\n    while True:\n        pass\n", "f()")).toBe(
      `a loop runs more than ${LIMITS.whileIterations} times`,
    );
  },
  nestedUnknownConditions: () => {
    const source = `import somewhere\ndef f():\n    n = 1\n${CONDITIONS}${INSIDE}n = 2\n    return n\n`;
    expect(reasonFor(source, "f()")).toMatch(/^it depends on a condition that is not known: /);
    // One condition fewer leaves what is equal on all sides known.
    expect(evaluateText(source.replace("n = 2", "n = 1"), "f()").value).toMatchObject({ unknown: expect.any(String) });
    const fewer = source
      .replace("n = 2", "n = 1")
      .replace(/.*if somewhere\.flag0:\n/, "")
      .replaceAll("        ", "    ");
    expect(evaluateText(fewer, "f()").vm.failures).toEqual([]);
  },
  stringLength: () => {
    expect(reasonFor("", "'ab' * 10**9")).toBe(`a text of more than ${LIMITS.stringLength} characters`);
  },
  listLength: () => {
    expect(reasonFor("", "[0] * 10**9")).toBe(`a list of more than ${LIMITS.listLength} items`);
  },
  graphOperations: () => {
    expect(unrolled(LIMITS.graphOperations + 10_000)).toBe(
      `the model has more than ${LIMITS.graphOperations} operations`,
    );
  },
  packageSteps: () => {
    const text = NESTED.replaceAll("10000", "500").repeat(20);
    const vm = machineWith({ "/site-packages/large/__init__.py": `${text}late = 1\n` }, ["/site-packages"]);
    const module = runText(vm, "from large import late, later\nown = sum(i for i in range(10000))\n", "python");
    const reason = `evaluation stopped after ${LIMITS.packageSteps} steps in installed packages`;
    expect(plain(module.scope?.find("late") as Value)).toEqual({ unknown: reason });
    expect(plain(module.scope?.find("later") as Value)).toEqual({ unknown: reason });
    expect(module.scope?.find("own")).toMatchObject({ value: 49_995_000 });
  },
  packageMs: () => {
    let clock = 0;
    const { environment } = machineWith({ "/site-packages/slow/__init__.py": `${NESTED}late = 1\n` }, [
      "/site-packages",
    ]);
    // Every look at the clock finds three seconds gone; those of packages are not taken from the file's own.
    const vm = new Machine(environment, () => (clock += 3_000));
    const module = runText(vm, "from slow import late\nown = 1\n", "python");
    const reason = `evaluation stopped after ${LIMITS.packageMs} ms in installed packages`;
    expect(plain(module.scope?.find("late") as Value)).toEqual({ unknown: reason });
    expect(module.scope?.find("own")).toMatchObject({ value: 1 });
  },
  entryMs: () => {
    let clock = 0;
    // Every look at the clock finds a second gone.
    const vm = new Machine(machineWith().environment, () => (clock += 1_000));
    runText(vm, NESTED, "python");
    expect(vm.failures[0]?.reason).toBe(`evaluation stopped after ${LIMITS.entryMs} ms`);
  },
};

describe("limits", () => {
  for (const [name, check] of Object.entries(cases)) it(`${name} ends work with a reason`, check);
});

describe("endless work of natives", () => {
  it.each([
    ["sum(itertools.count())", "import itertools"],
    ["sum(range(10**12))", ""],
    ["max(i for i in itertools.count())", "import itertools"],
    ["any(i < 0 for i in itertools.count())", "import itertools"],
    ["''.join(itertools.repeat('a'))", "import itertools"],
    ["fib(40)", "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)"],
  ])("%s ends with a reason", (expression, source) => {
    expect(reasonFor(`${source}\n`, expression)).toMatch(/more than|one statement takes/);
  });

  it("that copy large lists count what they copy", () => {
    const source = "def f():\n    a = [0] * 100000\n    while True:\n        b = a[:] + a\n";
    expect(reasonFor(source, "f()")).toBe(`a loop takes more than ${LIMITS.loopSteps} steps`);
  });
});
