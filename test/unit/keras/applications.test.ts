// The networks of keras.applications against the real ones, layer by layer (test/oracle/keras_applications_layers.jsonl), and
// the ways in which transfer-learning programs use and take them apart.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { createPythonReader } from "../../../src/core/1-syntax/python/reader";
import type { Program } from "../../../src/core/1-syntax/tree";
import { evaluateIn, runText, valueOf } from "../../../src/core/2-evaluate/interpreter";
import { javascriptDialect } from "../../../src/core/2-evaluate/javascript/dialect";
import { Machine } from "../../../src/core/2-evaluate/machine";
import { pythonDialect } from "../../../src/core/2-evaluate/python/dialect";
import { keras } from "../../../src/core/4-frameworks/keras/index";
import { runModel } from "../../../src/core/5-models/run";
import { buildReport } from "../../../src/core/7-cost/report";
import type { Report } from "../../../src/core/report/report";
import { plain } from "../../support/evaluate";

const resolve = createRequire(import.meta.url).resolve;
const reader = await createPythonReader({
  runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
  python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
});
const recipes = new Map<string, Program>();

function parse(text: string, path: string): Program {
  const program = recipes.get(path) ?? reader.read(text);
  if (path.startsWith("recipe:")) recipes.set(path, program);
  return program;
}

/** Runs a program on a clock that stands still, so that a busy machine changes nothing; gives the value of an expression. */
function run(source: string, expression: string) {
  const vm = new Machine(
    {
      readFile: () => undefined,
      isFile: () => false,
      isFolder: () => false,
      root: "",
      parse: (text, _language, path) => parse(text, path),
      dialects: { python: pythonDialect, javascript: javascriptDialect },
      libraries: keras.modules,
    },
    () => 0,
  );
  const module = runText(vm, source, "python", "main");
  const expr = reader.readExpression(expression);
  if (!expr) throw new Error(`the test's expression does not parse: ${expression}`);
  return { vm, module, outcome: evaluateIn(vm, module, expr) };
}

function reportOf(source: string, inputs: (number | null)[][] = []): Report & { modelName: unknown } {
  const { vm, module, outcome } = run(source, "model");
  const model = valueOf(outcome);
  if (!keras.isModel(vm, model)) throw new Error(`not a model but ${JSON.stringify(plain(model))}`);
  const candidate = { entry: "model", framework: keras, model, place: null, assumptions: [] };
  const given = inputs.map((shape) => ({ shape }));
  const report = buildReport(runModel(vm, module, candidate, given, null), "/main.py", 0);
  return { ...report, modelName: plain(vm.getAttribute(model, "name")) };
}

const evaluate = (source: string, expression: string): unknown => plain(valueOf(run(source, expression).outcome));

interface LayersRow {
  id: string;
  source: string;
  inputs: (number | null)[][];
  name: string;
  outputShape: (number | null)[];
  params: number;
  trainable: number;
  macs: number;
  /** The network takes images of any size: its layers have no sizes. */
  anySize: boolean;
  layers: number;
  digest: string;
}

