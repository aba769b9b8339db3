// The modules of Keras a program can import.
// Functions come from the tables under functions/, classes from classes.ts; what is left is small and stands here.
import { native, nativeClass, toText } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  bool,
  DictValue,
  float,
  type InstanceValue,
  int,
  isNone,
  ListValue,
  type ModuleValue,
  NativeFunction,
  NONE,
  str,
  type Value,
} from "../../2-evaluate/values";
import { move } from "../../3-graph/operations/move";
import { reduce } from "../../3-graph/operations/reduce";
import { split } from "../../3-graph/operations/join";
import { Tensor } from "../../3-graph/tensor";
import { activationsModule } from "./activations";
import { APPLICATION_PARTS } from "./applications";
import { classNames, findKerasClass, inputFunction, kerasClass } from "./classes";
import { toTensor } from "./convert";
import { factsOf } from "../numpy/array";
import { datasetsModule } from "./datasets";
import { axesOf, dimsOf, flag, fn, intOf, plainFn, tensorOf } from "./define";
import { neuralFunction } from "./functions/neural";
import { shapingFunction } from "./functions/shaping";
import { inertClass, inertModule, noEffect, outside, passThrough } from "./inert";
import { callOn } from "./layer";
import { cloneModel } from "./clone";
import { anyFunction, type Lookup, lookupModule, orUnknown, SUBMODULES } from "./modules";
import { variableClass, variableFunction } from "./variables";
import { kerasState } from "./state";
import { isLayer } from "./tracking";
import { nodeOf } from "./symbolic";

// --- layers, models ---------------------------------------------------------------------------------------------------

/** `layers.add([a, b])` and the like: makes the layer and calls it. */
function functional(name: string, className: string, parameters: readonly string[]): NativeFunction {
  return new NativeFunction(name, (vm, args) => {
    const [inputs, ...rest] = args.positional;
    const keywords = new Map(args.keywords);
    rest.forEach((value, index) => keywords.set(parameters[index] ?? "", value));
    const given = inputs ?? keywords.get("inputs");
    keywords.delete("inputs");
    const layer = vm.call(kerasClass(vm, className), [], keywords);
    if (!isLayer(layer)) return layer;
    layer.madeAt = vm.stack();
    return callOn(vm, layer, given ?? NONE);
  });
}

const FUNCTIONAL: Readonly<Record<string, NativeFunction>> = {
  add: functional("add", "Add", []),
  subtract: functional("subtract", "Subtract", []),
  multiply: functional("multiply", "Multiply", []),
  average: functional("average", "Average", []),
  maximum: functional("maximum", "Maximum", []),
  minimum: functional("minimum", "Minimum", []),
  concatenate: functional("concatenate", "Concatenate", ["axis"]),
  dot: functional("dot", "Dot", ["axes", "normalize"]),
};

/** Keras 1: `merge([a, b], mode="sum")`. */
const merge = native("merge", "inputs, mode='sum', concat_axis=-1, dot_axes=-1, **kwargs", (vm, a) => {
  const mode = toText(vm, a["mode"], "mode");
  const names: Readonly<Record<string, string>> = {
    sum: "Add",
    mul: "Multiply",
    ave: "Average",
    max: "Maximum",
    concat: "Concatenate",
    dot: "Dot",
  };
  const keywords = new Map<string, Value>();
  if (mode === "concat") keywords.set("axis", a["concat_axis"] as Value);
  if (mode === "dot") keywords.set("axes", a["dot_axes"] as Value);
  const layer = vm.call(kerasClass(vm, names[mode] ?? "Add"), [], keywords) as InstanceValue;
  layer.madeAt = vm.stack();
  return callOn(vm, layer, a["inputs"] as Value);
});

const classOrInput: Lookup = (vm, name) => {
  if (name === "Input") return inputFunction(vm);
  if (name === "InputSpec") return inertClass("InputSpec");
  return findKerasClass(vm, name);
};

/** Names for `from keras.layers import *`. */
const allLayers = new ListValue([...classNames(), "Input", ...Object.keys(FUNCTIONAL)].map(str));

export function layersModule(path: string): ModuleValue {
  return lookupModule(
    path,
    {
      __all__: allLayers,
      ...FUNCTIONAL,
      merge,
      deserialize: outside("deserialize", "a layer from a configuration is not modelled"),
      serialize: noEffect("serialize"),
    },
    classOrInput,
  );
}

const loadsModel = (name: string): NativeFunction =>
  outside(name, "a saved model is loaded from a file, whose content is not in the source");

