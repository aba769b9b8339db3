// Lowering of whole networks: activation memory of MLPerf Tiny as measured on boards, multiply-accumulates equal to the report's,
// PyTorch's layout and padding, and reasons for what has no lowering.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { TracedModel } from "../../../src/core/5-models/model";
import { deployedTensorBytes } from "../../../src/core/6-deploy/deployed-graph";
import { lower } from "../../../src/core/6-deploy/lower";
import { tflmArena } from "../../../src/core/7-cost/memory/tflm-arena";
import { buildReport } from "../../../src/core/7-cost/report";
import { lowered, tensorText, trace } from "./harness";

const example = (name: string) =>
  readFileSync(new URL(`../../../examples/mlperf-tiny/${name}.py`, import.meta.url), "utf8");

/** Entries of the examples; of their int8 models the activation bytes alive at once, and those TFLM's greedy planner places. */
const MLPERF = [
  ["keyword_spotting", "build_ds_cnn()", 16_000, 16_000],
  ["visual_wake_words", "build_mobilenet_v1()", 55_296, 73_728],
  ["image_classification", "build_resnet8()", 49_152, 49_152],
  ["anomaly_detection", "model", 768, 768],
] as const;

function graphOf(traced: TracedModel, type: "int8" | "float32" = "int8") {
  const result = lower(traced, { type });
  if ("unknown" in result) throw new Error(result.unknown.map(({ reason }) => reason).join("; "));
  return result.graph;
}

/** Largest sum of the activations alive at one operator, each padded to 16 bytes. */
function alivePeak(graph: ReturnType<typeof graphOf>): number {
  const activations = graph.tensors
    .map((tensor, index) => ({ tensor, index }))
    .filter(({ tensor }) => tensor.constantBytes === 0);
  const sums = graph.operators.map((_, step) =>
    activations
      .filter(({ index }) => {
        const made = graph.operators.findIndex(({ outputs }) => outputs.includes(index));
        const read = graph.operators.findLastIndex(({ inputs }) => inputs.includes(index));
        return made <= step && step <= (graph.outputs.includes(index) ? graph.operators.length : read);
      })
      .reduce((sum, { tensor }) => sum + Math.ceil(deployedTensorBytes(tensor) / 16) * 16, 0),
  );
  return Math.max(...sums);
}

const macsOf = (graph: ReturnType<typeof graphOf>) => graph.operators.reduce((sum, { macs }) => sum + macs, 0);

describe("MLPerf Tiny", () => {
  it.each(MLPERF)("%s: activations as measured, MACs of the report", (name, entry, alive, placed) => {
    const traced = trace(example(name), entry);
    const graph = graphOf(traced);
    const arena = tflmArena(graph, "reference");
    expect(arena).toMatchObject({ activationsBytes: placed });
    expect(alivePeak(graph)).toBe(alive);
    expect(macsOf(graph)).toBe(buildReport(traced, "/main.py", 0).macs);
    expect(macsOf(graphOf(traced, "float32"))).toBe(macsOf(graph));
  });

  it("every operator says which operations of the model it executes", () => {
    const graph = graphOf(trace(example("image_classification"), "build_resnet8()"));
    const kinds = graph.operators.map(({ sources }) => sources.map(({ attributes }) => attributes.kind).join("+"));
    expect(kinds.slice(0, 2)).toEqual(["conv+norm+activation", "conv+norm+activation"]);
    expect(kinds).not.toContain("");
  });
});

const TORCH = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n";
const image = [{ shape: [1, 3, 32, 32] }];

