// What a hover says about a line of a hand-made analysis. Numbers are those of the fixtures; the layer is a 10×4 convolution with 64
// filters on 49×10×1 input.
import { describe, expect, it } from "vitest";
import type { Deployment, OperatorRow } from "../../../src/core/report/deployment";
import type { MacsFormula } from "../../../src/core/report/formula";
import { escapeMarkdown, hoverOf } from "../../../src/server/hover";
import { analysis, deployment as deployed, FILE, layer, place, report } from "./fixtures";

const SYMBOLS = ["D_K", "D_K", "M", "N", "D_F", "D_F"] as const;

/** A convolution of two dimensions: kernel, channels in and out, and map as they stand in the product. */
function convolution(values: number[], matrix: MacsFormula["matrix"]): MacsFormula {
  const factors = SYMBOLS.map((symbol, index) => ({ symbol, value: values[index] as number }));
  return { of: "convolution", factors, times: 1, ...(matrix && { matrix }) };
}

const CONV = convolution([10, 4, 1, 64, 25, 5], { rows: 8000, columns: 490, stored: 2560, uses: 125 });

function operator(line: number | null, fields: Partial<OperatorRow> = {}): OperatorRow {
  return {
    op: "CONV_2D",
    outputShape: [1, 25, 5, 64],
    macs: 320_000,
    latencyMs: 3,
    aliveBytes: null,
    layer: null,
    place: line === null ? null : place(line),
    ...fields,
  };
}

const deployment = (operators: OperatorRow[], fields: Partial<Deployment> = {}): Deployment =>
  deployed({
    boardName: "Arduino Nano 33 BLE",
    runtimeName: "TFLM",
    ramBytes: { activations: 16_000, scratch: 0, persistent: 4096, total: 20_480 },
    flashBytes: { weights: 24_000, container: 4000, code: 40_000, total: 68_000 },
    latencyMs: { low: 2, mid: 4, high: 8, dominatedBy: "convolutions (75 %)", basis: "measured" },
    peak: null,
    operators,
    ...fields,
  });

const hover = (made: Parameters<typeof report>, ...ids: string[]) => hoverOf(analysis([report(...made)]), ids) ?? "";

describe("hover over a layer", () => {
  it("shows the formula with its numbers, the share, the dense matrix and the chain of calls", () => {
    const text = hover([[layer([3, 8], { name: "conv2d", formula: [CONV] })]], "line:3");
    expect(text).toContain("**conv2d \\(Conv2D\\)**");
    expect(text).toContain("| MACs | `10·4·1·64·25·5 = 320,000`, 12 % of the model |");
    expect(text).toContain("`D_K·D_K·M·N·D_F·D_F`");
    expect(text).toContain("| Output | ?×25×5×64, 8 KiB |");
    expect(text).toContain("| Parameters | 2,624 |");
    expect(text).toContain("8,000 × 490 = 3,920,000 values; the 2,560 stored ones are each used 125 times");
    expect(text).toContain("[net\\.py:3](file:///models/net.py#L3) ← [net\\.py:8](file:///models/net.py#L8)");
  });

  it("shows what a depthwise-separable layer costs, and what other counters print", () => {
    // 3·3·8·16·32·32; a depthwise and a pointwise convolution cost 3·3·8·32·32 + 8·16·32·32 = 204,800.
    const formula = convolution([3, 3, 8, 16, 32, 32], { rows: 16_384, columns: 8192, stored: 1152, uses: 1024 });
    const row = layer([3], {
      type: "Conv2d",
      macs: 1_179_648,
      multiplications: 1_179_648,
      params: 1168,
      runShape: [1, 16, 32, 32],
      formula: [formula],
    });
    const text = hover([[row], { framework: "torch" }], "line:3");
    expect(text).toContain("| As depthwise and pointwise | 204,800, 17 % (1/N + 1/D\\_K² = 1/16 + 1/9) |");
    expect(text).toContain(
      "torchinfo, ptflops: 1,196,032 (the bias counts at every output); fvcore, THOP: the same; FlopCounterMode: 2,359,296 FLOPs (two for each MAC)",
    );
  });

  it("sums the layers of a line and shows the dearest", () => {
    const cheap = layer([3], { name: "a", macs: 1000, multiplications: 1500, params: 10, trainableParams: 4 });
    const dear = layer([3], { name: "b", formula: [CONV] });
    const text = hover([[cheap, dear, layer([9])]], "line:3");
    expect(text).toContain("**2 layers** (2 Conv2D), together:");
    expect(text).toContain("| MACs | 321,000, 12 % of the model |");
    expect(text).toContain("| Multiplications | 321,500: the MACs and 500 element by element |");
    expect(text).toContain("| Parameters | 2,634, of which 2,628 trainable |");
    expect(text.slice(text.indexOf("The dearest"))).toContain("**b \\(Conv2D\\)**");
  });

  it("says why something is not known, and never prints a number for it", () => {
    const unknown = layer([3], { macs: null, multiplications: null, state: "unknown" });
    const reasons = ["first", "the size of `x` is <b>free</b>"].map((reason, index) => ({
      reason,
      file: FILE,
      line: index === 0 ? 7 : 3,
      column: 1,
    }));
    const text = hover([[unknown], { status: "partial", macs: null, unknowns: reasons }], "line:3");
    expect(text).toContain("| MACs | not known |");
    expect(text).toContain("| Multiplications | not known |");
    expect(text).toContain("Not known, because\n\n- the size of \\`x\\` is \\<b\\>free\\<\\/b\\>");
    expect(text).not.toContain("first");
  });

  it("tells models that agree once, and names those that differ", () => {
    const same = analysis([
      report([layer([3])], { entry: "a()" }),
      report([layer([3])], { entry: "b()" }),
      report([layer([3], { macs: 7 })], { entry: "c()" }),
    ]);
    const text = hoverOf(same, ["line:3"]) ?? "";
    expect(text).toContain("In a\\(\\), b\\(\\):");
    expect(text).toContain("In c\\(\\):");
  });

  it("is silent where there is nothing", () => {
    expect(hoverOf(analysis([report([layer([3])])]), [])).toBeUndefined();
    expect(hoverOf(analysis([report([layer([3])])]), ["line:4", "model:3"])).toBeUndefined();
  });
});

