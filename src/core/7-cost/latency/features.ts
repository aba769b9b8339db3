// What the time of an operator depends on: products by kind of operator, elements written and read, and a fixed price a call.
// The columns are those of the published table of measured models (docs/targets.md): a model's vector is the sum of its
// operators' vectors. Turning a vector into time is the business of model.ts.
import type { DeployedGraph, DeployedOperator, DeployedTensor } from "../../6-deploy/deployed-graph";

/** Names of the columns, in the order of the calibration file. */
export const FEATURES = [
  /** MACs of convolutions with a window larger than 1 and more than 4 input channels. */
  "convMacs",
  /** MACs of convolutions with a window larger than 1 and at most 4 input channels (a first layer). */
  "thinConvMacs",
  /** MACs of 1×1 convolutions. */
  "pointwiseMacs",
  "depthwiseMacs",
  /** MACs of dense layers and other matrix products. */
  "denseMacs",
  /** Operators of any kind. */
  "operators",
  /** Operators that do work but no MACs: pools, adds, softmax, quantize. */
  "elementOperators",
  /** Elements those touch: the larger of input and output. */
  "elements",
  /** Output elements of convolutions of any kind. */
  "convOutputs",
] as const;

export type Feature = (typeof FEATURES)[number];
export type FeatureVector = Record<Feature, number>;

/** Operators that only rename or copy a buffer; they cost a call and nothing else. */
const MOVES = new Set(["RESHAPE", "SQUEEZE", "EXPAND_DIMS", "SHAPE"]);

export function noFeatures(): FeatureVector {
  return Object.fromEntries(FEATURES.map((name) => [name, 0])) as FeatureVector;
}

/** Sum of vectors. */
export function addFeatures(total: FeatureVector, more: FeatureVector): void {
  for (const name of FEATURES) total[name] += more[name];
}

function elementsOf(tensor: DeployedTensor | undefined): number {
  return tensor ? tensor.shape.reduce((product, dim) => product * dim, 1) : 0;
}

/** The vector of one operator. */
export function operatorFeatures(graph: DeployedGraph, operator: DeployedOperator): FeatureVector {
  const features = noFeatures();
  features.operators = 1;
  const tensor = (index: number | undefined) => (index === undefined ? undefined : graph.tensors[index]);
  const outputs = operator.outputs.reduce((sum, index) => sum + elementsOf(tensor(index)), 0);
  switch (operator.op) {
    case "CONV_2D":
    case "CONV_3D":
    case "TRANSPOSE_CONV": {
      // TRANSPOSE_CONV: output shape, filter, input; the others: input, filter.
      const filter = tensor(operator.inputs[1])?.shape ?? [];
      const window = filter.slice(1, -1).reduce((product, dim) => product * dim, 1);
      const inputChannels = filter.at(-1) ?? 0;
      if (window === 1) features.pointwiseMacs = operator.macs;
      else if (inputChannels <= 4) features.thinConvMacs = operator.macs;
      else features.convMacs = operator.macs;
      features.convOutputs = outputs;
      break;
    }
    case "DEPTHWISE_CONV_2D":
      features.depthwiseMacs = operator.macs;
      features.convOutputs = outputs;
      break;
    case "FULLY_CONNECTED":
    case "BATCH_MATMUL":
      features.denseMacs = operator.macs;
      break;
    default:
      if (MOVES.has(operator.op)) break;
      features.elementOperators = 1;
      // Any other operator with MACs (an SVDF, an LSTM) is made of matrix products.
      features.denseMacs = operator.macs;
      features.elements = Math.max(
        outputs,
        ...operator.inputs.map((index) => (tensor(index)?.constantBytes ? 0 : elementsOf(tensor(index)))),
      );
  }
  return features;
}

/** The vector of a whole graph. */
export function graphFeatures(graph: DeployedGraph): FeatureVector {
  const total = noFeatures();
  for (const operator of graph.operators) addFeatures(total, operatorFeatures(graph, operator));
  return total;
}
