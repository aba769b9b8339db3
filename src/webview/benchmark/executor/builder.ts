// Turns the steps of a plan into kernels over slots. A tensor may be stored in another order of dimensions than its framework
// names them: PyTorch's feature maps are kept channels last, as TensorFlow.js wants them, and are transposed only where an
// operation needs the framework's own order.
import * as tf from "@tensorflow/tfjs-core";
import type { Plan, PlanStep, PlanTensor } from "../../../core/9-benchmark/plan";

/** Stored dimension i is the framework's dimension order[i]; null for the framework's own order. */
export type Order = readonly number[] | null;

export interface Kernel {
  /** Position of the step in the plan. */
  step: number;
  layer: number;
  inputs: number[];
  outputs: number[];
  /** Makes one tensor for each output. */
  run: (inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** Makes intermediate tensors of its own, which must be disposed. */
  isComposed: boolean;
}

/** A value that is made once, before anything is timed. */
export interface Constant {
  slot: number;
  /** The plan's tensor it comes from. */
  tensor: number;
  arrange: ((tensor: tf.Tensor) => tf.Tensor) | null;
}

/** An operation that cannot be run here, by name. */
export class Unsupported extends Error {}

interface Placed {
  slot: number;
  order: Order;
}

export interface Emit {
  isComposed?: boolean;
  order?: Order;
}

export class Builder {
  readonly kernels: Kernel[] = [];
  readonly constants: Constant[] = [];
  /** Steps that are timed with data movement of the same size instead of their own function. */
  readonly standIns = new Set<number>();
  slots = 0;
  private readonly placed = new Map<number, Placed>();
  private readonly copies = new Map<string, number>();
  private current = 0;

  constructor(readonly plan: Plan) {}

  begin(step: number): void {
    this.current = step;
  }

  tensor(index: number): PlanTensor {
    return this.plan.tensors[index] as PlanTensor;
  }

  shape(index: number): number[] {
    return this.tensor(index).shape;
  }

  isStored(index: number): boolean {
    return !this.placed.has(index) && this.tensor(index).role !== "input";
  }

  /** The order in which a tensor lies now; stored values lie in their own. */
  order(index: number): Order {
    return this.placed.get(index)?.order ?? null;
  }

  /** The stored shape of a tensor in an order. */
  stored(index: number, order: Order = this.order(index)): number[] {
    const shape = this.shape(index);
    return order ? order.map((axis) => shape[axis] as number) : shape;
  }

  /** Declares a slot for a tensor that is given from outside. */
  input(index: number, order: Order): number {
    const slot = this.slots++;
    this.placed.set(index, { slot, order });
    return slot;
  }

  /** The slot that holds a tensor in an order, by a transpose where it lies otherwise. */
  get(index: number, order: Order = null): number {
    const own = this.placed.get(index);
    if (!own)
      return order
        ? this.derived(index, `order ${order.join()}`, (x) => tf.transpose(x, [...order]))
        : this.constant(index);
    if (sameOrder(own.order, order)) return own.slot;
    const rank = this.shape(index).length;
    const from = own.order ?? range(rank);
    const to = order ?? range(rank);
    const permutation = to.map((axis) => from.indexOf(axis));
    const key = `${index} order ${to.join()}`;
    const known = this.copies.get(key);
    if (known !== undefined) return known;
    const slot = this.kernel([own.slot], (x) => tf.transpose(x[0] as tf.Tensor, permutation));
    this.copies.set(key, slot);
    return slot;
  }

  private constant(index: number): number {
    return this.derived(index, "", null);
  }

  /** A slot with a stored value arranged for a kernel: once and untimed for weights, by a kernel for what is computed. */
  derived(index: number, key: string, arrange: ((x: tf.Tensor) => tf.Tensor) | null): number {
    const name = `${index} ${key}`;
    const known = this.copies.get(name);
    if (known !== undefined) return known;
    let slot: number;
    if (this.placed.has(index)) {
      const natural = this.get(index);
      slot = arrange ? this.kernel([natural], (x) => arrange(x[0] as tf.Tensor), true) : natural;
    } else {
      slot = this.slots++;
      this.constants.push({ slot, tensor: index, arrange });
    }
    this.copies.set(name, slot);
    return slot;
  }

