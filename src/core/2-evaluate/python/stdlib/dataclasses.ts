// The dataclasses module: fields from the annotations of a class body, and the methods made from them.
import type { Expr } from "../../../1-syntax/tree";
import { nativeModule } from "../../native";
import {
  type Arguments,
  bool,
  ClassValue,
  DictValue,
  HostObject,
  type InstanceValue,
  isOpaque,
  list,
  NativeFunction,
  NONE,
  str,
  tuple,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { makeClass } from "../class-making";
import { equals } from "../compare";
import { newInstance } from "../construct";
import { exceptionType, raisedWith } from "../exceptions";
import { hashOf } from "../hashing";
import { collect } from "../iterate";
import { derived, fn, isMissing, rawFn } from "../support";
import { repr } from "../text";
import { NOT_IMPLEMENTED, objectType, typeNameOf } from "../types";
import { TypeForm } from "../unions";
import { deepCopy } from "./copy";
import type { StandardModules } from "./modules";

interface Field {
  name: string;
  fallback: Value | null;
  factory: Value | null;
  inInit: boolean;
  inRepr: boolean;
  compared: boolean;
  keywordOnly: boolean;
  /** `InitVar`: an argument of `__init__` handed to `__post_init__`, no field. */
  initOnly: boolean;
  metadata: Value;
}

/** What `field(…)` gives until the class is made. */
class FieldSpec extends HostObject {
  readonly typeName = "Field";
  constructor(readonly options: ReadonlyMap<string, Value>) {
    super();
  }
  flag(vm: Vm, name: string, fallback: boolean): boolean {
    const value = this.options.get(name);
    return value === undefined || value === MISSING ? fallback : vm.truth(value) === true;
  }
}

class Missing extends HostObject {
  readonly typeName = "_MISSING_TYPE";
}
const MISSING = new Missing();

const fieldsOf = new WeakMap<ClassValue, Field[]>();
const fieldType = new ClassValue("Field", [objectType]);
export const frozenError = new ClassValue("FrozenInstanceError", [exceptionType("AttributeError")]);

/** Name at the head of an annotation: `ClassVar` of `typing.ClassVar[int]`, also where it is written as text. */
function headOf(annotation: Expr): string {
  if (annotation.kind === "name") return annotation.id;
  if (annotation.kind === "attribute") return annotation.name;
  if (annotation.kind === "index") return headOf(annotation.object);
  if (annotation.kind === "string") return /^(?:\w+\.)*(\w+)/.exec(annotation.value.trim())?.[1] ?? "";
  return "";
}

function inherited(cls: ClassValue): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const base of cls.mro.slice(1).reverse()) {
    for (const field of fieldsOf.get(base) ?? []) fields.set(field.name, field);
  }
  return fields;
}

function readField(vm: Vm, cls: ClassValue, name: string, initOnly: boolean, keywordOnly: boolean): Field {
  const given = cls.members.get(name) ?? null;
  const spec = given instanceof FieldSpec ? given : new FieldSpec(new Map());
  const option = (key: string): Value | null => {
    const value = spec.options.get(key);
    return value === undefined || value === MISSING ? null : value;
  };
  const fallback = given instanceof FieldSpec ? option("default") : given;
  if (
    fallback &&
    (fallback.kind === "list" || fallback.kind === "dict" || (fallback.kind === "set" && !fallback.frozen))
  ) {
    const type = `<class '${typeNameOf(fallback)}'>`;
    throw vm.error("ValueError", `mutable default ${type} for field ${name} is not allowed: use default_factory`);
  }
  if (given instanceof FieldSpec) {
    if (fallback) cls.members.set(name, fallback);
    else cls.members.delete(name);
  }
  return {
    name,
    fallback,
    factory: option("default_factory"),
    inInit: spec.flag(vm, "init", true),
    inRepr: spec.flag(vm, "repr", true),
    compared: spec.flag(vm, "compare", true),
    keywordOnly: spec.flag(vm, "kw_only", keywordOnly),
    initOnly,
    metadata: option("metadata") ?? new DictValue(),
  };
}

