// Which variant of a model fits. MACs by hand: a dense layer of u units on f features takes f·u, a D_K×D_K convolution of M
// channels to N on a D_F×D_F map D_K²·M·N·D_F², a separable one D_K²·M·D_F² + M·N·D_F². Limits are those of `budget:` comments, so
// that the board never decides.
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/core/8-advice/edit";
import { paretoSet } from "../../../src/core/8-advice/fit/judge";
import { MAX_EVALUATIONS } from "../../../src/core/8-advice/fit/search";
import { quantitiesOf } from "../../../src/core/8-advice/quantities";
import type { FitRequest } from "../../../src/core/analyze";
import type { FitResult, FitVariant } from "../../../src/core/report/fit";
import { chooseTarget } from "../../../src/core/targets/choose";
import type { DeployTarget } from "../../../src/core/targets/target";
import { createNodeAnalyzer } from "../../../src/platform/node";

const ROOT = "/workspace";
const FILE = `${ROOT}/model.py`;
let overlay = new Map<string, string>();
const analyzer = createNodeAnalyzer((path) => overlay.get(path));

function targetOf(board: string | null, runtime: string | null = null): DeployTarget {
  const chosen = chooseTarget({ board, runtime, dtype: "int8" });
  if ("problem" in chosen) throw new Error(chosen.problem);
  return chosen.target;
}

function open(text: string): void {
  overlay = new Map([[FILE, text]]);
  analyzer.invalidate(FILE);
}

async function fit(text: string, more: Partial<FitRequest> = {}): Promise<FitResult> {
  open(text);
  return analyzer.fit({ file: FILE, root: ROOT, target: targetOf(null), ...more });
}

/** Every variant's edits, made in the text, give the numbers it promises. */
async function expectKept(text: string, { variants }: FitResult, target = targetOf(null)): Promise<void> {
  for (const { edits, receipt, dtype } of variants) {
    open(applyEdits(FILE, text, edits));
    const { reports } = await analyzer.analyze({ file: FILE, root: ROOT, target: { ...target, type: dtype } });
    const report = reports.at(-1);
    expect(report && quantitiesOf(report)).toEqual(receipt.after);
  }
}

/** 30·⌊100·α⌋ MACs. */
const mlp = (limit: string, alpha = "1.0") =>
  [
    "import keras",
    "from keras import layers",
    "",
    `def build(alpha=${alpha}):  # budget: ${limit}`,
    "    inputs = keras.Input((20,))",
    "    x = layers.Dense(int(100 * alpha), activation='relu')(inputs)",
    "    return keras.Model(inputs, layers.Dense(10)(x))",
    "",
    "model = build()",
    "",
  ].join("\n");

describe("width", () => {
  it("takes the largest multiplier that fits", async () => {
    const text = mlp("macs < 1500");
    const result = await fit(text);
    expect(result.outcome).toBe("found");
    expect(result.before.macs).toBe(3000);
    expect(result.levers).toEqual(["alpha (1)"]);
    expect(result.variants.map(({ changes, macsKept }) => ({ changes, macsKept }))).toEqual([
      { changes: ["alpha 1 → 0.5"], macsKept: 0.5 },
    ]);
    expect(result.variants[0]?.receipt.after.macs).toBe(30 * 50);
    expect(result.variants[0]?.receipt.after.params).toBe(20 * 50 + 50 + 50 * 10 + 10);
    expect(applyEdits(FILE, text, result.variants[0]?.edits ?? [])).toBe(mlp("macs < 1500", "0.5"));
    await expectKept(text, result);
  });

  it("looks at a few rungs only", async () => {
    const { evaluations } = await fit(mlp("macs < 1500"));
    // The narrowest of 13, then halving.
    expect(evaluations).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(13)));
  });

  it("keeps to the values the code allows", async () => {
    const text = mlp("macs < 1200").replace(
      "    inputs =",
      "    if alpha not in (0.25, 0.5, 1.0):\n        raise ValueError(alpha)\n    inputs =",
    );
    const { variants } = await fit(text);
    expect(variants.map(({ changes }) => changes)).toEqual([["alpha 1 → 0.25"]]);
  });

  it("says what came nearest when nothing fits", async () => {
    const result = await fit(mlp("macs < 100"));
    expect(result.outcome).toBe("none");
    expect(result.variants).toEqual([]);
    expect(result.closest?.changes).toEqual(["alpha 1 → 0.1"]);
    expect(result.closest?.receipt.after.macs).toBe(300);
  });
});

