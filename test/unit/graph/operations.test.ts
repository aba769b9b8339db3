// Shapes and costs of graph operations against hand formulas; what is not known stays not known.
import { describe, expect, it } from "vitest";
import type { Operation } from "../../../src/core/3-graph/operation";
import { constant } from "../../../src/core/3-graph/operations/common";
import { conv, type ConvSpec, convTransposed } from "../../../src/core/3-graph/operations/conv";
import { arange } from "../../../src/core/3-graph/operations/create";
import { contractionPath, einsum } from "../../../src/core/3-graph/operations/einsum";
import { elementwise } from "../../../src/core/3-graph/operations/elementwise";
import { index, type IndexItem, indexedShape } from "../../../src/core/3-graph/operations/index";
import { chunk, concat, split, splitEqually, stack } from "../../../src/core/3-graph/operations/join";
import { dense, matmul, tensordot } from "../../../src/core/3-graph/operations/linear";
import { depthToSpace, pad, resize, spaceToDepth, tile, unfold } from "../../../src/core/3-graph/operations/move";
import { adaptivePool, globalPool, pool } from "../../../src/core/3-graph/operations/pool";
import { macsPerStep } from "../../../src/core/3-graph/operations/recurrent";
import { reduce } from "../../../src/core/3-graph/operations/reduce";
import { expand, flatten, reshape, squeeze, transpose, unflatten } from "../../../src/core/3-graph/operations/reshape";
import { costOf } from "../../../src/core/7-cost/operation-cost";
import { activation, library, operationsOf, raisedBy, shown, unknown, vm, weight } from "./support";

function convSpec(over: Partial<ConvSpec> = {}): ConvSpec {
  const kernel = over.kernel ?? [3, 3];
  return {
    kernel,
    inChannels: 8,
    outChannels: 16,
    strides: kernel.map(() => 1),
    dilations: kernel.map(() => 1),
    padding: "valid",
    groups: 1,
    layout: "channels-first",
    weights: [weight(16, 8, 3, 3)],
    hasBias: false,
    ...over,
  };
}

const macsOf = (operations: Operation[]) => operations.map((operation) => costOf(operation).macs);

