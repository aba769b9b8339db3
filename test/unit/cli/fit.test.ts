// `fit` as its users meet it. A dense layer of ⌊100·α⌋ units between 20 features and 10 units takes 30·⌊100·α⌋ MACs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { FitResult } from "../../../src/core/report/fit";

const root = join(__dirname, "..", "..", "..");
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const model = (alpha: string) =>
  `import keras
from keras import layers

def build(alpha=${alpha}):
    inputs = keras.Input((20,))
    x = layers.Dense(int(100 * alpha), activation="relu")(inputs)
    return keras.Model(inputs, layers.Dense(10)(x))

model = build()
`;

/** A folder with a model and a budget of MACs, and the command line in it. */
function workspace(macs: string, text = model("1.0")) {
  const folder = mkdtempSync(join(tmpdir(), "model-budget-"));
  made.push(folder);
  const file = join(folder, "model.py");
  writeFileSync(file, text);
  writeFileSync(join(folder, "model-budget.json"), JSON.stringify({ limits: { macs } }));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist", "cli.js"), "fit", ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
    return { code: status, out: stdout, err: stderr };
  };
  return { run, folder, text: () => readFileSync(file, "utf8") };
}

describe("fit", () => {
  it("prints the variants that fit, and what to do with them", () => {
    const { code, out, err } = workspace("1500").run("model.py", "--dtype", "int8");
    const [, title, , head, own, first] = out.split("\n");
    expect(title).toMatch(/^build\(\) {2}model\.py · Arduino Nano 33 BLE Sense · .* · int8$/);
    expect(head).toMatch(/What changes +MACs +Kept +Parameters +RAM +Flash +Latency/);
    expect(own).toMatch(/^ +as it is +3 k +100 % +3\.11 k /);
    expect(first).toMatch(/^1 +alpha 1 → 0\.5 +1\.5 k +50 % +1\.56 k /);
    expect(err).toContain("One variant fits Arduino Nano 33 BLE Sense");
    expect(err).toContain("write one of them with --apply and its number");
    expect(code).toBe(0);
  });

  it("writes a variant into the source", () => {
    const { run, text } = workspace("1500");
    const { code, err } = run("model.py", "--apply", "1");
    expect(text()).toBe(model("0.5"));
    expect(err).toContain("wrote variant 1 to model.py: alpha 1 → 0.5");
    expect(code).toBe(0);
    expect(run("model.py").err).toContain("The model fits Arduino Nano 33 BLE Sense as it is.");
  });

  it("fails where nothing fits, and says what came nearest", () => {
    const { run, text } = workspace("100");
    const { code, out, err } = run("model.py", "--apply", "1");
    expect(code).toBe(2);
    expect(err).toContain("--apply 1: no variant fits, so nothing was written");
    expect(text()).toBe(model("1.0"));
    expect(out).toMatch(/nearest: alpha 1 → 0\.1 +300 +10 %/);
    expect(run("model.py").code).toBe(1);
  });

  it("gives machines numbers without units", () => {
    const { run } = workspace("1500");
    const { out } = run("model.py", "--format", "csv", "--dtype", "int8");
    const [head, row] = out.split("\n");
    expect(head).toBe("variant,changes,macs,macs_kept,params,ram_bytes,flash_bytes,latency_ms,dtype,verdict");
    expect(row).toMatch(/^1,alpha 1 → 0\.5,1500,0\.5,1560,\d+,\d+,[\d.]+,int8,fits$/);
    const result = JSON.parse(run("model.py", "--format", "json").out) as FitResult;
    expect(result).toMatchObject({ outcome: "found", entry: "build()", stopped: null, problem: null });
    expect(result.variants[0]?.edits).toMatchObject([{ text: "0.5" }]);
    expect(run("model.py", "--format", "markdown").out).toMatch(/\| 1 \| alpha 1 → 0\.5 \| 1\.5 k \| 50 % \|/);
  });

  it("holds the limits of the budget file of --config", () => {
    const { run, folder } = workspace("3000");
    writeFileSync(join(folder, "strict.json"), JSON.stringify({ limits: { macs: "900" }, board: "nrf52832-dk" }));
    const { out } = run("model.py", "--config", "strict.json", "--format", "csv", "--dtype", "int8");
    expect(out).toContain("alpha 1 → 0.3,900,");
    expect(run("model.py", "--config", "strict.json").out).toContain("nRF52832 DK");
  });

  it.each([
    ["a file that is not there", ["missing.py"], /missing\.py: no such file/],
    ["an unknown board", ["model.py", "--board", "nothing"], /nothing/],
    ["a variant that is no number", ["model.py", "--apply", "0"], /number of a variant/],
    ["an entry that is not there", ["model.py", "--entry", "absent"], /absent/],
    ["a variant that is not there", ["model.py", "--apply", "7"], /--apply 7: there are? /],
  ])("%s is wrong use", (_what, args, message) => {
    const { code, err } = workspace("1500").run(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it("wants to know which of several models", () => {
    const { run } = workspace(
      "1500",
      `${model("1.0")}other = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\n`,
    );
    const { code, err } = run("model.py");
    expect(code).toBe(2);
    expect(err).toContain("the file has 2 models, build(), other; choose one with --entry");
    expect(run("model.py", "--entry", "other").code).toBe(0);
  });
});
