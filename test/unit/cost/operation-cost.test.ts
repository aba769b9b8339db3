// Operation costs against formulas by hand (docs/accuracy.md) and the worked cases of the lecture on separable convolution.
import { describe, expect, it } from "vitest";
import type { Attributes, Operation } from "../../../src/core/3-graph/operation";
import { Tensor, type TensorLibrary } from "../../../src/core/3-graph/tensor";
import { OpaqueValue } from "../../../src/core/2-evaluate/values";
import { activationPeakBytes } from "../../../src/core/7-cost/activation-peak";
import { costOf } from "../../../src/core/7-cost/operation-cost";
import { formulaNumbers, formulaSymbols, mergeFormulas } from "../../../src/core/report/formula";

const library = { typeName: "Tensor" } as unknown as TensorLibrary;
let id = 0;

function tensor(shape: number[], role: Tensor["role"] = "activation"): Tensor {
  const made = new Tensor(shape, "float32", library);
  made.role = role;
  return made;
}

function operation(attributes: Attributes, inputs: Tensor[], outputs: Tensor[]): Operation {
  const made: Operation = { id: id++, attributes, inputs, weights: [], outputs, layers: [], stack: null };
  for (const output of outputs) output.producer = made;
  return made;
}

function conv(
  kernel: number[],
  inChannels: number,
  outChannels: number,
  groups: number,
  input: number[],
  output: number[],
  transposed = false,
) {
  return operation(
    {
      kind: "conv",
      kernel,
      strides: kernel.map(() => 1),
      dilations: kernel.map(() => 1),
      padding: [],
      groups,
      inChannels,
      outChannels,
      layout: "channels-last",
      transposed,
      hasBias: true,
    },
    [tensor(input)],
    [tensor(output)],
  ); // prettier-ignore
}

describe("MACs", () => {
  it("of a standard convolution are D_K² · M · N · D_F²", () => {
    expect(costOf(conv([3, 3], 8, 16, 1, [1, 32, 32, 8], [1, 32, 32, 16])).macs).toBe(3 * 3 * 8 * 16 * 32 * 32);
  });

  it("of the lecture's 6×6×1 input with a 3×3 kernel, and of 6×6×6 with 3×3×3", () => {
    expect(costOf(conv([3, 3], 1, 1, 1, [1, 6, 6, 1], [1, 4, 4, 1])).macs).toBe(144);
    expect(costOf(conv([3, 3, 3], 1, 1, 1, [1, 6, 6, 6, 1], [1, 4, 4, 4, 1])).macs).toBe(27 * 64);
  });

  it("of depthwise plus pointwise are 1/N + 1/D_K² of the standard one", () => {
    const depthwise = costOf(conv([3, 3], 8, 8, 8, [1, 32, 32, 8], [1, 32, 32, 8])).macs as number;
    const pointwise = costOf(conv([1, 1], 8, 16, 1, [1, 32, 32, 8], [1, 32, 32, 16])).macs as number;
    const standard = costOf(conv([3, 3], 8, 16, 1, [1, 32, 32, 8], [1, 32, 32, 16])).macs as number;
    expect(depthwise + pointwise).toBe(204_800);
    expect((depthwise + pointwise) / standard).toBeCloseTo(1 / 16 + 1 / 9, 12);
  });

  it("of a transposed convolution count input positions", () => {
    expect(costOf(conv([3, 3], 8, 16, 1, [1, 16, 16, 8], [1, 33, 33, 16], true)).macs).toBe(294_912);
    expect(costOf(conv([3, 3], 8, 16, 2, [1, 16, 16, 8], [1, 33, 33, 16], true)).macs).toBe(147_456);
  });

  it("of a dense layer multiply by the leading dimensions", () => {
    const dense: Attributes = { kind: "dense", inFeatures: 64, outFeatures: 10, hasBias: true };
    expect(costOf(operation(dense, [tensor([1, 64])], [tensor([1, 10])])).macs).toBe(640);
    expect(costOf(operation(dense, [tensor([1, 20, 64])], [tensor([1, 20, 10])])).macs).toBe(12_800);
  });

  it("of an LSTM 32→64 over 20 steps are 491,520, of a GRU 368,640", () => {
    const recurrent = (cell: "lstm" | "gru", gates: number): Attributes => ({
      kind: "recurrent",
      cell,
      steps: 20,
      inputSize: 32,
      hiddenSize: 64,
      directions: 1,
      macsPerStep: gates * 64 * (32 + 64),
      hasBias: true,
    }); // prettier-ignore
    expect(costOf(operation(recurrent("lstm", 4), [tensor([1, 20, 32])], [tensor([1, 20, 64])])).macs).toBe(491_520);
    expect(costOf(operation(recurrent("gru", 3), [tensor([1, 20, 32])], [tensor([1, 20, 64])])).macs).toBe(368_640);
  });

  it("of an unknown size are unknown with its reason, never 0", () => {
    const height = new OpaqueValue("the height is not known", null);
    const output = new Tensor([1, height, 32, 16], "float32", library);
    const cost = costOf(operation(conv([3, 3], 8, 16, 1, [1], [1]).attributes, [tensor([1])], [output]));
    expect(cost).toEqual({ macs: height, multiplications: height, state: "unknown" });
  });

  it("of an operation we do not know are not a number and its state says so", () => {
    const cost = costOf(
      operation({ kind: "unknown", name: "fft", reason: "no model" }, [tensor([1, 4])], [tensor([1, 4])]),
    );
    expect(cost.state).toBe("unknown");
    expect(Number.isNaN(cost.macs)).toBe(true);
  });
});

