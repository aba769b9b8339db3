// How the evaluator behaves where code is not fully known: opaque values, branches and loops on unknown conditions,
// statements that fail, imports that find nothing, limits. Expected values follow from reading each program.
import { describe, expect, it } from "vitest";
import { evaluateText } from "../../support/evaluate";

const value = (source: string, expression: string) => evaluateText(source, expression).value;
const MISSING = "the module 'somewhere' was not found";
const unknownModule = "import somewhere\n";
const depends = { unknown: `it depends on a condition that is not known: ${MISSING}` };

describe("opaque values", () => {
  it("carry the first reason through attributes, calls, items and operators", () => {
    const expected = { unknown: MISSING };
    for (const expression of [
      "somewhere.x",
      "somewhere.f(1)[2].y",
      "somewhere.x + 1",
      "-somewhere.x",
      "somewhere.x < 3",
      "len(somewhere.x)",
    ]) {
      expect(value(unknownModule, expression), expression).toEqual(expected);
    }
  });

  it("do not spread to what does not need them", () => {
    expect(value(`${unknownModule}cfg = {"lr": somewhere.lr, "width": 32}`, 'cfg["width"] * 2')).toBe(64);
    expect(value(`${unknownModule}a, b = 3, somewhere.b`, "a")).toBe(3);
  });

  it("name an undefined variable", () => {
    expect(value("", "width * 2")).toEqual({ unknown: "the name 'width' is not defined here" });
  });

  it("name a missing import, also inside from-imports", () => {
    expect(value("from somewhere.deep import thing", "thing")).toEqual({
      unknown: "the module 'somewhere.deep' was not found",
    });
  });

  it("are raised as ImportError where the code is prepared for it", () => {
    const source = "try:\n    import somewhere\n    fast = True\nexcept ImportError:\n    fast = False\n";
    expect(value(source, "fast")).toBe(false);
  });
});

describe("a branch on an unknown condition", () => {
  const branch = (then: string, otherwise: string, before = "") =>
    `${unknownModule}${before}\nif somewhere.flag:\n    ${then}\nelse:\n    ${otherwise}\n`;

  it("keeps what both sides agree on", () => {
    expect(value(branch("x = 1; y = 2", "x = 1; y = 3"), "x")).toBe(1);
    expect(value(branch("x = 1; y = 2", "x = 1; y = 3"), "y")).toEqual(depends);
  });

  it("keeps what neither side touches, and forgets what one side adds", () => {
    expect(value(branch("items.append(3)", "pass", "items = [1, 2]; other = 5"), "other")).toBe(5);
    expect(value(branch("items.append(3)", "pass", "items = [1, 2]"), "items")).toEqual(depends);
  });

  it("joins attributes of objects", () => {
    const before = "class A: pass\na = A(); a.same = 1; a.differs = 1";
    const source = branch("a.differs = 2", "a.same = 1", before);
    expect(value(source, "a.same")).toBe(1);
    expect(value(source, "a.differs")).toEqual(depends);
  });

  it("takes the other side when one raises", () => {
    expect(value(branch('raise ValueError("no")', "x = 7"), "x")).toBe(7);
    expect(value(branch("x = 7", "assert False"), "x")).toBe(7);
  });

  it("joins tuples item by item", () => {
    expect(value(branch("p = (1, 2)", "p = (1, 3)"), "p[0]")).toBe(1);
  });

  it("joins the values of a conditional expression", () => {
    expect(value(unknownModule, "(4 if somewhere.flag else 4)")).toBe(4);
    expect(value(unknownModule, "(4 if somewhere.flag else 5)")).toEqual(depends);
  });

  it("lets the known side of and/or decide", () => {
    expect(value(`${unknownModule}x = 1 if somewhere.flag and False else 2`, "x")).toBe(2);
    expect(value(`${unknownModule}x = 1 if somewhere.flag or True else 2`, "x")).toBe(1);
  });

  it("goes on after an early return of nothing", () => {
    const source = `${unknownModule}def f():\n    if somewhere.flag:\n        return\n    return 9\n`;
    expect(value(source, "f()")).toBe(9);
  });

  it("joins an early return with the later one", () => {
    const source = `${unknownModule}def f(n):\n    if somewhere.flag:\n        return n\n    return 9\n`;
    expect(value(source, "f(9)")).toBe(9);
    expect(value(source, "f(8)")).toEqual(depends);
  });

  it("nests", () => {
    const source = `${unknownModule}x = y = 1\nif somewhere.a:\n    if somewhere.b:\n        x = 2\n    y = 1\n`;
    expect(value(source, "y")).toBe(1);
    expect(value(source, "x")).toEqual(depends);
  });
});