describe("a model that fits", () => {
  it("needs no change and no search", async () => {
    const result = await fit(mlp("macs < 3000"));
    expect(result).toMatchObject({ outcome: "found", evaluations: 0, closest: null });
    expect(result.variants).toHaveLength(1);
    expect(result.variants[0]).toMatchObject({ changes: [], edits: [], macsKept: 1, verdict: "fits" });
  });
});

const image = (limit: string, size = 32, conv = "layers.Conv2D") =>
  [
    "import keras",
    "from keras import layers",
    "",
    `model = keras.Sequential([  # budget: ${limit}`,
    `    keras.Input((${size}, ${size}, 8)),`,
    `    ${conv}(32, 3, padding="same"),`,
    `    ${conv}(64, 3, padding="same"),`,
    "    layers.GlobalAveragePooling2D(),",
    "    layers.Dense(10),",
    "])",
    "",
  ].join("\n");

/** MACs of `image`, for each convolution whether it is separable. */
const imageMacs = (size: number, first: boolean, second: boolean) =>
  size ** 2 * (first ? 9 * 8 + 8 * 32 : 9 * 8 * 32) + size ** 2 * (second ? 9 * 32 + 32 * 64 : 9 * 32 * 64) + 640;

describe("size and separable convolutions", () => {
  it("finds the variants from which no change can be taken back", async () => {
    const limit = 17_000_000;
    const text = image(`macs < ${limit}`);
    const result = await fit(text);
    expect(result.before.macs).toBe(imageMacs(32, false, false));
    expect(result.outcome).toBe("found");
    const macsOf = (what: string) =>
      result.variants.find(({ changes }) => changes.join("; ") === what)?.receipt.after.macs;
    // 28² fits without more: (28/32)² of the convolutions.
    expect(macsOf("input 32×32 → 28×28")).toBe(imageMacs(28, false, false));
    for (const { receipt, verdict } of result.variants) {
      expect(receipt.after.macs).toBeLessThanOrEqual(limit);
      expect(verdict).toBe("fits");
    }
    const kept = result.variants.map(({ macsKept }) => macsKept ?? 0);
    expect(kept).toEqual(kept.toSorted((a, b) => b - a));
    await expectKept(text, result);
  });

  it("replaces a convolution when that keeps most", async () => {
    // The first convolution reads three channels, the second has 9·32·64 of the parameters, whatever the size of the image.
    const rgb = (second: string) =>
      image("params < 4000").replace("32, 8)", "32, 3)").replace("layers.Conv2D(64", `layers.${second}(64`);
    const text = rgb("Conv2D");
    const result = await fit(text);
    expect(result.before.params).toBe(9 * 3 * 32 + 32 + 9 * 32 * 64 + 64 + 650);
    const [best] = result.variants;
    expect(best?.changes).toEqual(["depthwise-separable in line 7"]);
    expect(best?.receipt.after.params).toBe(9 * 3 * 32 + 32 + (9 * 32 + 32 * 64 + 64) + 650);
    expect(best?.receipt.after.macs).toBe(32 ** 2 * (9 * 3 * 32 + 9 * 32 + 32 * 64) + 640);
    expect(applyEdits(FILE, text, best?.edits ?? [])).toBe(rgb("SeparableConv2D"));
    await expectKept(text, result);
  });

  it("makes changes of several kinds together", async () => {
    const text = image("params < 2000, macs < 1 M");
    const result = await fit(text);
    expect(result.variants.some(({ changes }) => changes.length > 1)).toBe(true);
    await expectKept(text, result);
  });

  it("averages before a dense layer when its weights are the trouble", async () => {
    const text = image("params < 25 k").replace("GlobalAveragePooling2D", "Flatten");
    const { variants } = await fit(text);
    expect(variants[0]?.changes).toEqual(["average instead of Flatten in line 8"]);
    expect(variants[0]?.receipt.after.params).toBe(9 * 8 * 32 + 32 + 9 * 32 * 64 + 64 + 650);
    await expectKept(text, { variants } as FitResult);
  });
});

