// Sequential: a stack of layers, and the symbolic tensors between them as soon as the input is known.
import { native, nativeClass } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  type ClassValue,
  InstanceValue,
  int,
  isNone,
  isOpaque,
  ListValue,
  NativeFunction,
  NONE,
  str,
  TRUE,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Tensor } from "../../3-graph/tensor";
import { givenInput, symbolicInput } from "./input";
import { callOn, nodesOf } from "./layer";
import { readBatchedShape } from "./shapes";
import { atDepth, autoName, kerasState, setField, tensorsIn } from "./state";
import { nodeOf } from "./symbolic";
import { FIELDS, isLayer, planOf, setWeightsTrained } from "./tracking";

function instance(a: Record<string, Value>): InstanceValue {
  return a["self"] as InstanceValue;
}

/** The symbolic tensors between the layers of a built Sequential: its input, then the output of each layer. */
export function chainOf(model: InstanceValue): Tensor[] {
  const chain = model.fields.get(FIELDS.chain);
  return chain instanceof ListValue ? chain.items.filter((item): item is Tensor => item instanceof Tensor) : [];
}

export function stackOf(model: InstanceValue): InstanceValue[] {
  const layers = model.fields.get(FIELDS.layers);
  return layers instanceof ListValue ? layers.items.filter(isLayer) : [];
}

function setChain(vm: Vm, model: InstanceValue, chain: Tensor[]): void {
  setField(vm, model, FIELDS.chain, new ListValue(chain));
  setField(vm, model, "built", TRUE);
}

/** Extends the chain by a layer that was added. */
function extendChain(vm: Vm, model: InstanceValue, chain: Tensor[], layer: InstanceValue): void {
  const last = chain.at(-1);
  if (!last) return;
  const output = atDepth(vm, 0, () => callOn(vm, layer, last));
  if (output instanceof Tensor) setChain(vm, model, [...chain, output]);
  else if (isOpaque(output)) setField(vm, model, FIELDS.unknown, output);
  else {
    const first = tensorsIn(output)[0];
    if (first) setChain(vm, model, [...chain, first]);
  }
}

/** Starts the chain with an input. */
function startChain(vm: Vm, model: InstanceValue, input: Tensor): void {
  setChain(vm, model, [input]);
  for (const layer of stackOf(model)) extendChain(vm, model, chainOf(model), layer);
}

/** The class of inputs, to make one for a Sequential. */
export function newInputLayer(vm: Vm, model: InstanceValue): InstanceValue {
  const find = model.type.find("_input_layer_class") as ClassValue;
  const layer = new InstanceValue(find);
  layer.fields.set("name", str(autoName(vm, "InputLayer")));
  layer.madeAt = vm.stack();
  return layer;
}

export function addLayer(vm: Vm, model: InstanceValue, value: Value): void {
  if (isOpaque(value)) {
    setField(vm, model, FIELDS.unknown, value);
    return;
  }
  if (value instanceof Tensor) {
    const node = nodeOf(value);
    if (node?.isInput) {
      setField(vm, model, FIELDS.inputLayer, node.layer ?? NONE);
      startChain(vm, model, value);
      return;
    }
  }
  const layer = value;
  // The layers before this one are gone through.
  vm.step(Math.ceil(stackOf(model).length / 8));
  if (!isLayer(layer)) {
    if (value.kind === "host" || value.kind === "instance") {
      setField(vm, model, FIELDS.unknown, vm.unknown(`a ${vm.typeName(value)} was added to a Sequential`));
      return;
    }
    throw vm.error(
      "ValueError",
      `Only instances of \`keras.Layer\` can be added to a Sequential model. Received: ${vm.typeName(value)}`,
    );
  }
  if (layer.type.name === "InputLayer") {
    const input = nodesOf(layer)[0]?.outputs[0];
    setField(vm, model, FIELDS.inputLayer, layer);
    if (input) startChain(vm, model, input);
    return;
  }
  const before = model.fields.get(FIELDS.layers);
  setField(vm, model, FIELDS.layers, new ListValue([...(before instanceof ListValue ? before.items : []), layer]));
  try {
    connect(vm, model, layer);
  } finally {
    // A Sequential of TensorFlow.js passes its flag on when it is built.
    const own = model.fields.get(FIELDS.trainable) ?? TRUE;
    if (kerasState(vm).javascript) setWeightsTrained(vm, model, own);
  }
}

