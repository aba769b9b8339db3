// The recipe files of torchvision and the module paths they stand for. A file is read when a name of it is first used.
import { NativeFunction, type Value } from "../../2-evaluate/values";
import type { ModuleValue } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import Picture from "./recipes/_picture.py?raw";
import datasetsBase from "./recipes/datasets/_base.py?raw";
import datasetsCifar from "./recipes/datasets/cifar.py?raw";
import datasetsMnist from "./recipes/datasets/mnist.py?raw";
import datasetsOthers from "./recipes/datasets/others.py?raw";
import modelUtils from "./recipes/models/_utils.py?raw";
import alexnet from "./recipes/models/alexnet.py?raw";
import convnext from "./recipes/models/convnext.py?raw";
import densenet from "./recipes/models/densenet.py?raw";
import efficientnet from "./recipes/models/efficientnet.py?raw";
import googlenet from "./recipes/models/googlenet.py?raw";
import inception from "./recipes/models/inception.py?raw";
import maxvit from "./recipes/models/maxvit.py?raw";
import mnasnet from "./recipes/models/mnasnet.py?raw";
import mobilenetv2 from "./recipes/models/mobilenetv2.py?raw";
import mobilenetv3 from "./recipes/models/mobilenetv3.py?raw";
import regnet from "./recipes/models/regnet.py?raw";
import resnet from "./recipes/models/resnet.py?raw";
import segmentationHeads from "./recipes/models/segmentation/_heads.py?raw";
import segmentationDeeplabv3 from "./recipes/models/segmentation/deeplabv3.py?raw";
import segmentationFcn from "./recipes/models/segmentation/fcn.py?raw";
import segmentationLraspp from "./recipes/models/segmentation/lraspp.py?raw";
import shufflenetv2 from "./recipes/models/shufflenetv2.py?raw";
import squeezenet from "./recipes/models/squeezenet.py?raw";
import swinTransformer from "./recipes/models/swin_transformer.py?raw";
import vgg from "./recipes/models/vgg.py?raw";
import videoResnet from "./recipes/models/video/resnet.py?raw";
import videoS3d from "./recipes/models/video/s3d.py?raw";
import visionTransformer from "./recipes/models/vision_transformer.py?raw";
import misc from "./recipes/ops/misc.py?raw";
import stochasticDepth from "./recipes/ops/stochastic_depth.py?raw";
import transformsSecond from "./recipes/transforms/_second.py?raw";
import transformsFunctional from "./recipes/transforms/functional.py?raw";
import transformsTransforms from "./recipes/transforms/transforms.py?raw";

/** One recipe file: the module `torchvision.<path>`. */
export class Family {
  private found: { all: Set<string>; builders: Set<string> } | null = null;
  constructor(
    readonly path: string,
    readonly source: string,
  ) {}

  /** Public names at the top of the file, and those of them that build a model. */
  get names(): { all: ReadonlySet<string>; builders: ReadonlySet<string> } {
    if (!this.found) {
      this.found = { all: new Set(), builders: new Set() };
      for (const match of this.source.matchAll(TOP_LEVEL)) {
        const name = (match[1] ?? match[2]) as string;
        this.found.all.add(name);
        if (BUILDER.test(match[0])) this.found.builders.add(name);
      }
    }
    return this.found;
  }

  /** What the package around this module shows of it: for models their classes and builders, elsewhere everything. */
  shows(name: string): boolean {
    const { all, builders } = this.names;
    return this.path.startsWith("models.")
      ? builders.has(name) || (all.has(name) && /^[A-Z]/.test(name))
      : all.has(name);
  }

  /** A name of the file, private ones included; undefined when there is none. */
  member(vm: Vm, name: string): Value | undefined {
    const module = this.load(vm);
    const value = module.scope?.variables.get(name);
    if (value !== undefined) return value;
    const failure = module.members.get("__failure__");
    if (!failure || !this.names.all.has(name)) return undefined;
    return vm.unknown(
      `the recipe of ${name} could not be read${failure.kind === "string" ? `: ${failure.value}` : ""}`,
    );
  }

  /** A builder that reads the file with its first call: listing names must not read all files. */
  builder(name: string): Value {
    return new NativeFunction(name, (vm, args) => {
      const build = this.member(vm, name);
      return build
        ? vm.callWith(build, args)
        : vm.unknown(`torchvision.${this.path}.${name} is not known to Model Budget`);
    });
  }

  private load(vm: Vm): ModuleValue {
    return vm.loadRecipe(`torchvision.${this.path}`, this.source, "python");
  }
}

const TOP_LEVEL = /^(?:(?:class|def) ([A-Za-z]\w*)\b.*|([A-Za-z]\w*) = .*)/gm;
const BUILDER = /^\w+ = _\w*builder\(|^def \w+\(weights/;

export const FAMILIES: readonly Family[] = Object.entries({
  _picture: Picture,
  "datasets._base": datasetsBase,
  "datasets.cifar": datasetsCifar,
  "datasets.mnist": datasetsMnist,
  "datasets.others": datasetsOthers,
  "models._utils": modelUtils,
  "models.alexnet": alexnet,
  "models.convnext": convnext,
  "models.densenet": densenet,
  "models.efficientnet": efficientnet,
  "models.googlenet": googlenet,
  "models.inception": inception,
  "models.maxvit": maxvit,
  "models.mnasnet": mnasnet,
  "models.mobilenetv2": mobilenetv2,
  "models.mobilenetv3": mobilenetv3,
  "models.regnet": regnet,
  "models.resnet": resnet,
  "models.segmentation._heads": segmentationHeads,
  "models.segmentation.deeplabv3": segmentationDeeplabv3,
  "models.segmentation.fcn": segmentationFcn,
  "models.segmentation.lraspp": segmentationLraspp,
  "models.shufflenetv2": shufflenetv2,
  "models.squeezenet": squeezenet,
  "models.swin_transformer": swinTransformer,
  "models.vgg": vgg,
  "models.video.resnet": videoResnet,
  "models.video.s3d": videoS3d,
  "models.vision_transformer": visionTransformer,
  "ops.misc": misc,
  "ops.stochastic_depth": stochasticDepth,
  "transforms._second": transformsSecond,
  "transforms.functional": transformsFunctional,
  "transforms.transforms": transformsTransforms,
}).map(([path, source]) => new Family(path, source));

/** Families right inside a package: `models` has `models.resnet` and not `models.video.resnet`. */
export function familiesIn(path: string): Family[] {
  return FAMILIES.filter((family) => family.path.slice(0, family.path.lastIndexOf(".")) === path);
}

/** The family with a model function of this name, wherever it is. */
export function familyBuilding(name: string): Family | undefined {
  return FAMILIES.find((family) => family.names.builders.has(name));
}
