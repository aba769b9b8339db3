// Files that only the editor can read: asked for while an analysis needs them, remembered, and forgotten when they change.
import { describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyzer";
import { nodeReaders } from "../../../src/platform/node";
import { ClientFiles, withClientFiles } from "../../../src/server/client-files";
import type { FilesAnswer, FilesParams } from "../../../src/server/protocol";

const ROOT = "/vscode-vfs:/github/owner/repo";
const uri = (path: string) => `vscode-vfs://github/owner/repo/${path}`;

/** Linear(4, UNITS): 4·UNITS weights and UNITS biases; UNITS comes from two imports further. */
const FILES: Record<string, string> = {
  "net.py": "import torch.nn as nn\nfrom parts.layers import UNITS\nmodel = nn.Sequential(nn.Linear(4, UNITS))\n",
  "parts/__init__.py": "",
  "parts/layers.py": "from .sizes import UNITS\n",
  "parts/sizes.py": "UNITS = 8\n",
};

/** An editor with these files, in which `net.py` is open when `open` gives its text. */
function editor(files: Record<string, string>, open: Record<string, string> = {}) {
  const asked: FilesParams[] = [];
  const answer = async (params: FilesParams): Promise<FilesAnswer> => {
    asked.push(params);
    await Promise.resolve();
    return {
      folders: params.folders.map((folder) => {
        const inside = Object.keys(files).flatMap((path) =>
          uri(path).startsWith(`${folder}/`) ? [uri(path).slice(folder.length + 1)] : [],
        );
        if (inside.length === 0) return null;
        const folders = inside.filter((path) => path.includes("/")).map((path) => path.slice(0, path.indexOf("/")));
        return { files: inside.filter((path) => !path.includes("/")), folders: [...new Set(folders)] };
      }),
      files: params.files.map((file) => files[file.slice(uri("").length)] ?? null),
    };
  };
  const host = new ClientFiles(answer, (path) => open[path.slice(ROOT.length + 1)]);
  const analyzer = withClientFiles(createAnalyzer(host, nodeReaders()), host);
  const params = async () => {
    const { reports } = await analyzer.analyze({ file: `${ROOT}/net.py`, root: ROOT });
    return reports.map((report) => report.params.total);
  };
  return { analyzer, asked, params };
}

describe("files of the editor", () => {
  it("imports are followed through files that are not there at first", async () => {
    const { params } = editor(FILES);
    expect(await params()).toEqual([40]);
  });

  it("what is known is not asked for again", async () => {
    const { asked, params } = editor(FILES);
    await params();
    const before = asked.length;
    expect(await params()).toEqual([40]);
    expect(asked.length).toBe(before);
    const files = asked.flatMap((one) => one.files);
    expect(new Set(files).size).toBe(files.length);
    // A file whose folder does not hold it is never asked for.
    expect(files.filter((file) => !Object.keys(FILES).some((path) => uri(path) === file))).toEqual([]);
  });

  it("a changed file counts, and so does one that appears in a new folder", async () => {
    const files = { ...FILES };
    const { analyzer, params } = editor(files);
    await params();
    files["parts/sizes.py"] = "from .more.numbers import UNITS\n";
    analyzer.invalidate(`${ROOT}/parts/sizes.py`);
    await params();
    files["parts/more/numbers.py"] = "UNITS = 16\n";
    analyzer.invalidate(`${ROOT}/parts/more/numbers.py`);
    expect(await params()).toEqual([80]);
  });

  it("an open document counts instead of its file, and typing in it asks for nothing", async () => {
    const { analyzer, asked, params } = editor(FILES, { "parts/sizes.py": "UNITS = 2\n" });
    expect(await params()).toEqual([10]);
    const before = asked.length;
    analyzer.invalidate(`${ROOT}/parts/sizes.py`);
    expect(await params()).toEqual([10]);
    expect(asked.length).toBe(before);
  });

  it("two analyses at a time get what each of them needs", async () => {
    const { params } = editor(FILES);
    expect(await Promise.all([params(), params()])).toEqual([[40], [40]]);
  });

  it("an editor that gives no files ends the asking", async () => {
    const host = new ClientFiles(
      async () => undefined,
      (path) => (path.endsWith("net.py") ? FILES["net.py"] : undefined),
    );
    const analyzer = withClientFiles(createAnalyzer(host, nodeReaders()), host);
    const { reports } = await analyzer.analyze({ file: `${ROOT}/net.py`, root: ROOT });
    expect(reports.map((report) => report.params.total)).toEqual([null]);
    expect(reports[0]?.unknowns[0]?.reason).toContain("parts.layers");
  });
});
