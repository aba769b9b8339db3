// Where a JavaScript or TypeScript import leads: files beside the importer, aliases of tsconfig.json or jsconfig.json, `imports` of
// package.json, packages of the same repository, and installed packages that build on TensorFlow.js. Nothing is listed: folders are
// only asked for files by name.
import type { Machine } from "./machine";
import { folderOf, joinPath } from "./paths";

const ENDINGS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx", ".json"];

/** A larger installed file is a bundle: reading it takes longer than what it tells is worth. Bytes. */
const LARGEST_INSTALLED = 300_000;

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON as configuration files have it: with comments, and commas before a closing bracket. */
function parseLoose(text: string): unknown {
  const plain = text.replace(
    /("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (_all, quoted: string | undefined) => quoted ?? "",
  );
  const tidy = plain.replace(
    /("(?:[^"\\\n]|\\.)*")|,(\s*[}\]])/g,
    (all, _quoted, end: string | undefined) => end ?? all,
  );
  try {
    return JSON.parse(tidy) as unknown;
  } catch {
    return undefined;
  }
}

const CONFIGURATIONS = "configurations of scripts";

/** A configuration file as an object, read once per evaluation; undefined when it is not there or no object. */
function readConfiguration(vm: Machine, path: string): Json | undefined {
  let known = vm.state.get(CONFIGURATIONS) as Map<string, Json | undefined> | undefined;
  if (!known) {
    known = new Map();
    vm.state.set(CONFIGURATIONS, known);
  }
  if (!known.has(path)) {
    const text = vm.environment.isFile(path) ? vm.environment.readFile(path) : undefined;
    const value = text === undefined ? undefined : parseLoose(text);
    known.set(path, isObject(value) ? value : undefined);
  }
  return known.get(path);
}

/** The folder and every one above it, up to the root of the workspace. */
function foldersUp(vm: Machine, folder: string): string[] {
  const { root } = vm.environment;
  const found = [folder];
  while (folder !== root && folder !== "" && folder.startsWith(root)) {
    folder = folderOf(folder);
    found.push(folder);
  }
  return found;
}

/** A file by a path without its ending, with the ending of what it compiles to, or a folder with an index or a package. */
function scriptFile(vm: Machine, base: string): string | undefined {
  const { environment } = vm;
  if (environment.isFile(base)) return base;
  const stems = [base, base.replace(/\.[cm]?jsx?$/, "")];
  for (const stem of new Set(stems))
    for (const ending of ENDINGS) if (environment.isFile(stem + ending)) return stem + ending;
  if (!environment.isFolder(base)) return undefined;
  return packageEntry(vm, base) ?? indexFile(vm, base);
}

function indexFile(vm: Machine, folder: string): string | undefined {
  const ending = ENDINGS.find((one) => vm.environment.isFile(`${folder}/index${one}`));
  return ending === undefined ? undefined : `${folder}/index${ending}`;
}

// --- aliases --------------------------------------------------------------------------------------------------------

/** Targets of a specifier under a table of patterns with at most one star; the longest pattern that fits. */
function matchPattern(table: Json, name: string): { targets: unknown; rest: string } | undefined {
  let best: { targets: unknown; rest: string; length: number } | undefined;
  for (const [pattern, targets] of Object.entries(table)) {
    const star = pattern.indexOf("*");
    if (star < 0) {
      if (pattern === name) return { targets, rest: "" };
      continue;
    }
    const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (name.length < pattern.length - 1 || !name.startsWith(before) || !name.endsWith(after)) continue;
    if (best && best.length >= before.length) continue;
    best = { targets, rest: name.slice(before.length, name.length - after.length), length: before.length };
  }
  return best;
}

interface Aliases {
  /** Folder that plain specifiers resolve from; null when there is none. */
  baseUrl: string | null;
  paths: Json;
  /** Folder that the targets of `paths` are relative to. */
  pathsFrom: string;
}

