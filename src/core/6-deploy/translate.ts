// One operation of the model graph as steps of a TFLite program. What has no lowering ends with NotLowered and a reason: nothing
// is left out silently. Convolutions and pools are in windows.ts, products of tensors in contract.ts, the composed ones
// (normalisation, activations that are several operators) in compose.ts, data movement in moves.ts.
import type { Attributes, Operation } from "../3-graph/operation";
import type { Tensor } from "../3-graph/tensor";
import { lowerActivation, lowerNorm } from "./compose";
import { lowerContraction, lowerDense, lowerMatmul } from "./contract";
import { sameShape, type Value } from "./draft";
import { elementOf, identityOrder, NotLowered, shapeOf, type Store, transposed } from "./layout";
import { lowerMove } from "./moves";
import { lowerRecurrent } from "./recurrent";
import { lowerConv, lowerPool, type Style } from "./windows";

const ELEMENTWISE: Readonly<Record<string, string>> = {
  add: "ADD",
  sub: "SUB",
  mul: "MUL",
  div: "DIV",
  maximum: "MAXIMUM",
  minimum: "MINIMUM",
  squared_difference: "SQUARED_DIFFERENCE",
  pow: "POW",
  floordiv: "FLOOR_DIV",
  mod: "FLOOR_MOD",
  atan2: "ATAN2",
  eq: "EQUAL",
  ne: "NOT_EQUAL",
  lt: "LESS",
  le: "LESS_EQUAL",
  gt: "GREATER",
  ge: "GREATER_EQUAL",
  logical_and: "LOGICAL_AND",
  logical_or: "LOGICAL_OR",
  bitwise_xor: "BITWISE_XOR",
  where: "SELECT_V2",
};

/** Operands needed by a function; fewer tensors than that means a number of the program is one. */
const OPERANDS: Readonly<Record<string, number>> = { where: 3 };

const REDUCTIONS: Readonly<Record<string, string>> = {
  sum: "SUM",
  mean: "MEAN",
  max: "REDUCE_MAX",
  min: "REDUCE_MIN",
  prod: "REDUCE_PROD",
  any: "REDUCE_ANY",
  all: "REDUCE_ALL",
  argmax: "ARG_MAX",
  argmin: "ARG_MIN",
  cumulative: "CUMSUM",
};

/** A tensor in this order of dimensions, with dimensions of 1 in front up to that rank. */
export function broadcastOperand(store: Store, tensor: Tensor, order: readonly number[]): Value {
  const stored = store.get(tensor);
  const rank = stored.order.length;
  if (rank === order.length) return store.inOrder(tensor, order);
  if (order.every((axis, i) => axis === i) || rank === 0) return store.natural(tensor);
  const missing = order.length - rank;
  const full = [...new Array<number>(missing).fill(1), ...shapeOf(tensor, store.draft.source)];
  const value = store.natural(tensor);
  const shape = order.map((axis) => full[axis] as number);
  if (value.role === "constant") {
    return { ...value, shape, content: value.content === null ? null : `${value.content} as ${shape.join("x")}` };
  }
  return transposed(store.draft, store.draft.reshape(value, full), order);
}

function lowerElementwise(store: Store, operation: Operation, a: Extract<Attributes, { kind: "elementwise" }>): void {
  const { draft } = store;
  const op = ELEMENTWISE[a.function];
  const output = operation.outputs[0] as Tensor;
  if (op === undefined) throw new NotLowered(`TFLite has no operator for '${a.function}'`, operation);
  const operands = [...operation.inputs, ...operation.weights];
  const outShape = shapeOf(output, operation);
  const leader = operands.find(
    (tensor) => !store.isConstant(tensor) && store.get(tensor).order.length === outShape.length,
  );
  const order = leader ? store.get(leader).order : identityOrder(outShape.length);
  const values = operands.map((tensor) => broadcastOperand(store, tensor, order));
  // A division by a constant becomes a multiplication.
  const divisor = op === "DIV" && operation.inputs.length === 1;
  const needed = OPERANDS[a.function] ?? 2;
  while (values.length < needed) {
    const other = values.find((value) => value.element !== "BOOL") ?? values[0];
    values.push(
      other && other.element !== "real"
        ? { ...draft.integers([], []), element: other.element, content: null }
        : draft.reals([null]),
    );
  }
  const shape = order.map((axis) => outShape[axis] as number);
  const fuses = op === "ADD" || op === "SUB" || op === "MUL" || op === "DIV";
  const made = draft.add(divisor ? "MUL" : op, values, shape, {
    element: elementOf(output.dtype),
    options: fuses ? { activation: "none" } : {},
  });
  store.set(output, made, order);
}

