// PyTorch as a framework of the analysis: its modules, how a model is recognised, run and read.
import { nativeModule } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  type ClassValue,
  type InstanceValue,
  isOpaque,
  type ModuleValue,
  type OpaqueValue,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { Shape } from "../../3-graph/shape";
import { type DType, Tensor } from "../../3-graph/tensor";
import type { Framework, InputGuess, LayerEntry } from "../framework";
import { noteGap, tensorsIn } from "./arguments";
import { fftMembers, functionalSpecial, linalgMembers, torchModule } from "./functions";
import { impliedInputs } from "./inputs";
import { childrenOf, isModule, moduleClass, namedModules, tensorsOf, unknownBaseOf } from "./module";
import { nnModules } from "./nn";
import distributionsSource from "./recipes/distributions.py?raw";
import { stubModules } from "./stubs";
import { inputTensor, library } from "./tensor-library";

const stubs = stubModules();

/** A module whose public names are those of a recipe. */
function recipeModule(name: string, source: string): (vm: Vm) => ModuleValue {
  return () => {
    const module = nativeModule(name, {});
    module.lazy = (vm, key) => {
      if (key.startsWith("_")) return undefined;
      const recipe = vm.loadRecipe(name, source, "python");
      return recipe.members.get(key) ?? recipe.scope?.variables.get(key);
    };
    return module;
  };
}

const modules: Record<string, (vm: Vm) => ModuleValue> = {
  ...stubs,
  ...nnModules(),
  torch: torchModule,
  "torch.jit": (vm) => {
    const module = stubs["torch.jit"]?.(vm) ?? nativeModule("torch.jit", {});
    module.members.set("ScriptModule", moduleClass(vm));
    return module;
  },
  "torch.linalg": () => nativeModule("torch.linalg", linalgMembers()),
  "torch.fft": () => nativeModule("torch.fft", fftMembers()),
  ...Object.fromEntries(
    ["", ".categorical", ".normal", ".bernoulli", ".distribution", ".independent", ".kl", ".uniform", ".beta"].map(
      (part) => [`torch.distributions${part}`, recipeModule(`torch.distributions${part}`, distributionsSource)],
    ),
  ),
  "torch.special": () => nativeModule("torch.special", functionalSpecial()),
};

/** Runs a module as the analysis does: a call of the layer, its tensors as a flat list. */
function run(vm: Vm, model: InstanceValue, inputs: Tensor[]): Tensor[] {
  const result = vm.call(model, inputs);
  const tensors = tensorsIn(result);
  if (isOpaque(result)) {
    noteGap(vm, result);
    throw new Unknown(result);
  }
  return tensors;
}

/** Why a field may hold parameters we cannot see: it is not known, or an object of a class whose base is not known. */
function unknownReason(vm: Vm, value: Value): OpaqueValue | null {
  if (isOpaque(value)) return value;
  return isModule(vm, value) ? null : unknownBaseOf(value);
}

/** One unknown weight for each such field: the module's parameters are then not known. */
function unknownWeights(vm: Vm, module: InstanceValue): Tensor[] {
  const reasons = [...module.fields.values()].map((value) => unknownReason(vm, value));
  return reasons.filter(isOpaque).map((why) => {
    const tensor = new Tensor(null, "float32", library, why);
    tensor.role = "weight";
    return tensor;
  });
}

export const torch: Framework = {
  name: "torch",
  modules,

  isModel(vm: Vm, value: Value): value is InstanceValue {
    return isModule(vm, value);
  },

  isModelClass(vm: Vm, cls: ClassValue): boolean {
    const base = moduleClass(vm);
    return cls !== base && cls.isSubclassOf(base);
  },

  inputsOf(vm: Vm, model: InstanceValue): InputGuess[] | null {
    return impliedInputs(vm, model);
  },

  makeInput(_vm: Vm, name: string, shape: Shape, dtype: DType): Tensor {
    return inputTensor(name, shape, dtype);
  },

  run,

  /** Every module in the order of named_modules, the root first under "". What may be a layer and is not known counts as an unknown weight. */
  layersOf(vm: Vm, model: InstanceValue): LayerEntry[] {
    return namedModules(vm, model).map(([name, instance]) => ({
      name,
      type: instance.type.name,
      instance,
      weights: [...tensorsOf(instance, "weight").map(([, tensor]) => tensor), ...unknownWeights(vm, instance)],
      isLeaf: childrenOf(vm, instance).length === 0,
    }));
  },
};
