// Model and Sequential: functional models cut out of recorded nodes, stacks of layers, subclassed models, and what user code asks
// of them. Training, saving and printing have no effect.
import { native, nativeClass, toInt } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  type Arguments,
  type ClassValue,
  DictValue,
  InstanceValue,
  int,
  isNone,
  isOpaque,
  ListValue,
  NativeFunction,
  NONE,
  OpaqueValue,
  PropertyValue,
  str,
  TRUE,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { asLayer } from "../../3-graph/graph";
import { Tensor } from "../../3-graph/tensor";
import { givenInput, inputTensor, symbolicInput } from "./input";
import { callLayer, callOn, cloneLayer, layerName, MODEL_BUILD, nodesOf } from "./layer";
import { makePlan, type Plan } from "./plan";
import { readBatchedShape, shapesOf } from "./shapes";
import { atDepth, autoName, kerasState, setField, tensorsIn } from "./state";
import { applyFunction, aside, mapTensors, nodeOf, runNodes } from "./symbolic";
import { FIELDS, isLayer, LAYER_MARK, planOf, subLayers } from "./tracking";

function instance(a: Record<string, Value>): InstanceValue {
  return a["self"] as InstanceValue;
}

// --- functional -----------------------------------------------------------------------------------------------------

/** The first thing not known in a structure of tensors. */
function unknownIn(value: Value): OpaqueValue | null {
  if (isOpaque(value)) return value;
  if (value.kind === "list" || value.kind === "tuple") {
    for (const item of value.items) {
      const found = unknownIn(item);
      if (found) return found;
    }
  }
  if (value.kind === "dict") {
    for (const entry of value.entries.values()) {
      const found = unknownIn(entry.value);
      if (found) return found;
    }
  }
  return null;
}

/** Gives a model its inputs and outputs. */
export function setPlan(vm: Vm, model: InstanceValue, inputs: Value, outputs: Value): void {
  const unknown = unknownIn(inputs) ?? unknownIn(outputs);
  if (unknown) {
    setField(vm, model, FIELDS.unknown, unknown);
    return;
  }
  for (const [what, value] of [
    ["inputs", inputs],
    ["outputs", outputs],
  ] as const) {
    const stray = tensorsIn(value).find((tensor) => nodeOf(tensor) === null);
    if (stray?.role === "constant") throw vm.error("ValueError", `All \`${what}\` values must be KerasTensors.`);
    if (stray) {
      // Such a tensor may come from joining the two sides of an unknown condition.
      setField(vm, model, FIELDS.unknown, stray.reason ?? vm.unknown(`the ${what} of the model are not known`));
      return;
    }
  }
  setField(vm, model, FIELDS.plan, makePlan(inputs, outputs));
  setField(vm, model, "built", TRUE);
}

/** The given inputs by the tensors of the plan they stand for. */
function matchInputs(vm: Vm, plan: Plan, given: Value): Map<Tensor, Value> {
  const known = new Map<Tensor, Value>();
  if (given.kind === "dict") {
    const keys = plan.inputStructure.kind === "dict" ? plan.inputStructure : null;
    for (const tensor of plan.inputs) {
      const key = keys ? [...keys.entries.values()].find((entry) => entry.value === tensor)?.key : undefined;
      const value = given.get(key?.kind === "string" ? key.value : tensor.name);
      if (value === undefined) throw vm.error("ValueError", `the input '${tensor.name}' is missing`);
      known.set(tensor, value);
    }
    return known;
  }
  const values = tensorsIn(given);
  if (values.length !== plan.inputs.length) {
    throw vm.error("ValueError", `the model has ${plan.inputs.length} inputs, but ${values.length} were given`);
  }
  plan.inputs.forEach((tensor, index) => {
    const value = values[index] as Tensor;
    if (tensor.shape && value.shape && tensor.shape.length !== value.shape.length) {
      // Keras adds or drops a trailing dimension of 1 where the ranks differ by one.
      const shorter = Math.abs(tensor.shape.length - value.shape.length) === 1;
      const last = (tensor.shape.length > value.shape.length ? tensor : value).shape?.at(-1);
      if (!shorter || last !== 1) {
        throw vm.error(
          "ValueError",
          `Input ${index} of the model is incompatible: expected ${tensor.shape.length} dimensions, found ${value.shape.length}`,
        );
      }
    }
    known.set(tensor, value);
  });
  return known;
}

