// Imports of Python: packages of an environment read as source, sys.path, packages without __init__, stars, cycles, importlib.
// What is imported from where follows the language reference, chapter 5; the environments are made up.
import { describe, expect, it } from "vitest";
import { evaluateIn, runText, valueOf } from "../../../src/core/2-evaluate/interpreter";
import { Machine } from "../../../src/core/2-evaluate/machine";
import { nativeModule } from "../../../src/core/2-evaluate/native";
import { int } from "../../../src/core/2-evaluate/values";
import { evaluateText, machineWith, plain, readExpression } from "../../support/evaluate";

const SITE = "/project/.venv/lib/python3.11/site-packages";

/** Values of expressions in a program of /project with these files; those that start with `site:` are installed. */
function values(files: Record<string, string>, source: string, ...expressions: string[]): unknown[] {
  const placed = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path.replace(/^site:/, `${SITE}/`).replace(/^(?!\/)/, "/project/"),
      text,
    ]),
  );
  const { environment } = machineWith(placed, [SITE]);
  const vm = new Machine({
    ...environment,
    root: "/project",
    libraries: { numbers_of_ours: () => nativeModule("numbers_of_ours", { n: int(1) }) },
    fallbackLibraries: {
      blocks: () => nativeModule("blocks", { known: int(1) }),
      "blocks.inner": () => nativeModule("blocks.inner", { depth: int(1) }),
    },
  });
  const module = runText(vm, source, "python", "main");
  return expressions.map((text) => plain(valueOf(evaluateIn(vm, module, readExpression(text)))));
}

describe("packages of the environment", () => {
  it("are read where the project has no file of that name", () => {
    const files = {
      "site:nets/__init__.py": "from .layers import width\nfrom nets.layers import depth\n",
      "site:nets/layers.py": "import helper\nwidth = 8\ndepth = helper.depth\n",
      "site:helper.py": "depth = 3\n",
      "helper.py": "depth = 99\n",
    };
    expect(values(files, "import nets\nimport nets.layers", "nets.width", "nets.layers.depth")).toEqual([8, 99]);
    expect(values({ ...files, "nets.py": "width = 5\n" }, "import nets", "nets.width")).toEqual([5]);
  });

  it("come before plain folders of the project", () => {
    const files = { "nets/readme.txt": "", "site:nets/__init__.py": "width = 8\n" };
    expect(values(files, "from nets import width", "width")).toEqual([8]);
  });

  it("never take the place of a library of ours", () => {
    const files = { "site:numbers_of_ours.py": "n = 2\n", "site:math.py": "pi = 3\n" };
    expect(values(files, "import numbers_of_ours, math", "numbers_of_ours.n", "math.pi")).toEqual([1, Math.PI]);
  });

  it("complete a library of ours that stands in for them", () => {
    const files = {
      "site:blocks/__init__.py": "known = 2\nmore = 3\nfrom .inner import depth\n",
      "site:blocks/inner/__init__.py": "depth = 7\nheight = 5\n",
      "site:blocks/other.py": "from blocks.inner import depth\nwidth = 4\n",
    };
    const source = "import blocks, blocks.inner\nfrom blocks.other import width\nimport blocks.other as other\n";
    expect(
      values(files, source, "blocks.known", "blocks.more", "blocks.inner.depth", "blocks.inner.height", "width"),
    ).toEqual([1, 3, 1, 5, 4]);
    // Code of the package itself sees the package.
    expect(values(files, source, "other.depth", "blocks.depth")).toEqual([7, 7]);
    expect(values({}, "import blocks", "blocks.known")).toEqual([1]);
  });

  it("that fail leave names unknown, and the rest of the file known", () => {
    const files = { "site:broken.py": "good = 1\nbad = undefined_name + 1\nraise RuntimeError('no driver')\n" };
    const source = "from broken import good, bad\nn = 2\n";
    expect(values(files, source, "good", "n")).toEqual([1, 2]);
    expect(values(files, source, "bad")).toEqual([{ unknown: expect.any(String) }]);
  });

  it("that are compiled or define no layers stay as if they were absent", () => {
    const files = { "site:pandas/__init__.py": "n = 1\n", "site:native.so": "" };
    const source =
      "try:\n    import pandas\nexcept ImportError:\n    pandas = None\ntry:\n    import native\nexcept ImportError:\n    native = None\n";
    expect(values(files, source, "pandas", "native")).toEqual([null, null]);
  });
});