/** What a tsconfig.json says of imports, with those it extends or refers to. */
function aliasesOf(vm: Machine, path: string, seen = new Set<string>()): Aliases[] {
  if (seen.has(path) || seen.size > 20) return [];
  seen.add(path);
  const config = readConfiguration(vm, path);
  if (!config) return [];
  const folder = folderOf(path);
  const options = isObject(config["compilerOptions"]) ? config["compilerOptions"] : {};
  const baseUrl = typeof options["baseUrl"] === "string" ? joinPath(folder, options["baseUrl"]) : null;
  const found: Aliases[] = [];
  if (baseUrl !== null || isObject(options["paths"])) {
    const paths = isObject(options["paths"]) ? options["paths"] : {};
    found.push({ baseUrl, paths, pathsFrom: baseUrl ?? folder });
  }
  const configFile = (name: string): string => {
    const base = joinPath(folder, name);
    if (vm.environment.isFolder(base)) return `${base}/tsconfig.json`;
    return base.endsWith(".json") ? base : `${base}.json`;
  };
  for (const base of [config["extends"]].flat()) {
    if (typeof base !== "string") continue;
    const file = base.startsWith(".") || base.startsWith("/") ? configFile(base) : installed(vm, base, folder);
    if (file !== undefined) found.push(...aliasesOf(vm, file, seen));
  }
  const references = Array.isArray(config["references"]) ? config["references"] : [];
  for (const reference of references)
    if (isObject(reference) && typeof reference["path"] === "string")
      found.push(...aliasesOf(vm, configFile(reference["path"]), seen));
  return found;
}

/** A configuration that another one extends from a package: a file of that name. */
function installed(vm: Machine, name: string, folder: string): string | undefined {
  for (const up of foldersUp(vm, folder))
    for (const ending of ["", ".json", "/tsconfig.json"]) {
      const path = `${up}/node_modules/${name}${ending}`;
      if (vm.environment.isFile(path)) return path;
    }
  return undefined;
}

function byAlias(vm: Machine, name: string, folder: string): string | undefined {
  for (const up of foldersUp(vm, folder)) {
    for (const config of ["tsconfig.json", "jsconfig.json"]) {
      for (const { baseUrl, paths, pathsFrom } of aliasesOf(vm, `${up}/${config}`)) {
        const match = matchPattern(paths, name);
        for (const target of Array.isArray(match?.targets) ? match.targets : []) {
          if (typeof target !== "string") continue;
          const found = scriptFile(vm, joinPath(pathsFrom, target.replace("*", match?.rest ?? "")));
          if (found !== undefined) return found;
        }
        const plain = baseUrl === null ? undefined : scriptFile(vm, joinPath(baseUrl, name));
        if (plain !== undefined) return plain;
      }
    }
  }
  // Bundlers give these two a meaning in configuration that is code; nearly always it is this one.
  const short = /^[@~]\/(.+)/.exec(name)?.[1];
  if (short === undefined) return undefined;
  for (const up of foldersUp(vm, folder)) {
    if (!vm.environment.isFile(`${up}/package.json`)) continue;
    const found = scriptFile(vm, joinPath(up, `src/${short}`)) ?? scriptFile(vm, joinPath(up, short));
    if (found !== undefined) return found;
  }
  return undefined;
}

// --- packages -------------------------------------------------------------------------------------------------------

/** Conditions of `exports` and `imports`, the one nearest to the source first. */
const CONDITIONS = ["source", "import", "module", "node", "browser", "require", "default"];

/** The paths a target of `exports` or `imports` stands for. */
function targetsOf(target: unknown, rest: string): string[] {
  if (typeof target === "string") return [target.replaceAll("*", rest)];
  if (Array.isArray(target)) return target.flatMap((one) => targetsOf(one, rest));
  if (!isObject(target)) return [];
  return CONDITIONS.flatMap((condition) => targetsOf(target[condition], rest));
}

