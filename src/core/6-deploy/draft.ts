// The lowered program while it is made: steps (operators to be) over values, before constants are shared, tensors numbered and
// types chosen. `Draft` collects steps; the translations, folding and ordering work on it, assemble.ts ends it.
import type { Operation } from "../3-graph/operation";
import type { OperatorOptions, TfliteType } from "./deployed-graph";

/**
 * What the elements of a value are: "real" numbers become INT8 or FLOAT32, a "bias" INT32 beside int8 weights, the others keep
 * their type whatever the model is converted to.
 */
export type Element = "real" | "bias" | TfliteType;

/** A tensor to be. */
export interface Value {
  readonly shape: readonly number[];
  readonly role: "input" | "activation" | "constant" | "state";
  readonly element: Element;
  /** Quantisation scales when its elements are quantised: 1, or one per channel. */
  readonly scales: number;
  /** Constants with the same text are one tensor; null for one that is like no other. */
  readonly content: string | null;
}

/** An operator to be. "BATCH_NORM" and "AFFINE" exist only until fold.ts has run. */
export interface Step {
  op: string;
  inputs: (Value | null)[];
  outputs: Value[];
  options: OperatorOptions;
  macs: number;
  sources: readonly Operation[];
  /** Path of the layer it belongs to, which decides the order of branches. */
  name: string;
  note?: string;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

export function activationValue(shape: readonly number[], element: Element = "real"): Value {
  return { shape, role: "activation", element, scales: 1, content: null };
}

/** Collects steps for one operation of the graph at a time. */
export class Draft {
  steps: Step[] = [];
  /** Operation whose steps are being added, and the path of its layer. */
  source: Operation | null = null;
  name = "";
  readonly assumptions = new Set<string>();

  /** Adds a step with one output and gives the output. */
  add(
    op: string,
    inputs: readonly (Value | null)[],
    shape: readonly number[],
    more: { options?: OperatorOptions; macs?: number; element?: Element; note?: string } = {},
  ): Value {
    const element = more.element ?? inputs.find((input) => input && input.role !== "constant")?.element ?? "real";
    const output = activationValue(shape, element);
    this.addStep(op, inputs, [output], more);
    return output;
  }

  addStep(
    op: string,
    inputs: readonly (Value | null)[],
    outputs: readonly Value[],
    more: { options?: OperatorOptions; macs?: number; note?: string } = {},
  ): void {
    this.steps.push({
      op,
      inputs: [...inputs],
      outputs: [...outputs],
      options: more.options ?? {},
      macs: more.macs ?? 0,
      sources: this.source ? [this.source] : [],
      name: this.name,
      ...(more.note === undefined ? {} : { note: more.note }),
    });
  }

  /** A stored tensor of real numbers. */
  weight(shape: readonly number[], scales = 1, content: string | null = null): Value {
    return { shape, role: "constant", element: "real", scales, content };
  }

  /** `content` names the stored tensor: in float32 a layer used twice has one bias, in int8 one for each use. */
  bias(channels: number, scales: number, content: string | null = null): Value {
    return { shape: [channels], role: "constant", element: "bias", scales, content };
  }

  /** Whole numbers an operator takes: a shape, axes, paddings. Equal ones are one tensor. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    const content = `int32 ${shape.join("x")}: ${values.join(" ")}`;
    return { shape, role: "constant", element: "INT32", scales: 0, content };
  }

  /** Real numbers written in the program. */
  reals(values: readonly (number | null)[], shape: readonly number[] = []): Value {
    const content = values.includes(null) ? null : `real ${shape.join("x")}: ${values.join(" ")}`;
    return { shape, role: "constant", element: "real", scales: 1, content };
  }

  reshape(input: Value, shape: readonly number[]): Value {
    if (sameShape(input.shape, shape)) return input;
    return this.add("RESHAPE", [input, this.integers(shape)], shape);
  }
}
