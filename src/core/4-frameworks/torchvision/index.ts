// torchvision for programs that import it where its source is not to be found: models as recipes, one file per family, and
// image transforms, data sets and operators as far as model code touches them.
import { native, nativeModule } from "../../2-evaluate/native";
import { type DictValue, list, ModuleValue, NONE, str, tuple, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { FAMILIES, familiesIn, type Family, familyBuilding } from "./families";
import { supportModule } from "./support";
import { getWeight, weightsNamed } from "./weights";

/** Packages: what they hold is spread over the modules inside them. */
const PACKAGES = ["models", "models.segmentation", "models.video", "ops", "transforms", "datasets"];

/** The model function of this name as text, in any spelling of upper and lower case. */
function builderNamed(vm: Vm, value: Value | undefined): Value {
  if (value?.kind !== "string") return vm.unknown("the name of the model is not known");
  const name = value.value.toLowerCase();
  const family = familyBuilding(name);
  if (!family) return vm.unknown(`the torchvision model '${value.value}' is not known to Model Budget`);
  return family.builder(name);
}

/** Functions of torchvision.models that are not of one family. */
const REGISTRY: Readonly<Record<string, Value>> = {
  get_model: native("get_model", "name, **config", (vm, a) => {
    const build = builderNamed(vm, a["name"]);
    const keywords = new Map<string, Value>();
    const { entries } = a["config"] as DictValue;
    for (const { key, value } of entries.values()) if (key.kind === "string") keywords.set(key.value, value);
    return build.kind === "opaque" ? build : vm.call(build, [], keywords);
  }),
  get_model_builder: native("get_model_builder", "name", (vm, a) => builderNamed(vm, a["name"])),
  get_model_weights: native("get_model_weights", "name", (vm) => vm.unknown("the stored weights of a model")),
  get_weight: getWeight,
  list_models: native("list_models", "module=None, include=None, exclude=None", (vm, a) => {
    if (Object.values(a).some((value) => value.kind !== "none")) return vm.unknown("a selection of the models");
    const names = FAMILIES.filter((family) => family.path.startsWith("models.")).flatMap((one) => [
      ...one.names.builders,
    ]);
    return list(names.sort().map(str));
  }),
};

/** `torchvision.models` and the like: every public name of the modules inside. */
function packageModule(path: string): ModuleValue {
  const module = nativeModule(`torchvision.${path}`, path === "models" ? REGISTRY : {});
  const inside = familiesIn(path);
  for (const family of inside) {
    for (const name of family.names.builders) module.members.set(name, family.builder(name));
  }
  module.lazy = (vm, name) => {
    if (name === "__all__") return tuple(inside.flatMap(shown).map(str));
    const family = inside.find((one) => one.shows(name));
    return family ? family.member(vm, name) : weightsNamed(name);
  };
  return module;
}

function shown(family: Family): string[] {
  return [...family.names.all].filter((name) => family.shows(name));
}

/** The module a recipe stands for; the names of its stored weights belong to it. */
function familyModule(family: Family): ModuleValue {
  const module = new ModuleValue(`torchvision.${family.path}`, null, "python");
  module.lazy = (vm, name) => {
    if (name === "__all__") return tuple(shown(family).map(str));
    return family.member(vm, name) ?? weightsNamed(name);
  };
  return module;
}

/** Modules that show the names of others: those of older versions, and the second version of the transforms. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  "models.mobilenet": ["models.mobilenetv2", "models.mobilenetv3"],
  "models._api": [],
  "models.segmentation.segmentation": ["models.segmentation.fcn", "models.segmentation.deeplabv3"],
  "transforms.v2": ["transforms.transforms", "transforms._second", "transforms.functional"],
  "transforms.v2.functional": ["transforms.functional"],
  "transforms.functional_tensor": ["transforms.functional"],
  "transforms._functional_tensor": ["transforms.functional"],
  "transforms.autoaugment": ["transforms.transforms"],
  "datasets.folder": ["datasets.others"],
  "datasets.vision": ["datasets._base"],
};

function viewModule(path: string, shows: readonly string[]): ModuleValue {
  const module = nativeModule(`torchvision.${path}`, path === "models._api" ? REGISTRY : {});
  module.lazy = (vm, name) => {
    const family = FAMILIES.find((one) => shows.includes(one.path) && one.names.all.has(name));
    return family ? family.member(vm, name) : weightsNamed(name);
  };
  return module;
}

const nothing = (name: string): Value => native(name, "*args, **kwargs", () => NONE);

/** All modules by dotted name. */
export function torchvisionModules(): Record<string, (vm: Vm) => ModuleValue> {
  const modules: Record<string, (vm: Vm) => ModuleValue> = {
    torchvision: () =>
      nativeModule("torchvision", {
        __version__: str("0.16.0"),
        set_image_backend: nothing("set_image_backend"),
        get_image_backend: native("get_image_backend", "", () => str("PIL")),
        disable_beta_transforms_warning: nothing("disable_beta_transforms_warning"),
      }),
    "torchvision._support": supportModule,
    "torchvision.utils": () => nativeModule("torchvision.utils", { save_image: nothing("save_image") }),
  };
  for (const path of PACKAGES) modules[`torchvision.${path}`] = () => packageModule(path);
  for (const [path, shows] of Object.entries(VIEWS)) modules[`torchvision.${path}`] = () => viewModule(path, shows);
  for (const family of FAMILIES) modules[`torchvision.${family.path}`] = () => familyModule(family);
  return modules;
}
