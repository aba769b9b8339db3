// Modules made of recipes: names of a library that lead to names of a source file of ours.
import { nativeModule } from "../../2-evaluate/native";
import type { ModuleValue, Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import commands from "./recipes/commands.py?raw";
import dicts from "./recipes/dicts.py?raw";
import lightning from "./recipes/lightning.py?raw";
import omegaconf from "./recipes/omegaconf.py?raw";
import records from "./recipes/records.py?raw";
import six from "./recipes/six.py?raw";
import sklearn from "./recipes/sklearn.py?raw";
import summaries from "./recipes/summaries.py?raw";
import timmLayers from "./recipes/timm_layers.py?raw";
import timmVit from "./recipes/timm_vit.py?raw";
import tqdm from "./recipes/tqdm.py?raw";
import mmRegistry from "./recipes/openmmlab/registry.py?raw";
import mmModule from "./recipes/openmmlab/module.py?raw";
import mmLayers from "./recipes/openmmlab/layers.py?raw";
import mmBlocks from "./recipes/openmmlab/blocks.py?raw";
import mmTransformer from "./recipes/openmmlab/transformer.py?raw";

export type Maker = (vm: Vm) => ModuleValue;

const SOURCES = {
  commands,
  dicts,
  lightning,
  omegaconf,
  records,
  six,
  sklearn,
  summaries,
  timmLayers,
  timmVit,
  tqdm,
  mmRegistry,
  mmModule,
  mmLayers,
  mmBlocks,
  mmTransformer,
} as const;
type Recipe = keyof typeof SOURCES;

/** A name of a recipe; opaque with the reason when the recipe could not be read. */
function member(vm: Vm, recipe: Recipe, name: string): Value | undefined {
  const module = vm.loadRecipe(`third-party/${recipe}`, SOURCES[recipe], "python");
  const found = module.members.get(name) ?? module.scope?.variables.get(name);
  if (found !== undefined) return found;
  const failure = module.members.get("__failure__");
  return failure
    ? vm.unknown(`the recipe of ${name} could not be read: ${failure.kind === "string" ? failure.value : ""}`)
    : undefined;
}

/** A module with these names of a recipe; `name: other` gives a name of the recipe another one. */
export function from(
  module: string,
  recipe: Recipe,
  names: readonly string[] | Readonly<Record<string, string>>,
  more: Record<string, Value> = {},
): Maker {
  const table = Array.isArray(names)
    ? Object.fromEntries(names.map((name: string) => [name, name]))
    : (names as Record<string, string>);
  return () => {
    const made = nativeModule(module, { ...more });
    made.lazy = (vm, name) => (Object.hasOwn(table, name) ? member(vm, recipe, table[name] as string) : undefined);
    return made;
  };
}

/** A module that gives every public name of a recipe, and the private ones that projects import all the same. */
export function whole(module: string, recipe: Recipe, besides: readonly string[] = []): Maker {
  return () => {
    const made = nativeModule(module, {});
    made.lazy = (vm, name) => (name.startsWith("_") && !besides.includes(name) ? undefined : member(vm, recipe, name));
    return made;
  };
}