describe("the formula of a contraction", () => {
  /** The text a reader sees, calculated: sums in parentheses, then products, then the sum of the products. */
  const calculate = (text: string): number =>
    text
      .replace(/\((\d+)\+(\d+)\)/g, (_, a: string, b: string) => String(Number(a) + Number(b)))
      .split(" + ")
      .reduce((sum, product) => sum + product.split("·").reduce((all, one) => all * Number(one), 1), 0);
  const dense: Attributes = { kind: "dense", inFeatures: 64, outFeatures: 10, hasBias: true };
  const recurrent = (macsPerStep: number, directions = 1): Attributes => ({
    kind: "recurrent",
    cell: "lstm",
    steps: 20,
    inputSize: 32,
    hiddenSize: 64,
    directions,
    macsPerStep,
    hasBias: true,
  });
  const t = tensor([1]);
  const cases: [string, Operation, string, string, number][] = [
    [
      "a convolution",
      conv([3, 3], 32, 64, 1, [1, 16, 16, 32], [1, 16, 16, 64]),
      "3·3·32·64·16·16",
      "D_K·D_K·M·N·D_F·D_F",
      4_718_592,
    ],
    [
      "a depthwise one",
      conv([3, 3], 64, 64, 64, [1, 25, 5, 64], [1, 25, 5, 64]),
      "3·3·64·25·5",
      "D_K·D_K·M·D_F·D_F",
      72_000,
    ],
    [
      "a depthwise one with a multiplier",
      conv([3, 3], 8, 16, 8, [1, 4, 4, 8], [1, 4, 4, 16]),
      "3·3·16·4·4",
      "D_K·D_K·N·D_F·D_F",
      2304,
    ],
    [
      "a grouped one",
      conv([3, 3], 8, 16, 2, [1, 4, 4, 8], [1, 4, 4, 16]),
      "3·3·4·16·4·4",
      "D_K·D_K·M/g·N·D_F·D_F",
      9216,
    ],
    ["a pointwise one", conv([1, 1], 64, 64, 1, [1, 25, 5, 64], [1, 25, 5, 64]), "64·64·25·5", "M·N·D_F·D_F", 512_000],
    [
      "a transposed one",
      conv([3, 3], 8, 16, 2, [1, 16, 16, 8], [1, 33, 33, 16], true),
      "3·3·8·8·16·16",
      "D_K·D_K·M·N/g·D_I·D_I",
      147_456,
    ],
    ["a dense layer", operation(dense, [tensor([1, 64])], [tensor([1, 10])]), "64·10", "in·out", 640],
    [
      "a dense layer on a sequence",
      operation(dense, [tensor([1, 20, 64])], [tensor([1, 20, 10])]),
      "64·10·20",
      "in·out·positions",
      12_800,
    ],
    [
      "a matrix product",
      operation({ kind: "matmul", batch: 4, rows: 5, inner: 6, columns: 7 }, [t], [tensor([4, 5, 7])]),
      "4·5·6·7",
      "batch·rows·inner·columns",
      840,
    ],
    // nkctv,kvw->nctw of ST-GCN: n·k·c·t·v·w.
    [
      "a contraction",
      operation(
        { kind: "contraction", equation: "nkctv,kvw->nctw", products: 900_000, reduced: true },
        [t],
        [tensor([1, 16, 30, 25])],
      ),
      "16·30·25·75",
      "result·result·result·summed",
      900_000,
    ],
    [
      "an LSTM",
      operation(recurrent(4 * 64 * 96), [t], [tensor([1, 20, 64])]),
      "20·4·64·(32+64)",
      "T·gates·H·(I + H)",
      491_520,
    ],
    [
      "one in both directions",
      operation(recurrent(2 * 4 * 64 * 96, 2), [t], [tensor([1, 20, 128])]),
      "20·2·4·64·(32+64)",
      "T·directions·gates·H·(I + H)",
      983_040,
    ],
    [
      "an LSTM with a projection",
      operation(recurrent(4 * 64 * (32 + 16) + 16 * 64), [t], [tensor([1, 20, 16])]),
      "20·13312",
      "T·products of a step",
      266_240,
    ],
  ]; // prettier-ignore

  it.each(cases)("of %s gives its MACs", (_, made, numbers, symbols, macs) => {
    const { formula, macs: counted } = costOf(made);
    expect(formula).toBeDefined();
    const all = mergeFormulas(formula ? [formula] : []);
    expect(formulaNumbers(all)).toBe(numbers);
    expect(formulaSymbols(all)).toBe(symbols);
    expect(calculate(numbers)).toBe(macs);
    expect(counted).toBe(macs);
  });

  it("is written once for a layer that runs twice, and beside others with a plus", () => {
    const made = [
      [64, 10],
      [64, 10],
      [3, 2],
    ].flatMap(([i = 0, o = 0]) => {
      const attributes: Attributes = { kind: "dense", inFeatures: i, outFeatures: o, hasBias: true };
      return costOf(operation(attributes, [tensor([1, i])], [tensor([1, o])])).formula ?? [];
    }); // prettier-ignore
    const text = formulaNumbers(mergeFormulas(made));
    expect(text).toBe("2·64·10 + 3·2");
    expect(calculate(text)).toBe(1286);
  });

  it("of a convolution knows the dense matrix that would do the same", () => {
    // 8·8·3 inputs by 6·6·4 outputs; 3·3·3·4 parameters, each used at 6·6 positions.
    const { formula } = costOf(conv([3, 3], 3, 4, 1, [1, 8, 8, 3], [1, 6, 6, 4]));
    expect(formula?.matrix).toEqual({ rows: 144, columns: 192, stored: 108, uses: 36 });
  });

  it("is absent where a size is not known", () => {
    const height = new OpaqueValue("the height is not known", null);
    const output = new Tensor([1, height, 32, 16], "float32", library);
    const made = operation(conv([3, 3], 8, 16, 1, [1], [1]).attributes, [tensor([1])], [output]);
    expect(costOf(made)).toMatchObject({ macs: height });
    expect(costOf(made).formula).toBeUndefined();
  });
});

