// Layers as tables to paste.
import { describe, expect, it } from "vitest";
import { escapeLatex } from "../../../src/core/report/table";
import { tableOf } from "../../../src/server/table";
import { layer, report } from "./fixtures";

const MODEL = report([
  layer([3]),
  layer([4], { name: "dense_1", type: "Dense", runShape: [null, 12], macs: null, params: 780, activationBytes: 48 }),
]);

describe("tableOf", () => {
  it("is Markdown with the totals of the model", () =>
    expect(tableOf(MODEL, "markdown")).toBe(`build(): 2.66 M MACs · 24.9 k params · 31.3 KiB activations

| Layer | Type | Output | Parameters | MACs | Share | Memory |
| --- | --- | --- | --: | --: | --: | --: |
| conv2d | Conv2D | 25×5×64 | 2.62 k | 320 k | 12 % | 8 KiB |
| dense_1 | Dense | 12 | 780 | ? | ? | 48 B |
| Total |  |  | 24.9 k | 2.66 M | 100 % |  |
`));

  it("is CSV with exact numbers, empty where one is not known", () =>
    expect(tableOf(MODEL, "csv")).toBe(`layer,type,output,params,macs,activation_bytes
conv2d,Conv2D,?x25x5x64,2624,320000,8192
dense_1,Dense,?x12,780,,48
`));

  it("is LaTeX in which nothing is markup that was text", () => {
    const text = tableOf(MODEL, "latex");
    expect(text).toContain("\\begin{tabular}{lllrrrr}");
    expect(text).toContain("    conv2d & Conv2D & 25$\\times$5$\\times$64 & 2.62 k & 320 k & 12 \\% & 8 KiB \\\\\n");
    expect(text).toContain("    dense\\_1 & Dense");
    expect(text).toContain("    \\midrule\n    Total & ");
    expect(escapeLatex("a_b & 50% {x} \\ ~^ <#$")).toBe(
      "a\\_b \\& 50\\% \\{x\\} \\textbackslash{} \\textasciitilde{}\\textasciicircum{} $<$\\#\\$",
    );
  });
});
