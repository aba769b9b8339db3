// `tf.layers.*`: one factory per layer class, each making the Keras class of the same work with TensorFlow.js' own defaults.
import { nativeModule } from "../../2-evaluate/native";
import {
  ClassValue,
  type DictValue,
  FALSE,
  int,
  type ModuleValue,
  NativeFunction,
  str,
  TRUE,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { kerasClass } from "../keras/classes";
import { inputFunction } from "../keras/classes";
import { checkFields } from "./checks";
import { fieldsOf, keywordsOf, snake } from "./config";
import ownLayers from "./recipes/layers.py?raw";

/** Names of the classes in our own recipe, found by their class lines. */
const OWN_CLASSES = new Set([...ownLayers.matchAll(/^class (\w+)/gm)].map((match) => match[1] as string));

export interface Factory {
  /** Name of the Keras class. */
  className: string;
  /** Arguments that TensorFlow.js names otherwise. */
  rename?: Readonly<Record<string, string>>;
  /** Arguments it always gives unless told otherwise. */
  defaults?: Readonly<Record<string, Value>>;
  /** Fields that must be positive whole numbers, or arrays of them. */
  counts?: readonly string[];
  /** Fields without which there is no layer, where Keras has a default. */
  required?: readonly string[];
  /** Fields that have no effect. */
  ignored?: readonly string[];
}

const plain = (className: string): Factory => ({ className });
const windows = ["filters", "kernelSize", "strides", "dilationRate", "depthMultiplier"];
const convolution = (className: string): Factory => ({ className, counts: windows });
const pooling = (className: string): Factory => ({ className, counts: ["poolSize", "strides"] });
const unit = (className: string): Factory => ({ className, counts: ["units"] });
/** A wrapper is trainable when its layer is, whatever its own configuration says. */
const wrapper = (className: string): Factory => ({ className, ignored: ["trainable"] });
const oldGru: Readonly<Record<string, Value>> = { reset_after: FALSE };

/** Factories by name, as the package exports them. */
export const FACTORIES: Readonly<Record<string, Factory>> = {
  dense: unit("Dense"),
  dropout: plain("Dropout"),
  spatialDropout1d: plain("SpatialDropout1D"),
  activation: { className: "Activation", defaults: { activation: str("linear") } },
  flatten: plain("Flatten"),
  repeatVector: { className: "RepeatVector", counts: ["n"] },
  reshape: plain("Reshape"),
  permute: plain("Permute"),
  embedding: { className: "Embedding", counts: ["inputDim", "outputDim"] },
  masking: plain("Masking"),
  conv1d: convolution("Conv1D"),
  conv2d: convolution("Conv2D"),
  conv3d: convolution("Conv3D"),
  conv2dTranspose: convolution("Conv2DTranspose"),
  conv3dTranspose: convolution("Conv3DTranspose"),
  separableConv2d: convolution("SeparableConv2D"),
  depthwiseConv2d: convolution("DepthwiseConv2D"),
  cropping2D: { className: "Cropping2D", required: ["cropping"] },
  upSampling2d: plain("UpSampling2D"),
  zeroPadding2d: plain("ZeroPadding2D"),
  maxPooling1d: pooling("MaxPooling1D"),
  maxPooling2d: pooling("MaxPooling2D"),
  maxPooling3d: pooling("MaxPooling3D"),
  maxPool1d: pooling("MaxPooling1D"),
  maxPool2d: pooling("MaxPooling2D"),
  averagePooling1d: pooling("AveragePooling1D"),
  averagePooling2d: pooling("AveragePooling2D"),
  averagePooling3d: pooling("AveragePooling3D"),
  avgPool1d: pooling("AveragePooling1D"),
  avgPool2d: pooling("AveragePooling2D"),
  avgPool3d: pooling("AveragePooling3D"),
  avgPooling1d: pooling("AveragePooling1D"),
  avgPooling2d: pooling("AveragePooling2D"),
  avgPooling3d: pooling("AveragePooling3D"),
  globalAveragePooling1d: plain("GlobalAveragePooling1D"),
  globalAveragePooling2d: plain("GlobalAveragePooling2D"),
  globalMaxPooling1d: plain("GlobalMaxPooling1D"),
  globalMaxPooling2d: plain("GlobalMaxPooling2D"),
  globalMaxPool1d: plain("GlobalMaxPooling1D"),
  globalMaxPool2d: plain("GlobalMaxPooling2D"),
  batchNormalization: plain("BatchNormalization"),
  layerNormalization: plain("LayerNormalization"),
  reLU: plain("ReLU"),
  leakyReLU: { className: "LeakyReLU", rename: { alpha: "negative_slope" } },
  prelu: plain("PReLU"),
  elu: plain("ELU"),
  thresholdedReLU: plain("ThresholdedReLU"),
  softmax: plain("Softmax"),
  add: plain("Add"),
  average: plain("Average"),
  multiply: plain("Multiply"),
  maximum: plain("Maximum"),
  minimum: plain("Minimum"),
  concatenate: plain("Concatenate"),
  dot: plain("Dot"),
  lstm: unit("LSTM"),
  gru: { ...unit("GRU"), defaults: oldGru },
  simpleRNN: unit("SimpleRNN"),
  rnn: plain("RNN"),
  lstmCell: unit("LSTMCell"),
  gruCell: { ...unit("GRUCell"), defaults: oldGru },
  simpleRNNCell: unit("SimpleRNNCell"),
  stackedRNNCells: plain("StackedRNNCells"),
  convLstm2d: convolution("ConvLSTM2D"),
  convLstm2dCell: convolution("ConvLSTM2DCell"),
  bidirectional: wrapper("Bidirectional"),
  timeDistributed: wrapper("TimeDistributed"),
  gaussianNoise: { className: "GaussianNoise", defaults: { stddev: int(0) } },
  gaussianDropout: plain("GaussianDropout"),
  alphaDropout: plain("AlphaDropout"),
  rescaling: plain("Rescaling"),
  resizing: plain("Resizing"),
  centerCrop: { className: "CenterCrop", counts: ["height", "width"] },
  categoryEncoding: { className: "CategoryEncoding", counts: ["numTokens"], required: ["numTokens"] },
  randomWidth: plain("RandomWidth"),
  inputLayer: plain("InputLayer"),
};

/** The class behind a factory: one of ours where TensorFlow.js differs from Keras, else that of Keras. */
function classOf(vm: Vm, name: string): ClassValue {
  if (!OWN_CLASSES.has(name)) return kerasClass(vm, name);
  const module = vm.loadRecipe("tfjs/layers", ownLayers, "python");
  const found = (module.scope?.variables ?? module.members).get(name);
  if (!(found instanceof ClassValue)) throw vm.giveUp(`the layer class ${name} could not be loaded`);
  return found;
}

function make(vm: Vm, factory: Factory, config: Value | undefined): Value {
  checkFields(vm, fieldsOf(vm, config), factory.counts ?? []);
  return construct(vm, factory, keywordsOf(vm, config));
}

/** A layer by the name of its class, from the configuration in a model.json. */
export function restoreLayer(vm: Vm, name: Value, config: DictValue): Value {
  const className = name.kind === "string" ? name.value : "";
  const factory = Object.values(FACTORIES).find((one) => one.className === className);
  if (!factory) throw vm.giveUp(`the layer class ${className} of the model.json is not one of TensorFlow.js`);
  const keywords = new Map<string, Value>();
  for (const { key, value } of config.entries.values()) if (key.kind === "string") keywords.set(key.value, value);
  if (keywords.get("reset_after") === TRUE)
    throw vm.error("ValueError", "GRUCell does not support reset_after parameter set to true.");
  return construct(vm, factory, keywords);
}

function construct(vm: Vm, factory: Factory, keywords: Map<string, Value>): Value {
  for (const field of factory.required ?? [])
    if (!keywords.has(snake(field))) throw vm.error("ValueError", `a layer ${factory.className} needs ${field}`);
  for (const field of factory.ignored ?? []) keywords.delete(field);
  for (const [from, to] of Object.entries(factory.rename ?? {})) {
    const value = keywords.get(from);
    keywords.delete(from);
    if (value !== undefined) keywords.set(to, value);
  }
  for (const [name, value] of Object.entries(factory.defaults ?? {}))
    if (!keywords.has(name)) keywords.set(name, value);
  return vm.call(classOf(vm, factory.className), [], keywords);
}

/** The module `tf.layers`. */
export function layersModule(vm: Vm): ModuleValue {
  const members: Record<string, Value> = {
    Layer: kerasClass(vm, "Layer"),
    RNN: kerasClass(vm, "RNN"),
    RNNCell: kerasClass(vm, "Layer"),
    input: inputOf,
    Input: inputOf,
  };
  for (const [name, factory] of Object.entries(FACTORIES)) {
    members[name] = new NativeFunction(name, (machine, args) => make(machine, factory, args.positional[0]));
  }
  return nativeModule("tf.layers", members);
}

/** `tf.input({shape: […]})`. */
export const inputOf = new NativeFunction("input", (vm, args) => {
  const keywords = keywordsOf(vm, args.positional[0]);
  return inputFunction(vm).call(vm, { positional: [], keywords, unknown: null });
});
