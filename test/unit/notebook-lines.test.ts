// Everything that is said of a notebook file stands at lines of that file: of the line that says it, wherever it is in the JSON.
import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../src/core/analyzer";
import { nodeReaders } from "../../src/platform/node";

const CELLS = [
  "from tensorflow import keras\nfrom tensorflow.keras import layers",
  'model = keras.Sequential([keras.Input((32, 32, 3))])\nmodel.add(layers.Conv2D(64, 3, padding="same"))',
  'model.add(layers.Conv2D(\n    64,\n    3,\n    padding="same",\n))\nmodel.add(layers.Dense(10))',
  "model(keras.Input((5,)))",
];
const JSON_TEXT = JSON.stringify(
  {
    cells: CELLS.map((source) => ({ cell_type: "code", source: source.split(/(?<=\n)/), outputs: [] })),
    metadata: { language_info: { name: "python" } },
    nbformat: 4,
  },
  null,
  1,
);
const LINES = JSON_TEXT.split("\n");
const FILE = "/notes/net.ipynb";

/** Every line number of an object that names the file, with what stands next to it. */
function placesOf(value: unknown): { line: number; endLine: number | undefined }[] {
  if (typeof value !== "object" || value === null) return [];
  const { file, line, endLine } = value as { file?: unknown; line?: unknown; endLine?: unknown };
  const own =
    file === FILE && typeof line === "number"
      ? [{ line, endLine: typeof endLine === "number" ? endLine : undefined }]
      : [];
  return [...own, ...Object.values(value).flatMap(placesOf)];
}

describe("a notebook file", () => {
  it("has every place at a line of its source, ends and related places too", async () => {
    const host = {
      readFile: (path: string) => (path === FILE ? JSON_TEXT : undefined),
      isFile: (path: string) => path === FILE,
      isFolder: (path: string) => path === "/notes",
    };
    const { reports } = await createAnalyzer(host, nodeReaders()).advise({
      file: FILE,
      root: "/notes",
      target: "budget",
    });
    const places = placesOf(reports);
    expect(places.length).toBeGreaterThan(10);
    const source = CELLS.flatMap((cell) => cell.split("\n"));
    const isSource = (line: number) =>
      source.some((text) => LINES[line - 1]?.includes(JSON.stringify(text).slice(1, -1)));
    expect(places.filter(({ line, endLine }) => !isSource(line) || !isSource(endLine ?? line))).toEqual([]);

    const [report] = reports;
    const long = report?.layers.find(({ name }) => name.endsWith("_1"));
    const place = long?.stack[0];
    expect(LINES[(place?.line ?? 0) - 1]).toContain("model.add(layers.Conv2D(");
    expect((place?.endLine ?? 0) - (place?.line ?? 0)).toBe(4);

    const error = reports.flatMap(({ findings }) => findings).find(({ rule }) => rule === "shape-error");
    expect(LINES[(error?.line ?? 0) - 1]).toContain("model(keras.Input((5,)))");
    expect(error?.endLine).toBe(error?.line);
  });
});
