// What is not known stays not known, with a reason, and takes nothing else with it.
import { describe, expect, it } from "vitest";
import { type InputRow, reportOf } from "./harness";

function report(source: string, entry: string, shape: InputRow["shape"]) {
  const found = reportOf(`import torch\nfrom torch import nn\nimport torch.nn.functional as F\n${source}`, entry, [
    { shape },
  ]);
  if (typeof found === "string") throw new Error(found);
  return {
    params: found.params.total,
    macs: found.macs,
    reasons: found.unknowns.map(({ reason }) => reason).join("; "),
  };
}

describe("unknown", () => {
  it("height and width: parameters are exact, MACs wait", () => {
    const found = report("", "nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3))", [1, 3, null, null]);
    expect(found).toMatchObject({ params: 3 * 8 * 9 + 8 + 8 * 4 * 9 + 4, macs: null });
    expect(found.reasons).toMatch(/height of input/);
  });

  it("a layer of a library that is not known makes both totals unknown", () => {
    const source = `
import somewhere
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = somewhere.Layer(4)
    def forward(self, x):
        return self.b(self.a(x))
`;
    expect(report(source, "Net()", [1, 4])).toMatchObject({
      params: null,
      macs: null,
      reasons: expect.stringContaining("somewhere"),
    });
  });

  it("an unknown member of a container counts as a layer", () => {
    const source = "import somewhere\nmodel = nn.Sequential(nn.Linear(4, 4), somewhere.layer())";
    expect(report(source, "model", [1, 4])).toMatchObject({ params: null, macs: null });
    expect(
      report("import somewhere\nmodel = nn.ModuleList([nn.Linear(4, 4), somewhere.layer()])", "model[0]", [1, 4]),
    ).toMatchObject({ params: 20, macs: 16 });
  });

  it("a function of the library that is not modelled leaves a gap, never a zero", () => {
    const source = `
class Net(nn.Module):
    def forward(self, x):
        return torch.some_new_function(x) + x
`;
    expect(report(source, "Net()", [1, 4])).toMatchObject({
      params: 0,
      macs: null,
      reasons: expect.stringContaining("torch.some_new_function is not known"),
    });
  });

  it("an argument that is not known makes the operation's cost unknown", () => {
    const source = `
import os
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
    def forward(self, x):
        for part in x.chunk(len(os.environ["PARTS"]), 1):
            x = part
        return self.a(x)
`;
    const found = report(source, "Net()", [1, 4]);
    expect(found).toMatchObject({ params: 20, macs: null });
  });

  it("an object whose class has an unknown base may hold parameters", () => {
    const source = `
import somewhere
class Block(somewhere.Base):
    pass
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = Block()
    def forward(self, x):
        return self.a(x)
`;
    expect(report(source, "Net()", [1, 4])).toMatchObject({ params: null, macs: null });
  });

  it("spectral normalisation multiplies at inference too (72 and 510, recorded from PyTorch 1.13)", () => {
    expect(report("", "nn.utils.spectral_norm(nn.Linear(4, 8))", [1, 4])).toMatchObject({ params: 40, macs: 72 });
    expect(report("", "nn.utils.spectral_norm(nn.Conv1d(4, 6, 3))", [1, 4, 8])).toMatchObject({
      params: 78,
      macs: 510,
    });
  });

  it("a width that is not known makes the parameters unknown, and only those it reaches", () => {
    const source = "import os\nwidth = int(os.environ['WIDTH'])\nmodel = nn.Linear(4, width)";
    expect(report(source, "model", [1, 4])).toMatchObject({ params: null, macs: null });
  });

  it("elements picked by a mask have no known count", () => {
    const source = `
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 2)
    def forward(self, x):
        return self.a(x[x.sum(1) > 0])
`;
    expect(report(source, "Net()", [3, 4])).toMatchObject({ params: 10, macs: null });
  });

  it("FFTs have a shape and no known cost", () => {
    const source = "class Net(nn.Module):\n    def forward(self, x):\n        return torch.fft.rfft2(x, dim=(1, 2))\n";
    expect(report(source, "Net()", [1, 8, 8])).toMatchObject({
      params: 0,
      macs: null,
      reasons: expect.stringContaining("Fourier"),
    });
  });

  it.each([
    "torch.FloatTensor(*somewhere.sizes)",
    "torch.FloatTensor(somewhere.data)",
    "torch.tensor([somewhere.row, somewhere.row])",
    "torch.zeros(*somewhere.sizes)",
  ])("a tensor made from what is not known has no known shape: %s", (made) => {
    const source = `
import somewhere
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(${made})
    def forward(self, x):
        return x + self.w.sum()
`;
    expect(report(source, "Net()", [1, 4])).toMatchObject({ params: null });
    const width = `nn.Linear(4, (${made}).shape[1])`;
    expect(report("import somewhere", width, [1, 4])).toMatchObject({ params: null, macs: null });
  });
});
