// The layer classes of one evaluation: the native ones, and those of our recipes, each recipe file run when one of its classes is
// first asked for. Also the private module `_keras` that recipes are written with.
import { nativeModule } from "../../2-evaluate/native";
import { ClassValue, type ModuleValue, type NativeFunction, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { makeInputFunction, makeInputLayerClass } from "./input";
import { makeLayerClass } from "./layer";
import { makeModelClass } from "./model";
import { makeSequentialClass } from "./sequential";
import { PRIMITIVES } from "./primitives";
import { MORE_PRIMITIVES } from "./primitives-more";
import attention from "./recipes/attention.py?raw";
import conv from "./recipes/conv.py?raw";
import core from "./recipes/core.py?raw";
import normalization from "./recipes/normalization.py?raw";
import preprocessing from "./recipes/preprocessing.py?raw";
import recurrent from "./recipes/recurrent.py?raw";
import { kerasState } from "./state";

const RECIPES: Readonly<Record<string, string>> = { attention, conv, core, normalization, preprocessing, recurrent };

/** Old and alternative names of layer classes. */
const ALIASES: Readonly<Record<string, string>> = {
  Convolution1D: "Conv1D",
  Convolution2D: "Conv2D",
  Convolution3D: "Conv3D",
  Convolution2DTranspose: "Conv2DTranspose",
  Convolution3DTranspose: "Conv3DTranspose",
  Convolution1DTranspose: "Conv1DTranspose",
  Deconvolution2D: "Conv2DTranspose",
  Deconv2D: "Conv2DTranspose",
  SeparableConvolution1D: "SeparableConv1D",
  SeparableConvolution2D: "SeparableConv2D",
  MaxPool1D: "MaxPooling1D",
  MaxPool2D: "MaxPooling2D",
  MaxPool3D: "MaxPooling3D",
  AvgPool1D: "AveragePooling1D",
  AvgPool2D: "AveragePooling2D",
  AvgPool3D: "AveragePooling3D",
  GlobalMaxPool1D: "GlobalMaxPooling1D",
  GlobalMaxPool2D: "GlobalMaxPooling2D",
  GlobalMaxPool3D: "GlobalMaxPooling3D",
  GlobalAvgPool1D: "GlobalAveragePooling1D",
  GlobalAvgPool2D: "GlobalAveragePooling2D",
  GlobalAvgPool3D: "GlobalAveragePooling3D",
  GroupQueryAttention: "GroupedQueryAttention",
  BatchNormalizationV2: "BatchNormalization",
  BatchNormalizationV1: "BatchNormalization",
  Functional: "Model",
  KerasLayer: "SavedLayer",
};

/** Classes in a recipe file, found by their class lines. */
const CLASS_FILES: ReadonlyMap<string, string> = new Map(
  Object.entries(RECIPES).flatMap(([file, text]) =>
    [...text.matchAll(/^class (\w+)/gm)].map((match) => [match[1] as string, file] as const),
  ),
);

const NATIVE: Readonly<Record<string, (vm: Vm) => ClassValue>> = {
  Layer: () => makeLayerClass(),
  InputLayer: (vm) => makeInputLayerClass(kerasClass(vm, "Layer")),
  Model: (vm) => makeModelClass(kerasClass(vm, "Layer"), kerasClass(vm, "InputLayer")),
  Sequential: (vm) => makeSequentialClass(kerasClass(vm, "Model")),
};

/** A class by name; undefined when Keras has none of that name (or we do not model it). */
export function findKerasClass(vm: Vm, given: string): ClassValue | undefined {
  const name = ALIASES[given] ?? given;
  const { classes } = kerasState(vm);
  const known = classes.get(name);
  if (known) return known;
  const make = NATIVE[name];
  if (make) {
    const cls = make(vm);
    classes.set(name, cls);
    return cls;
  }
  const file = CLASS_FILES.get(name);
  if (file === undefined) return undefined;
  const module = vm.loadRecipe(`keras/${file}`, RECIPES[file] as string, "python");
  for (const [key, value] of module.scope?.variables ?? module.members) {
    // A recipe sees the classes of others too; those keep their own home.
    if (value instanceof ClassValue && CLASS_FILES.get(key) === file) classes.set(key, value);
  }
  return classes.get(name);
}

/** A class that exists. */
export function kerasClass(vm: Vm, name: string): ClassValue {
  const found = findKerasClass(vm, name);
  if (!found) throw vm.giveUp(`the Keras class ${name} could not be loaded`);
  return found;
}

/** `Input`, one per evaluation. */
export function inputFunction(vm: Vm): NativeFunction {
  const state = kerasState(vm);
  state.input ??= makeInputFunction(kerasClass(vm, "InputLayer"));
  return state.input;
}

/** All layer class names, with their aliases. */
export function classNames(): string[] {
  return [...CLASS_FILES.keys(), ...Object.keys(NATIVE), ...Object.keys(ALIASES)];
}

/** The private module of the recipes. */
export function recipeModule(): ModuleValue {
  const module = nativeModule("_keras", { ...PRIMITIVES, ...MORE_PRIMITIVES });
  module.lazy = (vm, name): Value | undefined => findKerasClass(vm, name);
  return module;
}