describe("type", () => {
  it("is changed where the model is deployed in float32 and may be in int8", async () => {
    const text = mlp("flash < 64 kB").replace("int(100 * alpha)", "int(1000 * alpha)");
    const float: DeployTarget = { ...targetOf(null), type: "float32" };
    const { variants, dtype } = await fit(text, { target: float, mayChangeType: true });
    expect(dtype).toBe("float32");
    const changed = variants.filter((one) => one.dtype === "int8");
    for (const { changes } of changed) expect(changes.at(-1)).toBe("int8 instead of float32");
    await expectKept(text, { variants } as FitResult);
  });
});

describe("which model", () => {
  const two = `${mlp("macs < 1500")}\nother = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\n`;

  it("must be told where there are several", async () => {
    expect(await fit(two)).toMatchObject({
      outcome: "failed",
      problem: "the file has 2 models, build(), other: choose one",
    });
    expect(await fit(two, { model: "other" })).toMatchObject({ outcome: "found", entry: "other", evaluations: 0 });
  });

  it("may be an expression", async () => {
    const result = await fit(two, { model: "build(0.4)" });
    expect(result).toMatchObject({ outcome: "found", entry: "build(0.4)" });
    expect(result.before.macs).toBe(1200);
  });

  it.each([
    ["no model", "x = 1\n", undefined, /no model/],
    ["an unknown name", two, "missing", /missing/],
    [
      "a model that cannot be made",
      `${mlp("macs < 9")}bad = keras.Sequential([keras.Input((4,)), layers.Conv2D(2, 3)])\n`,
      "bad",
      /Conv2D|dimension|shape|rank|ndim/,
    ],
  ] as const)("%s is a failure with a reason", async (_what, text, model, reason) => {
    const result = await fit(text, model === undefined ? {} : { model });
    expect(result.outcome).toBe("failed");
    expect(result.problem).toMatch(reason);
  });

  it("what a runtime needs is said to be unknown, not tried", async () => {
    const result = await fit(mlp("macs < 1500"), { target: targetOf("nucleo-l4r5zi", "x-cube-ai") });
    expect(result.outcome).toBe("unknown");
    expect(result.evaluations).toBe(0);
    expect(result.problem).toMatch(/not known/);
  });
});

describe("the search", () => {
  it("tells how far it is and can be cancelled", async () => {
    const seen: string[] = [];
    const result = await fit(image("macs < 1 M"), {
      onProgress: async ({ trying, limit }) => {
        expect(limit).toBe(MAX_EVALUATIONS);
        seen.push(trying);
        await Promise.resolve();
      },
      isCancelled: () => seen.length >= 3,
    });
    expect(result.stopped).toBe("cancelled");
    expect(result.evaluations).toBe(1);
    expect(seen).toHaveLength(3);
    expect(seen[1]).not.toBe("");
  });
});

describe("Pareto set", () => {
  const variant = (ramBytes: number, latencyMs: number | null, macsKept: number): FitVariant => {
    const quantities = { macs: 1, params: 1, ramBytes, flashBytes: 1, latencyMs };
    return {
      changes: [String(macsKept)],
      dtype: "int8",
      edits: [],
      receipt: { before: quantities, after: quantities },
      macsKept,
      verdict: "fits",
      reasons: [],
    };
  };

  it("leaves out what another one beats in everything", () => {
    const a = variant(10, 5, 0.5);
    const b = variant(8, 6, 0.4);
    const worse = variant(11, 5, 0.5);
    const cheapest = variant(4, 2, 0.1);
    expect(paretoSet([b, worse, cheapest, a])).toEqual([a, b, cheapest]);
  });

  it("keeps one of those with the same numbers, and compares no unknown latency", () => {
    const a = variant(10, null, 0.5);
    const b = variant(9, 5, 0.4);
    expect(paretoSet([a, { ...a, changes: ["again"] }, b])).toEqual([a, b]);
  });
});
