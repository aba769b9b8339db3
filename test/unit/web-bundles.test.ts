// What runs in a web worker is built without anything of Node: a bundle for browsers refuses its modules, and only `vscode` is left
// to the host.
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
// @ts-expect-error options without types
import { workers } from "../../esbuild.options.mjs";

describe("bundles for the web", () => {
  it.each(workers as import("esbuild").BuildOptions[])("$entryPoints", async (options) => {
    const { metafile, errors } = await build({ ...options, write: false, metafile: true });
    expect(errors).toEqual([]);
    const external = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(external.filter((path) => path !== "vscode")).toEqual([]);
    const node = Object.keys(metafile.inputs).filter((path) =>
      /^src\/(platform|server|extension)\/(node|main)\.ts$/.test(path),
    );
    expect(node).toEqual([]);
  });
});
