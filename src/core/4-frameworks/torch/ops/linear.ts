// torch matrix products: matmul and its relatives, einsum, tensordot, the functional dense layer.
import { toText } from "../../../2-evaluate/native";
import type { Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { produce, raise, unknownOperation } from "../../../3-graph/operations/common";
import { einsum } from "../../../3-graph/operations/einsum";
import { elementwise } from "../../../3-graph/operations/elementwise";
import { dense, matmul, tensordot } from "../../../3-graph/operations/linear";
import { reduce } from "../../../3-graph/operations/reduce";
import { unsqueeze } from "../../../3-graph/operations/reshape";
import { showShape } from "../../../3-graph/shape";
import type { Tensor } from "../../../3-graph/tensor";
import { optionalTensor, toAxes, toTensor, toTensors } from "../arguments";
import { type OpTable, tensorOf } from "./table";

function ranked(vm: Vm, tensor: Tensor, rank: number, name: string): Tensor {
  if (tensor.shape !== null && tensor.shape.length !== rank) {
    throw raise(vm, tensor, `${name}: expected a ${rank}-D tensor, but got ${showShape(tensor.shape)}`);
  }
  return tensor;
}

function product(name: string, leftRank: number, rightRank: number, second: string): OpTable[string] {
  return [
    `input, ${second}, *, out=None`,
    (vm, a) =>
      matmul(vm, ranked(vm, tensorOf(vm, a), leftRank, name), ranked(vm, tensorOf(vm, a, second), rightRank, name)),
  ];
}

/** Matrix product plus a tensor, as addmm and baddbmm. */
function plusProduct(first: string, second: string): OpTable[string] {
  return [
    `input, ${first}, ${second}, *, beta=1, alpha=1, out=None`,
    (vm, a) => elementwise(vm, "add", [tensorOf(vm, a), matmul(vm, tensorOf(vm, a, first), tensorOf(vm, a, second))]),
  ];
}

/** `x @ W.T + b` for W [out, in]; W [in] gives one output without a dimension. */
export function linear(vm: Vm, input: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  if (weight.shape?.length === 1) {
    const result = matmul(vm, input, weight);
    return bias ? elementwise(vm, "add", [result, bias]) : result;
  }
  const weights = bias ? [weight, bias] : [weight];
  const unknown = weight.shape === null ? (weight.reason ?? vm.unknown("the shape of a weight is not known")) : null;
  const [outFeatures, inFeatures] = unknown ? [unknown, unknown] : (weight.shape as Tensor["shape"] & object);
  return dense(vm, input, {
    inFeatures: inFeatures ?? 1,
    outFeatures: outFeatures ?? 1,
    weights,
    hasBias: bias !== null,
  });
}

function sum(vm: Vm, tensor: Tensor, axes: readonly number[] | null): Tensor {
  return reduce(vm, tensor, "sum", { axes });
}

/** Sets of at most this many points are compared one by one; larger ones by a matrix product (torch's default mode). */
const DIRECT_DISTANCES = 25;

/** Distances of all pairs of rows: [..., P, D] and [..., R, D] to [..., P, R]. */
function distances(vm: Vm, left: Tensor, right: Tensor): Tensor {
  const reason = "whether torch.cdist multiplies matrices depends on sizes and settings";
  const rows = left.shape?.at(-2);
  const columns = right.shape?.at(-2);
  if (!left.shape || rows === undefined || columns === undefined)
    return unknownOperation(vm, "cdist", reason, [left, right]);
  const shape = [...left.shape.slice(0, -2), rows, columns];
  const small = typeof rows === "number" && typeof columns === "number" && Math.max(rows, columns) <= DIRECT_DISTANCES;
  if (!small) return unknownOperation(vm, "cdist", reason, [left, right], shape);
  return produce(vm, { kind: "elementwise", function: "cdist", constantOperand: false }, [left, right], { shape });
}

export const LINEAR: OpTable = {
  matmul: ["input, other, *, out=None", (vm, a) => matmul(vm, tensorOf(vm, a), tensorOf(vm, a, "other"))],
  mm: product("mm", 2, 2, "mat2"),
  // Of a dense tensor, which is what inputs are here.
  spmm: product("spmm", 2, 2, "mat2"),
  bmm: product("bmm", 3, 3, "mat2"),
  mv: product("mv", 2, 1, "vec"),
  dot: product("dot", 1, 1, "tensor"),
  vdot: product("vdot", 1, 1, "other"),
  inner: ["input, other, *, out=None", (vm, a) => tensordot(vm, tensorOf(vm, a), tensorOf(vm, a, "other"), [-1], [-1])],
  outer: [
    "input, vec2, *, out=None",
    (vm, a) => elementwise(vm, "mul", [unsqueeze(vm, tensorOf(vm, a), -1), tensorOf(vm, a, "vec2")]),
  ],
  ger: [
    "input, vec2, *, out=None",
    (vm, a) => elementwise(vm, "mul", [unsqueeze(vm, tensorOf(vm, a), -1), tensorOf(vm, a, "vec2")]),
  ],
  addmm: plusProduct("mat1", "mat2"),
  addmv: plusProduct("mat", "vec"),
  baddbmm: plusProduct("batch1", "batch2"),
  addbmm: [
    "input, batch1, batch2, *, beta=1, alpha=1, out=None",
    (vm, a) =>
      elementwise(vm, "add", [
        tensorOf(vm, a),
        sum(vm, matmul(vm, tensorOf(vm, a, "batch1"), tensorOf(vm, a, "batch2")), [0]),
      ]),
  ],
  tensordot: [
    "input, b, dims=2, out=None",
    (vm, a) => {
      const left = tensorOf(vm, a);
      const right = tensorOf(vm, a, "b");
      const dims = a["dims"] as Value;
      if (dims.kind === "number") {
        const count = dims.value;
        return tensordot(
          vm,
          left,
          right,
          Array.from({ length: count }, (_, i) => i - count),
          Array.from({ length: count }, (_, i) => i),
        );
      }
      const [first, second] = vm.items(dims).map((axes) => toAxes(vm, axes) ?? []);
      return tensordot(vm, left, right, first ?? [], second ?? []);
    },
  ],
  chain_matmul: [
    "input, *matrices",
    (vm, a) => toTensors(vm, a["matrices"]).reduce((left, right) => matmul(vm, left, right), tensorOf(vm, a)),
  ],
  linear: [
    "input, weight, bias=None",
    (vm, a) => linear(vm, tensorOf(vm, a), tensorOf(vm, a, "weight"), optionalTensor(vm, a["bias"], "bias")),
  ],
  bilinear: [
    "input1, input2, weight, bias=None",
    (vm, a) => {
      const bias = optionalTensor(vm, a["bias"], "bias");
      const result = einsum(vm, "...i,oij,...j->...o", [
        tensorOf(vm, a, "input1"),
        tensorOf(vm, a, "weight"),
        tensorOf(vm, a, "input2"),
      ]);
      return bias ? elementwise(vm, "add", [result, bias]) : result;
    },
  ],
  cdist: ["x1, x2, p=2.0, compute_mode=None", (vm, a) => distances(vm, tensorOf(vm, a, "x1"), tensorOf(vm, a, "x2"))],
  cross: ["input, other, dim=None", (vm, a) => elementwise(vm, "cross", [tensorOf(vm, a), tensorOf(vm, a, "other")])],
};

/** torch.einsum takes the equation first, then tensors one by one or as one list. */
export const EINSUM: OpTable[string] = [
  "equation, *operands",
  (vm, a) => {
    const equation = a["equation"] as Value;
    const items = vm.items(a["operands"] as Value);
    const [first] = items;
    const operands =
      items.length === 1 && first && (first.kind === "list" || first.kind === "tuple") ? vm.items(first) : items;
    return einsum(
      vm,
      toText(vm, equation, "equation"),
      operands.map((operand) => toTensor(vm, operand, "operands")),
    );
  },
];
