// Random configurations of every tf.layers class. Each entry of LAYERS is [name, make, count]; make(r) returns
// { expr, shapes, dtype?, multi? }: the layer's source, the input shapes without batch, and how it takes them.

/** A small seeded generator; the seed is the row's id. */
export function random(seed) {
  let h = 1779033703 ^ seed.length;
  for (let i = 0; i < seed.length; i++) {
    h = Math.imul(h ^ seed.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  const next = () => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), 1 | h);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = 0; i < 5; i++) next();
  const int = (low, high) => low + Math.floor(next() * (high - low + 1));
  const pick = (list) => list[int(0, list.length - 1)];
  return { next, int, pick, chance: (p) => next() < p, sizes: (n, low, high) => Array.from({ length: n }, () => int(low, high)) };
}

/** Source text of a value, in the style people write. */
export function text(value) {
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (value && typeof value === "object") {
    if (value.source) return value.source;
    const fields = Object.entries(value).map(([k, v]) => `${k}: ${text(v)}`);
    return fields.length ? `{ ${fields.join(", ")} }` : "{}";
  }
  return typeof value === "string" ? `'${value}'` : String(value);
}

function maybe(r, config, choices, chance = 0.45) {
  for (const [key, values] of Object.entries(choices)) if (r.chance(chance)) config[key] = r.pick(values);
  return config;
}
const layer = (name, config) => `tf.layers.${name}(${config && Object.keys(config).length ? text(config) : ""})`;
const perDim = (r, n, low, high) => (r.chance(0.6) ? r.int(low, high) : r.sizes(n, low, high));
const ACTIVATIONS = ["relu", "relu6", "sigmoid", "tanh", "softmax", "linear", "elu", "selu", "swish"];

