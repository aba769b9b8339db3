// `keras.applications`: networks as recipes, one file per family, each read when one of its names is first asked for.
import { native, nativeModule, toInt } from "../../2-evaluate/native";
import {
  bool,
  int,
  isOpaque,
  ListValue,
  type ModuleValue,
  NONE,
  str,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { Dim } from "../../3-graph/shape";
import type { Tensor } from "../../3-graph/tensor";
import { inputFunction } from "./classes";
import { tensorOf } from "./define";
import { outside, unknownMember } from "./inert";
import common from "./recipes/applications/common.py?raw";
import convnext from "./recipes/applications/convnext.py?raw";
import densenet from "./recipes/applications/densenet.py?raw";
import efficientnet from "./recipes/applications/efficientnet.py?raw";
import efficientnetV2 from "./recipes/applications/efficientnet_v2.py?raw";
import inception from "./recipes/applications/inception.py?raw";
import mobilenet from "./recipes/applications/mobilenet.py?raw";
import mobilenetV2 from "./recipes/applications/mobilenet_v2.py?raw";
import mobilenetV3 from "./recipes/applications/mobilenet_v3.py?raw";
import nasnet from "./recipes/applications/nasnet.py?raw";
import resnet from "./recipes/applications/resnet.py?raw";
import resnetV2 from "./recipes/applications/resnet_v2.py?raw";
import vgg from "./recipes/applications/vgg.py?raw";
import xception from "./recipes/applications/xception.py?raw";
import { kerasState } from "./state";
import { nodeOf } from "./symbolic";

/** Recipes by file name. */
const FILES: Readonly<Record<string, string>> = {
  convnext,
  densenet,
  efficientnet,
  efficientnet_v2: efficientnetV2,
  inception,
  mobilenet,
  mobilenet_v2: mobilenetV2,
  mobilenet_v3: mobilenetV3,
  nasnet,
  resnet,
  resnet_v2: resnetV2,
  vgg,
  xception,
};

/** The modules below `keras.applications`: the file of each, and what its `preprocess_input` does. */
const MODULES: Readonly<Record<string, { file: string; preprocess: "none" | "tf" | "torch" | "caffe" }>> = {
  imagenet_utils: { file: "", preprocess: "caffe" },
  convnext: { file: "convnext", preprocess: "none" },
  densenet: { file: "densenet", preprocess: "torch" },
  efficientnet: { file: "efficientnet", preprocess: "none" },
  efficientnet_v2: { file: "efficientnet_v2", preprocess: "none" },
  inception_resnet_v2: { file: "inception", preprocess: "tf" },
  inception_v3: { file: "inception", preprocess: "tf" },
  mobilenet: { file: "mobilenet", preprocess: "tf" },
  mobilenet_v2: { file: "mobilenet_v2", preprocess: "tf" },
  mobilenet_v3: { file: "mobilenet_v3", preprocess: "none" },
  nasnet: { file: "nasnet", preprocess: "tf" },
  resnet: { file: "resnet", preprocess: "caffe" },
  resnet50: { file: "resnet", preprocess: "caffe" },
  resnet_v2: { file: "resnet_v2", preprocess: "tf" },
  vgg16: { file: "vgg", preprocess: "caffe" },
  vgg19: { file: "vgg", preprocess: "caffe" },
  xception: { file: "xception", preprocess: "tf" },
};

/** Networks by name, found by the lines that define them. */
const NETWORKS: ReadonlyMap<string, string> = new Map(
  Object.entries(FILES).flatMap(([file, text]) =>
    [...text.matchAll(/^def ([A-Z]\w*)/gm)].map((match) => [match[1] as string, file] as const),
  ),
);

function fromRecipe(vm: Vm, file: string, source: string, name: string): Value | undefined {
  return vm.loadRecipe(`keras/applications/${file}`, source, "python").scope?.variables.get(name);
}

/** A network of keras.applications by name. */
export function applicationsFunction(vm: Vm, name: string): Value | undefined {
  const file = NETWORKS.get(name);
  return file === undefined ? undefined : fromRecipe(vm, file, FILES[file] as string, name);
}

const decode = outside("decode_predictions", "predictions are not known before training");

/** `keras.applications`. */
export function applicationsModule(path: string): ModuleValue {
  const module = nativeModule(path, { __all__: new ListValue([...NETWORKS.keys()].map(str)) });
  module.lazy = (vm, name) =>
    applicationsFunction(vm, name) ?? (Object.hasOwn(MODULES, name) ? undefined : unknownMember(vm, path, name));
  return module;
}

function familyModule(path: string, { file, preprocess }: { file: string; preprocess: string }): ModuleValue {
  const module = nativeModule(path, { decode_predictions: decode });
  module.lazy = (vm, name) => {
    if (name === "preprocess_input") return fromRecipe(vm, "common", common, `preprocess_${preprocess}`);
    if (name === "correct_pad" || name === "obtain_input_shape") return fromRecipe(vm, "common", common, name);
    return NETWORKS.get(name) === file ? applicationsFunction(vm, name) : unknownMember(vm, path, name);
  };
  return module;
}

/** The modules of keras.applications by their path below `keras`. */
export const APPLICATION_PARTS: Readonly<Record<string, (path: string) => ModuleValue>> = {
  applications: applicationsModule,
  ...Object.fromEntries(
    Object.entries(MODULES).map(
      ([name, family]) => [`applications.${name}`, (path: string) => familyModule(path, family)] as const,
    ),
  ),
};

// --- what the recipes need besides layers -----------------------------------------------------------------------------

/** Height and width of an image; unknown ones are opaque. */
function imageSize(vm: Vm, tensor: Tensor): [Dim, Dim] {
  const first = kerasState(vm).imageDataFormat === "channels_first" ? 2 : 1;
  const unknown = tensor.reason ?? vm.unknown("the size of an image is not known");
  return [tensor.shape?.[first] ?? unknown, tensor.shape?.[first + 1] ?? unknown];
}

/** True for a dimension declared as None. */
const isDeclaredOpen = (dim: Dim): boolean => isOpaque(dim) && dim.reason.endsWith(" is None");

/** The inputs a symbolic tensor was computed from. */
function sourcesOf(tensor: Tensor): Tensor[] {
  const sources = new Set<Tensor>();
  const seen = new Set<Tensor>([tensor]);
  for (const one of seen) {
    const node = nodeOf(one);
    if (!node || node.isInput) sources.add(one);
    else for (const input of node.inputs) seen.add(input);
  }
  return [...sources];
}

/** The private module of these recipes: a few natives, and what common.py defines. */
export function applicationsRecipeModule(): ModuleValue {
  const module = nativeModule("_keras_applications", {
    /** ((top, bottom), (left, right)) that centres a kernel of stride 2 as `same` padding does; open sizes count as even. */
    same_padding: native("same_padding", "x, kernel", (vm, a) => {
      const half = Math.floor(toInt(vm, a["kernel"] as Value, "kernel") / 2);
      const around = (size: Dim): Value =>
        tuple([int(typeof size === "number" && size % 2 === 1 ? half : half - 1), int(half)]);
      return tuple(imageSize(vm, tensorOf(vm, a)).map(around));
    }),
    /** True when the size is not known although it was not declared as None. */
    size_is_open: native("size_is_open", "x", (vm, a) =>
      bool(imageSize(vm, tensorOf(vm, a)).some((dim) => isOpaque(dim) && !isDeclaredOpen(dim))),
    ),
    /** Rows of an image: a number, or None where they may differ. */
    known_rows: native("known_rows", "x", (vm, a) => {
      const [rows] = imageSize(vm, tensorOf(vm, a));
      return isOpaque(rows) ? NONE : int(rows);
    }),
    /** The value itself when it is a number, else None. */
    plain_number: native("plain_number", "value", (_vm, a) => (a["value"]?.kind === "number" ? a["value"] : NONE)),
    /** Whether the weights are those of ImageNet; weights that are not known count as others. */
    is_imagenet: native("is_imagenet", "weights", (_vm, a) =>
      bool(a["weights"]?.kind === "string" && a["weights"].value === "imagenet"),
    ),
    source_inputs: native("source_inputs", "x", (vm, a) => {
      const sources = sourcesOf(tensorOf(vm, a));
      return sources.length === 1 ? (sources[0] as Tensor) : new ListValue(sources);
    }),
  });
  module.lazy = (vm, name) => (name === "Input" ? inputFunction(vm) : fromRecipe(vm, "common", common, name));
  return module;
}
