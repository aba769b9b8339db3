// Products of tensors: dense layers as FULLY_CONNECTED, matrix products as BATCH_MATMUL, contractions (einsum) as a BATCH_MATMUL between
// the transposes and reshapes that bring both sides into rows and columns.
import type { Attributes, Operation } from "../3-graph/operation";
import type { Tensor } from "../3-graph/tensor";
import { sameShape, sizeOf, type Value } from "./draft";
import { identityOrder, NotLowered, shapeOf, type Store, transposed } from "./layout";
import { type Style, weightText } from "./windows";

export function lowerDense(
  store: Store,
  operation: Operation,
  a: Extract<Attributes, { kind: "dense" }>,
  style: Style,
): void {
  const { draft } = store;
  const input = operation.inputs[0];
  const output = operation.outputs[0] as Tensor;
  if (!input) throw new NotLowered("a dense layer of a stored value is not lowered", operation);
  const x = store.natural(input);
  const shape = shapeOf(output, operation);
  const units = shape.at(-1) as number;
  const features = x.shape.at(-1) as number;
  const scales = style.densePerChannel ? units : 1;
  const weight = draft.weight([units, features], scales, weightText(operation));
  const stored = operation.weights[1];
  const bias = a.hasBias ? draft.bias(units, scales, stored ? `bias ${stored.id}` : null) : null;
  const flat = x.shape.length === 1 ? draft.reshape(x, [1, features]) : x;
  const made = draft.add("FULLY_CONNECTED", [flat, weight, bias], x.shape.length === 1 ? [1, units] : shape, {
    macs: sizeOf(shape) * features,
    options: { activation: "none", keepDims: shape.length > 2 },
  });
  store.set(output, x.shape.length === 1 ? draft.reshape(made, [units]) : made);
}

export function lowerMatmul(store: Store, operation: Operation, style: Style): void {
  const { draft } = store;
  const a = operation.attributes as Extract<Attributes, { kind: "matmul" }>;
  const output = operation.outputs[0] as Tensor;
  const shape = shapeOf(output, operation);
  const dims = [a.batch, a.rows, a.inner, a.columns];
  if (dims.some((dim) => typeof dim !== "number"))
    throw new NotLowered("a size of a matrix product is not known", operation);
  const [batch, rows, inner, columns] = dims as [number, number, number, number];
  const macs = batch * rows * inner * columns;
  const [first, second] = [...operation.inputs, ...operation.weights];
  if (!first || !second) throw new NotLowered("a matrix product needs two tensors", operation);
  const left = store.natural(first);
  const right = store.natural(second);
  if (operation.inputs.length === 1 && right.shape.length === 2) {
    // A stored matrix makes it a fully connected layer.
    const weight = draft.weight([columns, inner], style.densePerChannel ? columns : 1, weightText(operation));
    store.set(
      output,
      draft.add("FULLY_CONNECTED", [left, weight, null], shape, {
        macs,
        options: { activation: "none", keepDims: shape.length > 2 },
      }),
    );
    return;
  }
  const wide = (value: Value, row: boolean): Value =>
    value.shape.length > 1 ? value : draft.reshape(value, row ? [1, inner] : [inner, 1]);
  const p = wide(left, true);
  const q = wide(right, false);
  const options = {
    adjointX: p.shape.at(-1) !== inner && p.shape.at(-2) === inner,
    adjointY: q.shape.at(-2) !== inner && q.shape.at(-1) === inner,
  };
  const lead = shape.slice(0, shape.length - (left.shape.length > 1 ? 1 : 0) - (right.shape.length > 1 ? 1 : 0));
  const made = draft.add("BATCH_MATMUL", [p, q], [...lead, rows, columns], { macs, options });
  store.set(output, draft.reshape(made, shape));
}

/** Labels of a two-operand equation, ellipses taken apart into labels of their own. */
function labelsOf(equation: string, ranks: readonly number[]): { terms: string[][]; out: string[] } | null {
  const [left = "", right] = equation.split("->");
  const parts = left.split(",");
  if (right === undefined || parts.length !== ranks.length) return null;
  const expand = (text: string, rank: number | null, dots: number): string[] => {
    const [before = "", after] = text.split("...");
    if (after === undefined) return [...before];
    const count = rank === null ? dots : rank - before.length - after.length;
    return [...before, ...Array.from({ length: count }, (_, i) => `…${count - 1 - i}`), ...after];
  };
  const terms = parts.map((part, i) => expand(part, ranks[i] as number, 0));
  const dots = Math.max(0, ...terms.map((labels) => labels.filter((label) => label.length > 1).length));
  return { terms, out: expand(right, null, dots) };
}

