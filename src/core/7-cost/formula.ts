// The multiply-accumulates of a contraction as factors: the lecture's D_K · D_K · M · N · D_F · D_F with the layer's own numbers.
// operation-cost.ts multiplies exactly these factors, so a formula that is shown and its number cannot disagree.
import type { Attributes, Operation } from "../3-graph/operation";
import { type Dim, elements, mapDims, type Shape } from "../3-graph/shape";
import type { Tensor } from "../3-graph/tensor";
import type { DenseMatrix, FormulaKind, FormulaSymbol, MacsFormula } from "../report/formula";

/** A factor whose number may not be known. */
export interface Factor {
  symbol: FormulaSymbol;
  value: Dim;
  /** The addends, for a factor that is written as a sum. */
  sum?: Dim[];
}

/** A product whose numbers may not be known. */
export interface Product {
  of: FormulaKind;
  factors: Factor[];
}

/** The shape of a tensor; its reason as the one dimension when the rank is not known. */
function shapeOf(tensor: Tensor | undefined): Shape {
  return tensor?.shape ?? [tensor?.reason ?? NaN];
}

const named = (symbol: FormulaSymbol, dims: Shape): Factor[] => dims.map((value) => ({ symbol, value }));

/** Leaves out factors of 1, which say nothing; `keep` are always written. */
const terse = (factors: Factor[], ...keep: FormulaSymbol[]): Factor[] =>
  factors.filter(({ symbol, value }) => value !== 1 || keep.includes(symbol));

/** Positions of a feature map and its batch, apart from the channels. */
function positions(
  tensor: Tensor | undefined,
  rank: number,
  layout: "channels-first" | "channels-last",
): { channels: Dim; places: Shape; batch: Shape } {
  const shape = shapeOf(tensor);
  // Without a rank the whole count stands in for the positions.
  if (shape.length <= rank) return { channels: 1, places: shape, batch: [] };
  const start = shape.length - rank - 1;
  const map = shape.slice(start);
  const last = layout === "channels-last";
  return {
    channels: (last ? map.at(-1) : map[0]) as Dim,
    places: last ? map.slice(0, -1) : map.slice(1),
    batch: shape.slice(0, start),
  };
}

/** K · Ci/g · Co · Ho·Wo; transposed K · Ci · Co/g · Hi·Wi: each input element meets the whole kernel once. */
export function convProduct(a: Extract<Attributes, { kind: "conv" }>, operation: Operation): Product {
  const tensor = a.transposed ? operation.inputs[0] : operation.outputs[0];
  const { channels, places, batch } = positions(tensor, a.kernel.length, a.layout);
  const share = mapDims((c, g) => c / g, a.transposed ? a.outChannels : a.inChannels, a.groups);
  const isPointwise = a.kernel.every((side) => side === 1);
  const isDepthwise = !a.transposed && a.groups !== 1 && share === 1;
  const kernel = isPointwise ? [] : named("D_K", a.kernel);
  const channelFactors: Factor[] = a.transposed
    ? [
        { symbol: "M", value: channels },
        { symbol: a.groups === 1 ? "N" : "N/g", value: share },
      ]
    : isDepthwise
      ? [{ symbol: a.outChannels === a.inChannels ? "M" : "N", value: channels }]
      : [
          { symbol: a.groups === 1 ? "M" : "M/g", value: share },
          { symbol: "N", value: channels },
        ];
  const of = a.transposed
    ? "transposed convolution"
    : isDepthwise
      ? "depthwise convolution"
      : a.groups !== 1
        ? "grouped convolution"
        : isPointwise
          ? "pointwise convolution"
          : "convolution";
  const map = named(a.transposed ? "D_I" : "D_F", places);
  return { of, factors: [...kernel, ...channelFactors, ...map, ...terse(named("batch", batch))] };
}

/** Inputs times outputs, for each position of a sequence or map. */
export function denseProduct(a: Extract<Attributes, { kind: "dense" }>, operation: Operation): Product {
  const shape = shapeOf(operation.outputs[0]);
  const rows = terse(named("positions", shape.slice(0, -1)));
  return {
    of: "dense",
    factors: [{ symbol: "in", value: a.inFeatures }, ...named("out", shape.slice(-1)), ...rows],
  };
}