/** Runs a functional model on other tensors. */
function runPlan(vm: Vm, plan: Plan, given: Value): Value {
  const known = matchInputs(vm, plan, given);
  for (const [tensor, value] of known) {
    const layer = nodeOf(tensor)?.layer;
    if (layer && value instanceof Tensor && nodeOf(tensor)?.isInput)
      asLayer(
        vm,
        layer,
        () => value,
        (result) => [result],
      );
  }
  // TensorFlow.js runs a layer with several outputs once for each output that something needs.
  const { javascript } = kerasState(vm);
  runNodes(vm, plan.nodes, known, (node) => (javascript && node.outputs.length > 1 ? plan.neededOutputs(node) : 1));
  const lost = plan.outputs.map((output) => known.get(output)).find((value) => isOpaque(value));
  if (isOpaque(lost)) throw new Unknown(lost);
  return mapTensors(plan.outputStructure, (tensor) => known.get(tensor) ?? tensor);
}

// --- Sequential -----------------------------------------------------------------------------------------------------

/** The symbolic tensors between the layers of a built Sequential: its input, then the output of each layer. */
function chainOf(model: InstanceValue): Tensor[] {
  const chain = model.fields.get(FIELDS.chain);
  return chain instanceof ListValue ? chain.items.filter((item): item is Tensor => item instanceof Tensor) : [];
}