  /** The stored shape of every slot that a tensor of the plan lies in. */
  shapes(): Map<number, readonly number[]> {
    return new Map([...this.placed].map(([index, { slot, order }]) => [slot, this.stored(index, order)] as const));
  }

  /** Adds a kernel with one output that stands for no tensor of the plan. */
  kernel(inputs: number[], run: Kernel["run"], isComposed = false): number {
    const slot = this.slots++;
    this.push(inputs, [slot], run, isComposed);
    return slot;
  }

  /** Adds the kernel that makes a tensor of the plan. */
  emit(output: number, inputs: number[], run: Kernel["run"], { isComposed = false, order = null }: Emit = {}): void {
    this.placed.set(output, { slot: this.kernel(inputs, run, isComposed), order: tidyOrder(order) });
  }

  /** Adds a kernel that makes several tensors of the plan. */
  emitMany(outputs: number[], inputs: number[], run: (x: tf.Tensor[]) => tf.Tensor[], order: Order = null): void {
    const slots = outputs.map((output) => {
      const slot = this.slots++;
      this.placed.set(output, { slot, order: tidyOrder(order) });
      return slot;
    });
    this.push(inputs, slots, run, true);
  }

  private push(inputs: number[], outputs: number[], run: Kernel["run"], isComposed: boolean): void {
    const { layer } = this.plan.steps[this.current] as PlanStep;
    this.kernels.push({ step: this.current, layer, inputs, outputs, run, isComposed });
  }

  /** Makes a tensor another name for a slot. */
  alias(output: number, slot: number, order: Order = null): void {
    this.placed.set(output, { slot, order: tidyOrder(order) });
  }

  /** Notes that the current step is timed by other work of the same size. */
  noteStandIn(): void {
    this.standIns.add(this.current);
  }

  /** Gives a tensor the elements of another by real data movement of the right size, where what is moved is not known. */
  standIn(output: number, from: number): void {
    this.noteStandIn();
    const shape = this.shape(output);
    const total = size(shape);
    const own = size(this.shape(from));
    const { dtype } = this.tensor(output);
    const indices = this.fixed(() => {
      const values = new Int32Array(total);
      for (let index = 0; index < total; index++) values[index] = own === 0 ? 0 : index % own;
      return tf.tensor1d(values, "int32");
    });
    if (own === 0 || total === 0) {
      this.emit(output, [], () => tf.zeros(shape, dtype));
      return;
    }
    this.emit(
      output,
      [this.get(from), indices],
      ([x, at]) => tf.cast(tf.reshape(tf.gather(tf.reshape(x as tf.Tensor, [own]), at as tf.Tensor1D), shape), dtype),
      { isComposed: true },
    );
  }

  /** Values that a kernel needs and no tensor of the plan holds. */
  readonly fixedValues: { slot: number; make: () => tf.Tensor }[] = [];
  fixed(make: () => tf.Tensor): number {
    const slot = this.slots++;
    this.fixedValues.push({ slot, make });
    return slot;
  }
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

export function sameOrder(a: Order, b: Order): boolean {
  const rank = (a ?? b)?.length ?? 0;
  const left = a ?? range(rank);
  const right = b ?? range(rank);
  return left.every((axis, index) => axis === right[index]);
}

function tidyOrder(order: Order): Order {
  return order?.some((axis, index) => axis !== index) ? order : null;
}

/** Channels last for a tensor of this rank whose channels stand before `spatial` dimensions. */
export function channelsLast(rank: number, spatial: number): number[] {
  const channels = rank - spatial - 1;
  return [...range(rank).filter((axis) => axis !== channels), channels];
}

export type StepBuilder = (builder: Builder, step: PlanStep, next: PlanStep | null) => void;
