// Named tuples, of collections.namedtuple and of typing.NamedTuple: a tuple value that knows its field names and class.
import {
  type Arguments,
  ClassMethod,
  ClassValue,
  DictValue,
  isOpaque,
  NativeFunction,
  TupleValue,
  tuple,
  str,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { collect } from "../iterate";
import { derived, fn, rawFn } from "../support";
import { tupleType } from "../types";

/** Values for the fields in order, as a constructor with these names would take them. */
function bind(
  vm: Vm,
  name: string,
  fields: readonly string[],
  defaults: ReadonlyMap<string, Value>,
  args: Arguments,
): Value[] {
  if (args.positional.length > fields.length) {
    const given = args.positional.length + 1;
    const least = fields.length - defaults.size + 1;
    const wanted = defaults.size > 0 ? `from ${least} to ${fields.length + 1}` : String(fields.length + 1);
    throw vm.error("TypeError", `${name}.__new__() takes ${wanted} positional arguments but ${given} were given`);
  }
  for (const key of args.keywords.keys()) {
    if (!fields.includes(key))
      throw vm.error("TypeError", `${name}.__new__() got an unexpected keyword argument '${key}'`);
  }
  return fields.map((field, index) => {
    const value =
      args.positional[index] ??
      args.keywords.get(field) ??
      (args.unknown ? derived(args.unknown) : defaults.get(field));
    if (!value) throw vm.error("TypeError", `${name}.__new__() missing 1 required positional argument: '${field}'`);
    return value;
  });
}

function made(cls: ClassValue, fields: readonly string[], items: readonly Value[]): TupleValue {
  const value = new TupleValue(items);
  value.names = fields;
  value.type = cls;
  return value;
}

/** Turns a class into a named tuple with these fields. */
export function becomeNamedTuple(
  cls: ClassValue,
  fields: readonly string[],
  defaults: ReadonlyMap<string, Value>,
): void {
  const put = (name: string, value: Value): void => {
    if (!cls.members.has(name)) cls.members.set(name, value);
  };
  cls.construct = (vm, actual, args) => {
    const maker = actual.find("__new__");
    const own = maker?.kind === "staticmethod" ? maker.callable : maker;
    if (own && own.kind !== "native") return vm.callWith(own, { ...args, positional: [actual, ...args.positional] });
    return made(actual, fields, bind(vm, cls.name, fields, defaults, args));
  };
  put(
    "__new__",
    new NativeFunction("__new__", (vm, args) => {
      const [first, second, ...rest] = args.positional;
      const given = first === second ? rest : args.positional.slice(1);
      const actual = first?.kind === "class" ? first : cls;
      return made(actual, fields, bind(vm, cls.name, fields, defaults, { ...args, positional: given }));
    }),
  );
  put("_fields", tuple(fields.map(str)));
  const known = new DictValue();
  for (const [name, value] of defaults) known.put(name, value);
  put("_field_defaults", known);
  put(
    "_asdict",
    fn("_asdict", "self", (_vm, self) => {
      const dict = new DictValue();
      if (self.kind === "tuple")
        for (const [index, field] of fields.entries()) dict.put(field, self.items[index] as Value);
      return dict;
    }),
  );
  put(
    "_replace",
    rawFn("_replace", (vm, args) => {
      const [self] = args.positional;
      if (self?.kind !== "tuple") return vm.unknown("_replace of something that is no named tuple");
      for (const key of args.keywords.keys()) {
        if (!fields.includes(key)) throw vm.error("ValueError", `Got unexpected field names: ['${key}']`);
      }
      return made(
        self.type ?? cls,
        fields,
        self.items.map((item, index) => args.keywords.get(fields[index] as string) ?? item),
      );
    }),
  );
  put(
    "_make",
    new ClassMethod(
      fn("_make", "cls iterable", (vm, actual, items) => {
        const values = collect(vm, items);
        if (values.length !== fields.length) {
          throw vm.error("TypeError", `Expected ${fields.length} arguments, got ${values.length}`);
        }
        return made(actual.kind === "class" ? actual : cls, fields, values);
      }),
    ),
  );
}

/** Field names of `namedtuple(name, "x y")` or of a list of names. Throws Unknown. */
export function fieldNames(vm: Vm, names: Value): string[] {
  if (names.kind === "string")
    return names.value
      .replaceAll(",", " ")
      .split(/\s+/)
      .filter((name) => name !== "");
  return collect(vm, names).map((name) => {
    if (name.kind !== "string") throw vm.giveUp("a field name of a named tuple is not known");
    return name.value;
  });
}

export const namedtuple = fn(
  "namedtuple",
  "typename field_names rename? defaults? module?",
  (vm, name, names, _rename, defaults) => {
    if (isOpaque(name)) return derived(name);
    const cls = new ClassValue(name.kind === "string" ? name.value : "namedtuple", [tupleType]);
    const fields = fieldNames(vm, names);
    const values = defaults.kind === "undefined" || defaults.kind === "none" ? [] : collect(vm, defaults);
    const first = fields.length - values.length;
    becomeNamedTuple(cls, fields, new Map(values.map((value, index) => [fields[first + index] as string, value])));
    return cls;
  },
);

/** `class P(NamedTuple): x: int; y: int = 0`. */
export const namedTupleType = new ClassValue("NamedTuple", [tupleType]);
namedTupleType.onSubclass = (_vm, cls) => {
  const fields = [...cls.annotations.keys()];
  if (!cls.bases.includes(namedTupleType)) return undefined;
  const defaults = new Map<string, Value>();
  for (const field of fields) {
    const value = cls.members.get(field);
    if (value) defaults.set(field, value);
    cls.members.delete(field);
  }
  becomeNamedTuple(cls, fields, defaults);
  return undefined;
};
namedTupleType.construct = (vm, _cls, args) => {
  const [name, given] = args.positional;
  if (!name || !given) return vm.unknown("NamedTuple() is called in an unknown way");
  const fields = collect(vm, given).map((pair) => collect(vm, pair)[0] as Value);
  return vm.call(namedtuple, [name, tuple(fields)]);
};
