// Finding and running modules: libraries of ours, files of the workspace, packages, recipes.
// A module runs once per machine; a statement of it that fails binds its names to opaque values and the file goes on.
import type { CallExpr, Expr, Language, Program, Stmt, Target } from "../1-syntax/tree";
import { Journals } from "./journal";
import { COSTS } from "./limits";
import type { Activation, Machine } from "./machine";
import { Scope } from "./scope";
import { FILLING } from "./calls";
import { folderOf, joinPath } from "./paths";
import { packageFolders, packageOf, packageRootOf, searchPath } from "./packages";
import { findScript, packageName } from "./scripts";
import { LimitReached, Raised, Unknown } from "./signals";
import { execute, hoist } from "./statements";
import {
  type InstanceValue,
  type ListValue,
  type ModuleValue,
  ModuleValue as Module,
  NONE,
  OpaqueValue,
  str,
  type Value,
} from "./values";

const PYTHON_ROOTS = ["", "src/", "lib/", "python/"];
function languageOf(path: string): Language {
  return /\.pyi?$|\.ipynb$/.test(path) ? "python" : "javascript";
}

/** The module by its name, as seen from `importer`; undefined when there is none. */
export function importModule(
  vm: Machine,
  name: string,
  language: Language,
  importer: string | null,
): Value | undefined {
  const library =
    libraryModule(vm, name) ?? (language === "javascript" ? libraryModule(vm, packageName(name)) : undefined);
  if (library) return library;
  if (language === "javascript") {
    const path = findScript(vm, name, importer);
    return path === undefined ? undefined : loadFile(vm, path, name);
  }
  const own = ownPackage(vm, name, importer);
  if (own !== undefined) return loadFile(vm, own, name);
  const path = findPython(vm, name, importer);
  // A plain folder is no package as long as there is a better one.
  if (path === undefined || path.endsWith("/")) {
    const fallback = fallbackModule(vm, name, importer);
    if (fallback) return fallback;
  }
  const installed = path === undefined || path.endsWith("/") ? findInstalled(vm, name) : undefined;
  const found = installed === undefined || installed.endsWith("/") ? (path ?? installed) : installed;
  return found === undefined ? undefined : loadFile(vm, found, name);
}

/** A module of the installed package that the importer itself belongs to. */
function ownPackage(vm: Machine, name: string, importer: string | null): string | undefined {
  const root = packageRootOf(vm, importer);
  if (root === undefined || importer === null || packageOf(root, importer) !== name.split(".")[0]) return undefined;
  return findInstalled(vm, name);
}

/** A package of the selected environment, read as source. */
function findInstalled(vm: Machine, name: string): string | undefined {
  return findIn(vm, name, packageFolders(vm, name));
}

/** A library of ours for a package that is nowhere to be read. A module missing in a package that is there stays missing. */
function fallbackModule(vm: Machine, name: string, importer: string | null): ModuleValue | undefined {
  const top = name.split(".")[0] as string;
  if (!Object.hasOwn(vm.environment.fallbackLibraries ?? {}, top)) return undefined;
  const found = findPython(vm, top, importer);
  return found === undefined || found.endsWith("/") ? libraryModule(vm, name, "fallback") : undefined;
}

/** A library of ours by its full name, or as an attribute of the longest known prefix. */
function libraryModule(vm: Machine, name: string, kind: "library" | "fallback" = "library"): ModuleValue | undefined {
  const known = vm.modules.get(`${kind}:${name}`);
  if (known) return known;
  const libraries = (kind === "library" ? vm.environment.libraries : vm.environment.fallbackLibraries) ?? {};
  const standard = kind === "library" ? standardModule(vm, name) : undefined;
  const make = Object.hasOwn(libraries, name) ? libraries[name] : standard;
  if (make) {
    const module = make(vm);
    if (kind === "fallback") completeFromEnvironment(vm, module, name);
    vm.modules.set(`${kind}:${name}`, module);
    return module;
  }
  const dot = name.lastIndexOf(".");
  if (dot < 0) return undefined;
  const parent = libraryModule(vm, name.slice(0, dot), kind);
  if (!parent) return undefined;
  const last = name.slice(dot + 1);
  const member = parent.members.get(last) ?? parent.lazy?.(vm, last);
  if (member?.kind === "module") return member;
  const installed = kind === "fallback" ? findInstalled(vm, name) : undefined;
  if (installed !== undefined) return loadFile(vm, installed, name);
  // A module inside a library of ours that we do not have: everything in it is unknown by name.
  const empty = new Module(name, null, "python");
  vm.modules.set(`${kind}:${name}`, empty);
  return empty;
}

