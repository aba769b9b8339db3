// Attention as torch computes it: scaled dot products of queries, keys and values, and the whole multi-head layer.
// Multiply-accumulates: the projections plus both score products, 4*L*E*E + 2*L*S*E for equal widths (masked positions count).
import type { Vm } from "../../2-evaluate/vm";
import { softmax } from "../../3-graph/operations/activation";
import { raise, reasonOf } from "../../3-graph/operations/common";
import { elementwise, where } from "../../3-graph/operations/elementwise";
import { dense, matmul } from "../../3-graph/operations/linear";
import { reduce } from "../../3-graph/operations/reduce";
import { reshape, swapAxes, transpose, unsqueeze, viewAs } from "../../3-graph/operations/reshape";
import { type Dim, mapDims, type Shape, showShape } from "../../3-graph/shape";
import type { Tensor } from "../../3-graph/tensor";

/** softmax(q kT * scale + mask) v for [..., L, d], [..., S, d], [..., S, dv]. */
export function dotProductAttention(
  vm: Vm,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
): { output: Tensor; weights: Tensor } {
  const scores = matmul(vm, elementwise(vm, "mul", [query, { value: null, isFloat: true }]), key, false, true);
  const masked =
    mask === null
      ? scores
      : mask.dtype === "bool"
        ? where(vm, mask, scores, { value: Number.NEGATIVE_INFINITY, isFloat: true })
        : elementwise(vm, "add", [scores, mask]);
  const weights = softmax(vm, masked, -1);
  return { output: matmul(vm, weights, value), weights };
}

export interface MultiHead {
  heads: number;
  width: Dim;
  /** [3E, E] for all three, or one weight each. */
  projection: Tensor | { query: Tensor; key: Tensor; value: Tensor };
  projectionBias: Tensor | null;
  biasKey: Tensor | null;
  biasValue: Tensor | null;
  addZero: boolean;
  outWeight: Tensor;
  outBias: Tensor | null;
  needWeights: boolean;
  averageWeights: boolean;
}

function project(vm: Vm, input: Tensor, weight: Tensor, bias: Tensor | null, outFeatures: Dim): Tensor {
  return dense(vm, input, {
    inFeatures: weight.shape?.[1] ?? reasonOf(vm, weight),
    outFeatures,
    weights: bias ? [weight, bias] : [weight],
    hasBias: bias !== null,
  });
}

/** Queries, keys and values; one product where torch makes one. */
function projections(vm: Vm, query: Tensor, key: Tensor, value: Tensor, spec: MultiHead): [Tensor, Tensor, Tensor] {
  const { projection, projectionBias: bias, width } = spec;
  if ("query" in projection) {
    return [
      project(vm, query, projection.query, bias, width),
      project(vm, key, projection.key, bias, width),
      project(vm, value, projection.value, bias, width),
    ];
  }
  const part = (tensor: Tensor, from: Tensor, index: number, count: number): Tensor => {
    void tensor;
    return viewPart(vm, from, width, index, count);
  };
  if (query === key && key === value) {
    const all = project(
      vm,
      query,
      projection,
      bias,
      mapDims((e) => 3 * e, width),
    );
    return [part(query, all, 0, 3), part(query, all, 1, 3), part(query, all, 2, 3)];
  }
  const q = project(vm, query, projection, bias, width);
  if (key === value) {
    const both = project(
      vm,
      key,
      projection,
      bias,
      mapDims((e) => 2 * e, width),
    );
    return [q, part(key, both, 0, 2), part(key, both, 1, 2)];
  }
  return [q, project(vm, key, projection, bias, width), project(vm, value, projection, bias, width)];
}

/** One of several equal parts of the last dimension: a view of what one product gave. */
function viewPart(vm: Vm, input: Tensor, width: Dim, _index: number, _count: number): Tensor {
  return viewAs(vm, input, input.shape === null ? null : [...input.shape.slice(0, -1), width], input.reason);
}

