// What the gauges of the Budget view show: parts that add up, limits, and how a model stands.
import { describe, expect, it } from "vitest";
import { type BudgetModel, budgetModelOf } from "../../../src/core/report/budget-model";
import type { AppliedLimit } from "../../../src/core/report/limit";
import { type Gauge, gaugesOf, verdictOf } from "../../../src/webview/budget/gauges";
import { deployment, report } from "../server/fixtures";

const model = (fields: Parameters<typeof deployment>[0] = {}, limits: AppliedLimit[] = []): BudgetModel =>
  budgetModelOf(report([], { deployment: deployment(fields), limits }));

const limit = (name: AppliedLimit["name"], value: number): AppliedLimit => ({
  name,
  limit: value,
  source: "model-budget.json",
  message: null,
});

function gauge(of: BudgetModel, name: Gauge["name"]): Gauge {
  const found = gaugesOf(of).find((one) => one.name === name);
  if (!found) throw new Error(`there is no gauge ${name}`);
  return found;
}

const parts = ({ slices }: Gauge) => slices.map(({ name, value }) => `${name} ${value}`);

describe("gauges", () => {
  it("have slices that add up to the value", () => {
    const ram = gauge(
      model({ ramBytes: { activations: 16_000, scratch: 400, persistent: 7600, total: 24_000 } }),
      "ram",
    );
    expect(parts(ram)).toEqual(["activations 16000", "scratch 400", "persistent 7600"]);
    expect(ram.slices.reduce((sum, { value }) => sum + value, 0)).toBe(ram.value);
    const flash = gauge(model(), "flash");
    expect(parts(flash)).toEqual(["weights 30000", "container 15000", "code 80000"]);
    expect(flash.slices.reduce((sum, { value }) => sum + value, 0)).toBe(flash.value);
  });

  it("run to the end of the memory, where the reserve of the application is", () => {
    const ram = gauge(
      model({ limits: { ramBytes: 200_000, flashBytes: null }, reserve: { ramBytes: 56_000, flashBytes: 0 } }),
      "ram",
    );
    expect(ram.full).toBe(256_000);
    expect(parts(ram).at(-1)).toBe("reserve 56000");
    expect(ram.limits).toEqual([{ value: 200_000, source: "board" }]);
  });

  it("show a lower bound when the whole is not known, and say over only when that is", () => {
    const unknown = { activations: 16_000, scratch: null, persistent: null, total: null };
    const ram = gauge(model({ ramBytes: unknown }), "ram");
    expect(ram).toMatchObject({ value: null, atLeast: 16_000, state: "unknown" });
    expect(parts(ram)).toEqual(["activations 16000"]);
    const over = gauge(model({ ramBytes: unknown, limits: { ramBytes: 15_000, flashBytes: null } }), "ram");
    expect(over.state).toBe("over");
    const nothing = gauge(model({ ramBytes: { ...unknown, activations: null } }), "ram");
    expect(nothing).toMatchObject({ value: null, atLeast: null, state: "unknown", full: null, slices: [] });
  });

  it("hold a value against the tightest limit", () => {
    const stateAt = (value: number) => gauge(model({}, [limit("ram", value)]), "ram").state;
    expect(stateAt(23_999)).toBe("over");
    expect(stateAt(24_000)).toBe("near");
    expect(stateAt(26_000)).toBe("near");
    expect(stateAt(27_000)).toBe("within");
    const ram = gauge(model({}, [limit("ram", 20_000)]), "ram");
    expect(ram.limits.map(({ value }) => value)).toEqual([20_000, 262_144]);
    expect(gauge(model({}, [limit("latency", 100)]), "latency")).toMatchObject({ value: 280, state: "over" });
    expect(gauge(model({}, [limit("latency", 100)]), "latency").full).toBeGreaterThan(390);
  });

  it("have no length where there is no limit, and parameters only where one is set", () => {
    expect(gauge(model(), "macs")).toMatchObject({ value: 2_656_768, state: "unlimited", full: null });
    expect(gaugesOf(model()).map(({ name }) => name)).toEqual(["ram", "flash", "macs", "latency"]);
    expect(gauge(model({}, [limit("params", 20_000)]), "params").state).toBe("over");
    expect(gaugesOf(budgetModelOf(report([]))).map(({ name }) => name)).toEqual(["macs"]);
  });
});

describe("the verdict", () => {
  const verdict = (of: BudgetModel) => verdictOf(of, gaugesOf(of));

  it("is the board's, unless a budget is broken on a board that has the room", () => {
    expect(verdict(model())).toBe("fits");
    expect(verdict(model({ verdict: "cannot-say" }))).toBe("cannot-say");
    expect(verdict(model({ verdict: "does-not-fit" }, [limit("macs", 1)]))).toBe("does-not-fit");
    expect(verdict(model({}, [limit("macs", 1)]))).toBe("over-budget");
    expect(verdict(model({}, [limit("macs", 3_000_000)]))).toBe("fits");
    expect(verdict(budgetModelOf(report([])))).toBe("no-board");
  });
});

describe("the model a page gets", () => {
  it("has none of the long lists", () => {
    const sent = budgetModelOf(
      report([], { deployment: deployment({ timeline: { headBytes: 0, steps: [], peakStep: 0, buffers: [] } }) }),
    );
    expect(Object.keys(sent)).not.toContain("layers");
    expect(Object.keys(sent.deployment ?? {})).not.toContain("operators");
    expect(Object.keys(sent.deployment ?? {})).not.toContain("timeline");
  });
});
