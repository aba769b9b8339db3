// Multiples of four are no trouble, 30 filters are.
import { describe, expect, it } from "vitest";
import { expectFound, expectSilent } from "./tester";

const TORCH = "import torch\nfrom torch import nn\n\n";

describe("channels-off-simd-grid", () => {
  const RULE = "channels-off-simd-grid";
  const torch = (first: string, second: string) =>
    `${TORCH}model = nn.Sequential(\n    ${first},\n    nn.ReLU(),\n    ${second},\n)\nmodel(torch.zeros(1, 3, 16, 16))\n`;
  it("names the multiples of four around", async () => {
    const [finding] = await expectFound(RULE, { py: torch("⟦nn.Conv2d(3, 30, 3)⟧", "nn.Conv2d(30, 32, 3)") });
    expect(finding?.level).toBe("hint");
    expect(finding?.message).toContain("28 or 32 filters");
  });
  it("is silent about multiples of four and about the last layer", async () => {
    await expectSilent(RULE, { py: torch("nn.Conv2d(3, 32, 3)", "nn.Conv2d(32, 10, 3)") });
  });
});
