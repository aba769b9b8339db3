// The files under some paths that may define models: by ending, and by naming a framework at all.
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { glob } from "tinyglobby";
import { UsageError } from "./exit";

const PATTERN = "**/*.{py,ipynb,ts,tsx,mts,cts,js,jsx,mjs,cjs,html,vue,svelte}";
const IGNORED = [
  "**/node_modules/**",
  "**/.git/**",
  "**/{.venv,venv,site-packages,dist-packages,__pycache__,.ipynb_checkpoints}/**",
  "**/{dist,build,out}/**",
  "**/*.min.js",
  "**/*.d.ts",
];
/** Longer files are generated or data. In bytes. */
const MAX_BYTES = 1_000_000;
const FRAMEWORK = /\b(torch|keras|tensorflow|tfjs|timm|pytorchcv|\w+_pytorch|tf\.(layers|sequential|model))\b/;

/** Absolute paths with `/`, sorted, each once. A path that names a file is taken whatever it holds. */
export async function modelFiles(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths.length > 0 ? paths : ["."]) {
    const full = resolve(path);
    if (!existsSync(full)) throw new UsageError(`${path}: no such file or folder; check the path`);
    if (statSync(full).isFile()) {
      found.add(toPosix(full));
      continue;
    }
    for (const file of await glob(PATTERN, {
      cwd: full,
      ignore: IGNORED,
      absolute: true,
      followSymbolicLinks: false,
    })) {
      if (statSync(file).size <= MAX_BYTES && FRAMEWORK.test(readFileSync(file, "utf8"))) found.add(toPosix(file));
    }
  }
  return [...found].sort();
}

export function toPosix(path: string): string {
  return sep === "\\" ? path.replaceAll("\\", "/") : path;
}
