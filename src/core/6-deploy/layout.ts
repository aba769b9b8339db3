// Where the tensors of the model graph are stored, and in which order of dimensions. A TFLite runtime wants channels last;
// models written channels first keep their values in that order from one convolution to the next, and a TRANSPOSE is added only
// where an operation looks at the order of dimensions (reshape, matrix product).
import type { Attributes, Operation } from "../3-graph/operation";
import { isKnown } from "../3-graph/shape";
import type { DType, Tensor } from "../3-graph/tensor";
import { type Draft, type Element, sameShape, type Value } from "./draft";

/** A value and the order of its dimensions: dimension i of the value is dimension order[i] of the tensor. */
export interface Stored {
  value: Value;
  order: readonly number[];
}

/** Ends the lowering of a model with a reason; caught by `lower`. */
export class NotLowered {
  constructor(
    readonly reason: string,
    readonly operation: Operation | null,
  ) {}
}

export function identityOrder(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

export function isIdentity(order: readonly number[]): boolean {
  return order.every((axis, i) => axis === i);
}

/** Channels moved behind the spatial dimensions: [0, 2, 3, 1] for rank 4. */
export function channelsLast(rank: number, spatial: number): number[] {
  const lead = rank - spatial - 1;
  return [...identityOrder(lead), ...Array.from({ length: spatial }, (_, i) => lead + 1 + i), lead];
}

const ELEMENTS: Readonly<Record<DType, Element>> = {
  float16: "real",
  bfloat16: "real",
  float32: "real",
  float64: "real",
  int8: "INT8",
  int16: "INT16",
  int32: "INT32",
  int64: "INT64",
  uint8: "UINT8",
  bool: "BOOL",
  string: "STRING",
  complex64: "FLOAT32",
};

export function elementOf(dtype: DType): Element {
  return ELEMENTS[dtype];
}

/** The shape of a tensor as numbers. Throws NotLowered with the reason of what is not known. */
export function shapeOf(tensor: Tensor, operation: Operation | null): readonly number[] {
  const { shape } = tensor;
  if (shape === null) throw new NotLowered(tensor.reason?.reason ?? "the rank of a tensor is not known", operation);
  if (isKnown(shape)) return shape;
  const unknown = shape.find((dim) => typeof dim !== "number");
  throw new NotLowered(typeof unknown === "object" ? unknown.reason : "a dimension is not known", operation);
}

/** The tensors of a graph and the values they became. */
export class Store {
  private readonly stored = new Map<Tensor, Stored>();
  constructor(
    readonly draft: Draft,
    /** Transposes of the source are executed where they are written (TensorFlow), not when their order matters (PyTorch). */
    readonly eager: boolean,
  ) {}

  set(tensor: Tensor, value: Value, order: readonly number[] = identityOrder(value.shape.length)): void {
    this.stored.set(tensor, { value, order });
  }

  /** The stored form of an activation or input, or of a constant in its natural order. */
  get(tensor: Tensor): Stored {
    const known = this.stored.get(tensor);
    if (known) return known;
    if (tensor.role === "activation" || tensor.role === "input") {
      throw new NotLowered("a tensor is used that no operation of the model makes", this.draft.source);
    }
    const shape = shapeOf(tensor, this.draft.source);
    const made = { value: this.constant(tensor, shape), order: identityOrder(shape.length) };
    this.stored.set(tensor, made);
    return made;
  }

  /** Stores the result of an operation on constants. */
  setConstant(tensor: Tensor): void {
    this.set(tensor, this.constant(tensor, shapeOf(tensor, this.draft.source)));
  }

  isConstant(tensor: Tensor): boolean {
    return (
      this.stored.get(tensor)?.value.role === "constant" || (tensor.role !== "activation" && tensor.role !== "input")
    );
  }

  private constant(tensor: Tensor, shape: readonly number[]): Value {
    const element = elementOf(tensor.dtype);
    const content =
      tensor.data === null ? `tensor ${tensor.id}` : `${element} ${shape.join("x")}: ${tensor.data.join(" ")}`;
    return { shape, role: "constant", element, scales: element === "real" ? 1 : 0, content };
  }

  /** The value of a tensor with its dimensions in this order. Constants are reordered for nothing, others by a TRANSPOSE. */
  inOrder(tensor: Tensor, order: readonly number[]): Value {
    const { value, order: own } = this.get(tensor);
    if (order.every((axis, i) => axis === own[i])) return value;
    // Dimension i of the wanted form is dimension order[i] of the tensor, which is at own.indexOf(order[i]) now.
    const permutation = order.map((axis) => own.indexOf(axis));
    const shape = permutation.map((at) => value.shape[at] as number);
    if (value.role === "constant") {
      return { ...value, shape, content: value.content === null ? null : `${value.content} as ${order.join("")}` };
    }
    return transposed(this.draft, value, permutation, "reorders the dimensions for the operation that follows");
  }

  /** The value of a tensor in its own order of dimensions. */
  natural(tensor: Tensor): Value {
    return this.inOrder(tensor, identityOrder(this.get(tensor).order.length));
  }
}

/** A TRANSPOSE, or a RESHAPE where only dimensions of 1 move. */
export function transposed(draft: Draft, value: Value, permutation: readonly number[], note?: string): Value {
  const shape = permutation.map((at) => value.shape[at] as number);
  const moving = permutation.filter((at) => value.shape[at] !== 1);
  const orderKept = moving.every((at, i) => i === 0 || at > (moving[i - 1] as number));
  if (orderKept) return sameShape(shape, value.shape) ? value : draft.reshape(value, shape);
  return draft.add("TRANSPOSE", [value, draft.integers(permutation)], shape, note === undefined ? {} : { note });
}

/** Kinds that leave dimensions where they are, so that a layout wish passes through them. */
const TRANSPARENT: ReadonlySet<Attributes["kind"]> = new Set(["activation", "identity", "elementwise", "norm"]);

/** The order an input of the model is best stored in: channels last where channels-first convolutions or pools read it. */
export function inputOrder(input: Tensor, operations: readonly Operation[]): readonly number[] {
  const rank = input.shape?.length ?? 0;
  const waiting = [input];
  const seen = new Set(waiting);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    for (const operation of operations) {
      if (!operation.inputs.includes(next)) continue;
      const { attributes } = operation;
      if (attributes.kind === "conv" || attributes.kind === "pool") {
        const spatial = attributes.kernel.length;
        if (attributes.layout === "channels-first" && rank >= spatial + 1) return channelsLast(rank, spatial);
      }
      const passes = TRANSPARENT.has(attributes.kind) || (attributes.kind === "move" && attributes.function === "pad");
      const output = operation.outputs[0];
      if (passes && output && output.shape?.length === rank && !seen.has(output)) {
        seen.add(output);
        waiting.push(output);
      }
    }
  }
  return identityOrder(rank);
}
