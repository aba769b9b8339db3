// What --python means: an environment whose packages are read, checked before anything is analysed.
import { resolve } from "node:path";
import { createNodeAnalyzer } from "../platform/node";
import { findPackageRoots } from "../platform/python-environment";
import type { Analyzer } from "../core/analyze";
import { UsageError } from "./exit";

/** An analyzer that reads the packages of this environment; without one, of the active one or the one in the workspace. */
export function analyzerWith(python: string | undefined): Analyzer {
  if (python === undefined) return createNodeAnalyzer();
  const path = resolve(python);
  if (findPackageRoots(process.cwd(), path).length === 0) {
    throw new UsageError(
      `${python}: no Python environment with packages; name its folder or its interpreter, such as .venv or .venv/bin/python`,
    );
  }
  return createNodeAnalyzer(undefined, () => path);
}