function readFields(vm: Vm, cls: ClassValue, allKeywordOnly: boolean): Field[] {
  const fields = inherited(cls);
  let keywordOnly = allKeywordOnly;
  for (const [name, annotation] of cls.annotations) {
    const head = headOf(annotation);
    if (head === "ClassVar") continue;
    if (head === "KW_ONLY") keywordOnly = true;
    else fields.set(name, readField(vm, cls, name, head === "InitVar", keywordOnly));
  }
  return [...fields.values()];
}

/** Sets a field of a new instance: through `__setattr__` of the class, unless that is what makes it frozen. */
function setField(vm: Vm, self: Value, name: string, value: Value, frozen: boolean): void {
  if (!frozen || self.kind !== "instance") return vm.setAttribute(self, name, value);
  vm.touch(self);
  self.fields.set(name, value);
}

function initialize(vm: Vm, cls: ClassValue, fields: readonly Field[], frozen: boolean, args: Arguments): Value {
  const [self, ...positional] = args.positional;
  if (!self) throw vm.error("TypeError", "__init__() missing self");
  const where = `${cls.name}.__init__()`;
  const positionalFields = fields.filter((field) => field.inInit && !field.keywordOnly);
  if (positional.length > positionalFields.length) {
    const most = positionalFields.length + 1;
    const least = positionalFields.filter((field) => !field.fallback && !field.factory).length + 1;
    const wanted = least < most ? `from ${least} to ${most}` : String(most);
    const given = positional.length + 1;
    throw vm.error(
      "TypeError",
      `${where} takes ${wanted} positional argument${most === 1 ? "" : "s"} but ${given} were given`,
    );
  }
  for (const key of args.keywords.keys()) {
    if (!fields.some((field) => field.inInit && field.name === key)) {
      throw vm.error("TypeError", `${where} got an unexpected keyword argument '${key}'`);
    }
  }
  const absent: string[] = [];
  const forPost: Value[] = [];
  const values = fields.map((field): Value | null => {
    const index = positionalFields.indexOf(field);
    const given = field.inInit
      ? ((index >= 0 ? positional[index] : undefined) ?? args.keywords.get(field.name))
      : undefined;
    if (given) return given;
    if (args.unknown && field.inInit) return derived(args.unknown);
    if (field.factory) return vm.call(field.factory);
    if (!field.fallback && field.inInit) absent.push(field.name);
    return field.fallback;
  });
  if (absent.length > 0) {
    const names = absent.map((name) => `'${name}'`);
    const listed =
      names.length > 1
        ? `${names.slice(0, -1).join(", ")}${names.length > 2 ? "," : ""} and ${names.at(-1)}`
        : names[0];
    throw vm.error(
      "TypeError",
      `${where} missing ${absent.length} required positional argument${absent.length === 1 ? "" : "s"}: ${listed}`,
    );
  }
  for (const [index, field] of fields.entries()) {
    const value = values[index];
    if (!value) continue;
    if (field.initOnly) forPost.push(value);
    else setField(vm, self, field.name, value, frozen);
  }
  const post = cls.find("__post_init__") && vm.findAttribute(self, "__post_init__");
  if (post) vm.call(post, forPost);
  return NONE;
}

function fieldValues(vm: Vm, self: Value, fields: readonly Field[]): Value {
  return tuple(
    fields.filter((field) => field.compared && !field.initOnly).map((field) => vm.getAttribute(self, field.name)),
  );
}

function printed(vm: Vm, self: Value, fields: readonly Field[]): Value {
  const parts: string[] = [];
  for (const field of fields) {
    if (!field.inRepr || field.initOnly) continue;
    const shown = repr(vm, vm.getAttribute(self, field.name));
    if (isOpaque(shown)) return shown;
    parts.push(`${field.name}=${shown}`);
  }
  return str(`${self.kind === "instance" ? self.type.name : ""}(${parts.join(", ")})`);
}

function sameType(self: Value, other: Value): boolean {
  return self.kind === "instance" && other.kind === "instance" && self.type === other.type;
}

