// Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict: modules that hold others under numbers or names.
import { native, nativeClass, toText } from "../../2-evaluate/native";
import {
  bool,
  type ClassValue,
  type InstanceValue,
  int,
  isNone,
  IteratorValue,
  list,
  NONE,
  str,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Tensor } from "../../3-graph/tensor";
import { toAxis, toTensor } from "./arguments";
import { makeParameter } from "./classes";
import { isModule, moduleClass, setField, unknownBaseOf } from "./module";

type Member = (vm: Vm, value: Value | undefined) => boolean;

const isParameter: Member = (_vm, value) => value instanceof Tensor;

/** A module, or something not known that stands where a module belongs. */
const isLayer: Member = (vm, value) => isModule(vm, value) || value?.kind === "opaque" || unknownBaseOf(value) !== null;

/** The members of a container with their names, in order. */
function entries(vm: Vm, container: InstanceValue, member: Member): [string, Value][] {
  return [...container.fields].filter(([, value]) => member(vm, value));
}

function instance(value: Value | undefined): InstanceValue {
  return value as InstanceValue;
}

/** Replaces all members by these, numbered from 0. */
function renumber(vm: Vm, container: InstanceValue, values: readonly Value[], member: Member): void {
  vm.touch(container);
  for (const [name] of entries(vm, container, member)) container.fields.delete(name);
  values.forEach((value, i) => container.fields.set(String(i), value));
}

function position(vm: Vm, index: Value, count: number): number {
  const at = toAxis(vm, index, "index");
  if (at < -count || at >= count) throw vm.error("IndexError", `index ${at} is out of range`);
  return at < 0 ? at + count : at;
}

/** A slice of a container as a new one of the same class. */
function sliced(vm: Vm, container: InstanceValue, index: Value, member: Member, base: ClassValue): Value {
  const picked = vm.getIndex(
    list(entries(vm, container, member).map(([name, value]) => tuple([str(name), value]))),
    index,
  );
  const copy = vm.call(base);
  if (copy.kind !== "instance") return copy;
  const keepNames = base.name === "Sequential";
  vm.items(picked).forEach((entry, i) => {
    const [name, value] = vm.items(entry) as [Value, Value];
    setField(vm, copy, keepNames ? toText(vm, name, "name") : String(i), value);
  });
  return copy;
}

function iterator(values: readonly Value[]): IteratorValue {
  let at = 0;
  return new IteratorValue(() => values[at++]);
}

