// `tf.layers.*`: one factory per layer class, each making the Keras class of the same work with TensorFlow.js' own defaults.
import { nativeModule } from "../../2-evaluate/native";
import { FALSE, type ModuleValue, NativeFunction, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { kerasClass } from "../keras/classes";
import { inputFunction } from "../keras/classes";
import { keywordsOf } from "./config";

interface Factory {
  /** Name of the Keras class. */
  className: string;
  /** Arguments that TensorFlow.js names otherwise. */
  rename?: Readonly<Record<string, string>>;
  /** Arguments it always gives unless told otherwise. */
  defaults?: Readonly<Record<string, Value>>;
}

const plain = (className: string): Factory => ({ className });
const oldGru: Readonly<Record<string, Value>> = { reset_after: FALSE };

/** Factories by name, as the package exports them. */
export const FACTORIES: Readonly<Record<string, Factory>> = {
  dense: plain("Dense"),
  dropout: plain("Dropout"),
  spatialDropout1d: plain("SpatialDropout1D"),
  activation: plain("Activation"),
  flatten: plain("Flatten"),
  repeatVector: plain("RepeatVector"),
  reshape: plain("Reshape"),
  permute: plain("Permute"),
  embedding: plain("Embedding"),
  masking: plain("Masking"),
  conv1d: plain("Conv1D"),
  conv2d: plain("Conv2D"),
  conv3d: plain("Conv3D"),
  conv2dTranspose: plain("Conv2DTranspose"),
  conv3dTranspose: plain("Conv3DTranspose"),
  separableConv2d: plain("SeparableConv2D"),
  depthwiseConv2d: plain("DepthwiseConv2D"),
  cropping2D: plain("Cropping2D"),
  upSampling2d: plain("UpSampling2D"),
  zeroPadding2d: plain("ZeroPadding2D"),
  maxPooling1d: plain("MaxPooling1D"),
  maxPooling2d: plain("MaxPooling2D"),
  maxPooling3d: plain("MaxPooling3D"),
  maxPool1d: plain("MaxPooling1D"),
  maxPool2d: plain("MaxPooling2D"),
  averagePooling1d: plain("AveragePooling1D"),
  averagePooling2d: plain("AveragePooling2D"),
  averagePooling3d: plain("AveragePooling3D"),
  avgPool1d: plain("AveragePooling1D"),
  avgPool2d: plain("AveragePooling2D"),
  avgPool3d: plain("AveragePooling3D"),
  avgPooling1d: plain("AveragePooling1D"),
  avgPooling2d: plain("AveragePooling2D"),
  avgPooling3d: plain("AveragePooling3D"),
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
  lstm: plain("LSTM"),
  gru: { className: "GRU", defaults: oldGru },
  simpleRNN: plain("SimpleRNN"),
  rnn: plain("RNN"),
  lstmCell: plain("LSTMCell"),
  gruCell: { className: "GRUCell", defaults: oldGru },
  simpleRNNCell: plain("SimpleRNNCell"),
  stackedRNNCells: plain("StackedRNNCells"),
  convLstm2d: plain("ConvLSTM2D"),
  convLstm2dCell: plain("ConvLSTM2DCell"),
  bidirectional: plain("Bidirectional"),
  timeDistributed: plain("TimeDistributed"),
  gaussianNoise: plain("GaussianNoise"),
  gaussianDropout: plain("GaussianDropout"),
  alphaDropout: plain("AlphaDropout"),
  rescaling: plain("Rescaling"),
  resizing: plain("Resizing"),
  centerCrop: plain("CenterCrop"),
  categoryEncoding: plain("CategoryEncoding"),
  randomWidth: plain("RandomWidth"),
  inputLayer: plain("InputLayer"),
};

function make(vm: Vm, factory: Factory, config: Value | undefined): Value {
  const keywords = keywordsOf(vm, config);
  for (const [from, to] of Object.entries(factory.rename ?? {})) {
    const value = keywords.get(from);
    keywords.delete(from);
    if (value !== undefined) keywords.set(to, value);
  }
  for (const [name, value] of Object.entries(factory.defaults ?? {}))
    if (!keywords.has(name)) keywords.set(name, value);
  return vm.call(kerasClass(vm, factory.className), [], keywords);
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