function process(vm: Vm, cls: ClassValue, options: ReadonlyMap<string, Value>): Value {
  const flag = (name: string, fallback: boolean): boolean => {
    const value = options.get(name);
    return value === undefined ? fallback : vm.truth(value) === true;
  };
  const fields = readFields(vm, cls, flag("kw_only", false));
  const seen = fields.filter((field) => field.inInit && !field.keywordOnly);
  const firstDefault = seen.findIndex((field) => field.fallback ?? field.factory);
  const late =
    firstDefault < 0 ? undefined : seen.slice(firstDefault).find((field) => !(field.fallback ?? field.factory));
  if (late) throw vm.error("TypeError", `non-default argument '${late.name}' follows default argument`);
  vm.touch(cls);
  fieldsOf.set(cls, fields);
  cls.dataclassFields = fields;
  const frozen = flag("frozen", false);
  const put = (name: string, value: Value): void => {
    if (!cls.members.has(name)) cls.members.set(name, value);
  };
  if (flag("init", true)) {
    put(
      "__init__",
      new NativeFunction(`${cls.name}.__init__`, (inner, args) => initialize(inner, cls, fields, frozen, args)),
    );
  }
  if (flag("repr", true))
    put(
      "__repr__",
      fn("__repr__", "self", (inner, self) => printed(inner, self, fields)),
    );
  if (flag("eq", true)) {
    put(
      "__eq__",
      fn("__eq__", "self other", (inner, self, other) => {
        if (!sameType(self, other)) return NOT_IMPLEMENTED;
        const same = equals(inner, fieldValues(inner, self, fields), fieldValues(inner, other, fields));
        return isOpaque(same) ? same : bool(same);
      }),
    );
    if (!frozen && !flag("unsafe_hash", false)) put("__hash__", NONE);
    else
      put(
        "__hash__",
        fn("__hash__", "self", (inner, self) => hashOf(inner, fieldValues(inner, self, fields))),
      );
  }
  if (flag("order", false)) {
    for (const [name, op] of [
      ["__lt__", "<"],
      ["__le__", "<="],
      ["__gt__", ">"],
      ["__ge__", ">="],
    ] as const) {
      put(
        name,
        fn(name, "self other", (inner, self, other) =>
          sameType(self, other)
            ? inner.compare(op, fieldValues(inner, self, fields), fieldValues(inner, other, fields))
            : NOT_IMPLEMENTED,
        ),
      );
    }
  }
  if (frozen) {
    put(
      "__setattr__",
      fn("__setattr__", "self name value", (inner, _self, name) => {
        throw raisedFrozen(inner, `cannot assign to field '${name.kind === "string" ? name.value : ""}'`);
      }),
    );
  }
  put("__match_args__", tuple(seen.map((field) => str(field.name))));
  return cls;
}

function raisedFrozen(vm: Vm, message: string): unknown {
  return raisedWith(vm, "FrozenInstanceError", [str(message)], frozenError);
}

// --- functions of the module ------------------------------------------------------------------------------------------

function fieldsOfValue(vm: Vm, value: Value): Field[] {
  const cls = value.kind === "class" ? value : value.kind === "instance" ? value.type : undefined;
  const found = cls?.mro.map((one) => fieldsOf.get(one)).find((fields) => fields !== undefined);
  if (!found) throw vm.error("TypeError", "must be called with a dataclass type or instance");
  return found.filter((field) => !field.initOnly);
}

function isDataclass(value: Value): boolean {
  const cls = value.kind === "class" ? value : value.kind === "instance" ? value.type : undefined;
  return cls?.mro.some((one) => fieldsOf.has(one)) ?? false;
}

/** asdict and astuple: dataclasses inside containers are turned too. */
function unfold(vm: Vm, value: Value, asDict: boolean): Value {
  if (value.kind === "instance" && isDataclass(value)) {
    const fields = fieldsOfValue(vm, value);
    const values = fields.map((field) => unfold(vm, vm.getAttribute(value, field.name), asDict));
    if (!asDict) return tuple(values);
    const dict = new DictValue();
    for (const [index, field] of fields.entries()) dict.put(field.name, values[index] as Value);
    return dict;
  }
  if (value.kind === "list" && !value.taint) return list(value.items.map((item) => unfold(vm, item, asDict)));
  if (value.kind === "tuple" && !value.names) return tuple(value.items.map((item) => unfold(vm, item, asDict)));
  if (value.kind === "dict" && !value.taint) {
    const dict = new DictValue(new Map(), value.typeName);
    for (const [hash, entry] of value.entries) {
      dict.entries.set(hash, { key: unfold(vm, entry.key, asDict), value: unfold(vm, entry.value, asDict) });
    }
    return dict;
  }
  return deepCopy(vm, value);
}

