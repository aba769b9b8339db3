// Contractions: dense layers on the last dimension, matrix products with broadcast batch dimensions, tensordot.
// einsum has a file of its own. Multiply-accumulates are the product of all index sizes.
import type { Vm } from "../../2-evaluate/vm";
import { type Dim, elements, mapDims, type Shape, showShape } from "../shape";
import type { Tensor } from "../tensor";
import { broadcastShapes, positiveAxis, produce, promoteAll, raise, reasonOf } from "./common";

export interface DenseSpec {
  inFeatures: Dim;
  outFeatures: Dim;
  /** Kernel, then bias. */
  weights: readonly Tensor[];
  hasBias: boolean;
}

/** `x · W (+ b)` on the last dimension: [..., in] to [..., out]. */
export function dense(vm: Vm, input: Tensor, spec: DenseSpec): Tensor {
  let shape: Shape | null = null;
  if (input.shape !== null) {
    const last = input.shape.at(-1);
    if (last === undefined) throw raise(vm, input, "a dense layer needs an input with at least one dimension");
    if (typeof last === "number" && typeof spec.inFeatures === "number" && last !== spec.inFeatures) {
      const rows = elements(input.shape.slice(0, -1));
      const out = typeof spec.outFeatures === "number" ? spec.outFeatures : "?";
      throw raise(
        vm,
        input,
        `mat1 and mat2 shapes cannot be multiplied (${typeof rows === "number" ? rows : "?"}x${last} and ${spec.inFeatures}x${out}): input ${showShape(input.shape)} does not end in ${spec.inFeatures} features`,
      );
    }
    shape = [...input.shape.slice(0, -1), spec.outFeatures];
  }
  return produce(
    vm,
    { kind: "dense", inFeatures: spec.inFeatures, outFeatures: spec.outFeatures, hasBias: spec.hasBias },
    [input],
    { weights: spec.weights, shape, reason: shape === null ? reasonOf(vm, input) : null },
  );
}

/** A known dimension of two that must agree; raises when both are known and differ. */
export function agree(a: Dim, b: Dim, differ: () => Error | object): Dim {
  if (typeof a === "number" && typeof b === "number" && a !== b) throw differ();
  return typeof a === "number" ? a : b;
}

/**
 * Matrix product with numpy's rules: batch dimensions broadcast, a 1-D left operand is a row, a 1-D right operand a column, and
 * the dimension added for that is removed again.
 */
export function matmul(vm: Vm, a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  const why = vm.unknown("the rank of a factor of a matrix product is not known");
  const dtype = promoteAll([a, b]);
  if (a.shape === null || b.shape === null) {
    return produce(vm, { kind: "matmul", batch: why, rows: why, inner: why, columns: why }, [a, b], {
      shape: null,
      dtype,
      reason: reasonOf(vm, a, b),
    });
  }
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw raise(
      vm,
      a,
      `both arguments to matmul need to be at least 1-D, but they are ${a.shape.length}-D and ${b.shape.length}-D`,
    );
  }
  const left = a.shape.length === 1 ? [1, a.shape[0] as Dim] : transposeA ? swapLast(a.shape) : a.shape;
  const right = b.shape.length === 1 ? [b.shape[0] as Dim, 1] : transposeB ? swapLast(b.shape) : b.shape;
  const rows = left.at(-2) as Dim;
  const columns = right.at(-1) as Dim;
  const mismatch = () =>
    raise(vm, a, `mat1 and mat2 shapes cannot be multiplied (${showShape(left)} and ${showShape(right)})`);
  const inner = agree(left.at(-1) as Dim, right.at(-2) as Dim, mismatch);
  const batch = broadcastShapes([left.slice(0, -2), right.slice(0, -2)]);
  if (batch === undefined) throw mismatch();
  const shape = [...batch, ...(a.shape.length === 1 ? [] : [rows]), ...(b.shape.length === 1 ? [] : [columns])];
  return produce(vm, { kind: "matmul", batch: elements(batch), rows, inner, columns }, [a, b], {
    shape,
    dtype,
    settings: { transposeA: transposeA && a.shape.length > 1, transposeB: transposeB && b.shape.length > 1 },
  });
}

function swapLast(shape: Shape): Shape {
  return [...shape.slice(0, -2), shape.at(-1) as Dim, shape.at(-2) as Dim];
}

/** Sums products over the paired axes; the result has the free axes of `a`, then those of `b`. */
export function tensordot(vm: Vm, a: Tensor, b: Tensor, axesA: readonly number[], axesB: readonly number[]): Tensor {
  const dtype = promoteAll([a, b]);
  const equation = `tensordot over ${axesA.length} axes`;
  if (a.shape === null || b.shape === null) {
    const why = reasonOf(vm, a, b);
    return produce(vm, { kind: "contraction", equation, products: why, reduced: true }, [a, b], {
      shape: null,
      dtype,
      reason: why,
    });
  }
  if (axesA.length !== axesB.length) throw raise(vm, a, "both dimension lists should have the same length");
  const left = axesA.map((axis) => positiveAxis(vm, a, axis));
  const right = axesB.map((axis) => positiveAxis(vm, b, axis));
  const shapeA = a.shape;
  const shapeB = b.shape;
  const summed = left.map((axis, i) =>
    agree(shapeA[axis] as Dim, shapeB[right[i] as number] as Dim, () =>
      raise(
        vm,
        a,
        `contracted dimensions need to match, but first has size ${String(shapeA[axis])} and second ${String(shapeB[right[i] as number])}`,
      ),
    ),
  );
  const free = [
    ...shapeA.filter((_, axis) => !left.includes(axis)),
    ...shapeB.filter((_, axis) => !right.includes(axis)),
  ];
  const products = mapDims((x, y) => x * y, elements(free), elements(summed));
  return produce(vm, { kind: "contraction", equation, products, reduced: left.length > 0 }, [a, b], {
    shape: free,
    dtype,
    settings: { axesA: left, axesB: right },
  });
}
