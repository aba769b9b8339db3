import * as tf from "@tensorflow/tfjs";
import { CHANNELS, createGestureModel, createImageModel, GESTURES, WINDOW } from "./model.js";

const model = createGestureModel();
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
model.summary();

const windows = tf.randomNormal([64, WINDOW, CHANNELS]);
const labels = tf.oneHot(tf.randomUniform([64], 0, GESTURES.length, "int32"), GESTURES.length);
await model.fit(windows, labels, { epochs: 2, batchSize: 16 });

createImageModel().summary();
