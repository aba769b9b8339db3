// Where the packages of a Python environment lie on this machine. Files are looked at; no interpreter is started.
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** Usual names of an environment's folder in a project. */
const LOCAL = [".venv", "venv", "env", ".env"];

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function toPosix(path: string): string {
  return path.replaceAll("\\", "/");
}

/** The site-packages folders of an environment: `lib/python3.x/site-packages`, on Windows `Lib/site-packages`. */
function sitePackages(environment: string): string[] {
  const versions = ["lib", "lib64"].flatMap((lib) =>
    entries(join(environment, lib))
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .flatMap((name) => ["site-packages", "dist-packages"].map((last) => join(environment, lib, name, last))),
  );
  const found = new Map<string, string>();
  for (const folder of [...versions, join(environment, "Lib", "site-packages")]) {
    // lib64 is most often a link to lib.
    if (isFolder(folder) && !found.has(realpathSync(folder))) found.set(realpathSync(folder), folder);
  }
  return [...found.values()];
}

/** Folders of packages that are installed for development: lines of .pth files, and the first line of .egg-link files. */
function linkedFolders(site: string): string[] {
  return entries(site).flatMap((name) => {
    if (!/\.(pth|egg-link)$/.test(name)) return [];
    let lines: string[];
    try {
      lines = readFileSync(join(site, name), "utf8").split(/\r?\n/);
    } catch {
      return [];
    }
    if (name.endsWith(".egg-link")) lines = lines.slice(0, 1);
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== "" && !/^(#|import[ \t])/.test(line))
      .map((line) => (isAbsolute(line) ? line : join(site, line)))
      .filter(isFolder);
  });
}

/** The folder of an environment from what a user names: that folder, or the interpreter in its `bin` (`Scripts` on Windows). */
function environmentOf(path: string): string {
  const full = resolve(path);
  if (isFolder(full)) return full;
  const folder = dirname(full);
  return /^(bin|scripts)$/i.test(basename(folder)) ? dirname(folder) : folder;
}

/**
 * Folders that hold the packages of the environment for a workspace folder, absolute and with `/`. The environment is the one
 * that was chosen, else the active one (VIRTUAL_ENV, CONDA_PREFIX), else one in the workspace under a usual name. Packages
 * of the system are left out: which of them a project means cannot be told.
 */
export function findPackageRoots(
  root: string,
  chosen: string | undefined,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const candidates = chosen
    ? [environmentOf(isAbsolute(chosen) ? chosen : join(root, chosen))]
    : [variables["VIRTUAL_ENV"], variables["CONDA_PREFIX"], ...LOCAL.map((name) => join(root, name))];
  for (const environment of candidates) {
    if (!environment) continue;
    const sites = sitePackages(environment);
    if (sites.length > 0) return [...new Set([...sites, ...sites.flatMap(linkedFolders)].map(toPosix))];
  }
  return [];
}
