// The benchmark's executor against tf.layers itself: the same layer, the same weights, the same input. Every class of the real
// package in random configurations, on its plain JavaScript backend.
import { runInThisContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makePlan } from "../../../src/core/9-benchmark/make-plan";
import { compile } from "../../../src/webview/benchmark/executor/compile";
import { Running } from "../../../src/webview/benchmark/executor/program";
import { generator } from "../../../src/webview/benchmark/executor/values";
import { traceModel } from "../../support/trace";
import { type Configuration, CONFIGURATIONS, MISTAKE } from "../tfjs/configurations";

await tf.setBackend("cpu");

/** Configurations of each class that are compared. */
const COMPARED = 10;
const TRIES = 60;
const TOLERANCE = 1e-4;

/** Classes that TensorFlow.js 4.22 makes but cannot run in a model. */
const NEVER_RUN = new Set(["ConvLSTM2DCell", "RandomWidth", "Resizing"]);
/** The graph holds these by operations of the same work, not of the same values: see docs/benchmark.md. */
const SAME_WORK = new Set([
  "ConvLSTM2D",
  "RNN",
  "StackedRNNCells",
  "LSTMCell",
  "GRUCell",
  "SimpleRNNCell",
  "CategoryEncoding",
  "CenterCrop",
]);

function modelOf({ layer, inputs }: Configuration): string {
  const names = inputs.map((_, i) => `x${i}`);
  const made = inputs.map((shape, i) => `const x${i} = tf.input({ shape: [${shape.join(", ")}] });`);
  const feed = names.length === 1 ? names[0] : `[${names.join(", ")}]`;
  return `(() => { ${made.join(" ")} return tf.model({ inputs: ${feed}, outputs: ${layer}.apply(${feed}) }); })()`;
}

function planOf(expression: string) {
  const text = `import * as tf from "@tensorflow/tfjs";\nconst m = ${expression};\n`;
  const traced = traceModel({ file: "/main.js", root: "/", text, entry: "m" });
  // The weights get names by which the plan's tensors are found again.
  const weights = traced.layers.flatMap((entry) => entry.weights);
  weights.forEach((weight, index) => {
    weight.name = `w${index}`;
  });
  const result = makePlan(traced, "/main.js");
  if (!("plan" in result)) throw new Error(result.none.reason);
  return { plan: result.plan, weights };
}

interface Comparison {
  expression: string;
  shapes: { ours: number[][]; theirs: number[][] };
  /** Largest difference relative to the largest value. */
  error: number;
}

/** Where TensorFlow.js 4.22 itself gives other values than its documentation says. */
function isQuirk(expression: string, rank: number): boolean {
  const field = (name: string): number[] => {
    const found = new RegExp(`${name}: (\\[[^\\]]*\\]|-?\\d+)`).exec(expression)?.[1];
    return found === undefined ? [] : [JSON.parse(found) as number | number[]].flat();
  };
  if (/layers\.conv3d/.test(expression) && expression.includes('"same"')) {
    // Strides longer than the kernel give paddings below zero.
    const kernel = field("kernelSize");
    const strides = field("strides");
    return [0, 1, 2].some((axis) => (strides[axis] ?? strides[0] ?? 1) > (kernel[axis] ?? kernel[0] ?? 1));
  }
  // The weights of any other axis than the last are read as if they were of the last.
  if (expression.includes("layers.batchNormalization")) return ![-1, rank].includes(field("axis")[0] ?? -1);
  return false;
}

/** What the graph leaves out, since it costs no multiplication. */
function isLeftOut(expression: string): boolean {
  return (
    (expression.includes("layers.dot") && expression.includes("normalize: true")) ||
    (expression.includes("layers.flatten") && expression.includes("channelsFirst"))
  );
}