describe("a loop over something unknown", () => {
  it("leaves what its body does not change", () => {
    const source = `${unknownModule}total = 0; kept = 4\nfor row in somewhere.rows:\n    total += row\n`;
    expect(value(source, "kept")).toBe(4);
    expect(value(source, "total")).toMatchObject({ unknown: expect.stringContaining(MISSING) });
  });

  it("makes a list it appends to unknown", () => {
    const source = `${unknownModule}layers = []\nfor row in somewhere.rows:\n    layers.append(row)\n`;
    expect(value(source, "len(layers)")).toEqual(depends);
  });

  it("is no different for while", () => {
    const source = `${unknownModule}n = 0\nwhile somewhere.more():\n    n += 1\n`;
    expect(value(source, "n")).toEqual(depends);
  });
});

describe("a statement that fails", () => {
  it("binds its names to the reason and the file goes on", () => {
    const { value: result, failures } = evaluateText("x = [1][5]\ny = 2\n", "(x, y)");
    expect(result).toEqual([{ unknown: "IndexError: list index out of range" }, 2]);
    expect(failures.map(({ place }) => place.span.line)).toEqual([1]);
  });

  it("ends at sys.exit, as a script does", () => {
    expect(value("x = 1\nraise SystemExit(0)\nx = 2\n", "x")).toBe(1);
  });
});

describe("imports across files", () => {
  const files = {
    "/pkg/__init__.py": "from .blocks import Block as B\nfrom . import sizes\n",
    "/pkg/blocks.py": "from .sizes import *\nclass Block:\n    width = WIDTH\n",
    "/pkg/sizes.py": "__all__ = ['WIDTH']\nWIDTH = 24\nHIDDEN = 1\n",
    "/cycle_a.py": "import cycle_b\nx = 1\n",
    "/cycle_b.py": "import cycle_a\ny = 2\n",
    "/broken.py": "good = 1\nbad = undefined_name + 1\nlater = 3\n",
  };
  const run = (source: string, expression: string) => evaluateText(source, expression, "python", files).value;

  it("follows packages, relative imports, re-exports and star imports", () => {
    expect(run("from pkg import B", "B.width")).toBe(24);
    expect(run("import pkg", "pkg.sizes.HIDDEN")).toBe(1);
    expect(run("import pkg.blocks as b", "b.Block.width")).toBe(24);
  });

  it("asks a package for a name only when a module inside it needs the name", () => {
    const inside = {
      "/pkg/__init__.py": "from .version import version\nfrom .heavy import *\nlate = 5\n",
      "/pkg/version.py": "version = '1.2'\n",
      "/pkg/heavy.py": "while True:\n    pass\n",
      "/pkg/part.py":
        "from pkg import late, version as v\nfrom . import absent\nwidth = 3\ndef tell():\n    return v\n",
      "/pkg/all.py": "from .part import *\n",
    };
    const from = (expression: string) => evaluateText("import pkg.part, pkg.all", expression, "python", inside).value;
    expect(from("pkg.part.width")).toBe(3);
    expect(from("(pkg.part.late, pkg.part.tell())")).toEqual([5, "1.2"]);
    expect(from("pkg.all.v")).toBe("1.2");
    expect(from("pkg.part.absent")).toMatchObject({ unknown: "'absent' is not defined in ." });
  });

  it("survives cycles", () => {
    expect(run("import cycle_a", "(cycle_a.x, cycle_a.cycle_b.y)")).toEqual([1, 2]);
  });

  it("keeps what a broken module could still define", () => {
    expect(run("import broken", "(broken.good, broken.later)")).toEqual([1, 3]);
  });

  it("says which name a module lacks", () => {
    expect(run("from pkg.sizes import NOTHING", "NOTHING")).toEqual({
      unknown: "'NOTHING' is not defined in pkg.sizes",
    });
  });
});

describe("a compound statement that fails part way", () => {
  const unknown = expect.objectContaining({ unknown: expect.any(String) });

  it("leaves no name with the value of an earlier moment", () => {
    expect(value("x = 1\nwith open('f') as f:\n    raise ValueError('no')\n    x = 2", "x")).toEqual(unknown);
    expect(value("x = 1\nif True:\n    x = 2\n    x = [][1]", "x")).toEqual(unknown);
    expect(value("x = 1\nfor i in range(3):\n    x = x + i\n    if i == 1: raise ValueError('no')", "x")).toEqual(
      unknown,
    );
  });

  it("keeps a name that was bound before it failed", () => {
    expect(value("x = 1\nif True:\n    x = 2\n    raise ValueError('no')", "x")).toBe(2);
  });

  it("keeps what it does not bind", () => {
    expect(value("x = 1\nfor i in range(3):\n    raise ValueError('no')", "x")).toBe(1);
  });
});