/** What a library of ours does not have is looked for in the installed package of that name. */
function completeFromEnvironment(vm: Machine, module: ModuleValue, name: string): void {
  const path = findInstalled(vm, name);
  if (path === undefined) return;
  const { lazy } = module;
  module.lazy = (asking, wanted) => {
    const ours = lazy?.(asking, wanted);
    if (ours !== undefined || /^__\w+__$/.test(wanted)) return ours;
    const inner = `${name}.${wanted}`;
    if (Object.hasOwn(vm.environment.fallbackLibraries ?? {}, inner)) return libraryModule(vm, inner, "fallback");
    const installed = loadFile(vm, path, name);
    return installed && asking.findAttribute(installed, wanted);
  };
}

function standardModule(vm: Machine, name: string): ((vm: Machine) => ModuleValue) | undefined {
  for (const language of [vm.language, "python", "javascript"] as const) {
    const modules = vm.environment.dialects[language].modules;
    if (Object.hasOwn(modules, name)) return modules[name];
  }
  return undefined;
}

/** Folders that Python imports resolve from: the importing file's, every one above it up to the root, and the usual source folders. */
function pythonFolders(vm: Machine, importer: string | null): string[] {
  const { root } = vm.environment;
  const folders: string[] = [];
  let folder = importer && packageRootOf(vm, importer) === undefined ? folderOf(importer) : root;
  const { before, after } = searchPath(vm);
  folders.push(...before);
  for (;;) {
    folders.push(folder);
    if (folder === root || folder === "" || !folder.startsWith(root)) break;
    folder = folderOf(folder);
  }
  for (const prefix of PYTHON_ROOTS) folders.push(joinPath(root, prefix));
  folders.push(...after);
  return [...new Set(folders)];
}

function pythonFile(vm: Machine, base: string): string | undefined {
  const { environment } = vm;
  if (environment.isFile(`${base}.py`)) return `${base}.py`;
  if (environment.isFile(`${base}/__init__.py`)) return `${base}/__init__.py`;
  if (environment.isFolder(base)) return `${base}/`;
  return undefined;
}

function findPython(vm: Machine, name: string, importer: string | null): string | undefined {
  return findIn(vm, name, pythonFolders(vm, importer));
}

function findIn(vm: Machine, name: string, folders: readonly string[]): string | undefined {
  const first = name.split(".")[0] as string;
  let namespace: string | undefined;
  for (const folder of folders) {
    if (pythonFile(vm, `${folder}/${first}`) === undefined) continue;
    const path = pythonFile(vm, `${folder}/${name.replaceAll(".", "/")}`);
    // A plain folder is a package only when nothing better is found further out.
    if (path?.endsWith("/")) namespace ??= path;
    else if (path !== undefined) return path;
  }
  return namespace;
}

/** A relative Python import: `level` dots up from the importing file. */
export function findRelative(vm: Machine, module: string, level: number, importer: string | null): string | undefined {
  if (!importer) return undefined;
  let folder = folderOf(importer);
  for (let up = 1; up < level; up++) folder = folderOf(folder);
  return pythonFile(vm, module === "" ? folder : `${folder}/${module.replaceAll(".", "/")}`);
}

/** Loads a file as a module, running it when that has not happened yet. A folder (path ending in `/`) is an empty package. */
export function loadFile(vm: Machine, path: string, name: string): ModuleValue | undefined {
  const known = vm.modules.get(path);
  if (known) return known;
  if (path.endsWith("/")) {
    const folder = new Module(name, `${path}__init__.py`, "python");
    folder.scope = new Scope(vm.builtins("python"), "module");
    vm.modules.set(path, folder);
    return folder;
  }
  const text = vm.environment.readFile(path);
  if (text === undefined) return undefined;
  const language = languageOf(path);
  const module = new Module(name, path, language);
  vm.modules.set(path, module);
  module.pending = () => {
    // A JSON file is what a CommonJS module of that text exports.
    const source = path.endsWith(".json") ? `module.exports = (${text})` : text;
    const run = () => {
      const program = vm.environment.parse(source, language, path);
      if (program) runModule(vm, module, program);
    };
    if (packageRootOf(vm, path) === undefined) {
      run();
      return;
    }
    vm.readingPackage(() => {
      try {
        vm.step(Math.ceil(text.length / COSTS.charactersPerStep));
      } catch (error) {
        module.unread = new OpaqueValue(`the package '${name}' was not read: ${reasonOf(error)}`, null);
        return;
      }
      run();
    });
  };
  if (language === "javascript") ensureRun(module);
  return module;
}

