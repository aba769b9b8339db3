// Operations that keep every element in its place: activations, softmax, arithmetic under broadcasting, casts.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, type Order, range, Unsupported } from "./builder";
import { BINARY, UNARY } from "./functions";

/** Functions that one kernel computes: they make nothing that must be disposed. */
const ONE_KERNEL = new Set([
  "relu",
  "relu6",
  "sigmoid",
  "tanh",
  "elu",
  "selu",
  "softplus",
  "exp",
  "sqrt",
  "square",
  "abs",
  "neg",
]);

export function activation(builder: Builder, step: PlanStep): void {
  const name = step.attributes["function"] as string;
  const [x, ...others] = step.operands as [number, ...number[]];
  const output = step.outputs[0] as number;
  const { dtype } = builder.tensor(output);
  if (name === "prelu") {
    if (others[0] === undefined) throw new Unsupported("a prelu without slopes");
    binary(builder, step, [x, others[0]], tf.prelu);
    return;
  }
  if (name === "bias_add") {
    binary(builder, step, [x, others[0] as number], tf.add);
    return;
  }
  if (name === "glu" || name === "geglu" || name === "swiglu") {
    gated(builder, step, name);
    return;
  }
  // TensorFlow.js and Keras 2 draw the line from -2.5 to 2.5, Keras 3 and PyTorch from -3 to 3.
  const fn = UNARY[name === "hard_sigmoid" && builder.plan.framework === "tfjs" ? "hard_sigmoid_2" : name];
  if (!fn) builder.noteStandIn();
  const order = builder.order(x);
  const isFloat = builder.tensor(x).dtype === "float32";
  const { settings } = step;
  if (fn && isFloat && dtype === "float32" && ONE_KERNEL.has(name) && Object.keys(settings).length === 0) {
    builder.emit(output, [builder.get(x, order)], ([t]) => fn(t as tf.Tensor, settings), { order });
    return;
  }
  builder.emit(
    output,
    [builder.get(x, order)],
    ([t]) => {
      const given = isFloat ? (t as tf.Tensor) : tf.cast(t as tf.Tensor, "float32");
      const made = (fn ?? tf.relu)(given, settings);
      return made.dtype === dtype ? made : tf.cast(made, dtype);
    },
    { order, isComposed: true },
  );
}

function gated(builder: Builder, step: PlanStep, name: string): void {
  const x = step.operands[0] as number;
  const axis = step.settings["axis"] as number;
  const gate = name === "geglu" ? UNARY["gelu"] : name === "swiglu" ? UNARY["silu"] : UNARY["sigmoid"];
  builder.emit(
    step.outputs[0] as number,
    [builder.get(x)],
    ([t]) => {
      const [a, b] = tf.split(t as tf.Tensor, 2, axis);
      return tf.mul(a as tf.Tensor, (gate as NonNullable<typeof gate>)(b as tf.Tensor, {}));
    },
    { isComposed: true },
  );
}

export function softmax(builder: Builder, step: PlanStep): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const own = step.attributes["axis"] as number;
  const rank = builder.shape(x).length;
  const axis = own < 0 ? own + rank : own;
  // The kernels work along the last stored dimension.
  const current = builder.order(x) ?? range(rank);
  const order = current.at(-1) === axis ? current : [...current.filter((one) => one !== axis), axis];
  const log = step.attributes["log"] === true;
  builder.emit(
    output,
    [builder.get(x, rank > 0 ? order : null)],
    ([t]) => (log ? tf.logSoftmax(t as tf.Tensor) : tf.softmax(t as tf.Tensor)),
    {
      order: rank > 0 ? order : null,
    },
  );
}

export function elementwise(builder: Builder, step: PlanStep): void {
  const name = step.attributes["function"] as string;
  const places =
    (step.settings["places"] as (string | number | null)[] | undefined) ?? step.operands.map(() => "tensor");
  const tensors = step.operands.slice();
  // A number of the program that is not known is taken as one.
  const operands = places.map((place) =>
    place === "tensor"
      ? { tensor: tensors.shift() as number, number: 0 }
      : { tensor: undefined, number: (place as number | null) ?? 1 },
  );
  const apply = applier(name, operands.length) ?? sameSize(builder, step);
  if (!apply) {
    builder.standIn(step.outputs[0] as number, step.operands[0] as number);
    return;
  }
  const given = operands.flatMap((operand) => (operand.tensor === undefined ? [] : [operand.tensor]));
  const fn = BINARY[name];
  if (fn && given.length === 2 && operands.length === 2) {
    binary(builder, step, given, fn as (...x: tf.Tensor[]) => tf.Tensor);
    return;
  }
  binary(builder, step, given, (...x) => {
    const rest = [...x];
    return apply(
      operands.map((operand) =>
        operand.tensor === undefined ? tf.scalar(operand.number) : (rest.shift() as tf.Tensor),
      ),
    );
  });
}

