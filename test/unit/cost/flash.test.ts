// Flash: the model file against real .tflite files (test/data/arena.jsonl), the code against sets of operators that were
// measured together (Cortex-M4, GCC 12.2), and RAM outside the arena by hand.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeSize, linkedOperators } from "../../../src/core/7-cost/memory/code-size";
import { flashOf, modelFile } from "../../../src/core/7-cost/memory/flash";
import { ramBytes } from "../../../src/core/7-cost/memory/ram";
import { tflmArena } from "../../../src/core/7-cost/memory/tflm-arena";
import { type OperatorList, readOperatorList } from "../../support/operator-list";

type Row = OperatorList & { path: string; file_bytes: number };
const rows = readFileSync(join(__dirname, "..", "..", "data", "arena.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

function rowOf(name: string): Row {
  const row = rows.find(({ path }) => path.endsWith(`/${name}`));
  if (!row) throw new Error(`${name} is not recorded`);
  return row;
}

describe("the model file", () => {
  it.each([
    ["person_detect.tflite", 0.03],
    ["image_classification.tflite", 0.04],
    ["model_ToyCar_quant_fullint_micro_intio.tflite", 0.01],
    ["model_ToyCar.tflite", 0.01],
  ])("%s: the estimate of the size", (name, tolerance) => {
    const row = rowOf(name);
    const { weightsBytes, containerBytes } = modelFile(readOperatorList(row));
    expect(Math.abs((weightsBytes + containerBytes) / row.file_bytes - 1)).toBeLessThan(tolerance);
  });

  it("weights are the constants, each padded to 16", () => {
    // The autoencoder of MLPerf Tiny: 128-128-128-128-8-128-128-128-128-640 on 640 inputs, int8 weights and int32 biases.
    const widths = [640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640];
    const layers = widths.slice(1).map((units, index) => units * (widths[index] ?? 0) + 4 * units);
    const { weightsBytes } = modelFile(readOperatorList(rowOf("model_ToyCar_quant_fullint_micro_intio.tflite")));
    expect(weightsBytes).toBe(layers.reduce((sum, bytes) => sum + bytes, 0));
  });

  it("known names make the estimate more exact", () => {
    const graph = readOperatorList(rowOf("model_ToyCar.tflite"));
    const without = modelFile(graph).containerBytes;
    expect(modelFile(graph, 0).containerBytes).toBeLessThan(without);
    expect(modelFile(graph, 0).weightsBytes).toBe(modelFile(graph).weightsBytes);
  });
});

describe("the code", () => {
  const RUNTIME = 24_948;
  const common = ["CONV_2D", "FULLY_CONNECTED", "SOFTMAX", "RESHAPE", "AVERAGE_POOL_2D"];
  const depthwise = [...common, "DEPTHWISE_CONV_2D"];

  it.each([
    ["reference", "all", depthwise, 37_340],
    ["cmsis-nn-dsp", "all", depthwise, 84_000],
    ["cmsis-nn-dsp", "int8", depthwise, 52_096],
    ["reference", "all", [...common, "ADD"], 41_504],
    ["cmsis-nn-dsp", "all", [...common, "ADD"], 78_548],
    ["reference", "all", ["CONV_2D"], 15_056],
    ["cmsis-nn-dsp", "int8", ["FULLY_CONNECTED"], 21_376],
    ["reference", "all", ["RESHAPE"], 2_476],
    ["reference", "all", [], 0],
  ] as const)("%s %s of measured sets", (kernels, registrations, operators, bytes) => {
    expect(codeSize(operators, kernels, registrations)).toEqual({ bytes: RUNTIME + bytes, unmeasured: [] });
  });

  it("an operator that was not measured makes the size unknown and is named", () => {
    expect(codeSize(["CONV_2D", "RSQRT"], "reference")).toEqual({ bytes: null, unmeasured: ["RSQRT"] });
  });

  it("flash adds up", () => {
    const flash = flashOf(readOperatorList(rowOf("kws_ref_model.tflite")), "cmsis-nn-dsp");
    expect(flash.totalBytes).toBe(flash.weightsBytes + flash.containerBytes + (flash.code.bytes ?? 0));
  });
});

describe("RAM", () => {
  it("is the smallest arena, the interpreter and a slot per kind of operator", () => {
    const graph = readOperatorList(rowOf("kws_ref_model.tflite"));
    const arena = tflmArena(graph, "cmsis-nn-dsp");
    const operators = linkedOperators(graph);
    expect(operators.toSorted()).toEqual(depthwiseOperators);
    if (!arena.known) throw new Error("the arena is known");
    const { activations, scratch, persistent, total } = ramBytes(arena, operators.length);
    expect(total).toBe(22_832 + 208 + 12 + 36 * depthwiseOperators.length);
    expect(activations + scratch + persistent).toBe(total);
  });
  const depthwiseOperators = [
    "AVERAGE_POOL_2D",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "RESHAPE",
    "SOFTMAX",
  ];
});