/** Methods of a numbered container. */
function sequence(
  member: Member,
  convert: (vm: Vm, value: Value) => Value,
  baseOf: (vm: Vm, self: InstanceValue) => ClassValue,
): Record<string, Value> {
  const values = (vm: Vm, self: Value | undefined): Value[] =>
    entries(vm, instance(self), member).map(([, value]) => value);
  const extend = (vm: Vm, self: Value | undefined, more: Value): void => {
    const from = values(vm, self).length;
    vm.items(more).forEach((value, i) => setField(vm, instance(self), String(from + i), convert(vm, value)));
  };
  return {
    __len__: native("__len__", "self", (vm, a) => int(values(vm, a["self"]).length)),
    __bool__: native("__bool__", "self", (vm, a) => bool(values(vm, a["self"]).length > 0)),
    __iter__: native("__iter__", "self", (vm, a) => iterator(values(vm, a["self"]))),
    __contains__: native("__contains__", "self, item", (vm, a) =>
      bool(values(vm, a["self"]).includes(a["item"] as Value)),
    ),
    __getitem__: native("__getitem__", "self, idx", (vm, a) => {
      const index = a["idx"] as Value;
      if (index.kind === "slice")
        return sliced(vm, instance(a["self"]), index, member, baseOf(vm, instance(a["self"])));
      const all = values(vm, a["self"]);
      return all[position(vm, index, all.length)] as Value;
    }),
    __setitem__: native("__setitem__", "self, idx, value", (vm, a) => {
      const all = entries(vm, instance(a["self"]), member);
      const entry = all[position(vm, a["idx"] as Value, all.length)];
      if (entry) setField(vm, instance(a["self"]), entry[0], convert(vm, a["value"] as Value));
      return NONE;
    }),
    __delitem__: native("__delitem__", "self, idx", (vm, a) => {
      const all = values(vm, a["self"]);
      const index = a["idx"] as Value;
      const gone =
        index.kind === "slice" ? vm.items(vm.getIndex(list(all), index)) : [all[position(vm, index, all.length)]];
      renumber(
        vm,
        instance(a["self"]),
        all.filter((value) => !gone.includes(value)),
        member,
      );
      return NONE;
    }),
    append: native("append", "self, module", (vm, a) => {
      extend(vm, a["self"], list([a["module"] as Value]));
      return a["self"] as Value;
    }),
    extend: native("extend", "self, modules", (vm, a) => {
      extend(vm, a["self"], a["modules"] as Value);
      return a["self"] as Value;
    }),
    insert: native("insert", "self, index, module", (vm, a) => {
      const all = values(vm, a["self"]);
      all.splice(toAxis(vm, a["index"], "index"), 0, convert(vm, a["module"] as Value));
      renumber(vm, instance(a["self"]), all, member);
      return a["self"] as Value;
    }),
    pop: native("pop", "self, key=-1", (vm, a) => {
      const all = values(vm, a["self"]);
      const [gone] = all.splice(position(vm, a["key"] as Value, all.length), 1);
      renumber(vm, instance(a["self"]), all, member);
      return gone ?? NONE;
    }),
    __add__: native("__add__", "self, other", (vm, a) => {
      const copy = vm.call(baseOf(vm, instance(a["self"])));
      if (copy.kind === "instance") {
        extend(vm, copy, list(values(vm, a["self"])));
        extend(vm, copy, a["other"] as Value);
      }
      return copy;
    }),
    __iadd__: native("__iadd__", "self, other", (vm, a) => {
      extend(vm, a["self"], a["other"] as Value);
      return a["self"] as Value;
    }),
  };
}

/** Methods of a named container. */
function mapping(member: Member, convert: (vm: Vm, value: Value) => Value): Record<string, Value> {
  const all = (vm: Vm, self: Value | undefined) => entries(vm, instance(self), member);
  const key = (vm: Vm, value: Value | undefined): string => toText(vm, value, "key");
  const find = (vm: Vm, self: Value | undefined, name: string): Value => {
    const value = instance(self).fields.get(name);
    if (!member(vm, value)) throw vm.error("KeyError", `'${name}'`);
    return value as Value;
  };
  const update = (vm: Vm, self: Value | undefined, more: Value): void => {
    if (isNone(more)) return;
    const items = vm.findAttribute(more, "items");
    for (const entry of vm.items(items ? vm.call(items) : more)) {
      const [name, value] = vm.items(entry) as [Value, Value];
      setField(vm, instance(self), key(vm, name), convert(vm, value));
    }
  };
  return {
    __len__: native("__len__", "self", (vm, a) => int(all(vm, a["self"]).length)),
    __iter__: native("__iter__", "self", (vm, a) => iterator(all(vm, a["self"]).map(([name]) => str(name)))),
    __contains__: native("__contains__", "self, key", (vm, a) =>
      bool(a["key"]?.kind === "string" && member(vm, instance(a["self"]).fields.get(a["key"].value))),
    ),
    __getitem__: native("__getitem__", "self, key", (vm, a) => find(vm, a["self"], key(vm, a["key"]))),
    __setitem__: native("__setitem__", "self, key, value", (vm, a) => {
      setField(vm, instance(a["self"]), key(vm, a["key"]), convert(vm, a["value"] as Value));
      return NONE;
    }),
    __delitem__: native("__delitem__", "self, key", (vm, a) => {
      find(vm, a["self"], key(vm, a["key"]));
      vm.touch(instance(a["self"]));
      instance(a["self"]).fields.delete(key(vm, a["key"]));
      return NONE;
    }),
    keys: native("keys", "self", (vm, a) => list(all(vm, a["self"]).map(([name]) => str(name)))),
    values: native("values", "self", (vm, a) => list(all(vm, a["self"]).map(([, value]) => value))),
    items: native("items", "self", (vm, a) =>
      list(all(vm, a["self"]).map(([name, value]) => tuple([str(name), value]))),
    ),
    get: native("get", "self, key, default=None", (vm, a) => {
      const value = instance(a["self"]).fields.get(key(vm, a["key"]));
      return member(vm, value) ? (value as Value) : (a["default"] as Value);
    }),
    update: native("update", "self, modules", (vm, a) => {
      update(vm, a["self"], a["modules"] as Value);
      return NONE;
    }),
    pop: native("pop", "self, key", (vm, a) => {
      const value = find(vm, a["self"], key(vm, a["key"]));
      vm.touch(instance(a["self"]));
      instance(a["self"]).fields.delete(key(vm, a["key"]));
      return value;
    }),
    clear: native("clear", "self", (vm, a) => {
      vm.touch(instance(a["self"]));
      for (const [name] of all(vm, a["self"])) instance(a["self"]).fields.delete(name);
      return NONE;
    }),
    __init__: native("__init__", "self, modules=None", (vm, a) => {
      update(vm, a["self"], a["modules"] as Value);
      return NONE;
    }),
  };
}