/** [L, N, E] to [N, heads, L, d]. */
function splitHeads(vm: Vm, input: Tensor, heads: number): Tensor {
  if (input.shape === null) return input;
  const [length, batch, width] = input.shape as [Dim, Dim, Dim];
  const size = mapDims((e) => {
    if (e % heads !== 0) throw vm.error("AssertionError", `embed_dim ${e} not divisible by num_heads ${heads}`);
    return e / heads;
  }, width);
  return transpose(vm, viewAs(vm, input, [length, batch, heads, size]), [1, 2, 0, 3]);
}

function longer(vm: Vm, input: Tensor): Tensor {
  return input.shape === null
    ? input
    : viewAs(
        vm,
        input,
        input.shape.map((dim, axis) => (axis === 0 ? mapDims((n) => n + 1, dim) : dim)),
      );
}

/** A whole attention layer on sequences [L, N, E]; gives the output and, when asked for, the weights [N, L, S] or [N, heads, L, S]. */
export function multiHeadAttention(
  vm: Vm,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
  spec: MultiHead,
): { output: Tensor; weights: Tensor | null } {
  if (query.shape !== null && query.shape.length === 2) {
    const result = multiHeadAttention(
      vm,
      unsqueeze(vm, query, 1),
      query === key ? unsqueeze(vm, query, 1) : unsqueeze(vm, key, 1),
      unsqueeze(vm, value, 1),
      mask,
      spec,
    );
    return {
      output: dropBatch(vm, result.output, 1),
      weights: result.weights ? dropBatch(vm, result.weights, 0) : null,
    };
  }
  const width = query.shape?.at(-1);
  if (typeof width === "number" && typeof spec.width === "number" && width !== spec.width) {
    throw raise(
      vm,
      query,
      `was expecting embedding dimension of ${spec.width}, but got ${width} (query ${showShape(query.shape)})`,
    );
  }
  let [q, k, v] = projections(vm, query, key, value, spec);
  if (spec.biasKey && spec.biasValue) [k, v] = [longer(vm, k), longer(vm, v)];
  if (spec.addZero) [k, v] = [longer(vm, k), longer(vm, v)];
  const shape = q.shape as Shape | null;
  q = splitHeads(vm, q, spec.heads);
  k = splitHeads(vm, k, spec.heads);
  v = splitHeads(vm, v, spec.heads);
  const scored = dotProductAttention(vm, q, k, v, fitMask(vm, mask, q));
  const joined = shape === null ? scored.output : reshape(vm, transpose(vm, scored.output, [2, 0, 1, 3]), shape);
  const output = project(vm, joined, spec.outWeight, spec.outBias, spec.outWeight.shape?.[0] ?? spec.width);
  if (!spec.needWeights) return { output, weights: null };
  const weights = spec.averageWeights ? reduce(vm, scored.weights, "mean", { axes: [1] }) : scored.weights;
  return { output, weights };
}

/** A mask [L, S] broadcasts; one of [N*heads, L, S] is split. Masks that are not of known rank are left out: they change no shape. */
function fitMask(vm: Vm, mask: Tensor | null, query: Tensor): Tensor | null {
  if (mask === null || mask.shape === null || query.shape === null) return null;
  if (mask.shape.length === 2) return mask;
  if (mask.shape.length !== 3) return null;
  return viewAs(vm, mask, [query.shape[0] as Dim, query.shape[1] as Dim, mask.shape[1] as Dim, mask.shape[2] as Dim]);
}

function dropBatch(vm: Vm, tensor: Tensor, axis: number): Tensor {
  return tensor.shape === null
    ? tensor
    : viewAs(
        vm,
        tensor,
        tensor.shape.filter((_, i) => i !== axis),
      );
}

/** Exchanges batch and length: [N, L, E] to [L, N, E] and back. */
export function swapBatch(vm: Vm, tensor: Tensor): Tensor {
  return tensor.shape?.length === 3 ? swapAxes(vm, tensor, 0, 1) : tensor;
}
