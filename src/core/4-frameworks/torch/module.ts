// nn.Module: calling runs `forward` as a layer; parameters, buffers and child modules are the instance's fields by kind of
// value, in the order they were set. Training, devices, hooks and gradients are ignored.
import { native, nativeClass, property, toBoolean, toText } from "../../2-evaluate/native";
import { objectType } from "../../2-evaluate/python/types";
import {
  type Arguments,
  bool,
  type ClassValue,
  DictValue,
  FALSE,
  InstanceValue,
  isOpaque,
  IteratorValue,
  NativeFunction,
  NONE,
  type OpaqueValue,
  PropertyValue,
  str,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { asLayer } from "../../3-graph/graph";
import { type DType, Tensor } from "../../3-graph/tensor";
import { noteGap, tensorsIn } from "./arguments";
import { NamedValue } from "./dtypes";
import { normaliseSpectrum } from "./stubs";

const KEY = "torch.Module";

/** The class torch.nn.Module of this evaluation. */
export function moduleClass(vm: Vm): ClassValue {
  let cls = vm.state.get(KEY) as ClassValue | undefined;
  if (!cls) {
    cls = nativeClass("Module", [objectType], { ...members() });
    vm.state.set(KEY, cls);
  }
  return cls;
}

export function isModule(vm: Vm, value: Value | undefined): value is InstanceValue {
  return value?.kind === "instance" && value.type.isSubclassOf(moduleClass(vm));
}

/** The reason why an object is not known to be a module and may be one: a class among its bases is not known. */
export function unknownBaseOf(value: Value | undefined): OpaqueValue | null {
  if (value?.kind !== "instance") return null;
  return value.type.mro.find((cls) => cls.unknownBase !== null)?.unknownBase ?? null;
}

export function setField(vm: Vm, instance: InstanceValue, name: string, value: Value): void {
  vm.touch(instance);
  const before = instance.fields.get(name);
  // A name that held no module or parameter takes its place in the order when it gets one.
  if (before !== undefined && before.kind !== value.kind) instance.fields.delete(name);
  instance.fields.set(name, value);
}

/** Child modules by name, in order, each instance once under its first name. */
export function childrenOf(vm: Vm, module: InstanceValue): [string, InstanceValue][] {
  const children: [string, InstanceValue][] = [];
  const seen = new Set<InstanceValue>();
  for (const [name, value] of module.fields) {
    if (!isModule(vm, value) || seen.has(value)) continue;
    seen.add(value);
    children.push([name, value]);
  }
  return children;
}

/** All modules with their paths, the root first under "", each instance once. */
export function namedModules(
  vm: Vm,
  root: InstanceValue,
  prefix = "",
  seen = new Set<InstanceValue>(),
): [string, InstanceValue][] {
  if (seen.has(root)) return [];
  seen.add(root);
  const found: [string, InstanceValue][] = [[prefix, root]];
  for (const [name, value] of root.fields) {
    if (!isModule(vm, value)) continue;
    for (const entry of namedModules(vm, value, prefix === "" ? name : `${prefix}.${name}`, seen)) found.push(entry);
  }
  return found;
}

/** Tensors a module holds itself in this role: parameters ("weight") or buffers ("buffer"). */
export function tensorsOf(module: InstanceValue, role: "weight" | "buffer"): [string, Tensor][] {
  const found: [string, Tensor][] = [];
  for (const [name, value] of module.fields)
    if (value instanceof Tensor && value.role === role) found.push([name, value]);
  return found;
}

/** Parameters or buffers of a module and all inside it, each tensor once. */
function allTensors(vm: Vm, root: InstanceValue, role: "weight" | "buffer", recurse = true): [string, Tensor][] {
  const found: [string, Tensor][] = [];
  const seen = new Set<Tensor>();
  for (const [path, module] of recurse ? namedModules(vm, root) : ([["", root]] as [string, InstanceValue][])) {
    for (const [name, tensor] of tensorsOf(module, role)) {
      if (seen.has(tensor)) continue;
      seen.add(tensor);
      found.push([path === "" ? name : `${path}.${name}`, tensor]);
    }
  }
  return found;
}

function iterate(values: readonly Value[]): IteratorValue {
  let position = 0;
  return new IteratorValue(() => values[position++]);
}

function pairs(entries: readonly (readonly [string, Value])[], prefix: Value | undefined): IteratorValue {
  const start = prefix?.kind === "string" && prefix.value !== "" ? `${prefix.value}` : "";
  return iterate(
    entries.map(([name, value]) => tuple([str(start === "" ? name : name === "" ? start : `${start}.${name}`), value])),
  );
}

function self(vm: Vm, value: Value | undefined): InstanceValue {
  if (value?.kind === "instance") return value;
  if (isOpaque(value)) throw vm.giveUp(value.reason);
  throw vm.error("TypeError", "a method of Module needs a Module");
}

/** Runs `forward` as a call of the layer; also of subclasses that inherit from classes we do not know. */
export function callModule(vm: Vm, args: Arguments): Value {
  const [module, ...rest] = args.positional;
  const layer = self(vm, module);
  const inputs = [...rest, ...args.keywords.values()].flatMap((value) => tensorsIn(value));
  return asLayer(
    vm,
    layer,
    () => {
      if (layer.fields.has("weight_orig")) normaliseSpectrum(vm, layer);
      const forward = vm.getAttribute(layer, "forward");
      const result = vm.callWith(forward, { positional: rest, keywords: args.keywords, unknown: args.unknown });
      // What the layer did is then not known either.
      if (isOpaque(result)) noteGap(vm, result);
      return result;
    },
    (result) => tensorsIn(result),
    inputs,
  );
}

const unchanged = (name: string): NativeFunction =>
  native(name, "self, *args, **kwargs", (_vm, a) => a["self"] as Value);
const ignored = (name: string): NativeFunction => native(name, "self, *args, **kwargs", () => NONE);
const hook = (name: string): NativeFunction =>
  native(name, "self, *args, **kwargs", () => new NamedValue("RemovableHandle", "RemovableHandle"));

/** A dict of fields of one kind: `_modules`, `_parameters`, `_buffers`. Writing to it writes the fields. */
function view(kind: (vm: Vm, module: InstanceValue) => readonly (readonly [string, Value])[]): PropertyValue {
  return property((vm, value) => {
    const module = self(vm, value);
    const dict = new DictValue(undefined, "OrderedDict");
    for (const [name, entry] of kind(vm, module)) dict.put(name, entry);
    dict.owner = module;
    return dict;
  });
}

/** Modules are born in training mode; once they are made, evaluation is what is counted. */
function isConstructing(vm: Vm): boolean {
  for (let frame = vm.stack(); frame; frame = frame.parent) if (frame.functionName === "__init__") return true;
  return false;
}

/** The module at a dotted path. */
function submodule(vm: Vm, root: InstanceValue, path: string): InstanceValue {
  let module = root;
  for (const part of path === "" ? [] : path.split(".")) {
    const next = module.fields.get(part);
    if (!isModule(vm, next)) throw vm.error("AttributeError", `${module.type.name} has no attribute \`${part}\``);
    module = next;
  }
  return module;
}

function setTraining(vm: Vm, root: InstanceValue, trainable: boolean): void {
  for (const [, tensor] of allTensors(vm, root, "weight")) tensor.trainable = trainable;
}

function stateDict(vm: Vm, root: InstanceValue): DictValue {
  const dict = new DictValue(undefined, "OrderedDict");
  for (const [path, module] of namedModules(vm, root)) {
    for (const role of ["weight", "buffer"] as const) {
      for (const [name, tensor] of tensorsOf(module, role)) dict.put(path === "" ? name : `${path}.${name}`, tensor);
    }
  }
  return dict;
}

/** A tensor as a buffer: stored with the model, no parameter. */
function asBuffer(value: Value): Value {
  if (!(value instanceof Tensor) || value.role === "weight") return value;
  if (value.role === "constant" || value.role === "activation") value.role = "buffer";
  return value;
}

const setter = new NativeFunction("__setattr__", (vm, args) => {
  const [module, name, value] = args.positional;
  if (module?.kind === "instance" && name && value) setField(vm, module, toText(vm, name, "name"), value);
  return NONE;
});

const CASTS: Readonly<Record<string, DType>> = {
  half: "float16",
  float: "float32",
  double: "float64",
  bfloat16: "bfloat16",
};

function members(): Record<string, Value> {
  return {
    __init__: native("__init__", "self, *args, **kwargs", () => NONE),
    __call__: new NativeFunction("__call__", callModule),
    _call_impl: new NativeFunction("_call_impl", callModule),
    training: property((vm, value) => self(vm, value).fields.get("training") ?? bool(isConstructing(vm))),
    dump_patches: FALSE,
    forward: native("forward", "self, *args, **kwargs", (vm, a) => {
      throw vm.error(
        "NotImplementedError",
        `Module [${self(vm, a["self"]).type.name}] is missing the required "forward" function`,
      );
    }),
    parameters: native("parameters", "self, recurse=True", (vm, a) =>
      iterate(allTensors(vm, self(vm, a["self"]), "weight", toBoolean(vm, a["recurse"])).map(([, tensor]) => tensor)),
    ),
    named_parameters: native("named_parameters", "self, prefix='', recurse=True, remove_duplicate=True", (vm, a) =>
      pairs(allTensors(vm, self(vm, a["self"]), "weight", toBoolean(vm, a["recurse"])), a["prefix"]),
    ),
    buffers: native("buffers", "self, recurse=True", (vm, a) =>
      iterate(allTensors(vm, self(vm, a["self"]), "buffer", toBoolean(vm, a["recurse"])).map(([, tensor]) => tensor)),
    ),
    named_buffers: native("named_buffers", "self, prefix='', recurse=True, remove_duplicate=True", (vm, a) =>
      pairs(allTensors(vm, self(vm, a["self"]), "buffer", toBoolean(vm, a["recurse"])), a["prefix"]),
    ),
    children: native("children", "self", (vm, a) =>
      iterate(childrenOf(vm, self(vm, a["self"])).map(([, child]) => child)),
    ),
    named_children: native("named_children", "self", (vm, a) => pairs(childrenOf(vm, self(vm, a["self"])), undefined)),
    modules: native("modules", "self", (vm, a) =>
      iterate(namedModules(vm, self(vm, a["self"])).map(([, module]) => module)),
    ),
    named_modules: native("named_modules", "self, memo=None, prefix='', remove_duplicate=True", (vm, a) =>
      pairs(namedModules(vm, self(vm, a["self"])), a["prefix"]),
    ),
    state_dict: native("state_dict", "self, *args, **kwargs", (vm, a) => stateDict(vm, self(vm, a["self"]))),
    load_state_dict: native(
      "load_state_dict",
      "self, *args, **kwargs",
      () => new NamedValue("_IncompatibleKeys", "<All keys matched successfully>"),
    ),
    apply: native("apply", "self, fn", (vm, a) => {
      const root = self(vm, a["self"]);
      for (const [, module] of namedModules(vm, root).reverse()) vm.call(a["fn"] as Value, [module]);
      return root;
    }),
    requires_grad_: native("requires_grad_", "self, requires_grad=True", (vm, a) => {
      setTraining(vm, self(vm, a["self"]), toBoolean(vm, a["requires_grad"]));
      return a["self"] as Value;
    }),
    register_buffer: native("register_buffer", "self, name, tensor, persistent=True", (vm, a) => {
      setField(vm, self(vm, a["self"]), toText(vm, a["name"], "name"), asBuffer(a["tensor"] as Value));
      return NONE;
    }),
    register_parameter: native("register_parameter", "self, name, param", (vm, a) => {
      setField(vm, self(vm, a["self"]), toText(vm, a["name"], "name"), a["param"] as Value);
      return NONE;
    }),
    add_module: native("add_module", "self, name, module", (vm, a) => {
      setField(vm, self(vm, a["self"]), toText(vm, a["name"], "name"), a["module"] as Value);
      return NONE;
    }),
    register_module: native("register_module", "self, name, module", (vm, a) => {
      setField(vm, self(vm, a["self"]), toText(vm, a["name"], "name"), a["module"] as Value);
      return NONE;
    }),
    get_submodule: native("get_submodule", "self, target", (vm, a) =>
      submodule(vm, self(vm, a["self"]), toText(vm, a["target"], "target")),
    ),
    get_parameter: native("get_parameter", "self, target", (vm, a) => {
      const path = toText(vm, a["target"], "target").split(".");
      return vm.getAttribute(submodule(vm, self(vm, a["self"]), path.slice(0, -1).join(".")), path.at(-1) as string);
    }),
    get_buffer: native("get_buffer", "self, target", (vm, a) => {
      const path = toText(vm, a["target"], "target").split(".");
      return vm.getAttribute(submodule(vm, self(vm, a["self"]), path.slice(0, -1).join(".")), path.at(-1) as string);
    }),
    _get_name: native("_get_name", "self", (vm, a) => str(self(vm, a["self"]).type.name)),
    extra_repr: native("extra_repr", "self", () => str("")),
    __repr__: native("__repr__", "self", (vm, a) => str(`${self(vm, a["self"]).type.name}()`)),
    __dir__: native("__dir__", "self", () => tuple([])),
    zero_grad: ignored("zero_grad"),
    share_memory: unchanged("share_memory"),
    train: unchanged("train"),
    eval: unchanged("eval"),
    to: unchanged("to"),
    cuda: unchanged("cuda"),
    cpu: unchanged("cpu"),
    type: unchanged("type"),
    to_empty: unchanged("to_empty"),
    compile: ignored("compile"),
    _apply: unchanged("_apply"),
    ...Object.fromEntries(Object.keys(CASTS).map((name) => [name, unchanged(name)])),
    ...Object.fromEntries(
      [
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_backward_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "_register_load_state_dict_pre_hook",
        "_register_state_dict_hook",
        "register_state_dict_pre_hook",
      ].map((name) => [name, hook(name)]),
    ),
    _modules: view((vm, module) => [...module.fields].filter(([, value]) => isModule(vm, value))),
    _parameters: view((_vm, module) => tensorsOf(module, "weight")),
    _buffers: view((_vm, module) => tensorsOf(module, "buffer")),
    __setattr__: setter,
  };
}