function fileAmong(vm: Machine, folder: string, paths: readonly unknown[]): string | undefined {
  for (const path of paths) {
    if (typeof path !== "string" || path.endsWith(".d.ts")) continue;
    const base = joinPath(folder, path);
    const found = base === folder ? indexFile(vm, folder) : scriptFile(vm, base);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a package gives for its own name, or for `subpath` below it. What is built and not there is looked for as source. */
function packageEntry(vm: Machine, folder: string, subpath = ""): string | undefined {
  const config = readConfiguration(vm, `${folder}/package.json`);
  if (!config) return undefined;
  const { exports } = config;
  const table =
    isObject(exports) && Object.keys(exports).some((key) => key.startsWith(".")) ? exports : { ".": exports };
  const match = matchPattern(table, subpath === "" ? "." : `./${subpath}`);
  const exported = fileAmong(vm, folder, targetsOf(match?.targets, match?.rest ?? ""));
  if (exported !== undefined) return exported;
  if (subpath !== "") return fileAmong(vm, folder, [subpath, `src/${subpath}`]);
  return fileAmong(vm, folder, [config["source"], config["module"], config["main"], "src/index", "."]);
}

/** A package of the same repository: its package.json has that name, below a folder the workspaces name. */
function workspacePackage(vm: Machine, name: string, folder: string): string | undefined {
  const last = name.slice(name.lastIndexOf("/") + 1);
  for (const up of foldersUp(vm, folder)) {
    const config = readConfiguration(vm, `${up}/package.json`);
    const listed = isObject(config?.["workspaces"]) ? config["workspaces"]["packages"] : config?.["workspaces"];
    const patterns: unknown[] = Array.isArray(listed) ? listed : [];
    for (const pattern of [...patterns, "packages/*", "libs/*", "apps/*"]) {
      if (typeof pattern !== "string") continue;
      const place = joinPath(up, pattern.replace(/\*+/, last));
      if (readConfiguration(vm, `${place}/package.json`)?.["name"] === name) return place;
    }
    if (config?.["name"] === name) return up;
  }
  return undefined;
}

/** True for a package that builds on TensorFlow.js: others hold no models and are not read. */
function usesTensorflow(vm: Machine, folder: string): boolean {
  const config = readConfiguration(vm, `${folder}/package.json`);
  return ["dependencies", "peerDependencies"].some((field) => {
    const names = config?.[field];
    return isObject(names) && Object.keys(names).some((name) => name.startsWith("@tensorflow/"));
  });
}

function byPackage(vm: Machine, specifier: string, folder: string): string | undefined {
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const subpath = parts.slice(specifier.startsWith("@") ? 2 : 1).join("/");
  const own = workspacePackage(vm, name, folder);
  if (own !== undefined) return packageEntry(vm, own, subpath);
  for (const up of foldersUp(vm, folder)) {
    const place = `${up}/node_modules/${name}`;
    if (!usesTensorflow(vm, place)) continue;
    const file = packageEntry(vm, place, subpath);
    const size = file === undefined ? undefined : vm.environment.readFile(file)?.length;
    if (size !== undefined && size <= LARGEST_INSTALLED) return file;
  }
  return undefined;
}

/** `#name`: the `imports` of the nearest package.json. */
function byImports(vm: Machine, name: string, folder: string): string | undefined {
  for (const up of foldersUp(vm, folder)) {
    const config = readConfiguration(vm, `${up}/package.json`);
    if (!config) continue;
    const match = isObject(config["imports"]) ? matchPattern(config["imports"], name) : undefined;
    return match ? fileAmong(vm, up, targetsOf(match.targets, match.rest)) : undefined;
  }
  return undefined;
}

/** The package a specifier names: `npm:@a/b@1.2`, `@a/b/dist/c.js`, or the address of it on a content delivery network. */
export function packageName(specifier: string): string {
  const plain = specifier.replace(/^(npm|jsr):\/?/, "");
  const found = /^https?:/.test(plain)
    ? (/\/(@[\w-]+\/[\w.-]+)/.exec(plain) ?? /\/npm\/([\w.-]+)/.exec(plain))
    : /^(@[\w-]+\/[\w.-]+|\w[\w.-]*)/.exec(plain);
  return found?.[1] ?? specifier;
}

/** The file behind an import specifier, as seen from `importer`; undefined when there is none to read. */
export function findScript(vm: Machine, name: string, importer: string | null): string | undefined {
  const folder = importer ? folderOf(importer) : vm.environment.root;
  // A bundler may be told how to load a file: `./x.json?raw`, `./x?worker`.
  const plain = name.replace(/\?.*$/, "");
  if (plain === "") return undefined;
  if (/^\.\.?(\/|$)/.test(plain))
    return scriptFile(vm, joinPath(folder, plain)) ?? indexFile(vm, joinPath(folder, plain));
  if (plain.startsWith("/")) {
    // From the top of a site: of the workspace, or of a folder above the file that holds the site.
    for (const up of foldersUp(vm, folder).reverse())
      for (const top of [up, `${up}/public`, `${up}/static`]) {
        const found = scriptFile(vm, joinPath(top, plain));
        if (found !== undefined) return found;
      }
    return undefined;
  }
  if (plain.startsWith("#")) return byImports(vm, plain, folder) ?? byAlias(vm, plain, folder);
  if (/^[a-z]+:/.test(plain)) return undefined;
  return byAlias(vm, plain, folder) ?? byPackage(vm, plain, folder);
}
