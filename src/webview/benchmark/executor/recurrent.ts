// Recurrent layers, step by step: the products with the input of all steps at once, those with the state at each step.
// Gates in the order i, f, c, o (LSTM) and z, r, h (Keras GRU) or r, z, n (PyTorch GRU).
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, size, Unsupported } from "./builder";
import { UNARY } from "./functions";

type Cell = "lstm" | "gru" | "rnn";

interface Direction {
  /** Positions of kernel, recurrent kernel, bias, recurrent bias, projection among the arguments; -1 for none. */
  parts: number[];
  isBackwards: boolean;
}

function functionOf(name: unknown, fallback: string): (x: tf.Tensor) => tf.Tensor {
  const chosen = typeof name === "string" ? name : fallback;
  if (chosen === "linear") return (x) => x;
  if (chosen === "softmax") return (x) => tf.softmax(x);
  const fn = UNARY[chosen === "hardSigmoid" || chosen === "hard_sigmoid" ? "hard_sigmoid_2" : chosen];
  if (!fn) throw new Unsupported(`a recurrent layer with the activation ${chosen}`);
  return (x) => fn(x, {});
}

export function recurrent(builder: Builder, step: PlanStep): void {
  const a = step.attributes;
  const cell = a["cell"] as Cell;
  const isTorch = builder.plan.framework === "torch";
  const steps = a["steps"] as number;
  const hidden = a["hiddenSize"] as number;
  const inputSize = a["inputSize"] as number;
  const directions = a["directions"] as number;
  const [x, ...initial] = step.inputs as [number, ...number[]];
  const shape = builder.shape(x);
  const batch = size(shape) / Math.max(1, steps * inputSize);
  const slots = [builder.get(x)];
  const each = step.weights.length / directions;
  const order: Direction[] = [];
  for (let index = 0; index < directions; index++) {
    const own = step.weights.slice(index * each, (index + 1) * each);
    const parts = own.map((weight, place) => {
      const swapped = isTorch && (place < 2 || builder.shape(weight).length === 2);
      slots.push(swapped ? builder.derived(weight, "recurrent", (w) => tf.transpose(w)) : builder.get(weight));
      return slots.length - 1;
    });
    order.push({ parts, isBackwards: index === 1 || step.settings["backwards"] === true });
  }
  const hasBias = a["hasBias"] === true;
  const projected = isTorch && cell === "lstm" && each % 2 === 1;
  const stateSize = projected ? (builder.shape(step.weights[each - 1] as number)[0] as number) : hidden;
  const given = !isTorch ? initial : [];
  const initialSlots = given.map((state) => {
    slots.push(builder.get(state));
    return slots.length - 1;
  });
  const inner = functionOf(step.settings["activation"], "tanh");
  const gate = functionOf(
    step.settings["recurrent_activation"],
    builder.plan.framework === "tfjs" ? "hardSigmoid" : "sigmoid",
  );
  const outShape = builder.shape(step.outputs[0] as number);
  const sequences = isTorch
    ? size(outShape) === steps * batch * stateSize * directions
    : step.settings["sequences"] === true;

  const run = (t: tf.Tensor[]): tf.Tensor[] => {
    const timeMajor = isTorch
      ? tf.reshape(t[0] as tf.Tensor, [steps * batch, inputSize])
      : tf.reshape(tf.transpose(tf.reshape(t[0] as tf.Tensor, [batch, steps, inputSize]), [1, 0, 2]), [
          steps * batch,
          inputSize,
        ]);
    const results = order.map(({ parts, isBackwards }) => {
      const [kernel, state, bias, stateBias] = parts.map((at) => t[at] as tf.Tensor);
      return sweep({
        cell,
        timeMajor,
        steps,
        batch,
        hidden,
        stateSize,
        kernel: kernel as tf.Tensor,
        state: state as tf.Tensor,
        bias: hasBias ? bias : undefined,
        stateBias: hasBias && isTorch ? stateBias : undefined,
        project: projected ? (t[parts.at(-1) as number] as tf.Tensor) : undefined,
        isBackwards,
        isTorch,
        initial: initialSlots.map((at) => t[at] as tf.Tensor),
        inner,
        gate,
      });
    });
    const last = results.map(({ h }) => h);
    // Keras gives the outputs of a backward pass in the order they were made; Bidirectional turns them round.
    if (step.settings["reversed"] === true) for (const { all } of results) all.reverse();
    const main = sequences
      ? tf.concat(
          results.map(({ all }) => tf.stack(all)),
          2,
        )
      : tf.concat(last, 1);
    const arranged = sequences && !isTorch ? tf.transpose(main, [1, 0, 2]) : main;
    const states = results.flatMap(({ h, c }) => (c ? [h, c] : [h]));
    return step.outputs.map((output, index) =>
      tf.reshape(index === 0 ? arranged : (states[index - 1] as tf.Tensor), builder.shape(output)),
    );
  };
  if (isTorch && step.outputs.length > 1) {
    // A cell: h', and c' for an LSTM.
    builder.emitMany(step.outputs, slots, (t) => {
      const [h] = run(t) as [tf.Tensor];
      return step.outputs.map((output, index) => (index === 0 ? h : tf.reshape(tf.tanh(h), builder.shape(output))));
    });
    return;
  }
  if (step.outputs.length === 1)
    builder.emit(step.outputs[0] as number, slots, (t) => run(t)[0] as tf.Tensor, { isComposed: true });
  else builder.emitMany(step.outputs, slots, run);
}

