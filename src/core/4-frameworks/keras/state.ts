// What the Keras library keeps for one evaluation: whether a layer is running, the counters of automatic names, and the
// classes and modules made so far. Small helpers to look into nested values live here too.
import type { Arguments, ClassValue, InstanceValue, NativeFunction, Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Tensor } from "../../3-graph/tensor";

export interface KerasState {
  /** How many layers are running: inside one, operations on symbolic tensors are not recorded. */
  depth: number;
  /** "channels_last" unless the program set another. */
  imageDataFormat: string;
  /** Set when the program is one of TensorFlow.js: names and shapes then follow its habits. */
  javascript: boolean;
  /** Next number for automatic names, by base name. */
  names: Map<string, number>;
  /** The layer classes of this evaluation, by name; made or loaded when first asked for. */
  classes: Map<string, ClassValue>;
  /** The function `Input`, once it was asked for. */
  input: NativeFunction | null;
}

const KEY = "keras";

/** The state of this evaluation. */
export function kerasState(vm: Vm): KerasState {
  let state = vm.state.get(KEY) as KerasState | undefined;
  if (!state) {
    state = {
      depth: 0,
      imageDataFormat: "channels_last",
      javascript: false,
      names: new Map(),
      classes: new Map(),
      input: null,
    };
    vm.state.set(KEY, state);
  }
  return state;
}

/** Runs `body` as the inside of a layer (or, with `depth` 0, as code outside any). */
export function atDepth<T>(vm: Vm, depth: number, body: () => T): T {
  const state = kerasState(vm);
  const before = state.depth;
  state.depth = depth;
  try {
    return body();
  } finally {
    state.depth = before;
  }
}

/** "GlobalAveragePooling2D" to "global_average_pooling2d", as Keras names layers. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** The next automatic name for a class: conv2d, conv2d_1, …; in TensorFlow.js conv2d_Conv2D1, conv2d_Conv2D2, … */
export function autoName(vm: Vm, className: string): string {
  const { names, javascript } = kerasState(vm);
  if (javascript) return javascriptName(names, className);
  const base = snakeCase(className) || "layer";
  const count = names.get(base) ?? 0;
  names.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

const MODEL_PREFIXES: Readonly<Record<string, string>> = {
  Sequential: "sequential_",
  Functional: "model",
  Model: "model",
  InputLayer: "input",
};

function javascriptName(names: Map<string, number>, className: string): string {
  const prefix = MODEL_PREFIXES[className] ?? className;
  const count = (names.get(prefix) ?? 0) + 1;
  names.set(prefix, count);
  return MODEL_PREFIXES[className] === undefined ? `${snakeCase(className)}_${className}${count}` : `${prefix}${count}`;
}

/** All tensors in a value, through lists, tuples and dicts, in order. */
export function tensorsIn(value: Value | undefined, found: Tensor[] = []): Tensor[] {
  if (value === undefined) return found;
  if (value instanceof Tensor) found.push(value);
  else if (value.kind === "list" || value.kind === "tuple") for (const item of value.items) tensorsIn(item, found);
  else if (value.kind === "dict") for (const entry of value.entries.values()) tensorsIn(entry.value, found);
  else if (value.kind === "slice") for (const item of [value.lower, value.upper, value.step]) tensorsIn(item, found);
  return found;
}

/** All tensors among the arguments of a call. */
export function tensorsInArguments(args: Arguments): Tensor[] {
  const found: Tensor[] = [];
  for (const value of args.positional) tensorsIn(value, found);
  for (const value of args.keywords.values()) tensorsIn(value, found);
  return found;
}

/** Plain positional arguments as Arguments. */
export function argumentsOf(positional: Value[], keywords: [string, Value][] = []): Arguments {
  return { positional, keywords: new Map(keywords), unknown: null };
}

/** Sets a field of an instance, noted for undo. */
export function setField(vm: Vm, instance: InstanceValue, name: string, value: Value): void {
  vm.touch(instance);
  instance.fields.set(name, value);
}
