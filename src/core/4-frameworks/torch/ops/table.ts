// The form of torch operations: a name, a Python signature whose first parameter is the tensor, and a body. One table serves
// torch.* functions and Tensor methods. An argument that is needed and not known ends in an operation of unknown cost.
import { type Bound, bindNative } from "../../../2-evaluate/native";
import { Unknown } from "../../../2-evaluate/signals";
import {
  type Arguments,
  isOpaque,
  NativeFunction,
  type OpaqueValue,
  TupleValue,
  type Value,
} from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { constant, unknownOperation } from "../../../3-graph/operations/common";
import type { Tensor } from "../../../3-graph/tensor";
import { tensorsIn, torchLibrary, toTensor } from "../arguments";

export type Body = (vm: Vm, args: Bound) => Value;

/** Operations by name: signature and body. */
export type OpTable = Record<string, readonly [signature: string, body: Body]>;

/** The tensor argument of this name; the first parameter is called `input` throughout. */
export function tensorOf(vm: Vm, args: Bound, name = "input"): Tensor {
  return toTensor(vm, args[name], name);
}

/** What a call gives that could not be evaluated: a tensor of unknown shape, its cost unknown, when tensors went in. */
function missing(vm: Vm, name: string, why: OpaqueValue, args: Arguments): Value {
  const tensors = [...args.positional, ...args.keywords.values()].flatMap((value) => tensorsIn(value));
  if (tensors.length === 0) return why;
  if (tensors.every((tensor) => tensor.role === "constant"))
    return constant(torchLibrary(), null, "float32", null, why);
  return unknownOperation(vm, name, why.reason, tensors);
}

/** A native function for an operation on tensors. */
export function operation(name: string, signature: string, body: Body): NativeFunction {
  return new NativeFunction(name, (vm, args) => {
    try {
      return body(vm, bindNative(vm, name, signature, args));
    } catch (error) {
      if (error instanceof Unknown) return missing(vm, name, error.value, args);
      throw error;
    }
  });
}

/** All operations of a table as natives. */
export function operations(table: OpTable): Record<string, NativeFunction> {
  return Object.fromEntries(
    Object.entries(table).map(([name, [signature, body]]) => [name, operation(name, signature, body)]),
  );
}

/** A named tuple such as torch.max(dim=…) gives. */
export function named(names: readonly string[], items: readonly Value[]): TupleValue {
  const value = new TupleValue(items);
  value.names = names;
  return value;
}

/** A number argument, null when it is not known. */
export function numberOr(vm: Vm, value: Value | undefined, fallback: number | null = null): number | null {
  if (value?.kind === "number") return value.value;
  if (value?.kind === "boolean") return value.value ? 1 : 0;
  if (value === undefined || value.kind === "none") return fallback;
  if (isOpaque(value)) return null;
  return toTensor(vm, value).data?.[0] ?? null;
}
