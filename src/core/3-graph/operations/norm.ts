// Normalisation of every kind: the shape stays, scale and shift are checked against the normalised sizes.
import type { Vm } from "../../2-evaluate/vm";
import type { Attributes, Settings } from "../operation";
import { type Dim, type Shape, showShape } from "../shape";
import type { Tensor } from "../tensor";
import { positiveAxis, produce, raise } from "./common";

export type NormMode = Extract<Attributes, { kind: "norm" }>["mode"];

export interface NormSpec {
  /** Scale, shift, mean, variance: what is stored. */
  weights: readonly Tensor[];
  /** Groups of channels (group norm); 1 otherwise. */
  groups?: Dim;
  /** A dimension that must have this size (the channels of batch norm). */
  check?: { axis: number; size: Dim; what: string };
  /** Sizes the last dimensions must have (layer norm). */
  lastSizes?: Shape;
  /** epsilon, axes (of the channels; for layer, rms and unit what is normalised over), roles of the weights in order. */
  settings?: Settings | undefined;
}

/** Normalises; gives a tensor of the input's shape and dtype. */
export function norm(vm: Vm, input: Tensor, mode: NormMode, spec: NormSpec): Tensor {
  const { shape } = input;
  if (shape !== null && spec.check) {
    const axis = positiveAxis(vm, input, spec.check.axis);
    const size = shape[axis];
    if (typeof size === "number" && typeof spec.check.size === "number" && size !== spec.check.size) {
      throw raise(
        vm,
        input,
        `${spec.check.what} should contain ${size} elements not ${spec.check.size} (input ${showShape(shape)})`,
      );
    }
  }
  if (shape !== null && spec.lastSizes) {
    const own = shape.slice(-spec.lastSizes.length);
    const differ =
      own.length !== spec.lastSizes.length ||
      own.some(
        (size, i) => typeof size === "number" && typeof spec.lastSizes?.[i] === "number" && size !== spec.lastSizes[i],
      );
    if (differ) {
      throw raise(
        vm,
        input,
        `Given normalized_shape=${showShape(spec.lastSizes)}, expected input with shape [*, ${showShape(spec.lastSizes).slice(1)}, but got input of size ${showShape(shape)}`,
      );
    }
  }
  return produce(vm, { kind: "norm", mode, groups: spec.groups ?? 1 }, [input, ...spec.weights], {
    shape,
    reason: input.reason,
    settings: { ...(spec.check ? { axes: [spec.check.axis] } : {}), ...spec.settings },
  });
}
