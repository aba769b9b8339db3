// Where the shape of a model's input comes from when nobody declares it, and what the report says about it. Parameters and
// MACs follow from the layers: a 3x3 convolution of c to 8 channels has 9·c·8 + 8 parameters and s·s·9·c·8 MACs.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { createPythonReader } from "../../../src/core/1-syntax/python/reader";
import { createAnalyzer } from "../../../src/core/analyzer";

const resolve = createRequire(import.meta.url).resolve;
const python = await createPythonReader({
  runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
  python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
});

/** Takes images of any size. */
const NET = `import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, c=3):
        super().__init__()
        self.conv = nn.Conv2d(c, 8, 3, padding=1)
        self.fc = nn.Linear(8, 10)
    def forward(self, x):
        return self.fc(self.conv(x).mean((2, 3)))
`;
const macsOf = (size: number, channels = 3) => size * size * 9 * channels * 8 + 80;

/** LeNet-5 for 28x28: 4x4 positions of 16 channels are left before the first Linear layer. */
const LENET = `import torch
from torch import nn
import torch.nn.functional as F

class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)
        self.fc2 = nn.Linear(120, 10)
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = FLATTENED
        return self.fc2(F.relu(self.fc1(x)))
`;
const LENET_MACS = 24 * 24 * 25 * 6 + 8 * 8 * 25 * 6 * 16 + 256 * 120 + 120 * 10;

async function reportsOf(text: string, others: Record<string, string> = {}) {
  const files: Record<string, string> = { ...others, "/w/main.py": text };
  const folders = new Set(
    Object.keys(files).flatMap((path) => path.split("/").map((_, index, parts) => parts.slice(0, index).join("/"))),
  );
  const analyzer = createAnalyzer(
    {
      readFile: (path) => files[path],
      isFile: (path) => Object.hasOwn(files, path),
      isFolder: (path) => folders.has(path),
    },
    { python: async () => python, javascript: async () => Promise.reject(new Error("no JavaScript here")) },
  );
  return (await analyzer.analyze({ file: "/w/main.py", root: "/w" })).reports;
}

/** Entry, MACs and assumptions of the only model. */
async function only(text: string, others: Record<string, string> = {}) {
  const reports = await reportsOf(text, others);
  expect(reports).toHaveLength(1);
  const { entry, macs, assumptions, unknowns } = reports[0] as (typeof reports)[number];
  return { entry, macs, assumptions, unknowns: unknowns.map(({ reason }) => reason) };
}

