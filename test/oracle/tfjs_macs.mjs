// Counts the multiply-accumulates of TensorFlow.js models in two independent ways: by the formula of each layer
// from the shapes it reports, and by adding up the kernels that really ran (tf.profile). Both must agree.

const prod = (list) => list.reduce((a, b) => a * b, 1);
const one = (shape) => shape.map((d) => d ?? 1);

/** Multiply-accumulates of the kernels that `run` executes. */
export async function kernelMacs(tf, run) {
  const { kernels } = await tf.profile(run);
  let total = 0;
  for (const { name, inputShapes, outputShapes } of kernels) {
    if (name.endsWith("__op")) continue; // the same work, reported again by the wrapper
    const [a, b] = inputShapes;
    const out = outputShapes[0];
    if (name === "Conv2D" || name === "FusedConv2D") total += prod(out) * prod(b.slice(0, 3));
    else if (name === "Conv3D") total += prod(out) * prod(b.slice(0, 4));
    else if (name === "DepthwiseConv2dNative" || name === "FusedDepthwiseConv2D") total += prod(out) * b[0] * b[1];
    else if (name === "Conv2DBackpropInput") total += prod(a) * prod(b.slice(0, 3));
    else if (name === "Conv3DBackpropInputV2") total += prod(a) * prod(b.slice(0, 4));
    else if (name === "BatchMatMul" || name === "_FusedMatMul") {
      // independent of the transpose flags: rows of the result divide the left matrix
      total += prod(out) * (prod(a.slice(-2)) / out.at(-2));
    } else if (/conv|matmul|einsum|dot/i.test(name)) throw new Error(`no counting rule for kernel ${name}`);
  }
  return total;
}

/** Multiply-accumulates of one layer from its reported shapes; null where no rule applies. */
export function layerMacs(layer, input, output) {
  const type = layer.getClassName();
  const x = one(Array.isArray(input[0]) ? input[0] : input);
  const y = one(Array.isArray(output[0]) ? output[0] : output);
  const weights = layer.weights.map((w) => one(w.shape));
  const config = layer.getConfig();
  const places = (s) => prod(config.dataFormat === "channelsFirst" ? s.slice(2) : s.slice(1, -1));
  const gates = { LSTM: 4, LSTMCell: 4, GRU: 3, GRUCell: 3, SimpleRNN: 1, SimpleRNNCell: 1 };
  switch (type) {
    case "Conv1D":
    case "Conv2D":
    case "Conv3D":
      return places(y) * prod(weights[0]);
    case "DepthwiseConv2D":
      return places(y) * prod(weights[0]);
    case "SeparableConv2D":
      return places(y) * (prod(weights[0]) + prod(weights[1]));
    case "Conv2DTranspose":
    case "Conv3DTranspose":
      return places(x) * prod(weights[0]);
    case "Dense":
      return prod(x) * config.units;
    case "LSTM":
    case "GRU":
    case "SimpleRNN":
      return x[1] * gates[type] * config.units * (x[2] + config.units);
    case "Bidirectional":
      return 2 * layerMacs(layer.forwardLayer, input, output);
    case "TimeDistributed":
      return x[1] * layerMacs(layer.layer, [x[0], ...x.slice(2)], [y[0], ...y.slice(2)]);
    case "ConvLSTM2D": {
      // four gates; the recurrent convolution keeps the output's size
      const [kernel, recurrent] = weights;
      const tail = config.returnSequences ? y.slice(2) : y.slice(1);
      const size = config.dataFormat === "channelsFirst" ? tail.slice(1) : tail.slice(0, -1);
      return x[1] * prod(size) * (prod(kernel) + prod(recurrent));
    }
    case "RNN":
    case "StackedRNNCells":
    case "Dot":
    case "Model":
    case "Functional":
    case "Sequential":
      return null;
    default:
      return 0;
  }
}
