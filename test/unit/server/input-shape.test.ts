// Asking for an input shape, and writing the answer where it is found again: after the edit the costs are known.
import { describe, expect, it } from "vitest";
import { needsInputShape } from "../../../src/server/input-needs";
import { askInput, declareInput } from "../../../src/server/input-shape";
import type { DeclareInputParams } from "../../../src/server/protocol";
import { NET, workspace } from "./requests";

const TORCH = `import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        return self.head(self.pool(self.conv(x)).flatten(1))
`;
const KERAS = `from keras import Sequential, layers
def build():
    return Sequential([layers.Conv2D(8, 3), layers.GlobalAveragePooling2D(), layers.Dense(3)])
`;
const BUDGET = "/project/model-budget.json";

const params = (shape: string, place: DeclareInputParams["place"]): DeclareInputParams => ({
  uri: "file:///project/net.py",
  index: 0,
  shape,
  place,
});

describe("askInput", () => {
  it("proposes images with the channels of the first layer", async () => {
    const { document, host } = await workspace(TORCH);
    expect(document.analysis?.reports.map(needsInputShape)).toEqual([true]);
    expect(askInput(document, 0, host)).toEqual({
      entry: "Net()",
      inferred: "1x3x?x?",
      proposals: ["1x3x96x96", "1x3x224x224", "1x3x32x32"],
      places: { comment: true, budgetFile: null },
    });
    expect(askInput(document, 7, host)).toBeNull();
  });

  it("guesses the rank of a model without any input from its first layer", async () => {
    const { document, host } = await workspace(KERAS, { files: { [BUDGET]: "{}" } });
    expect(askInput(document, 0, host)).toMatchObject({
      inferred: "1x?x?x?",
      proposals: ["1x96x96x3", "1x224x224x3", "1x32x32x3", "1x96x96x1", "1x224x224x1", "1x32x32x1"],
      places: { comment: true, budgetFile: "file:///project/model-budget.json" },
    });
  });
});

describe("declareInput", () => {
  const declared = async (text: string, shape: string, place: DeclareInputParams["place"], budget?: string) => {
    const files = budget === undefined ? undefined : { [BUDGET]: budget };
    const made = await workspace(text, { files });
    const answer = declareInput(made.document, params(shape, place), made.host);
    if ("problem" in answer) throw new Error(answer.problem);
    return made.after(answer.edit);
  };
  const macsOf = async (text: string, budget?: string) => {
    const files = budget === undefined ? undefined : { [BUDGET]: budget };
    return (await workspace(text, { files })).document.analysis?.reports[0]?.macs;
  };
  // 3·3·3·8·32·32 + 8·10
  const MACS = 221_264;

  it("writes a comment above the model, which then has costs", async () => {
    const text = await declared(TORCH, "1x3x32x32", "comment");
    expect(text).toBe(TORCH.replace("class Net", "# budget: input = 1x3x32x32\nclass Net"));
    expect(await macsOf(text)).toBe(MACS);
  });

  it("completes the comment that is there, and replaces an older shape in it", async () => {
    const limited = TORCH.replace("class Net", "# budget: macs < 3 M\nclass Net");
    expect(await declared(limited, "1x3x32x32", "comment")).toContain(
      "# budget: macs < 3 M, input = 1x3x32x32\nclass Net",
    );
    const other = TORCH.replace("class Net", "# budget: input = 1x3x?x?, macs < 3 M\nclass Net");
    expect(await declared(other, "1×3×32×32", "comment")).toContain(
      "# budget: macs < 3 M, input = 1x3x32x32\nclass Net",
    );
  });

  it("keeps the indentation of a model made inside", async () => {
    const text = await declared(KERAS, "1x32x32x3", "comment");
    expect(await macsOf(text)).toBe(3 * 3 * 3 * 8 * 30 * 30 + 8 * 3);
  });

  it("writes into the budget file, new or not", async () => {
    const fresh = await declared(TORCH, "1x3x32x32", "budget");
    expect(JSON.parse(fresh)).toEqual({ models: [{ file: "net.py", entry: "Net()", input: "1x3x32x32" }] });
    expect(await macsOf(TORCH, fresh)).toBe(MACS);
    const known = '{ "models": [{ "file": "net.py", "limits": { "macs": "1 M" } }] }';
    expect(JSON.parse(await declared(TORCH, "1x3x32x32", "budget", known))).toEqual({
      models: [{ file: "net.py", limits: { macs: "1 M" }, input: "1x3x32x32" }],
    });
  });

  it.each([
    ["", "batch first"],
    ["1x3x?x32", "still has a ?"],
    ["abc", "is no shape"],
    ["12", "no sizes besides the batch"],
    ["1x0x3", "size of 0"],
  ])("refuses %j", async (shape, reason) => {
    const { document, host } = await workspace(TORCH);
    expect(declareInput(document, params(shape, "comment"), host)).toEqual({
      problem: expect.stringContaining(reason),
    });
    expect(NET).toBe(document.path);
  });
});
