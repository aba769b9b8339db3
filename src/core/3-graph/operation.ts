// The operations a model graph is made of: few kinds, general enough for every framework, with the attributes that costing
// and deployment need. Spatial attributes are per spatial dimension, in order (rows before columns).
import type { Frame, InstanceValue } from "../2-evaluate/values";
import type { Dim } from "./shape";
import type { Tensor } from "./tensor";

export type Layout = "channels-first" | "channels-last";

/** Zeros (or copies) added before and after, per spatial dimension. */
export type Padding = readonly (readonly [Dim, Dim])[];

export type Attributes =
  /** Convolution of any rank. `weight` of the operation holds the kernel; depthwise is groups = input channels. */
  | {
      kind: "conv";
      kernel: readonly Dim[];
      strides: readonly number[];
      dilations: readonly number[];
      padding: Padding;
      groups: Dim;
      inChannels: Dim;
      outChannels: Dim;
      layout: Layout;
      transposed: boolean;
      hasBias: boolean;
      /** Written as a depthwise convolution: differs from a plain one only in the operator a converter picks, for one input channel. */
      depthwise?: boolean;
    }
  /** `x · W (+ b)` on the last dimension. */
  | { kind: "dense"; inFeatures: Dim; outFeatures: Dim; hasBias: boolean }
  /** Product of two tensors over their last two dimensions: [batch…, rows, inner] · [batch…, inner, columns]. */
  | { kind: "matmul"; batch: Dim; rows: Dim; inner: Dim; columns: Dim }
  /** One step of a contraction path: all index sizes multiplied. Contractions of 3 or more operands are split into steps. */
  | { kind: "contraction"; equation: string; products: Dim; reduced: boolean }
  /** A whole recurrent layer; `macsPerStep` counts the matrix products of one step of all directions. */
  | {
      kind: "recurrent";
      cell: "lstm" | "gru" | "rnn";
      steps: Dim;
      inputSize: Dim;
      hiddenSize: Dim;
      directions: number;
      macsPerStep: Dim;
      hasBias: boolean;
      /** Written out step by step when it is converted, instead of as a loop; "other" with settings that are not the defaults. */
      unrolled?: "plain" | "other";
    }
  | {
      kind: "pool";
      mode: "max" | "average" | "lp";
      kernel: readonly Dim[];
      strides: readonly Dim[];
      padding: Padding;
      layout: Layout;
      /** Pools all positions (global or adaptive to 1). */
      global: boolean;
    }
  | { kind: "norm"; mode: "batch" | "layer" | "group" | "instance" | "rms" | "local-response" | "unit"; groups: Dim }
  /** One function of one element: relu, relu6, sigmoid, gelu, … */
  | { kind: "activation"; function: string }
  | { kind: "softmax"; axis: number; log: boolean }
  /** Two (or more) tensors, element by element, broadcast: add, sub, mul, div, max, pow, compare, where, … */
  | { kind: "elementwise"; function: string; constantOperand: boolean }
  | {
      kind: "reduce";
      function:
        | "sum"
        | "mean"
        | "max"
        | "min"
        | "prod"
        | "any"
        | "all"
        | "norm"
        | "var"
        | "std"
        | "argmax"
        | "argmin"
        | "logsumexp"
        | "cumulative";
      axes: readonly number[];
      keepDims: boolean;
    }
  | { kind: "embedding"; vocabulary: Dim; width: Dim }
  /** Moves or copies data without arithmetic. `view` ones cost nothing at all on a runtime (reshape, squeeze, flatten). */
  | {
      kind: "move";
      function:
        | "reshape"
        | "transpose"
        | "concat"
        | "split"
        | "slice"
        | "pad"
        | "gather"
        | "scatter"
        | "tile"
        | "roll"
        | "flip" // prettier-ignore
        | "resize-nearest"
        | "depth-to-space"
        | "space-to-depth"
        | "cast"
        | "copy"
        | "sort"
        | "unfold";
      view: boolean;
      /** Of a transpose: dimension i of the result is dimension order[i] of the input. */
      order?: readonly number[];
      /** The axis along which tensors are joined, cut or gathered. */
      axis?: number;
      /** Of a concat: its operands have just got the axis, as `stack` does. */
      stacks?: true;
      /** Of a pad: what the new elements hold; zeros when not given. */
      fill?: "zeros" | "mirror" | "other";
    }
  /** Interpolating resize: a few multiplications per output element. */
  | { kind: "resize"; mode: "bilinear" | "bicubic" | "trilinear" | "linear" | "area" | "lanczos" }
  /** Does nothing at inference: dropout, identity, noise, regularisation. */
  | { kind: "identity"; function: string }
  /** An operation whose cost we do not know; totals become unknown with this reason. */
  | { kind: "unknown"; name: string; reason: string };

export type OperationKind = Attributes["kind"];

/**
 * What running an operation needs beyond its attributes and shapes: the slope of an activation, where a slice starts. Nothing is
 * costed by it. A setting that is not known is left out.
 */
export type Settings = Readonly<Record<string, Setting | undefined>>;
export type Setting = number | string | boolean | null | readonly Setting[];

/** One operation of a graph. */
export interface Operation {
  id: number;
  attributes: Attributes;
  inputs: readonly Tensor[];
  /** Weights it reads (parameters and buffers), in the order kernel, bias, others. */
  weights: readonly Tensor[];
  outputs: readonly Tensor[];
  /** All tensors it reads in the order it was written with; `inputs`, then `weights` where that is the order. */
  operands?: readonly Tensor[];
  settings?: Settings;
  /** The layers (modules) that were running, outermost first. */
  layers: readonly InstanceValue[];
  /** The chain of calls that made it, user code only. */
  stack: Frame | null;
}
