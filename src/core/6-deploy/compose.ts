// Normalisations and activations: single TFLite operators where there is one, the operators the converter writes where there is
// none (a layer normalisation is eleven). BATCH_NORM is a step of its own until fold.ts has decided what becomes of it.
import type { Attributes, Operation } from "../3-graph/operation";
import type { Tensor } from "../3-graph/tensor";
import { activationValue, type Draft, sizeOf, type Value } from "./draft";
import { elementOf, identityOrder, NotLowered, shapeOf, type Store } from "./layout";
import { broadcastOperand } from "./translate";
import type { Style } from "./windows";

type Norm = Extract<Attributes, { kind: "norm" }>;

/** Functions of one element with an operator of their own. */
const UNARY: Readonly<Record<string, string>> = {
  relu: "RELU",
  relu6: "RELU6",
  sigmoid: "LOGISTIC",
  tanh: "TANH",
  leaky_relu: "LEAKY_RELU",
  elu: "ELU",
  gelu: "GELU",
  hard_swish: "HARD_SWISH",
  hardswish: "HARD_SWISH",
  exp: "EXP",
  log: "LOG",
  sqrt: "SQRT",
  rsqrt: "RSQRT",
  square: "SQUARE",
  abs: "ABS",
  neg: "NEG",
  sin: "SIN",
  cos: "COS",
  floor: "FLOOR",
  ceil: "CEIL",
  round: "ROUND",
  sign: "SIGN",
  logical_not: "LOGICAL_NOT",
  log_softmax: "LOG_SOFTMAX",
};

/** Adds a chain of operators on one value; null constants are scalars of the program. */
function chain(draft: Draft, x: Value, parts: readonly (readonly [op: string, operand?: Value | "x" | null])[]): Value {
  let value = x;
  for (const [op, operand] of parts) {
    const inputs = operand === undefined ? [value] : [value, operand === "x" ? x : (operand ?? draft.reals([null]))];
    value = draft.add(op, inputs, value.shape);
  }
  return value;
}

/** Activations that are several operators. */
const COMPOSED: Readonly<Record<string, (draft: Draft, x: Value, style: Style) => Value>> = {
  silu: (draft, x) => draft.add("MUL", [x, draft.add("LOGISTIC", [x], x.shape)], x.shape),
  swish: (draft, x) => draft.add("MUL", [x, draft.add("LOGISTIC", [x], x.shape)], x.shape),
  // Keras 2: 0.2x + 0.5 between 0 and 1; Keras 3 and PyTorch: relu6(x + 3) / 6.
  hard_sigmoid: (draft, x, style) =>
    style.keras2
      ? chain(draft, x, [["MUL", null], ["ADD", null], ["MINIMUM", draft.reals([1])], ["RELU"]])
      : chain(draft, x, [["ADD", null], ["RELU6"], ["MUL", null]]),
  hardsigmoid: (draft, x) => chain(draft, x, [["ADD", null], ["RELU6"], ["MUL", null]]),
  reciprocal: (draft, x) => draft.add("DIV", [draft.reals([1]), x], x.shape),
  clamp: (draft, x) =>
    chain(draft, x, [
      ["MINIMUM", null],
      ["MAXIMUM", null],
    ]),
  hard_tanh: (draft, x) =>
    chain(draft, x, [
      ["MINIMUM", draft.reals([1])],
      ["MAXIMUM", draft.reals([-1])],
    ]),
  hardtanh: (draft, x) =>
    chain(draft, x, [
      ["MINIMUM", draft.reals([1])],
      ["MAXIMUM", draft.reals([-1])],
    ]),
  softsign: (draft, x) => {
    const bottom = draft.add("ADD", [draft.add("ABS", [x], x.shape), draft.reals([1])], x.shape);
    return draft.add("DIV", [x, bottom], x.shape);
  },
  softplus: softplus,
  mish: (draft, x) => draft.add("MUL", [x, draft.add("TANH", [softplus(draft, x)], x.shape)], x.shape),
  selu: (draft, x, style) => {
    const test = draft.add("GREATER", [x, draft.reals([0])], x.shape, { element: "BOOL" });
    const large = draft.add("MUL", [x, draft.reals([null])], x.shape);
    const small = chain(draft, x, [["EXP"], ["SUB", draft.reals([1])], ["MUL", null]]);
    return draft.add(style.freeBatch ? "SELECT_V2" : "SELECT", [test, large, small], x.shape, { element: "real" });
  },
  rescale: (draft, x) =>
    chain(draft, x, [
      ["MUL", null],
      ["ADD", null],
    ]),
  normalize: (draft, x) => {
    const channels = [...new Array<number>(x.shape.length - 1).fill(1), x.shape.at(-1) ?? 1];
    // Of the same rank as the input: such a factor is not folded into a dense layer.
    return chain(draft, x, [
      ["SUB", draft.weight(channels)],
      ["MUL", draft.weight(channels)],
    ]);
  },
};

