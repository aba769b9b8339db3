// Each connection has one weight of the base and grid + order coefficients of its spline.
import { describe, expect, it } from "vitest";
import { expectFixed, expectSilent } from "./tester";

const TORCH = "import torch\nfrom torch import nn\n\n";

describe("kan-grid-could-shrink", () => {
  const RULE = "kan-grid-could-shrink";
  const kan = (grid: string) =>
    `${TORCH}class ⟦Spline⟧(nn.Module):\n    def __init__(self, inputs, outputs, grid_size=${grid}, spline_order=3):\n        super().__init__()\n        self.grid_size = grid_size\n        self.spline_order = spline_order\n        self.base = nn.Parameter(torch.empty(outputs, inputs))\n        self.spline_weight = nn.Parameter(torch.empty(outputs, inputs, grid_size + spline_order))\n\n    def forward(self, x):\n        return x @ self.base.t()\n\nmodel = Spline(64, 10)\nmodel(torch.zeros(1, 64))\n`;
  it("makes the default of the grid smaller", async () => {
    const finding = await expectFixed(RULE, { py: kan("5") }, kan("3").replace(/[⟦⟧]/g, ""));
    const { before, after } = finding.fixes[0]?.receipt ?? {};
    expect(before?.params).toBe(640 * (1 + 8));
    expect(after?.params).toBe(640 * (1 + 6));
  });
  it("is silent about a small grid", async () => {
    await expectSilent(RULE, { py: kan("3").replace(/[⟦⟧]/g, "") });
  });
});
