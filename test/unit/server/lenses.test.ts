// Which lenses a file gets, where they stand and what they say.
import { describe, expect, it } from "vitest";
import { explain } from "../../../src/server/explain";
import { lensesOf, visibleLenses } from "../../../src/server/lenses";
import { analysis, deployment, layer, place, report } from "./fixtures";
import type { Deployment } from "../../../src/core/report/deployment";

/** `line: title`, lines from 1. */
const texts = (...parameters: Parameters<typeof lensesOf>) =>
  lensesOf(...parameters).map((lens) => `${lens.position.line + 1}: ${lens.title}`);

describe("a model on a board", () => {
  const on = (fields: Partial<Deployment>) => lensesOf(analysis([report([], { deployment: deployment(fields) })]))[0];

  it("says whether it fits, with RAM, flash and time", () => {
    expect(on({})?.title).toBe(
      "Model Budget: fits Nano · 2.66 M MACs · 24.9 k params · 23.4 KiB of 256 KiB RAM · 122 KiB of 960 KiB flash · ≈ 280 ms",
    );
    expect(on({})?.tooltip).toContain("between 200 ms and 390 ms an inference, most of it in pointwise convolutions");
    expect(on({})?.tooltip).toContain("RAM is fullest in CONV_2D (line 12): 16 KiB");
  });
  it("says what does not fit", () =>
    expect(on({ verdict: "does-not-fit" })?.title).toContain("Model Budget: does not fit Nano · 2.66 M MACs"));
  it("leaves out what is not known, with the reason in the tooltip", () => {
    const unknown = { total: null, activations: null, scratch: null, persistent: null };
    const lens = on({ verdict: "cannot-say", ramBytes: unknown, latencyMs: null, reasons: ["GRU has no lowering"] });
    expect(lens?.title).toBe(
      "Model Budget: cannot say if it fits Nano · 2.66 M MACs · 24.9 k params · 122 KiB of 960 KiB flash",
    );
    expect(lens?.tooltip).toContain("GRU has no lowering");
  });
});

describe("model lenses", () => {
  it("show the totals above the definition", () => {
    expect(texts(analysis([report([])]))).toEqual([
      "1: Model Budget: 2.66 M MACs · 24.9 k params · 31.3 KiB activations",
    ]);
  });

  it("say what is unknown and why, never 0", () => {
    const partial = report([], {
      status: "partial",
      macs: null,
      activationBytes: null,
      unknowns: [
        { reason: "the input shape is not known", file: "/models/net.py", line: 4, column: 1 },
        { reason: "n", file: "/models/net.py", line: 5, column: 1 },
      ],
    });
    expect(texts(analysis([partial]))).toEqual([
      "1: Model Budget: ? MACs · 24.9 k params · ? activations (partial: unknown, because the input shape is not known; 1 more)",
    ]);
  });

  it("say why there are no numbers", () => {
    const failed = report([], { status: "error", error: "Conv2D needs kernel_size\n at line 3" });
    expect(texts(analysis([failed]))).toEqual([
      "1: Model Budget: cost not known, because Conv2D needs kernel_size at line 3",
    ]);
  });

  it("are named where two models stand on one line, and counted where many do", () => {
    const many = [1, 2, 3, 4, 5].map((n) => report([], { entry: `Net(${n})` }));
    const shown = texts(analysis(many));
    expect(shown).toHaveLength(3);
    expect(shown[0]).toMatch(/^1: Model Budget: Net\(1\): 2\.66 M MACs/);
    expect(shown[2]).toMatch(/^1: Model Budget: Net\(3\): .* · and 2 models more here$/);
  });

  it("stand at the call when the model is defined in another file", () => {
    const imported = report([layer([])], { place: place(3, 1, "/models/other.py") });
    imported.layers[0]?.stack.push(place(9, 1, "/models/other.py"), place(12, 9));
    expect(lensesOf(analysis([imported]))[0]?.position).toEqual({ line: 11, character: 8 });
  });

  it("stand on the first line when nothing tells more", () => {
    expect(lensesOf(analysis([report([], { place: null })]))[0]?.position).toEqual({ line: 0, character: 0 });
  });
});

