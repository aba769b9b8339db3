import * as tf from "@tensorflow/tfjs";

/** Six accelerometer and gyroscope channels, 128 samples a window. */
export const WINDOW = 128;
export const CHANNELS = 6;
export const GESTURES = ["circle", "swipe-left", "swipe-right", "shake", "none"] as const;

interface Block {
  filters: number;
  kernelSize: number;
  strides?: number;
}

const BLOCKS: Block[] = [
  { filters: 16, kernelSize: 5 },
  { filters: 32, kernelSize: 5, strides: 2 },
  { filters: 32, kernelSize: 3, strides: 2 },
];

/** A plain 1-D CNN over the motion window. */
export function createGestureModel(numClasses: number = GESTURES.length): tf.Sequential {
  const model = tf.sequential({
    name: "gesture",
    layers: [
      tf.layers.conv1d({
        inputShape: [WINDOW, CHANNELS],
        filters: 8,
        kernelSize: 7,
        padding: "same",
        activation: "relu",
      }),
      tf.layers.maxPooling1d({ poolSize: 2 }),
    ],
  });

  for (const { filters, kernelSize, strides = 1 } of BLOCKS) {
    model.add(tf.layers.conv1d({ filters, kernelSize, strides, padding: "same", useBias: false }));
    model.add(tf.layers.batchNormalization());
    model.add(tf.layers.reLU());
  }

  model.add(tf.layers.globalAveragePooling1d());
  model.add(tf.layers.dropout({ rate: 0.25 }));
  model.add(tf.layers.dense({ units: numClasses, activation: "softmax" }));
  return model;
}

function separableBlock(
  input: tf.SymbolicTensor,
  filters: number,
  strides: number,
): tf.SymbolicTensor {
  let x = tf.layers
    .depthwiseConv2d({ kernelSize: 3, strides, padding: "same", useBias: false })
    .apply(input) as tf.SymbolicTensor;
  x = tf.layers.batchNormalization().apply(x) as tf.SymbolicTensor;
  x = tf.layers.reLU({ maxValue: 6 }).apply(x) as tf.SymbolicTensor;
  x = tf.layers.conv2d({ filters, kernelSize: 1, useBias: false }).apply(x) as tf.SymbolicTensor;
  x = tf.layers.batchNormalization().apply(x) as tf.SymbolicTensor;
  if (strides === 1 && input.shape[3] === filters) {
    x = tf.layers.add().apply([input, x]) as tf.SymbolicTensor;
  }
  return x;
}

/** A small image model of depthwise-separable blocks with residual links. */
export function createImageModel(imageSize = 48, alpha = 0.5): tf.LayersModel {
  const width = (filters: number) => Math.max(8, Math.round((filters * alpha) / 8) * 8);

  const input = tf.input({ shape: [imageSize, imageSize, 1], name: "image" });
  let x = tf.layers
    .conv2d({ filters: width(16), kernelSize: 3, strides: 2, padding: "same", activation: "relu" })
    .apply(input) as tf.SymbolicTensor;

  for (const [filters, strides] of [[24, 2], [24, 1], [48, 2], [48, 1]]) {
    x = separableBlock(x, width(filters), strides);
  }

  x = tf.layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor;
  const output = tf.layers.dense({ units: 2, activation: "softmax" }).apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output, name: "person" });
}
