// Small third-party libraries that need more than being unknown: einops, and the ones that wrap, configure, print or start the
// code around a model. Most are recipes. Those whose names a project may use for files of its own stand in only where no such
// file is (thirdPartyFallbacks).
import { nativeModule, toText } from "../../2-evaluate/native";
import { NativeFunction, NONE, str } from "../../2-evaluate/values";
import { einopsModules } from "./einops";
import { openmmlabFallbacks, openmmlabModules } from "./openmmlab";
import { from, type Maker, whole } from "./recipe-modules";
import { parseYaml } from "./yaml";

const support: Maker = () =>
  nativeModule("model_budget_support", {
    unknown: new NativeFunction("unknown", (vm, args) => vm.unknown(toText(vm, args.positional[0], "reason"))),
  });

/** yaml.safe_load and kin: of text in the program; files are not read. */
const loadYaml = new NativeFunction("safe_load", (vm, args) => {
  const [source] = args.positional;
  if (source?.kind !== "string") return source?.kind === "opaque" ? source : vm.unknown("YAML is read from a file");
  return parseYaml(source.value) ?? vm.unknown("the YAML text has something that is not read");
});
const silent = (name: string): NativeFunction => new NativeFunction(name, () => NONE);

const yamlModule: Maker = () =>
  nativeModule("yaml", {
    ...Object.fromEntries(["safe_load", "load", "full_load", "unsafe_load"].map((name) => [name, loadYaml])),
    ...Object.fromEntries(
      ["SafeLoader", "FullLoader", "Loader", "CLoader", "CSafeLoader", "BaseLoader"].map((name) => [name, str(name)]),
    ),
    add_constructor: silent("add_constructor"),
    add_representer: silent("add_representer"),
  });

const LIGHTNING = ["LightningModule", "LightningDataModule", "Trainer", "Callback", "seed_everything"];

function lightningModules(names: readonly string[]): Record<string, Maker> {
  return Object.fromEntries(names.map((name) => [name, from(name, "lightning", LIGHTNING)]));
}

const CLICK = [
  "option",
  "argument",
  "command",
  "group",
  "echo",
  "secho",
  "style",
  "version_option",
  "help_option",
  "pass_context",
];

const FLAGS = [
  ...["FLAGS", "DEFINE_string", "DEFINE_integer", "DEFINE_float", "DEFINE_bool", "DEFINE_boolean", "DEFINE_enum"],
  ...["DEFINE_enum_class", "DEFINE_list", "DEFINE_spaceseplist", "DEFINE_multi_string", "DEFINE_multi_integer"],
  ...["DEFINE_multi_float", "mark_flag_as_required", "mark_flags_as_required", "register_validator"],
  ...["declare_key_flag", "adopt_module_key_flags"],
];

