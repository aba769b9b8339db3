// TensorFlow.js as a framework: its layers API is a port of Keras, so it is built on the same layer classes under JavaScript
// names, with configuration objects in place of keyword arguments; the core API works on the same tensors.
import { makeObject } from "../../2-evaluate/javascript/kinds";
import { native, nativeClass, nativeModule } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  type InstanceValue,
  isOpaque,
  ModuleValue,
  NativeFunction,
  NONE,
  str,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { Framework } from "../framework";
import { kerasClass } from "../keras/classes";
import { keras } from "../keras/index";
import { inertClass, inertModule, noEffect, UnknownPart } from "../keras/inert";
import { setJavascriptAttributes } from "../keras/library";
import { setPlan } from "../keras/functional";
import { kerasState } from "../keras/state";
import { isLayer, LAYER_MARK } from "../keras/tracking";
import { noteRegistration } from "./checks";
import { fieldsOf } from "./config";
import { coreFunction, imageFunction } from "./core";
import { inputOf, layersModule } from "./layers";
import { loadGraphModel, loadLayersModel, modelFromJson } from "./loading";
import { addJavascriptMethods, nameModel } from "./methods";
import { javascriptAttribute } from "./tensors";

/** `tf.sequential({layers: […], name})`. */
const sequential = new NativeFunction("sequential", (vm, args) => {
  const [config] = args.positional;
  const model = vm.call(kerasClass(vm, "Sequential"), []);
  if (!isLayer(model)) return model;
  nameModel(vm, model, config);
  const layers = fieldsOf(vm, config).get("layers");
  if (layers === undefined || layers.kind === "undefined") return model;
  const items = vm.iterate(layers);
  if (isOpaque(items)) throw new Unknown(items);
  const add = vm.getAttribute(model, "add");
  for (const item of items) vm.call(add, [item]);
  return model;
});

/** `tf.model({inputs, outputs, name})`. */
const model = new NativeFunction("model", (vm, args) => {
  const [config] = args.positional;
  const fields = fieldsOf(vm, config);
  const inputs = fields.get("inputs");
  const outputs = fields.get("outputs");
  if (!inputs || !outputs) throw vm.error("Error", "a model needs inputs and outputs");
  const made = vm.call(kerasClass(vm, "Model"), []) as InstanceValue;
  nameModel(vm, made, config);
  setPlan(vm, made, inputs, outputs);
  return made;
});

/** `tf.tidy(fn)`, `tf.tidy(name, fn)`: what the function gives. */
const tidy = new NativeFunction("tidy", (vm, args) => {
  const callee = args.positional.find((value) => value.kind !== "string");
  return callee ? vm.call(callee) : NONE;
});

const SILENT = [
  "dispose",
  "disposeVariables",
  "ready",
  "setBackend",
  "enableProdMode",
  "enableDebugMode",
  "nextFrame",
  "registerKernel",
  "registerBackend",
  "registerGradient",
  "registerOp",
  "setPlatform",
  "startScope",
  "endScope",
  "engine",
  "env",
  "removeBackend",
  "deprecationWarningsEnabled",
]; // prettier-ignore

const gives = (value: (vm: Vm) => Value): NativeFunction => new NativeFunction("get", (vm) => value(vm));

function module(
  path: string,
  members: Record<string, Value>,
  lookup?: (vm: Vm, name: string) => Value | undefined,
): ModuleValue {
  const made = nativeModule(path, members);
  made.lazy = (vm, name) => lookup?.(vm, name);
  return made;
}

/** Names of the library we do not model: functions say so when they meet a tensor. */
function unknownName(vm: Vm, path: string, name: string): Value | undefined {
  if (name.startsWith("_")) return undefined;
  return /^[A-Z]/.test(name) ? vm.unknown(`${path}.${name} is not modelled`) : new UnknownPart(`${path}.${name}`);
}