describe("convolution", () => {
  it.each([
    ["valid", {}, [1, 8, 32, 30], [1, 16, 30, 28]],
    [
      "explicit, strided",
      {
        padding: [
          [1, 1],
          [1, 1],
        ] as const,
        strides: [2, 2],
      },
      [1, 8, 32, 31],
      [1, 16, 16, 16],
    ],
    ["same, strided", { padding: "same" as const, strides: [2, 2] }, [1, 8, 33, 32], [1, 16, 17, 16]],
    ["dilated", { dilations: [2, 3] }, [1, 8, 20, 20], [1, 16, 16, 14]],
    ["channels last", { layout: "channels-last" as const }, [1, 10, 12, 8], [1, 8, 10, 16]],
    [
      "causal",
      { kernel: [3], padding: "causal" as const, dilations: [2], layout: "channels-last" as const },
      [1, 9, 8],
      [1, 9, 16],
    ],
    ["without a batch", {}, [8, 5, 5], [16, 3, 3]],
  ])("%s", (_name, over, input, output) => {
    expect(shown(conv(vm, activation(input), convSpec(over)))).toEqual(output);
  });

  it("costs kernel area x channels in / groups x outputs", () => {
    const made = operationsOf(() => conv(vm, activation([1, 8, 32, 32]), convSpec({ groups: 2, padding: "same" })));
    expect(macsOf(made)).toEqual([9 * 4 * 16 * 32 * 32]);
  });

  it("keeps what is known when height and width are not", () => {
    const input = activation([1, 8, unknown("height"), unknown("width")]);
    expect(shown(conv(vm, input, convSpec()))).toEqual([1, 16, "?", "?"]);
    expect(shown(conv(vm, activation(null), convSpec()))).toBeNull();
    expect(macsOf(operationsOf(() => conv(vm, input, convSpec())))[0]).toMatchObject({ kind: "opaque" });
  });

  it("raises for other channels and for inputs smaller than the kernel", () => {
    expect(raisedBy(() => conv(vm, activation([1, 3, 32, 32]), convSpec()))).toMatch(
      /RuntimeError: .*expected input\[1, 3, 32, 32\] to have 8 channels, but got 3/,
    );
    expect(raisedBy(() => conv(vm, activation([1, 8, 2, 2]), convSpec()))).toMatch(/Kernel size can't be greater/);
  });

  it.each([
    [
      "explicit",
      {
        padding: [
          [1, 1],
          [1, 1],
        ] as const,
        strides: [2, 2],
        outputPadding: [1, 1],
      },
      [1, 8, 16, 16],
      [1, 16, 32, 32],
    ],
    ["same", { padding: "same" as const, strides: [2, 2], outputPadding: null }, [1, 8, 16, 15], [1, 16, 32, 30]],
    ["valid", { strides: [2, 2], outputPadding: null }, [1, 8, 16, 16], [1, 16, 33, 33]],
  ])("transposed, %s", (_name, over, input, output) => {
    const made = operationsOf(() =>
      expect(shown(convTransposed(vm, activation(input), { ...convSpec(), ...over }))).toEqual(output),
    );
    expect(macsOf(made)).toEqual([9 * 16 * 8 * (input[2] as number) * (input[3] as number)]);
  });
});

describe("pooling", () => {
  const spec = { kernel: [3, 3], strides: [2, 2], padding: "valid", layout: "channels-first" } as const;
  it.each([
    ["floor", {}, [1, 4, 112, 111], [1, 4, 55, 55]],
    ["ceil", { ceil: true }, [1, 4, 112, 112], [1, 4, 56, 56]],
    [
      "ceil drops a window that starts in the right padding",
      {
        ceil: true,
        kernel: [2, 2],
        padding: [
          [1, 1],
          [1, 1],
        ] as const,
      },
      [1, 4, 3, 3],
      [1, 4, 2, 2],
    ],
    ["same", { padding: "same" as const }, [1, 4, 7, 8], [1, 4, 4, 4]],
  ])("%s", (_name, over, input, output) => {
    expect(shown(pool(vm, activation(input), "max", { ...spec, ...over }))).toEqual(output);
  });

  it("global and adaptive", () => {
    expect(shown(globalPool(vm, activation([1, 7, 7, 32]), "average", "channels-last", 2, false))).toEqual([1, 32]);
    expect(shown(adaptivePool(vm, activation([1, 32, unknown(), 9]), "average", [1, 1], "channels-first"))).toEqual([
      1, 32, 1, 1,
    ]);
    expect(shown(adaptivePool(vm, activation([1, 32, 10, 9]), "max", [3, null], "channels-first"))).toEqual([
      1, 32, 3, 9,
    ]);
  });
});

describe("contractions", () => {
  it.each([
    [[2, 3, 4], [4, 5], [2, 3, 5], 2 * 3 * 4 * 5],
    [[7, 1, 3, 4], [2, 4, 5], [7, 2, 3, 5], 7 * 2 * 3 * 4 * 5],
    [[4], [4], [], 4],
    [[3, 4], [4], [3], 12],
    [[4], [2, 4, 5], [2, 5], 2 * 4 * 5],
  ])("matmul %j @ %j", (a, b, output, macs) => {
    const made = operationsOf(() => expect(shown(matmul(vm, activation(a), activation(b)))).toEqual(output));
    expect(macsOf(made)).toEqual([macs]);
  });

  it("raises when inner sizes differ, and only when both are known", () => {
    expect(raisedBy(() => matmul(vm, activation([2, 3]), activation([4, 5])))).toMatch(/cannot be multiplied/);
    expect(shown(matmul(vm, activation([2, unknown()]), activation([4, 5])))).toEqual([2, 5]);
  });

  it("dense works on the last dimension", () => {
    const spec = { inFeatures: 8, outFeatures: 3, weights: [weight(3, 8), weight(3)], hasBias: true };
    const made = operationsOf(() => expect(shown(dense(vm, activation([1, 5, 8]), spec))).toEqual([1, 5, 3]));
    expect(macsOf(made)).toEqual([5 * 8 * 3]);
    expect(made[0]?.weights).toHaveLength(2);
    expect(raisedBy(() => dense(vm, activation([1, 9]), spec))).toMatch(
      /mat1 and mat2 shapes cannot be multiplied \(1x9 and 8x3\)/,
    );
  });

  it("a product of constants costs where it runs", () => {
    const table = () => constant(library, [4, 4], "float32");
    expect(macsOf(operationsOf(() => matmul(vm, table(), table())))).toEqual([64]);
    expect(operationsOf(() => elementwise(vm, "add", [table(), table()]))).toEqual([]);
  });

  it.each([
    [
      "bij,bjk->bik",
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
      [2, 3, 5],
      [120],
    ],
    [
      "nkctv,kvw->nctw",
      [
        [1, 3, 16, 30, 25],
        [3, 25, 25],
      ],
      [1, 16, 30, 25],
      [900_000],
    ],
    [
      "...qd,...kd->...qk",
      [
        [1, 2, 5, 8],
        [1, 2, 7, 8],
      ],
      [1, 2, 5, 7],
      [560],
    ],
    [
      "ij,jk",
      [
        [2, 3],
        [3, 4],
      ],
      [2, 4],
      [24],
    ],
    [
      "bi,bj->bij",
      [
        [2, 3],
        [2, 4],
      ],
      [2, 3, 4],
      [0],
    ],
    ["ij->ji", [[2, 3]], [3, 2], [0]],
    [
      "ab,bc,cd->ad",
      [
        [10, 2],
        [2, 30],
        [30, 3],
      ],
      [10, 3],
      [2 * 30 * 3, 10 * 2 * 3],
    ],
  ])("einsum %s", (equation, shapes, output, macs) => {
    const made = operationsOf(() =>
      expect(
        shown(
          einsum(
            vm,
            equation,
            shapes.map((shape) => activation(shape)),
          ),
        ),
      ).toEqual(output),
    );
    expect(macsOf(made)).toEqual(macs);
  });

  it("einsum raises for sizes that differ", () => {
    expect(raisedBy(() => einsum(vm, "ij,jk->ik", [activation([2, 3]), activation([4, 5])]))).toMatch(
      /subscript j has sizes 3 and 4/,
    );
  });

  it("takes the cheapest order of three", () => {
    const sizes = new Map([
      ["a", 1000],
      ["b", 2],
      ["c", 1000],
      ["d", 2],
    ]);
    expect(
      contractionPath(
        [
          ["a", "b"],
          ["b", "c"],
          ["c", "d"],
        ],
        ["a", "d"],
        sizes,
      )[0],
    ).toEqual([1, 2]);
  });

  it("tensordot", () => {
    const made = operationsOf(() =>
      expect(shown(tensordot(vm, activation([2, 3, 4]), activation([4, 3, 5]), [1, 2], [1, 0]))).toEqual([2, 5]),
    );
    expect(macsOf(made)).toEqual([2 * 5 * 12]);
  });

  it("one step of recurrent cells", () => {
    expect(macsPerStep("lstm", 1, 32, 64, 1)).toBe(4 * 64 * 96);
    expect(macsPerStep("gru", 2, 32, 64, 2)).toBe(2 * 2 * 3 * 64 * 96);
    expect(macsPerStep("lstm", 1, 32, 64, 1, 16)).toBe(4 * 64 * 48 + 16 * 64);
  });
});

describe("shapes", () => {
  it.each([
    [
      [1, 64, 7, 7],
      [-1, 3136],
      [1, 3136],
    ],
    [
      [2, 6],
      [3, -1, 2],
      [3, 2, 2],
    ],
    [
      [1, 64, unknown(), unknown()],
      [1, -1],
      [1, "?"],
    ],
    [
      [1, 64, unknown()],
      [1, 8, 8, -1],
      [1, 8, 8, "?"],
    ],
  ])("reshape %j to %j", (input, target, output) => {
    expect(shown(reshape(vm, activation(input as number[]), target))).toEqual(output);
  });

  it("a named unknown dimension cancels itself", () => {
    const height = unknown("height");
    const width = unknown("width");
    expect(shown(reshape(vm, activation([1, 64, height, width]), [1, -1, height, width]))).toEqual([1, 64, "?", "?"]);
    expect(shown(reshape(vm, activation([1, 64, height]), [1, -1, unknown()]))).toEqual([1, "?", "?"]);
  });

  it("reshape raises when elements do not fit", () => {
    expect(raisedBy(() => reshape(vm, activation([2, 5]), [3, 4]))).toMatch(/is invalid for input of size 10/);
    expect(raisedBy(() => reshape(vm, activation([2, 5]), [-1, 4]))).toMatch(/is invalid/);
  });

  it("views and orders", () => {
    expect(shown(flatten(vm, activation([2, 3, 4, 5]), 1, -2))).toEqual([2, 12, 5]);
    expect(shown(unflatten(vm, activation([2, 12]), 1, [3, -1]))).toEqual([2, 3, 4]);
    expect(shown(squeeze(vm, activation([1, 3, 1]), null))).toEqual([3]);
    expect(shown(squeeze(vm, activation([1, 3, 1]), [1]))).toEqual([1, 3, 1]);
    expect(shown(squeeze(vm, activation([1, unknown(), 1]), null))).toBeNull();
    expect(shown(transpose(vm, activation([2, 3, 4]), [2, 0, 1]))).toEqual([4, 2, 3]);
    expect(shown(expand(vm, activation([3, 1]), [2, -1, 5]))).toEqual([2, 3, 5]);
  });

  it("broadcasts, an unknown dimension giving way to a known one", () => {
    expect(shown(elementwise(vm, "add", [activation([4, 1]), activation([3])]))).toEqual([4, 3]);
    expect(shown(elementwise(vm, "add", [activation([1, unknown()]), activation([2, 7])]))).toEqual([2, 7]);
    expect(shown(elementwise(vm, "add", [activation([1, unknown()]), activation([2, 1])]))).toEqual([2, "?"]);
    expect(raisedBy(() => elementwise(vm, "add", [activation([2, 3]), activation([4])]))).toMatch(
      /cannot be broadcast/,
    );
  });

  it("joins and splits", () => {
    expect(shown(concat(vm, [activation([1, 3, 8]), activation([1, 5, 8])], 1))).toEqual([1, 8, 8]);
    expect(shown(concat(vm, [activation([1, 3, unknown()]), activation([1, unknown(), 8])], 1))).toEqual([1, "?", 8]);
    expect(raisedBy(() => concat(vm, [activation([1, 3, 8]), activation([1, 5, 9])], 1))).toMatch(
      /Sizes of tensors must match/,
    );
    expect(shown(stack(vm, [activation([2, 3]), activation([2, 3])], -1))).toEqual([2, 3, 2]);
    expect(chunk(vm, activation([1, 7]), 3, 1).map(shown)).toEqual([
      [1, 3],
      [1, 3],
      [1, 1],
    ]);
    expect(split(vm, activation([5, 2]), [2, 3], 0).map(shown)).toEqual([
      [2, 2],
      [3, 2],
    ]);
    expect(raisedBy(() => split(vm, activation([5, 2]), [2, 2], 0))).toMatch(/sum exactly to 5/);
    expect(splitEqually(vm, activation([1, unknown(), 6]), 2, 2).map(shown)).toEqual([
      [1, "?", 3],
      [1, "?", 3],
    ]);
  });

  it("moves", () => {
    expect(
      shown(
        pad(vm, activation([1, 3]), [
          [0, 0],
          [2, 1],
        ]),
      ),
    ).toEqual([1, 6]);
    expect(shown(tile(vm, activation([2, 3]), [4, 1, 2]))).toEqual([4, 2, 6]);
    expect(shown(resize(vm, activation([1, 3, 8, 8]), [16, unknown()], "bilinear", "channels-first"))).toEqual([
      1,
      3,
      16,
      "?",
    ]);
    expect(shown(depthToSpace(vm, activation([1, 12, 4, 5]), 2, "channels-first"))).toEqual([1, 3, 8, 10]);
    expect(shown(spaceToDepth(vm, activation([1, 8, 10, 3]), 2, "channels-last"))).toEqual([1, 4, 5, 12]);
    const windows = { kernel: [3, 3], strides: [1, 1], padding: [1, 1], dilations: [1, 1] };
    expect(shown(unfold(vm, activation([1, 4, 5, 6]), windows))).toEqual([1, 36, 30]);
    expect(shown(reduce(vm, activation([2, 3, 4]), "mean", { axes: [-1, 0], keepDims: true }))).toEqual([1, 3, 1]);
  });
});

describe("indexing", () => {
  const at = (position: number): IndexItem => ({ kind: "position", at: position });
  const slice = (lower: number | null, upper: number | null, step = 1): IndexItem => ({
    kind: "slice",
    lower,
    upper,
    step,
  });
  const indices = (...shape: number[]): IndexItem => ({ kind: "tensor", tensor: constant(library, shape, "int64") });
  const dots: IndexItem = { kind: "ellipsis" };
  const fresh: IndexItem = { kind: "new-axis" };
  it.each<[string, IndexItem[], (number | "?")[]]>([
    ["x[1]", [at(1)], [5, 6]],
    ["x[..., -1]", [dots, at(-1)], [4, 5]],
    ["x[:, None, 1:4:2]", [slice(null, null), fresh, slice(1, 4, 2)], [4, 1, 2, 6]],
    ["x[-3:]", [slice(-3, null)], [3, 5, 6]],
    ["x[::-1, 7:]", [slice(null, null, -1), slice(7, null)], [4, 0, 6]],
    ["x[i]", [indices(2, 3)], [2, 3, 5, 6]],
    ["x[:, i, j]", [slice(null, null), indices(7), indices(7)], [4, 7]],
    ["x[i, :, j]", [indices(7), slice(null, null), indices(7)], [7, 5]],
    ["x[0, :, i]", [at(0), slice(null, null), indices(7)], [7, 5]],
    ["x[mask]", [{ kind: "tensor", tensor: constant(library, [4, 5], "bool") }], ["?", 6]],
  ])("%s", (_text, items, output) => {
    expect(shown(index(vm, activation([4, 5, 6]), items))).toEqual(output);
    expect(indexedShape(vm, activation([4, 5, 6]), items)).toHaveLength(output.length);
  });

  it("raises out of bounds and for too many indices", () => {
    expect(raisedBy(() => index(vm, activation([4]), [at(4)]))).toMatch(/IndexError/);
    expect(raisedBy(() => index(vm, activation([4]), [at(0), at(0)]))).toMatch(/too many indices/);
  });

  it("keeps values of small constants", () => {
    const table = reshape(vm, arange(library, 0, 12, 1, "int64"), [3, 4]);
    expect(index(vm, table, [slice(1, null), slice(null, null, 2)]).data).toEqual([4, 6, 8, 10]);
    expect(index(vm, table, [dots, at(-1)]).data).toEqual([3, 7, 11]);
    expect(index(vm, table, [slice(null, null), fresh, at(0)]).data).toEqual([0, 4, 8]);
    expect(index(vm, table, [{ kind: "tensor", tensor: constant(library, [2], "int64", [2, 0]) }]).data).toEqual([
      8, 9, 10, 11, 0, 1, 2, 3,
    ]);
    expect(transpose(vm, table, [1, 0]).data).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(elementwise(vm, "mul", [table, { value: 2, isFloat: false }]).data?.[11]).toBe(22);
    expect(reduce(vm, table, "sum", { axes: [0] }).data).toEqual([12, 15, 18, 21]);
  });
});
