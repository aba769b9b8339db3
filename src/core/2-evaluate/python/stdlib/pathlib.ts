// pathlib: paths as text. What is on the disk is not known.
import { bool, ClassValue, HostObject, list, str, tuple, type Value } from "../../values";
import type { Vm } from "../../vm";
import { derived, firstUnknown, fn, noop, pure, unknownFn } from "../support";
import { type Printable, stringRepr } from "../text";
import { objectType, payload } from "../types";

export const pathType = new ClassValue("Path", [objectType]);

/** The text of a path object or a plain string; undefined for anything else. */
export function pathText(value: Value): string | undefined {
  if (value.kind === "string") return value.value;
  return value instanceof PathObject ? value.path : undefined;
}

function clean(path: string): string {
  const rooted = path.startsWith("/") ? "/" : "";
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return rooted + parts.join("/") || ".";
}

function join(base: string, part: string): string {
  return clean(part.startsWith("/") ? part : `${base}/${part}`);
}

const changing = [
  "mkdir",
  "touch",
  "unlink",
  "rmdir",
  "rename",
  "replace",
  "write_text",
  "write_bytes",
  "chmod",
  "symlink_to",
];
const asking = [
  "exists",
  "is_file",
  "is_dir",
  "is_symlink",
  "stat",
  "glob",
  "rglob",
  "iterdir",
  "read_text",
  "read_bytes",
  "open",
  "owner",
  "samefile",
];

export class PathObject extends HostObject implements Printable {
  readonly typeName = "PosixPath";
  constructor(readonly path: string) {
    super();
  }
  private get name(): string {
    return this.path === "." || this.path === "/" ? "" : this.path.slice(this.path.lastIndexOf("/") + 1);
  }
  private get suffix(): string {
    const dot = this.name.lastIndexOf(".");
    return dot <= 0 || dot === this.name.length - 1 ? "" : this.name.slice(dot);
  }
  private get parent(): string {
    const at = this.path.lastIndexOf("/");
    return at < 0 ? "." : at === 0 ? "/" : this.path.slice(0, at);
  }
  private withName(name: string): PathObject {
    return new PathObject(clean(this.parent === "." ? name : `${this.parent}/${name}`));
  }
  private parents(): Value[] {
    const found: Value[] = [];
    for (let path: PathObject = this; path.parent !== path.path; ) {
      path = new PathObject(path.parent);
      found.push(path);
    }
    return found;
  }
  private get parts(): string[] {
    const rooted = this.path.startsWith("/") ? ["/"] : [];
    return [...rooted, ...this.path.split("/").filter((part) => part !== "" && part !== ".")];
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    switch (name) {
      case "name":
        return str(this.name);
      case "stem":
        return str(this.suffix === "" ? this.name : this.name.slice(0, -this.suffix.length));
      case "suffix":
        return str(this.suffix);
      case "suffixes":
        return list((this.name.replace(/^\.+/, "").match(/\.[^.]+/g) ?? []).map(str));
      case "parent":
        return new PathObject(this.parent);
      case "parents":
        return tuple(this.parents());
      case "parts":
        return tuple(this.parts.map(str));
      case "anchor":
      case "root":
        return str(this.path.startsWith("/") ? "/" : "");
      case "__class__":
        return pathType;
      case "__fspath__":
      case "as_posix":
        return fn(name, "", () => str(this.path));
      case "joinpath":
        return pure(name, "*parts", (inner, ...parts) =>
          parts.reduce<Value>((path, part) => inner.binary("/", path, part), this),
        );
      case "with_suffix":
        return pure(name, "suffix", (_vm, suffix) => {
          const stem = this.suffix === "" ? this.name : this.name.slice(0, -this.suffix.length);
          return this.withName(stem + (pathText(suffix) ?? ""));
        });
      case "with_name":
        return pure(name, "name", (_vm, fresh) => this.withName(pathText(fresh) ?? ""));
      case "with_stem":
        return pure(name, "stem", (_vm, stem) => this.withName((pathText(stem) ?? "") + this.suffix));
      case "is_absolute":
        return fn(name, "", () => bool(this.path.startsWith("/")));
      case "resolve":
      case "absolute":
        return fn(name, "strict?", (inner) =>
          this.path.startsWith("/") ? this : inner.unknown("the working folder is not known"),
        );
      case "expanduser":
        return fn(name, "", (inner) =>
          this.path.startsWith("~") ? inner.unknown("the home folder is not known") : this,
        );
      case "relative_to":
        return pure(name, "other", (inner, other) => {
          const base = clean(pathText(other) ?? "");
          if (base === ".") return this;
          if (this.path === base) return new PathObject(".");
          if (this.path.startsWith(`${base}/`)) return new PathObject(this.path.slice(base.length + 1));
          throw inner.error("ValueError", `${stringRepr(this.path)} is not in the subpath of ${stringRepr(base)}`);
        });
    }
    if (changing.includes(name)) return noop(name);
    if (asking.includes(name)) return unknownFn(name, "what is on the disk is not known");
    return undefined;
  }
  override binary(_vm: Vm, op: string, other: Value, reflected: boolean): Value | undefined {
    const text = pathText(payload(other));
    if (op !== "/" || text === undefined) return undefined;
    return new PathObject(reflected ? join(text, this.path) : join(this.path, text));
  }
  override compare(_vm: Vm, op: string, other: Value): Value | undefined {
    if (op === "==" || op === "!=")
      return bool((other instanceof PathObject && other.path === this.path) === (op === "=="));
    return undefined;
  }
  override truth(): boolean {
    return true;
  }
  override isInstanceOf(_vm: Vm, cls: ClassValue): boolean {
    return cls === pathType || cls.name === "PathLike";
  }
  override text(): string {
    return this.path;
  }
  repr(): string {
    return `PosixPath(${stringRepr(this.path)})`;
  }
}

pathType.construct = (vm, _cls, args) => {
  const unknown = firstUnknown(args);
  if (unknown) return derived(unknown);
  let path = "";
  for (const part of args.positional) {
    const text = pathText(payload(part));
    if (text === undefined)
      throw vm.error("TypeError", `expected str, bytes or os.PathLike object, not ${vm.typeName(part)}`);
    path = path === "" ? text : text.startsWith("/") ? text : `${path}/${text}`;
  }
  return new PathObject(clean(path));
};
for (const name of ["cwd", "home"]) pathType.members.set(name, unknownFn(name, "it depends on the machine"));
