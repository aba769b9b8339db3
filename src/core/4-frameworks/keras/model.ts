// The class Model: subclassed and functional models, and what user code asks of them. Training, saving and printing have no
// effect; how functional models run is in functional.ts, stacks of layers are in sequential.ts.
import { native, nativeClass, toInt } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  type Arguments,
  type ClassValue,
  DictValue,
  InstanceValue,
  isNone,
  isOpaque,
  ListValue,
  NativeFunction,
  NONE,
  PropertyValue,
  str,
  TRUE,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Tensor } from "../../3-graph/tensor";
import { runPlan, setPlan } from "./functional";
import { inputTensor } from "./input";
import { callOn, layerName, MODEL_BUILD, nodesOf } from "./layer";
import { chainOf } from "./sequential";
import { readBatchedShape, shapesOf } from "./shapes";
import { atDepth, autoName, setField, tensorsIn } from "./state";
import { aside, nodeOf } from "./symbolic";
import { FIELDS, LAYER_MARK, planOf, subLayers } from "./tracking";

function instance(a: Record<string, Value>): InstanceValue {
  return a["self"] as InstanceValue;
}

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
  const unknown = model.fields.get(FIELDS.unknown);
  if (isOpaque(unknown)) throw new Unknown(unknown);
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
  // Keras gives data of one dimension a second one: one feature for each row.
  const rows = input.shape?.length === 1 ? new Tensor([...input.shape, 1], input.dtype, input.library) : input;
  return callOn(vm, model, rows);
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

/** The shape a model was built or called with, for evidence of its inputs. */
export function calledWith(model: InstanceValue): Value | null {
  return model.fields.get(FIELDS.inputShape) ?? null;
}
