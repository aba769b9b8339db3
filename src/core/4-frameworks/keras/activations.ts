// Activation functions by name, as `keras.activations`, strings in layer arguments and `tf.nn` know them.
import { native, nativeModule } from "../../2-evaluate/native";
import { isNone, isOpaque, type ModuleValue, NativeFunction, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { activation, gatedUnit, softmax } from "../../3-graph/operations/activation";
import { elementwise } from "../../3-graph/operations/elementwise";
import { toTensor } from "./convert";
import { fn, intOf, tensorOf } from "./define";

/** Activations of one element: the name Keras uses, and the name of the function in the graph. */
const ELEMENT: Readonly<Record<string, string>> = {
  relu: "relu",
  relu6: "relu6",
  sigmoid: "sigmoid",
  tanh: "tanh",
  softplus: "softplus",
  softsign: "softsign",
  selu: "selu",
  elu: "elu",
  celu: "celu",
  exponential: "exp",
  swish: "silu",
  silu: "silu",
  gelu: "gelu",
  hard_sigmoid: "hard_sigmoid",
  hard_silu: "hard_swish",
  hard_swish: "hard_swish",
  hard_tanh: "hard_tanh",
  hard_shrink: "hard_shrink",
  soft_shrink: "soft_shrink",
  leaky_relu: "leaky_relu",
  mish: "mish",
  log_sigmoid: "log_sigmoid",
  sparse_plus: "sparse_plus",
  sparse_sigmoid: "sparse_sigmoid",
  squareplus: "squareplus",
  tanh_shrink: "tanh_shrink",
  threshold: "threshold",
  // TensorFlow.js writes them in camel case.
  hardSigmoid: "hard_sigmoid",
};

function make(name: string): NativeFunction | undefined {
  const element = ELEMENT[name];
  if (element !== undefined) {
    return fn(name, "x|features|input|_input, alpha|negative_slope=None, *args", (vm, a) => {
      const x = tensorOf(vm, a);
      const { alpha } = a;
      return activation(vm, x, element === "relu" && isLimit(a["max_value"]) ? "relu6" : element, {
        settings: alpha?.kind === "number" ? { alpha: alpha.value } : undefined,
      });
    });
  }
  switch (name) {
    case "linear":
    case "identity":
      return fn(name, "x|features", (vm, a) => tensorOf(vm, a));
    case "softmax":
    case "log_softmax":
    case "logSoftmax":
    case "sparsemax":
      return fn(name, "x|logits, axis=-1", (vm, a) =>
        softmax(vm, tensorOf(vm, a), intOf(vm, a["axis"], "axis"), /log/i.test(name)),
      );
    case "glu":
      return fn(name, "x, axis=-1", (vm, a) => gatedUnit(vm, tensorOf(vm, a), intOf(vm, a["axis"], "axis")));
    default:
      return undefined;
  }
}

function isLimit(value: Value | undefined): boolean {
  return value?.kind === "number" && value.value === 6;
}

const made = new Map<string, NativeFunction>();

/** The activation function of that name; undefined when there is none. */
export function activationNamed(name: string): NativeFunction | undefined {
  let found = made.get(name);
  if (!found) {
    found = make(name);
    if (found) made.set(name, found);
  }
  return found;
}

/** What an `activation=` argument means: a function, a layer, a name, or None. Raises ValueError for a name Keras does not have. */
export function toActivation(vm: Vm, value: Value | undefined): Value {
  if (value === undefined || isNone(value)) return activationNamed("linear") as NativeFunction;
  if (isOpaque(value))
    return new NativeFunction("unknown", (machine, args) =>
      elementwise(machine, "activation", [toTensor(machine, args.positional[0])]),
    );
  if (value.kind === "string") {
    const found = activationNamed(value.value);
    if (found) return found;
    throw vm.error("ValueError", `Could not interpret activation function identifier: ${value.value}`);
  }
  if (value.kind === "dict") {
    const inner = value.get("class_name") ?? value.get("config");
    if (inner?.kind === "string") return toActivation(vm, inner);
  }
  return value;
}

/** The module `keras.activations`. */
export function activationsModule(): ModuleValue {
  const module = nativeModule("keras.activations", {
    get: native("get", "identifier", (vm, a) => toActivation(vm, a["identifier"])),
    serialize: native("serialize", "activation", (_vm, a) => a["activation"] as Value),
    deserialize: native("deserialize", "config, **kwargs", (vm, a) => toActivation(vm, a["config"])),
  });
  module.lazy = (_vm, name) => activationNamed(name);
  return module;
}
