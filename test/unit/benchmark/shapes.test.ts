// Every program recorded from the real PyTorch and every example, run by the executor on the wasm kernels: each tensor on the way
// has the shape the graph says, and the result the shape the framework gave.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makePlan } from "../../../src/core/9-benchmark/make-plan";
import type { InputSpec } from "../../../src/core/analyze";
import { compile, type Program } from "../../../src/webview/benchmark/executor/compile";
import { Running } from "../../../src/webview/benchmark/executor/program";
import { traceModel } from "../../support/trace";

const resolve = createRequire(import.meta.url).resolve;
let before: string | undefined;

beforeAll(async () => {
  before = tf.getBackend();
  setWasmPaths(`${dirname(resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"))}/`);
  expect(await tf.setBackend("wasm")).toBe(true);
});

/** Names of the kernels that were called. */
const called = new Set<string>();
const runKernel = tf.engine().runKernel.bind(tf.engine());
vi.spyOn(tf.engine(), "runKernel").mockImplementation((name, inputs, attributes) => {
  called.add(name);
  return runKernel(name, inputs, attributes);
});

afterAll(async () => {
  vi.restoreAllMocks();
  if (before) await tf.setBackend(before);
});

interface Row {
  id: string;
  source: string;
  entry: string;
  inputs: (number | null)[][];
  inputTypes?: (string | null)[];
  outputShape: number[] | null;
  macs: number | null;
}

const rowsOf = (file: string): Row[] =>
  readFileSync(new URL(`../../oracle/${file}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);

/** Runs a program kernel by kernel; gives the shapes of its outputs. */
function run(program: Program): number[][] {
  const tensors = tf.memory().numTensors;
  const running = new Running(program);
  program.kernels.forEach((kernel, index) => {
    const made = running.compute(kernel);
    kernel.outputs.forEach((slot, place) => {
      const wanted = program.shapes.get(slot);
      const step = program.plan.steps[kernel.step];
      if (wanted) expect({ step, shape: made[place]?.shape }).toEqual({ step, shape: wanted });
    });
    for (const tensor of made) tensor.dispose();
    running.step(index);
  });
  for (const output of running.outputs()) expect(output.isDisposed).toBe(false);
  running.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
  return program.plan.outputs.map((output) => program.plan.tensors[output]?.shape ?? []);
}

function programOf(file: string, root: string, entry: string, inputs: InputSpec[], text?: string): Program | string {
  const traced = traceModel({ file, root, entry, inputs, ...(text === undefined ? {} : { text }) });
  const result = makePlan(traced, file);
  return "plan" in result ? compile(result.plan) : result.none.reason;
}

describe("recorded from PyTorch", () => {
  const rows = rowsOf("torch.jsonl").filter(({ macs, outputShape }) => macs !== null && outputShape !== null);
  it.each(rows.map((row) => [row.id, row] as const))("%s", (id, row) => {
    const inputs = row.inputs.map((shape, index) => {
      const dtype = row.inputTypes?.[index];
      return dtype ? { shape, dtype } : { shape };
    });
    const program = programOf("/main.py", "/", row.entry, inputs, row.source);
    if (typeof program === "string") {
      expect({ id, reason: program }).toEqual({ id, reason: "" });
      return;
    }
    expect(run(program)[0]).toEqual(row.outputShape);
    expect(program.remarks.filter(({ kind }) => kind === "missing")).toEqual([]);
  });
});

describe("examples", () => {
  const examples = join(__dirname, "..", "..", "..", "examples");
  const expected = JSON.parse(readFileSync(join(examples, "expected.json"), "utf8")) as {
    file: string;
    entry: string;
    inputs: (number | null)[][];
    outputs: (number | null)[][];
    macs: number;
  }[];
  it.each(expected.map((one) => [`${one.file} ${one.entry}`, one] as const))("%s", (_name, one) => {
    const inputs = one.inputs.map((shape) => ({ shape }));
    const program = programOf(join(examples, one.file), examples, one.entry, inputs);
    if (typeof program === "string") throw new Error(program);
    expect(run(program)).toEqual(one.outputs.map((shape) => shape.map((dim) => dim ?? 1)));
    expect(program.plan.macs).toBe(one.macs);
    expect(program.remarks).toEqual([]);
  });
});

// Last, when all kernels have been called.
describe("every kernel that is called", () => {
  it.each(["cpu", "webgl", "webgpu"])("has an implementation for %s", async (backend) => {
    // Only registers them: no GPU is asked for.
    await import(`@tensorflow/tfjs-backend-${backend}`);
    expect(called.size).toBeGreaterThan(50);
    const registered = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
    expect([...called].filter((name) => !registered.has(name))).toEqual([]);
  });
});
