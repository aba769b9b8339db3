// Earlier runs of the benchmark: what is kept of each model, names, and what is forgotten.
import { describe, expect, it } from "vitest";
import { BenchmarkHistory } from "../../../src/extension/benchmark-history";
import type { Result } from "../../../src/webview/benchmark/measure/result";

const subject = { uri: "file:///net.py", index: 0, entry: "build()", fileName: "net.py" };
const run = (date: string) => ({ date, entry: "build()" }) as Result;

function history() {
  const kept = new Map<string, unknown>();
  const memory = {
    keys: () => [...kept.keys()],
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => void (value === undefined ? kept.delete(key) : kept.set(key, value)),
  };
  return { kept, history: new BenchmarkHistory(memory as ConstructorParameters<typeof BenchmarkHistory>[0]) };
}

describe("earlier runs", () => {
  it("are kept newest first, ten of a model, those with a name longest", async () => {
    const { history: runs } = history();
    await runs.add(subject, run("0"));
    await runs.rename(subject, "0", "the first");
    for (let at = 1; at <= 11; at++) await runs.add(subject, run(String(at)));
    const dates = runs.of(subject).map(({ date }) => date);
    expect(dates).toEqual(["11", "10", "9", "8", "7", "6", "5", "4", "3", "0"]);
    expect(runs.of({ ...subject, index: 1 })).toEqual([]);
  });

  it("give way to a new one even when all have names", async () => {
    const { history: runs } = history();
    for (let at = 0; at < 10; at++) {
      await runs.add(subject, run(String(at)));
      await runs.rename(subject, String(at), `run ${at}`);
    }
    await runs.add(subject, run("new"));
    expect(runs.of(subject).map(({ date }) => date)).toEqual(["new", "9", "8", "7", "6", "5", "4", "3", "2", "1"]);
  });

  it("lose their name with an empty one, and are forgotten one by one or all", async () => {
    const { history: runs, kept } = history();
    for (const date of ["a", "b", "c"]) await runs.add(subject, run(date));
    await runs.rename(subject, "b", "quiet");
    expect(runs.of(subject)[1]).toEqual({ ...run("b"), name: "quiet" });
    await runs.rename(subject, "b", "");
    expect(runs.of(subject)[1]).toEqual(run("b"));
    await runs.forget(subject, "b");
    expect(runs.of(subject).map(({ date }) => date)).toEqual(["c", "a"]);
    await runs.forget(subject, null);
    expect(runs.of(subject)).toEqual([]);
    expect(kept.size).toBe(0);
  });
});
