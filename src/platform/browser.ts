// What the core needs in a web worker: the parsers' code, which the editor hands over as bytes, since not every address of an
// extension can be fetched from a worker. Files come through the host (server/client-files.ts).
import { createPythonReader } from "../core/1-syntax/python/reader";
import type { TypescriptModule } from "../core/1-syntax/typescript/api";
import { createTypescriptReader } from "../core/1-syntax/typescript/reader";
import type { ReaderSource } from "../core/analysis/sources";

/** Of a worker that is no module. */
declare function importScripts(address: string): void;

/** The bytes of a file in dist/. */
export type Asset = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Readers of both languages; the large TypeScript parser is a script of its own that is loaded when first needed. */
export function browserReaders(asset: Asset): ReaderSource {
  return {
    async python() {
      const [runtime, python] = await Promise.all([asset("web-tree-sitter.wasm"), asset("tree-sitter-python.wasm")]);
      return createPythonReader({ runtime, python });
    },
    async javascript() {
      const address = URL.createObjectURL(
        new Blob([await asset("web/typescript.js")], { type: "application/javascript" }),
      );
      try {
        importScripts(address);
      } finally {
        URL.revokeObjectURL(address);
      }
      // The name is given by the build (esbuild.mjs).
      const { modelBudgetTypescript } = globalThis as unknown as { modelBudgetTypescript: TypescriptModule };
      return createTypescriptReader(modelBudgetTypescript);
    },
  };
}