export function matmulProduct(a: Extract<Attributes, { kind: "matmul" }>): Product {
  return {
    of: "matrix product",
    factors: [
      ...terse(named("batch", [a.batch])),
      { symbol: "rows", value: a.rows },
      { symbol: "inner", value: a.inner },
      { symbol: "columns", value: a.columns },
    ],
  };
}

/** The sizes of the result, and of what is summed: the rest of all index sizes. */
export function contractionProduct(a: Extract<Attributes, { kind: "contraction" }>, operation: Operation): Product {
  const shape = shapeOf(operation.outputs[0]);
  const size = elements(shape);
  const summed = typeof a.products === "number" && typeof size === "number" ? a.products / size : NaN;
  if (!Number.isInteger(summed)) return { of: "contraction", factors: named("indices", [a.products]) };
  return { of: "contraction", factors: [...terse(named("result", shape)), ...named("summed", [summed])] };
}

const GATES: Record<Extract<Attributes, { kind: "recurrent" }>["cell"], number> = { lstm: 4, gru: 3, rnn: 1 };

/** Steps · gates · H · (I + H), both directions; a cell of another form (a projection) shows the products of one step as one number. */
export function recurrentProduct(a: Extract<Attributes, { kind: "recurrent" }>): Product {
  const { steps, macsPerStep, inputSize, hiddenSize, directions, cell } = a;
  const both = mapDims((i, h) => i + h, inputSize, hiddenSize);
  const plain: Factor[] = [
    { symbol: "T", value: steps },
    ...terse(named("directions", [directions])),
    ...terse(named("gates", [GATES[cell]])),
    { symbol: "H", value: hiddenSize },
    { symbol: "I + H", value: both, sum: [inputSize, hiddenSize] },
  ];
  const step = mapDims((h, width) => directions * GATES[cell] * h * width, hiddenSize, both);
  if (typeof macsPerStep === "number" && step === macsPerStep) return { of: "recurrent", factors: plain };
  return {
    of: "recurrent",
    factors: [
      { symbol: "T", value: steps },
      { symbol: "products of a step", value: macsPerStep },
    ],
  };
}

/** The value of a product; unknown with the reason of its first unknown factor. */
export function valueOf({ factors }: Product): Dim {
  return mapDims((...all) => all.reduce((product, one) => product * one, 1), ...factors.map(({ value }) => value));
}

/** The matrix that would do the work of a convolution without sharing: all inputs by all outputs of one sample. */
function matrixOf(operation: Operation): DenseMatrix | null {
  const { attributes } = operation;
  if (attributes.kind !== "conv") return null;
  const sizes = [operation.inputs[0], operation.outputs[0]].map((tensor) => {
    const { channels, places } = positions(tensor, attributes.kernel.length, attributes.layout);
    return tensor?.shape ? elements([channels, ...places]) : NaN;
  });
  const [inputs, outputs] = sizes;
  const { kernel, groups, inChannels, outChannels, transposed, layout } = attributes;
  const shared = mapDims(
    (c, n, g, ...sides) => sides.reduce((product, side) => product * side, (c * n) / g),
    inChannels,
    outChannels,
    groups,
    ...kernel,
  ); // prettier-ignore
  const uses = elements(
    positions(transposed ? operation.inputs[0] : operation.outputs[0], kernel.length, layout).places,
  );
  const all = [inputs, outputs, shared, uses];
  if (!all.every((one): one is number => typeof one === "number" && Number.isFinite(one))) return null;
  return { rows: outputs as number, columns: inputs as number, stored: shared as number, uses: uses as number };
}

/** What the report holds of a product: null when a number is not known. */
export function formulaOf(product: Product, operation: Operation): MacsFormula | null {
  const factors: MacsFormula["factors"] = [];
  for (const { symbol, value, sum } of product.factors) {
    if (typeof value !== "number" || !Number.isFinite(value)) return null;
    factors.push({ symbol, value, ...(sum ? { sum: sum as number[] } : {}) });
  }
  const matrix = matrixOf(operation);
  return { of: product.of, factors, times: 1, ...(matrix ? { matrix } : {}) };
}
