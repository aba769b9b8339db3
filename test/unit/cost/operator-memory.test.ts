// What single operators ask for that no recorded model has, by hand from the kernels' sources (docs/memory.md, tflite-micro
// 90b983c2): kernels/batch_matmul.cc, conv_common.cc, depthwise_conv_common.cc, softmax_common.cc, svdf_common.cc and others.
import { describe, expect, it } from "vitest";
import type { DeployedTensor, OperatorOptions, TfliteType } from "../../../src/core/6-deploy/deployed-graph";
import { type KernelSet, OperatorNode } from "../../../src/core/7-cost/memory/operators/context";
import { operatorMemory } from "../../../src/core/7-cost/memory/operators/rules";

type Shape = readonly [TfliteType, ...number[]];

/** Asks the rule of an operator; inputs listed in `constants` have data in the file, all tensors have `scales` scales. */
function memoryOf(
  op: string,
  kernels: KernelSet,
  tensors: { inputs: (Shape | null)[]; outputs: Shape[]; constants?: number[]; scales?: number },
  options: OperatorOptions = {},
) {
  const all: DeployedTensor[] = [];
  const add = (shape: Shape | null, constant: boolean): number => {
    if (!shape) return -1;
    const [type, ...dims] = shape;
    const elements = dims.reduce((product, dim) => product * dim, 1);
    all.push({
      shape: dims,
      type,
      constantBytes: constant ? elements : 0,
      variable: false,
      scales: tensors.scales ?? 1,
    });
    return all.length - 1;
  };
  const inputs = tensors.inputs.map((shape, index) => add(shape, tensors.constants?.includes(index) ?? false));
  const outputs = tensors.outputs.map((shape) => add(shape, false));
  return operatorMemory(new OperatorNode({ op, inputs, outputs, options, macs: 0, sources: [] }, kernels, all));
}

const CONVOLUTION: OperatorOptions = { padding: "same", strideHeight: 1, strideWidth: 1 };

describe("BATCH_MATMUL", () => {
  const tensors = {
    inputs: [
      ["INT8", 2, 4, 8],
      ["INT8", 2, 8, 6],
    ] as Shape[],
    outputs: [["INT8", 2, 4, 6]] as Shape[],
  };

  it("copies the operand it has to transpose: struct, dimensions, values", () => {
    const options = { adjointX: false, adjointY: false };
    expect(memoryOf("BATCH_MATMUL", "reference", tensors, options)).toEqual({
      persistent: [28, 12, 4 + 4 * 3, 2 * 8 * 6, 4 + 4 * 3],
      scratch: [],
    });
    expect(memoryOf("BATCH_MATMUL", "cmsis-nn-mve", tensors, options)).toEqual({
      persistent: [12, 16, 96, 16, 28],
      scratch: [4 * 6],
    });
  });

  it("copies none when the right one is given transposed", () => {
    const transposed = {
      ...tensors,
      inputs: [
        ["INT8", 2, 4, 8],
        ["INT8", 2, 6, 8],
      ] as Shape[],
    };
    expect(memoryOf("BATCH_MATMUL", "cmsis-nn-dsp", transposed, { adjointX: false, adjointY: true })).toEqual({
      persistent: [16, 28],
      scratch: [],
    });
  });

  it("does not guess the transposition", () => {
    expect(memoryOf("BATCH_MATMUL", "reference", tensors)).toBe("whether its operands are transposed is not given");
  });
});

describe("int4 weights", () => {
  const tensors = {
    inputs: [
      ["INT8", 1, 8, 8, 4],
      ["INT4", 8, 3, 3, 4],
    ] as Shape[],
    outputs: [["INT8", 1, 8, 8, 8]] as Shape[],
  };

  it("are unpacked by the reference kernels", () => {
    expect(memoryOf("CONV_2D", "reference", tensors, CONVOLUTION)).toEqual({ persistent: [32, 32], scratch: [8 * 36] });
  });

  it("are read as they are by CMSIS-NN, which unrolls patches as for int8", () => {
    expect(memoryOf("CONV_2D", "cmsis-nn-c", tensors, CONVOLUTION)).toEqual({
      persistent: [32, 32],
      scratch: [4 * 36],
    });
    expect(memoryOf("CONV_2D", "cmsis-nn-mve", tensors, CONVOLUTION)).toEqual({
      persistent: [32, 32],
      scratch: [4 * 48],
    });
  });

  it("of a depthwise 3x3 kernel need a buffer on DSP cores, unlike int8", () => {
    const depthwise = (weights: TfliteType) => ({
      inputs: [
        ["INT8", 1, 8, 8, 8],
        [weights, 1, 3, 3, 8],
      ] as Shape[],
      outputs: [["INT8", 1, 8, 8, 8]] as Shape[],
    });
    const scratchOf = (weights: TfliteType) =>
      memoryOf("DEPTHWISE_CONV_2D", "cmsis-nn-dsp", depthwise(weights), CONVOLUTION);
    expect(scratchOf("INT8")).toEqual({ persistent: [32, 32], scratch: [] });
    expect(scratchOf("INT4")).toEqual({ persistent: [32, 32], scratch: [2 * 8 * 9] });
  });
});

