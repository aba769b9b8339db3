// Products of T×T scores by hand: 2 · T² · d for one head of d features.
import { describe, expect, it } from "vitest";
import { expectFound, expectSilent } from "./tester";

const TORCH = "import torch\nfrom torch import nn\n\n";

describe("attention-quadratic", () => {
  const RULE = "attention-quadratic";
  const attention = (length: number, mark: (text: string) => string) =>
    `${TORCH}class Attention(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.qkv = nn.Linear(32, 96)\n\n    def forward(self, x):\n        q, k, v = self.qkv(x).chunk(3, -1)\n        scores = ${mark("q @ k.transpose(-2, -1)")} / 32 ** 0.5\n        return torch.softmax(scores, -1) @ v\n\nAttention()(torch.zeros(1, ${length}, 32))\n`;
  it("counts the products of the scores", async () => {
    const [finding, ...more] = await expectFound(RULE, { py: attention(256, (text) => `⟦${text}⟧`) });
    expect(more).toEqual([]);
    // 256 · 256 scores of 32 features, twice: 4.19 M of 4.19 M + 256 · 32 · 96 MACs.
    expect(finding?.message).toContain("4.19 M MACs, 84 % of the model");
  });
  it("is silent about short sequences", async () => {
    await expectSilent(RULE, { py: attention(16, (text) => text) });
  });
});