const conv = (n) => (r) => {
  const config = { filters: r.int(1, 8), kernelSize: perDim(r, n, 1, n === 3 ? 3 : 4) };
  maybe(r, config, { padding: ["same", "valid", ...(n === 1 ? ["causal"] : [])], activation: ACTIVATIONS, useBias: [false, true], kernelInitializer: ["heNormal"] });
  if (r.chance(0.5)) config.strides = perDim(r, n, 1, 3);
  else if (n < 3 && r.chance(0.4)) config.dilationRate = r.int(1, 2);
  return { expr: layer(`conv${n}d`, config), shapes: [[...r.sizes(n, 6, n === 3 ? 9 : 16), r.int(1, 4)]] };
};
const convTranspose = (n) => (r) => {
  const config = { filters: r.int(1, 6), kernelSize: perDim(r, n, 2, 4), strides: r.int(1, 3) };
  maybe(r, config, { padding: ["same", "valid"], useBias: [false], activation: ACTIVATIONS });
  return { expr: layer(`conv${n}dTranspose`, config), shapes: [[...r.sizes(n, 3, 7), r.int(1, 4)]] };
};
const depthwise = (r) => {
  const config = maybe(r, { kernelSize: perDim(r, 2, 2, 4) }, { padding: ["same", "valid"], depthMultiplier: [2, 3], useBias: [false], strides: [1, 2], activation: ACTIVATIONS });
  return { expr: layer("depthwiseConv2d", config), shapes: [[...r.sizes(2, 6, 14), r.int(1, 5)]] };
};
const separable = (r) => {
  const config = maybe(r, { filters: r.int(1, 8), kernelSize: perDim(r, 2, 2, 4) }, { padding: ["same", "valid"], depthMultiplier: [2, 3], useBias: [false], strides: [1, 2] });
  return { expr: layer("separableConv2d", config), shapes: [[...r.sizes(2, 6, 14), r.int(1, 5)]] };
};
const pool = (kind, n) => (r) => {
  const config = { poolSize: n === 1 ? r.int(2, 3) : perDim(r, n, 2, 3) };
  maybe(r, config, { strides: n === 1 ? [1, 2, 3] : [perDim(r, n, 1, 3)], padding: ["same", "valid"] });
  const alias = kind === "max" ? ["maxPooling", "maxPool"] : ["averagePooling", "avgPool", "avgPooling"];
  return { expr: layer(`${n === 3 ? alias[0] : r.pick(alias)}${n}d`, config), shapes: [[...r.sizes(n, 6, n === 3 ? 9 : 15), r.int(1, 4)]] };
};
const globalPool = (r) => {
  const n = r.int(1, 2);
  const name = r.pick(["globalAveragePooling", "globalMaxPooling", "globalMaxPool"]);
  return { expr: `tf.layers.${name}${n}d(${n === 2 || r.chance(0.5) ? r.pick(["", "{}"]) : ""})`, shapes: [[...r.sizes(n, 3, 9), r.int(1, 6)]] };
};
const dense = (r) => ({
  expr: layer("dense", maybe(r, { units: r.int(1, 30) }, { activation: ACTIVATIONS, useBias: [false], kernelInitializer: ["glorotNormal", { source: "tf.initializers.heNormal({})" }], kernelRegularizer: [{ source: "tf.regularizers.l2({ l2: 0.01 })" }] }, 0.35)),
  shapes: [r.sizes(r.pick([1, 1, 2, 3]), 2, 12)],
});
const recurrent = (name) => (r) => ({
  expr: layer(name, maybe(r, { units: r.int(2, 9) }, { returnSequences: [true], useBias: [false], goBackwards: [true], activation: ["relu", "tanh"], recurrentInitializer: ["glorotNormal"], ...(name === "lstm" ? { unitForgetBias: [false] } : {}) }, 0.35)),
  shapes: [r.sizes(2, 3, 8)],
});
const cells = (r) => {
  const cell = () => layer(r.pick(["lstmCell", "gruCell", "simpleRNNCell"]), { units: r.int(2, 7) });
  const expr = r.chance(0.5)
    ? `tf.layers.rnn({ cell: ${cell()}${r.pick(["", ", returnSequences: true"])} })`
    : `tf.layers.rnn({ cell: [${cell()}, ${cell()}]${r.pick(["", ", returnSequences: true"])} })`;
  return { expr: r.chance(0.3) && expr.includes("[") ? expr.replace(/cell: (\[.*\])/, "cell: tf.layers.stackedRNNCells({ cells: $1 })") : expr, shapes: [r.sizes(2, 3, 7)] };
};
const bidirectional = (r) => {
  const inner = layer(r.pick(["lstm", "gru", "simpleRNN"]), maybe(r, { units: r.int(2, 6), recurrentInitializer: "glorotNormal" }, { returnSequences: [true] }));
  return { expr: `tf.layers.bidirectional({ layer: ${inner}${r.pick(["", ", mergeMode: 'sum'", ", mergeMode: 'ave'", ", mergeMode: 'mul'", ", mergeMode: 'concat'"])} })`, shapes: [r.sizes(2, 3, 7)] };
};
const timeDistributed = (r) => {
  const [inner, shape] = r.pick([
    ["tf.layers.dense({ units: 4 })", [5]], ["tf.layers.conv2d({ filters: 3, kernelSize: 3 })", [7, 6, 2]], ["tf.layers.flatten()", [3, 4]],
    ["tf.layers.maxPooling2d({ poolSize: 2 })", [6, 8, 2]], ["tf.layers.conv1d({ filters: 4, kernelSize: 3, strides: 2 })", [9, 2]], ["tf.layers.dense({ units: 6, activation: 'relu', useBias: false })", [4]],
  ]);
  return { expr: `tf.layers.timeDistributed({ layer: ${inner} })`, shapes: [[r.int(2, 5), ...shape]] };
};
const convLstm = (r) => ({
  expr: layer("convLstm2d", maybe(r, { filters: r.int(1, 4), kernelSize: r.int(1, 3), recurrentInitializer: "glorotNormal" }, { padding: ["same"], returnSequences: [true], strides: [2], useBias: [false] })),
  shapes: [[r.int(2, 3), ...r.sizes(2, 5, 7), r.int(1, 3)]],
});
const normalisation = (r) => ({
  expr: layer("batchNormalization", maybe(r, {}, { center: [false], scale: [false], momentum: [0.9], epsilon: [1e-5], axis: [-1] }, 0.35)),
  shapes: [r.sizes(r.int(1, 3), 2, 8)],
});
const layerNormalisation = (r) => {
  const shape = r.sizes(r.int(1, 3), 2, 8);
  return { expr: layer("layerNormalization", maybe(r, {}, { center: [false], scale: [false], axis: [-1, shape.length === 3 ? [2, 3] : [-1]] }, 0.35)), shapes: [shape] };
};
const activation = (r) => ({
  expr: r.pick(["tf.layers.reLU()", "tf.layers.reLU({ maxValue: 6 })", "tf.layers.leakyReLU({ alpha: 0.2 })", "tf.layers.leakyReLU()", "tf.layers.elu()", "tf.layers.elu({ alpha: 0.5 })", "tf.layers.softmax()", "tf.layers.softmax({ axis: 1 })",
    "tf.layers.prelu()", "tf.layers.prelu({ sharedAxes: [1, 2] })", "tf.layers.thresholdedReLU()", ...ACTIVATIONS.map((a) => `tf.layers.activation({ activation: '${a}' })`)]),
  shapes: [r.sizes(3, 2, 7)],
});
const noise = (r) => ({
  expr: r.pick(["tf.layers.dropout({ rate: 0.5 })", "tf.layers.spatialDropout1d({ rate: 0.3 })", "tf.layers.gaussianNoise({ stddev: 0.1 })", "tf.layers.gaussianDropout({ rate: 0.2 })", "tf.layers.alphaDropout({ rate: 0.1 })", "tf.layers.masking({ maskValue: 0 })"]),
  shapes: [r.sizes(2, 3, 8)],
});
const embedding = (r) => {
  const length = r.int(3, 8);
  const config = { inputDim: r.int(5, 40), outputDim: r.int(2, 9) };
  if (r.chance(0.5)) config.inputLength = length;
  if (r.chance(0.3)) config.maskZero = true;
  return { expr: layer("embedding", config), shapes: [[length]] };
};
const reshape = (r) => {
  const [a, b, c] = r.sizes(3, 2, 5);
  return {
    expr: r.pick([`tf.layers.reshape({ targetShape: [${a * b}, ${c}] })`, `tf.layers.reshape({ targetShape: [${c}, -1] })`, `tf.layers.reshape({ targetShape: [null, ${c}] })`, "tf.layers.flatten()", "tf.layers.flatten({ dataFormat: 'channelsFirst' })",
      "tf.layers.permute({ dims: [2, 1, 3] })", "tf.layers.permute({ dims: [3, 1, 2] })"]),
    shapes: [[a, b, c]],
  };
};
const resize = (r) => {
  const [h, w] = r.sizes(2, 6, 10);
  const pads = r.pick([r.int(0, 2), r.sizes(2, 0, 2), [r.sizes(2, 0, 2), r.sizes(2, 0, 2)]]);
  const crops = r.chance(0.5) ? r.int(1, 2) : [r.sizes(2, 0, 2), r.sizes(2, 0, 2)];
  return {
    expr: r.pick([layer("zeroPadding2d", { padding: pads }), "tf.layers.zeroPadding2d()", layer("cropping2D", { cropping: crops }), layer("upSampling2d", { size: r.sizes(2, 1, 3) }), "tf.layers.upSampling2d({})",
      "tf.layers.upSampling2d({ size: [2, 2], interpolation: 'nearest' })", layer("resizing", { height: r.int(3, 12), width: r.int(3, 12) }), layer("resizing", { height: r.int(3, 12), width: r.int(3, 12), interpolation: "nearest" }),
      layer("centerCrop", { height: r.int(2, h), width: r.int(2, w) }), "tf.layers.rescaling({ scale: 1 / 255 })", "tf.layers.rescaling({ scale: 1 / 127.5, offset: -1 })"]),
    shapes: [[h, w, 3]],
  };
};
const repeat = (r) => ({ expr: layer("repeatVector", { n: r.int(2, 6) }), shapes: [[r.int(2, 8)]] });
const categories = (r) => ({ expr: layer("categoryEncoding", { numTokens: r.int(4, 9), outputMode: r.pick(["multiHot", "count"]) }), shapes: [[r.int(2, 4)]] });
const merge = (r) => {
  const shape = r.sizes(r.int(1, 3), 2, 6);
  return { expr: `tf.layers.${r.pick(["add", "multiply", "average", "maximum", "minimum"])}()`, shapes: Array(r.int(2, 3)).fill(shape) };
};
const concatenate = (r) => {
  const shape = r.sizes(3, 2, 6);
  const axis = r.pick([undefined, -1, 1, 2, 3]);
  const other = [...shape];
  other[axis === undefined || axis === -1 ? 2 : axis - 1] = r.int(1, 7);
  return { expr: layer("concatenate", axis === undefined ? undefined : { axis }), shapes: [shape, other] };
};
const dot = (r) => {
  const d = r.int(2, 6);
  const [axes, a, b] = r.pick([[1, [d], [d]], [-1, [d], [d]], [[2, 1], [3, d], [d, 5]], [2, [3, d], [4, d]], [[1, 2], [d, 3], [6, d]]]);
  return { expr: layer("dot", maybe(r, { axes }, { normalize: [true] }, 0.25)), shapes: [a, b] };
};

