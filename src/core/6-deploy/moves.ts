// Data movement as TFLite operators: reshape, transpose, concatenation, cuts, padding, gathering, repeating, resizing, casts.
import type { Attributes, Operation } from "../3-graph/operation";
import type { Tensor } from "../3-graph/tensor";
import { activationValue, sameShape, type Value } from "./draft";
import {
  channelsLast,
  elementOf,
  identityOrder,
  isIdentity,
  NotLowered,
  shapeOf,
  type Store,
  transposed,
} from "./layout";
import { computedShape, slice, type Style } from "./windows";

type Move = Extract<Attributes, { kind: "move" | "resize" }>;

/** Layers whose target shape Keras computes from an open batch. */
function computesShape(operation: Operation, style: Style): boolean {
  if (!style.freeBatch) return false;
  const layer = operation.layers.at(-1)?.type.name;
  return layer === "Reshape" || (!style.keras2 && layer === "Flatten");
}

function lowerReshape(store: Store, operation: Operation, input: Tensor, output: Tensor, style: Style): void {
  const { draft } = store;
  const shape = shapeOf(output, operation);
  const { value, order } = store.get(input);
  const from = shapeOf(input, operation);
  // Dimensions of 1 added to or taken from a value keep its order: channels last stays so.
  if (sameShape(from, shape)) {
    store.set(output, value, order);
    return;
  }
  const x = isIdentity(order) ? value : store.natural(input);
  if (computesShape(operation, style)) {
    store.set(output, draft.add("RESHAPE", [x, computedShape(draft, x, shape)], shape));
    return;
  }
  // A batch that is open is -1 in the constant.
  const numbers = style.freeBatch && shape.length > 1 && shape[0] === 1 ? [-1, ...shape.slice(1)] : shape;
  store.set(output, draft.add("RESHAPE", [x, draft.integers(numbers)], shape));
}

function lowerPad(store: Store, operation: Operation, input: Tensor, output: Tensor, fill: string): void {
  const { draft } = store;
  const { value, order } = store.get(input);
  const outShape = shapeOf(output, operation);
  const shape = order.map((axis) => outShape[axis] as number);
  const grows = shape.some((dim, i) => dim > (value.shape[i] as number));
  const shrinks = shape.some((dim, i) => dim < (value.shape[i] as number));
  if (fill === "other") throw new NotLowered("padding with copies of the edge is not lowered", operation);
  let made = value;
  if (shrinks) {
    const cut = shape.map((dim, i) => Math.min(dim, value.shape[i] as number));
    made = slice(draft, made, cut);
  }
  if (grows) {
    const amounts = {
      ...draft.integers([], [shape.length, 2]),
      content: `pads ${made.shape.join("x")} to ${shape.join("x")}`,
    };
    made = draft.add(fill === "mirror" ? "MIRROR_PAD" : "PAD", [made, amounts], shape);
  }
  store.set(output, made, order);
}

function lowerConcat(store: Store, operation: Operation, output: Tensor, axis: number | undefined): void {
  const { draft } = store;
  const operands = [...operation.inputs, ...operation.weights];
  const outShape = shapeOf(output, operation);
  const leader = operands.find((tensor) => !store.isConstant(tensor)) ?? operands[0];
  if (!leader || axis === undefined) throw new NotLowered("a concatenation of nothing is not lowered", operation);
  const { order } = store.get(leader);
  const values = operands.map((tensor) => store.inOrder(tensor, order));
  if (values.length === 1) {
    store.set(output, values[0] as Value, order);
    return;
  }
  const shape = order.map((at) => outShape[at] as number);
  store.set(
    output,
    draft.add("CONCATENATION", values, shape, { options: { axis: order.indexOf(axis), activation: "none" } }),
    order,
  );
}

/** PACK reads what the operands were before they got the new axis; their reshapes have no reader then, and go. */
function lowerStack(store: Store, operation: Operation, output: Tensor, axis: number): void {
  const values = [...operation.inputs, ...operation.weights].map((tensor) =>
    store.natural(tensor.producer?.inputs[0] ?? tensor.producer?.weights[0] ?? tensor),
  );
  const shape = shapeOf(output, operation);
  if (values.some((value) => value.shape.length !== shape.length - 1))
    return lowerConcat(store, operation, output, axis);
  store.set(output, store.draft.add("PACK", values, shape, { options: { axis } }));
}

function lowerSplit(store: Store, operation: Operation, input: Tensor, axis: number | undefined): void {
  const { draft } = store;
  const { value, order } = store.get(input);
  if (axis === undefined) throw new NotLowered("a split along an axis that is not known is not lowered", operation);
  const at = order.indexOf(axis);
  const pieces = operation.outputs.map((output) => {
    const shape = shapeOf(output, operation);
    return activationValue(
      order.map((dim) => shape[dim] as number),
      value.element,
    );
  });
  const sizes = pieces.map((piece) => piece.shape[at] as number);
  const equal = sizes.every((size) => size === sizes[0]);
  const axisValue = draft.integers([at], []);
  if (equal) draft.addStep("SPLIT", [axisValue, value], pieces);
  else draft.addStep("SPLIT_V", [value, draft.integers(sizes), axisValue], pieces);
  operation.outputs.forEach((output, i) => store.set(output, pieces[i] as Value, order));
}