interface Sweep {
  cell: Cell;
  /** [steps · batch, features] */
  timeMajor: tf.Tensor;
  steps: number;
  batch: number;
  hidden: number;
  stateSize: number;
  kernel: tf.Tensor;
  state: tf.Tensor;
  bias: tf.Tensor | undefined;
  stateBias: tf.Tensor | undefined;
  project: tf.Tensor | undefined;
  isBackwards: boolean;
  isTorch: boolean;
  initial: tf.Tensor[];
  inner: (x: tf.Tensor) => tf.Tensor;
  gate: (x: tf.Tensor) => tf.Tensor;
}

/** One direction over all steps: the outputs in the order they were made (PyTorch: in the order of time) and the last states. */
function sweep(s: Sweep): { all: tf.Tensor[]; h: tf.Tensor; c: tf.Tensor | null } {
  const width = s.kernel.shape[1] as number;
  // The bias of a GRU that resets after the product has two rows: one for the input, one for the state.
  const twoRows = s.bias?.rank === 2 ? tf.unstack(s.bias) : null;
  const inputBias = twoRows
    ? twoRows[0]
    : s.bias && s.bias.size === width
      ? s.bias
      : s.bias
        ? tf.slice(tf.reshape(s.bias, [-1]), [0], [width])
        : undefined;
  const stateBias = twoRows ? twoRows[1] : s.stateBias;
  const resetsAfter = s.isTorch || twoRows !== null;
  const product = tf.matMul(s.timeMajor as tf.Tensor2D, s.kernel as tf.Tensor2D);
  const gates = tf.unstack(tf.reshape(inputBias ? tf.add(product, inputBias) : product, [s.steps, s.batch, width]));
  let h: tf.Tensor = s.initial[0] ?? tf.zeros([s.batch, s.stateSize]);
  let c: tf.Tensor | null = s.cell === "lstm" ? (s.initial[1] ?? tf.zeros([s.batch, s.hidden])) : null;
  const all: tf.Tensor[] = [];
  for (let step = 0; step < s.steps; step++) {
    const x = gates[s.isBackwards ? s.steps - 1 - step : step] as tf.Tensor;
    if (s.cell === "gru" && !resetsAfter) {
      const [wz, wr, wh] = tf.split(s.state, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const [xz, xr, xh] = tf.split(x, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const z = s.gate(tf.add(xz, tf.matMul(h as tf.Tensor2D, wz)));
      const r = s.gate(tf.add(xr, tf.matMul(h as tf.Tensor2D, wr)));
      const n = s.inner(tf.add(xh, tf.matMul(tf.mul(r, h) as tf.Tensor2D, wh)));
      h = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), n));
    } else {
      const raw = tf.matMul(h as tf.Tensor2D, s.state as tf.Tensor2D);
      const fed = stateBias ? tf.add(raw, stateBias) : raw;
      if (s.cell === "rnn") h = s.inner(tf.add(x, fed));
      else if (s.cell === "lstm") {
        const [i, f, g, o] = tf.split(tf.add(x, fed), 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        c = tf.add(tf.mul(s.gate(f), c as tf.Tensor), tf.mul(s.gate(i), s.inner(g)));
        h = tf.mul(s.gate(o), s.inner(c));
        if (s.project) h = tf.matMul(h as tf.Tensor2D, s.project as tf.Tensor2D);
      } else {
        const [xa, xb, xh] = tf.split(x, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
        const [ha, hb, hh] = tf.split(fed, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
        const first = s.gate(tf.add(xa, ha));
        const second = s.gate(tf.add(xb, hb));
        const [z, r] = s.isTorch ? [second, first] : [first, second];
        const n = s.inner(tf.add(xh, tf.mul(r, hh)));
        h = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), n));
      }
    }
    all.push(h);
  }
  if (s.isTorch && s.isBackwards) all.reverse();
  return { all, h, c };
}