export function modelsModule(path: string): ModuleValue {
  return lookupModule(
    path,
    {
      __all__: new ListValue(["Model", "Sequential", "load_model", "clone_model", "model_from_json", "Input"].map(str)),
      load_model: loadsModel("load_model"),
      model_from_json: loadsModel("model_from_json"),
      model_from_yaml: loadsModel("model_from_yaml"),
      model_from_config: loadsModel("model_from_config"),
      save_model: noEffect("save_model"),
      clone_model: native("clone_model", "model, input_tensors=None, clone_function=None, **kwargs", (vm, a) => {
        if (!isLayer(a["model"])) throw vm.giveUp("what is cloned is not a model");
        if (!isNone(a["clone_function"])) throw vm.giveUp("clone_model with a clone function is not modelled");
        return cloneModel(vm, a["model"]);
      }),
    },
    classOrInput,
  );
}

// --- utils, saving, preprocessing -------------------------------------------------------------------------------------

const toCategorical = native("to_categorical", "x, num_classes=None, dtype=None", (vm, a) => {
  const input = toTensor(vm, a["x"]);
  // Without a number of classes, the largest label tells it.
  const given = a["x"] instanceof Tensor ? a["x"] : input;
  const largest = given.data?.length ? Math.max(...given.data) : factsOf(given)?.max;
  if (isNone(a["num_classes"]) && largest === undefined) throw vm.giveUp("the number of classes is in the data");
  const [classes = 0] = isNone(a["num_classes"])
    ? [(largest as number) + 1]
    : dimsOf(vm, a["num_classes"], "num_classes");
  if (input.shape === null) throw new Unknown(input.reason ?? vm.unknown("the rank of labels is not known"));
  const shape = input.shape.length > 1 && input.shape.at(-1) === 1 ? input.shape.slice(0, -1) : input.shape;
  return move(vm, "gather", [input], [...shape, classes], "float32");
});

const inertUtils: Record<string, Value> = {
  to_categorical: toCategorical,
  plot_model: noEffect("plot_model"),
  model_to_dot: noEffect("model_to_dot"),
  print_summary: noEffect("print_summary"),
  set_random_seed: noEffect("set_random_seed"),
  clear_session: noEffect("clear_session"),
  disable_interactive_logging: noEffect("disable_interactive_logging"),
  get_custom_objects: native("get_custom_objects", "", () => new DictValue()),
  register_keras_serializable: passThrough("register_keras_serializable"),
  custom_object_scope: outside("custom_object_scope", "a scope of custom objects has no value"),
  Sequence: inertClass("Sequence"),
  PyDataset: inertClass("PyDataset"),
  CustomObjectScope: inertClass("CustomObjectScope"),
  Progbar: inertClass("Progbar"),
};

export function utilsModule(path: string): ModuleValue {
  return lookupModule(path, inertUtils, (vm, name) =>
    name.startsWith("__") ? undefined : vm.unknown(`what ${path}.${name} gives is not in the source`),
  );
}

// --- backend ----------------------------------------------------------------------------------------------------------

/** `K.*`: the shared functions under the backend's own rules, and its settings. */
export function backendModule(path: string): ModuleValue {
  return lookupModule(
    path,
    {
      image_data_format: native("image_data_format", "", (vm) => str(kerasState(vm).imageDataFormat)),
      set_image_data_format: native("set_image_data_format", "data_format", (vm, a) => {
        kerasState(vm).imageDataFormat = toText(vm, a["data_format"], "data_format");
        return NONE;
      }),
      image_dim_ordering: native("image_dim_ordering", "", () => str("tf")),
      floatx: native("floatx", "", () => str("float32")),
      set_floatx: noEffect("set_floatx"),
      epsilon: native("epsilon", "", () => float(1e-7)),
      set_epsilon: noEffect("set_epsilon"),
      backend: native("backend", "", () => str("tensorflow")),
      learning_phase: native("learning_phase", "", () => int(0)),
      set_learning_phase: noEffect("set_learning_phase"),
      clear_session: noEffect("clear_session"),
      reset_uids: noEffect("reset_uids"),
      set_session: noEffect("set_session"),
      set_value: noEffect("set_value"),
      batch_set_value: noEffect("batch_set_value"),
      get_value: native("get_value", "x", (_vm, a) => a["x"] as Value),
      eval: native("eval", "x", (_vm, a) => a["x"] as Value),
      is_keras_tensor: native("is_keras_tensor", "x", (_vm, a) =>
        bool(a["x"] instanceof Tensor && nodeOf(a["x"]) !== null),
      ),
      is_tensor: native("is_tensor", "x", (_vm, a) => bool(a["x"] instanceof Tensor)),
      cast_to_floatx: fn("cast_to_floatx", "x", (vm, a) => tensorOf(vm, a)),
      variable: variableFunction("variable"),
      repeat: fn("repeat", "x, n", (vm, a) => {
        const input = tensorOf(vm, a);
        const [count = 1] = dimsOf(vm, a["n"], "n");
        const [batch = 1, width = 1] = input.shape ?? [];
        return move(vm, "tile", [input], input.shape ? [batch, count, width] : null);
      }),
    },
    anyFunction,
    orUnknown(path),
  );
}