describe("hover on the target", () => {
  it("lists the operators of the line with their share of the time, and the RAM peak it owns", () => {
    const made = deployment(
      [operator(3), operator(3, { op: "PAD", macs: 0, latencyMs: 0 }), operator(4, { latencyMs: 1 })],
      {
        peak: {
          op: "CONV_2D",
          place: place(3),
          bytes: 9000,
          alive: [
            { name: "input", shape: [1, 49, 10, 1], bytes: 490, place: null },
            { name: "output of CONV_2D", shape: [1, 25, 5, 64], bytes: 8000, place: place(3) },
          ],
        },
      },
    );
    const text = hover([[layer([3]), layer([4])], { deployment: made }], "line:3");
    expect(text).toContain("On **Arduino Nano 33 BLE\\, TFLM\\, int8** this becomes");
    expect(text).toContain("| CONV\\_2D | 1×25×5×64 | 320,000 | 3 ms, 75 % |");
    expect(text).toContain("| 2 operators |  | 320,000 | 3 ms, 75 % |");
    expect(text).toContain(
      "**RAM is fullest here**: 8.79 KiB alive at CONV\\_2D: output of CONV\\_2D 7.81 KiB, input 490 B.",
    );
    expect(hover([[layer([3]), layer([4])], { deployment: made }], "line:4")).not.toContain("fullest");
  });

  it("says so when no operator comes from the line, and when the model is not lowered", () => {
    const folded = hover([[layer([3])], { deployment: deployment([operator(4)]) }], "line:3");
    expect(folded).toContain("no operator comes from this line");
    const none = deployment([], { verdict: "cannot-say", reasons: ["a GRU is not lowered"] });
    expect(hover([[layer([3])], { deployment: none }], "line:3")).toContain(
      "not known what this becomes:\n\n- a GRU is not lowered",
    );
  });

  it("gives a model its totals there", () => {
    const text = hover(
      [[layer([3], { formula: [CONV] }), layer([4])], { deployment: deployment([operator(3)]) }],
      "model:0",
    );
    expect(text).toContain("| MACs | 2,656,768 |");
    expect(text).toContain("| RAM | 20 KiB of 256 KiB the model can have |");
    expect(text).toContain("| Time | 4 ms (2 ms to 8 ms), mostly convolutions \\(75 \\%\\) |");
    expect(text).toContain("int8**: fits");
  });
});

describe("text of the user", () => {
  it("stays text: no link, image, tag, cell, code or entity can begin", () => {
    expect(escapeMarkdown("[x](http://a) ![y](b) <img> a|b `c` &lt; _d_\n# e")).toBe(
      "\\[x\\]\\(http\\:\\/\\/a\\) \\!\\[y\\]\\(b\\) \\<img\\> a\\|b \\`c\\` \\&lt\\; \\_d\\_ \\# e",
    );
  });

  it("cannot leave the address of a link", () => {
    const file = "/models/a)b [c](d) %.py";
    const row = layer([3], { stack: [place(3), place(9, 5, file)] });
    expect(hover([[row]], "line:3")).toContain("(file:///models/a%29b%20%5Bc%5D%28d%29%20%25.py#L9)");
  });
});
