// Random configurations of every class of tf.layers, valid ones and ones with a mistake in them: for the comparison with the real
// package. A layer is source text, so that the package and the analyser read the same thing.
import fc from "fast-check";

/** A layer as source text, and what it is given: shapes without the batch. */
export interface Configuration {
  layer: string;
  inputs: (number | null)[][];
}

type Field = fc.Arbitrary<unknown>;
type Fields = Record<string, Field>;
type Shape = fc.Arbitrary<number[]>;

/** Source text that stands for itself in a configuration. */
class Code {
  constructor(readonly text: string) {}
}

/** A value that is probably refused; the comment shows where it is. */
class Mistake {
  constructor(readonly value: unknown) {}
}
export const MISTAKE = "/* sic */";

function text(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (value instanceof Mistake) return `${MISTAKE} ${text(value.value)}`;
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${text(field)}`);
    return fields.length > 0 ? `{ ${fields.join(", ")} }` : "{}";
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

const int = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const one = (...values: unknown[]): Field => fc.constantFrom(...values);
/** Mostly `good`, sometimes one of the mistakes. */
const but = (good: Field, ...mistakes: unknown[]): Field =>
  fc.oneof(
    { weight: 30, arbitrary: good },
    { weight: 1, arbitrary: one(...mistakes.map((value) => new Mistake(value))) },
  );
const sizes = (length: number, min: number, max: number): Shape =>
  fc.array(int(min, max), { minLength: length, maxLength: length });
const joined = (...parts: fc.Arbitrary<number | number[]>[]): Shape => fc.tuple(...parts).map((found) => found.flat());
/** One number, or one per axis. */
const perAxis = (rank: number, min: number, max: number): Field =>
  but(fc.oneof(int(min, max), sizes(rank, min, max)), Array(rank + 1).fill(min), 0, -1, 1.5);
const count = (min: number, max: number): Field => but(int(min, max), 0, -2, 2.5);

const activation = but(
  one(
    "relu",
    "relu6",
    "sigmoid",
    "tanh",
    "softmax",
    "linear",
    "elu",
    "selu",
    "swish",
    "mish",
    "gelu",
    "hardSigmoid",
    "softplus",
    "softsign",
  ),
  "unheardOf",
); // prettier-ignore
const initializer = but(
  one("heNormal", "zeros", "glorotUniform", new Code("tf.initializers.randomNormal({ stddev: 0.1 })")),
  "unheardOf",
);
const regularizer = one("l1l2", new Code("tf.regularizers.l2({ l2: 0.01 })"));
const bool = fc.boolean();
const padding = but(one("same", "valid"), "full", "SAME");
const dataFormat = fc.oneof(
  { weight: 4, arbitrary: one("channelsLast") },
  { weight: 1, arbitrary: one("channelsFirst") },
);
const common: Fields = { name: one("layer_of_mine"), trainable: bool };

/** A factory called with a configuration: `required` fields are nearly always there, `optional` ones now and then. */
function layer(names: string | readonly string[], required: Fields, optional: Fields = {}): fc.Arbitrary<string> {
  const given = fc.record({ ...required, ...optional, ...common }, { requiredKeys: Object.keys(required) });
  const dropped = fc.oneof(
    { weight: 25, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(required), null) },
  );
  return fc.tuple(fc.constantFrom(...[names].flat()), given, dropped).map(([name, fields, drop]) => {
    const kept = Object.entries(fields).filter(([field]) => field !== drop);
    const sic = drop === null || !(drop in required) ? "" : MISTAKE;
    return `tf.layers.${name}(${sic}${kept.length === 0 && Object.keys(required).length === 0 ? "" : text(Object.fromEntries(kept))})`;
  });
}

const on = (made: fc.Arbitrary<string>, ...shapes: Shape[]): fc.Arbitrary<Configuration> =>
  fc.record({ layer: made, inputs: fc.tuple(...shapes) });
/** Mostly the rank that the layer wants. */
const ranked = (rank: number, min = 3, max = 9): Shape =>
  fc.oneof({ weight: 15, arbitrary: sizes(rank, min, max) }, { weight: 1, arbitrary: sizes(rank + 1, min, max) });
const anyRank = (max = 7): Shape => fc.oneof(...[1, 2, 3].map((rank) => sizes(rank, 1, max)));
const image = (rank: number, min: number, max: number): Shape =>
  fc.oneof(
    { weight: 15, arbitrary: joined(sizes(rank, min, max), int(1, 4)) },
    { weight: 1, arbitrary: sizes(rank, 2, 4) },
  );

function convolution(rank: number): Fields {
  return {
    padding: rank === 1 ? but(one("same", "valid"), "causal", "full") : padding,
    dataFormat: rank === 1 ? one("channelsLast") : dataFormat,
    activation,
    useBias: bool,
    kernelInitializer: initializer,
    kernelRegularizer: regularizer,
  };
}
/** A convolution with strides or dilation, and now and then both. */
function convolving(name: string, rank: number, required: Fields, optional: Fields): fc.Arbitrary<string> {
  const strides = { strides: perAxis(rank, 1, 3) };
  const dilationRate = { dilationRate: perAxis(rank, 1, 2) };
  return fc.oneof(
    { weight: 6, arbitrary: layer(name, required, { ...optional, ...strides }) },
    { weight: 3, arbitrary: layer(name, required, { ...optional, ...dilationRate }) },
    { weight: 1, arbitrary: layer(name, required, { ...optional, ...strides, ...dilationRate }) },
  );
}

const without = (fields: Fields, ...names: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const pool = (rank: number, ...names: string[]): fc.Arbitrary<Configuration> =>
  on(
    layer(
      names.map((name) => `${name}${rank}d`),
      rank === 1 ? { poolSize: perAxis(1, 1, 3) } : {},
      {
        ...(rank === 1 ? {} : { poolSize: perAxis(rank, 1, 3), dataFormat }),
        strides: perAxis(rank, 1, 3),
        padding,
      },
    ),
    image(rank, 4, rank === 3 ? 6 : 11),
  );
const globalPool = (rank: number, ...names: string[]): fc.Arbitrary<Configuration> =>
  on(
    layer(
      names.map((name) => `${name}${rank}d`),
      {},
      rank === 2 ? { dataFormat } : {},
    ),
    image(rank, 2, 7),
  ).map((made) => ({ ...made, layer: made.layer.replace("()", "({})") }));

const recurrentFields: Fields = {
  activation,
  useBias: bool,
  kernelInitializer: initializer,
  recurrentInitializer: one("glorotNormal", "zeros"),
  dropout: one(0.2),
};
const sequenceFields: Fields = {
  returnSequences: bool,
  goBackwards: bool,
  unroll: bool,
  implementation: one(1, 2),
};
const gates = (name: string): Fields =>
  name === "simpleRNN"
    ? {}
    : { recurrentActivation: one("sigmoid", "hardSigmoid"), ...(name === "lstm" ? { unitForgetBias: bool } : {}) };
const recurrent = (name: string): fc.Arbitrary<string> =>
  layer(name, { units: count(1, 7) }, { ...recurrentFields, ...sequenceFields, ...gates(name) });
const cell = (name: string): fc.Arbitrary<string> =>
  layer(`${name}Cell`, { units: count(1, 6) }, { ...recurrentFields, ...gates(name) });
const anyCell = fc.oneof(cell("lstm"), cell("gru"), cell("simpleRNN"));
const code = (made: fc.Arbitrary<string>): Field => made.map((source) => new Code(source));
const rnnOf = (inner: Field): fc.Arbitrary<string> =>
  layer("rnn", { cell: inner }, without(sequenceFields, "implementation"));
const cellList = fc.array(anyCell, { minLength: 1, maxLength: 3 }).map((cells) => `[${cells.join(", ")}]`);
const sequence = ranked(2, 2, 6);

const convLstm: Fields = { ...without(recurrentFields, "dropout"), padding, dataFormat };

/** An input and what can be put around it. */
const inner: fc.Arbitrary<Configuration> = fc.oneof(
  on(layer("dense", { units: count(1, 6) }, { activation, useBias: bool }), anyRank(5)),
  on(
    layer("conv2d", { filters: count(1, 4), kernelSize: perAxis(2, 1, 3) }, convolution(2)),
    joined(sizes(2, 4, 7), int(1, 3)),
  ),
  on(layer("maxPooling2d", {}, { poolSize: perAxis(2, 1, 2), padding }), joined(sizes(2, 4, 7), int(1, 3))),
  on(layer("flatten", {}), sizes(2, 1, 5)),
  on(layer("batchNormalization", {}, { center: bool, scale: bool }), anyRank(5)),
  on(
    layer("lstm", { units: count(1, 4) }, { returnSequences: bool, recurrentInitializer: one("zeros") }),
    sizes(2, 2, 4),
  ),
);

/** Several inputs of one shape, and sometimes one that does not fit or broadcasts. */
const alike = (fewest: number): fc.Arbitrary<number[][]> =>
  fc
    .tuple(anyRank(5), int(fewest, 3), fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 2), int(1, 5))
    .map(([shape, times, change, size]) =>
      Array.from({ length: times }, (_, index) =>
        index !== 0 || change === 0
          ? shape
          : change === 1
            ? shape.map((dim, axis) => (axis === 0 ? size : dim))
            : shape.slice(1),
      ).map((found) => (found.length === 0 ? [size] : found)),
    );
const merge = (name: string): fc.Arbitrary<Configuration> => fc.record({ layer: layer(name, {}), inputs: alike(2) });

const concatenate: fc.Arbitrary<Configuration> = fc
  .tuple(sizes(3, 1, 5), int(1, 3), fc.constantFrom(1, 2, 3, -1, 1, 2, 3, -1, 0, 4), sizes(3, 1, 6), int(0, 14))
  .chain(([shape, times, axis, along, mistake]) => {
    const place = axis === -1 ? 2 : axis - 1;
    const inputs = Array.from({ length: times + 1 }, (_, index) =>
      shape.map((dim, i) =>
        i === place ? (along[index % 3] as number) : mistake === 1 && index === 0 ? dim + 1 : dim,
      ),
    );
    return on(layer("concatenate", {}, { axis: one(axis > 3 || axis === 0 ? new Mistake(axis) : axis) })).map(
      (made) => ({ ...made, inputs }),
    );
  });

const dot: fc.Arbitrary<Configuration> = fc
  .tuple(
    int(1, 4),
    int(1, 4),
    int(1, 4),
    one(
      [1, ["n"], ["n"]],
      [-1, ["n"], ["n"]],
      [[1, 1], ["n"], ["n"]],
      [
        [2, 1],
        ["a", "n"],
        ["n", "b"],
      ],
      [2, ["a", "n"], ["b", "n"]],
      [-1, ["a", "n"], ["b", "n"]],
      [
        [1, 2],
        ["n", "a"],
        ["b", "n"],
      ],
      [1, ["n", "a"], ["n", "b"]],
      [[2, 1], ["a", "n"], ["n"]],
      [
        [1, 2],
        ["a", "n"],
        ["n", "b"],
      ],
      [new Mistake(0), ["n"], ["n"]],
      [new Mistake(3), ["a", "n"], ["b", "n"]],
      [new Mistake([1, 1, 1]), ["n"], ["n"]],
      [1, ["n"], ["a", "b", "n"]],
    ),
  ) // prettier-ignore
  .chain(([a, b, n, chosen]) => {
    const [axes, left, right] = chosen as [unknown, string[], string[]];
    const sized = (names: string[]): number[] => names.map((name) => ({ a, b, n })[name] as number);
    return on(layer("dot", { axes: one(axes) }, { normalize: bool })).map((made) => ({
      ...made,
      inputs: [sized(left), sized(right)],
    }));
  });

const twoSides = (max: number): Field =>
  but(
    fc.oneof(int(0, max), sizes(2, 0, max), fc.array(sizes(2, 0, max), { minLength: 2, maxLength: 2 })),
    [1],
    [[1, 1]],
    [[1], [1]],
  );

const reshape: fc.Arbitrary<Configuration> = sizes(3, 1, 5).chain((shape) => {
  const [a, b, c] = shape as [number, number, number];
  const target = but(
    one([a * b, c], [c, -1], [null, c], [-1], [a, b, c, 1], [1, a * b * c], [c, b, a]),
    [a * b * c + 1],
    [-1, -1],
    [c + 1, -1],
    [0, -1],
  ); // prettier-ignore
  return on(layer("reshape", { targetShape: target })).map((made) => ({ ...made, inputs: [shape] }));
});

/** Configurations by the class of the layer. */
export const CONFIGURATIONS: Readonly<Record<string, fc.Arbitrary<Configuration>>> = {
  InputLayer: anyRank().chain((shape) =>
    fc
      .oneof(
        layer("inputLayer", { inputShape: one(shape) }, { dtype: one("float32", "int32") }),
        layer("inputLayer", { batchInputShape: one([null, ...shape]) }, { sparse: bool }),
        layer("inputLayer", { inputShape: one(shape) }, { batchSize: one(1) }),
      )
      .map((made) => ({ layer: made, inputs: [] })),
  ),
  ReLU: on(layer("reLU", {}, { maxValue: one(6) }), anyRank()),
  LeakyReLU: on(layer("leakyReLU", {}, { alpha: one(0.2) }), anyRank()),
  PReLU: on(
    layer("prelu", {}, { sharedAxes: but(one([1], [1, 2], 1, [2]), [5], []), alphaInitializer: initializer }),
    fc.oneof(sizes(2, 1, 6), sizes(3, 1, 6)),
  ),
  ELU: on(layer("elu", {}, { alpha: but(one(1), 0.5) }), anyRank()),
  ThresholdedReLU: on(layer("thresholdedReLU", {}, { theta: one(0.5) }), anyRank()),
  Softmax: on(layer("softmax", {}, { axis: but(one(-1, 1), 0, 2, 5) }), anyRank()),
  Activation: on(layer("activation", { activation }), anyRank()),
  Dense: on(
    layer(
      "dense",
      { units: count(1, 20) },
      {
        activation,
        useBias: bool,
        kernelInitializer: initializer,
        kernelRegularizer: regularizer,
        inputDim: one(3),
      },
    ),
    anyRank(),
  ),
  Dropout: on(layer("dropout", { rate: one(0.2, 0, 0.9) }, { seed: one(1), noiseShape: one([null, 1]) }), anyRank()),
  SpatialDropout1D: on(layer("spatialDropout1d", { rate: one(0.2) }, { seed: one(1) }), ranked(2)),
  GaussianNoise: on(layer("gaussianNoise", { stddev: one(0.2) }), anyRank()),
  GaussianDropout: on(layer("gaussianDropout", { rate: one(0.2) }), anyRank()),
  AlphaDropout: on(layer("alphaDropout", { rate: one(0.2) }, { noiseShape: one([1, 1]) }), anyRank()),
  Masking: on(layer("masking", {}, { maskValue: one(0, -1) }), anyRank()),
  Flatten: on(layer("flatten", {}, { dataFormat }), fc.oneof(anyRank(), sizes(4, 1, 3))),
  RepeatVector: on(layer("repeatVector", { n: count(1, 6) }), ranked(1, 1, 8)),
  Reshape: reshape,
  Permute: on(
    layer("permute", { dims: but(one([2, 1, 3], [3, 1, 2], [1, 2, 3], [3, 2, 1]), [2, 1], [0, 1, 2], [1, 1, 2], 3) }),
    sizes(3, 1, 5),
  ),
  Embedding: on(
    layer(
      "embedding",
      { inputDim: count(1, 30), outputDim: count(1, 8) },
      {
        maskZero: bool,
        inputLength: but(one(4), 5, [4]),
        embeddingsInitializer: initializer,
      },
    ),
    fc.oneof(
      { weight: 8, arbitrary: sizes(1, 4, 4) },
      { weight: 1, arbitrary: sizes(1, 1, 6) },
      { weight: 1, arbitrary: sizes(2, 4, 5) },
    ),
  ),
  Conv1D: on(
    convolving("conv1d", 1, { filters: count(1, 6), kernelSize: perAxis(1, 1, 4) }, convolution(1)),
    image(1, 4, 12),
  ),
  Conv2D: on(
    convolving("conv2d", 2, { filters: count(1, 6), kernelSize: perAxis(2, 1, 4) }, convolution(2)),
    image(2, 5, 10),
  ),
  Conv3D: on(
    convolving("conv3d", 3, { filters: count(1, 3), kernelSize: perAxis(3, 1, 3) }, convolution(3)),
    image(3, 3, 6),
  ),
  Conv2DTranspose: on(
    convolving("conv2dTranspose", 2, { filters: count(1, 5), kernelSize: perAxis(2, 1, 4) }, convolution(2)),
    image(2, 2, 6),
  ),
  Conv3DTranspose: on(
    convolving("conv3dTranspose", 3, { filters: count(1, 3), kernelSize: perAxis(3, 1, 3) }, convolution(3)),
    image(3, 2, 4),
  ),
  SeparableConv2D: on(
    convolving(
      "separableConv2d",
      2,
      { filters: count(1, 6), kernelSize: perAxis(2, 1, 4) },
      {
        ...without(convolution(2), "kernelInitializer", "kernelRegularizer"),
        depthMultiplier: count(1, 3),
      },
    ),
    image(2, 5, 10),
  ),
  DepthwiseConv2D: on(
    convolving(
      "depthwiseConv2d",
      2,
      { kernelSize: perAxis(2, 1, 4) },
      {
        ...without(convolution(2), "kernelInitializer", "kernelRegularizer"),
        depthMultiplier: count(1, 3),
        depthwiseInitializer: initializer,
      },
    ),
    image(2, 5, 10),
  ),
  Cropping2D: on(layer("cropping2D", { cropping: twoSides(3) }, { dataFormat }), image(2, 4, 9)),
  UpSampling2D: on(
    layer(
      "upSampling2d",
      {},
      { size: but(sizes(2, 1, 3), 2, [2]), dataFormat, interpolation: but(one("nearest", "bilinear"), "cubic") },
    ),
    image(2, 2, 6),
  ),
  ZeroPadding2D: on(layer("zeroPadding2d", {}, { padding: twoSides(3), dataFormat }), image(2, 2, 6)),
  MaxPooling1D: pool(1, "maxPooling", "maxPool"),
  MaxPooling2D: pool(2, "maxPooling", "maxPool"),
  MaxPooling3D: pool(3, "maxPooling"),
  AveragePooling1D: pool(1, "averagePooling", "avgPool", "avgPooling"),
  AveragePooling2D: pool(2, "averagePooling", "avgPool", "avgPooling"),
  AveragePooling3D: pool(3, "averagePooling", "avgPool", "avgPooling"),
  GlobalAveragePooling1D: globalPool(1, "globalAveragePooling"),
  GlobalAveragePooling2D: globalPool(2, "globalAveragePooling"),
  GlobalMaxPooling1D: globalPool(1, "globalMaxPooling", "globalMaxPool"),
  GlobalMaxPooling2D: globalPool(2, "globalMaxPooling", "globalMaxPool"),
  BatchNormalization: on(
    layer(
      "batchNormalization",
      {},
      { axis: but(one(-1, 1), 2, 7), center: bool, scale: bool, momentum: one(0.9), epsilon: one(1e-5) },
    ),
    anyRank(),
  ),
  LayerNormalization: on(
    layer(
      "layerNormalization",
      {},
      { axis: but(one(-1, 1, [1, 2]), 2, 7, []), center: bool, scale: bool, epsilon: one(1e-5) },
    ),
    anyRank(),
  ),
  Add: merge("add"),
  Average: merge("average"),
  Maximum: merge("maximum"),
  Minimum: merge("minimum"),
  Multiply: merge("multiply"),
  Concatenate: concatenate,
  Dot: dot,
  LSTM: on(recurrent("lstm"), sequence),
  GRU: on(recurrent("gru"), sequence),
  SimpleRNN: on(recurrent("simpleRNN"), sequence),
  LSTMCell: on(rnnOf(code(cell("lstm"))), sequence),
  GRUCell: on(rnnOf(code(cell("gru"))), sequence),
  SimpleRNNCell: on(rnnOf(code(cell("simpleRNN"))), sequence),
  RNN: on(rnnOf(code(fc.oneof(anyCell, cellList))), sequence),
  StackedRNNCells: on(rnnOf(code(layer("stackedRNNCells", { cells: code(cellList) }))), sequence),
  ConvLSTM2D: on(
    convolving(
      "convLstm2d",
      2,
      { filters: count(1, 3), kernelSize: perAxis(2, 1, 3) },
      { ...convLstm, returnSequences: bool },
    ),
    joined(int(1, 3), sizes(2, 3, 5), int(1, 2)),
  ),
  ConvLSTM2DCell: on(
    rnnOf(code(convolving("convLstm2dCell", 2, { filters: count(1, 3), kernelSize: perAxis(2, 1, 3) }, convLstm))),
    joined(int(1, 3), sizes(2, 3, 5), int(1, 2)),
  ),
  Bidirectional: on(
    layer(
      "bidirectional",
      { layer: code(fc.oneof(...["lstm", "gru", "simpleRNN"].map(recurrent))) },
      {
        mergeMode: but(one("concat", "sum", "mul", "ave"), "max", null),
      },
    ),
    sequence,
  ),
  TimeDistributed: fc.tuple(inner, int(1, 4)).chain(([made, times]) =>
    layer("timeDistributed", { layer: one(new Code(made.layer)) }).map((outer) => ({
      layer: outer,
      inputs: made.inputs.map((shape) => [times, ...shape]),
    })),
  ),
  Rescaling: on(layer("rescaling", { scale: one(1 / 255, 2) }, { offset: one(-1, 0.5) }), anyRank()),
  Resizing: on(
    layer(
      "resizing",
      { height: count(1, 9), width: count(1, 9) },
      {
        interpolation: but(one("nearest", "bilinear"), "cubic"),
        cropToAspectRatio: one(false),
      },
    ),
    image(2, 3, 8),
  ),
  CenterCrop: on(layer("centerCrop", { height: count(1, 9), width: count(1, 9) }), image(2, 3, 8)),
  RandomWidth: on(
    layer(
      "randomWidth",
      { factor: but(one(0.2, [-0.2, 0.3]), -2, [0.1]) },
      { interpolation: but(one("nearest", "bilinear"), "cubic"), seed: one(3) },
    ),
    image(2, 4, 8),
  ),
  CategoryEncoding: on(
    layer(
      "categoryEncoding",
      { numTokens: count(2, 9) },
      { outputMode: but(one("multiHot", "count"), "int", "oneHot") },
    ),
    fc.oneof({ weight: 6, arbitrary: sizes(1, 2, 4) }, { weight: 1, arbitrary: sizes(2, 2, 4) }),
  ),
};
