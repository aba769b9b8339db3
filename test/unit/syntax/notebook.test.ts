// Notebooks: joined code, hidden magics, the way back to cells and to lines of the file.

import { describe, expect, test } from "vitest";
import { type Notebook, readNotebookCells } from "../../../src/core/1-syntax/notebook";

function notebook(cells: unknown[], metadata: unknown = { language_info: { name: "python" } }): Notebook {
  return read(JSON.stringify({ cells, metadata, nbformat: 4 }, null, 1));
}

function read(json: string): Notebook {
  const result = readNotebookCells(json);
  if ("reason" in result) throw new Error(result.reason);
  return result;
}

const code = (source: string | string[]) => ({ cell_type: "code", outputs: [], source });

describe("joined text", () => {
  test("code cells in order, text cells left out", () => {
    const book = notebook([code(["a = 1\n", "b = 2"]), { cell_type: "markdown", source: "text" }, code("c = 3")]);
    expect(book.text).toBe("a = 1\nb = 2\nc = 3");
    expect(book.cells.map((cell) => [cell.index, cell.start])).toEqual([
      [0, 0],
      [2, 12],
    ]);
    expect(book.language).toBe("python");
  });

  test.each([
    ["%matplotlib inline\nx = 1", "#matplotlib inline\nx = 1"],
    ["!pip install torch\nx = 1", "#pip install torch\nx = 1"],
    ["if a:\n  !ls \\\n    -l\n  b", "if a:\n  #ls \\\n    #l\n  b"],
    ["files = !ls\nx = %env HOME", "#iles = !ls\n# = %env HOME"],
    ["model?\nmodel.fit??\n?x", "#odel?\n#odel.fit??\n#x"],
    ["%%time\nx = f()", "#%time\nx = f()"],
    ["\n%%capture out\nx = f()", "\n#%capture out\nx = f()"],
    ["%%bash\ncd a\n  ls", "#%bash\n#d a\n  #s"],
    ["%%writefile net.py\nx = 1\n  y", "#%writefile net.py\n# = 1\n  #"],
    [
      "%%capture\n!pip install -q torch\n%matplotlib inline\nx = 1",
      "#%capture\n#pip install -q torch\n#matplotlib inline\nx = 1",
    ],
    ["?help\nhelp?\nx = 1", "#help\n#elp?\nx = 1"],
    ["%%html\n<b>\n\n</b>", "#%html\n#b>\n\n#/b>"],
    ["x = '''\n%time\n!a\n'''\n%time x", "x = '''\n%time\n!a\n'''\n#time x"],
    ["a = b % c\nd = a != b", "a = b % c\nd = a != b"],
    ["x = f(a,\n      b\n      % c)", "x = f(a,\n      b\n      % c)"],
  ])("%j keeps its offsets", (source, expected) => {
    const book = notebook([code(source)]);
    expect(book.text).toBe(expected);
    expect(book.text).toHaveLength(source.length);
  });
});

describe("the way back", () => {
  test("to the cell and to the line of the file", () => {
    const book = notebook([code(["a = 1\n", "b = 2"]), code(["c = 3\n", "\n", "d = 4"])]);
    const json = JSON.stringify(
      {
        cells: [code(["a = 1\n", "b = 2"]), code(["c = 3\n", "\n", "d = 4"])],
        metadata: { language_info: { name: "python" } },
        nbformat: 4,
      },
      null,
      1,
    ).split("\n");
    for (const [text, cell, line] of [
      ["a = 1", 0, 1],
      ["b = 2", 0, 2],
      ["c = 3", 1, 1],
      ["d = 4", 1, 3],
    ] as const) {
      const place = book.locate(book.text.indexOf(text));
      expect(place).toMatchObject({ cell, line, column: 1 });
      expect(json[(place?.jsonLine ?? 0) - 1]).toContain(text);
    }
    expect(book.locate(book.text.indexOf("4"))).toMatchObject({ line: 3, column: 5 });
  });

  test("a source in one string", () => {
    const book = read('{"metadata": {},\n"cells": [\n{"cell_type": "code", "source":\n"a = 1\\nb = \\"2\\"\\n"}]}');
    expect(book.text).toBe('a = 1\nb = "2"\n');
    expect(book.locate(8)).toEqual({ cell: 0, line: 2, column: 3, jsonLine: 4 });
  });

  test("strings elsewhere in the file do not count", () => {
    const cell = { ...code(["x = 1"]), outputs: [{ text: ["source\n", "{[\\"] }], metadata: { source: ["no"] } };
    const book = notebook([cell, code(["y = 2"])]);
    expect(book.locate(0)?.cell).toBe(0);
    expect(book.cells.map((c) => c.jsonLines.length)).toEqual([1, 1]);
  });

  test("format 3", () => {
    const book = read('{"worksheets": [{"cells": [\n{"cell_type": "code", "input": [\n"a = 1\\n",\n"b = 2"]}]}]}');
    expect(book.text).toBe("a = 1\nb = 2");
    expect(book.cells[0]?.jsonLines).toEqual([3, 4]);
  });
});

describe("kernels and wrong files", () => {
  test.each([
    [{ language_info: { name: "python" } }, "python"],
    [{ kernelspec: { language: "javascript" } }, "javascript"],
    [{ kernelspec: { name: "deno" } }, "javascript"],
    [{ language_info: { name: "typescript" } }, "javascript"],
    [{ language_info: { name: "julia" } }, "other"],
    [{}, "python"],
  ])("%j", (metadata, language) => {
    expect(notebook([code("a")], metadata).language).toBe(language);
  });

  test("magics of other languages stay", () => {
    expect(notebook([code("!a\n%b")], { language_info: { name: "javascript" } }).text).toBe("!a\n%b");
  });

  test.each(["", "{", "nothing", '{"cells": [', "\u0000"])("%j is not JSON", (json) => {
    expect(readNotebookCells(json)).toMatchObject({ reason: expect.stringContaining("not valid JSON") });
  });

  test.each(["null", "[]", "{}", '{"cells": 3}', '"text"'])("%s has no cells", (json) => {
    expect(readNotebookCells(json)).toEqual({ reason: "no list of cells" });
  });

  test.each(['{"cells": [null, 3, [], {"cell_type": "code"}, {"cell_type": "code", "source": [1, null]}]}'])(
    "%s is read as far as it goes",
    (json) => {
      expect(read(json).text).toBe("\n");
      expect(read(json).locate(0)).toMatchObject({ cell: 3 });
    },
  );
});
