// The blocks of a model: calls of the file's functions that made several layers.
import { describe, expect, it } from "vitest";
import { createNodeAnalyzer } from "../../../src/platform/node";

async function blocksOf(text: string): Promise<string[]> {
  const file = "/workspace/model.py";
  const analyzer = createNodeAnalyzer((path) => (path === file ? text : undefined));
  const { reports } = await analyzer.analyze({
    file,
    root: "/workspace",
    entry: /^(\w+) = \w+\(\)$/m.exec(text)?.[1] ?? "",
  });
  expect(reports.map(({ error }) => error)).toEqual([undefined]);
  return (reports[0]?.layers ?? []).map(({ name, blocks }) => [...(blocks ?? []), name].join(" / "));
}

describe("blocks", () => {
  it("are the calls that made several layers, numbered when there are more, nested as they were called", async () => {
    const text = `
from tensorflow import keras
from tensorflow.keras import layers

def unit(x, n):
    x = layers.Conv2D(n, 3, name=f"c{n}")(x)
    return layers.ReLU(name=f"r{n}")(x)

def stage(x, n):
    x = unit(x, n)
    x = unit(x, n + 1)
    return layers.MaxPooling2D(name=f"p{n}")(x)

def head(x):
    return layers.Dense(10, name="d")(layers.Flatten(name="f")(x))

def build():
    i = keras.Input((64, 64, 3), name="i")
    x = unit(i, 4)
    for n in (8, 16):
        x = stage(x, n)
    return keras.Model(i, head(x))

model = build()
`;
    expect(await blocksOf(text)).toEqual([
      "i",
      "unit / c4",
      "unit / r4",
      "stage 1 / unit 1 / c8",
      "stage 1 / unit 1 / r8",
      "stage 1 / unit 2 / c9",
      "stage 1 / unit 2 / r9",
      "stage 1 / p8",
      "stage 2 / unit 1 / c16",
      "stage 2 / unit 1 / r16",
      "stage 2 / unit 2 / c17",
      "stage 2 / unit 2 / r17",
      "stage 2 / p16",
      "head / f",
      "head / d",
    ]);
  });

  it("are not the function that makes the whole model, nor one that makes a single layer", async () => {
    const text = `
from tensorflow import keras
from tensorflow.keras import layers

def dense(n):
    return layers.Dense(n, name=f"d{n}")

def build():
    return keras.Sequential([keras.Input((4,), name="i"), dense(3), dense(2)])

model = build()
`;
    expect(await blocksOf(text)).toEqual(["d3", "d2"]);
  });

  it("leave a layer that has a path of names alone", async () => {
    const text = `
import torch.nn as nn

def conv(a, b):
    return nn.Sequential(nn.Conv2d(a, b, 3), nn.ReLU())

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = conv(3, 8)
        self.b = conv(8, 8)

    def forward(self, x):
        return self.b(self.a(x))

net = Net()
`;
    expect(await blocksOf(text)).toEqual(["a.0", "a.1", "b.0", "b.1"]);
  });
});
