// os, os.path, sys, pathlib and other modules that look at the machine. Text operations on paths are exact; what is on the
// disk or in the environment is not known, apart from defaults the program itself gives.
import { nativeModule } from "../../native";
import {
  bool,
  type ClassValue,
  ClassValue as Class,
  DictValue,
  HostObject,
  int,
  isOpaque,
  list,
  type ModuleValue,
  NONE,
  str,
  tuple,
  TupleValue,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { abstractClass } from "../abstract";
import { raisedWith } from "../exceptions";
import { collect } from "../iterate";
import { derived, fn, isMissing, noop, pure, unknownFn } from "../support";
import { objectType, payload } from "../types";
import { pathText, pathType } from "./pathlib";
import { LoadedModules } from "./loaded-modules";
import type { StandardModules } from "./modules";

export function joinPaths(parts: readonly string[]): string {
  let path = "";
  for (const part of parts) {
    if (part.startsWith("/")) path = part;
    else if (path === "" || path.endsWith("/")) path += part;
    else path += `/${part}`;
  }
  return path;
}

function splitPath(path: string): [head: string, tail: string] {
  const at = path.lastIndexOf("/") + 1;
  const head = path.slice(0, at);
  return [/^\/*$/.test(head) ? head : head.replace(/\/+$/, ""), path.slice(at)];
}

/** Stem and ending; leading dots belong to the stem. */
export function splitEnding(path: string): [stem: string, ending: string] {
  const slash = path.lastIndexOf("/");
  const dot = path.lastIndexOf(".");
  if (dot <= slash || /^\.*$/.test(path.slice(slash + 1, dot))) return [path, ""];
  return [path.slice(0, dot), path.slice(dot)];
}

export function normalize(path: string): string {
  if (path === "") return ".";
  const rooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || !rooted) parts.push(part);
  }
  return `${rooted ? "/" : ""}${parts.join("/")}` || ".";
}

function textOf(vm: Vm, value: Value): string {
  const text = pathText(payload(value));
  if (text !== undefined) return text;
  throw vm.error("TypeError", `expected str, bytes or os.PathLike object, not ${vm.typeName(value)}`);
}

const onDisk = (name: string): Value => unknownFn(name, "what is on the disk is not known");

const pathMembers: Record<string, Value> = {
  join: pure("join", "a *paths", (vm, ...parts) => str(joinPaths(parts.map((part) => textOf(vm, part))))),
  basename: pure("basename", "p", (vm, path) => str(splitPath(textOf(vm, path))[1])),
  dirname: pure("dirname", "p", (vm, path) => str(splitPath(textOf(vm, path))[0])),
  split: pure("split", "p", (vm, path) => tuple(splitPath(textOf(vm, path)).map(str))),
  splitext: pure("splitext", "p", (vm, path) => tuple(splitEnding(textOf(vm, path)).map(str))),
  normpath: pure("normpath", "p", (vm, path) => str(normalize(textOf(vm, path)))),
  isabs: pure("isabs", "p", (vm, path) => bool(textOf(vm, path).startsWith("/"))),
  abspath: pure("abspath", "p", (vm, path) => {
    const text = textOf(vm, path);
    return text.startsWith("/") ? str(normalize(text)) : vm.unknown("the working folder is not known");
  }),
  realpath: pure("realpath", "p", (vm, path) => {
    const text = textOf(vm, path);
    return text.startsWith("/") ? str(normalize(text)) : vm.unknown("the working folder is not known");
  }),
  expanduser: pure("expanduser", "p", (vm, path) => {
    const text = textOf(vm, path);
    return text.startsWith("~") ? vm.unknown("the home folder is not known") : str(text);
  }),
  expandvars: pure("expandvars", "p", (vm, path) => {
    const text = textOf(vm, path);
    return text.includes("$") ? vm.unknown("environment variables are not known") : str(text);
  }),
  commonprefix: pure("commonprefix", "m", (vm, paths) => {
    const texts = collect(vm, paths).map((path) => textOf(vm, path));
    let prefix = texts[0] ?? "";
    for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
    return str(prefix);
  }),
  sep: str("/"),
  pathsep: str(":"),
  ...Object.fromEntries(
    ["exists", "isfile", "isdir", "islink", "getsize", "getmtime", "relpath", "samefile", "lexists"].map((name) => [
      name,
      onDisk(name),
    ]),
  ),
};

/** `os.environ`: what is set is not known, so only the program's own settings and defaults are. */
class Environment extends HostObject {
  readonly typeName = "os._Environ";
  private read(vm: Vm, args: readonly Value[]): Value {
    const [key, fallback = NONE] = args;
    if (key && isOpaque(key)) return derived(key);
    return this.set(vm).get(key?.kind === "string" ? key.value : "") ?? (isMissing(fallback) ? NONE : fallback);
  }
  private set(vm: Vm): DictValue {
    let dict = vm.state.get("os.environ");
    if (!(dict instanceof DictValue)) {
      dict = new DictValue();
      vm.state.set("os.environ", dict);
    }
    return dict as DictValue;
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    switch (name) {
      case "get":
      case "pop":
        return fn(name, "key default?", (inner, ...args) => this.read(inner, args));
      case "setdefault":
        return fn(name, "key default", (inner, ...args) => {
          const known = this.read(inner, args);
          if (args[0]?.kind === "string") this.set(inner).put(args[0].value, known);
          return known;
        });
      case "update":
        return noop(name);
      case "copy":
        return fn(name, "", () => this);
      default:
        return vm.unknown("environment variables are not known");
    }
  }
  override getIndex(vm: Vm, index: Value): Value {
    const known = index.kind === "string" ? this.set(vm).get(index.value) : undefined;
    return known ?? vm.unknown(`the environment variable ${index.kind === "string" ? index.value : ""} is not known`);
  }
  override setIndex(vm: Vm, index: Value, value: Value): boolean {
    const dict = this.set(vm);
    vm.touch(dict);
    if (index.kind === "string") dict.put(index.value, value);
    return true;
  }
  /** A run without special settings is what is shown, so a variable nobody set is absent. */
  override compare(vm: Vm, op: string, other: Value): Value | undefined {
    if (op !== "in") return undefined;
    return bool(other.kind === "string" && this.set(vm).get(other.value) !== undefined);
  }
}
const environment = new Environment();

const nothing = [
  "makedirs",
  "mkdir",
  "remove",
  "unlink",
  "rename",
  "replace",
  "rmdir",
  "removedirs",
  "chdir",
  "system",
  "putenv",
  "utime",
  "chmod",
  "symlink",
  "kill",
  "umask",
];

function osModule(): ModuleValue {
  return nativeModule("os", {
    path: nativeModule("os.path", pathMembers),
    environ: environment,
    getenv: fn("getenv", "key default?", (vm, key, fallback) => {
      const get = environment.getAttribute(vm, "get");
      return get ? vm.call(get, [key, isMissing(fallback) ? NONE : fallback]) : NONE;
    }),
    sep: str("/"),
    pathsep: str(":"),
    linesep: str("\n"),
    name: str("posix"),
    curdir: str("."),
    pardir: str(".."),
    devnull: str("/dev/null"),
    PathLike: abstractClass("PathLike"),
    fspath: pure("fspath", "path", (vm, path) => str(textOf(vm, path))),
    error: new Class("OSError", [objectType]),
    ...Object.fromEntries(nothing.map((name) => [name, noop(name)])),
    ...Object.fromEntries(
      ["listdir", "scandir", "walk", "stat", "getcwd", "access"].map((name) => [name, onDisk(name)]),
    ),
    ...Object.fromEntries(
      ["cpu_count", "getpid", "getppid", "uname", "urandom", "getlogin", "popen", "sched_getaffinity"].map((name) => [
        name,
        unknownFn(name, "it depends on the machine"),
      ]),
    ),
  });
}

/** A tuple with names: sys.version_info. */
function named(names: readonly string[], items: readonly Value[], type: ClassValue): TupleValue {
  const value = new TupleValue(items);
  value.names = names;
  value.type = type;
  return value;
}

const versionType = new Class("sys.version_info", [objectType]);

function sysModule(vm: Vm): ModuleValue {
  const version = [int(3), int(11), int(0), str("final"), int(0)];
  return nativeModule("sys", {
    argv: list([str("script")]),
    version_info: named(["major", "minor", "micro", "releaselevel", "serial"], version, versionType),
    version: str("3.11.0 (main)"),
    hexversion: int(0x030b00f0),
    platform: str("linux"),
    byteorder: str("little"),
    path: list([str(vm.scriptFolder())]),
    modules: new LoadedModules(),
    maxunicode: int(0x10ffff),
    exit: fn("exit", "arg?", (vm, code) => {
      throw raisedWith(vm, "SystemExit", isMissing(code) ? [] : [code]);
    }),
    getrecursionlimit: fn("getrecursionlimit", "", () => int(1000)),
    setrecursionlimit: noop("setrecursionlimit"),
    settrace: noop("settrace"),
    stdout: new Stream("stdout"),
    stderr: new Stream("stderr"),
    stdin: new Stream("stdin"),
    exc_info: fn("exc_info", "", () => tuple([NONE, NONE, NONE])),
    intern: fn("intern", "string", (_vm, text) => text),
    executable: str("python"),
    dont_write_bytecode: bool(false),
    flags: new Stream("flags"),
  });
}

/** A stream that swallows what is written. */
class Stream extends HostObject {
  readonly typeName = "TextIOWrapper";
  constructor(private readonly name: string) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (this.name === "stdin" || this.name === "flags") return undefined;
    if (["write", "flush", "writelines", "reconfigure", "close"].includes(name)) return noop(name);
    return name === "isatty" ? fn("isatty", "", () => bool(false)) : undefined;
  }
}

export const pathModules: StandardModules = {
  os: osModule,
  "os.path": () => nativeModule("os.path", pathMembers),
  posixpath: () => nativeModule("posixpath", pathMembers),
  sys: sysModule,
  pathlib: () =>
    nativeModule("pathlib", {
      Path: pathType,
      PurePath: pathType,
      PosixPath: pathType,
      PurePosixPath: pathType,
      WindowsPath: pathType,
    }),
};