function softplus(draft: Draft, x: Value): Value {
  return draft.add("LOG", [draft.add("ADD", [draft.add("EXP", [x], x.shape), draft.reals([1])], x.shape)], x.shape);
}

export function lowerActivation(store: Store, operation: Operation, name: string, style: Style): void {
  const { draft } = store;
  const input = operation.inputs[0];
  const output = operation.outputs[0] as Tensor;
  if (!input) throw new NotLowered(`'${name}' of a stored value is not lowered`, operation);
  const { value: x, order } = store.get(input);
  const done = (value: Value): void => store.set(output, value, order);
  if (name === "prelu") {
    const alpha = operation.weights[0];
    const shape = alpha ? shapeOf(alpha, operation) : [];
    // One slope, or one per channel: its dimensions besides are 1.
    const count = sizeOf(shape);
    const place =
      shape.length === x.shape.length - 1 ? shape : [...new Array<number>(x.shape.length - 2).fill(1), count];
    return done(draft.add("PRELU", [x, draft.weight(place)], x.shape));
  }
  if (name === "bias_add") {
    const bias = operation.weights[0] ?? operation.inputs[1];
    if (!bias) throw new NotLowered("a bias that is not known is not lowered", operation);
    return done(
      draft.add("ADD", [x, broadcastOperand(store, bias, order)], x.shape, { options: { activation: "none" } }),
    );
  }
  if (name === "glu") return done(gated(draft, operation, x, order.length));
  const op = UNARY[name];
  if (op !== undefined) return done(draft.add(op, [x], x.shape, { element: elementOf(output.dtype) }));
  const composed = COMPOSED[name];
  if (composed === undefined) throw new NotLowered(`the function '${name}' has no lowering`, operation);
  done(composed(draft, x, style));
}

function gated(draft: Draft, operation: Operation, x: Value, rank: number): Value {
  const shape = shapeOf(operation.outputs[0] as Tensor, operation);
  const natural = shapeOf(operation.inputs[0] as Tensor, operation);
  const at = natural.findIndex((dim, axis) => dim !== shape[axis]);
  if (rank === 0 || at < 0 || x.shape[at] !== natural[at])
    throw new NotLowered("a gated unit in this layout is not lowered", operation);
  const halves = [activationValue(shape), activationValue(shape)];
  draft.addStep("SPLIT", [draft.integers([at], []), x], halves);
  const gate = draft.add("LOGISTIC", [halves[1] as Value], shape);
  return draft.add("MUL", [halves[0] as Value, gate], shape);
}

/** Normalisation over some axes of a value: the operators of Keras 3, in its order. */
function normalise(
  draft: Draft,
  x: Value,
  axes: readonly number[],
  affine: { scale: Value | null; shift: Value | null },
  grouped = false,
): Value {
  const kept = x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  const axesValue = draft.integers(axes);
  const mean = draft.add("MEAN", [x, axesValue], kept, { options: { keepDims: true } });
  const minus = draft.add("NEG", [mean], kept);
  const squares = grouped
    ? draft.add("SQUARE", [draft.add("SUB", [x, mean], x.shape)], x.shape)
    : draft.add("SQUARED_DIFFERENCE", [x, mean], x.shape);
  const variance = draft.add("MEAN", [squares, axesValue], kept, { options: { keepDims: true } });
  let factor = draft.add("RSQRT", [draft.add("ADD", [variance, draft.reals([0.001])], kept)], kept);
  if (affine.scale) factor = draft.add("MUL", [factor, affine.scale], broadcast(factor.shape, affine.scale.shape));
  let offset = draft.add("MUL", [minus, factor], broadcast(minus.shape, factor.shape));
  const early = grouped ? draft.add("MUL", [x, factor], x.shape) : null;
  if (affine.shift) offset = draft.add("ADD", [offset, affine.shift], broadcast(offset.shape, affine.shift.shape));
  const scaled = early ?? draft.add("MUL", [x, factor], x.shape);
  return draft.add("ADD", [scaled, offset], x.shape);
}

