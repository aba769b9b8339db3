// What JavaScript code asks of layers and models: the methods of the Keras classes under their JavaScript names, shapes as arrays,
// constructors that take a configuration object.
import { native } from "../../2-evaluate/native";
import {
  type Arguments,
  type ClassValue,
  InstanceValue,
  isNone,
  isOpaque,
  NativeFunction,
  NONE,
  PropertyValue,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Unknown } from "../../2-evaluate/signals";
import { callLayer } from "../keras/layer";
import { setPlan } from "../keras/functional";
import { setField } from "../keras/state";
import { isLayer } from "../keras/tracking";
import { fieldsOf, keywordsOf, toArrays } from "./config";

/** Methods that only have another spelling. */
const SPELLINGS: Readonly<Record<string, string>> = {
  countParams: "count_params",
  getWeights: "get_weights",
  setWeights: "set_weights",
  getConfig: "get_config",
  getLayer: "get_layer",
  loadWeights: "load_weights",
  saveWeights: "save_weights",
  predictOnBatch: "predict_on_batch",
  trainOnBatch: "train_on_batch",
  getOutputAt: "get_output_at",
  getInputAt: "get_input_at",
  resetStates: "reset_states",
  addLoss: "add_loss",
};

/** Properties that only have another spelling; shapes become arrays. */
const PROPERTIES: Readonly<Record<string, string>> = {
  inputShape: "input_shape",
  outputShape: "output_shape",
  trainableWeights: "trainable_weights",
  nonTrainableWeights: "non_trainable_weights",
  inboundNodes: "inbound_nodes",
  inputNames: "input_names",
  outputNames: "output_names",
};

const SILENT = [
  "dispose",
  "clearCallHook",
  "setCallHook",
  "setFastWeightInitDuringBuild",
  "warnOnIncompatibleInputShape",
  "startTraining",
  "assertInputCompatibility",
  "computeMask",
];
const OUTSIDE = ["fitDataset", "evaluateDataset", "toJSON", "optimizer"];

function selfOf(args: Arguments): { self: InstanceValue; rest: Value[] } {
  const [self, ...rest] = args.positional;
  return { self: self as InstanceValue, rest };
}

/** `constructor(config)`: what `super(config)` of a user's class reaches. */
function construct(initialize: NativeFunction): NativeFunction {
  return new NativeFunction("constructor", (vm, args) => {
    const { self, rest } = selfOf(args);
    initialize.call(vm, { positional: [self], keywords: keywordsOf(vm, rest[0]), unknown: null });
    return self;
  });
}

/** `constructor({inputs, outputs, name})` of a model class. */
function constructModel(initialize: NativeFunction): NativeFunction {
  return new NativeFunction("constructor", (vm, args) => {
    const { self, rest } = selfOf(args);
    const fields = fieldsOf(vm, rest[0]);
    const name = fields.get("name");
    initialize.call(vm, {
      positional: [self],
      keywords: new Map(isNone(name) ? [] : [["name", name as Value]]),
      unknown: null,
    });
    const inputs = fields.get("inputs");
    const outputs = fields.get("outputs");
    if (inputs !== undefined && outputs !== undefined) setPlan(vm, self, inputs, outputs);
    return self;
  });
}

function addWeight(vm: Vm, args: Arguments): Value {
  const { self, rest } = selfOf(args);
  const [name = NONE, shape = NONE, dtype, initializer, , trainable] = rest;
  const keywords = new Map<string, Value>([
    ["name", name],
    ["shape", shape],
  ]);
  if (dtype && !isNone(dtype)) keywords.set("dtype", dtype);
  if (initializer) keywords.set("initializer", initializer);
  if (trainable && !isNone(trainable)) keywords.set("trainable", trainable);
  const python = self.type.find("add_weight");
  if (python?.kind !== "native") throw vm.giveUp("addWeight of something that is no layer");
  return python.call(vm, { positional: [self], keywords, unknown: null });
}

/** Adds the JavaScript names to the classes of this evaluation. */
export function addJavascriptMethods(layer: ClassValue, model: ClassValue): void {
  const layerInit = layer.members.get("__init__") as NativeFunction;
  const modelInit = model.members.get("__init__") as NativeFunction;
  layer.members.set("constructor", construct(layerInit));
  model.members.set("constructor", constructModel(modelInit));
  layer.members.set(
    "apply",
    new NativeFunction("apply", (vm, args) => {
      const { self, rest } = selfOf(args);
      if (!isLayer(self)) throw vm.giveUp("apply of something that is no layer");
      return callLayer(vm, self, { positional: rest.slice(0, 1), keywords: new Map(), unknown: args.unknown });
    }),
  );
  layer.members.set("addWeight", new NativeFunction("addWeight", addWeight));
  layer.members.set(
    "getClassName",
    native("getClassName", "self", (vm, a) => vm.getAttribute((a["self"] as InstanceValue).type, "name")),
  );
  layer.members.set(
    "invokeCallHook",
    native("invokeCallHook", "self, *args", () => NONE),
  );
  for (const [name, python] of Object.entries(SPELLINGS)) {
    const target = model.members.get(python) ?? layer.members.get(python);
    if (target) (model.members.has(python) ? model : layer).members.set(name, target);
  }
  for (const cls of [layer, model]) {
    for (const [name, python] of Object.entries(PROPERTIES)) {
      const target = cls.members.get(python);
      if (target?.kind !== "property") continue;
      const read = native(name, "self", (vm, a) => {
        const value = target.getter ? vm.call(target.getter, [a["self"] as Value]) : NONE;
        if (isOpaque(value)) throw new Unknown(value);
        return toArrays(value);
      });
      cls.members.set(name, new PropertyValue(read, target.setter));
    }
  }
  for (const name of SILENT)
    layer.members.set(
      name,
      native(name, "self, *args", () => NONE),
    );
  for (const name of OUTSIDE)
    layer.members.set(
      name,
      native(name, "self, *args", (vm) => vm.unknown(`what \`${name}\` gives is not known before training`)),
    );
  layer.members.set(
    "save",
    native("save", "self, *args", (vm) => vm.unknown("a saved model is outside of the source")),
  );
}

/** Sets a name given in a configuration. */
export function nameModel(vm: Vm, model: InstanceValue, config: Value | undefined): void {
  const name = fieldsOf(vm, config).get("name");
  if (name?.kind === "string") setField(vm, model, "name", name);
}
