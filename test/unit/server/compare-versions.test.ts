// Which lines changed the budget: costs are compared line by line, lines matched by a diff.
import { describe, expect, it } from "vitest";
import { changedLines, compareVersions, matchLines } from "../../../src/server/compare-versions";
import { OpenDocument } from "../../../src/server/document";
import type { RequestHost } from "../../../src/server/request-host";
import { DEFAULT_SETTINGS, defaultsOf } from "../../../src/server/settings";
import { NET, ROOT, workspace } from "./requests";
import { layer, report } from "./fixtures";

const OLD = `from keras import Input, Sequential, layers
model = Sequential()
model.add(Input((32, 32, 3)))
model.add(layers.Conv2D(8, 3))
model.add(layers.Conv2D(16, 3))
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dense(10))
`;

describe("matchLines", () => {
  it("follows equal lines, and pairs the lines of what was replaced", () => {
    const match = matchLines("a\nb\nc\nd\n", "x\na\nB\nd\n");
    expect([1, 2, 3, 4].map((line) => match.newLine(line))).toEqual([2, 3, undefined, 4]);
    expect([match.oldCode(3), match.newCode(1)]).toEqual(["c", "x"]);
  });
});

describe("changedLines", () => {
  it("sums the layers of a line and leaves out what is the same", () => {
    const before = report([layer([1]), layer([2]), layer([2])]);
    const after = report([layer([1]), layer([3])]);
    expect(changedLines(before, after, matchLines("a\nb\n", "a\nc\nb\n"))).toEqual([
      {
        line: 3,
        isGone: false,
        before: { macs: 640_000, params: 5248, layers: 2 },
        after: { macs: 320_000, params: 2624, layers: 1 },
      },
    ]);
  });
});

describe("compareVersions", () => {
  const compare = async (fresh: string, old: Record<string, string> = { "file:///project/net.py": OLD }) => {
    const { document, host } = await workspace(fresh);
    return compareVersions(document, { uri: document.uri, name: "HEAD", texts: old }, host);
  };

  it("names the lines that cost more or less, with both totals", async () => {
    const text = await compare(`# a comment\n${OLD.replace("Conv2D(16, 3)", "Conv2D(32, 3)")}`);
    // 3·3·3·8·30·30 + 3·3·8·16·28·28 + 16·10 = 1,097,728; the second convolution and the dense layer double.
    expect(text).toContain("| MACs | 1.1 M | 2 M | +903 k (+82 %) |");
    expect(text).toContain("| line 6 | `model.add(layers.Conv2D(32, 3))` | +903 k (+100 %) | +1.17 k (+100 %) |");
    expect(text).toContain("`model.add(layers.Dense(10))` | +160 (+100 %)");
    expect(text).not.toContain("`model.add(layers.Conv2D(8, 3))`");
  });

  it("says that nothing changed", async () => {
    expect(await compare(`${OLD}# more\n`)).toContain("Nothing that the budget counts has changed.");
  });

  it("tells lines that are new or gone, and models too", async () => {
    const text = await compare(
      `${OLD.replace("model.add(layers.Conv2D(16, 3))\n", "")}other = Sequential([Input((4,)), layers.Dense(2)])\n`,
    );
    expect(text).toContain("| line 5 before | `model.add(layers.Conv2D(16, 3))` | −903 k (−100 %)");
    // 4·2 MACs; a model that is new has nothing to compare with.
    expect(text).toContain("## other is new\n\n|  | now |\n| --- | --: |\n| MACs | 8 |\n");
  });

  it("compares the cells of an open notebook with those of its committed file", async () => {
    const { host } = await workspace("");
    const cells = [...OLD.split("\n").slice(0, 3), OLD.split("\n").slice(3).join("\n")];
    const committed = JSON.stringify({
      metadata: { kernelspec: { language: "python", name: "python3" } },
      cells: cells.map((source) => ({ cell_type: "code", source })),
      nbformat: 4,
    });
    const text = cells.join("\n").replace("Conv2D(16, 3)", "Conv2D(32, 3)");
    const document = new OpenDocument("file:///project/net.ipynb", "/project/net.ipynb.py", "python", 1, text);
    const request = {
      file: document.path,
      root: ROOT,
      target: "budget" as const,
      defaults: defaultsOf(DEFAULT_SETTINGS),
    };
    const of = (path: string) => (path === document.path ? text : undefined);
    const asked: RequestHost = {
      ...host,
      analyzer: host.analyzerWith(of),
      request: async () => request,
      lineName: (_, line) => `joined line ${line}`,
    };
    const params = { uri: document.uri, name: "HEAD", texts: { [document.uri]: committed } };
    const shown = await compareVersions(document, params, asked);
    expect(shown).toContain("# net\\.ipynb compared with HEAD");
    expect(shown).toContain("| MACs | 1.1 M | 2 M | +903 k (+82 %) |");
    expect(shown).toContain("| joined line 5 | `model.add(layers.Conv2D(32, 3))` | +903 k (+100 %) |");
  });

  it("says that the file is not in the other version", async () => {
    expect(await compare(OLD, {})).toContain("The file is not in HEAD.");
    expect(NET).toBe("/project/net.py");
  });
});