export const LAYERS = [
  ["conv1d", conv(1), 10], ["conv2d", conv(2), 18], ["conv3d", conv(3), 5], ["conv2dTranspose", convTranspose(2), 8], ["conv3dTranspose", convTranspose(3), 3],
  ["depthwiseConv2d", depthwise, 9], ["separableConv2d", separable, 7], ["dense", dense, 8],
  ["maxPooling1d", pool("max", 1), 4], ["maxPooling2d", pool("max", 2), 7], ["maxPooling3d", pool("max", 3), 2],
  ["averagePooling1d", pool("average", 1), 4], ["averagePooling2d", pool("average", 2), 6], ["averagePooling3d", pool("average", 3), 2], ["globalPooling", globalPool, 6],
  ["lstm", recurrent("lstm"), 5], ["gru", recurrent("gru"), 5], ["simpleRNN", recurrent("simpleRNN"), 4], ["rnn", cells, 5], ["bidirectional", bidirectional, 6], ["timeDistributed", timeDistributed, 5], ["convLstm2d", convLstm, 4],
  ["batchNormalization", normalisation, 5], ["layerNormalization", layerNormalisation, 5], ["activation", activation, 14], ["noise", noise, 6], ["embedding", embedding, 4],
  ["reshape", reshape, 7], ["resize", resize, 14], ["repeatVector", repeat, 2], ["categoryEncoding", categories, 2], ["merge", merge, 7], ["concatenate", concatenate, 5], ["dot", dot, 5],
];