function stackOf(model: InstanceValue): InstanceValue[] {
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
function newInputLayer(vm: Vm, model: InstanceValue): InstanceValue {
  const find = model.type.find("_input_layer_class") as ClassValue;
  const layer = new InstanceValue(find);
  layer.fields.set("name", str(autoName(vm, "InputLayer")));
  layer.madeAt = vm.stack();
  return layer;
}

function addLayer(vm: Vm, model: InstanceValue, value: Value): void {
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

// --- shared ---------------------------------------------------------------------------------------------------------

/** `model.layers`. */
export function listLayers(model: InstanceValue): InstanceValue[] {
  return subLayers(model);
}

function findLayer(vm: Vm, model: InstanceValue, name: Value | undefined, index: Value | undefined): Value {
  const layers = listLayers(model);
  if (!isNone(index)) {
    const at = toInt(vm, index, "index");
    const found = layers[at < 0 ? at + layers.length : at];
    if (found) return found;
    throw vm.error(
      "ValueError",
      `Was asked to retrieve layer at index ${at} but model only has ${layers.length} layers.`,
    );
  }
  if (isOpaque(name)) throw new Unknown(name);
  const wanted = name?.kind === "string" ? name.value : "";
  const found = layers.find((layer) => layerName(vm, layer) === wanted);
  if (found) return found;
  // Automatic names differ between versions of Keras, so a missing name is not an error of the user's.
  throw vm.giveUp(`the model has no layer named '${wanted}'`);
}

function boundary(vm: Vm, model: InstanceValue, which: "inputs" | "outputs"): Value {
  const plan = planOf(model);
  if (plan) return which === "inputs" ? plan.inputStructure : plan.outputStructure;
  const chain = chainOf(model);
  const tensor = which === "inputs" ? chain[0] : chain.at(-1);
  if (tensor) return tensor;
  const node = nodesOf(model)[0];
  const tensors = which === "inputs" ? node?.inputs : node?.outputs;
  if (tensors?.length === 1) return tensors[0] as Tensor;
  if (tensors) return new ListValue([...tensors]);
  throw vm.error(
    "AttributeError",
    `The model ${layerName(vm, model)} has never been called and thus has no defined ${which}.`,
  );
}

function asList(value: Value): Value {
  return value.kind === "list" || value.kind === "tuple" || value.kind === "dict" ? value : new ListValue([value]);
}

function boundaryProperty(which: "inputs" | "outputs", form: "one" | "list" | "shape"): PropertyValue {
  const get = (vm: Vm, model: InstanceValue): Value => {
    const value = boundary(vm, model, which);
    if (form === "shape") return shapesOf(vm, value);
    if (form === "list") return asList(value);
    const tensors = tensorsIn(value);
    return tensors.length === 1 && value.kind !== "dict" ? (tensors[0] as Tensor) : value;
  };
  const name = `_set_${which}_${form}`;
  return new PropertyValue(
    native(which, "self", (vm, a) => instance(a).fields.get(name) ?? get(vm, instance(a))),
    native(which, "self, value", (vm, a) => {
      setField(vm, instance(a), name, a["value"] as Value);
      return NONE;
    }),
  );
}

/** A subclassed model is built by calling it on an input of the given shape (or shapes). */
function buildModel(vm: Vm, model: InstanceValue, shape: Value): Value {
  setField(vm, model, FIELDS.inputShape, shape);
  const toInput = (value: Value): Value => {
    if (value.kind === "dict") {
      const copy = new DictValue();
      for (const { key, value: item } of value.entries.values())
        if (key.kind === "string") copy.put(key.value, toInput(item));
      return copy;
    }
    const items = value.kind === "list" || value.kind === "tuple" ? value.items : [];
    if (items.length > 0 && items.every((item) => item.kind === "list" || item.kind === "tuple"))
      return new ListValue(items.map(toInput));
    return inputTensor(vm, "input", { ...readBatchedShape(vm, value, "the model"), dtype: "float32", reason: null });
  };
  if (isOpaque(shape)) throw new Unknown(shape);
  setField(vm, model, "built", TRUE);
  const call = model.type.find("call");
  if (call?.kind === "function") aside(vm, () => atDepth(vm, 1, () => callOn(vm, model, toInput(shape))));
  return NONE;
}

function initializeModel(vm: Vm, args: Arguments): Value {
  const model = args.positional[0];
  if (!(model instanceof InstanceValue)) return NONE;
  const keyword = (...names: string[]): Value | undefined =>
    names.map((name) => args.keywords.get(name)).find((value) => value !== undefined);
  const base = model.type.find("_layer_init") as NativeFunction;
  const functional = args.positional.length > 1 || keyword("inputs", "input") !== undefined;
  const name = keyword("name") ?? args.positional[3];
  const type = functional && model.type.members.has(LAYER_MARK) ? "Functional" : model.type.name;
  const keywords = new Map(args.keywords);
  keywords.set("name", isNone(name) ? str(autoName(vm, type)) : (name as Value));
  base.call(vm, { positional: [model], keywords, unknown: null });
  if (args.unknown) throw new Unknown(args.unknown);
  if (!functional) return NONE;
  const inputs = args.positional[1] ?? keyword("inputs", "input");
  const outputs = args.positional[2] ?? keyword("outputs", "output");
  if (isNone(inputs) || isNone(outputs)) return NONE;
  setPlan(vm, model, inputs as Value, outputs as Value);
  return NONE;
}

/** Methods whose effect is outside of what we model. */
const SILENT = [
  "compile",
  "summary",
  "save",
  "save_weights",
  "load_weights",
  "reset_metrics",
  "make_train_function",
  "make_test_function",
  "make_predict_function",
  "export",
  "quantize",
  "set_training_phase",
  "compile_from_config",
];
const OUTSIDE = [
  "fit",
  "fit_generator",
  "evaluate",
  "evaluate_generator",
  "train_on_batch",
  "test_on_batch",
  "to_json",
  "to_yaml",
  "train_step",
  "test_step",
  "compute_loss",
  "compute_metrics",
];

function predict(vm: Vm, args: Arguments): Value {
  const [model, input] = args.positional;
  if (!(model instanceof InstanceValue) || !(input instanceof Tensor))
    throw vm.giveUp("what `predict` gives is not known");
  return callOn(vm, model, input);
}

/** The class Model. */
export function makeModelClass(layerClass: ClassValue, inputLayerClass: ClassValue): ClassValue {
  const cls = nativeClass("Model", [layerClass], {
    // A string tells models from other layers.
    [LAYER_MARK]: str("model"),
    _input_layer_class: inputLayerClass,
    _layer_init: layerClass.members.get("__init__") as Value,
    __init__: new NativeFunction("__init__", initializeModel),
    build: native(MODEL_BUILD, "self, input_shape=None, *args, **kwargs", (vm, a) =>
      isNone(a["input_shape"]) ? NONE : buildModel(vm, instance(a), a["input_shape"] as Value),
    ),
    call: native("call", "self, inputs=None, *args, **kwargs", (vm, a) => {
      const model = instance(a);
      const plan = planOf(model);
      if (plan) return runPlan(vm, plan, a["inputs"] as Value);
      const unknown = model.fields.get(FIELDS.unknown);
      if (isOpaque(unknown)) throw new Unknown(unknown);
      throw vm.error(
        "NotImplementedError",
        `Model ${layerName(vm, model)} does not have a \`call()\` method implemented.`,
      );
    }),
    layers: new PropertyValue(
      native("layers", "self", (_vm, a) => new ListValue(listLayers(instance(a)))),
      null,
    ),
    input: boundaryProperty("inputs", "one"),
    output: boundaryProperty("outputs", "one"),
    inputs: boundaryProperty("inputs", "list"),
    outputs: boundaryProperty("outputs", "list"),
    input_shape: boundaryProperty("inputs", "shape"),
    output_shape: boundaryProperty("outputs", "shape"),
    input_names: new PropertyValue(
      native(
        "input_names",
        "self",
        (vm, a) => new ListValue(tensorsIn(boundary(vm, instance(a), "inputs")).map((tensor) => str(tensor.name))),
      ),
      null,
    ),
    output_names: new PropertyValue(
      native(
        "output_names",
        "self",
        (vm, a) =>
          new ListValue(
            tensorsIn(boundary(vm, instance(a), "outputs")).map((tensor) => {
              const layer = nodeOf(tensor)?.layer;
              return str(layer ? layerName(vm, layer) : tensor.name);
            }),
          ),
      ),
      null,
    ),
    get_layer: native("get_layer", "self, name=None, index=None", (vm, a) =>
      findLayer(vm, instance(a), a["name"], a["index"]),
    ),
    predict: new NativeFunction("predict", predict),
    predict_on_batch: new NativeFunction("predict_on_batch", predict),
    predict_generator: new NativeFunction("predict_generator", predict),
  });
  for (const name of SILENT)
    cls.members.set(
      name,
      native(name, "self, *args, **kwargs", () => NONE),
    );
  for (const name of OUTSIDE) {
    cls.members.set(
      name,
      native(name, "self, *args, **kwargs", (vm) => vm.unknown(`what \`${name}\` gives is not known before training`)),
    );
  }
  return cls;
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

/** `keras.models.clone_model`: new layers with the same configuration, weights of their own. */
export function cloneModel(vm: Vm, model: InstanceValue): Value {
  const plan = planOf(model);
  const clones = new Map<InstanceValue, InstanceValue>();
  const cloneOf = (layer: InstanceValue): InstanceValue => {
    let clone = clones.get(layer);
    if (!clone) {
      const made = planOf(layer) || layer.fields.has(FIELDS.layers) ? cloneModel(vm, layer) : cloneLayer(vm, layer);
      clone = made as InstanceValue;
      clones.set(layer, clone);
    }
    return clone;
  };
  if (!plan) {
    if (!(model.fields.get(FIELDS.layers) instanceof ListValue)) throw vm.giveUp("a subclassed model cannot be cloned");
    const copy = vm.call(model.type, []) as InstanceValue;
    const input = model.fields.get(FIELDS.inputLayer);
    if (isLayer(input)) addLayer(vm, copy, copyInput(vm, input));
    for (const layer of stackOf(model)) addLayer(vm, copy, cloneOf(layer));
    return copy;
  }
  const known = new Map<Tensor, Value>();
  for (const tensor of plan.inputs) {
    const layer = nodeOf(tensor)?.layer;
    const holder = layer ? copyInput(vm, layer) : newInputLayer(vm, model);
    const first = nodesOf(holder)[0]?.outputs[0];
    known.set(
      tensor,
      first ??
        symbolicInput(vm, holder, {
          shape: tensor.shape,
          freeBatch: tensor.freeBatch,
          dtype: tensor.dtype,
          reason: tensor.reason,
        }),
    );
  }
  for (const node of plan.nodes) {
    const replace = (value: Value): Value => mapTensors(value, (tensor) => known.get(tensor) ?? tensor);
    const args: Arguments = {
      positional: node.args.positional.map(replace),
      keywords: new Map([...node.args.keywords].map(([name, value]) => [name, replace(value)] as const)),
      unknown: null,
    };
    const result = node.layer ? callLayer(vm, cloneOf(node.layer), args) : applyFunction(vm, node.name, args, node.run);
    const outputs = tensorsIn(result);
    node.outputs.forEach((output, index) =>
      known.set(output, outputs[index] ?? vm.unknown("a cloned layer gave nothing")),
    );
  }
  const swap = (value: Value): Value => mapTensors(value, (tensor) => known.get(tensor) ?? tensor);
  return vm.call(
    model.type,
    [swap(plan.inputStructure), swap(plan.outputStructure)],
    new Map([["name", str(layerName(vm, model))]]),
  );
}

function copyInput(vm: Vm, layer: InstanceValue): InstanceValue {
  const from = nodesOf(layer)[0]?.outputs[0];
  const copy = new InstanceValue(layer.type);
  copy.madeAt = layer.madeAt;
  copy.fields.set("name", str(layerName(vm, layer)));
  if (from)
    symbolicInput(vm, copy, { shape: from.shape, freeBatch: from.freeBatch, dtype: from.dtype, reason: from.reason });
  return copy;
}

/** The shape a model was built or called with, for evidence of its inputs. */
export function calledWith(model: InstanceValue): Value | null {
  return model.fields.get(FIELDS.inputShape) ?? null;
}
