// A source file that a command names: whether it can be read, and where its imports resolve from.
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, relative } from "node:path";

/** Why a path cannot be analysed, with the remedy; undefined when it can. */
export function unreadable(path: string): string | undefined {
  if (!existsSync(path)) return "no such file; check the path";
  if (!statSync(path).isFile()) return "is not a file; name the file that defines the model";
  try {
    readFileSync(path);
    return undefined;
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"}); check its permissions`;
  }
}

/** The text of a file; undefined when there is none to be read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Imports resolve from the working directory when the file is inside it, else from the file's own folder. */
export function rootFor(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside.startsWith("..") ? dirname(path) : process.cwd();
}