const rows = readFileSync(new URL("../../oracle/keras_applications_layers.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as LayersRow);

describe("layers as in Keras", () => {
  it.each(rows.map((row) => [row.id, row] as const))("%s", { timeout: 30_000 }, (_id, row) => {
    const report = reportOf(row.source, row.inputs);
    const lines = report.layers.map(({ name, type, outputShape, params }) => {
      const size = row.anySize ? "-" : (outputShape ?? []).slice(1).join("x");
      return `${name} ${type} ${size} ${params}`;
    });
    expect({
      name: report.modelName,
      outputShape: report.outputs[0]?.shape,
      params: report.params.total,
      trainable: report.params.trainable,
      macs: report.macs,
      layers: lines.length,
      digest: createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16),
    }).toEqual({
      name: row.name,
      outputShape: row.outputShape,
      params: row.params,
      trainable: row.trainable,
      macs: row.macs,
      layers: row.layers,
      digest: row.digest,
    });
  });
});

describe("in programs", () => {
  it.each([
    ["MobileNetV2", "block_13_expand_relu"],
    ["ResNet50", "conv5_block3_out"],
    ["VGG16", "block5_pool"],
    ["InceptionV3", "mixed10"],
    ["EfficientNetB0", "top_activation"],
    ["DenseNet121", "pool4_conv"],
    ["Xception", "block14_sepconv2_act"],
  ])("%s is cut at %s", (network, layer) => {
    const source = `
import tensorflow as tf
base = tf.keras.applications.${network}(include_top=False, input_shape=(96, 96, 3))
model = tf.keras.Model(base.input, base.get_layer("${layer}").output)
`;
    expect(evaluate(source, "model.layers[-1].name")).toBe(layer);
  });

  it("is found under every name it has", () => {
    const source = `
from keras.applications.resnet50 import ResNet50 as a
from tensorflow.keras.applications.resnet import ResNet50 as b
import tensorflow as tf
import keras
c = getattr(keras.applications, "ResNet50")
d = tf.keras.applications.resnet50.ResNet50
`;
    expect(evaluate(source, "[a is b, a is c, a is d]")).toEqual([true, true, true]);
    expect(evaluate("import keras", "keras.applications.ResNet51")).toHaveProperty("unknown");
  });

  it("passes images through preprocess_input", () => {
    for (const name of ["vgg16", "mobilenet_v2", "densenet", "efficientnet", "imagenet_utils"]) {
      const source = `
import keras
x = keras.applications.${name}.preprocess_input(keras.Input((32, 40, 3)))
model = keras.Model(keras.applications.mobilenet.preprocess_input(x), x)
`;
      expect(evaluate(source, "[list(x.shape), keras.applications.vgg16.preprocess_input('a')]")).toEqual([
        [null, 32, 40, 3],
        "a",
      ]);
    }
  });

  it("pads before strides for programs too", () => {
    const source = `
from keras import Input
from keras.applications import imagenet_utils
even, odd = [imagenet_utils.correct_pad(Input((size, size, 3)), 5) for size in (32, 33)]
`;
    expect(evaluate(source, "[even, odd]")).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
      [
        [2, 2],
        [2, 2],
      ],
    ]);
  });

  it("adds a layer for the weights of ImageNet where Keras does", () => {
    const layers = (weights: string): unknown =>
      evaluate(
        `import keras\nmodel = keras.applications.EfficientNetB0(weights=${weights})`,
        "[len(model.layers), model.layers[3].name]",
      );
    expect(layers("'imagenet'")).toEqual([241, "rescaling_1"]);
    expect(layers("None")).toEqual([240, "stem_conv_pad"]);
  });

  it("has its parameters even when the size or the weights are not known", () => {
    const source = (call: string): string => `
import keras, sys
unknown = sys.stdin.readline()
size = int(unknown)
model = keras.applications.${call}
`;
    const open = reportOf(source("MobileNetV2(input_shape=(size, size, 3), weights=None, classes=2)"));
    expect(open).toMatchObject({ params: { total: 2260546 }, macs: null });
    const odd = reportOf(source("MobileNetV2(input_shape=(size, size, 3), weights=None, classes=2)"), [[1, 97, 97, 3]]);
    const declared = reportOf(source("MobileNetV2(input_shape=(97, 97, 3), weights=None, classes=2)"));
    expect(odd.macs).toBe(declared.macs);
    expect(reportOf(source("EfficientNetB0(weights=unknown)"))).toMatchObject({
      params: { total: 5330571 },
      macs: 385814752,
    });
  });

  it("raises what Keras raises", () => {
    const message = (call: string): unknown =>
      evaluate(
        `
import keras
try:
    keras.applications.${call}
    message = None
except ValueError as error:
    message = str(error)
`,
        "message",
      );
    expect(message("ResNet50(classes=10)")).toContain("`classes` should be 1000");
    expect(message("MobileNet(input_shape=(16, 16, 3), weights=None)")).toContain("at least 32x32");
    expect(message("InceptionV3(input_shape=(74, 80, 3), include_top=False)")).toContain("at least 75x75");
    expect(message("ResNet50(classes=10, weights=None)")).toBe(null);
  });

  it("puts the channels first when told to", () => {
    const source = `
import keras
keras.backend.set_image_data_format("channels_first")
model = keras.applications.EfficientNetB0(weights=None)
`;
    expect(evaluate(source, "list(model.get_layer('block3b_add').output.shape)")).toEqual([null, 40, 28, 28]);
    expect(reportOf(source)).toMatchObject({ params: { total: 5330571 }, macs: 385814752 });
  });
});
