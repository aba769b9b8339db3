// What other counters print, against what they printed: torchinfo 5c4164f, fvcore 3378afe, ptflops 0.7.6, THOP 43c064a and
// FlopCounterMode with torch 2.13 (eval, no gradients, batch 1), tf.profiler of TensorFlow 2.21 (inference graph, CPU).
import { describe, expect, it } from "vitest";
import { otherCounts } from "../../../src/core/report/counters";
import { createNodeAnalyzer } from "../../../src/platform/node";

async function counts(text: string): Promise<Record<string, number>> {
  const analyzer = createNodeAnalyzer((path) => (path === "/project/net.py" ? text : undefined));
  const { reports } = await analyzer.analyze({ file: "/project/net.py", root: "/project" });
  const [report] = reports;
  if (!report || report.status === "error") throw new Error(report?.error ?? "no model");
  const row = report.layers.find(({ params, macs }) => (params ?? 0) > 0 || (macs ?? 0) > 0);
  if (!row) throw new Error("no layer");
  return Object.fromEntries(otherCounts(row, report.framework).map(({ counter, value }) => [counter, value]));
}

const torch = (layer: string, shape: string, input = "") => `import torch
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = ${layer}
    def forward(self, x):
        return self.layer(x)
model = Net()
model(${input || `torch.zeros(${shape})`})
`;

describe("torch", () => {
  it.each([
    [
      "nn.Conv2d(8, 16, 3, padding=1)",
      "1, 8, 32, 32",
      { torchinfo: 1_196_032, ptflops: 1_196_032, fvcore: 1_179_648, THOP: 1_179_648, FlopCounterMode: 2_359_296 },
    ],
    [
      "nn.Conv2d(8, 16, 3, padding=1, groups=2, bias=False)",
      "1, 8, 32, 32",
      { torchinfo: 589_824, ptflops: 589_824, fvcore: 589_824, THOP: 589_824, FlopCounterMode: 1_179_648 },
    ],
    ["nn.Linear(64, 10)", "1, 64", { torchinfo: 650, ptflops: 650, fvcore: 640, THOP: 640, FlopCounterMode: 1280 }],
    ["nn.LSTM(32, 64, batch_first=True)", "1, 20, 32", { torchinfo: 501_760, fvcore: 0, FlopCounterMode: 0 }],
    ["nn.GRU(32, 64, batch_first=True)", "1, 20, 32", { torchinfo: 376_320, fvcore: 0 }],
    ["nn.BatchNorm2d(8)", "1, 8, 32, 32", { torchinfo: 16, fvcore: 16_384, ptflops: 16_384, THOP: 32_768 }],
  ])("%s", async (layer, shape, expected) => expect(await counts(torch(layer, shape))).toEqual(expected));

  it("an embedding", async () => {
    const text = torch("nn.Embedding(1000, 64)", "", "torch.zeros(1, 20, dtype=torch.long)");
    expect(await counts(text)).toEqual({ torchinfo: 64_000, fvcore: 0 });
  });

  it("says nothing of what was not measured", async () => {
    expect(await counts(torch("nn.LSTM(32, 64, batch_first=True, bidirectional=True)", "1, 20, 32"))).toEqual({});
    expect(await counts(torch("nn.Linear(64, 10)", "1, 7, 64"))).toEqual({});
  });
});

const keras = (layer: string, shape: string) =>
  `import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((${shape})), ${layer}])\n`;

describe("keras", () => {
  it.each([
    ['layers.Conv2D(16, 3, padding="same")', "32, 32, 8", { "tf.profiler": 2_375_680 }],
    ['layers.Conv2D(16, 3, padding="same", groups=2)', "32, 32, 8", { "tf.profiler": 0 }],
    ['layers.DepthwiseConv2D(3, padding="same", use_bias=False)', "32, 32, 8", { "tf.profiler": 147_456 }],
    ["layers.Dense(10)", "64,", { "tf.profiler": 1290 }],
  ])("%s", async (layer, shape, expected) => expect(await counts(keras(layer, shape))).toEqual(expected));
});