describe("sys.path", () => {
  const files = {
    "lib2/tools.py": "n = 2\n",
    "other/tools.py": "n = 3\n",
    "tools.py": "n = 1\n",
    "lib2/only.py": "n = 4\n",
  };
  it.each([
    ["sys.path.append('lib2')", 4],
    ["sys.path.append('./lib2')", 4],
    ["sys.path.append('/project/other/../lib2')", 4],
    ["sys.path.append(os.path.join(os.path.dirname(__file__), 'lib2'))", 4],
    ["sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib2'))", 4],
    ["sys.path.extend(['other', 'lib2'])", 4],
    ["sys.path += ['lib2']", 4],
    ["sys.path.append(str(pathlib.Path(__file__).parent / 'lib2'))", 4],
    ["sys.path.append(os.path.join(sys.path[0], 'lib2'))", 4],
  ])("%s", (statement, expected) => {
    expect(values(files, `import sys, os, pathlib\n${statement}\nimport only`, "only.n")).toEqual([expected]);
  });

  it("goes before the script's folder where it was inserted there, and after it where appended", () => {
    const after = (statement: string) => values(files, `import sys\n${statement}\nimport tools`, "tools.n");
    expect(after("sys.path.append('lib2')")).toEqual([1]);
    expect(after("sys.path.insert(0, 'lib2')")).toEqual([2]);
    expect(after("sys.path.insert(0, 'lib2'); sys.path.insert(0, 'other')")).toEqual([3]);
    expect(after("sys.path.insert(1, 'lib2')")).toEqual([1]);
  });
});

describe("modules of a project", () => {
  const project = (files: Record<string, string>, source: string, expression: string) =>
    evaluateText(source, expression, "python", files).value;

  it("packages without __init__", () => {
    const files = {
      "/a/b/c.py": "from . import d\nfrom ..e import k\nn = d.n + k\n",
      "/a/b/d.py": "n = 2\n",
      "/a/e.py": "k = 5\n",
    };
    expect(project(files, "import a.b.c\nfrom a.b import d\n", "(a.b.c.n, d.n)")).toEqual([7, 2]);
  });

  it("stars take the names of __all__, or else those without an underscore", () => {
    const files = {
      "/chosen.py": "__all__ = ['a', '_b']\n__all__ += ['c']\na = 1\n_b = 2\nc = 3\nd = 4\n",
      "/plain.py": "e = 5\n_f = 6\n",
      "/pack/__init__.py": "__all__ = ['sub']\n",
      "/pack/sub.py": "n = 7\n",
    };
    const source = "from chosen import *\nfrom plain import *\nfrom pack import *\n";
    expect(project(files, source, "(a, _b, c, e, sub.n)")).toEqual([1, 2, 3, 5, 7]);
    for (const name of ["d", "_f"]) expect(project(files, source, name)).toMatchObject({ unknown: expect.any(String) });
  });

  it("cycles", () => {
    const files = {
      "/one.py": "import two\nA = 1\ndef f():\n    return two.B + 1\n",
      "/two.py": "import one\nB = 2\ndef g():\n    return one.A + one.f()\n",
      "/net/__init__.py": "from .left import Left\nfrom .right import Right\n",
      "/net/left.py":
        "from . import right\nclass Left:\n    def other(self):\n        return right.Right.n\n    n = 3\n",
      "/net/right.py": "from .left import Left\nclass Right(Left):\n    n = Left.n + 1\n",
    };
    expect(project(files, "from two import g\nimport net\n", "(g(), net.Left().other(), net.Right.n)")).toEqual([
      4, 4, 4,
    ]);
  });

  it("importlib.import_module", () => {
    const files = {
      "/models/__init__.py":
        "import importlib\ndef load(name):\n    return importlib.import_module('.' + name, package=__name__)\n",
      "/models/small.py": "import importlib\nn = 3\nup = importlib.import_module('..base', __package__ + '.x').k\n",
      "/models/base.py": "k = 6\n",
    };
    const source = "from importlib import import_module\nimport models\nm = import_module('models.small')\n";
    expect(
      project(files, source, "(m.n, m.up, models.load('base').k, getattr(import_module(f'models.{\"base\"}'), 'k'))"),
    ).toEqual([3, 6, 6, 6]);
    expect(evaluateText(source, "import_module('.base')", "python", files).raised?.message).toBe(
      "the 'package' argument is required to perform a relative import for '.base'",
    );
  });
});