/** A module made from a file of the program, by its name; `__main__` is the running one when it runs as a script. */
export function loadedModule(vm: Machine, name: string): ModuleValue | undefined {
  const running = vm.activation.module;
  const own = running.scope?.own("__name__");
  if (own?.kind === "string" && own.value === name) return running;
  for (const module of [running, ...vm.modules.values()]) {
    if (module.name === name && module.file !== null && !module.isRecipe) return module;
  }
  return undefined;
}

/** Runs a module that was imported and not yet asked for anything. */
export function ensureRun(module: ModuleValue): void {
  const run = module.pending;
  module.pending = null;
  run?.();
}

/** Runs a recipe of ours; its places stay out of provenance. Runs once per machine. */
export function loadRecipe(vm: Machine, name: string, source: string, language: Language): ModuleValue {
  const known = vm.modules.get(`recipe:${name}`);
  if (known) return known;
  const module = new Module(name, null, language, true);
  vm.modules.set(`recipe:${name}`, module);
  const program = vm.environment.parse(source, language, `recipe:${name}`);
  if (program) {
    const failures = vm.failures.length;
    runModule(vm, module, program);
    // A recipe that fails is our own mistake: say so where its names are used.
    for (const failure of vm.failures.splice(failures)) {
      module.members.set("__failure__", str(failure.reason));
    }
  }
  return module;
}

/** An activation for code of this module outside functions. */
export function moduleActivation(vm: Machine, module: ModuleValue): Activation {
  return {
    module,
    dialect: vm.environment.dialects[module.language],
    callee: null,
    yields: null,
    maybeReturned: [],
    catchesImports: false,
    catchesNames: false,
  };
}

export function runModule(vm: Machine, module: ModuleValue, program: Program, name = module.name): void {
  const scope = new Scope(vm.builtins(program.language), "module");
  module.scope = scope;
  if (program.language === "python") {
    scope.variables.set("__name__", str(name));
    scope.variables.set("__file__", module.file ? str(module.file) : NONE);
    scope.variables.set("__doc__", NONE);
    const isPackage = module.file?.endsWith("/__init__.py") === true;
    const parent = isPackage ? name : name.slice(0, Math.max(0, name.lastIndexOf(".")));
    scope.variables.set("__package__", name === "__main__" ? NONE : str(parent));
  } else {
    const type = vm.builtins("javascript").find("Object");
    if (type?.kind === "class") {
      const exports = vm.call(type);
      const holder = vm.call(type);
      if (holder.kind === "instance") holder.fields.set("exports", exports);
      scope.variables.set("exports", exports);
      scope.variables.set("module", holder);
    }
  }
  const outer = { frame: vm.frame, site: vm.site, siteFile: vm.siteFile, journals: vm.journals };
  vm.frame = null;
  // A module runs once, whatever becomes of the branch that imported it.
  vm.journals = new Journals();
  module.running = true;
  vm.within(moduleActivation(vm, module), () => {
    hoist(vm, program.body, scope);
    runGuarded(vm, program.body, scope, module);
  });
  module.running = false;
  for (const resume of module.waiting.splice(0)) resume();
  vm.journals = outer.journals;
  vm.frame = outer.frame;
  vm.site = outer.site;
  vm.siteFile = outer.siteFile;
}

/** Runs statements one by one; one that fails is noted and binds what it would have bound to an opaque value. */
export function runGuarded(vm: Machine, body: readonly Stmt[], scope: Scope, module: ModuleValue): void {
  for (const [index, statement] of body.entries()) {
    const depth = vm.depth;
    const frame = vm.frame;
    const before = COMPOUND.has(statement.kind) ? new Map(scope.variables) : null;
    const endStatement = vm.beginStatement();
    try {
      const completion = execute(vm, statement, scope);
      if (completion?.type === "return") return;
    } catch (error) {
      vm.depth = depth;
      vm.frame = frame;
      const reason = reasonOf(error);
      const place = { file: module.file ?? module.name, span: statement.span };
      vm.failures.push({ place, reason, raised: error instanceof Raised ? error : null });
      if (error instanceof Raised && error.type === "SystemExit") return;
      const unknown = error instanceof Unknown ? error.value : new OpaqueValue(reason, place);
      for (const filled of filledBy(statement, scope)) {
        vm.touch(filled);
        if (filled.kind === "list") filled.taint ??= unknown;
        else filled.incomplete ??= unknown;
      }
      bindUnknown(scope, statement, before, unknown);
      if (error instanceof LimitReached && error.reason.includes("evaluation stopped")) {
        // What the rest would have bound is not known either: no name may keep the value of an earlier statement.
        for (const rest of body.slice(index + 1)) bindUnknown(scope, rest, scope.variables, unknown);
        module.unread = unknown;
        return;
      }
    } finally {
      endStatement();
    }
  }
}

