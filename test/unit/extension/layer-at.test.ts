// Which row of the layers tree belongs to a line: the narrowest call counts, a block that the line makes whole stands for its layers,
// and what was clicked stays.
import { describe, expect, it } from "vitest";
import type { LayerRow, SourcePlace } from "../../../src/core/report/report";
import { nodeAt, nodeWithId } from "../../../src/extension/layer-at";
import { type ModelNode, modelNodes } from "../../../src/extension/layer-nodes";
import { layer, report } from "../server/fixtures";

const FILE = "/project/net.py";
const at = (line: number, endLine = line, file = FILE): SourcePlace => ({
  file,
  line,
  column: 1,
  endLine,
  endColumn: 9,
});
const row = (name: string, stack: SourcePlace[], fields: Partial<LayerRow> = {}) =>
  layer([1], { name, stack, ...fields });

/** A block of two layers made at lines 2 and 3, called at lines 10 and 11; a head in lines 12 to 15 with a layer at 13. */
const NODES = modelNodes(
  report([
    row("conv", [at(2), at(10)], { blocks: ["block 1"] }),
    row("norm", [at(3), at(10)], { blocks: ["block 1"] }),
    row("conv_1", [at(2), at(11)], { blocks: ["block 2"] }),
    row("norm_1", [at(3), at(11)], { blocks: ["block 2"] }),
    row("dense", [at(13), at(12, 15)]),
    row("softmax", [at(14), at(12, 15)]),
    row("other", [at(2, 2, "/project/other.py"), at(20)]),
  ]),
  { sort: "order", filter: "" },
);
const labelAt = (line: number, selected?: ModelNode) => nodeAt(NODES, FILE, line, selected)?.label;

describe("the row of a line", () => {
  it("is the layer it makes, also when the layer is made in another file", () => {
    expect(labelAt(13)).toBe("dense");
    expect(labelAt(20)).toBe("other");
  });

  it("is the block whose call it is", () => {
    expect([labelAt(10), labelAt(11)]).toEqual(["block 1", "block 2"]);
  });

  it("is the first layer of a function that is called more than once, and of a call of several layers without a block", () => {
    expect(labelAt(2)).toBe("conv");
    expect(labelAt(12)).toBe("dense");
  });

  it("stays the one selected when the line makes it", () => {
    const second = nodeAt(NODES, FILE, 11);
    const layerOfSecond = second?.kind === "block" ? second.children[0] : undefined;
    expect(labelAt(2, layerOfSecond)).toBe("conv_1");
    expect(labelAt(2, second)).toBe("block 2");
    expect(labelAt(13, second)).toBe("dense");
  });

  it("is none where a line makes nothing, or the whole model", () => {
    expect([labelAt(1), labelAt(16)]).toEqual([undefined, undefined]);
    const two = modelNodes(report([row("a", [at(1), at(9)]), row("b", [at(2), at(9)])]), { sort: "order", filter: "" });
    expect([9, 2].map((line) => nodeAt(two, FILE, line)?.label)).toEqual([undefined, "b"]);
  });

  it("is found again by its id", () => {
    const [, second] = NODES;
    expect(nodeWithId(NODES, second?.id ?? "")).toBe(second);
    expect(nodeWithId(NODES, "layer 3")?.label).toBe("norm_1");
    expect(nodeWithId(NODES, "layer 99")).toBeUndefined();
  });
});
