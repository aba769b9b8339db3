// Dimensions and shapes. A dimension is a known number or an opaque value with a reason; a shape has a known rank.
// The batch is the number 1 while a model is evaluated; whether it was free is a flag of the tensor, see tensor.ts.
import { int, isOpaque, OpaqueValue, type Value } from "../2-evaluate/values";
import { toInt } from "../2-evaluate/native";
import type { Vm } from "../2-evaluate/vm";

export type Dim = number | OpaqueValue;
export type Shape = readonly Dim[];

export function isKnown(shape: Shape): shape is readonly number[] {
  return shape.every((dim) => typeof dim === "number");
}

/** An unknown made from an unknown dimension: the reason stays, its name does not, for it is not that dimension any more. */
export function derived(dim: OpaqueValue): OpaqueValue {
  return dim.dimension === null ? dim : new OpaqueValue(dim.reason, dim.place);
}

/** Number of elements; unknown when a dimension is unknown. 0-d gives 1. */
export function elements(shape: Shape): Dim {
  if (shape.length === 1) return shape[0] as Dim;
  let product = 1;
  for (const dim of shape) {
    if (typeof dim !== "number") return derived(dim);
    product *= dim;
  }
  return product;
}

/** Applies a function to known dimensions; unknown, for the reason of the first unknown one, otherwise. */
export function mapDims(fn: (...dims: number[]) => number, ...dims: Dim[]): Dim {
  for (const dim of dims) if (typeof dim !== "number") return derived(dim);
  return fn(...(dims as number[]));
}

/** A value as a dimension. Raises TypeError for a float or a string; opaque values stay as unknown dimensions. */
export function toDim(vm: Vm, value: Value | undefined, what: string): Dim {
  return isOpaque(value) ? value : toInt(vm, value, what);
}

export function dimValue(dim: Dim): Value {
  return typeof dim === "number" ? int(dim) : dim;
}

/** Shape for messages: `1x3x?x32`. */
export function showShape(shape: Shape | null): string {
  return shape === null
    ? "(unknown rank)"
    : `[${shape.map((dim) => (typeof dim === "number" ? dim : "?")).join(", ")}]`;
}
