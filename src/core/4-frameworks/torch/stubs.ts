// The parts of torch that a model file mentions and that do not matter here: gradients, devices, compilation, initialisers,
// distribution, profiling. Each passes things through, does nothing, or tells a fixed answer; the rest is unknown by name.
import { type Bound, native, nativeClass, nativeModule } from "../../2-evaluate/native";
import { objectType } from "../../2-evaluate/python/types";
import {
  type Arguments,
  ClassMethod,
  type ClassValue,
  FALSE,
  float,
  HostObject,
  InstanceValue,
  int,
  isNone,
  isOpaque,
  ModuleValue,
  NativeFunction,
  NONE,
  StaticMethod,
  str,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { matmul } from "../../3-graph/operations/linear";
import { viewAs } from "../../3-graph/operations/reshape";
import { elements, mapDims, dimValue, type Dim } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { toTensor } from "./arguments";

/** A context manager that is also a decorator: torch.no_grad(), autocast(), profile(). */
class Neutral extends HostObject {
  readonly typeName = "contextmanager";
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (name === "__enter__") return native(name, "*args", () => this);
    if (name === "__exit__") return native(name, "*args, **kwargs", () => FALSE);
    return native(name, "*args, **kwargs", () => NONE);
  }
  override call(_vm: Vm, args: Arguments): Value | undefined {
    return args.positional[0] ?? this;
  }
  override truth(): boolean {
    return true;
  }
}

function isCallable(value: Value | undefined): boolean {
  return value?.kind === "function" || value?.kind === "native" || value?.kind === "method" || value?.kind === "class";
}

/** Gives a function back when used as a bare decorator, a context manager otherwise. */
export function neutral(name: string): NativeFunction {
  return new NativeFunction(name, (_vm, args) => {
    const [first] = args.positional;
    return first && isCallable(first) ? first : new Neutral();
  });
}

/** Gives its first argument back. */
export const passthrough = (name: string): NativeFunction =>
  new NativeFunction(name, (_vm, args) => args.positional[0] ?? [...args.keywords.values()][0] ?? new Neutral());
/** A decorator, bare or with options: the function stays. */
export const decorator = (name: string): NativeFunction =>
  new NativeFunction(name, (_vm, args) =>
    isCallable(args.positional[0]) || args.positional[0]?.kind === "instance"
      ? (args.positional[0] as Value)
      : passthrough(name),
  );
export const nothing = (name: string): NativeFunction => new NativeFunction(name, () => NONE);
export const answer = (name: string, value: Value): NativeFunction => new NativeFunction(name, () => value);
export const unknownCall = (name: string, why: string): NativeFunction =>
  new NativeFunction(name, (vm) => vm.unknown(why));

function all(make: (name: string) => Value, ...names: string[]): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

const no = (name: string): NativeFunction => answer(name, FALSE);

/** torch.autograd.Function: `apply` runs the user's forward. */
function autogradFunction(): ClassValue {
  const context = nativeClass(
    "FunctionCtx",
    [objectType],
    all(nothing, "save_for_backward", "mark_dirty", "mark_non_differentiable", "set_materialize_grads"),
  );
  const cls = nativeClass("Function", [objectType], {});
  cls.members.set(
    "apply",
    new ClassMethod(
      new NativeFunction("apply", (vm, args) => {
        const [owner, ...rest] = args.positional;
        if (owner?.kind !== "class") throw vm.giveUp("the class of an autograd function is not known");
        const found = owner.find("forward");
        if (!found) throw vm.giveUp("an autograd function without a forward");
        const forward = found instanceof StaticMethod ? found.callable : found;
        const ctx = new InstanceValue(context);
        return vm.callWith(forward, { positional: [ctx, ...rest], keywords: args.keywords, unknown: args.unknown });
      }),
    ),
  );
  return cls;
}

/** torch.utils.checkpoint.checkpoint(fn, *args): calls the function. */
const checkpoint = new NativeFunction("checkpoint", (vm, args) => {
  const [fn, ...rest] = args.positional;
  const keywords = new Map(
    [...args.keywords].filter(
      ([name]) => !["use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug"].includes(name),
    ),
  );
  return vm.callWith(fn as Value, { positional: rest, keywords, unknown: args.unknown });
});

const checkpointSequential = native("checkpoint_sequential", "functions, segments, input, **kwargs", (vm, a) => {
  const functions = a["functions"] as Value;
  return vm.items(functions).reduce((value, fn) => vm.call(fn, [value]), a["input"] as Value);
});

