// mmcv and mmengine: which of their modules give the layers, blocks, base classes and registries that models are made of. Their
// runners, hooks, data pipelines and compiled operators are not read.
import { nativeModule } from "../../2-evaluate/native";
import { type Maker, whole } from "./recipe-modules";

const PARTS = {
  registry: "mmRegistry",
  module: "mmModule",
  layers: "mmLayers",
  blocks: "mmBlocks",
  transformer: "mmTransformer",
} as const;

/** Names that projects import although they begin with an underscore. */
const PRIVATE = ["_BatchNorm", "_InstanceNorm", "_load_checkpoint", "_load_checkpoint_with_prefix"];

/** A module that finds a name in the first part that has it. */
function parts(module: string, ...names: (keyof typeof PARTS)[]): Maker {
  return (vm) => {
    const found = names.map((name) => whole(module, PARTS[name], PRIVATE)(vm));
    // Projects check which version is installed.
    const made = nativeModule(module, {
      __version__: vm.unknown(`which version of ${module} is installed is not known`),
    });
    made.lazy = (machine, name) => {
      for (const one of found) {
        const value = one.lazy?.(machine, name);
        if (value !== undefined) return value;
      }
      return undefined;
    };
    return made;
  };
}

/** The recipes under names of their own, by which they import each other. */
export const openmmlabModules: Readonly<Record<string, Maker>> = {
  model_budget_openmmlab: () => nativeModule("model_budget_openmmlab", {}),
  ...Object.fromEntries(
    Object.entries(PARTS).map(([name, recipe]) => [
      `model_budget_openmmlab.${name}`,
      whole(`model_budget_openmmlab.${name}`, recipe),
    ]),
  ),
};

const CNN = ["layers", "blocks", "transformer", "module"] as const;

export const openmmlabFallbacks: Readonly<Record<string, Maker>> = {
  mmcv: parts("mmcv", "registry"),
  ...Object.fromEntries(
    [
      ...["mmcv.cnn", "mmcv.cnn.bricks", "mmcv.cnn.bricks.activation", "mmcv.cnn.bricks.context_block"],
      ...["mmcv.cnn.bricks.conv", "mmcv.cnn.bricks.conv_module", "mmcv.cnn.bricks.depthwise_separable_conv_module"],
      ...["mmcv.cnn.bricks.drop", "mmcv.cnn.bricks.hsigmoid", "mmcv.cnn.bricks.hswish", "mmcv.cnn.bricks.non_local"],
      ...["mmcv.cnn.bricks.norm", "mmcv.cnn.bricks.padding", "mmcv.cnn.bricks.plugin", "mmcv.cnn.bricks.registry"],
      ...["mmcv.cnn.bricks.scale", "mmcv.cnn.bricks.swish", "mmcv.cnn.bricks.transformer", "mmcv.cnn.bricks.upsample"],
      ...["mmcv.cnn.bricks.wrappers", "mmcv.cnn.utils", "mmcv.cnn.utils.weight_init"],
    ].map((name) => [name, parts(name, ...CNN)]),
  ),
  ...Object.fromEntries(
    ["mmcv.runner", "mmcv.runner.base_module", "mmcv.runner.fp16_utils", "mmcv.runner.checkpoint"].map((name) => [
      name,
      parts(name, "module", "registry"),
    ]),
  ),
  ...Object.fromEntries(
    ["mmcv.utils", "mmcv.utils.registry", "mmcv.utils.parrots_wrapper", "mmcv.utils.logging"].map((name) => [
      name,
      parts(name, "registry", "layers"),
    ]),
  ),
  mmengine: parts("mmengine", "registry"),
  ...Object.fromEntries(
    ["mmengine.model", "mmengine.model.base_module", "mmengine.model.weight_init", "mmengine.runner"].map((name) => [
      name,
      parts(name, "module", "registry"),
    ]),
  ),
  "mmengine.registry": parts("mmengine.registry", "registry", "module"),
  ...Object.fromEntries(
    ["mmengine.utils", "mmengine.logging", "mmengine.dist", "mmengine.utils.dl_utils"].map((name) => [
      name,
      parts(name, "registry", "layers"),
    ]),
  ),
  "mmengine.config": parts("mmengine.config", "registry"),
};