describe("PyTorch", () => {
  it("is laid out channels last, and says so", () => {
    const graph = lowered(
      `${TORCH}model = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))`,
      { type: "int8" },
      "model",
      image,
    );
    expect(graph.operators.map(({ op, options }) => [op, options.padding])).toEqual([
      ["CONV_2D", "same"],
      ["MAX_POOL_2D", "valid"],
    ]);
    expect(graph.inputs.map((index) => tensorText(graph, index))).toEqual(["1x32x32x3 INT8 0 1"]);
    expect(graph.outputs.map((index) => tensorText(graph, index))).toEqual(["1x16x16x8 INT8 0 1"]);
    expect(graph.assumptions.join()).toContain("channels last");
  });

  it("pads explicitly where SAME would pad otherwise", () => {
    const graph = lowered(
      `${TORCH}model = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)`,
      { type: "int8" },
      "model",
      image,
    );
    expect(graph.operators.map(({ op }) => op)).toEqual(["PAD", "CONV_2D"]);
    // One column before; of the one behind only what a window reaches: (16 - 1) * 2 + 3 = 33 = 1 + 32.
    expect(tensorText(graph, graph.operators[0]?.outputs[0] ?? -1)).toBe("1x33x33x3 INT8 0 1");
    expect(graph.operators[1]?.inputs.map((index) => tensorText(graph, index))).toEqual([
      "1x33x33x3 INT8 0 1",
      "8x3x3x3 INT8 216 8",
      "8 INT32 32 8",
    ]);
  });

  it("transposes before flattening, unless only dimensions of 1 would move", () => {
    const net = (pool: string) =>
      lowered(
        `${TORCH}model = nn.Sequential(nn.Conv2d(3, 8, 3), ${pool}nn.Flatten(), nn.LazyLinear(4))`,
        { type: "float32" },
        "model",
        image,
      ).operators.map(({ op }) => op);
    expect(net("")).toEqual(["CONV_2D", "TRANSPOSE", "RESHAPE", "FULLY_CONNECTED"]);
    expect(net("nn.AdaptiveAvgPool2d(1), ")).toEqual(["CONV_2D", "MEAN", "RESHAPE", "FULLY_CONNECTED"]);
  });

  it("computes what depends on no input once, when it is converted", () => {
    const source = `${TORCH}
class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.gates = nn.Parameter(torch.ones(2))
    def forward(self, x):
        gate = F.softmax(self.gates, dim=0)
        x = self.conv(x)
        return gate[0] * x + gate[1] * x
model = Gated()`;
    const graph = lowered(source, { type: "int8" }, "model", image);
    expect(graph.operators.map(({ op }) => op)).toEqual(["CONV_2D", "MUL", "MUL", "ADD"]);
  });

  it("joins channels on the last dimension", () => {
    const source = `${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 4, 1)
        self.b = nn.Conv2d(3, 6, 1)
    def forward(self, x):
        return torch.cat([self.a(x), self.b(x)], dim=1)
model = Net()`;
    const graph = lowered(source, { type: "int8" }, "model", image);
    expect(graph.operators.at(-1)).toMatchObject({ op: "CONCATENATION", options: { axis: 3 } });
    expect(tensorText(graph, graph.outputs[0] ?? -1)).toBe("1x32x32x10 INT8 0 1");
  });
});

describe("ends of an int8 model", () => {
  const source =
    "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((8,)), layers.Dense(4)])";
  it("are int8 unless something else is asked for", () => {
    const plain = lowered(source, { type: "int8" });
    expect(plain.operators.map(({ op }) => op)).toEqual(["FULLY_CONNECTED"]);
    const other = lowered(source, { type: "int8", inputType: "uint8", outputType: "float32" });
    expect(other.operators.map(({ op }) => op)).toEqual(["QUANTIZE", "FULLY_CONNECTED", "DEQUANTIZE"]);
    expect([...other.inputs, ...other.outputs].map((index) => tensorText(other, index))).toEqual([
      "1x8 UINT8 0 1",
      "1x4 FLOAT32 0 0",
    ]);
  });
});

describe("what is not known", () => {
  const reasons = (source: string, inputs: { shape: number[] }[] = []) => {
    const result = lower(trace(source, "model", inputs), { type: "int8" });
    return "unknown" in result ? result.unknown : [];
  };
  it("an operation without a lowering is named with its place", () => {
    const found = reasons(`import keras
from keras import layers
a = keras.Input((8, 6))
x = layers.GRU(4)(a)
model = keras.Model(a, layers.Dense(2)(x))`);
    expect(found.map(({ reason }) => reason)).toEqual([
      "a GRU is converted to a WHILE loop over subgraphs of its own, which is not lowered here; an LSTM of Keras 2 becomes one operator that is",
    ]);
    expect(found[0]?.place?.span.line).toBe(4);
  });
  it.each([
    ["layers.LSTM(4, unroll=True)", "an LSTM"],
    ["layers.GRU(4, unroll=True)", "a GRU"],
    ["layers.SimpleRNN(4, activation='relu', unroll=True)", "a plain recurrent layer"],
    ["layers.Bidirectional(layers.SimpleRNN(4, unroll=True))", "a plain recurrent layer"],
    ["layers.SimpleRNN(4, return_sequences=True, unroll=True)", "a plain recurrent layer"],
  ])("%s is written out by the converter, and is no fused operator here", (layer, name) => {
    const found = reasons(`import keras
from keras import layers
model = keras.Sequential([keras.Input((8, 6)), ${layer}, layers.Dense(2)])`);
    expect(found[0]?.reason).toBe(
      `${name} with unroll=True is written out step by step, which is lowered here only for a SimpleRNN of one direction with tanh that gives its last output, without a mask`,
    );
  });
  it("an unrolled layer behind an embedding or a mask is not lowered: its steps may be masked", () => {
    const found = reasons(`import keras
from keras import layers
model = keras.Sequential([keras.Input((8,)), layers.Embedding(9, 6, mask_zero=True), layers.SimpleRNN(4, unroll=True)])`);
    expect(found[0]?.reason).toContain("without a mask");
  });
  it("an unknown dimension gives its reason", () => {
    const found = reasons(`import keras
from keras import layers
model = keras.Sequential([keras.Input((None, 6)), layers.Conv1D(4, 3)])`);
    expect(found[0]?.reason).toMatch(/input .* is not known/);
  });
});