describe("the input of a torch model", () => {
  it.each([
    ["a call", "Net()(torch.randn(4, 3, 40, 40))"],
    ["torchsummary", "from torchsummary import summary\nsummary(Net(), (3, 40, 40))"],
    ["torchinfo", "from torchinfo import summary\nsummary(Net(), input_size=(1, 3, 40, 40))"],
    ["thop", "from thop import profile\nprofile(Net(), inputs=(torch.randn(1, 3, 40, 40),))"],
    ["fvcore", "from fvcore.nn import FlopCountAnalysis\nFlopCountAnalysis(Net(), torch.randn(1, 3, 40, 40))"],
    ["ptflops", "from ptflops import get_model_complexity_info\nget_model_complexity_info(Net(), (3, 40, 40))"],
    ["an ONNX export", "torch.onnx.export(Net(), torch.zeros(1, 3, 40, 40), 'm.onnx')"],
    ["an ONNX export of arguments", "torch.onnx.export(Net(), (torch.zeros(1, 3, 40, 40),), 'm.onnx')"],
    ["a trace", "torch.jit.trace(Net(), torch.zeros(1, 3, 40, 40))"],
    ["the main code", "if __name__ == '__main__':\n    Net()(torch.randn(1, 3, 40, 40))"],
    ["a function that tries it", "def test():\n    y = Net()(torch.randn(1, 3, 40, 40))\n    print(y.shape)"],
    ["a main function", "def main():\n    net = Net()\n    net(torch.randn(1, 3, 40, 40))"],
    [
      "defaults of the command line",
      "import argparse\np = argparse.ArgumentParser()\np.add_argument('--size', type=int, default=40)\na = p.parse_args()\nNet()(torch.zeros(1, 3, a.size, a.size))",
    ],
  ])("comes from %s", async (_name, code) => {
    const line = expect.stringMatching(/^input 1x3x40x40 from a call in main\.py:\d+$/);
    expect(await only(`${NET}\n${code}\n`)).toEqual({
      entry: "Net()",
      macs: macsOf(40),
      assumptions: [line],
      unknowns: [],
    });
  });

  it("comes from the examples of a data set and its transforms", async () => {
    const cifar =
      "from torchvision import datasets, transforms\ndatasets.CIFAR10('d', transform=transforms.ToTensor())\n";
    expect(await only(`${NET}\n${cifar}`)).toMatchObject({
      macs: macsOf(32),
      assumptions: ["input 1x3x32x32 from the examples of CIFAR10 in main.py:13"],
    });
    const steps = "transforms.Compose([transforms.Resize(80), transforms.CenterCrop(64), transforms.ToTensor()])";
    const folder = `from torchvision import datasets, transforms\ndata = datasets.ImageFolder('d', transform=${steps})\n`;
    expect(await only(`${NET}\n${folder}`)).toMatchObject({
      macs: macsOf(64),
      assumptions: ["input 1x3x64x64 from the examples of ImageFolder in main.py:13"],
    });
  });

  it("comes from the examples of a data set of the user's", async () => {
    const own = `from torch.utils.data import Dataset
class Recordings(Dataset[int]):
    def __len__(self):
        return 10
    def __getitem__(self, index):
        return torch.zeros(3, 48, 48), 1
data = Recordings()
`;
    expect(await only(`${NET}\n${own}`)).toMatchObject({ macs: macsOf(48) });
  });

  it("does not come from a data set with other channels", async () => {
    const mnist =
      "from torchvision import datasets, transforms\ndatasets.MNIST('d', transform=transforms.ToTensor())\n";
    expect(await only(`${NET}\n${mnist}`)).toMatchObject({ macs: null });
  });

  it.each(["x.view(-1, 16 * 4 * 4)", "torch.flatten(x, 1)", "x.view(x.size(0), -1)"])(
    "is solved backwards from %s and a Linear layer",
    async (flattened) => {
      expect(await only(LENET.replace("FLATTENED", flattened))).toEqual({
        entry: "LeNet()",
        macs: LENET_MACS,
        assumptions: [
          "input from in_channels of the first layer, Conv2d conv1; 28x28, the one usual size that fits its Linear layers",
        ],
        unknowns: [],
      });
    },
  );

  it("stays unknown where every size fits, with the channels filled in", async () => {
    const result = await only(NET);
    expect(result.macs).toBeNull();
    expect(result.assumptions).toEqual(["input from in_channels of the first layer, Conv2d conv"]);
    expect(result.unknowns[0]).toMatch(/^the height of input 'input' is not known/);
  });

  it("stays unknown where a layer takes its size from what it is first given", async () => {
    const lazy = LENET.replace("FLATTENED", "torch.flatten(x, 1)").replace("nn.Linear(16 * 4 * 4, ", "nn.LazyLinear(");
    expect(await only(lazy)).toMatchObject({ macs: null });
  });
});

describe("a script that uses a model of another file", () => {
  it("shows that model where the script makes it", async () => {
    const others = { "/w/models/__init__.py": "", "/w/models/net.py": NET };
    const script =
      "import torch\nfrom models.net import Net\n\ndef main():\n    net = Net(1)\n    net(torch.zeros(1, 1, 20, 20))\n\nmain()\n";
    const [report] = await reportsOf(script, others);
    expect(report).toMatchObject({ entry: "Net(1)", macs: macsOf(20, 1), place: { file: "/w/main.py", line: 5 } });
  });
});