function lowerResize(store: Store, operation: Operation, input: Tensor, output: Tensor, op: string): void {
  const { draft } = store;
  const from = shapeOf(input, operation);
  const to = shapeOf(output, operation);
  const { order: own } = store.get(input);
  const changed = from.map((dim, axis) => (dim === to[axis] ? -1 : axis)).filter((axis) => axis >= 0);
  const rank = from.length;
  if (rank !== 4) throw new NotLowered(`resizing of ${rank} dimensions is not lowered`, operation);
  // The spatial dimensions are those that change; channels stay behind them or in front.
  const first = changed.includes(3) ? 2 : changed.includes(1) ? 1 : isIdentity(own) ? 1 : 2;
  const order = first === 2 ? channelsLast(4, 2) : identityOrder(4);
  const x = store.inOrder(input, order);
  const shape = order.map((axis) => to[axis] as number);
  store.set(output, draft.add(op, [x, draft.integers(shape.slice(1, 3))], shape), order);
}

function lowerTile(store: Store, operation: Operation, input: Tensor, output: Tensor, view: boolean): void {
  const { draft } = store;
  const value = store.natural(input);
  const shape = shapeOf(output, operation);
  if (sameShape(shape, value.shape)) return store.set(output, value);
  if (view) {
    const target = draft.integers(shape);
    return store.set(output, draft.add("BROADCAST_TO", [value, target], shape));
  }
  const rank = Math.max(value.shape.length, shape.length);
  const wide = draft.reshape(value, [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape]);
  const counts = shape.map((dim, i) => dim / (wide.shape[i] as number));
  if (counts.some((count) => !Number.isInteger(count)))
    throw new NotLowered("this repetition is not lowered", operation);
  store.set(output, draft.add("TILE", [wide, draft.integers(counts)], shape));
}

function lowerGather(store: Store, operation: Operation, output: Tensor, axis: number | undefined): void {
  const { draft } = store;
  const [source, index, ...others] = [...operation.inputs, ...operation.weights];
  if (!source || !index || others.length > 0)
    throw new NotLowered("indexing by several tensors is not lowered", operation);
  const shape = shapeOf(output, operation);
  const from = shapeOf(source, operation);
  const at = axis ?? 0;
  const expected = [...from.slice(0, at), ...shapeOf(index, operation), ...from.slice(at + 1)];
  if (!sameShape(expected, shape)) throw new NotLowered("this gathering of elements is not lowered", operation);
  store.set(
    output,
    draft.add("GATHER", [store.natural(source), store.natural(index)], shape, {
      element: elementOf(output.dtype),
      options: { axis: at },
    }),
  );
}

/** Lowers a move or a resize. */
export function lowerMove(store: Store, operation: Operation, style: Style): void {
  const a = operation.attributes as Move;
  const { draft } = store;
  const input = operation.inputs[0] ?? operation.weights[0];
  const output = operation.outputs[0];
  if (!input || !output) throw new NotLowered("a move of nothing is not lowered", operation);
  if (a.kind === "resize") {
    if (a.mode !== "bilinear" && a.mode !== "linear") throw new NotLowered(`TFLite has no ${a.mode} resize`, operation);
    return lowerResize(store, operation, input, output, "RESIZE_BILINEAR");
  }
  switch (a.function) {
    case "reshape":
      return lowerReshape(store, operation, input, output, style);
    case "transpose": {
      const order = a.order;
      if (order === undefined) throw new NotLowered("a transpose whose order is not known is not lowered", operation);
      const { value, order: own } = store.get(input);
      if (store.eager) return store.set(output, transposed(draft, store.natural(input), order));
      // Only the meaning of the dimensions changes; a TRANSPOSE follows where it matters.
      return store.set(
        output,
        value,
        own.map((axis) => order.indexOf(axis)),
      );
    }
    case "concat":
      if (a.stacks) return lowerStack(store, operation, output, a.axis as number);
      return lowerConcat(store, operation, output, a.axis);
    case "split":
      return lowerSplit(store, operation, input, a.axis);
    case "slice":
      return store.set(output, slice(draft, store.natural(input), shapeOf(output, operation)));
    case "pad":
      return lowerPad(store, operation, input, output, a.fill ?? "zeros");
    case "gather":
      return lowerGather(store, operation, output, a.axis);
    case "tile":
      return lowerTile(store, operation, input, output, a.view);
    case "flip": {
      const value = store.natural(input);
      return store.set(
        output,
        draft.add("REVERSE_V2", [value, { ...draft.integers([], [1]), content: null }], value.shape),
      );
    }
    case "resize-nearest":
      return lowerResize(store, operation, input, output, "RESIZE_NEAREST_NEIGHBOR");
    case "depth-to-space":
    case "space-to-depth": {
      const from = shapeOf(input, operation);
      const to = shapeOf(output, operation);
      const first = from[1] !== to[1] && from[2] !== to[2] && from[3] !== to[3] && !store.eager;
      const order = first ? channelsLast(4, 2) : identityOrder(4);
      const shape = order.map((axis) => to[axis] as number);
      const op = a.function === "depth-to-space" ? "DEPTH_TO_SPACE" : "SPACE_TO_DEPTH";
      return store.set(output, draft.add(op, [store.inOrder(input, order)], shape), order);
    }
    case "cast": {
      const { value, order } = store.get(input);
      const element = elementOf(output.dtype);
      if (element === value.element) return store.set(output, value, order);
      return store.set(output, draft.add("CAST", [value], value.shape, { element }), order);
    }
    case "copy": {
      const { value, order } = store.get(input);
      return store.set(output, value, order);
    }
    case "scatter":
    case "roll":
    case "sort":
    case "unfold":
      throw new NotLowered(`'${a.function}' is not lowered`, operation);
  }
}
