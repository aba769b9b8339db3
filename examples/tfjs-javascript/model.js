// Handwritten digits, 28x28 grey. `tf` is the global that the script tag in index.html defines.

const IMAGE_WIDTH = 28;
const IMAGE_HEIGHT = 28;
const IMAGE_CHANNELS = 1;
const NUM_CLASSES = 10;

/** A convolutional network: one convolution and one pooling per entry of `filters`. */
export function createConvModel(filters = [8, 16, 32]) {
  const model = tf.sequential({ name: 'digits_cnn' });

  filters.forEach((count, index) => {
    const config = { filters: count, kernelSize: 3, padding: 'same', activation: 'relu' };
    if (index === 0) {
      config.inputShape = [IMAGE_WIDTH, IMAGE_HEIGHT, IMAGE_CHANNELS];
    }
    model.add(tf.layers.conv2d(config));
    model.add(tf.layers.maxPooling2d({ poolSize: [2, 2], strides: [2, 2] }));
  });

  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 64, activation: 'relu', kernelInitializer: 'varianceScaling' }));
  model.add(tf.layers.dropout({ rate: 0.3 }));
  model.add(tf.layers.dense({ units: NUM_CLASSES, activation: 'softmax' }));
  return model;
}

/** The same task with dense layers only, to compare. */
export function createDenseModel(hiddenUnits = 42) {
  return tf.sequential({
    name: 'digits_dense',
    layers: [
      tf.layers.flatten({ inputShape: [IMAGE_WIDTH, IMAGE_HEIGHT, IMAGE_CHANNELS] }),
      tf.layers.dense({ units: hiddenUnits, activation: 'relu' }),
      tf.layers.dense({ units: NUM_CLASSES, activation: 'softmax' }),
    ],
  });
}

const model = createConvModel();
model.compile({
  optimizer: tf.train.adam(),
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
});
model.summary();

if (typeof document !== 'undefined') {
  document.querySelector('#parameters').textContent = model.countParams().toLocaleString();
}