/** Statements with statements inside: one that fails may have run in part. */
const COMPOUND: ReadonlySet<Stmt["kind"]> = new Set(["if", "for", "counter-for", "while", "with", "try", "block"]);

/**
 * Binds what a failed statement would have bound. Inside a compound statement a name keeps its value only when it got it in this
 * statement, at the one place that binds it and outside of loops: any other value is that of an earlier moment.
 */
function bindUnknown(
  scope: Scope,
  statement: Stmt,
  before: ReadonlyMap<string, Value> | null,
  unknown: OpaqueValue,
): void {
  const names = namesBoundBy(statement);
  const isLoop = statement.kind === "for" || statement.kind === "while" || statement.kind === "counter-for";
  for (const name of names) {
    if (before && COMPOUND.has(statement.kind)) {
      const isFresh = scope.variables.has(name) && scope.variables.get(name) !== before.get(name);
      const isOnce = names.indexOf(name) === names.lastIndexOf(name);
      if (isFresh && isOnce && !isLoop) continue;
    } else if (scope.variables.has(name) && !REBINDING.has(statement.kind)) continue;
    scope.variables.set(name, unknown);
  }
}

const REBINDING: ReadonlySet<Stmt["kind"]> = new Set(["assignment", "declare", "augmented"]);

/** Objects that a statement puts something into by a method call: after it failed, what they hold is not known. */
function filledBy(statement: Stmt, scope: Scope): (InstanceValue | ListValue)[] {
  const found: (InstanceValue | ListValue)[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    const expr = node as Partial<Expr>;
    if ((expr.kind as string) === "function-definition" || (expr.kind as string) === "class-definition") return;
    if (expr.kind === "call") {
      const { callee } = expr as CallExpr;
      if (callee.kind === "attribute" && FILLING.has(callee.name)) {
        const root = rootName(callee.object);
        const value = root === undefined ? undefined : scope.find(root);
        if (value?.kind === "instance" || value?.kind === "list") found.push(value);
      }
    }
    for (const [key, child] of Object.entries(node)) if (key !== "span") visit(child);
  };
  visit(statement);
  return found;
}

function rootName(expr: Expr): string | undefined {
  if (expr.kind === "name") return expr.id;
  if (expr.kind === "attribute" || expr.kind === "index") return rootName(expr.object);
  return undefined;
}

/** One sentence for anything that can end a statement early. */
export function reasonOf(error: unknown): string {
  if (error instanceof Unknown) return error.value.reason;
  if (error instanceof LimitReached) return error.reason;
  if (error instanceof Raised) return error.message ? `${error.type}: ${error.message}` : error.type;
  if (error instanceof RangeError) return "the code nests too deeply to evaluate";
  throw error;
}

/** Names that a statement would have bound. */
function namesBoundBy(statement: Stmt): string[] {
  const names: string[] = [];
  const target = (one: Target): void => {
    if (one.kind === "name") names.push(one.id);
    else if (one.kind === "unpack") for (const element of one.elements) if (element) target(element.target);
    if (one.kind === "object-target") for (const property of one.properties) target(property.target);
  };
  const visit = (one: Stmt): void => {
    switch (one.kind) {
      case "assignment":
        one.targets.forEach(target);
        break;
      case "declare":
      case "augmented":
        target(one.target);
        break;
      case "for":
        target(one.target);
        one.body.forEach(visit);
        break;
      case "if":
        one.then.forEach(visit);
        one.otherwise.forEach(visit);
        break;
      case "while":
      case "with":
      case "block":
        one.body.forEach(visit);
        break;
      case "try":
        one.body.forEach(visit);
        break;
      case "class-definition":
      case "function-definition":
        names.push(one.definition.name);
        break;
      case "import":
        names.push(one.alias ?? (one.module.split(".")[0] as string));
        break;
      case "import-from":
        for (const { alias } of one.names) names.push(alias);
        break;
      default:
    }
  };
  visit(statement);
  return names;
}

/** A submodule that nobody imported yet, read as an attribute of its package. */
export function submodule(vm: Machine, module: ModuleValue, name: string): Value | undefined {
  if (module.file === null) {
    const full = `${module.name}.${name}`;
    if (Object.hasOwn(vm.environment.libraries, full)) return libraryModule(vm, full);
    const fallbacks = vm.environment.fallbackLibraries ?? {};
    return Object.hasOwn(fallbacks, full) ? libraryModule(vm, full, "fallback") : undefined;
  }
  if (!module.file.endsWith("/__init__.py")) return undefined;
  const path = pythonFile(vm, `${folderOf(module.file)}/${name}`);
  return path === undefined ? undefined : loadFile(vm, path, `${module.name}.${name}`);
}