/** Runs both; null when the package refuses the configuration. */
function compare(expression: string): Comparison | null {
  const random = generator(7);
  let model: tf.LayersModel;
  let theirs: tf.Tensor[];
  let values: { shape: number[]; data: Float32Array }[];
  let feeds: tf.Tensor[];
  try {
    model = (runInThisContext(`(tf) => ${expression}`) as (library: unknown) => tf.LayersModel)(tf);
    values = model.getWeights().map(({ shape }) => ({
      shape,
      data: Float32Array.from({ length: shape.reduce((product, dim) => product * dim, 1) }, () => 0.2 + 0.6 * random()),
    }));
    model.setWeights(values.map(({ shape, data }) => tf.tensor(data, shape)));
    // Inputs on both sides of zero; positions of rows for an embedding.
    const rows = model.layers.flatMap((layer) => ("inputDim" in layer ? [layer.inputDim as number] : []))[0];
    feeds = model.inputs.map(({ shape }) => {
      const sizes = shape.map((dim) => dim ?? 1);
      const length = sizes.reduce((product, dim) => product * dim, 1);
      return tf.tensor(
        Float32Array.from({ length }, () => (rows ? Math.floor(random() * rows) : 4 * random() - 2)),
        sizes,
      );
    });
    theirs = [model.predict(feeds.length === 1 ? (feeds[0] as tf.Tensor) : feeds)].flat();
  } catch {
    return null;
  }
  const { plan, weights } = planOf(expression);
  expect(weights.map(({ shape }) => shape)).toEqual(values.map(({ shape }) => shape));
  const given = new Map<number, tf.TypedArray>();
  plan.tensors.forEach(({ role, name }, index) => {
    if (role === "weight") given.set(index, (values[Number(name.slice(1))] as { data: Float32Array }).data);
  });
  plan.inputs.forEach((input, index) => given.set(input, (feeds[index] as tf.Tensor).dataSync()));
  const running = new Running(compile(plan), given);
  const ours = running.run();
  expect(running.program.remarks).toEqual([]);
  let error = 0;
  ours.forEach((tensor, index) => {
    const order = running.program.outputs[index]?.order;
    const natural = order
      ? tf.transpose(
          tensor,
          order.map((_, axis) => order.indexOf(axis)),
        )
      : tensor;
    expect(natural.shape).toEqual(plan.tensors[plan.outputs[index] as number]?.shape);
    const mine = natural.dataSync();
    const real = (theirs[index] as tf.Tensor).dataSync();
    const largest = Math.max(1e-3, ...real.map(Math.abs));
    mine.forEach((value, at) => {
      const off = Math.abs(value - (real[at] as number)) / largest;
      error = Math.max(error, Number.isNaN(off) ? Infinity : off);
    });
  });
  const shapes = {
    ours: plan.outputs.map((output) => plan.tensors[output]?.shape ?? []),
    theirs: theirs.map(({ shape }) => shape),
  };
  return { expression, shapes, error };
}

describe("the executor agrees with tf.layers on the same weights", () => {
  const classes = Object.keys(CONFIGURATIONS).filter(
    (name) => !NEVER_RUN.has(name) && !SAME_WORK.has(name) && name !== "InputLayer",
  );
  it.each(classes)("%s", (name) => {
    const configurations = CONFIGURATIONS[name] as fc.Arbitrary<Configuration>;
    let compared = 0;
    for (const configuration of fc.sample(configurations, { numRuns: TRIES, seed: 8 })) {
      const expression = modelOf(configuration);
      if (
        configuration.inputs.length === 0 ||
        expression.includes(MISTAKE) ||
        isLeftOut(expression) ||
        isQuirk(expression, configuration.inputs[0]?.length ?? 0) ||
        configuration.inputs.flat().includes(null)
      )
        continue;
      tf.engine().startScope();
      try {
        const result = compare(expression);
        if (!result || result.shapes.theirs.flat().includes(0)) continue;
        expect({ expression, shapes: result.shapes.ours }).toEqual({ expression, shapes: result.shapes.theirs });
        expect({ expression, isClose: result.error <= TOLERANCE, error: result.error }).toMatchObject({
          expression,
          isClose: true,
        });
        if (++compared === COMPARED) break;
      } finally {
        tf.engine().endScope();
      }
    }
    expect(compared).toBe(COMPARED);
  });
});
