// The modules of TensorFlow besides Keras: its functions come from the tables under functions/, what is left stands here.
import { native, nativeClass } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import { bool, FALSE, ListValue, type ModuleValue, NONE, str, TRUE, type Value } from "../../2-evaluate/values";
import { Tensor } from "../../3-graph/tensor";
import { dtypeObject, toDType } from "./dtypes";
import { neuralFunction } from "./functions/neural";
import { inertClass, inertModule, noEffect, outside, passThrough } from "./inert";
import { anyFunction, type Lookup, lookupModule, orUnknown } from "./modules";
import { randomModule } from "./namespaces";
import { STAR_NAMES } from "./star-names";
import { tensorShapeType } from "./shapes";
import { plainVariableClass } from "./variables";

const DTYPES = [
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "bool",
  "string",
  "complex64",
] as const;
const DTYPE_MEMBERS: Record<string, Value> = Object.fromEntries([
  ...DTYPES.map((dtype) => [dtype, dtypeObject(dtype)] as const),
  ...(["uint16", "uint32", "uint64", "half", "double", "complex128"] as const).map(
    (name) => [name, dtypeObject(toDType(str(name), "float32"))] as const,
  ),
]);

const tensorClass = nativeClass("Tensor", [], {});
const moduleClass = nativeClass("Module", [], {
  __init__: native("__init__", "self, name=None, **kwargs", () => NONE),
});

const INITIALIZERS: Lookup = (_vm, name) => (name.endsWith("_initializer") ? inertClass(name, true) : undefined);

function tensorflowModule(path: string): ModuleValue {
  return lookupModule(
    path,
    {
      ...DTYPE_MEMBERS,
      __version__: str("2.16.1"),
      Variable: plainVariableClass,
      Tensor: tensorClass,
      Module: moduleClass,
      RaggedTensor: nativeClass("RaggedTensor", [], {}),
      SparseTensor: nativeClass("SparseTensor", [], {}),
      newaxis: NONE,
      function: passThrough("function"),
      custom_gradient: passThrough("custom_gradient"),
      no_gradient: passThrough("no_gradient"),
      recompute_grad: passThrough("recompute_grad"),
      executing_eagerly: native("executing_eagerly", "", () => TRUE),
      is_tensor: native("is_tensor", "x", (_vm, a) => bool(a["x"] instanceof Tensor)),
      get_static_value: native("get_static_value", "tensor, **kwargs", (_vm, a) => a["tensor"] as Value),
      TensorShape: tensorShapeType,
      set_random_seed: noEffect("set_random_seed"),
      enable_eager_execution: noEffect("enable_eager_execution"),
      disable_v2_behavior: noEffect("disable_v2_behavior"),
      print: noEffect("print"),
      Assert: noEffect("Assert"),
      assert_equal: noEffect("assert_equal"),
      control_dependencies: outside("control_dependencies", "a context of the graph has no value"),
      name_scope: outside("name_scope", "a name scope has no value"),
      cond: native("cond", "pred, true_fn=None, false_fn=None, **kwargs", (vm, a) => {
        const truth = vm.truth(a["pred"] as Value);
        if (typeof truth !== "boolean") throw new Unknown(truth);
        return vm.call((truth ? a["true_fn"] : a["false_fn"]) as Value);
      }),
    },
    anyFunction,
    INITIALIZERS,
    orUnknown(path),
  );
}

const functionsPart = (path: string, names?: readonly string[]): ModuleValue =>
  lookupModule(path, names ? { __all__: new ListValue(names.map(str)) } : {}, anyFunction, orUnknown(path));

/** Parts of TensorFlow by their path below `tensorflow`, besides `keras`. */
export const TENSORFLOW_PARTS: Readonly<Record<string, (path: string) => ModuleValue>> = {
  "": tensorflowModule,
  math: (path) => functionsPart(path, STAR_NAMES.math),
  nn: (path) => functionsPart(path, STAR_NAMES.nn),
  linalg: (path) => functionsPart(path),
  image: (path) =>
    lookupModule(
      path,
      { extract_patches: neuralFunction("extract_patches_tf") as Value },
      anyFunction,
      orUnknown(path),
    ),
  signal: (path) =>
    lookupModule(path, {}, (_vm, name) => (/fft/.test(name) ? neuralFunction(name) : undefined), orUnknown(path)),
  random: randomModule,
  dtypes: (path) => lookupModule(path, DTYPE_MEMBERS, anyFunction),
  config: (path) =>
    lookupModule(
      path,
      {
        list_physical_devices: native("list_physical_devices", "*args, **kwargs", () => new ListValue([])),
        list_logical_devices: native("list_logical_devices", "*args, **kwargs", () => new ListValue([])),
        run_functions_eagerly: noEffect("run_functions_eagerly"),
      },
      orUnknown(path),
    ),
  "config.experimental": (path) =>
    lookupModule(
      path,
      {
        list_physical_devices: native("list_physical_devices", "*args, **kwargs", () => new ListValue([])),
        set_memory_growth: noEffect("set_memory_growth"),
      },
      orUnknown(path),
    ),
  test: (path) =>
    lookupModule(
      path,
      {
        is_gpu_available: native("is_gpu_available", "*args, **kwargs", () => FALSE),
        gpu_device_name: native("gpu_device_name", "", () => str("")),
      },
      orUnknown(path),
    ),
  compat: (path) => lookupModule(path, {}),
  "compat.v1": tensorflowModule,
  "compat.v2": tensorflowModule,
  "compat.v1.nn": (path) => functionsPart(path, STAR_NAMES.nn),
  "compat.v1.image": (path) => functionsPart(path),
  "compat.v1.math": (path) => functionsPart(path, STAR_NAMES.math),
  initializers: (path) => inertModule(path, true),
  losses: (path) => inertModule(path),
  metrics: (path) => inertModule(path),
  optimizers: (path) => inertModule(path),
  debugging: (path) =>
    lookupModule(path, {}, (_vm, name) => (/^assert|^check/.test(name) ? noEffect(name) : undefined), orUnknown(path)),
  python: (path) => lookupModule(path, {}),
  "python.framework": (path) => lookupModule(path, {}, orUnknown(path)),
  "python.ops": (path) => lookupModule(path, {}, orUnknown(path)),
};