describe("CMSIS-NN with MVE", () => {
  it("runs a depthwise convolution of one channel as an ordinary one, on a copy of the filter", () => {
    const tensors = {
      inputs: [
        ["INT8", 1, 49, 10, 1],
        ["INT8", 1, 10, 8, 64],
      ] as Shape[],
      outputs: [["INT8", 1, 25, 5, 64]] as Shape[],
    };
    const options: OperatorOptions = { padding: "same", strideHeight: 2, strideWidth: 2 };
    expect(memoryOf("DEPTHWISE_CONV_2D", "cmsis-nn-mve", tensors, options)).toEqual({
      persistent: [256, 256],
      scratch: [4 * 80 + 64 * 80],
    });
  });

  it("keeps the sums of constant dense weights, and makes them anew for others", () => {
    const tensors = {
      inputs: [
        ["INT8", 1, 20],
        ["INT8", 10, 20],
        ["INT32", 10],
      ] as Shape[],
      outputs: [["INT8", 1, 10]] as Shape[],
    };
    expect(memoryOf("FULLY_CONNECTED", "cmsis-nn-mve", { ...tensors, constants: [1, 2] })).toEqual({
      persistent: [40],
      scratch: [],
    });
    expect(memoryOf("FULLY_CONNECTED", "cmsis-nn-mve", tensors)).toEqual({ persistent: [], scratch: [40] });
  });
});

describe("other operators", () => {
  it("an int16 softmax has two tables of 513 entries", () => {
    const tensors = { inputs: [["INT16", 1, 10]] as Shape[], outputs: [["INT16", 1, 10]] as Shape[] };
    expect(memoryOf("SOFTMAX", "reference", tensors)).toEqual({ persistent: [1026, 1026], scratch: [] });
  });

  it("a float SVDF has one buffer, a quantised one two", () => {
    const svdf = (type: TfliteType) => ({
      inputs: [
        [type, 1, 40],
        [type, 16, 40],
        [type, 16, 8],
      ] as Shape[],
      outputs: [[type, 1, 8]] as Shape[],
    });
    expect(memoryOf("SVDF", "reference", svdf("FLOAT32"))).toEqual({ persistent: [], scratch: [64] });
    expect(memoryOf("SVDF", "reference", svdf("INT8"))).toEqual({ persistent: [], scratch: [64, 32] });
    expect(memoryOf("SVDF", "cmsis-nn-mve", svdf("INT8"))).toEqual({ persistent: [64], scratch: [64, 32] });
  });

  it("a float LSTM has four buffers; CMSIS-NN has three for int8 and sums of eight matrices", () => {
    const lstm = (input: TfliteType, cell: TfliteType) => {
      const inputs: (Shape | null)[] = new Array<Shape | null>(24).fill(null);
      inputs[0] = [input, 1, 28, 28];
      inputs[18] = [input, 1, 20];
      inputs[19] = [cell, 1, 20];
      return { inputs, outputs: [[input, 1, 28, 20]] as Shape[] };
    };
    const op = "UNIDIRECTIONAL_SEQUENCE_LSTM";
    expect(memoryOf(op, "reference", lstm("FLOAT32", "FLOAT32"))).toEqual({
      persistent: [],
      scratch: [80, 80, 80, 80],
    });
    expect(memoryOf(op, "cmsis-nn-dsp", lstm("INT8", "INT16"))).toEqual({
      persistent: new Array<number>(8).fill(80),
      scratch: [40, 40, 40],
    });
  });

  it("a transposed int16 convolution has 64-bit accumulators", () => {
    const tensors = {
      inputs: [
        ["INT32", 4],
        ["INT8", 4, 3, 3, 8],
        ["INT16", 1, 4, 4, 8],
      ] as Shape[],
      outputs: [["INT16", 1, 8, 8, 4]] as Shape[],
    };
    const options: OperatorOptions = { padding: "same", strideHeight: 2, strideWidth: 2 };
    expect(memoryOf("TRANSPOSE_CONV", "reference", tensors, options)).toEqual({
      persistent: [16, 16],
      scratch: [8 * 256],
    });
  });
});
