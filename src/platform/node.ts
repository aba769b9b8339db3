// What the core needs from Node: files, and the parsers' code. Shared by the command line and the language server.
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPythonReader } from "../core/1-syntax/python/reader";
import { createTypescriptReader } from "../core/1-syntax/typescript/reader";
import type { Analyzer, SourceHost } from "../core/analyze";
import type { ReaderSource } from "../core/analysis/sources";
import { createAnalyzer } from "../core/analyzer";
import { findPackageRoots } from "./python-environment";

function isKind(path: string, kind: "isFile" | "isDirectory"): boolean {
  return statSync(path, { throwIfNoEntry: false })?.[kind]() ?? false;
}

export type Overlay = (path: string) => string | undefined;
/** The Python environment chosen for a workspace folder, if any. */
export type PythonChoice = (root: string) => string | undefined;

/** How long the folders of an environment are taken as unchanged. */
const ENVIRONMENT_MS = 10_000;

/**
 * Files of this machine; `overlay` gives the text of documents that are open and not saved. `python` gives the environment
 * (its folder or its interpreter) that a user chose for a workspace folder; without it the one that is active or in the
 * workspace.
 */
export function nodeHost(overlay?: Overlay, python?: PythonChoice): SourceHost {
  const roots = new Map<string, { found: readonly string[]; until: number }>();
  return {
    packageRoots(root) {
      const chosen = python?.(root);
      const key = `${root}\n${chosen ?? ""}`;
      const known = roots.get(key);
      if (known && known.until > Date.now()) return known.found;
      const found = findPackageRoots(root, chosen);
      roots.set(key, { found, until: Date.now() + ENVIRONMENT_MS });
      return found;
    },
    readFile(path) {
      const open = overlay?.(path);
      if (open !== undefined) return open;
      try {
        return readFileSync(path, "utf8");
      } catch {
        return undefined;
      }
    },
    isFile: (path) => overlay?.(path) !== undefined || isKind(path, "isFile"),
    isFolder: (path) => isKind(path, "isDirectory"),
  };
}

/** A grammar file: beside the bundle when packaged, in node_modules when run from source. */
function grammar(name: string, fromPackage: string): Uint8Array {
  const here = typeof __dirname === "string" ? __dirname : dirname(fileURLToPath(import.meta.url));
  const packaged = join(here, name);
  if (isKind(packaged, "isFile")) return readFileSync(packaged);
  return readFileSync(createRequire(join(here, "node.js")).resolve(fromPackage));
}

/** Readers of both languages, from files beside the bundle. */
export function nodeReaders(): ReaderSource {
  return {
    python: () =>
      createPythonReader({
        runtime: grammar("web-tree-sitter.wasm", "web-tree-sitter/web-tree-sitter.wasm"),
        python: grammar("tree-sitter-python.wasm", "tree-sitter-python/tree-sitter-python.wasm"),
      }),
    javascript: async () => {
      const loaded = (await import("typescript")) as typeof import("typescript") & {
        default?: typeof import("typescript");
      };
      return createTypescriptReader(loaded.default ?? loaded);
    },
  };
}

export function createNodeAnalyzer(overlay?: Overlay, python?: PythonChoice): Analyzer {
  return createAnalyzer(nodeHost(overlay, python), nodeReaders());
}
