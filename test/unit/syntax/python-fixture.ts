// The Python reader for tests, with the grammar from node_modules.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createPythonReader } from "../../../src/core/1-syntax/python/reader";
import type { Reader } from "../../../src/core/1-syntax/tree";

const { resolve } = createRequire(import.meta.url);
let reader: Promise<Reader> | undefined;

/** One reader for all tests of a worker. */
export function pythonReader(): Promise<Reader> {
  reader ??= createPythonReader({
    runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
    python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
  });
  return reader;
}
