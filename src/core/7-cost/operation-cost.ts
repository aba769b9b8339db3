// What one operation costs: multiply-accumulates and element-wise multiplications, batch as in its shapes (1).
// Definitions in docs/accuracy.md: a MAC is one multiply feeding an accumulation inside a contraction; bias, activation,
// pooling and normalisation have none. Every operation is costed, free on purpose, or unknown with a reason.
import type { Attributes, Operation, OperationKind } from "../3-graph/operation";
import { type Dim, elements, mapDims } from "../3-graph/shape";
import type { Tensor } from "../3-graph/tensor";
import type { MacsFormula } from "../report/formula";
import {
  contractionProduct,
  convProduct,
  denseProduct,
  formulaOf,
  matmulProduct,
  type Product,
  recurrentProduct,
  valueOf,
} from "./formula";

export interface OperationCost {
  /** Multiply-accumulates of contractions. */
  macs: Dim;
  /** MACs plus element-wise multiplications. */
  multiplications: Dim;
  state: "costed" | "free" | "unknown";
  /** The product that gives the MACs; absent where there are none or a number is not known. */
  formula?: MacsFormula;
}

type CostOf<K extends OperationKind> = (
  attributes: Extract<Attributes, { kind: K }>,
  operation: Operation,
) => Product | { muls: Dim } | "free";

const times = (...dims: Dim[]): Dim => mapDims((...all) => all.reduce((product, one) => product * one, 1), ...dims);

function count(tensor: Tensor | undefined): Dim {
  if (!tensor) return 0;
  if (tensor.shape === null) return tensor.reason ?? 0;
  return elements(tensor.shape);
}

const outputOf = (operation: Operation) => count(operation.outputs[0]);

/** Functions of one element that multiply once per element: x·σ(x) and the like. */
const GATED = new Set([
  "silu",
  "swish",
  "hard_swish",
  "hardswish",
  "gelu",
  "mish",
  "leaky_relu",
  "prelu",
  "elu",
  "selu",
]);

const COSTS: { [K in OperationKind]: CostOf<K> } = {
  conv: convProduct,
  dense: denseProduct,
  matmul: matmulProduct,
  contraction: (a, operation) => (a.reduced ? contractionProduct(a, operation) : { muls: a.products }),
  recurrent: recurrentProduct,
  pool: (a, operation) => (a.mode === "average" ? { muls: outputOf(operation) } : "free"),
  // A BatchNorm folds into the linear operation before it; elsewhere it multiplies each element once.
  norm: (a, operation) => {
    if (a.mode === "batch" && folds(operation)) return "free";
    return { muls: times(a.mode === "batch" ? 1 : 3, outputOf(operation)) };
  },
  activation: (a, operation) => (GATED.has(a.function) ? { muls: outputOf(operation) } : "free"),
  softmax: () => "free",
  elementwise: (a, operation) =>
    a.function === "mul" || a.function === "div" || a.function === "pow" ? { muls: outputOf(operation) } : "free",
  reduce: (a, operation) => (a.function === "mean" ? { muls: outputOf(operation) } : "free"),
  embedding: () => "free",
  move: () => "free",
  resize: (_a, operation) => ({ muls: times(4, outputOf(operation)) }),
  identity: () => "free",
  unknown: () => "free",
};

/** True for a BatchNorm whose input comes from a convolution or dense layer. */
function folds(operation: Operation): boolean {
  const before = operation.inputs[0]?.producer?.attributes.kind;
  return before === "conv" || before === "dense";
}

/** The cost of one operation. An unknown dimension makes the count unknown with that dimension's reason. */
export function costOf(operation: Operation): OperationCost {
  const { attributes } = operation;
  if (attributes.kind === "unknown") {
    return { macs: NaN, multiplications: NaN, state: "unknown" };
  }
  const rule = COSTS[attributes.kind] as CostOf<OperationKind>;
  const cost = rule(attributes as never, operation);
  if (cost === "free") return { macs: 0, multiplications: 0, state: "free" };
  if ("factors" in cost) {
    const macs = valueOf(cost);
    const formula = formulaOf(cost, operation);
    const state = typeof macs === "number" ? "costed" : "unknown";
    return { macs, multiplications: macs, state, ...(formula ? { formula } : {}) };
  }
  return { macs: 0, multiplications: cost.muls, state: "costed" };
}
