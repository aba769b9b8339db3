// torch.nn and its submodules: Module, containers, and the layers, which are recipes read when first asked for.
import { native, nativeModule } from "../../2-evaluate/native";
import { FALSE, ModuleValue, str, tuple, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { tensorClasses } from "./classes";
import { containerClasses } from "./containers";
import { functionalMembers } from "./functional";
import { moduleClass } from "./module";
import { primitives } from "./primitives";
import activationSource from "./recipes/nn/activation.py?raw";
import convSource from "./recipes/nn/conv.py?raw";
import linearSource from "./recipes/nn/linear.py?raw";
import lossSource from "./recipes/nn/loss.py?raw";
import normSource from "./recipes/nn/norm.py?raw";
import parallelSource from "./recipes/nn/parallel.py?raw";
import poolSource from "./recipes/nn/pool.py?raw";
import quantizedSource from "./recipes/nn/quantized.py?raw";
import recurrentSource from "./recipes/nn/recurrent.py?raw";
import shapeSource from "./recipes/nn/shape.py?raw";
import transformerSource from "./recipes/nn/transformer.py?raw";
import { packing } from "./recurrent";
import { initModule, parametrisations, utilities } from "./stubs";

/** Recipe files of layers, by a short name. */
const SOURCES: Readonly<Record<string, string>> = {
  conv: convSource,
  linear: linearSource,
  norm: normSource,
  pool: poolSource,
  activation: activationSource,
  shape: shapeSource,
  loss: lossSource,
  recurrent: recurrentSource,
  transformer: transformerSource,
  parallel: parallelSource,
  quantized: quantizedSource,
};

/** Names a recipe file defines: its classes and top-level assignments of capitalised names. */
const DEFINED = /^(?:class (\w+)|(\w+) = _lazy\()/gm;

const fileOf = new Map<string, string>();
for (const [file, source] of Object.entries(SOURCES)) {
  for (const match of source.matchAll(DEFINED)) fileOf.set((match[1] ?? match[2]) as string, file);
}
fileOf.set("_get_activation_fn", "transformer");
fileOf.set("_get_clones", "transformer");

/** A layer class by its name; undefined when there is none. */
function layer(vm: Vm, name: string): Value | undefined {
  const file = fileOf.get(name);
  if (file === undefined) return undefined;
  const module = vm.loadRecipe(`torch.nn.modules.${file}`, SOURCES[file] as string, "python");
  const value = module.members.get(name) ?? module.scope?.variables.get(name);
  if (value !== undefined) return value;
  const failure = module.members.get("__failure__");
  return vm.unknown(`the recipe of ${name} could not be read${failure?.kind === "string" ? `: ${failure.value}` : ""}`);
}

const KEY = "torch.nn";

/** The module torch.nn of this evaluation. */
function nnModule(vm: Vm): ModuleValue {
  let module = vm.state.get(KEY) as ModuleValue | undefined;
  if (!module) {
    module = nativeModule("torch.nn", {
      Module: moduleClass(vm),
      Parameter: tensorClasses(vm).Parameter,
      ...containerClasses(vm),
    });
    vm.state.set(KEY, module);
    module.members.set(
      "__all__",
      tuple([...module.members.keys(), ...[...fileOf.keys()].filter((name) => !name.startsWith("_"))].map(str)),
    );
    module.members.set("UninitializedParameter", tensorClasses(vm).Parameter);
    module.lazy = (machine, name) => layer(machine, name);
  }
  return module;
}

/** A module that has the names of torch.nn and some more: torch.nn.modules.conv and the like. */
function view(
  name: string,
  more: (vm: Vm) => Record<string, Value> = () => ({}),
): readonly [string, (vm: Vm) => ModuleValue] {
  return [
    name,
    (vm) => {
      const module = new ModuleValue(name, null, "python");
      for (const [key, value] of Object.entries(more(vm))) module.members.set(key, value);
      const nn = nnModule(vm);
      module.lazy = (machine, key) => nn.members.get(key) ?? layer(machine, key);
      return module;
    },
  ];
}

/** _single, _pair, _triple … and the switches recipes of others import from the same place. */
function tuples(): Record<string, Value> {
  const helpers = primitives().members;
  const member = (name: string): Value => helpers.get(name) as Value;
  return {
    _single: member("single"),
    _pair: member("pair"),
    _triple: member("triple"),
    _quadruple: member("quadruple"),
    _ntuple: member("ntuple"),
    _reverse_repeat_tuple: native("_reverse_repeat_tuple", "t, n", (vm, a) => {
      const count = a["n"]?.kind === "number" ? a["n"].value : 1;
      return tuple([...vm.items(a["t"] as Value)].reverse().flatMap((value) => new Array<Value>(count).fill(value)));
    }),
    _list_with_default: native("_list_with_default", "out_size, defaults", (_vm, a) => a["out_size"] as Value),
  };
}

const SUBMODULES = [
  "conv",
  "linear",
  "batchnorm",
  "normalization",
  "instancenorm",
  "pooling",
  "activation",
  "dropout",
  "padding",
  "rnn",
  "sparse",
  "transformer",
  "upsampling",
  "pixelshuffle",
  "flatten",
  "fold",
  "container",
  "loss",
  "distance",
  "module",
  "adaptive",
  "channelshuffle",
  "lazy",
];

/** torch.nn with everything below it, by dotted name. */
export function nnModules(): Record<string, (vm: Vm) => ModuleValue> {
  return Object.fromEntries([
    ["torch.nn", nnModule],
    ["torch._primitives", () => primitives()],
    [
      "torch.nn.functional",
      () => {
        const module = nativeModule("torch.nn.functional", {
          _canonical_mask: native("_canonical_mask", "mask, **kwargs", (_vm, a) => a["mask"] as Value),
        });
        const members = functionalMembers();
        module.lazy = (_vm, name) => (Object.hasOwn(members, name) ? members[name] : undefined);
        return module;
      },
    ],
    ["torch.nn.init", () => initModule()],
    [
      "torch.nn.parameter",
      (vm: Vm) =>
        nativeModule("torch.nn.parameter", {
          Parameter: tensorClasses(vm).Parameter,
          UninitializedParameter: tensorClasses(vm).Parameter,
          Buffer: native("Buffer", "data, persistent=True", (_vm, a) => a["data"] as Value),
        }),
    ],
    [
      "torch.nn.utils",
      () =>
        nativeModule("torch.nn.utils", {
          ...utilities,
          parameters_to_vector: native("parameters_to_vector", "parameters", (vm) =>
            vm.unknown("all parameters as one vector"),
          ),
        }),
    ],
    ["torch.nn.utils.rnn", () => nativeModule("torch.nn.utils.rnn", packing)],
    ["torch.nn.utils.weight_norm", () => nativeModule("torch.nn.utils.weight_norm", utilities)],
    ["torch.nn.utils.spectral_norm", () => nativeModule("torch.nn.utils.spectral_norm", utilities)],
    ["torch.nn.utils.parametrizations", () => nativeModule("torch.nn.utils.parametrizations", parametrisations)],
    [
      "torch.nn.utils.parametrize",
      () =>
        nativeModule("torch.nn.utils.parametrize", {
          remove_parametrizations: native(
            "remove_parametrizations",
            "module, *args, **kwargs",
            (_vm, a) => a["module"] as Value,
          ),
          is_parametrized: native("is_parametrized", "*args", () => FALSE),
        }),
    ],
    ["torch.nn.utils.fusion", () => nativeModule("torch.nn.utils.fusion", {})],
    view("torch.nn.modules"),
    view("torch.nn.modules.utils", tuples),
    view("torch.nn.parallel"),
    view("torch.nn.parallel.distributed"),
    view("torch.nn.parallel.data_parallel"),
    view("torch.nn.quantized"),
    view("torch.ao.nn.quantized"),
    view("torch.quantization", quantization),
    view("torch.ao.quantization", quantization),
    view("torch.nn.quantizable"),
    ...SUBMODULES.map((name) => view(`torch.nn.modules.${name}`)),
  ] as (readonly [string, (vm: Vm) => ModuleValue])[]);
}

/** Preparing for quantisation leaves the model as it is. */
function quantization(): Record<string, Value> {
  const same = (name: string): Value => native(name, "model, *args, **kwargs", (_vm, a) => a["model"] as Value);
  return Object.fromEntries(
    ["fuse_modules", "fuse_modules_qat", "prepare", "prepare_qat", "convert", "quantize_dynamic", "quantize"].map(
      (name) => [name, same(name)],
    ),
  );
}