/** x / |x| over the last dimension, as Keras 3 writes it. */
function unit(draft: Draft, x: Value): Value {
  const kept = [...x.shape.slice(0, -1), 1];
  const squares = draft.add("SQUARE", [x], x.shape);
  const sum = draft.add("SUM", [squares, draft.integers([x.shape.length - 1], [])], kept, {
    options: { keepDims: true },
  });
  const factor = draft.add("MINIMUM", [draft.add("RSQRT", [sum], kept), draft.reals([null])], kept);
  return draft.add("MUL", [x, factor], x.shape);
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1));
}

export function lowerNorm(store: Store, operation: Operation, a: Norm, style: Style): void {
  const { draft } = store;
  const input = operation.inputs[0];
  const output = operation.outputs[0] as Tensor;
  if (!input) throw new NotLowered("a normalisation of a stored value is not lowered", operation);
  const { value: x, order } = store.get(input);
  const done = (value: Value): void => store.set(output, value, order);
  const sizes = operation.weights.map((weight) => shapeOf(weight, operation));
  switch (a.mode) {
    case "batch": {
      const channels = sizes[0]?.[0] ?? x.shape.at(-1) ?? 1;
      if (x.shape.at(-1) !== channels) {
        throw new NotLowered("a batch normalisation of a dimension that is not the last is not lowered", operation);
      }
      return done(draft.add("BATCH_NORM", [x], x.shape));
    }
    case "layer": {
      // Scale and shift have the shape of what is normalised: the last dimensions.
      const rank = order.length;
      const count = sizes[0]?.length ?? 1;
      const axes = identityOrder(rank).slice(rank - count);
      const value = store.natural(input);
      const shape = [...new Array<number>(rank - count).fill(1), ...value.shape.slice(rank - count)];
      const part = (given: boolean): Value | null => (given ? draft.weight(shape) : null);
      const made = normalise(draft, value, axes, { scale: part(sizes.length > 0), shift: part(sizes.length > 1) });
      return store.set(output, made);
    }
    case "group":
    case "instance": {
      const channels = x.shape.at(-1) as number;
      const groups = a.mode === "instance" ? channels : a.groups;
      if (typeof groups !== "number") throw new NotLowered(groups.reason, operation);
      const spatial = x.shape.slice(1, -1);
      const split = [x.shape[0] as number, ...spatial, groups, channels / groups];
      const rank = split.length;
      const axes = identityOrder(rank).filter((axis) => axis !== 0 && axis !== rank - 2);
      const shape = [...new Array<number>(rank - 2).fill(1), groups, channels / groups];
      const part = (given: boolean): Value | null => (given ? draft.weight(shape) : null);
      const made = normalise(
        draft,
        draft.reshape(x, split),
        axes,
        {
          scale: part(sizes.length > 0),
          shift: part(sizes.length > 1),
        },
        true,
      );
      return done(draft.reshape(made, x.shape));
    }
    case "rms": {
      const last = draft.integers([x.shape.length - 1], []);
      const kept = [...x.shape.slice(0, -1), 1];
      const mean = draft.add("MEAN", [draft.add("MUL", [x, x], x.shape), last], kept, { options: { keepDims: true } });
      const factor = draft.add("RSQRT", [draft.add("ADD", [mean, draft.reals([null])], kept)], kept);
      const scaled = draft.add("MUL", [x, factor], x.shape);
      const scale = [...new Array<number>(x.shape.length - 1).fill(1), x.shape.at(-1) ?? 1];
      return done(sizes.length > 0 ? draft.add("MUL", [scaled, draft.weight(scale)], x.shape) : scaled);
    }
    case "unit":
      if (style.keras2) return done(draft.add("L2_NORMALIZATION", [x], x.shape));
      return done(unit(draft, x));
    case "local-response":
      return done(draft.add("LOCAL_RESPONSE_NORMALIZATION", [x], x.shape));
  }
}
