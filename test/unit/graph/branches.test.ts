// Work on the sides of an unknown condition: the graph keeps the side that is taken, and says when the sides differ.
import { afterAll, describe, expect, it } from "vitest";
import { createNodeAnalyzer } from "../../../src/platform/node";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "model-budget-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function report(forward: string) {
  // The same file with another text each time, so each has an analyzer of its own.
  const analyzer = createNodeAnalyzer();
  const file = join(folder, "net.py");
  const lines = forward.split("\n").map((line) => `        ${line}\n`);
  writeFileSync(
    file,
    `import torch.nn as nn\nimport somewhere\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Conv2d(3, 8, 3, padding=1)\n        self.b = nn.Conv2d(3, 8, 1)\n        self.c = nn.Conv2d(3, 8, 3, padding=1)\n    def forward(self, x):\n${lines.join("")}`,
  );
  const { reports } = await analyzer.analyze({ file, root: folder, entry: "Net()", inputs: [{ shape: [1, 3, 8, 8] }] });
  return reports[0];
}

const THREE_BY_THREE = 9 * 3 * 8 * 64;

describe("an unknown condition in forward", () => {
  it("leaves the total unknown when the sides do different work", async () => {
    const { macs, status, unknowns } =
      (await report("if somewhere.flag:\n    y = self.a(x)\nelse:\n    y = self.b(x)\nreturn y")) ?? {};
    expect([macs, status]).toEqual([null, "partial"]);
    expect(unknowns?.[0]?.reason).toContain("the module 'somewhere' was not found");
  });

  it("keeps the total when both sides do the same work", async () => {
    const { macs } = (await report("if somewhere.flag:\n    y = self.a(x)\nelse:\n    y = self.c(x)\nreturn y")) ?? {};
    expect(macs).toBe(THREE_BY_THREE);
  });

  it("keeps the work of the one side that does not raise, whichever it is", async () => {
    const left = await report("if somewhere.flag:\n    y = self.a(x)\nelse:\n    raise ValueError('no')\nreturn y");
    const right = await report("if somewhere.flag:\n    raise ValueError('no')\nelse:\n    y = self.a(x)\nreturn y");
    expect([left?.macs, right?.macs]).toEqual([THREE_BY_THREE, THREE_BY_THREE]);
  });
});