describe("multiplications beside MACs", () => {
  const one = (attributes: Attributes, before?: Operation) => {
    const input = before?.outputs[0] ?? tensor([1, 8, 8, 4]);
    return costOf(operation(attributes, [input], [tensor([1, 8, 8, 4])]));
  };

  it("count a gate once per element", () => {
    expect(one({ kind: "elementwise", function: "mul", constantOperand: false })).toMatchObject({
      macs: 0,
      multiplications: 256,
    });
    expect(one({ kind: "elementwise", function: "add", constantOperand: false }).state).toBe("free");
  });

  it("count a BatchNorm only where it does not fold into the layer before it", () => {
    const norm: Attributes = { kind: "norm", mode: "batch", groups: 1 };
    expect(one(norm)).toMatchObject({ multiplications: 256 });
    expect(one(norm, conv([1, 1], 4, 4, 1, [1, 8, 8, 4], [1, 8, 8, 4])).state).toBe("free");
  });
});

describe("activation peak", () => {
  const relu: Attributes = { kind: "activation", function: "relu" };
  const add: Attributes = { kind: "elementwise", function: "add", constantOperand: false };

  it("keeps the input and output of each step, and a residual until it is added", () => {
    const x = tensor([1, 8, 8, 4], "input");
    const main = conv([3, 3], 4, 4, 1, [1], [1, 8, 8, 4]);
    const second = conv([3, 3], 4, 4, 1, [1], [1, 8, 8, 4]);
    const a = tensor([1, 8, 8, 4]);
    const b = tensor([1, 8, 8, 4]);
    const sum = tensor([1, 8, 8, 4]);
    const operations = [
      operation(main.attributes, [x], [a]),
      operation(second.attributes, [a], [b]),
      operation(add, [b, x], [sum]),
    ];
    expect(activationPeakBytes(operations, [sum])).toBe(3 * 256 * 4);
  });

  it("works in place where nobody else reads the tensor", () => {
    const x = tensor([1, 256], "input");
    const a = tensor([1, 256]);
    const b = tensor([1, 256]);
    const operations = [
      operation({ kind: "dense", inFeatures: 256, outFeatures: 256, hasBias: false }, [x], [a]),
      operation(relu, [a], [b]),
    ];
    expect(activationPeakBytes(operations, [b])).toBe(2 * 256 * 4);
  });

  it("is unknown when the size of a tensor is", () => {
    const height = new OpaqueValue("the height is not known", null);
    const input = new Tensor([1, height], "float32", library);
    input.role = "input";
    expect(activationPeakBytes([operation(relu, [input], [new Tensor([1, height], "float32", library)])], [])).toBe(
      height,
    );
  });
});