// --- ops --------------------------------------------------------------------------------------------------------------

/** Functions of keras.ops that differ from TensorFlow's of the same name. */
const OPS: Record<string, Value> = {
  argmax: fn("argmax", "x, axis=None, keepdims=False", (vm, a) =>
    reduce(vm, tensorOf(vm, a), "argmax", { axes: axesOf(vm, a["axis"]), keepDims: flag(vm, a["keepdims"]) }),
  ),
  argmin: fn("argmin", "x, axis=None, keepdims=False", (vm, a) =>
    reduce(vm, tensorOf(vm, a), "argmin", { axes: axesOf(vm, a["axis"]), keepDims: flag(vm, a["keepdims"]) }),
  ),
  split: fn("split", "x, indices_or_sections, axis=0", (vm, a) => {
    const value = a["indices_or_sections"] as Value;
    if (value.kind !== "list" && value.kind !== "tuple") {
      return (shapingFunction("split") as NativeFunction).call(vm, {
        positional: [a["x"] as Value, value, a["axis"] as Value],
        keywords: new Map(),
        unknown: null,
      });
    }
    const input = tensorOf(vm, a);
    const axis = intOf(vm, a["axis"], "axis");
    const whole = input.shape?.at(axis);
    if (typeof whole !== "number") throw vm.giveUp("a dimension that is not known is split");
    const marks = [0, ...vm.items(value).map((item) => intOf(vm, item, "indices")), whole];
    return new ListValue(
      split(
        vm,
        input,
        marks.slice(1).map((mark, i) => mark - (marks[i] as number)),
        axis,
      ),
    );
  }),
  is_tensor: native("is_tensor", "x", (_vm, a) => bool(a["x"] instanceof Tensor)),
  convert_to_numpy: fn("convert_to_numpy", "x", (vm, a) => tensorOf(vm, a)),
  extract_patches: neuralFunction("extract_patches_keras") as Value,
};

export function opsModule(path: string): ModuleValue {
  const module = lookupModule(path, OPS, anyFunction, orUnknown(path));
  for (const part of ["nn", "numpy", "math", "core", "image", "linalg", "random"]) {
    if (!path.endsWith(part))
      module.members.set(part, lookupModule(`${path}.${part}`, OPS, anyFunction, orUnknown(`${path}.${part}`)));
  }
  return module;
}

/** Random tensors: `keras.random`, `tf.random`. */
export function randomModule(path: string): ModuleValue {
  const sample = (name: string) => {
    const zeros = shapingFunction("empty") as NativeFunction;
    return plainFn(name, "shape=(), *args", (vm, a) =>
      zeros.call(vm, { positional: [a["shape"] as Value], keywords: new Map(), unknown: null }),
    );
  };
  const names = [
    "normal",
    "uniform",
    "truncated_normal",
    "stateless_normal",
    "stateless_uniform",
    "gamma",
    "beta",
    "binomial",
    "randint",
    "poisson",
  ];
  return lookupModule(
    path,
    {
      ...Object.fromEntries(names.map((name) => [name, sample(name)] as const)),
      set_seed: noEffect("set_seed"),
      set_random_seed: noEffect("set_random_seed"),
      SeedGenerator: inertClass("SeedGenerator"),
      Generator: inertClass("Generator"),
      dropout: fn("dropout", "x|inputs", (vm, a) => tensorOf(vm, a)),
      shuffle: fn("shuffle", "x|value", (vm, a) => tensorOf(vm, a)),
    },
    orUnknown(path),
  );
}

// --- keras ------------------------------------------------------------------------------------------------------------

