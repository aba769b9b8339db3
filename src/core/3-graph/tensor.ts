// A tensor as the evaluator sees it: shape, dtype and where it came from; values only for small known constants.
// How it answers to attributes, operators and indexing is the library's business (torch, keras/tf, tfjs, numpy).
import { HostObject, OpaqueValue, type Value } from "../2-evaluate/values";
import type { Vm } from "../2-evaluate/vm";
import type { Operation } from "./operation";
import type { Dim, Shape } from "./shape";

export type DType =
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64" // prettier-ignore
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "bool"
  | "string"
  | "complex64";

/** Bytes of one element; a string has no fixed size and counts 0. */
export const DTYPE_BYTES: Readonly<Record<DType, number>> = {
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  bool: 1,
  string: 0,
  complex64: 8,
};

/** What a library does with its tensors. Each function gives undefined for "not mine". */
export interface TensorLibrary {
  /** Class name as the library prints it: "Tensor", "KerasTensor", "ndarray". */
  readonly typeName: string;
  /** Exception class of its shape errors; ValueError when not given. */
  readonly errorType?: "RuntimeError" | "ValueError";
  attribute(vm: Vm, self: Tensor, name: string): Value | undefined;
  setAttribute?(vm: Vm, self: Tensor, name: string, value: Value): boolean;
  binary(vm: Vm, self: Tensor, op: string, other: Value, reflected: boolean): Value | undefined;
  /** `self op= other`, where the library changes the tensor itself. */
  inPlace?(vm: Vm, self: Tensor, op: string, other: Value): Value | undefined;
  unary(vm: Vm, self: Tensor, op: string): Value | undefined;
  compare(vm: Vm, self: Tensor, op: string, other: Value, reflected: boolean): Value | undefined;
  getIndex(vm: Vm, self: Tensor, index: Value): Value | undefined;
  setIndex?(vm: Vm, self: Tensor, index: Value, value: Value): boolean;
  isInstanceOf(vm: Vm, self: Tensor, cls: Value): boolean;
}

/** input: given to the model. weight: stored and counted as a parameter. buffer: stored, not a parameter. constant: made while running. */
export type TensorRole = "input" | "activation" | "weight" | "buffer" | "constant";

let nextTensorId = 1;

/** Stands for a size that no tensor can have, so that a mistake in a shape is never counted. */
const NO_SIZE = new OpaqueValue("a size came out that no tensor has", null);

function isSize(dim: Dim): boolean {
  return typeof dim !== "number" || (Number.isInteger(dim) && dim >= 0);
}

export class Tensor extends HostObject {
  readonly id = nextTensorId++;
  override readonly isData = true;
  /** The operation that made it; null for inputs, weights, constants. */
  producer: Operation | null = null;
  role: TensorRole = "activation";
  /** For weights: whether training changes it. */
  trainable = true;
  /** Known values in row-major order, for small constants used in shape arithmetic. */
  data: readonly number[] | null = null;
  /** True where the first dimension stands for a batch of any size (Keras, tfjs): it is 1 here and printed as null. */
  freeBatch = false;
  /** Name of a weight or input. */
  name = "";
  /** What a framework ties to a symbolic tensor: the Keras node that made it. */
  origin: unknown = null;
  /** null when the rank is not known, then `reason` says why. */
  readonly shape: Shape | null;
  constructor(
    shape: Shape | null,
    readonly dtype: DType,
    readonly library: TensorLibrary,
    readonly reason: OpaqueValue | null = null,
  ) {
    super();
    this.shape = shape?.every(isSize) === false ? shape.map((dim) => (isSize(dim) ? dim : NO_SIZE)) : shape;
  }
  get typeName(): string {
    return this.library.typeName;
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    return this.library.attribute(vm, this, name);
  }
  override setAttribute(vm: Vm, name: string, value: Value): boolean {
    return this.library.setAttribute?.(vm, this, name, value) ?? false;
  }
  override binary(vm: Vm, op: string, other: Value, reflected: boolean): Value | undefined {
    return this.library.binary(vm, this, op, other, reflected);
  }
  override inPlace(vm: Vm, op: string, other: Value): Value | undefined {
    return this.library.inPlace?.(vm, this, op, other);
  }
  override unary(vm: Vm, op: string): Value | undefined {
    return this.library.unary(vm, this, op);
  }
  override compare(vm: Vm, op: string, other: Value, reflected: boolean): Value | undefined {
    return this.library.compare(vm, this, op, other, reflected);
  }
  override getIndex(vm: Vm, index: Value): Value | undefined {
    return this.library.getIndex(vm, this, index);
  }
  override setIndex(vm: Vm, index: Value, value: Value): boolean {
    return this.library.setIndex?.(vm, this, index, value) ?? false;
  }
  /** Iterating a tensor gives its slices along the first dimension. */
  override iterate(vm: Vm): Value[] | OpaqueValue | undefined {
    const first = this.shape?.[0];
    if (this.shape === null) return this.reason ?? vm.unknown("the rank of a tensor is not known");
    if (first === undefined) throw vm.error("TypeError", "iteration over a 0-d tensor");
    if (typeof first !== "number") return first;
    const items: Value[] = [];
    for (let index = 0; index < first; index++) {
      const item = this.library.getIndex(vm, this, numberValue(index));
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
  override length(vm: Vm): number | OpaqueValue | undefined {
    if (this.shape === null) return this.reason ?? vm.unknown("the rank of a tensor is not known");
    return this.shape[0];
  }
  override truth(vm: Vm): boolean | OpaqueValue {
    if (this.data?.length === 1) return this.data[0] !== 0;
    return vm.unknown("a condition depends on the values of a tensor");
  }
  override isInstanceOf(vm: Vm, cls: Value): boolean {
    return this.library.isInstanceOf(vm, this, cls);
  }
  /** A tensor of its own with the same shape and role, for copies of whole models. */
  deepCopy(_vm: Vm): Tensor {
    const copy = new Tensor(this.shape, this.dtype, this.library, this.reason);
    copy.producer = this.producer;
    copy.role = this.role;
    copy.trainable = this.trainable;
    copy.data = this.data;
    copy.freeBatch = this.freeBatch;
    copy.name = this.name;
    copy.origin = this.origin;
    return copy;
  }
  /** Tensors of one rank join to a tensor whose differing dimensions are unknown. */
  override joinWith(other: HostObject, why: OpaqueValue): Value {
    if (!(other instanceof Tensor) || other.library !== this.library) return why;
    if (other === this) return this;
    const ranked = this.shape !== null && other.shape?.length === this.shape.length;
    const theirs = other.shape;
    const shape = ranked && this.shape ? this.shape.map((dim, axis) => (dim === theirs?.[axis] ? dim : why)) : null;
    const joined = new Tensor(shape, this.dtype, this.library, shape === null ? why : null);
    joined.freeBatch = this.freeBatch && other.freeBatch;
    return joined;
  }
}

import { int as numberValue } from "../2-evaluate/values";
