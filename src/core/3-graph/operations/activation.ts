// Functions of one element (activations and other unary mathematics), softmax, gated pairs, and operations that do nothing at
// inference. Shapes never change, except for the gated linear unit which halves one axis.
import type { Vm } from "../../2-evaluate/vm";
import type { Settings } from "../operation";
import { mapDims, showShape } from "../shape";
import type { DType, Tensor } from "../tensor";
import { isFloating, positiveAxis, produce, raise } from "./common";

type Unary = (value: number) => number;

/** Half away from zero is wrong here: Python and the frameworks round half to even. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Functions whose dtype stays whole for whole numbers. */
const KEEPS_INTEGERS: Readonly<Record<string, Unary>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  trunc: Math.trunc,
  square: (x) => x * x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  bitwise_not: (x) => ~x,
  positive: (x) => x,
  clamp: () => Number.NaN,
  threshold: () => Number.NaN,
};

const FLOATING: Readonly<Record<string, Unary>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

/** A function of one element by name. Whole numbers become float32 unless the function keeps them. `data` overrides the values. */
export function activation(
  vm: Vm,
  input: Tensor,
  name: string,
  options: { dtype?: DType; compute?: Unary; operands?: readonly Tensor[]; settings?: Settings | undefined } = {},
): Tensor {
  const keeps = KEEPS_INTEGERS[name];
  const compute = options.compute ?? (keeps && name !== "clamp" && name !== "threshold" ? keeps : FLOATING[name]);
  const dtype = options.dtype ?? (keeps || isFloating(input.dtype) ? input.dtype : "float32");
  const { data } = input;
  return produce(vm, { kind: "activation", function: name }, [input, ...(options.operands ?? [])], {
    shape: input.shape,
    dtype,
    reason: input.reason,
    settings: options.settings,
    data: compute && data ? () => data.map(compute) : undefined,
  });
}

/** Tests of one element that give booleans: isnan, logical_not, … */
export function unaryTest(vm: Vm, input: Tensor, name: string, test: (value: number) => boolean): Tensor {
  return activation(vm, input, name, { dtype: "bool", compute: (value) => (test(value) ? 1 : 0) });
}

/** Limits to a range; null leaves a side open. */
export function clamp(vm: Vm, input: Tensor, low: number | null, high: number | null): Tensor {
  return activation(vm, input, low === 0 && high === 6 ? "relu6" : low === 0 && high === null ? "relu" : "clamp", {
    settings: { low, high },
    compute: (value) => Math.min(high ?? Number.POSITIVE_INFINITY, Math.max(low ?? Number.NEGATIVE_INFINITY, value)),
  });
}

/** Softmax or log-softmax along an axis. */
export function softmax(vm: Vm, input: Tensor, axis: number, log = false): Tensor {
  const at = input.shape === null ? axis : positiveAxis(vm, input, axis);
  const dtype = isFloating(input.dtype) ? input.dtype : "float32";
  return produce(vm, { kind: "softmax", axis: at, log }, [input], { shape: input.shape, dtype, reason: input.reason });
}

/** Gated linear unit: the first half of an axis times a function of the second half. */
export function gatedUnit(vm: Vm, input: Tensor, axis: number, name = "glu"): Tensor {
  if (input.shape === null)
    return produce(vm, { kind: "activation", function: name }, [input], { shape: null, reason: input.reason });
  const at = positiveAxis(vm, input, axis);
  const shape = [...input.shape];
  shape[at] = mapDims((size) => {
    if (size % 2 !== 0)
      throw raise(
        vm,
        input,
        `Halving dimension must be even, but dimension ${at} of ${showShape(input.shape)} is size ${size}`,
      );
    return size / 2;
  }, shape[at] ?? 1);
  return produce(vm, { kind: "activation", function: name }, [input], { shape, settings: { axis: at } });
}

/** An operation that does nothing at inference: dropout, noise, identity. */
export function identity(vm: Vm, input: Tensor, name: string): Tensor {
  return produce(vm, { kind: "identity", function: name }, [input], {
    shape: input.shape,
    reason: input.reason,
    data: () => input.data,
  });
}
