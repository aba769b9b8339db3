// Models and inputs that a file's own `main` code tells: its names are names of the module, its calls show the input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { createPythonReader } from "../../../src/core/1-syntax/python/reader";
import { createAnalyzer } from "../../../src/core/analyzer";

const resolve = createRequire(import.meta.url).resolve;
const reader = await createPythonReader({
  runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
  python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
});

async function reports(text: string) {
  const host = { readFile: () => text, isFile: () => false, isFolder: () => false };
  const javascript = () => Promise.reject(new Error("not needed"));
  const analyzer = createAnalyzer(host, { python: () => Promise.resolve(reader), javascript });
  return (await analyzer.analyze({ file: "/w/model.py", root: "/w" })).reports;
}

it("names that main code sets are names of the module", async () => {
  const [found] = await reports(`
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(features, hidden)
        self.b = nn.Linear(hidden, 2)
    def forward(self, x):
        return self.b(torch.relu(self.a(x)))
if __name__ == "__main__":
    features, hidden = 5, 7
    model = Net()
    y = model(torch.randn(4, features))
`);
  expect(found).toMatchObject({
    status: "exact",
    params: { total: 5 * 7 + 7 + 7 * 2 + 2 },
    macs: 5 * 7 + 7 * 2,
    inputs: [{ shape: [1, 5] }],
  });
});

it("a recurrent state has its batch in the second place", async () => {
  const [found] = await reports(`
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(6, 8, batch_first=True)
    def forward(self, x, h):
        return self.rnn(x, h)
model = Net()
model(torch.zeros(4, 9, 6), torch.zeros(1, 4, 8))
`);
  expect(found).toMatchObject({
    status: "exact",
    params: { total: 3 * 8 * (6 + 8) + 2 * 3 * 8 },
    macs: 9 * 3 * 8 * (6 + 8),
    inputs: [{ shape: [1, 9, 6] }, { shape: [1, 1, 8] }],
  });
});