const PARTS: Readonly<Record<string, (vm: Vm) => ModuleValue>> = {
  layers: layersModule,
  image: () => module("tf.image", {}, (vm, name) => imageFunction(name) ?? unknownName(vm, "tf.image", name)),
  linalg: () => module("tf.linalg", {}, (vm, name) => unknownName(vm, "tf.linalg", name)),
  signal: () => module("tf.signal", {}, (vm, name) => unknownName(vm, "tf.signal", name)),
  spectral: () => module("tf.spectral", {}, (vm, name) => coreFunction(name) ?? unknownName(vm, "tf.spectral", name)),
  sparse: () => module("tf.sparse", {}, (vm, name) => unknownName(vm, "tf.sparse", name)),
  train: () => inertModule("tf.train"),
  losses: () => inertModule("tf.losses"),
  metrics: () => inertModule("tf.metrics"),
  callbacks: () => inertModule("tf.callbacks"),
  regularizers: () => inertModule("tf.regularizers"),
  constraints: () => inertModule("tf.constraints"),
  initializers: () => inertModule("tf.initializers", true),
  data: () => module("tf.data", {}, (vm, name) => vm.unknown(`tf.data.${name} reads data that is not in the source`)),
  io: () => inertModule("tf.io"),
  browser: () =>
    module("tf.browser", {}, (vm, name) => vm.unknown(`tf.browser.${name} reads data that is not in the source`)),
  node: () => inertModule("tf.node"),
  util: () =>
    module(
      "tf.util",
      {
        assert: noEffect("assert"),
        shuffle: noEffect("shuffle"),
        sizeFromShape: native("sizeFromShape", "shape", (vm, a) =>
          vm
            .items(a["shape"] as Value)
            .reduce((size, item) => vm.binary("*", size, item), { kind: "number", value: 1, isFloat: false } as Value),
        ),
      },
      (vm, name) => vm.unknown(`tf.util.${name} is not modelled`),
    ),
  serialization: () =>
    module("tf.serialization", {
      registerClass: new NativeFunction("registerClass", (vm) => {
        noteRegistration(vm);
        return NONE;
      }),
      Serializable: inertClass("Serializable"),
    }),
  models: () => module("tf.models", { modelFromJSON: modelFromJson }),
};

/** The whole package, one object per evaluation. */
function makeTensorflow(vm: Vm): ModuleValue {
  const known = vm.state.get("tfjs") as ModuleValue | undefined;
  if (known) return known;
  kerasState(vm).javascript = true;
  setJavascriptAttributes(javascriptAttribute);
  const layerClass = kerasClass(vm, "Layer");
  const modelClass = kerasClass(vm, "Model");
  addJavascriptMethods(layerClass, modelClass);
  const tf = new ModuleValue("@tensorflow/tfjs", null, "javascript");
  vm.state.set("tfjs", tf);
  const members: Record<string, Value> = {
    default: tf,
    sequential,
    model,
    tidy,
    input: inputOf,
    keep: new NativeFunction("keep", (_vm, args) => args.positional[0] ?? NONE),
    Sequential: kerasClass(vm, "Sequential"),
    LayersModel: modelClass,
    Model: modelClass,
    Tensor: nativeClass("Tensor", [], {}),
    SymbolicTensor: nativeClass("KerasTensor", [], {}),
    Variable: nativeClass("Variable", [], {}),
    GraphModel: inertClass("GraphModel"),
    loadLayersModel: loadLayersModel("loadLayersModel"),
    loadGraphModel: loadGraphModel("loadGraphModel"),
    loadGraphModelSync: loadGraphModel("loadGraphModelSync"),
    loadModel: loadLayersModel("loadModel"),
    loadFrozenModel: loadGraphModel("loadFrozenModel"),
    memory: gives(() => makeObject([])),
    getBackend: gives(() => str("cpu")),
    version: makeObject([["tfjs", str("4.22.0")]]),
    version_core: str("4.22.0"),
    registerCallbackConstructor: noEffect("registerCallbackConstructor"),
    Callback: inertClass("Callback"),
    CustomCallback: inertClass("CustomCallback"),
    EarlyStopping: inertClass("EarlyStopping"),
    Rank: makeObject([]),
  };
  for (const name of SILENT) members[name] = noEffect(name);
  for (const [name, value] of Object.entries(members)) tf.members.set(name, value);
  tf.lazy = (machine, name) => {
    const part = PARTS[name];
    if (part) return part(machine);
    return coreFunction(name) ?? unknownName(machine, "tf", name);
  };
  return tf;
}

/** Specifiers under which programs import the package. */
const SPECIFIERS = [
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-node",
  "@tensorflow/tfjs-node-gpu",
  "@tensorflow/tfjs-layers",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-core/dist/index",
  "@tensorflow/tfjs/dist/index",
  "@tensorflow/tfjs-react-native",
]; // prettier-ignore

const EMPTY = [
  "@tensorflow/tfjs-vis",
  "@tensorflow/tfjs-data",
  "@tensorflow/tfjs-backend-cpu",
  "@tensorflow/tfjs-backend-webgl",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-webgpu",
  "@tensorflow/tfjs-converter",
]; // prettier-ignore

function emptyModule(path: string): ModuleValue {
  const made = new ModuleValue(path, null, "javascript");
  made.lazy = (vm, name) => (name.startsWith("_") ? undefined : vm.unknown(`${path} is not modelled`));
  return made;
}

export const tfjs: Framework = {
  ...keras,
  name: "tfjs",
  modules: Object.fromEntries([
    ...SPECIFIERS.map((path) => [path, makeTensorflow] as const),
    ...EMPTY.map((path) => [path, () => emptyModule(path)] as const),
  ]),
  isModel(vm, value): value is InstanceValue {
    return kerasState(vm).javascript && isLayer(value);
  },
  isModelClass(vm, cls) {
    return kerasState(vm).javascript && cls.find(LAYER_MARK) !== undefined;
  },
};