export function kerasModule(path: string): ModuleValue {
  return lookupModule(
    path,
    {
      __version__: str("3.5.0"),
      Variable: variableClass,
      KerasTensor: nativeClass("KerasTensor", [], {}),
      Initializer: inertClass("Initializer", true),
      Loss: inertClass("Loss"),
      Metric: inertClass("Metric"),
      Optimizer: inertClass("Optimizer"),
      Regularizer: inertClass("Regularizer"),
      DTypePolicy: inertClass("DTypePolicy"),
      SeedGenerator: inertClass("SeedGenerator"),
      version: native("version", "", () => str("3.5.0")),
    },
    classOrInput,
    (vm, name) =>
      SUBMODULES.has(name)
        ? undefined
        : /^[A-Z]/.test(name)
          ? vm.unknown(`${path}.${name} is not modelled`)
          : undefined,
  );
}

/** Parts of Keras by their path below `keras`. */
export const KERAS_PARTS: Readonly<Record<string, (path: string) => ModuleValue>> = {
  "": kerasModule,
  layers: layersModule,
  "layers.core": layersModule,
  "layers.convolutional": layersModule,
  "layers.pooling": layersModule,
  "layers.normalization": layersModule,
  "layers.advanced_activations": layersModule,
  "layers.merge": layersModule,
  "layers.recurrent": layersModule,
  "layers.wrappers": layersModule,
  "layers.embeddings": layersModule,
  "layers.noise": layersModule,
  "layers.local": layersModule,
  "layers.experimental": layersModule,
  "layers.experimental.preprocessing": layersModule,
  "layers.preprocessing": layersModule,
  "layers.cudnn_recurrent": layersModule,
  engine: modelsModule,
  "engine.topology": modelsModule,
  "engine.training": modelsModule,
  "engine.base_layer": modelsModule,
  "engine.input_layer": modelsModule,
  "engine.sequential": modelsModule,
  models: modelsModule,
  "models.model": modelsModule,
  saving: (path) => lookupModule(path, inertUtils, (_vm, name) => (/load/.test(name) ? loadsModel(name) : undefined)),
  utils: utilsModule,
  "utils.np_utils": utilsModule,
  "utils.vis_utils": utilsModule,
  "utils.generic_utils": utilsModule,
  "utils.data_utils": utilsModule,
  "utils.layer_utils": utilsModule,
  preprocessing: utilsModule,
  "preprocessing.image": utilsModule,
  "preprocessing.text": utilsModule,
  "preprocessing.sequence": (path) =>
    lookupModule(
      path,
      {
        pad_sequences: native("pad_sequences", "sequences, maxlen=None, **kwargs", (vm, a) => {
          const input = toTensor(vm, a["sequences"]);
          const [length = 0] = isNone(a["maxlen"])
            ? [vm.unknown("the longest sequence is in the data")]
            : dimsOf(vm, a["maxlen"], "maxlen");
          return move(vm, "pad", [input], [input.shape?.[0] ?? 1, length], "int32");
        }),
      },
      (vm, name) => (name.startsWith("__") ? undefined : vm.unknown(`${path}.${name} depends on data`)),
    ),
  activations: () => activationsModule(),
  backend: backendModule,
  "backend.tensorflow_backend": backendModule,
  ops: opsModule,
  random: randomModule,
  datasets: () => datasetsModule(),
  ...APPLICATION_PARTS,
  optimizers: (path) => inertModule(path),
  "optimizers.schedules": (path) => inertModule(path),
  "optimizers.legacy": (path) => inertModule(path),
  losses: (path) => inertModule(path),
  objectives: (path) => inertModule(path),
  metrics: (path) => inertModule(path),
  callbacks: (path) => inertModule(path),
  regularizers: (path) => inertModule(path),
  constraints: (path) => inertModule(path),
  initializers: (path) => inertModule(path, true),
  mixed_precision: (path) => inertModule(path),
  "mixed_precision.experimental": (path) => inertModule(path),
  distribution: (path) => inertModule(path),
  config: (path) =>
    lookupModule(
      path,
      {
        image_data_format: native("image_data_format", "", (vm) => str(kerasState(vm).imageDataFormat)),
        backend: native("backend", "", () => str("tensorflow")),
        floatx: native("floatx", "", () => str("float32")),
        epsilon: native("epsilon", "", () => float(1e-7)),
      },
      (_vm, name) => noEffect(name),
    ),
  wrappers: (path) => inertModule(path),
  "wrappers.scikit_learn": (path) => inertModule(path),
  export: (path) => inertModule(path),
  quantizers: (path) => inertModule(path),
  dtype_policies: (path) => inertModule(path),
  tree: (path) => lookupModule(path, {}, orUnknown(path)),
};
