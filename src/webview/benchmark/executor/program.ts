// Runs a program on the current backend: makes its weights once, runs kernels in order, and gives every tensor back that is not
// needed any more.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanTensor } from "../../../core/9-benchmark/plan";
import type { Kernel } from "./builder";
import type { Program } from "./compile";
import { valuesFor } from "./values";

export class Running {
  private readonly slots: (tf.Tensor | undefined)[];
  /** Slots that nothing reads after a kernel. */
  private readonly last: number[][];
  private readonly kept: tf.Tensor[] = [];
  /** 1 for slots whose tensors stay: weights, constants, inputs. */
  private readonly stays: Uint8Array;

  /** Makes weights, constants and inputs; `given` holds values that are not random, by tensor of the plan. */
  constructor(
    readonly program: Program,
    given: ReadonlyMap<number, tf.TypedArray> = new Map(),
    seed = 1,
  ) {
    this.slots = new Array<tf.Tensor | undefined>(program.slots).fill(undefined);
    this.stays = new Uint8Array(program.slots);
    this.last = lastUses(program);
    const { tensors } = program.plan;
    for (const { slot, tensor, arrange } of program.constants) {
      const value = given.get(tensor) ?? valuesFor(program.plan, tensor, seed);
      this.keep(
        slot,
        tf.tidy(() => {
          const made = asTensor(tensors[tensor] as PlanTensor, value);
          return arrange ? tf.clone(arrange(made)) : made;
        }),
      );
    }
    for (const { slot, make } of program.fixed) this.keep(slot, tf.tidy(make));
    for (const { slot, tensor, order } of program.inputs) {
      const value = given.get(tensor) ?? valuesFor(program.plan, tensor, seed);
      this.keep(
        slot,
        tf.tidy(() => {
          const made = asTensor(tensors[tensor] as PlanTensor, value);
          return order ? tf.transpose(made, [...order]) : made;
        }),
      );
    }
  }

  private keep(slot: number, tensor: tf.Tensor): void {
    this.slots[slot] = tensor;
    this.stays[slot] = 1;
    this.kept.push(tensor);
  }

  /** Runs one kernel on what lies in its slots; the results are not stored. */
  compute({ inputs, run, isComposed }: Kernel): tf.Tensor[] {
    const given = inputs.map((slot) => this.slots[slot] as tf.Tensor);
    const made = isComposed ? tf.tidy(() => run(given)) : run(given);
    return Array.isArray(made) ? made : [made];
  }

  /** Runs a kernel, stores its results and gives back what is not needed any more. */
  step(index: number): void {
    const kernel = this.program.kernels[index] as Kernel;
    const made = this.compute(kernel);
    kernel.outputs.forEach((slot, place) => {
      this.slots[slot] = made[place];
    });
    for (const slot of this.last[index] as number[]) this.release(slot);
  }

  private release(slot: number): void {
    this.slots[slot]?.dispose();
    this.slots[slot] = undefined;
  }

  /** Runs kernels [from, to) on what lies in their slots; with `forgets` their results are given back again. */
  segment(from: number, to: number, forgets: boolean): void {
    const { kernels } = this.program;
    for (let index = from; index < to; index++) {
      const kernel = kernels[index] as Kernel;
      const made = this.compute(kernel);
      kernel.outputs.forEach((slot, place) => {
        this.slots[slot] = made[place];
      });
    }
    if (forgets) this.forget(from, to);
  }

  /** Runs kernels [from, to) once, and gives back what is not needed any more, as `run` does for all. */
  through(from: number, to: number): void {
    for (let index = from; index < to; index++) this.step(index);
  }

  /** What the kernel before position `to` gave. */
  resultsOf(to: number): tf.Tensor[] {
    const { outputs } = this.program.kernels[to - 1] as Kernel;
    return outputs.map((slot) => this.slots[slot] as tf.Tensor);
  }

  /** Gives back everything that kernels [from, to) made. */
  forget(from: number, to: number): void {
    for (let index = from; index < to; index++) {
      for (const slot of (this.program.kernels[index] as Kernel).outputs) this.release(slot);
    }
  }

  /** One inference. The outputs belong to the program and are gone with the next run or `release`. */
  run(): tf.Tensor[] {
    this.releaseOutputs();
    this.through(0, this.program.kernels.length);
    return this.outputs();
  }

  outputs(): tf.Tensor[] {
    return this.program.outputs.map(({ slot }) => this.slots[slot] as tf.Tensor);
  }

  /** Disposes everything that was computed and is still held. */
  releaseOutputs(): void {
    const { slots, stays } = this;
    for (let slot = 0; slot < slots.length; slot++) if (stays[slot] === 0 && slots[slot]) this.release(slot);
  }

  dispose(): void {
    this.releaseOutputs();
    for (const tensor of this.kept) tensor.dispose();
    this.kept.length = 0;
    this.slots.fill(undefined);
  }
}

function asTensor({ shape, dtype }: PlanTensor, values: tf.TypedArray): tf.Tensor {
  return tf.tensor(values, shape, dtype);
}

/** For each kernel the slots that are read or made by it last. */
function lastUses(program: Program): number[][] {
  const stays = new Set([
    ...program.constants.map(({ slot }) => slot),
    ...program.fixed.map(({ slot }) => slot),
    ...program.inputs.map(({ slot }) => slot),
    ...program.outputs.map(({ slot }) => slot),
  ]);
  const last = new Map<number, number>();
  program.kernels.forEach(({ inputs, outputs }, index) => {
    for (const slot of [...inputs, ...outputs]) if (!stays.has(slot)) last.set(slot, index);
  });
  const lists: number[][] = program.kernels.map(() => []);
  for (const [slot, index] of last) (lists[index] as number[]).push(slot);
  return lists;
}
