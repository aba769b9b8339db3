// The arena against AllocateTensors() of the real library: operator lists of real .tflite files with the measured head, tail,
// total and smallest arena on Cortex-M4 (reference, CMSIS-NN DSP) and Cortex-M55 (CMSIS-NN MVE), in test/data/arena.jsonl.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DeployedGraph, DeployedOperator, DeployedTensor } from "../../../src/core/6-deploy/deployed-graph";
import { linearPlanner } from "../../../src/core/7-cost/memory/linear-planner";
import type { KernelSet } from "../../../src/core/7-cost/memory/operators/context";
import { type KnownArena, tflmArena } from "../../../src/core/7-cost/memory/tflm-arena";
import { type OperatorList, readOperatorList } from "../../support/operator-list";

type Build = "m4_ref" | "m4_cmsisnn_dsp" | "m55_cmsisnn_mve";
/** Head, tail, used, and the smallest arena that allocates where it was measured. */
type Measured = readonly [number, number, number, number | null];

interface Row extends OperatorList {
  path: string;
  expected: Readonly<Record<Build, Measured>>;
}

const KERNELS: Readonly<Record<Build, KernelSet>> = {
  m4_ref: "reference",
  m4_cmsisnn_dsp: "cmsis-nn-dsp",
  m55_cmsisnn_mve: "cmsis-nn-mve",
};