/** Lists of parameters take tensors and make parameters of them. */
function toParameter(vm: Vm, value: Value): Value {
  if (value instanceof Tensor && value.role !== "weight") return makeParameter(vm, toTensor(vm, value));
  return value;
}

const asIs = (_vm: Vm, value: Value): Value => value;

/** The container classes of this evaluation, on top of its Module. */
export function containerClasses(vm: Vm): Record<string, ClassValue> {
  const base = moduleClass(vm);
  const own = new Map<string, ClassValue>();
  const nearest = (_vm: Vm, self: InstanceValue): ClassValue =>
    self.type.mro.find((cls) => own.get(cls.name) === cls) ?? self.type;
  const fill = (vm: Vm, self: Value | undefined, items: Value, convert: (vm: Vm, value: Value) => Value): Value => {
    if (!isNone(items))
      vm.items(items).forEach((value, i) => setField(vm, instance(self), String(i), convert(vm, value)));
    return NONE;
  };
  const Sequential = nativeClass("Sequential", [base], {
    ...sequence(isLayer, asIs, nearest),
    __init__: native("__init__", "self, *args", (vm, a) => {
      const args = vm.items(a["args"] as Value);
      const [first] = args;
      if (args.length === 1 && first?.kind === "dict") {
        for (const entry of first.entries.values())
          setField(vm, instance(a["self"]), toText(vm, entry.key, "name"), entry.value);
        return NONE;
      }
      args.forEach((value, i) => {
        const bad = value.kind !== "instance" && value.kind !== "opaque" && !isNone(value);
        if (bad) throw vm.error("TypeError", `${vm.typeName(value)} is not a Module subclass`);
        setField(vm, instance(a["self"]), String(i), value);
      });
      return NONE;
    }),
    forward: native("forward", "self, input", (vm, a) => {
      let value = a["input"] as Value;
      for (const [name, member] of instance(a["self"]).fields) {
        // An unknown member is a layer all the same, as long as it stands where layers stand.
        if (isModule(vm, member) || (member.kind === "opaque" && /^\d+$/.test(name))) value = vm.call(member, [value]);
      }
      return value;
    }),
  });
  const ModuleList = nativeClass("ModuleList", [base], {
    ...sequence(isLayer, asIs, nearest),
    __init__: native("__init__", "self, modules=None", (vm, a) => fill(vm, a["self"], a["modules"] as Value, asIs)),
  });
  const ModuleDict = nativeClass("ModuleDict", [base], mapping(isLayer, asIs));
  const ParameterList = nativeClass("ParameterList", [base], {
    ...sequence(isParameter, toParameter, nearest),
    __init__: native("__init__", "self, values=None", (vm, a) =>
      fill(vm, a["self"], a["values"] as Value, toParameter),
    ),
  });
  const ParameterDict = nativeClass("ParameterDict", [base], mapping(isParameter, toParameter));
  const classes = { Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict, Container: Sequential };
  for (const cls of Object.values(classes)) own.set(cls.name, cls);
  return classes;
}