/** Calls a layer that was added to a Sequential, when the input is known. */
function connect(vm: Vm, model: InstanceValue, layer: InstanceValue): void {
  const chain = chainOf(model);
  if (chain.length > 0) {
    extendChain(vm, model, chain, layer);
    return;
  }
  if (stackOf(model).length > 1) return;
  const given = givenInput(vm, layer);
  const inner = given ? null : modelInputs(layer);
  if (!given && !inner) return;
  const holder = newInputLayer(vm, model);
  setField(vm, model, FIELDS.inputLayer, holder);
  const like = inner?.[0];
  startChain(
    vm,
    model,
    symbolicInput(
      vm,
      holder,
      given ?? {
        shape: like?.shape ?? null,
        freeBatch: like?.freeBatch ?? true,
        dtype: like?.dtype ?? "float32",
        reason: like?.reason ?? null,
      },
    ),
  );
}

/** Symbolic inputs of a model that has them; null for other layers. */
export function modelInputs(model: InstanceValue): Tensor[] | null {
  const plan = planOf(model);
  if (plan) return [...plan.inputs];
  const first = chainOf(model)[0];
  return first ? [first] : null;
}

/** Builds a Sequential for this input shape (batch included), when it has no input yet. */
function buildSequential(vm: Vm, model: InstanceValue, shapeValue: Value): void {
  if (chainOf(model).length > 0 || isNone(shapeValue)) return;
  const holder = newInputLayer(vm, model);
  setField(vm, model, FIELDS.inputLayer, holder);
  if (isOpaque(shapeValue)) throw new Unknown(shapeValue);
  const input = symbolicInput(vm, holder, {
    ...readBatchedShape(vm, shapeValue, "the model"),
    dtype: "float32",
    reason: null,
  });
  startChain(vm, model, input);
}

function runSequential(vm: Vm, model: InstanceValue, input: Value): Value {
  const unknown = model.fields.get(FIELDS.unknown);
  const layers = model.fields.get(FIELDS.layers);
  if (layers instanceof ListValue && layers.taint) throw new Unknown(layers.taint);
  if (isOpaque(layers)) throw new Unknown(layers);
  let value = input;
  for (const layer of stackOf(model)) value = callOn(vm, layer, value);
  if (isOpaque(unknown)) throw new Unknown(unknown);
  return value;
}

/** The class Sequential. */
export function makeSequentialClass(modelClass: ClassValue): ClassValue {
  const base = modelClass.members.get("_layer_init") as NativeFunction;
  return nativeClass("Sequential", [modelClass], {
    __init__: new NativeFunction("__init__", (vm, args) => {
      const model = args.positional[0] as InstanceValue;
      base.call(vm, { positional: [model], keywords: args.keywords, unknown: null });
      const second = args.positional[1];
      const named =
        second?.kind === "string" ? second : args.positional[2]?.kind === "string" ? args.positional[2] : undefined;
      if (named) setField(vm, model, "name", named);
      setField(vm, model, FIELDS.layers, new ListValue([]));
      if (args.unknown) {
        setField(vm, model, FIELDS.unknown, args.unknown);
        return NONE;
      }
      const layers = args.keywords.get("layers") ?? (second?.kind === "string" ? undefined : second);
      if (isNone(layers)) return NONE;
      const items = vm.iterate(layers as Value);
      if (isOpaque(items)) setField(vm, model, FIELDS.unknown, items);
      else for (const item of items) addLayer(vm, model, item);
      return NONE;
    }),
    add: native("add", "self, layer, rebuild=True", (vm, a) => {
      addLayer(vm, instance(a), a["layer"] as Value);
      return NONE;
    }),
    pop: native("pop", "self, rebuild=True, **kwargs", (vm, a) => {
      const model = instance(a);
      const layers = stackOf(model);
      const last = layers.pop();
      setField(vm, model, FIELDS.layers, new ListValue(layers));
      const chain = chainOf(model);
      if (chain.length > layers.length + 1) setChain(vm, model, chain.slice(0, layers.length + 1));
      return last ?? NONE;
    }),
    build: native("build", "self, input_shape=None, *args, **kwargs", (vm, a) => {
      buildSequential(vm, instance(a), a["input_shape"] as Value);
      setField(vm, instance(a), "built", TRUE);
      return NONE;
    }),
    call: native("call", "self, inputs, *args, **kwargs", (vm, a) =>
      runSequential(vm, instance(a), a["inputs"] as Value),
    ),
    __len__: native("__len__", "self", (_vm, a) => int(stackOf(instance(a)).length)),
  });
}