function lowerReduce(store: Store, operation: Operation, a: Extract<Attributes, { kind: "reduce" }>): void {
  const { draft } = store;
  const input = operation.inputs[0] ?? operation.weights[0];
  const output = operation.outputs[0] as Tensor;
  if (!input) throw new NotLowered("a reduction of nothing is not lowered", operation);
  const { value: x, order } = store.get(input);
  const rank = order.length;
  const axes = a.axes.length === 0 ? identityOrder(rank) : a.axes;
  const places = axes.map((axis) => order.indexOf(axis)).sort((p, q) => p - q);
  const single = a.function === "argmax" || a.function === "argmin";
  const keep = a.keepDims || a.function === "cumulative";
  const reduced = new Set(places);
  const shape =
    a.function === "cumulative"
      ? x.shape
      : keep
        ? x.shape.map((dim, i) => (reduced.has(i) ? 1 : dim))
        : x.shape.filter((_, i) => !reduced.has(i));
  // Without the reduced dimensions, the rest keep their relative order.
  const left = order.filter((axis) => !axes.includes(axis));
  const ranks = [...left].sort((p, q) => p - q);
  const outOrder = keep ? order : left.map((axis) => ranks.indexOf(axis));
  const axesValue = draft.integers(places);
  const element = elementOf(output.dtype);
  const one = (op: string, value: Value): Value =>
    draft.add(op, [value, axesValue], shape, { element, options: { keepDims: keep } });
  const finish = (value: Value): void => store.set(output, value, outOrder);
  if (a.function === "var" || a.function === "std") {
    const kept = x.shape.map((dim, i) => (reduced.has(i) ? 1 : dim));
    const mean = draft.add("MEAN", [x, axesValue], kept, { options: { keepDims: true } });
    const squares = draft.add("SQUARED_DIFFERENCE", [x, mean], x.shape);
    const variance = one("MEAN", squares);
    finish(a.function === "std" ? draft.add("SQRT", [variance], shape) : variance);
    return;
  }
  if (a.function === "norm") {
    finish(draft.add("SQRT", [one("SUM", draft.add("MUL", [x, x], x.shape))], shape));
    return;
  }
  if (a.function === "logsumexp") {
    const kept = x.shape.map((dim, i) => (reduced.has(i) ? 1 : dim));
    const top = draft.add("REDUCE_MAX", [x, axesValue], kept, { options: { keepDims: true } });
    const sum = one("SUM", draft.add("EXP", [draft.add("SUB", [x, top], x.shape)], x.shape));
    const back = draft.reshape(top, shape);
    finish(draft.add("ADD", [draft.add("LOG", [sum], shape), back], shape));
    return;
  }
  const op = REDUCTIONS[a.function];
  if (op === undefined) throw new NotLowered(`the reduction '${a.function}' is not lowered`, operation);
  const made = one(op, x);
  if (single && keep)
    throw new NotLowered("the position of the largest with kept dimensions is not lowered", operation);
  finish(made);
}

function lowerSoftmax(store: Store, operation: Operation, a: Extract<Attributes, { kind: "softmax" }>): void {
  const { draft } = store;
  const input = operation.inputs[0] as Tensor;
  const { value, order } = store.get(input);
  const op = a.log ? "LOG_SOFTMAX" : "SOFTMAX";
  const at = order.indexOf(a.axis);
  const last = order.length - 1;
  if (at === last || order.length === 0) {
    store.set(operation.outputs[0] as Tensor, draft.add(op, [value], value.shape), order);
    return;
  }
  // SOFTMAX works on the last dimension.
  const permutation = identityOrder(order.length).map((axis) => (axis === at ? last : axis === last ? at : axis));
  const moved = transposed(draft, value, permutation);
  const made = transposed(draft, draft.add(op, [moved], moved.shape), permutation);
  store.set(operation.outputs[0] as Tensor, made, order);
}

function lowerEmbedding(store: Store, operation: Operation, style: Style): void {
  const { draft } = store;
  const indices = operation.inputs[0];
  const table = operation.weights[0] ?? operation.inputs[1];
  const output = operation.outputs[0] as Tensor;
  if (!indices || !table) throw new NotLowered("an embedding of stored indices is not lowered", operation);
  const shape = shapeOf(output, operation);
  const at = shapeOf(indices, operation);
  if (!sameShape(shape, [...at, shape.at(-1) as number])) {
    throw new NotLowered("bags of embeddings are not lowered", operation);
  }
  let index = store.natural(indices);
  if (index.element === "real") index = draft.add("CAST", [index], index.shape, { element: "INT32" });
  if (style.keras2 === false && style.keras && index.element !== "real") {
    // Keras 3 lets negative indices count from the end.
    const test = draft.add("LESS", [index, draft.integers([0], [])], index.shape, { element: "BOOL" });
    const wrapped = draft.add(
      "ADD",
      [index, draft.integers([shapeOf(table, operation)[0] as number], [])],
      index.shape,
    );
    const select = style.freeBatch ? "SELECT_V2" : "SELECT";
    index = draft.add(select, [test, wrapped, index], index.shape, { element: index.element });
  }
  const rows = store.natural(table);
  store.set(output, draft.add("GATHER", [rows, index], shape, { element: "real", options: { axis: 0 } }));
}

/** Adds the steps of one operation. Throws NotLowered. */
export function translate(store: Store, operation: Operation, style: Style): void {
  const { attributes } = operation;
  const output = operation.outputs[0];
  switch (attributes.kind) {
    case "conv":
      return lowerConv(store, operation, attributes, style);
    case "pool":
      return lowerPool(store, operation, attributes, style);
    case "dense":
      return lowerDense(store, operation, attributes, style);
    case "matmul":
      return lowerMatmul(store, operation, style);
    case "contraction":
      return lowerContraction(store, operation, attributes, style);
    case "recurrent":
      return lowerRecurrent(store, operation, attributes, style);
    case "norm":
      return lowerNorm(store, operation, attributes, style);
    case "activation":
      return lowerActivation(store, operation, attributes.function, style);
    case "softmax":
      return lowerSoftmax(store, operation, attributes);
    case "elementwise":
      return lowerElementwise(store, operation, attributes);
    case "reduce":
      return lowerReduce(store, operation, attributes);
    case "embedding":
      return lowerEmbedding(store, operation, style);
    case "move":
    case "resize":
      return lowerMove(store, operation, style);
    case "identity": {
      const input = operation.inputs[0] ?? operation.weights[0];
      if (!input || !output) throw new NotLowered("an operation without operands is not lowered", operation);
      const { value, order } = store.get(input);
      store.set(output, value, order);
      return;
    }
    case "unknown":
      throw new NotLowered(`'${attributes.name}' has no lowering: ${attributes.reason}`, operation);
  }
}
