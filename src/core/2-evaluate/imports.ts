// Import and export statements. An import that finds nothing binds an opaque value that names the module, or raises
// ImportError where the code around it is prepared for that.
import type { ExportStmt, ImportFromStmt, ImportStmt } from "../1-syntax/tree";
import { setVariable } from "./assign";
import { findAttribute, getAttribute } from "./attributes";
import { evaluate } from "./expressions";
import type { Machine } from "./machine";
import { ensureRun, findRelative, importModule, loadFile } from "./modules";
import { folderOf } from "./paths";
import type { Scope } from "./scope";
import { type ModuleValue, OpaqueValue, type Value } from "./values";

function missing(vm: Machine, module: string): Value {
  if (vm.activation.catchesImports) throw vm.error("ModuleNotFoundError", `No module named '${module}'`);
  return new OpaqueValue(`the module '${module}' was not found`, vm.here());
}

export function executeImport(vm: Machine, statement: ImportStmt, scope: Scope): void {
  vm.at(statement.span);
  const { module: name, alias } = statement;
  const file = vm.activation.module.file;
  if (vm.language === "javascript") {
    const module = importModule(vm, name, "javascript", file) ?? missing(vm, name);
    if (alias !== null) scope.variables.set(alias, namespaceOf(module));
    return;
  }
  const module = importModule(vm, name, "python", file) ?? missing(vm, name);
  if (alias !== null) {
    setVariable(vm, alias, module, scope);
    return;
  }
  const first = name.split(".")[0] as string;
  if (first === name) {
    setVariable(vm, name, module, scope);
    return;
  }
  const top = importModule(vm, first, "python", file) ?? module;
  setVariable(vm, first, top, scope);
  attach(vm, top, name, module);
}

/** Makes `a.b.c` reachable from `a`, as importing it does. */
function attach(vm: Machine, top: Value, name: string, module: Value): void {
  // A package of files finds its submodules by itself.
  if (top.kind === "module" && top.file !== null) return;
  const parts = name.split(".").slice(1);
  let holder = top;
  parts.forEach((part, index) => {
    if (holder.kind !== "module") return;
    const last = index === parts.length - 1;
    const known = findAttribute(vm, holder, part);
    if (last && (known === undefined || known.kind === "opaque")) {
      vm.touch(holder);
      holder.members.set(part, module);
    }
    holder = known ?? module;
  });
}

/** A JavaScript module as `import * as x` sees it. CommonJS modules show their exports. */
function namespaceOf(module: Value): Value {
  return commonJsExports(module) ?? module;
}

/** What `require` gives for a file that sets `module.exports` or fields of `exports`; undefined for an ES module. */
export function commonJsExports(module: Value): Value | undefined {
  if (module.kind !== "module" || module.language !== "javascript" || !module.scope) return undefined;
  const holder = module.scope.variables.get("module");
  const exported = holder?.kind === "instance" ? holder.fields.get("exports") : undefined;
  if (!exported) return undefined;
  const untouched =
    exported.kind === "instance" && exported === module.scope.variables.get("exports") && exported.fields.size === 0;
  return untouched ? undefined : exported;
}

export function executeImportFrom(vm: Machine, statement: ImportFromStmt, scope: Scope): void {
  vm.at(statement.span);
  if (vm.language === "javascript") {
    importNames(vm, statement, scope);
    return;
  }
  const importer = vm.activation.module.file;
  let module: Value | undefined;
  if (statement.level > 0) {
    const path = findRelative(vm, statement.module, statement.level, importer);
    module = path === undefined ? undefined : loadFile(vm, path, relativeName(vm, statement));
  } else {
    module = importModule(vm, statement.module, "python", importer);
  }
  const name = ".".repeat(statement.level) + statement.module;
  module ??= missing(vm, name);
  if (statement.star) {
    importStar(vm, module, scope);
    return;
  }
  // In Python a package has begun to run before any module in it, so nothing in a module can count on what importing
  // its own package sets off. That package, which may import everything there is, is asked only when the name is needed.
  if (module.kind === "module" && scope.type === "module" && module.pending !== null && holdsFile(module, importer)) {
    const holder = module;
    const here = vm.here();
    for (const { name: wanted, alias } of statement.names) {
      const unknown = new OpaqueValue(`'${wanted}' is not defined in ${name}`, here);
      scope.defer(alias, () => findAttribute(vm, holder, wanted) ?? unknown);
    }
    return;
  }
  for (const { name: wanted, alias } of statement.names) {
    let value = module.kind === "opaque" ? module : findAttribute(vm, module, wanted);
    if (value === undefined && module.kind === "module" && module.file !== null) {
      if (vm.activation.catchesImports) throw vm.error("ImportError", `cannot import name '${wanted}' from '${name}'`);
    }
    if (value === undefined && module.kind === "module" && module.running) {
      const cycle = module;
      cycle.waiting.push(() => {
        const late = findAttribute(vm, cycle, wanted);
        if (late !== undefined) setVariable(vm, alias, late, scope);
      });
    }
    value ??= new OpaqueValue(
      module.kind === "module" && module.file !== null
        ? `'${wanted}' is not defined in ${name}`
        : `${name}.${wanted} is not known to Model Budget`,
      vm.here(),
    );
    setVariable(vm, alias, value, scope);
  }
}

