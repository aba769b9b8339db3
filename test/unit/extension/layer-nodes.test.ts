// The layers tree: blocks, their sums, order, filter, and which rows stand out.
import { describe, expect, it } from "vitest";
import type { OperatorRow } from "../../../src/core/report/deployment";
import type { LayerRow, Report } from "../../../src/core/report/report";
import { blockPath, countLayers, type LayerSort, type ModelNode, modelNodes } from "../../../src/extension/layer-nodes";
import { deployment, layer, report } from "../server/fixtures";

const row = (name: string, macs: number | null, fields: Partial<LayerRow> = {}) =>
  layer([1], { name, macs, params: 10, ...fields });

const operator = (name: string, aliveBytes: number | null, latencyMs: number | null): OperatorRow => ({
  op: "CONV_2D",
  outputShape: [1],
  macs: 0,
  latencyMs,
  aliveBytes,
  layer: name,
  place: null,
});

/** The tree as lines, indented: name and numbers. */
function lines(nodes: readonly ModelNode[], indent = ""): string[] {
  return nodes.flatMap((node) => {
    const { macs, params, ramBytes, latencyMs } = node.numbers;
    const numbers = [
      macs,
      params,
      ramBytes ?? (ramBytes === null ? null : "-"),
      latencyMs ?? (latencyMs === null ? null : "-"),
    ];
    const own = `${indent}${node.label} ${numbers.join(" ")}${node.state === "plain" ? "" : ` ${node.state}`}`;
    return node.kind === "block" ? [own, ...lines(node.children, `${indent}  `)] : [own];
  });
}

const show = (made: Report, sort: LayerSort = "order", filter = "") => lines(modelNodes(made, { sort, filter }));

describe("blocks of the tree", () => {
  it("come from the calls that made a layer, from a path of names, and from the names of applications", () => {
    const of = (name: string, blocks?: string[]) => blockPath(row(name, 1, blocks && { blocks }));
    expect(of("conv2d_1", ["stage 1", "unit"])).toEqual(["stage 1", "unit"]);
    expect(of("features.0.conv")).toEqual(["features", "0"]);
    expect(of("encoder/dense")).toEqual(["encoder"]);
    expect(of("block_1_expand_BN")).toEqual(["block_1"]);
    expect(of("conv2_block1_1_conv")).toEqual(["conv2", "block1"]);
    expect(of("conv2d_1")).toEqual([]);
    expect(of("batch_normalization_12")).toEqual([]);
    expect(of("fc1")).toEqual([]);
    expect(of("")).toEqual([]);
  });

  it("add up, take the largest RAM, and hold only layers next to each other", () => {
    const made = report([row("stem", 5), row("a.0", 1), row("a.1", 2), row("mid", 7), row("a.2", 4), row("a.3", 8)], {
      deployment: deployment({
        peak: { op: "CONV_2D", place: null, bytes: 300, alive: [] },
        operators: [
          operator("a.0", 100, 1),
          operator("a.1", 200, 2),
          operator("a.1", 150, 0.5),
          operator("a.2", 300, 3),
        ],
      }),
    });
    expect(show(made)).toEqual([
      "stem 5 10 - -",
      "a 3 20 200 3.5",
      "  a.0 1 10 100 1",
      "  a.1 2 10 200 2.5",
      "mid 7 10 - -",
      "a 12 20 300 3 peak",
      "  a.2 4 10 300 3 peak",
      "  a.3 8 10 - -",
    ]);
    expect(countLayers(modelNodes(made, { sort: "order", filter: "" }))).toBe(6);
  });

  it("of one layer, or holding one block, take no level", () => {
    const made = report([row("x.y.0", 1), row("x.y.1", 1), row("z.0", 1)]);
    expect(show(made)).toEqual(["x › y 2 20 - -", "  x.y.0 1 10 - -", "  x.y.1 1 10 - -", "z.0 1 10 - -"]);
  });

  it("are unknown as soon as one of their layers is", () => {
    const made = report([row("a.0", 1), row("a.1", null, { state: "unknown" })]);
    expect(show(made)).toEqual(["a  20 - - unknown", "  a.0 1 10 - -", "  a.1  10 - - unknown"]);
  });
});

describe("order and filter", () => {
  const made = report(
    [row("b.0", 1), row("b.1", 9), row("c", 20, { params: 1, type: "Dense" }), row("d", null, { state: "unknown" })],
    { deployment: deployment({ operators: [operator("b.0", 50, 4), operator("c", 20, 1)], peak: null }) },
  );

  it("puts the largest first, what is not known before it, and keeps layers in their blocks", () => {
    expect(show(made, "macs")).toEqual([
      "d  10 - - unknown",
      "c 20 1 20 1",
      "b 10 20 50 4",
      "  b.1 9 10 - -",
      "  b.0 1 10 50 4",
    ]);
    expect(show(made, "ram").map((line) => line.trim().split(" ")[0])).toEqual(["b", "b.0", "b.1", "c", "d"]);
    expect(show(made, "params").map((line) => line.trim().split(" ")[0])).toEqual(["b", "b.0", "b.1", "d", "c"]);
    expect(show(made, "latency").map((line) => line.trim().split(" ")[0])).toEqual(["b", "b.0", "b.1", "c", "d"]);
  });

  it("keeps what has every word in its name, type or block, and adds up what is shown", () => {
    expect(show(made, "order", "DENSE")).toEqual(["c 20 1 20 1"]);
    expect(show(made, "order", "b. conv2d")).toEqual(["b 10 20 50 4", "  b.0 1 10 50 4", "  b.1 9 10 - -"]);
    expect(show(made, "order", "b.1")).toEqual(["b.1 9 10 - -"]);
    expect(show(made, "order", "nothing")).toEqual([]);
  });
});

describe("rows that stand out", () => {
  const operators = [operator("a", 300, 1), operator("b", 500, 1)];
  const at = (limits: Report["limits"], board: number | null) =>
    modelNodes(
      report([row("a", 1), row("b", 1)], {
        limits,
        deployment: deployment({
          operators,
          peak: { op: "CONV_2D", place: null, bytes: 500, alive: [] },
          ramBytes: { activations: 500, scratch: 0, persistent: 100, total: 600 },
          limits: { ramBytes: board, flashBytes: null },
        }),
      }),
      { sort: "order", filter: "" },
    ).map(({ state }) => state);

  it("are those at the peak, and those that need more than the board or a budget leaves beside the rest", () => {
    expect(at([], 1000)).toEqual(["plain", "peak"]);
    expect(at([], null)).toEqual(["plain", "peak"]);
    expect(at([], 599)).toEqual(["plain", "over"]);
    expect(at([{ name: "ram", limit: 399, source: "a comment", message: null }], 1000)).toEqual(["over", "over"]);
  });
});