describe("layer lenses", () => {
  const layers = (...parameters: Parameters<typeof lensesOf>) =>
    lensesOf(...parameters)
      .filter((lens) => lens.kind === "layers")
      .map((lens) => `${lens.position.line + 1}: ${lens.title}`);

  it("show shape, MACs, parameters and memory of the one layer of a line", () => {
    expect(layers(analysis([report([layer([3]), layer([4], { params: null, runShape: [null, null, 64] })])]))).toEqual([
      "3: 25×5×64 · 320 k MACs · 2.62 k params · 8 KiB",
      "4: ?×64 · 320 k MACs · ? params · 8 KiB",
    ]);
  });

  it("sum up what a line in a loop makes", () => {
    expect(layers(analysis([report([layer([3]), layer([3]), layer([3]), layer([7])])]))).toEqual([
      "3: ×3 · 960 k MACs · 7.87 k params · 24 KiB",
      "7: 25×5×64 · 320 k MACs · 2.62 k params · 8 KiB",
    ]);
  });

  it("give each call of a block its own share", () => {
    const block = (call: number) => [layer([2, call, 20]), layer([3, call, 20])];
    expect(layers(analysis([report([...block(10), ...block(11), layer([12, 20])])]))).toEqual([
      "2: ×2 · 640 k MACs · 5.25 k params · 16 KiB",
      "3: ×2 · 640 k MACs · 5.25 k params · 16 KiB",
      "10: ×2 · 640 k MACs · 5.25 k params · 16 KiB",
      "11: ×2 · 640 k MACs · 5.25 k params · 16 KiB",
      "12: 25×5×64 · 320 k MACs · 2.62 k params · 8 KiB",
    ]);
  });

  it("leave out the line that calls for the whole model: its totals stand above the model", () => {
    expect(layers(analysis([report([layer([2, 20]), layer([3, 20])])]))).toHaveLength(2);
  });

  it("count a layer once for a line that is twice in its chain of calls", () => {
    expect(layers(analysis([report([layer([2, 2, 9]), layer([5, 9])])]))).toEqual([
      "2: 25×5×64 · 320 k MACs · 2.62 k params · 8 KiB",
      "5: 25×5×64 · 320 k MACs · 2.62 k params · 8 KiB",
    ]);
  });

  it("say of which model the numbers are when models that share a line differ", () => {
    const small = report([layer([3])], { entry: "build(0.5)" });
    const large = report([layer([3], { macs: 640_000 })], { entry: "build(1.0)" });
    expect(layers(analysis([small, large]))).toEqual([
      "3: 25×5×64 · 320 k MACs · 2.62 k params · 8 KiB · in build(0.5), 1 of 2 models",
    ]);
    expect(layers(analysis([small, { ...small, entry: "other()" }]))).toEqual([
      "3: 25×5×64 · 320 k MACs · 2.62 k params · 8 KiB",
    ]);
  });

  it("are silent about layers made in another file", () => {
    expect(layers(analysis([report([layer([])])]))).toEqual([]);
  });

  it("explain an unknown in the tooltip with the reason of that line", () => {
    const unknown = report([layer([3], { macs: null })], {
      unknowns: [
        { reason: "first", file: "/models/net.py", line: 1, column: 1 },
        { reason: "groups is not known", file: "/models/net.py", line: 3, column: 1 },
      ],
    });
    const lens = lensesOf(analysis([unknown])).find((candidate) => candidate.kind === "layers");
    expect(lens?.tooltip).toContain("Unknown: groups is not known");
  });
});

describe("visibleLenses", () => {
  const all = lensesOf(analysis([report([layer([3])])]));
  it("shows all, totals or nothing", () => {
    expect(visibleLenses(all, "layers")).toHaveLength(2);
    expect(visibleLenses(all, "models").map((lens) => lens.kind)).toEqual(["model"]);
    expect(visibleLenses(all, "off")).toEqual([]);
  });
});

describe("explain", () => {
  const file = analysis([
    report([layer([3], { name: "conv2d" }), layer([4], { name: "dense", type: "Dense", macs: 768, params: 780 })], {
      assumptions: ["input 1x49x10x1 from build()"],
      unknowns: [{ reason: "groups is not known", file: "/models/net.py", line: 3, column: 1 }],
    }),
  ]);

  it("answers every lens", () => {
    for (const lens of lensesOf(file)) expect(explain(file, lens.id)).toBeDefined();
    expect(explain(file, "line:99")).toBeUndefined();
    expect(explain(file, "model:9")).toBeUndefined();
  });

  it("lists layers, unknowns and assumptions", () => {
    expect(explain(file, "model:0")).toBe(
      `build(), /models/net.py:1
2.66 M MACs · 24.9 k params · 31.3 KiB activations
Input: input ?×49×10×1 float32

layer     type    output   params   MACs  share  memory
conv2d    Conv2D  25×5×64  2.62 k  320 k   12 %   8 KiB
dense     Dense   25×5×64     780    768   <1 %   8 KiB
2 layers                    3.4 k  321 k   12 %  16 KiB

Not known:
  groups is not known (/models/net.py:3)

Assumed:
  input 1x49x10x1 from build()`,
    );
  });
});
