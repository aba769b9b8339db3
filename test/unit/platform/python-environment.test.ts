// Environments of Python made up in a temporary folder: which folders of packages are found, and that models in them are read.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createNodeAnalyzer } from "../../../src/platform/node";
import { findPackageRoots } from "../../../src/platform/python-environment";

const base = realpathSync(mkdtempSync(join(tmpdir(), "model-budget-")));
afterAll(() => rmSync(base, { recursive: true }));

function write(name: string, text = ""): string {
  const path = join(base, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function posix(...parts: string[]): string {
  return join(base, ...parts).replaceAll("\\", "/");
}

const SITE = "lib/python3.11/site-packages";
write(`plain/.venv/${SITE}/a.py`);
write(`plain/.venv/bin/python`);
write(`active/${SITE}/a.py`);
write("windows/venv/Lib/site-packages/a.py");
write("windows/venv/Scripts/python.exe");
write("nothing/venv/readme.txt");
write("source/nets/__init__.py");
write("old/nets/__init__.py");
write(
  `linked/env/${SITE}/own.pth`,
  `# a comment\nimport site; site.addsitedir('x')\n${join(base, "source")}\n${join(base, "gone")}\n../more\n`,
);
write(`linked/env/${SITE}/nets.egg-link`, `${join(base, "old")}\n../\n`);
write("linked/env/lib/python3.11/more/b.py");
symlinkSync(join(base, "linked/env/lib"), join(base, "linked/env/lib64"));

describe("folders of packages", () => {
  it.each([
    ["in the workspace", "plain", undefined, {}, [posix("plain/.venv", SITE)]],
    ["as Windows has them", "windows", undefined, {}, [posix("windows/venv/Lib/site-packages")]],
    ["of the active environment", "plain", undefined, { VIRTUAL_ENV: posix("active") }, [posix("active", SITE)]],
    ["of conda's", "plain", undefined, { CONDA_PREFIX: posix("active") }, [posix("active", SITE)]],
    ["of one that is gone: the next", "plain", undefined, { VIRTUAL_ENV: posix("gone") }, [posix("plain/.venv", SITE)]],
    ["chosen by folder", "nothing", posix("active"), { VIRTUAL_ENV: posix("plain/.venv") }, [posix("active", SITE)]],
    ["chosen by interpreter", "nothing", posix("plain/.venv/bin/python"), {}, [posix("plain/.venv", SITE)]],
    ["chosen relative to the workspace", "plain", ".venv/bin/python", {}, [posix("plain/.venv", SITE)]],
    ["chosen and wrong", "plain", posix("nothing"), {}, []],
    ["nowhere", "nothing", undefined, {}, []],
    [
      "with those installed for development",
      "linked",
      undefined,
      {},
      [posix("linked/env", SITE), posix("old"), posix("source"), posix("linked/env/lib/python3.11/more")],
    ],
  ] as const)("%s", (_what, workspace, chosen, variables, expected) => {
    expect(findPackageRoots(posix(workspace), chosen, variables)).toEqual(expected);
  });
});

describe("models of packages", () => {
  const block = `from torch import nn

class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3, padding=1)
        self.fc = nn.Linear(channels, 10)

    def forward(self, x):
        return self.fc(self.conv(x).mean((2, 3)))

def create(channels=8):
    return Block(channels)
`;
  write(`project/.venv/${SITE}/tiny_nets/__init__.py`, "from .block import *\n");
  write(`project/.venv/${SITE}/tiny_nets/block.py`, block);
  write("project/train.py", "import tiny_nets\n\nmodel = tiny_nets.create(channels=16)\n");

  it("are counted, with places in the file that makes them", async () => {
    const file = posix("project/train.py");
    const analysis = await createNodeAnalyzer(undefined, () => posix("project/.venv")).analyze({
      file,
      root: posix("project"),
      inputs: [{ shape: [1, 3, 8, 8] }],
    });
    // Convolution: 16·3·9 weights, 16 biases, 64 places; dense: 16·10 weights, 10 biases.
    expect(analysis.reports).toMatchObject([
      {
        entry: "model",
        status: "exact",
        place: { file, line: 3 },
        params: { total: 16 * 27 + 16 + 160 + 10 },
        macs: 16 * 27 * 64 + 160,
      },
    ]);
    expect(analysis.reports[0]?.layers.map(({ line }) => line)).toEqual([3, 3]);
  });

  it("are unknown where the environment lacks them", async () => {
    const analysis = await createNodeAnalyzer(undefined, () => posix("active")).analyze({
      file: posix("project/train.py"),
      root: posix("project"),
      entry: "model",
    });
    expect(analysis.reports).toMatchObject([
      { status: "error", error: expect.stringContaining("the module 'tiny_nets' was not found") },
    ]);
  });
});
