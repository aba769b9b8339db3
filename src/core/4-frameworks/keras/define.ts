// Writing functions of Keras and TensorFlow: a signature with alias names, recorded as a node when called on symbolic tensors.
import { type Bound, bindNative, toBoolean, toInt } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import { type Arguments, isNone, isOpaque, NativeFunction, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { Layout } from "../../3-graph/operation";
import type { Dim } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { toTensor } from "./convert";
import { toDimOrNull } from "./shapes";
import { applyFunction } from "./symbolic";

export type Body = (vm: Vm, a: Bound) => Value;

const aliases = new Map<string, { signature: string; names: ReadonlyMap<string, string> }>();

/** Splits "x|input, axis|dim=None" into a signature of first names and a table of the others. */
function readAliases(text: string): { signature: string; names: ReadonlyMap<string, string> } {
  let known = aliases.get(text);
  if (!known) {
    const names = new Map<string, string>();
    const parts = text.split(",").map((part) => {
      const [head = "", fallback] = part.trim().split("=");
      const [first = "", ...others] = head.split("|");
      for (const other of others) names.set(other, first);
      return fallback === undefined ? first : `${first}=${fallback}`;
    });
    known = { signature: parts.join(", "), names };
    aliases.set(text, known);
  }
  return known;
}

/** Binds arguments to a signature with aliases. */
export function bind(vm: Vm, name: string, text: string, args: Arguments): Bound {
  const { signature, names } = readAliases(text);
  let keywords = args.keywords;
  if (names.size > 0 && [...keywords.keys()].some((key) => names.has(key))) {
    keywords = new Map([...keywords].map(([key, value]) => [names.get(key) ?? key, value] as const));
  }
  return bindNative(vm, name, signature, { ...args, keywords });
}

/**
 * A function of a library. The signature may give aliases ("x|input_tensor, axis=None"); unknown keywords are ignored, so that
 * `name=` and the like need no mention.
 */
export function fn(name: string, signature: string, body: Body): NativeFunction {
  const text = signature.includes("**") ? signature : signature === "" ? "**_" : `${signature}, **_`;
  return new NativeFunction(name, (vm, args) =>
    applyFunction(vm, name, args, (machine, given) => body(machine, bind(machine, name, text, given))),
  );
}

/** A function that is never recorded: its result is no tensor, or a constant. */
export function plainFn(name: string, signature: string, body: Body): NativeFunction {
  const text = signature.includes("**") ? signature : signature === "" ? "**_" : `${signature}, **_`;
  return new NativeFunction(name, (vm, args) => body(vm, bind(vm, name, text, args)));
}

// --- reading arguments ----------------------------------------------------------------------------------------------

/** A tensor argument. */
export function tensorOf(vm: Vm, a: Bound, name = "x"): Tensor {
  return toTensor(vm, a[name]);
}

/** A list of tensors; a single tensor counts as its slices only when the caller says so. */
export function tensorsOf(vm: Vm, value: Value | undefined): Tensor[] {
  if (value === undefined) throw vm.giveUp("a list of tensors is missing");
  return vm.items(value).map((item) => toTensor(vm, item));
}

/** A whole number that may stand in a 0-d constant tensor. Throws Unknown when it is not known. */
export function intOf(vm: Vm, value: Value | undefined, what: string): number {
  if (value instanceof Tensor) {
    const known = value.data?.length === 1 ? value.data[0] : undefined;
    if (known === undefined) throw vm.giveUp(`${what} is a tensor whose value is not known`);
    return Math.trunc(known);
  }
  return toInt(vm, value, what);
}

/** Axes: null for None, a list for one or several numbers. */
export function axesOf(vm: Vm, value: Value | undefined, what = "axis"): number[] | null {
  if (isNone(value)) return null;
  if (isOpaque(value)) throw new Unknown(value);
  if (value?.kind === "list" || value?.kind === "tuple" || value?.kind === "range")
    return vm.items(value).map((item) => intOf(vm, item, what));
  if (value instanceof Tensor && value.data) return value.data.map(Math.trunc);
  return [intOf(vm, value, what)];
}

/** Dimensions of a shape or size argument; None is -1. */
export function dimsOf(vm: Vm, value: Value | undefined, what: string): Dim[] {
  if (value instanceof Tensor && value.data && (value.shape?.length ?? 0) === 1) return [...value.data];
  if (value?.kind === "number" || (value instanceof Tensor && value.shape?.length === 0))
    return [toDimOrNull(vm, value, what) ?? -1];
  if (isOpaque(value)) throw new Unknown(value);
  return vm.items(value as Value).map((item) => toDimOrNull(vm, item, what) ?? -1);
}

export function flag(vm: Vm, value: Value | undefined): boolean {
  return value !== undefined && !isNone(value) && toBoolean(vm, value);
}

/** A number or a list of numbers as a list of `rank` numbers. */
export function sizesOf(vm: Vm, value: Value | undefined, rank: number, what: string): number[] {
  if (value?.kind === "list" || value?.kind === "tuple") {
    const sizes = vm.items(value).map((item) => intOf(vm, item, what));
    if (sizes.length !== rank) {
      if (sizes.length === 1) return new Array<number>(rank).fill(sizes[0] as number);
      throw vm.error(
        "ValueError",
        `The \`${what}\` argument must be a tuple of ${rank} integers. Received ${sizes.length} of them`,
      );
    }
    return sizes;
  }
  return new Array<number>(rank).fill(intOf(vm, value, what));
}

/** "channels_first", "NCHW" and the like. */
export function layoutOf(value: Value | undefined): Layout {
  return value?.kind === "string" &&
    (value.value === "channels_first" || value.value === "channelsFirst" || value.value.startsWith("NC"))
    ? "channels-first"
    : "channels-last";
}
