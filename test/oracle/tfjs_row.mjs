// One recorded row: what TensorFlow.js itself answers for a program that defines `model`.
import { kernelMacs, layerMacs } from "./tfjs_macs.mjs";

/** Runs the program with `tf` and gives the row; throws when layers and kernels disagree. Imports of the source are left out. */
export async function recordRow(tf, id, source) {
  const AsyncFunction = (async () => {}).constructor;
  const body = source.replace(/^import .*$/gm, "").replace(/^const tf = require.*$/m, "");
  const log = console.log;
  console.log = () => {};
  let model;
  try {
    model = await new AsyncFunction("tf", `${body}\nreturn model;`)(tf);
  } finally {
    console.log = log;
  }
  const size = (weights) => weights.reduce((sum, w) => sum + w.shape.reduce((a, b) => a * b, 1), 0);
  const shapes = model.outputs.map((t) => t.shape);
  const inputs = model.inputs.map((t) => t.shape.map((d) => d ?? 1));
  const feeds = inputs.map((s) => tf.zeros(s));
  let result;
  const ran = await kernelMacs(tf, () => (result = model.predict(feeds.length > 1 ? feeds : feeds[0])));
  const real = (Array.isArray(result) ? result : [result]).map((t) => t.shape);
  shapes.forEach((s, i) => {
    if (s.length !== real[i].length || s.some((d, k) => d !== null && d !== real[i][k])) throw new Error(`${id} says ${JSON.stringify(shapes)}, gives ${JSON.stringify(real)}`);
    shapes[i] = [s[0], ...real[i].slice(1)]; // some layers leave dimensions open that the input settles
  });
  let macs = 0;
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const one = layer.inboundNodes.length === 1 ? layerMacs(layer, layer.input instanceof Array ? layer.input.map((t) => t.shape) : layer.input.shape, layer.output instanceof Array ? layer.output.map((t) => t.shape) : layer.output.shape) : null;
    macs = macs === null || one === null ? null : macs + one;
  }
  if (macs !== null && macs !== ran) throw new Error(`${id}: ${macs} by layer, ${ran} by kernel\n${source}`);
  const row = { id, framework: "tfjs", version: tf.version.tfjs, source, entry: "model", inputs, outputShape: shapes[0] };
  if (shapes.length > 1) row.outputShapes = shapes;
  return { ...row, params: model.countParams(), trainable: size(model.trainableWeights), macs: ran };
}