function applier(name: string, count: number): ((x: tf.Tensor[]) => tf.Tensor) | undefined {
  if (name === "where") {
    return ([condition, a, b]) =>
      tf.where(tf.cast(condition as tf.Tensor, "bool"), (a ?? condition) as tf.Tensor, (b ?? condition) as tf.Tensor);
  }
  const fn = BINARY[name];
  if (fn && count >= 2) return (x) => x.slice(1).reduce((sum, one) => fn(sum, one), x[0] as tf.Tensor);
  if (name === "lerp" && count === 3)
    return ([a, b, w]) => tf.add(a as tf.Tensor, tf.mul(w as tf.Tensor, tf.sub(b as tf.Tensor, a as tf.Tensor)));
  const unary = UNARY[name];
  return unary && count === 1 ? ([x]) => unary(x as tf.Tensor, {}) : undefined;
}

/** A sum in place of a function that is not known, where the operands broadcast to the result. */
function sameSize(builder: Builder, step: PlanStep): ((x: tf.Tensor[]) => tf.Tensor) | undefined {
  const to = builder.shape(step.outputs[0] as number);
  const fits = step.operands.every((one) => {
    const shape = builder.shape(one);
    return shape.length <= to.length && shape.every((n, i) => n === 1 || n === to[to.length - shape.length + i]);
  });
  if (!fits) return undefined;
  builder.noteStandIn();
  return (x) => x.slice(1).reduce((sum, one) => tf.add(sum, one), tf.mul(x[0] as tf.Tensor, 1));
}

/** The order that most of the operands of full rank share: the first one that is not stored decides. */
function commonOrder(builder: Builder, tensors: readonly number[], rank: number): Order {
  const full = tensors.filter((one) => builder.shape(one).length === rank);
  return builder.order(full.find((one) => builder.order(one) !== null) ?? full[0] ?? -1);
}

/** Functions of two tensors that one kernel computes. */
const SIMPLE: ReadonlySet<unknown> = new Set([tf.add, tf.sub, tf.mul, tf.div, tf.maximum, tf.minimum, tf.prelu]);

/** A function of tensors that broadcast, in the order they lie in. */
export function binary(
  builder: Builder,
  step: PlanStep,
  tensors: readonly number[],
  fn: (...x: tf.Tensor[]) => tf.Tensor,
): void {
  const output = step.outputs[0] as number;
  const { shape, dtype } = builder.tensor(output);
  const order = commonOrder(builder, tensors, shape.length);
  const slots = tensors.map((tensor) => aligned(builder, tensor, shape.length, order));
  const stored = builder.stored(output, order);
  const isPlain =
    dtype === "float32" &&
    SIMPLE.has(fn) &&
    tensors.length === 2 &&
    tensors.every((tensor) => builder.tensor(tensor).dtype === "float32") &&
    tensors.some((tensor) => builder.shape(tensor).join() === shape.join());
  if (isPlain) {
    builder.emit(output, slots, (x) => fn(...x), { order });
    return;
  }
  builder.emit(
    output,
    slots,
    (x) => {
      const made = fn(...x);
      const typed = made.dtype === dtype ? made : tf.cast(made, dtype);
      return typed.shape.every((n, i) => n === stored[i]) && typed.rank === stored.length
        ? typed
        : tf.broadcastTo(typed, stored);
    },
    { order, isComposed: true },
  );
}

/** An operand with dimensions of one in front until it has this rank, where the result does not lie in the framework's order. */
function aligned(builder: Builder, tensor: number, rank: number, order: Order): number {
  const shape = builder.shape(tensor);
  if (order === null || shape.length === 0) return builder.get(tensor);
  if (shape.length === rank) return builder.get(tensor, order);
  const wide = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  return builder.derived(tensor, `aligned ${order.join()}`, (x) => tf.transpose(tf.reshape(x, wide), [...order]));
}

/** Passes a tensor on under another name. */
export function passOn(builder: Builder, step: PlanStep): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const order = builder.order(x);
  builder.alias(output, builder.get(x, order), order);
}

export function cast(builder: Builder, step: PlanStep): void {
  const x = step.operands[0] as number;
  const output = step.outputs[0] as number;
  const { dtype } = builder.tensor(output);
  if (builder.tensor(x).dtype === dtype) {
    passOn(builder, step);
    return;
  }
  const order = builder.order(x);
  builder.emit(output, [builder.get(x, order)], ([t]) => tf.cast(t as tf.Tensor, dtype), { order });
}