function replaced(vm: Vm, args: Arguments): Value {
  const [self] = args.positional;
  if (!self || isOpaque(self)) return self ?? NONE;
  if (self.kind !== "instance") throw vm.error("TypeError", "replace() should be called on dataclass instances");
  const keywords = new Map(args.keywords);
  for (const field of fieldsOfValue(vm, self)) {
    if (field.inInit && !keywords.has(field.name)) keywords.set(field.name, vm.getAttribute(self, field.name));
  }
  return vm.callWith(self.type, { positional: [], keywords, unknown: args.unknown });
}

function describe(vm: Vm, field: Field): InstanceValue {
  const made = newInstance(vm, fieldType, null);
  const set = (name: string, value: Value): void => void made.fields.set(name, value);
  set("name", str(field.name));
  set("default", field.fallback ?? MISSING);
  set("default_factory", field.factory ?? MISSING);
  set("init", bool(field.inInit));
  set("repr", bool(field.inRepr));
  set("compare", bool(field.compared));
  set("kw_only", bool(field.keywordOnly));
  set("metadata", field.metadata);
  set("type", vm.unknown("annotations of dataclass fields are not evaluated"));
  return made;
}

function makeDataclass(vm: Vm, args: Arguments): Value {
  const [name, specs] = args.positional;
  if (name?.kind !== "string" || !specs) return vm.unknown("make_dataclass() is called in an unknown way");
  const bases = args.keywords.get("bases");
  return makeClass(vm, name.value, bases?.kind === "tuple" ? bases.items : [], (cls) => {
    const placeholder: Expr = { kind: "constant", value: "none", span: noSpan };
    for (const spec of collect(vm, specs)) {
      const parts = spec.kind === "string" ? [spec] : collect(vm, spec);
      const [field, , fallback] = parts;
      if (field?.kind !== "string") continue;
      cls.annotations.set(field.value, placeholder);
      if (fallback) cls.members.set(field.value, fallback);
    }
    process(vm, cls, args.keywords);
  });
}

const noSpan = { start: 0, end: 0, line: 1, column: 1, endLine: 1, endColumn: 1 };

const decorator = rawFn("dataclass", (vm, args) => {
  const [cls] = args.positional;
  if (cls?.kind === "class") return process(vm, cls, args.keywords);
  if (cls && isOpaque(cls)) return cls;
  return fn("dataclass", "cls", (inner, later) =>
    later.kind === "class" ? process(inner, later, args.keywords) : later,
  );
});

export const dataclassModules: StandardModules = {
  dataclasses: () =>
    nativeModule("dataclasses", {
      dataclass: decorator,
      field: rawFn("field", (_vm, args) => new FieldSpec(new Map(args.keywords))),
      fields: fn("fields", "class_or_instance", (vm, value) =>
        isOpaque(value) ? value : tuple(fieldsOfValue(vm, value).map((field) => describe(vm, field))),
      ),
      asdict: fn("asdict", "obj dict_factory?", (vm, value, factory) => {
        if (isOpaque(value)) return value;
        fieldsOfValue(vm, value);
        const dict = unfold(vm, value, true);
        return isMissing(factory) ? dict : vm.call(factory, [dict]);
      }),
      astuple: fn("astuple", "obj tuple_factory?", (vm, value) => (isOpaque(value) ? value : unfold(vm, value, false))),
      replace: rawFn("replace", replaced),
      is_dataclass: fn("is_dataclass", "obj", (_vm, value) => (isOpaque(value) ? value : bool(isDataclass(value)))),
      make_dataclass: rawFn("make_dataclass", makeDataclass),
      Field: fieldType,
      MISSING,
      KW_ONLY: new TypeForm("KW_ONLY", null),
      InitVar: new TypeForm("InitVar", null),
      FrozenInstanceError: frozenError,
    }),
};