/** fan_in and fan_out of a weight [out, in, kernel…]. */
function fans(vm: Vm, a: Bound): [Dim, Dim] {
  const { shape } = toTensor(vm, a["tensor"]);
  if (shape === null || shape.length < 2)
    throw vm.error("ValueError", "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  const area = elements(shape.slice(2));
  return [mapDims((n, k) => n * k, shape[1] as Dim, area), mapDims((n, k) => n * k, shape[0] as Dim, area)];
}

const INITIALISERS = [
  "uniform_",
  "normal_",
  "trunc_normal_",
  "constant_",
  "ones_",
  "zeros_",
  "eye_",
  "dirac_",
  "xavier_uniform_",
  "xavier_normal_",
  "kaiming_uniform_",
  "kaiming_normal_",
  "orthogonal_",
  "sparse_",
  "xavier_uniform",
  "xavier_normal",
  "kaiming_uniform",
  "kaiming_normal",
  "normal",
  "constant",
  "uniform",
  "orthogonal",
];

const GAINS: Readonly<Record<string, number>> = {
  tanh: 5 / 3,
  relu: Math.SQRT2,
  selu: 0.75,
  leaky_relu: Math.sqrt(2 / (1 + 0.01 ** 2)),
};

export function initModule(): ModuleValue {
  return nativeModule("torch.nn.init", {
    ...all(passthrough, ...INITIALISERS),
    calculate_gain: native("calculate_gain", "nonlinearity, param=None", (_vm, a) => {
      const kind = a["nonlinearity"]?.kind === "string" ? a["nonlinearity"].value : "";
      const slope = a["param"]?.kind === "number" ? a["param"].value : 0.01;
      return float(kind === "leaky_relu" ? Math.sqrt(2 / (1 + slope ** 2)) : (GAINS[kind] ?? 1));
    }),
    _calculate_fan_in_and_fan_out: native("_calculate_fan_in_and_fan_out", "tensor", (vm, a) =>
      tuple(fans(vm, a).map(dimValue)),
    ),
    _calculate_correct_fan: native("_calculate_correct_fan", "tensor, mode", (vm, a) =>
      dimValue(fans(vm, a)[a["mode"]?.kind === "string" && a["mode"].value === "fan_out" ? 1 : 0]),
    ),
    _no_grad_trunc_normal_: passthrough("_no_grad_trunc_normal_"),
    _no_grad_normal_: passthrough("_no_grad_normal_"),
    _no_grad_uniform_: passthrough("_no_grad_uniform_"),
  });
}

/** Tracing and exporting run a model once on example inputs: a tensor, or a tuple of arguments. */
function callOnExample(vm: Vm, model: Value | undefined, example: Value | undefined): void {
  if (!model || !example || isNone(example)) return;
  const inputs = example.kind === "tuple" ? example.items : [example];
  if (inputs.length > 0) vm.call(model, inputs);
}

/** The base class of users' data sets; it does nothing itself. */
const dataSetClass = nativeClass("Dataset", [objectType], {
  __class_getitem__: new ClassMethod(native("__class_getitem__", "cls, item", (_vm, a) => a["cls"] as Value)),
});

/** Modules with nothing but fixed answers, by name. */
export function stubModules(): Record<string, (vm: Vm) => ModuleValue> {
  const make = (name: string, members: Record<string, Value> = {}) =>
    [name, () => nativeModule(name, members)] as const;
  const amp = {
    ...all(neutral, "autocast"),
    ...all(decorator, "custom_fwd", "custom_bwd"),
    ...all((name) => unknownCall(name, "gradient scaling is not modelled"), "GradScaler"),
  };
  const script = {
    ...all(
      decorator,
      "script",
      "freeze",
      "optimize_for_inference",
      "script_method",
      "script_if_tracing",
      "ignore",
      "unused",
      "export",
      "interface",
      "is_scripting_decorator",
    ),
    ...all(no, "is_scripting", "is_tracing"),
    ...all(nothing, "save", "enable_onednn_fusion", "set_fusion_strategy"),
    trace: native("trace", "func, example_inputs=None, *args, **kwargs", (vm, a) => {
      callOnExample(vm, a["func"], a["example_inputs"]);
      return a["func"] as Value;
    }),
    Attribute: native("Attribute", "value, type=None", (_vm, a) => a["value"] as Value),
    annotate: native("annotate", "the_type, value", (_vm, a) => a["value"] as Value),
    isinstance: native("isinstance", "obj, target_type", (vm, a) => {
      const result = vm.isInstance(a["obj"] as Value, a["target_type"] as Value);
      return isOpaque(result) ? result : result ? vm.unary("not", FALSE) : FALSE;
    }),
  };
  return Object.fromEntries([
    make("torch.cuda", {
      ...all(no, "is_available", "is_initialized", "is_bf16_supported"),
      device_count: answer("device_count", int(0)),
      ...all(
        nothing,
        "empty_cache",
        "manual_seed",
        "manual_seed_all",
        "synchronize",
        "set_device",
        "reset_peak_memory_stats",
        "init",
      ),
      ...all(neutral, "device", "stream"),
    }),
    make("torch.cuda.amp", amp),
    make("torch.amp", amp),
    make("torch.cpu.amp", amp),
    make("torch.mps", { is_available: no("is_available"), empty_cache: nothing("empty_cache") }),
    make("torch.xpu", { is_available: no("is_available") }),
    make("torch.backends.mps", { is_available: no("is_available"), is_built: no("is_built") }),
    make("torch.backends.cuda", {
      ...all(no, "is_built", "flash_sdp_enabled"),
      sdp_kernel: neutral("sdp_kernel"),
      matmul: new Neutral(),
    }),
    make("torch.backends.cudnn", {
      is_available: no("is_available"),
      enabled: FALSE,
      benchmark: FALSE,
      deterministic: FALSE,
      ...all(neutral, "flags"),
    }),
    make("torch.backends"),
    make("torch.nn.attention", { sdpa_kernel: neutral("sdpa_kernel") }),
    make("torch.jit", script),
    make("torch.jit.annotations"),
    make("torch.fx", { wrap: passthrough("wrap") }),
    make("torch.compiler", {
      ...all(decorator, "disable", "compile", "allow_in_graph"),
      ...all(no, "is_compiling", "is_dynamo_compiling"),
    }),
    make("torch._dynamo", {
      ...all(decorator, "disable", "allow_in_graph"),
      ...all(no, "is_compiling"),
      ...all(nothing, "reset", "graph_break"),
    }),
    make("torch.onnx", {
      ...all(no, "is_in_onnx_export"),
      export: native("export", "model, args=(), f=None, *rest, **kwargs", (vm, a) => {
        callOnExample(vm, a["model"], a["args"]);
        return NONE;
      }),
    }),
    make("torch.autograd", {
      Function: autogradFunction(),
      Variable: native("Variable", "data, requires_grad=False, volatile=False", (_vm, a) => a["data"] as Value),
      ...all(neutral, "no_grad", "set_detect_anomaly", "detect_anomaly", "enable_grad", "set_grad_enabled"),
      ...all((name) => unknownCall(name, "gradients are not modelled"), "grad", "backward"),
    }),
    make("torch.utils.checkpoint", { checkpoint, checkpoint_sequential: checkpointSequential }),
    make("torch.utils"),
    make("torch.utils.data", { Dataset: dataSetClass }),
    make("torch.utils.model_zoo"),
    make("torch.utils.tensorboard"),
    make("torch.hub"),
    make("torch.optim"),
    make("torch.optim.lr_scheduler"),
    make("torch.profiler", all(neutral, "profile", "record_function")),
    make("torch.autograd.function", { Function: autogradFunction(), ...all(decorator, "once_differentiable") }),
    make("torch.autograd.profiler", all(neutral, "profile", "record_function")),
    make("torch.random", all(nothing, "manual_seed", "seed")),
    make("torch.version", { __version__: str("2.1.0"), cuda: NONE }),
    make("torch.distributed", {
      ...all(no, "is_available", "is_initialized"),
      get_rank: answer("get_rank", int(0)),
      get_world_size: answer("get_world_size", int(1)),
      ...all(nothing, "init_process_group", "destroy_process_group", "barrier"),
    }),
    make("torch.overrides", {
      has_torch_function: no("has_torch_function"),
      has_torch_function_unary: no("has_torch_function_unary"),
      has_torch_function_variadic: no("has_torch_function_variadic"),
    }),
    make("torch.types"),
    make("torch._jit_internal", {
      ...all(
        decorator,
        "weak_module",
        "weak_script_method",
        "_overload_method",
        "_copy_to_script_wrapper",
        "ignore",
        "boolean_dispatch",
      ),
      boolean_dispatch: passthrough("boolean_dispatch"),
    }),
    make("torch._six", {}),
    make("torch.functional"),
    make("torch.multiprocessing"),
    make("torch.testing"),
    make("torch.sparse"),
    make("torch.package"),
  ] as (readonly [string, () => ModuleValue])[]);
}

/** Replaces a parameter by a computed tensor of the same shape and the stored ones it is computed from. */
function reparametrise(
  vm: Vm,
  module: InstanceValue,
  name: string,
  parts: (weight: Tensor) => [string, Tensor][],
): void {
  const weight = module.fields.get(name);
  if (!(weight instanceof Tensor)) throw vm.giveUp(`the parameter ${name} of a layer is not known`);
  vm.touch(module);
  module.fields.delete(name);
  for (const [part, tensor] of parts(weight)) module.fields.set(part, tensor);
  const computed = new Tensor(weight.shape, weight.dtype, weight.library, weight.reason);
  computed.role = "constant";
  module.fields.set(name, computed);
}

function stored(like: Tensor, shape: readonly Dim[] | null, role: "weight" | "buffer" = "weight"): Tensor {
  const tensor = new Tensor(shape, like.dtype, like.library, like.reason);
  tensor.role = role;
  tensor.trainable = like.trainable;
  return tensor;
}

function moduleOf(vm: Vm, value: Value | undefined): InstanceValue {
  if (value?.kind === "instance") return value;
  throw vm.giveUp("a layer is not known");
}

const text = (value: Value | undefined, fallback: string): string =>
  value?.kind === "string" ? value.value : fallback;

const weightNorm = native("weight_norm", "module, name='weight', dim=0", (vm, a) => {
  const module = moduleOf(vm, a["module"]);
  const name = text(a["name"], "weight");
  const dim = a["dim"]?.kind === "number" ? a["dim"].value : null;
  reparametrise(vm, module, name, (weight) => {
    const shape = weight.shape;
    const axis = dim !== null && shape !== null && dim < 0 ? dim + shape.length : dim;
    const norms = shape === null ? null : axis === null ? [] : shape.map((size, i) => (i === axis ? size : 1));
    return [
      [`${name}_g`, stored(weight, norms)],
      [`${name}_v`, stored(weight, shape)],
    ];
  });
  return module;
});

/**
 * What spectral_norm computes each time the layer runs, also at inference: u · (W v), with W as a matrix of rows by everything else.
 * Nothing for other layers.
 */
export function normaliseSpectrum(vm: Vm, module: InstanceValue): void {
  const weight = module.fields.get("weight_orig");
  const left = module.fields.get("weight_u");
  const right = module.fields.get("weight_v");
  if (!(weight instanceof Tensor && left instanceof Tensor && right instanceof Tensor)) return;
  const columns = weight.shape === null ? null : elements(weight.shape.slice(1));
  const matrix = columns === null ? weight : viewAs(vm, weight, [weight.shape?.[0] ?? columns, columns]);
  matmul(vm, left, matmul(vm, matrix, right));
}

const spectralNorm = native(
  "spectral_norm",
  "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None",
  (vm, a) => {
    const module = moduleOf(vm, a["module"]);
    const name = text(a["name"], "weight");
    reparametrise(vm, module, name, (weight) => [
      [`${name}_orig`, stored(weight, weight.shape)],
      [`${name}_u`, stored(weight, weight.shape === null ? null : [weight.shape[0] as Dim], "buffer")],
      [`${name}_v`, stored(weight, weight.shape === null ? null : [elements(weight.shape.slice(1))], "buffer")],
    ]);
    return module;
  },
);

/** Takes the extra tensors away again and makes the weight a parameter. */
const removeNorm = native("remove_weight_norm", "module, name='weight'", (vm, a) => {
  const module = moduleOf(vm, a["module"]);
  const name = text(a["name"], "weight");
  const computed = module.fields.get(name);
  if (!(computed instanceof Tensor)) return module;
  vm.touch(module);
  for (const suffix of ["_g", "_v", "_orig", "_u"]) module.fields.delete(`${name}${suffix}`);
  module.fields.set(name, stored(computed, computed.shape));
  return module;
});

/** torch.nn.utils without its rnn part. */
export const utilities: Record<string, Value> = {
  weight_norm: weightNorm,
  spectral_norm: spectralNorm,
  remove_weight_norm: removeNorm,
  remove_spectral_norm: removeNorm,
  ...all(nothing, "clip_grad_norm_", "clip_grad_norm", "clip_grad_value_", "vector_to_parameters"),
};

export const parametrisations: Record<string, Value> = {
  weight_norm: weightNorm,
  spectral_norm: spectralNorm,
  orthogonal: passthrough("orthogonal"),
};