const rows = readFileSync(join(__dirname, "..", "..", "data", "arena.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

function known(graph: DeployedGraph, kernels: KernelSet): KnownArena {
  const arena = tflmArena(graph, kernels);
  if (!arena.known) throw new Error(arena.gaps.map(({ reason }) => reason).join("; "));
  return arena;
}

const activation = (shape: number[], type: DeployedTensor["type"] = "INT8"): DeployedTensor => ({
  shape,
  type,
  constantBytes: 0,
  variable: false,
  scales: type === "INT8" ? 1 : 0,
});

function graphOf(
  tensors: DeployedTensor[],
  operators: Pick<DeployedOperator, "op" | "inputs" | "outputs">[],
): DeployedGraph {
  return {
    type: "int8",
    tensors,
    inputs: [0],
    outputs: [tensors.length - 1],
    operators: operators.map((operator) => ({ ...operator, options: {}, macs: 0, sources: [] })),
    assumptions: [],
  };
}

describe("the arena of real models", () => {
  /** One has scalar outputs that do not tell its number of detections; one has offsets in the file that were not recorded. */
  const UNKNOWN = ["model_with_detection_postprocess.tflite", "test_transpose_conv_3.tflite"];
  const isUnknown = ({ path }: Row) => UNKNOWN.some((name) => path.endsWith(`/${name}`));

  it("covers every operator of the recording", () => {
    const operators = new Set(rows.flatMap(({ subgraphs }) => subgraphs.flatMap(({ ops }) => ops.map(({ op }) => op))));
    expect(rows.length).toBeGreaterThan(100);
    expect(operators.size).toBe(65);
  });

  it.each(Object.entries(KERNELS))("%s: head, tail, total and smallest arena, to the byte", (build, kernels) => {
    for (const row of rows) {
      if (isUnknown(row)) continue;
      const arena = known(readOperatorList(row), kernels);
      const [head, tail, total, smallest] = row.expected[build as Build];
      const got = [arena.headBytes, arena.persistentBytes, arena.totalBytes, smallest && arena.minArenaBytes];
      expect(got, row.path).toEqual([head, tail, total, smallest]);
    }
  });

  it.each([
    ["kws_ref_model.tflite", 16_000],
    ["person_detect.tflite", 55_296],
    ["image_classification.tflite", 49_152],
    ["model_ToyCar_quant_fullint_micro_intio.tflite", 768],
  ])("activations of MLPerf Tiny: %s", (name, bytes) => {
    const row = rows.find(({ path }) => path.endsWith(`/${name}`));
    if (!row) throw new Error(`${name} is not recorded`);
    for (const kernels of Object.values(KERNELS)) {
      expect(known(readOperatorList(row), kernels).activationsBytes).toBe(bytes);
    }
  });

  it("adds up, and names what is alive at the peak", () => {
    for (const row of rows) {
      if (isUnknown(row)) continue;
      const arena = known(readOperatorList(row), "cmsis-nn-mve");
      expect(arena.activationsBytes + arena.scratchBytes).toBe(arena.headBytes);
      expect(arena.headBytes + arena.persistentBytes).toBe(arena.totalBytes);
      const { peak, buffers } = arena;
      expect(peak.aliveBytes + peak.gapBytes).toBe(arena.headBytes);
      expect(peak.gapBytes).toBeGreaterThanOrEqual(0);
      for (const { first, last } of peak.alive) expect(first <= peak.step && peak.step <= last).toBe(true);
      for (const { offset, paddedBytes } of buffers) expect(offset + paddedBytes).toBeLessThanOrEqual(arena.headBytes);
      expect(peak.topmost.length).toBeGreaterThan(0);
    }
  });

  it("is never larger than every tensor by itself", () => {
    for (const row of rows) {
      if (isUnknown(row)) continue;
      const graph = readOperatorList(row);
      const upper = tflmArena(graph, "reference", linearPlanner);
      expect(upper.known && upper.headBytes).toBeGreaterThanOrEqual(known(graph, "reference").headBytes);
    }
  });
});

describe("what is not known", () => {
  it("an operator the runtime lacks is named; the activations are known all the same", () => {
    const graph = graphOf([activation([1, 32]), activation([1, 64])], [{ op: "TILE", inputs: [0], outputs: [1] }]);
    const arena = tflmArena(graph, "reference");
    expect(arena.known).toBe(false);
    expect(arena.activationsBytes).toBe(96);
    expect(!arena.known && arena.gaps).toEqual([
      {
        operator: graph.operators[0],
        reason: "TensorFlow Lite Micro has no such operator, or its memory is not known",
      },
    ]);
  });

  it("a missing option is named where the kernels need it, and only there", () => {
    const weights = { ...activation([8, 3, 3, 4]), constantBytes: 288, scales: 8 };
    const tensors = [activation([1, 8, 8, 4]), weights, activation([1, 8, 8, 8])];
    const graph = graphOf(tensors, [{ op: "CONV_2D", inputs: [0, 1, -1], outputs: [2] }]);
    const arena = tflmArena(graph, "cmsis-nn-dsp");
    expect(!arena.known && arena.gaps.map(({ reason }) => reason)).toEqual(["its stride is not given"]);
    expect(tflmArena(graph, "reference").known).toBe(true);
  });

  it("a tensor without a size is a reason", () => {
    const tensors = [activation([1, 4]), activation([1], "STRING")];
    const arena = tflmArena(graphOf(tensors, [{ op: "RESHAPE", inputs: [0], outputs: [1] }]), "reference");
    expect(arena.known).toBe(false);
    expect(arena.activationsBytes).toBeNull();
  });
});

describe("control flow", () => {
  // A buffer that lives across a subgraph may not share memory with what the subgraph makes.
  it("keeps the caller's tensors while a subgraph runs", () => {
    const graph: DeployedGraph = {
      ...graphOf(
        [activation([1], "BOOL"), activation([1, 160]), activation([1, 160]), activation([1, 160])],
        [
          { op: "RELU", inputs: [1], outputs: [2] },
          { op: "IF", inputs: [0, 1], outputs: [3] },
        ],
      ),
      inputs: [0, 1],
      calledSubgraphs: [1, 2].map(() => ({
        tensors: [activation([1, 160]), activation([1, 320]), activation([1, 160])],
        inputs: [0],
        outputs: [2],
        operators: [
          { op: "RELU", inputs: [0], outputs: [1], options: {}, macs: 0, sources: [] },
          { op: "RELU", inputs: [1], outputs: [2], options: {}, macs: 0, sources: [] },
        ],
      })),
    };
    const [first, second] = graph.operators;
    if (!first || !second) throw new Error("two operators");
    const arena = known({ ...graph, operators: [first, { ...second, options: { subgraphs: [1, 2] } }] }, "reference");
    // Scopes: 0 inputs, 1 RELU, 2 IF, 3 then-graph, 4, 5 its operators, 6 else-graph, 7, 8.
    expect(arena.steps.map((operator) => operator?.op ?? null)).toEqual([
      null,
      "RELU",
      "IF",
      null,
      "RELU",
      "RELU",
      null,
      "RELU",
      "RELU",
    ]);
    const own = arena.buffers.filter(({ subgraph }) => subgraph === 0).map(({ first, last }) => [first, last]);
    expect(own).toEqual([
      [0, 8],
      [0, 8],
      [1, 1],
      [2, 8],
    ]);
    expect(arena.peak.aliveBytes).toBe(16 + 160 + 160 + 320 + 160);
  });
});