const SCALERS = [
  ...["StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "Normalizer", "QuantileTransformer"],
  ...["PowerTransformer", "LabelEncoder", "normalize", "scale", "minmax_scale"],
];

const DATA_SETS = [
  ...["load_iris", "load_wine", "load_breast_cancer", "load_digits", "load_diabetes", "load_boston"],
  ...["fetch_california_housing", "make_classification", "make_blobs", "make_moons", "make_circles", "make_regression"],
];

const MOVES = [
  ...["range", "xrange", "map", "zip", "filter", "input", "reduce", "wraps", "intern", "BytesIO", "StringIO"],
  ...["filterfalse", "zip_longest"],
];

const RECORDS = [
  "attrs",
  "s",
  "attrib",
  "ib",
  "field",
  "define",
  "mutable",
  "frozen",
  "dataclass",
  "asdict",
  "evolve",
  "Factory",
  "NOTHING",
];

/** Libraries that are always ours: their own sources could not be evaluated, or need not be. */
export const thirdPartyModules: Readonly<Record<string, Maker>> = {
  ...einopsModules,
  ...openmmlabModules,
  model_budget_support: support,
  model_budget_dicts: whole("model_budget_dicts", "dicts"),
  ...Object.fromEntries(
    ["tqdm", "tqdm.auto", "tqdm.autonotebook", "tqdm.notebook", "tqdm.std", "tqdm.rich", "tqdm.contrib"].map((name) => [
      name,
      whole(name, "tqdm"),
    ]),
  ),
  torchsummary: from("torchsummary", "summaries", ["summary", "summary_string"]),
  "torchsummary.torchsummary": from("torchsummary.torchsummary", "summaries", ["summary", "summary_string"]),
  torchinfo: from("torchinfo", "summaries", { summary: "info_summary" }),
  thop: from("thop", "summaries", ["profile", "clever_format"]),
  ptflops: from("ptflops", "summaries", ["get_model_complexity_info"]),
  "fvcore.nn": from("fvcore.nn", "summaries", [
    ...["FlopCountAnalysis", "ActivationCountAnalysis", "flop_count", "flop_count_table", "flop_count_str"],
    ...["parameter_count", "parameter_count_table"],
  ]),
  fvcore: () => nativeModule("fvcore", {}),
  tensorboardX: from("tensorboardX", "summaries", ["SummaryWriter"]),
  easydict: from("easydict", "dicts", ["EasyDict"]),
  munch: from("munch", "dicts", ["Munch", "DefaultMunch", "munchify", "unmunchify"]),
  addict: from("addict", "dicts", ["Dict"]),
  attrdict: from("attrdict", "dicts", ["AttrDict"]),
  dotmap: from("dotmap", "dicts", { DotMap: "Dict" }),
  ml_collections: from("ml_collections", "dicts", ["ConfigDict", "FrozenConfigDict"]),
  "ml_collections.config_dict": from("ml_collections.config_dict", "dicts", ["ConfigDict", "FrozenConfigDict"]),
  omegaconf: whole("omegaconf", "omegaconf"),
  ...lightningModules(["pytorch_lightning", "pytorch_lightning.core"]),
  "absl.flags": from("absl.flags", "commands", FLAGS),
  "absl.app": from("absl.app", "commands", ["run"]),
  absl: () => nativeModule("absl", {}),
  sklearn: () => nativeModule("sklearn", {}),
  "sklearn.model_selection": from("sklearn.model_selection", "sklearn", ["train_test_split"]),
  "sklearn.preprocessing": from("sklearn.preprocessing", "sklearn", SCALERS),
  "sklearn.datasets": from("sklearn.datasets", "sklearn", DATA_SETS),
  "sklearn.utils": from("sklearn.utils", "sklearn", ["shuffle", "Bunch"]),
  pydantic: from("pydantic", "records", [
    ...["BaseModel", "BaseSettings", "Field", "PrivateAttr", "validator", "field_validator", "model_validator"],
    ...["root_validator", "ConfigDict"],
  ]),
  beartype: from("beartype", "commands", { beartype: "passing" }),
  typeguard: from("typeguard", "commands", { typechecked: "passing" }),
  jaxtyping: from("jaxtyping", "commands", { jaxtyped: "passing" }),
  termcolor: from("termcolor", "commands", ["colored"]),
};

/** Libraries that stand in only where the project has no file or package of that name. */
export const thirdPartyFallbacks: Readonly<Record<string, Maker>> = {
  ...openmmlabFallbacks,
  yaml: yamlModule,
  six: whole("six", "six"),
  "six.moves": from("six.moves", "six", MOVES),
  click: from("click", "commands", CLICK),
  fire: from("fire", "commands", ["Fire"]),
  hydra: from("hydra", "commands", { main: "hydra_main" }),
  attr: from("attr", "records", RECORDS),
  attrs: from("attrs", "records", RECORDS),
  box: from("box", "dicts", ["Box"]),
  ...lightningModules(["lightning", "lightning.pytorch", "lightning.pytorch.core"]),
  timm: () => nativeModule("timm", {}),
  "timm.layers": whole("timm.layers", "timmLayers"),
  "timm.layers.weight_init": whole("timm.layers.weight_init", "timmLayers"),
  "timm.layers.drop": whole("timm.layers.drop", "timmLayers"),
  "timm.models.layers.drop": whole("timm.models.layers.drop", "timmLayers"),
  "timm.models.layers.weight_init": whole("timm.models.layers.weight_init", "timmLayers"),
  "timm.layers.helpers": whole("timm.layers.helpers", "timmLayers"),
  "timm.models": from("timm.models", "timmLayers", ["register_model"]),
  "timm.models.layers": whole("timm.models.layers", "timmLayers"),
  "timm.models.layers.helpers": whole("timm.models.layers.helpers", "timmLayers"),
  "timm.models.vision_transformer": whole("timm.models.vision_transformer", "timmVit", ["_cfg"]),
  "timm.models.registry": from("timm.models.registry", "timmLayers", ["register_model"]),
  "timm.data": from("timm.data", "timmLayers", [
    ...["IMAGENET_DEFAULT_MEAN", "IMAGENET_DEFAULT_STD", "IMAGENET_INCEPTION_MEAN", "IMAGENET_INCEPTION_STD"],
  ]),
};