/** Whether a file lies inside the package that a module is. */
function holdsFile(module: ModuleValue, file: string | null): boolean {
  return (
    file !== null && module.file?.endsWith("/__init__.py") === true && file.startsWith(`${folderOf(module.file)}/`)
  );
}

function relativeName(vm: Machine, statement: ImportFromStmt): string {
  const own = vm.activation.module;
  const parts = own.name.split(".");
  const up = own.file?.endsWith("/__init__.py") ? statement.level - 1 : statement.level;
  const base = parts.slice(0, Math.max(0, parts.length - up)).join(".");
  return [base, statement.module].filter((part) => part !== "").join(".") || own.name;
}

function importStar(vm: Machine, module: Value, scope: Scope): void {
  if (module.kind !== "module") return;
  ensureRun(module);
  // In a cycle the rest of the names comes when the module has run to its end.
  if (module.running) module.waiting.push(() => importStar(vm, module, scope));
  const all = findAttribute(vm, module, "__all__");
  const names = all && all.kind !== "opaque" ? vm.iterate(all) : undefined;
  if (Array.isArray(names)) {
    for (const name of names) {
      if (name.kind !== "string") continue;
      const value = findAttribute(vm, module, name.value);
      if (value !== undefined) setVariable(vm, name.value, value, scope);
    }
    return;
  }
  module.scope?.settle();
  for (const [name, value] of [...module.members, ...(module.scope?.variables ?? [])]) {
    if (!name.startsWith("_")) setVariable(vm, name, value, scope);
  }
}

function importNames(vm: Machine, statement: ImportFromStmt, scope: Scope): void {
  const module = importModule(vm, statement.module, "javascript", vm.activation.module.file);
  for (const { name, alias } of statement.names) {
    let value: Value | undefined;
    if (module) {
      const exports = commonJsExports(module);
      if (exports) value = name === "default" ? exports : getAttribute(vm, exports, name);
      else if (name === "default" && module.kind === "module" && module.file === null) value = module;
      else value = findExport(vm, module, name);
    }
    value ??= new OpaqueValue(
      module ? `'${name}' is not exported by '${statement.module}'` : `the module '${statement.module}' was not found`,
      vm.here(),
    );
    scope.variables.set(alias, value);
  }
}

/** An exported name of an ES module, or a name of a library. */
function findExport(vm: Machine, module: Value, name: string): Value | undefined {
  if (module.kind !== "module" || module.file === null) return getAttribute(vm, module, name);
  const exported = module.members.get(name);
  return exported ?? undefined;
}

export function executeExport(vm: Machine, statement: ExportStmt, scope: Scope): void {
  const module = vm.activation.module;
  if (statement.value) {
    module.members.set("default", evaluate(vm, statement.value, scope));
    return;
  }
  let from: Value | undefined;
  if (statement.from !== null) {
    vm.at(statement.span);
    from = importModule(vm, statement.from, "javascript", module.file);
    from ??= new OpaqueValue(`the module '${statement.from}' was not found`, vm.here());
  }
  if (statement.star !== null && from) {
    if (statement.star !== "") module.members.set(statement.star, from);
    else if (from.kind === "module") {
      for (const [name, value] of from.members) if (name !== "default") module.members.set(name, value);
    }
  }
  for (const { local, exported } of statement.names) {
    const value = from ? (findAttribute(vm, from, local) ?? from) : scope.find(local);
    module.members.set(exported, value ?? new OpaqueValue(`'${local}' is not defined`, vm.here()));
  }
}