export function lowerContraction(
  store: Store,
  operation: Operation,
  a: Extract<Attributes, { kind: "contraction" }>,
  style: Style,
): void {
  const { draft } = store;
  const output = operation.outputs[0] as Tensor;
  const operands = [...operation.inputs, ...operation.weights];
  const [first, second] = operands;
  const found = labelsOf(
    a.equation,
    operands.map((tensor) => shapeOf(tensor, operation).length),
  );
  if (!first || !second || !found || typeof a.products !== "number" || operation.inputs.length === 0) {
    throw new NotLowered(`the contraction '${a.equation}' is not lowered`, operation);
  }
  const [p, q] = found.terms as [string[], string[]];
  const out = found.out;
  if (new Set(p).size < p.length || new Set(q).size < q.length) {
    throw new NotLowered(`the contraction '${a.equation}' repeats a label, which is not lowered`, operation);
  }
  const shapes = operands.map((tensor) => shapeOf(tensor, operation)) as [readonly number[], readonly number[]];
  const size = (label: string): number => {
    const at = p.indexOf(label);
    return (at >= 0 ? shapes[0][at] : shapes[1][q.indexOf(label)]) as number;
  };
  const both = p.filter((label) => q.includes(label));
  const batch = out.filter((label) => both.includes(label));
  const summed = both.filter((label) => !out.includes(label));
  const rows = out.filter((label) => p.includes(label) && !q.includes(label));
  const columns = out.filter((label) => q.includes(label) && !p.includes(label));
  if (
    p.length !== batch.length + summed.length + rows.length ||
    q.length !== batch.length + summed.length + columns.length
  ) {
    throw new NotLowered(
      `the contraction '${a.equation}' sums over one operand alone, which is not lowered`,
      operation,
    );
  }
  const count = (labels: readonly string[]): number => sizeOf(labels.map(size));
  const sizes = batch.map(size);
  const bring = (
    tensor: Tensor,
    labels: readonly string[],
    wanted: readonly string[],
    shape: readonly number[],
  ): Value => {
    const value = store.natural(tensor);
    const moved =
      value.role === "constant"
        ? value
        : transposed(
            draft,
            value,
            wanted.map((label) => labels.indexOf(label)),
          );
    return value.role === "constant" ? value : draft.reshape(moved, shape);
  };
  const natural = [...batch, ...rows, ...columns];
  let made: Value;
  if (store.isConstant(second) && batch.length === 0) {
    const x = bring(first, p, [...rows, ...summed], [...rows.map(size), count(summed)]);
    const scales = style.densePerChannel ? count(columns) : 1;
    const weight = draft.weight([count(columns), count(summed)], scales, weightText(operation));
    made = draft.add("FULLY_CONNECTED", [x, weight, null], [...rows.map(size), count(columns)], {
      macs: a.reduced ? a.products : 0,
      options: { activation: "none", keepDims: rows.length > 1 },
    });
  } else if (store.isConstant(second)) {
    throw new NotLowered(`the contraction '${a.equation}' with a stored operand is not lowered`, operation);
  } else {
    const left = bring(first, p, [...batch, ...rows, ...summed], [...sizes, count(rows), count(summed)]);
    const right = bring(second, q, [...batch, ...summed, ...columns], [...sizes, count(summed), count(columns)]);
    made = draft.add("BATCH_MATMUL", [left, right], [...sizes, count(rows), count(columns)], {
      macs: a.reduced ? a.products : 0,
    });
  }
  const split = natural.map(size);
  if (!sameShape(split, made.shape)) {
    made = draft.add("RESHAPE", [made, draft.integers(split)], split, { note: "splits the dimensions of the product" });
  }
  const permutation = out.map((label) => natural.indexOf(label));
  const ordered = permutation.every((at, i) => at === i) ? made : transposed(draft, made, permutation);
  store.set(output, ordered, identityOrder(out.length));
}
