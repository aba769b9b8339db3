// types, inspect, importlib, ast, weakref, gc, traceback: modules that look at the program itself.
import { nativeModule } from "../../native";
import {
  bool,
  BoundMethod,
  ClassValue,
  DictValue,
  type FunctionValue,
  HostObject,
  isOpaque,
  list,
  ModuleValue,
  NONE,
  str,
  tuple,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { derived, fn, noop, pure, rawFn, unknownFn } from "../support";
import * as types from "../types";
import { TypeForm } from "../unions";
import { simpleNamespaceType } from "./argparse";
import { abstractMembers } from "./context";
import { literal } from "./json";
import type { StandardModules } from "./modules";

const methodTypeMaker = new ClassValue("method", [types.objectType]);
methodTypeMaker.construct = (_vm, _cls, args) => {
  const [func = NONE, self = NONE] = args.positional;
  return new BoundMethod(self, func);
};
types.methodType.construct = methodTypeMaker.construct;
types.moduleType.construct = (_vm, _cls, args) => {
  const [name] = args.positional;
  return new ModuleValue(name?.kind === "string" ? name.value : "module", null, "python");
};

const typesMembers: Record<string, Value> = {
  SimpleNamespace: simpleNamespaceType,
  FunctionType: types.functionType,
  LambdaType: types.functionType,
  MethodType: types.methodType,
  BuiltinFunctionType: types.builtinFunctionType,
  BuiltinMethodType: types.builtinFunctionType,
  ModuleType: types.moduleType,
  GeneratorType: types.generatorType,
  NoneType: types.noneType,
  EllipsisType: types.ellipsisType,
  NotImplementedType: types.notImplementedType,
  UnionType: new TypeForm("UnionType", null),
  GenericAlias: new TypeForm("GenericAlias", null),
  MappingProxyType: fn("MappingProxyType", "mapping", (_vm, mapping) => mapping),
  DynamicClassAttribute: types.propertyType,
};

// --- inspect ----------------------------------------------------------------------------------------------------------

const EMPTY = new ClassValue("_empty", [types.objectType]);

/** One parameter of a signature. */
class ParameterObject extends HostObject {
  readonly typeName = "Parameter";
  constructor(
    readonly name: string,
    private readonly kindName: string,
    private readonly fallback: Value | undefined,
    private readonly annotated: boolean,
  ) {
    super();
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    switch (name) {
      case "name":
        return str(this.name);
      case "default":
        return this.fallback ?? EMPTY;
      case "annotation":
        return this.annotated ? vm.unknown("annotations are not evaluated") : EMPTY;
      case "kind":
        return kinds.get(this.kindName);
      case "empty":
        return EMPTY;
      default:
        return kinds.get(name);
    }
  }
}

/** A kind of parameter: compared by identity, as the enum of inspect is. */
class ParameterKind extends HostObject {
  readonly typeName = "_ParameterKind";
  constructor(private readonly shown: string) {
    super();
  }
  override compare(_vm: Vm, op: string, other: Value): Value | undefined {
    return op === "==" || op === "!=" ? bool((this === other) === (op === "==")) : undefined;
  }
  override text(): string {
    return this.shown;
  }
}

const kinds = new Map<string, ParameterKind>(
  ["POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD"].map((name) => [
    name,
    new ParameterKind(name),
  ]),
);
const kindNames = {
  "positional-only": "POSITIONAL_ONLY",
  normal: "POSITIONAL_OR_KEYWORD",
  "keyword-only": "KEYWORD_ONLY",
  rest: "VAR_POSITIONAL",
  "keyword-rest": "VAR_KEYWORD",
} as const;

class SignatureObject extends HostObject {
  readonly typeName = "Signature";
  constructor(private readonly parameters: DictValue) {
    super();
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    if (name === "parameters") return this.parameters;
    return name === "return_annotation" ? vm.unknown("annotations are not evaluated") : undefined;
  }
}

/** The user function behind a callable, and whether its first parameter is taken by `self`. */
function functionBehind(callable: Value): { func: FunctionValue; bound: boolean } | undefined {
  if (callable.kind === "function") {
    const wrapped = callable.fields.get("__wrapped__");
    return wrapped ? functionBehind(wrapped) : { func: callable, bound: false };
  }
  if (callable.kind === "method" && callable.callable.kind === "function")
    return { func: callable.callable, bound: true };
  const name = callable.kind === "class" ? "__init__" : callable.kind === "instance" ? "__call__" : "";
  const member =
    callable.kind === "class"
      ? callable.find(name)
      : callable.kind === "instance"
        ? callable.type.find(name)
        : undefined;
  return member?.kind === "function" ? { func: member, bound: true } : undefined;
}

function signature(vm: Vm, callable: Value): Value {
  const behind = functionBehind(callable);
  if (!behind) return vm.unknown("the signature is not known");
  const dict = new DictValue();
  for (const [index, parameter] of behind.func.definition.parameters.entries()) {
    if (behind.bound && index === 0) continue;
    const made = new ParameterObject(
      parameter.name,
      kindNames[parameter.kind],
      behind.func.defaults.get(index),
      parameter.annotation !== null,
    );
    dict.put(parameter.name, made);
  }
  return new SignatureObject(dict);
}

function argumentNames(vm: Vm, callable: Value): Value {
  const behind = functionBehind(callable);
  if (!behind) return vm.unknown("the signature is not known");
  const { parameters } = behind.func.definition;
  const named = (wanted: string): Value[] =>
    parameters.filter(({ kind }) => kind === wanted).map(({ name }) => str(name));
  const defaults = [...behind.func.defaults]
    .filter(([index]) => parameters[index]?.kind === "normal")
    .map(([, value]) => value);
  const spec = new ClassValue("FullArgSpec", [types.tupleType]);
  const value = tuple([
    list([...named("positional-only"), ...named("normal")]),
    named("rest")[0] ?? NONE,
    named("keyword-rest")[0] ?? NONE,
    defaults.length > 0 ? tuple(defaults) : NONE,
    list(named("keyword-only")),
  ]);
  value.names = ["args", "varargs", "varkw", "defaults", "kwonlyargs"];
  value.type = spec;
  return value;
}

const isKind = (name: string, test: (value: Value) => boolean): Value =>
  fn(name, "object", (_vm, value) => (isOpaque(value) ? derived(value) : bool(test(value))));

function getMembers(vm: Vm, object: Value, predicate: Value): Value {
  if (isOpaque(object)) return derived(object);
  const found = new Map<string, Value>();
  if (object.kind === "module") {
    object.scope?.settle();
    for (const [name, value] of [...(object.scope?.variables ?? []), ...object.members]) found.set(name, value);
    if (object.file === null && !object.isRecipe) return vm.unknown(`the members of ${object.name} are not all known`);
  } else if (object.kind === "class") {
    for (const cls of [...object.mro].reverse()) for (const [name, value] of cls.members) found.set(name, value);
  } else {
    return vm.unknown("the members of this object are not all known");
  }
  const rows: Value[] = [];
  for (const name of [...found.keys()].sort()) {
    const value = found.get(name) as Value;
    if (predicate.kind !== "undefined" && predicate.kind !== "none" && vm.truth(vm.call(predicate, [value])) !== true)
      continue;
    rows.push(tuple([str(name), value]));
  }
  return list(rows);
}

const inspectMembers: Record<string, Value> = {
  signature: pure("signature", "obj", signature),
  getfullargspec: pure("getfullargspec", "func", argumentNames),
  getargspec: pure("getargspec", "func", argumentNames),
  getmembers: fn("getmembers", "object predicate?", getMembers),
  isclass: isKind("isclass", (value) => value.kind === "class"),
  isfunction: isKind("isfunction", (value) => value.kind === "function"),
  ismethod: isKind("ismethod", (value) => value.kind === "method"),
  isbuiltin: isKind("isbuiltin", (value) => value.kind === "native"),
  isroutine: isKind(
    "isroutine",
    (value) => value.kind === "function" || value.kind === "native" || value.kind === "method",
  ),
  ismodule: isKind("ismodule", (value) => value.kind === "module"),
  isgenerator: isKind("isgenerator", (value) => value.kind === "iterator"),
  isgeneratorfunction: isKind(
    "isgeneratorfunction",
    (value) => value.kind === "function" && value.definition.isGenerator,
  ),
  iscoroutinefunction: isKind("iscoroutinefunction", (value) => value.kind === "function" && value.definition.isAsync),
  isabstract: isKind("isabstract", (value) => value.kind === "class" && abstractMembers(value).length > 0),
  getdoc: pure("getdoc", "object", (vm, value) => vm.findAttribute(value, "__doc__") ?? NONE),
  getmro: pure("getmro", "cls", (vm, cls) => vm.getAttribute(cls, "__mro__")),
  getmodule: pure("getmodule", "object", (vm) => vm.unknown("modules of objects are not kept")),
  Parameter: new ParameterObject("", "POSITIONAL_OR_KEYWORD", undefined, false),
  _empty: EMPTY,
};

/** importlib.import_module; a relative name counts from `package`, which is a dotted name. */
function importModule(vm: Vm, name: Value, from: Value): Value {
  if (name.kind !== "string") throw vm.error("TypeError", "the name of the module must be a str");
  let full = name.value;
  if (full.startsWith(".")) {
    if (isOpaque(from)) return from;
    if (from.kind !== "string" || from.value === "") {
      throw vm.error("TypeError", `the 'package' argument is required to perform a relative import for '${full}'`);
    }
    const level = full.length - full.replace(/^\.+/, "").length;
    const parts = from.value.split(".");
    if (level > parts.length) throw vm.error("ImportError", "attempted relative import beyond top-level package");
    full = [...parts.slice(0, parts.length - level + 1), full.slice(level)].filter((part) => part !== "").join(".");
  }
  const module = vm.importModule(full, "python");
  if (!module) throw vm.error("ModuleNotFoundError", `No module named '${full}'`);
  return module;
}

const importlib = (): ModuleValue =>
  nativeModule("importlib", {
    import_module: pure("import_module", "name package?", importModule),
    reload: fn("reload", "module", (_vm, module) => module),
    invalidate_caches: noop("invalidate_caches"),
    util: nativeModule("importlib.util", {
      find_spec: pure("find_spec", "name package?", (vm, name) => {
        if (name.kind !== "string") return NONE;
        return vm.importModule(name.value, "python") ? vm.unknown("module specs are not modelled") : NONE;
      }),
    }),
  });

export const reflectionModules: StandardModules = {
  types: () => nativeModule("types", typesMembers),
  inspect: () => nativeModule("inspect", inspectMembers),
  importlib,
  ast: () =>
    nativeModule("ast", {
      literal_eval: pure("literal_eval", "node_or_string", (vm, text) =>
        text.kind === "string" ? literal(vm, text.value) : text,
      ),
    }),
  weakref: () =>
    nativeModule("weakref", {
      ref: fn("ref", "object callback?", (_vm, value) => fn("ref", "", () => value)),
      proxy: fn("proxy", "object callback?", (_vm, value) => value),
      WeakValueDictionary: types.dictType,
      WeakKeyDictionary: types.dictType,
      WeakSet: types.setType,
    }),
  gc: () => nativeModule("gc", { collect: noop("collect"), disable: noop("disable"), enable: noop("enable") }),
  traceback: () =>
    nativeModule("traceback", {
      print_exc: noop("print_exc"),
      print_stack: noop("print_stack"),
      format_exc: unknownFn("format_exc", "tracebacks are not modelled"),
    }),
  asyncio: () =>
    nativeModule("asyncio", {
      run: fn("run", "main", (_vm, value) => value),
      sleep: noop("sleep"),
      gather: rawFn("gather", (_vm, args) => list([...args.positional])),
    }),
};
